"""A newer manifest reaches an open proposal: its plan may only become stricter."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from manifests.plan import ReviewPlan
from manifests.tightening import stricter
from manifests.vocabulary import Friction, Scrutiny
from store.checkpoint import (
    Checkpoint,
    Escalated,
    Held,
    NeedsInformation,
    Open,
    PendingReview,
    Releasing,
    SignOff,
    TakenOver,
    review_of,
)
from store.commands import Approve, Command, Revise, Tighten
from store.effects import KEYTURN, Event, Happening
from store.lifecycle.holding import may_be_held, shown
from store.lifecycle.opening import blocked
from store.lifecycle.releasing import given_back
from store.lifecycle.signing import voided_by
from store.lifecycle.silence import climbed, paused_clock, resumed_review
from store.lifecycle.transition import Transition
from store.refusals import Reason, Refusal

NO_STRICTER = Refusal(Reason.NOTHING_CHANGED, "The rules in force ask for no more than its plan.")
MORE_CARE = Refusal(
    Reason.RULES_CHANGED,
    "The rules became stricter a moment ago, and this asks for more care now: look at the updated "
    "card and decide again.",
)
EDITED_IT = "They edited the proposal, and under the rules in force an editor may not approve it."
CALLED_UP = (
    "The rules in force call the next rung before it may be released: approve it anew there."
)
_FRICTIONS = list(Friction)


def tighten(
    checkpoint: Checkpoint, state: Open, command: Tighten, now: datetime
) -> Transition | Refusal:
    """Lay what the rules in force demand over a pinned plan; sign-offs that still count stay."""
    plan = tightened(checkpoint.plan, command.plan)
    if plan is None:
        return NO_STRICTER
    told = Event(
        happening=Happening.TIGHTENED,
        actor=KEYTURN,
        at=now,
        detail={
            "manifest": command.plan.manifest_digest,
            "rule": plan.rule,
            "demands": "; ".join(demands(checkpoint.plan, plan)),
        },
    )
    if plan.scrutiny is Scrutiny.BLOCK:
        closed = replace(checkpoint, plan=plan).moved(blocked(plan, now), now)
        why = Event(
            happening=Happening.BLOCKED,
            actor=KEYTURN,
            at=now,
            detail={"rule": plan.rule, "why": plan.because},
        )
        return Transition(checkpoint, closed, (told, why))
    review, voided = _recounted(checkpoint, plan, review_of(state), now)
    climbs = plan.scrutiny > checkpoint.plan.scrutiny and review.rung == 0 and len(plan.ladder) > 1
    if climbs and len(review.sign_offs) == len(plan.seats):
        # Nobody could add anything to a review whose every seat is filled already.
        voided += tuple(voided_by(each, CALLED_UP, now) for each in review.sign_offs)
        review = replace(review, sign_offs=())
    following = climbed(plan, review, plan.because, now) if climbs else review
    standing = _in_its_place(plan, state, following, now)
    up = (_up(plan, now),) if climbs else ()
    events = (told, *voided, *up, *_let_out(state, standing, now))
    after = replace(checkpoint, plan=plan).moved(standing, now)
    return Transition(checkpoint, after, events)


def tightened(pinned: ReviewPlan, fresh: ReviewPlan) -> ReviewPlan | None:
    """Give the stricter of two plans, or None where the fresh one demands nothing more."""
    plan = stricter(pinned, fresh)
    # Words alone are no reason to disturb anybody: what reviewers were shown stays.
    worded = replace(
        plan, wording=pinned.wording, signals=pinned.signals, because=pinned.because,
        rule=pinned.rule,
    )  # fmt: skip
    if worded == pinned:
        return None
    return replace(plan, wording=pinned.wording)


def asks_for_more_care(before: ReviewPlan, after: ReviewPlan, command: Command) -> Refusal | None:
    """Refuse an approval that was given with less care than the rules ask for by now."""
    if not isinstance(command, Approve | Revise):
        return None
    rises = _FRICTIONS.index(after.friction) > _FRICTIONS.index(before.friction)
    return MORE_CARE if rises else None


def demands(pinned: ReviewPlan, plan: ReviewPlan) -> Iterator[str]:
    """Say what a plan asks for that the one before did not, in words for a person."""
    if plan.scrutiny > pinned.scrutiny:
        yield f"rule {plan.rule}: {plan.because}"
    held = Counter(seat.name for seat in pinned.seats)
    for seat in plan.seats:
        held[seat.name] -= 1
        if held[seat.name] < 0:
            yield f"{seat.title} must agree too"
    if plan.severity is not pinned.severity:
        yield f"its severity is {plan.severity.value} now"
    if plan.reversible != pinned.reversible:
        yield "it counts as irreversible now"
    if plan.friction is not pinned.friction:
        yield "approving it takes more care"
    if plan.editor_may_sign != pinned.editor_may_sign:
        yield "whoever edits it may not approve it"
    if plan.execute_within != pinned.execute_within:
        yield "an approval must be used sooner"
    if plan.mode is not pinned.mode:
        yield "a person carries it out"
    if plan.executed_by != pinned.executed_by:
        yield f"only {plan.executed_by} may carry it out"
    if plan.release_after != pinned.release_after:
        yield "an approval waits longer before the agent hears of it"
    if plan.retype != pinned.retype:
        yield "something else is typed once more"
    if plan.takeover_within != pinned.takeover_within:
        yield "control may be held less long"
    if plan.max_life != pinned.max_life:
        yield "it may wait less long in all"


def _recounted(
    checkpoint: Checkpoint,
    plan: ReviewPlan,
    review: PendingReview | Escalated,
    now: datetime,
) -> tuple[PendingReview | Escalated, tuple[Event, ...]]:
    """Keep the sign-offs that count under the new plan as well."""
    gone = [each for each in review.sign_offs if _is_an_editors(checkpoint, plan, each)]
    kept = tuple(each for each in review.sign_offs if each not in gone)
    return replace(review, sign_offs=kept), tuple(voided_by(each, EDITED_IT, now) for each in gone)


def _is_an_editors(checkpoint: Checkpoint, plan: ReviewPlan, sign_off: SignOff) -> bool:
    editors = {each.by.person for each in checkpoint.revisions if each.by is not None}
    return not plan.editor_may_sign and sign_off.by.person in editors


def _in_its_place(
    plan: ReviewPlan, state: Open, review: PendingReview | Escalated, now: datetime
) -> Open:
    """Put a review back where it stood: running, or waiting behind a question or a takeover."""
    if isinstance(state, Releasing):
        return _still_released(plan, state, review, now)
    if not isinstance(state, NeedsInformation | TakenOver | Held):
        return review
    climbs = review.rung != state.paused.rung
    if isinstance(state, Held) and not may_be_held(plan):
        let_out = replace(state, paused=review)
        return review if climbs else resumed_review(plan, let_out, review.remark, now)
    paused = _held_less_long(plan, state) if isinstance(state, TakenOver) else state
    if not climbs:
        return replace(paused, paused=review)
    # Its clock stands still; once it runs again it has the new rung's whole length.
    return replace(paused, paused=review, time_left=paused_clock(plan, review, now))


def _held_less_long(plan: ReviewPlan, state: TakenOver) -> TakenOver:
    """Let control that somebody has already end as soon as the rules ask by now."""
    return replace(state, deadline=min(state.deadline, state.holder.at + plan.takeover_within))


def _let_out(state: Open, standing: Open, now: datetime) -> tuple[Event, ...]:
    """Tell that what was held is before people now."""
    if isinstance(state, Held) and not isinstance(standing, Held):
        return (shown(state, now),)
    return ()


def _still_released(
    plan: ReviewPlan, state: Releasing, review: PendingReview | Escalated, now: datetime
) -> Open:
    """Go on only where the same sign-offs still are enough, as late as the rules ask by now."""
    if review.rung != state.paused.rung:
        return review
    if len(review.sign_offs) < len(plan.seats):
        return given_back(plan, review, state, now)
    later = max(state.release_at, state.at + plan.release_after)
    return replace(state, paused=review, release_at=later)


def _up(plan: ReviewPlan, now: datetime) -> Event:
    detail = {"why": plan.because, "rule": plan.rule}
    return Event(happening=Happening.ESCALATED, actor=KEYTURN, at=now, detail=dict(detail))
