"""How the parties to a proposal are called in our sentences."""

from blocks.wording.text import one_line
from blocks.wording.veil import Veil
from store.checkpoint import Checkpoint

_NAME = 80


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
