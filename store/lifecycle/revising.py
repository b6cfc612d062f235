"""What changes parameters: a reviewer's edit or an agent's answer. Both make a new revision."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from pydantic import JsonValue

from manifests.plan import ReviewPlan
from manifests.tightening import of_revision
from manifests.vocabulary import Parameters, Scrutiny
from store.checkpoint import (
    Checkpoint,
    Escalated,
    Held,
    NeedsInformation,
    PendingReview,
    Releasing,
    Revision,
    State,
    UnderReview,
)
from store.commands import ProvideInformation, Revise
from store.digest import canonical
from store.effects import KEYTURN, Actor, ActorKind, Event, Happening
from store.lifecycle.holding import may_be_held, shown
from store.lifecycle.informing import information_provided, not_put_to_program
from store.lifecycle.opening import blocked, straight_up
from store.lifecycle.signing import by, signature, signed, voided_by
from store.lifecycle.silence import resumed_review
from store.lifecycle.transition import Transition
from store.refusals import Reason, Refusal


def revise(
    checkpoint: Checkpoint, review: PendingReview | Escalated, command: Revise, now: datetime
) -> Transition | Refusal:
    """Put an edited revision in force; the editor signs it too, where that is allowed."""
    if checkpoint.proposal.kind == "question":
        return Refusal(Reason.IS_A_QUESTION, "This is a question: use Answer instead of Edit.")
    if command.revised_digest == checkpoint.revision.digest:
        return Refusal(Reason.NOTHING_CHANGED, "Nothing was changed. Use Approve instead.")
    edited = Revision(
        number=checkpoint.revision.number + 1,
        parameters=command.parameters,
        digest=command.revised_digest,
        at=now,
        by=signature(command.reviewer, now),
        category=command.category,
        note=command.note,
        target=command.plan.target,
    )
    changed = _with_revision(checkpoint, review, edited, command.plan, now)
    event = _revised(checkpoint, edited, by(command.reviewer), now)
    events = (event, *_all_voided(review, now), *_rerouted(changed, review, now))
    settled = _next_version(changed, checkpoint, now)
    return _with_own_signature(checkpoint, settled, events, command, now)


def _with_own_signature(
    before: Checkpoint,
    changed: Checkpoint,
    events: tuple[Event, ...],
    command: Revise,
    now: datetime,
) -> Transition:
    """Count the editor's own sign-off where the plan allows it; an edit stands either way."""
    state = changed.state
    counts = command.approve and not changed.plan.friction.opens_review
    if counts and not changed.missing and isinstance(state, PendingReview | Escalated):
        vote = signed(changed, state, command, now)
        if isinstance(vote, Transition):
            after = replace(vote.after, version=changed.version)
            return Transition(before, after, (*events, *vote.events))
    return Transition(before, changed, events)


def provide_information(
    checkpoint: Checkpoint, command: ProvideInformation, now: datetime
) -> Transition | Refusal:
    """Take the agent's answer and let the clock run again; a late answer is kept all the same."""
    state = checkpoint.state
    open_exchange = checkpoint.exchanges[-1] if checkpoint.exchanges else None
    if open_exchange is None or open_exchange.answered_at is not None:
        return Refusal(Reason.NOT_ASKED, "No reviewer is waiting for information here.")
    if command.question_id not in (None, open_exchange.question_id):
        return Refusal(
            Reason.OTHER_QUESTION,
            f"The open question is {open_exchange.question_id}, not {command.question_id}.",
        )
    refusal = not_put_to_program(open_exchange.asked, command)
    if refusal is not None:
        return refusal
    if not isinstance(state, NeedsInformation | PendingReview | Escalated | Held):
        return _not_now(state)
    answered = replace(
        open_exchange, answer=command.answer, answered_at=now, answered_by=command.system
    )
    known = replace(checkpoint, exchanges=(*checkpoint.exchanges[:-1], answered))
    review = _review_behind(checkpoint, state, now)
    agent = Actor(ActorKind.AGENT, command.system or checkpoint.parties.agent)
    told = information_provided(answered, agent, now)
    after, events = _with_new_parameters(known, review, command, agent, now)
    if isinstance(state, Held):
        after, let_out = _as_held(after, state, now)
        events = (*events, *let_out)
    moved = _next_version(after, checkpoint, now)
    return Transition(checkpoint, moved, (told, *events))


def _review_behind(
    checkpoint: Checkpoint, state: NeedsInformation | Held | UnderReview, now: datetime
) -> UnderReview:
    """Give the review that an answer informs; what is held goes on standing still."""
    match state:
        case NeedsInformation():
            return resumed_review(checkpoint.plan, state, "", now)
        case Held():
            return state.paused
        case PendingReview() | Escalated():
            return state


def _as_held(
    changed: Checkpoint, state: Held, now: datetime
) -> tuple[Checkpoint, tuple[Event, ...]]:
    """Leave what was held where it is, unless the answer made it grave, or closed it."""
    review = changed.state
    if not isinstance(review, PendingReview | Escalated):
        return changed, ()
    told = (shown(state, now),)
    if review.rung != state.paused.rung:
        return changed, told
    if may_be_held(changed.plan):
        return replace(changed, state=replace(state, paused=review)), ()
    let_out = replace(state, paused=review)
    due = resumed_review(changed.plan, let_out, review.remark, now)
    return replace(changed, state=due), told


def _next_version(changed: Checkpoint, before: Checkpoint, now: datetime) -> Checkpoint:
    """Count a version, and keep how far up it had come, also where a rule closes it here."""
    moved = before.moved(changed.state, now)
    return replace(
        changed,
        version=moved.version,
        updated_at=now,
        climbed_to=moved.climbed_to,
        stood=moved.stood,
    )


def _not_now(state: State) -> Refusal:
    """Say why an answer that comes late finds nobody who could read it."""
    if isinstance(state, Releasing):
        words = "It was approved meanwhile, without this answer. Withdraw it if it must not run."
        return Refusal(Reason.RELEASING, words)
    return Refusal(Reason.PAUSED, "A reviewer has taken over; answer when control is returned.")


def _with_new_parameters(
    checkpoint: Checkpoint,
    review: PendingReview | Escalated,
    command: ProvideInformation,
    agent: Actor,
    now: datetime,
) -> tuple[Checkpoint, tuple[Event, ...]]:
    """Make a revision of parameters the agent changed in its answer, if it changed any."""
    parameters, digest, plan = command.parameters, command.revised_digest, command.plan
    if parameters is None or digest is None or plan is None or digest == checkpoint.revision.digest:
        return replace(checkpoint, state=review), ()
    revision = Revision(
        number=checkpoint.revision.number + 1,
        parameters=parameters,
        digest=digest,
        at=now,
        target=plan.target,
    )
    followed = replace(checkpoint, follows=command.follows or checkpoint.follows)
    changed = _with_revision(followed, review, revision, plan, now)
    event = _revised(checkpoint, revision, agent, now)
    return changed, (event, *_all_voided(review, now), *_rerouted(changed, review, now))


def _with_revision(
    checkpoint: Checkpoint,
    review: PendingReview | Escalated,
    revision: Revision,
    fresh: ReviewPlan,
    now: datetime,
) -> Checkpoint:
    plan = of_revision(checkpoint.plan, fresh)
    state: State = replace(review, sign_offs=())
    if fresh.scrutiny is Scrutiny.BLOCK:
        state = blocked(fresh, now)
    elif fresh.scrutiny is Scrutiny.ESCALATE and review.rung == 0 and len(plan.ladder) > 1:
        state = straight_up(plan, now)
    return replace(checkpoint, plan=plan, revisions=(*checkpoint.revisions, revision), state=state)


def _rerouted(
    changed: Checkpoint, review: PendingReview | Escalated, now: datetime
) -> tuple[Event, ...]:
    if isinstance(changed.state, type(review)):
        return ()
    escalated = isinstance(changed.state, Escalated)
    happening = Happening.ESCALATED if escalated else Happening.BLOCKED
    detail = {"why": changed.plan.because, "rule": changed.plan.rule}
    return (Event(happening=happening, actor=KEYTURN, at=now, detail=dict(detail)),)


def _all_voided(review: PendingReview | Escalated, now: datetime) -> tuple[Event, ...]:
    why = "The parameters changed, so it must be approved again."
    return tuple(voided_by(sign_off, why, now) for sign_off in review.sign_offs)


def _revised(checkpoint: Checkpoint, revision: Revision, actor: Actor, now: datetime) -> Event:
    """Tell what was changed, old and new values side by side."""
    changes = difference(checkpoint.revision.parameters, revision.parameters)
    return Event(
        happening=Happening.REVISED,
        actor=actor,
        at=now,
        detail={
            "revision": revision.number,
            "digest": revision.digest,
            "category": revision.category,
            "note": revision.note,
            "changes": {name: [old, new] for name, (old, new) in changes.items()},
        },
    )


def difference(before: Parameters, after: Parameters) -> Mapping[str, tuple[JsonValue, JsonValue]]:
    """List the parameters whose values differ, as (old, new); an absent value is null."""
    names = dict.fromkeys([*before, *after])
    return {
        name: (before.get(name), after.get(name))
        for name in names
        if (name in before) != (name in after)
        # Python takes True for 1; the digest does not, and neither does what runs.
        or canonical(before.get(name)) != canonical(after.get(name))
    }
