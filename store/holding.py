"""What one agent may put before people at once of one harmless action; the rest is held.

Counted in the transaction that takes a proposal in, or its answer, under the chain's head, so the
count is exact. What a rule asks first takes no place until people may decide it.
"""

from datetime import datetime

from manifests.plan import ReviewPlan
from manifests.vocabulary import ActionName, AgentName, Scrutiny
from store.board import queue_mark
from store.checkpoint import Checkpoint, Open
from store.lifecycle import Transition
from store.lifecycle.clocks import life_ends_at
from store.lifecycle.holding import has_a_place, held_back, may_be_held, takes_its_place
from store.ports import Reading
from store.proposal import ProposalId


def why_held(look: Reading, plan: ReviewPlan, agent: AgentName, action: ActionName) -> str:
    """Say why a new proposal is to be held; nothing where people see it at once."""
    most, queue = plan.hold_above, queue_mark(agent, action)
    if most is None or plan.scrutiny is not Scrutiny.REVIEW or not may_be_held(plan):
        return ""
    return _no_room(look, most, agent, queue) or _behind(look, agent, queue, None)


def next_before(look: Reading, step: Transition) -> ProposalId | None:
    """Find what is held and must be shown before what this step brings before people."""
    after = step.after
    queue = _queue_of(after)
    if not takes_its_place(step) or not _behind(look, after.parties.agent, queue, after):
        return None
    return first_that_fits(look, after.plan, queue)


def in_line(look: Reading, step: Transition) -> Transition:
    """Hold what was asked first and comes before people now, where there is no room for it."""
    after = step.after
    most, agent, queue = after.plan.hold_above, after.parties.agent, _queue_of(after)
    if most is None or not takes_its_place(step):
        return step
    why = _no_room(look, most, agent, queue) or _behind(look, agent, queue, after)
    return held_back(step, why) if why else step


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
    queue = _queue_of(after)
    oldest = look.board.oldest_held(queue)
    held = None if oldest is None else look.checkpoints.get(oldest)
    most = None if held is None else held.plan.hold_above
    if most is None or look.board.shown(queue) < most:
        return oldest
    return None


def _no_room(look: Reading, most: int, agent: AgentName, queue: str) -> str:
    shown = look.board.shown(queue)
    if shown < most:
        return ""
    return (
        f"{agent} has {shown} like this before people already, as many as the rules show at once."
    )


def _behind(look: Reading, agent: AgentName, queue: str, late: Checkpoint | None) -> str:
    """Say that something is held already that comes first; all that is held does before the new."""
    oldest = look.board.oldest_held(queue)
    held = None if oldest is None else look.checkpoints.get(oldest)
    if held is None or (late is not None and _turn(late) < _turn(held)):
        return ""
    return f"{agent} has others like this that wait for room before it."


def _turn(checkpoint: Checkpoint) -> tuple[datetime, ProposalId]:
    """Say where something stands in the line, as the board sorts what is held."""
    # What would never expire is never held.
    return life_ends_at(checkpoint) or checkpoint.created_at, checkpoint.id


def _queue_of(checkpoint: Checkpoint) -> str:
    return queue_mark(checkpoint.parties.agent, checkpoint.proposal.action)


def _is_in_queue(checkpoint: Checkpoint) -> bool:
    """Say whether it takes a place before people, or waits for one."""
    return checkpoint.plan.hold_above is not None and isinstance(checkpoint.state, Open)


def _is_shown(checkpoint: Checkpoint) -> bool:
    return _is_in_queue(checkpoint) and has_a_place(checkpoint)
