"""What was held until it expired, counted for operations: one errand a channel, however many."""

from dataclasses import dataclass, replace
from datetime import timedelta

from pydantic import JsonValue

from manifests.vocabulary import ChannelId
from store.checkpoint import Checkpoint
from store.ports import Errand, Outgoing, Transaction

GATHERED_FOR = timedelta(seconds=10)
"""How long others like it may join before it is told; a sweep takes less."""
NAMED = 5
"""How many of one agent and action are named; each is in the audit log."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """How many of one agent's proposals of one action nobody saw, and which were the first."""

    agent: str
    action: str
    many: int
    first: tuple[str, ...]


def count_unseen(tx: Transaction, checkpoint: Checkpoint, channel: ChannelId) -> None:
    """Add one to what a channel is to be told of."""
    # A lane of its own: a program that does not know this errand yet stops at nothing else.
    wanted = Outgoing(lane=f"unseen:{channel}", errand=Errand.UNSEEN, proposal=None, priority=0)
    waiting = tx.outbox.like(wanted)
    known = () if waiting is None else unseen_in(waiting)
    body: dict[str, JsonValue] = {
        "channel": channel,
        "otherwise": checkpoint.plan.administrators.channel,
        "unseen": [_written(each) for each in _with(known, checkpoint)],
    }
    # Whatever joins it does not make it wait longer.
    told_at = tx.now() + GATHERED_FOR if waiting is None else waiting.not_before
    tx.outbox.add(replace(wanted, body=body, not_before=told_at))
    tx.announce("outbox")


def unseen_in(outgoing: Outgoing) -> tuple[Unseen, ...]:
    """Read what an errand counts."""
    listed = outgoing.body.get("unseen")
    rows = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return tuple(map(_read, rows))


def _with(known: tuple[Unseen, ...], checkpoint: Checkpoint) -> tuple[Unseen, ...]:
    whose, what = checkpoint.parties.agent, checkpoint.proposal.action
    before = next((each for each in known if (each.agent, each.action) == (whose, what)), None)
    if before is None:
        return (*known, Unseen(whose, what, 1, (checkpoint.id,)))
    first = (*before.first, checkpoint.id)[:NAMED]
    more = replace(before, many=before.many + 1, first=first)
    return tuple(more if each is before else each for each in known)


def _written(unseen: Unseen) -> JsonValue:
    return {
        "agent": unseen.agent,
        "action": unseen.action,
        "many": unseen.many,
        "first": [*unseen.first],
    }


def _read(row: dict[str, JsonValue]) -> Unseen:
    many, first = row["many"], row["first"]
    assert isinstance(many, int), "it is written as a number"
    assert isinstance(first, list), "they are written as a list"
    return Unseen(str(row["agent"]), str(row["action"]), many, tuple(map(str, first)))
