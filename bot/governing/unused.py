"""Approvals that wait to be used, drawn anew when a pause takes hold of them or lets them go."""

from store import door
from store.checkpoint import Checkpoint
from store.governing import scopes_of
from store.ports import TimerKind, Transaction

MOST = 500
"""Cards drawn anew at once; Slack takes fifty changes a minute."""


def redraw_unused(tx: Transaction, scope: str) -> None:
    """Draw the cards of approvals anew that can no longer, or can again, be used."""
    for timer in tx.timers.ahead(TimerKind.LAPSE, MOST):
        checkpoint = tx.checkpoints.get(timer.proposal)
        if checkpoint is None or scope not in _scopes(checkpoint):
            continue
        for card in tx.cards.of(checkpoint.id):
            door.redraw(tx, checkpoint, card.channel)


def _scopes(checkpoint: Checkpoint) -> set[str]:
    """Name every scope that would hold it, whoever executes."""
    agent, action = checkpoint.parties.agent, checkpoint.proposal.action
    executor = checkpoint.plan.executed_by or agent
    return {*scopes_of(agent, action), *scopes_of(executor, action)}
