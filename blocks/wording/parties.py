"""How the parties to a proposal are called in our sentences."""

from blocks.wording.text import one_line
from store.checkpoint import Checkpoint

_NAME = 80


def runner(checkpoint: Checkpoint) -> str:
    """Name who executes, inside a sentence."""
    executor = checkpoint.plan.executed_by
    return "the agent" if executor is None else one_line(executor, _NAME)


def runner_first(checkpoint: Checkpoint) -> str:
    """Name who executes, to begin a sentence with."""
    return "The agent" if checkpoint.plan.executed_by is None else runner(checkpoint)
