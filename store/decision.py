"""What the agent is told: the decision as JSON, exactly as approved."""

from pydantic import JsonValue

from manifests.vocabulary import AgentName
from store.aftermath import (
    Aftermath,
    Consumption,
    Outcome,
    Recalled,
    Rollback,
    Vetoed,
    execute_before,
    executor_of,
    veto_until,
)
from store.checkpoint import (
    Addressee,
    Answered,
    Approved,
    ApprovedWithEdits,
    AutoApproved,
    Blocked,
    ByRule,
    Checkpoint,
    Escalated,
    Expired,
    HandedBack,
    Held,
    NeedsInformation,
    PendingReview,
    Rejected,
    Releasing,
    Signature,
    TakenOver,
    Withdrawn,
)
from store.digest import execution_token
from store.lifecycle import deadline_of
from store.wire import moment

Json = dict[str, JsonValue]


def version_of(checkpoint: Checkpoint, aftermath: Aftermath) -> int:
    """Count every change the agent can see, before and after closing."""
    return checkpoint.version + aftermath.version


def decision_of(
    checkpoint: Checkpoint, aftermath: Aftermath, key: bytes, reader: AgentName | None = None
) -> Json:
    """Write the decision for the agent that proposed, or for another `reader`.

    `key` is the installation's secret for execution tokens; only who may execute is given one.
    """
    revision = checkpoint.revision
    workflow = checkpoint.proposal.context.workflow
    granted = execute_before(checkpoint)
    usable = granted is not None and not (aftermath.recalled or aftermath.lapsed_at)
    its_own = executor_of(checkpoint) == (reader or checkpoint.parties.agent)
    token = execution_token(key, checkpoint.id, revision.digest) if usable and its_own else None
    return {
        "id": checkpoint.id,
        "version": version_of(checkpoint, aftermath),
        "status": checkpoint.state.status.value,
        "action": checkpoint.proposal.action,
        "idempotency_key": checkpoint.proposal.idempotency_key,
        "revision": revision.number,
        "digest": revision.digest,
        "parameters": dict(revision.parameters),
        "edited": any(each.by for each in checkpoint.revisions),
        "deadline": moment(deadline_of(checkpoint)),
        **_NOTHING_DECIDED,
        **_told_by_state(checkpoint),
        "handed_back": _handed_back(checkpoint.handed_back),
        "execution_token": token,
        "execute_before": moment(granted),
        **_how_it_runs(checkpoint),
        "workflow": None if workflow is None else workflow.model_dump(mode="json"),
        "after": _after(aftermath),
    }


def _how_it_runs(checkpoint: Checkpoint) -> Json:
    plan = checkpoint.plan
    return {
        "oversight": plan.oversight.value,
        "veto_until": moment(veto_until(checkpoint)),
        "mode": plan.mode.value,
        "executed_by": plan.executed_by,
        "overrides": plan.overrides or None,
    }


_NOTHING_DECIDED: Json = {
    "guidance": None,
    "choice": None,
    "decided_by": [],
    "decided_at": None,
    "reason": None,
    "category": None,
    "note": None,
    "question": None,
    "wants_alternative": False,
}


def _told_by_state(checkpoint: Checkpoint) -> Json:
    match checkpoint.state:
        case PendingReview() | Escalated() | TakenOver() | Held() | Releasing():
            return {}
        case NeedsInformation() as state:
            return {"question": question_of(state)}
        case Approved() | ApprovedWithEdits() as state:
            return _approved(checkpoint, state)
        case Answered() as state:
            guidance = state.guidance or state.choice
            return {**_by(state.by), "guidance": guidance, "choice": state.choice}
        case Rejected() as state:
            said: Json = {"reason": state.reason, "category": state.category}
            return {**_by(state.by), **said, "wants_alternative": state.wants_alternative}
        case Expired() as state:
            return {"decided_at": moment(state.at), "reason": "Nobody decided in time."}
        case Withdrawn() as state:
            return {"decided_at": moment(state.at), "reason": state.why}
        case Blocked() | AutoApproved() as state:
            told: Json = {"decided_at": moment(state.at), "reason": state.because}
            return {**told, "category": state.rule}


def _approved(checkpoint: Checkpoint, state: Approved | ApprovedWithEdits) -> Json:
    signers: list[JsonValue] = [
        {"user": each.by.user, "name": each.by.name, "role": each.seat} for each in state.sign_offs
    ]
    notes = [each.note for each in state.sign_offs if each.note]
    edits = [each for each in checkpoint.revisions if each.by]
    return {
        "decided_by": signers,
        "decided_at": moment(state.at),
        "note": "\n".join(notes) or None,
        "category": edits[-1].category or None if edits else None,
    }


def question_of(state: NeedsInformation) -> Json:
    """Write the open question, and whom it was put to, for the programs that read it."""
    return {
        "id": state.question_id,
        "text": state.question,
        "asked_by": _asker(state.asker),
        "asked_at": moment(state.asker.at),
        "asked": _asked(state.asked),
        "category": state.category or None,
        "about": state.about or None,
    }


def _asked(asked: Addressee) -> Json:
    """Name whom a question was put to: a person by their account, a role or system by its name."""
    name = asked.user if asked.kind == "person" else asked.name
    return {"kind": asked.kind, "name": name or None, "title": asked.title}


def _handed_back(back: HandedBack | None) -> Json | None:
    if back is None:
        return None
    return {
        "by": back.by.user,
        "note": back.note,
        "continue_from": back.continue_from or None,
        "at": moment(back.by.at),
    }


def _asker(asker: Signature | ByRule) -> str:
    return asker.user if isinstance(asker, Signature) else "keyturn"


def _by(signature: Signature) -> Json:
    person: Json = {"user": signature.user, "name": signature.name, "role": None}
    return {"decided_by": [person], "decided_at": moment(signature.at)}


def _after(aftermath: Aftermath) -> Json:
    return {
        "consumed": _consumed(aftermath.consumed),
        "outcome": _outcome(aftermath.outcome),
        "recalled": _taken_back(aftermath.recalled),
        "vetoed": _taken_back(aftermath.vetoed),
        "veto_closed_at": moment(aftermath.veto_closed_at),
        "rollback": _rollback(aftermath.rollback),
        "lapsed_at": moment(aftermath.lapsed_at),
    }


def _consumed(told: Consumption | None) -> Json | None:
    if told is None:
        return None
    return {"attempt": told.attempt, "by": _hand(told.by), "at": moment(told.at)}


def _outcome(told: Outcome | None) -> Json | None:
    if told is None:
        return None
    outcome = "executed" if told.executed else "failed"
    by = _hand(told.by)
    return {"outcome": outcome, "detail": told.detail, "by": by, "at": moment(told.at)}


def _hand(by: Signature | None) -> str | None:
    """Name the person who carried it out by hand, if one did."""
    return None if by is None else by.user


def _taken_back(told: Recalled | Vetoed | None) -> Json | None:
    if told is None:
        return None
    return {"by": told.by.user, "reason": told.reason, "at": moment(told.by.at)}


def _rollback(told: Rollback | None) -> Json | None:
    if told is None:
        return None
    return {
        "state": told.state,
        "by": told.by.user,
        "reason": told.reason,
        "detail": told.detail,
        "at": moment(told.at),
    }
