"""What one agent may put before people at once of one harmless action; the rest is held.

Counted in the transaction that takes a proposal in, under the chain's head, so the count is exact.
"""

from manifests.plan import ReviewPlan
from manifests.vocabulary import ActionName, AgentName, Scrutiny
from store.board import queue_mark
from store.checkpoint import Checkpoint, Held, Open
from store.lifecycle import Transition
from store.lifecycle.holding import may_be_held
from store.ports import Reading
from store.proposal import ProposalId


def why_held(look: Reading, plan: ReviewPlan, agent: AgentName, action: ActionName) -> str:
    """Say why a proposal is to be held; nothing where people see it at once."""
    most = plan.hold_above
    if most is None or plan.scrutiny is not Scrutiny.REVIEW or not may_be_held(plan):
        return ""
    shown = look.board.shown(queue_mark(agent, action))
    if shown < most:
        return ""
    return (
        f"{agent} has {shown} like this before people already, as many as the rules show at once."
    )


def first_that_fits(look: Reading, plan: ReviewPlan, queue: str) -> ProposalId | None:
    """Find what is held the longest, where there is room by rules that may be newer than its own.

    Whatever comes in later under those rules must not overtake it.
    """
    most = plan.hold_above
    if most is None or look.board.shown(queue) >= most:
        return None
    return look.board.oldest_held(queue)


def next_in_line(look: Reading, step: Transition) -> ProposalId | None:
    """Find what may be shown because this step has made room for it."""
    before, after = step.before, step.after
    if before is None or not _is_in_queue(before) or _is_shown(after):
        return None
    queue = queue_mark(after.parties.agent, after.proposal.action)
    oldest = look.board.oldest_held(queue)
    held = None if oldest is None else look.checkpoints.get(oldest)
    most = None if held is None else held.plan.hold_above
    if most is None or look.board.shown(queue) < most:
        return oldest
    return None


def _is_in_queue(checkpoint: Checkpoint) -> bool:
    """Say whether it takes a place before people, or waits for one."""
    return checkpoint.plan.hold_above is not None and isinstance(checkpoint.state, Open)


def _is_shown(checkpoint: Checkpoint) -> bool:
    return _is_in_queue(checkpoint) and not isinstance(checkpoint.state, Held)
