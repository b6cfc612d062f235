"""How the parties to a proposal are called in our sentences."""

from blocks.wording.text import one_line
from blocks.wording.veil import Veil
from manifests.plan import ReviewPlan
from manifests.vocabulary import RoleName
from store.checkpoint import Checkpoint

_NAME = 80
_TITLE = 60


def runner(checkpoint: Checkpoint) -> str:
    """Name who executes, inside a sentence."""
    executor = checkpoint.plan.executed_by
    return "the agent" if executor is None else one_line(executor, _NAME)


def runner_first(checkpoint: Checkpoint) -> str:
    """Name who executes, to begin a sentence with."""
    return "The agent" if checkpoint.plan.executed_by is None else runner(checkpoint)


def person_behind(checkpoint: Checkpoint, veil: Veil) -> str:
    """Name whom it was proposed for: as we know them, or else as the agent did."""
    told = checkpoint.parties.requester_name or checkpoint.proposal.on_behalf_of or ""
    return one_line(veil.over(told), _NAME)


def acting_as(plan: ReviewPlan, seat: RoleName, role: RoleName | None) -> tuple[str, str]:
    """Name the role that somebody acts in, and that in whose place, if it is not their own."""
    called = (one for step in plan.ladder for one in step.fallback)
    titles = {one.name: one_line(one.title, _TITLE) for one in (*called, *plan.seats)}
    filled = titles.get(seat, one_line(seat, _TITLE))
    held = filled if role is None else titles.get(role, filled)
    return held, filled if held != filled else ""


def role_in_words(plan: ReviewPlan, seat: RoleName, role: RoleName | None) -> str:
    """Name the role held, with the seat filled where that is another's."""
    held, instead_of = acting_as(plan, seat, role)
    return f"{held}, for {instead_of}" if instead_of else held
