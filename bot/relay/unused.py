"""The cards of approvals that wait to be used, drawn anew a few at a time after a pause."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from pydantic import JsonValue

from bot.relay.verdicts import DONE, Verdict
from store import door
from store.checkpoint import Checkpoint
from store.governing import scopes_of
from store.ports import Outgoing, Store, Timer, TimerKind, Transaction
from store.proposal import ProposalId

AT_ONCE = 25
"""Approvals looked at in one transaction, so that decisions go between; Slack is slower anyway."""


class Unused:
    """Goes through every approval that a pause, or its end, may concern."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def redraw(self, outgoing: Outgoing) -> Verdict:
        """Ask for the next cards to be drawn, and leave an errand for the rest."""
        await self._store.write(partial(_next, outgoing))
        return DONE


def _next(outgoing: Outgoing, tx: Transaction) -> None:
    """Draw one page anew; what follows it is queued in the same commit, so nothing is forgotten."""
    scope = str(outgoing.body["scope"])
    page = tx.timers.ahead(TimerKind.LAPSE, AT_ONCE, _read(outgoing.body.get("after")))
    for timer in page:
        checkpoint = tx.checkpoints.get(timer.proposal)
        if checkpoint is not None and scope in _scopes(checkpoint):
            for card in tx.cards.of(checkpoint.id):
                door.redraw(tx, checkpoint, card.channel)
    tx.outbox.done(outgoing)
    if len(page) == AT_ONCE:
        body = {"scope": scope, "after": _written(page[-1])}
        tx.outbox.add(replace(outgoing, id=0, body=body, attempts=0, not_before=None))
    tx.announce("outbox")


def _written(timer: Timer) -> JsonValue:
    return {"proposal": timer.proposal, "due": timer.due.isoformat()}


def _read(place: JsonValue) -> Timer | None:
    if not isinstance(place, dict):
        return None
    due = datetime.fromisoformat(str(place["due"]))
    return Timer(ProposalId(str(place["proposal"])), TimerKind.LAPSE, due)


def _scopes(checkpoint: Checkpoint) -> set[str]:
    """Name every scope that would hold it, whoever executes."""
    agent, action = checkpoint.parties.agent, checkpoint.proposal.action
    executor = checkpoint.plan.executed_by or agent
    return {*scopes_of(agent, action), *scopes_of(executor, action)}
