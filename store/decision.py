"""What the agent is told: the decision as JSON, exactly as approved."""

from pydantic import JsonValue

from store.aftermath import (
    Aftermath,
    Consumption,
    Outcome,
    Recalled,
    Rollback,
    execute_before,
)
from store.checkpoint import (
    Answered,
    Approved,
    ApprovedWithEdits,
    AutoApproved,
    Blocked,
    Checkpoint,
    Escalated,
    Expired,
    NeedsInformation,
    PendingReview,
    Rejected,
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


def decision_of(checkpoint: Checkpoint, aftermath: Aftermath, key: bytes) -> Json:
    """Write the decision; `key` is the installation's secret for execution tokens."""
    revision = checkpoint.revision
    workflow = checkpoint.proposal.context.workflow
    granted = execute_before(checkpoint)
    usable = granted is not None and not (aftermath.recalled or aftermath.lapsed_at)
    token = execution_token(key, checkpoint.id, revision.digest) if usable else None
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
        "deadline": moment(deadline_of(checkpoint.state)),
        **_NOTHING_DECIDED,
        **_told_by_state(checkpoint),
        "execution_token": token,
        "execute_before": moment(granted),
        "workflow": None if workflow is None else workflow.model_dump(mode="json"),
        "after": _after(aftermath),
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
}


def _told_by_state(checkpoint: Checkpoint) -> Json:
    match checkpoint.state:
        case PendingReview() | Escalated() | TakenOver():
            return {}
        case NeedsInformation() as state:
            question: Json = {
                "id": state.question_id,
                "text": state.question,
                "asked_by": state.asker.user,
                "asked_at": moment(state.asker.at),
            }
            return {"question": question}
        case Approved() | ApprovedWithEdits() as state:
            return _approved(checkpoint, state)
        case Answered() as state:
            guidance = state.guidance or state.choice
            return {**_by(state.by), "guidance": guidance, "choice": state.choice}
        case Rejected() as state:
            return {**_by(state.by), "reason": state.reason, "category": state.category}
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


def _by(signature: Signature) -> Json:
    person: Json = {"user": signature.user, "name": signature.name, "role": None}
    return {"decided_by": [person], "decided_at": moment(signature.at)}


def _after(aftermath: Aftermath) -> Json:
    return {
        "consumed": _consumed(aftermath.consumed),
        "outcome": _outcome(aftermath.outcome),
        "recalled": _recalled(aftermath.recalled),
        "rollback": _rollback(aftermath.rollback),
        "lapsed_at": moment(aftermath.lapsed_at),
    }


def _consumed(told: Consumption | None) -> Json | None:
    return None if told is None else {"attempt": told.attempt, "at": moment(told.at)}


def _outcome(told: Outcome | None) -> Json | None:
    if told is None:
        return None
    outcome = "executed" if told.executed else "failed"
    return {"outcome": outcome, "detail": told.detail, "at": moment(told.at)}


def _recalled(told: Recalled | None) -> Json | None:
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
