"""Which proposals one person may approve together: small ones, all alike, and never a grave one.

The same rule offers them and is asked again, in its own transaction, for each that was sent in.
"""

from typing import Final

from manifests.vocabulary import Friction, Severity
from store.checkpoint import Checkpoint, Escalated, PendingReview
from store.people import Person
from store.refusals import Reason, Refusal
from store.seats import open_seats

AT_ONCE: Final = 10
"""How many at most; each is read whole, and nobody reads more than that with care."""
_QUICK = frozenset({Friction.ONE_CLICK, Friction.CONFIRM})


def too_many(count: int) -> Refusal | None:
    """Turn down more at once than anybody reads."""
    if count <= AT_ONCE:
        return None
    return Refusal(
        Reason.TOO_MANY_AT_ONCE,
        f"At most {AT_ONCE} are approved at once, and this was {count}. Approve fewer, then go on.",
    )


def apart(checkpoint: Checkpoint, person: Person) -> Refusal | None:
    """Say why this must be decided by itself; None where it may be approved with others like it."""
    state, plan = checkpoint.state, checkpoint.plan
    if not isinstance(state, PendingReview | Escalated):
        return _alone("it is not waiting for an approval now")
    if plan.severity.at_least(Severity.HIGH):
        return _alone(f"its severity is {plan.severity}")
    if not plan.reversible:
        return _alone("it cannot be undone")
    if plan.friction not in _QUICK:
        return _alone("it asks for a closer look")
    if checkpoint.proposal.kind == "question" or checkpoint.missing:
        return _alone("it needs an answer, not only a yes")
    if checkpoint.follows is not None or plan.overrides:
        return _alone("somebody said no before it")
    if checkpoint.exchanges:
        return _alone("somebody had a question about it")
    left = open_seats(plan, (each.seat for each in state.sign_offs))
    fitting = [seat for seat in left if person.roles & plan.fillers(plan.seats[seat], state.rung)]
    if len(left) != 1 or not fitting:
        return _alone("it has other open seats than one of yours")
    return None


def _alone(why: str) -> Refusal:
    return Refusal(
        Reason.ONE_BY_ONE, f"This is decided by itself, because {why}. Use its own card."
    )
