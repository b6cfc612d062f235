"""Several approvals at once, each by a command, a transaction and an audit line of its own.

What was offered is judged again where it counts: inside the transaction that decides, for each
item, by the same rule and against the very blocks that were shown.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from pydantic import JsonValue

from blocks.home_ids import Offered
from blocks.lists.batch import Told, shown_whole
from blocks.parts.headline import asked
from blocks.wording.veil import veil_of
from bot.reviewing.asked import Quorum, Request
from bot.reviewing.review import Review
from manifests.vocabulary import ActionName, ChannelId, UserId
from store import door
from store.checkpoint import Checkpoint, Releasing, is_open
from store.commands import Approve
from store.digest import canonical, digest_of
from store.lifecycle import already_closed
from store.lifecycle.eligibility import stale
from store.people import Person
from store.ports import Reading, Store, Transaction
from store.refusals import Reason, Refusal
from store.together import apart, too_many

NOWHERE = ChannelId("")
"""A modal is in no channel, and says by itself what is refused."""
_REDRAWN = Refusal(
    Reason.STALE_REVISION, "It reads differently now than it did here. Decide it on its own card."
)
_UNLIKE = Refusal(
    Reason.ONE_BY_ONE, "This is another action than the rest. Decide it on its own card."
)


@dataclass(frozen=True, slots=True)
class Ticked:
    """What somebody ticked in one modal, and when they opened it."""

    key: str
    """Tells this submission from every other one, also when it is delivered twice."""
    user: UserId
    items: Sequence[Offered]
    opened_at: datetime


class Batches:
    """Approves what was ticked, one by one."""

    def __init__(self, store: Store, review: Review, judge: door.Judge) -> None:
        self._store = store
        self._review = review
        self._judge = judge

    async def approve(self, ticked: Ticked) -> list[Told]:
        """Approve each item that may be; tell of every one how it went."""
        items = tuple({each.proposal: each for each in ticked.items}.values())
        requests = [_request(ticked, item) for item in items]
        refusal = too_many(len(items))
        if refusal is not None:
            await asyncio.gather(*(self._review.turn_down(each, refusal) for each in requests))
            return [Told(_about(None, item), refusal.words) for item in items]
        action = await self._store.read(partial(_action_of, items[0]))
        both = zip(requests, items, strict=True)
        return list(await asyncio.gather(*(self._one(*each, action) for each in both)))

    async def _one(self, request: Request, item: Offered, action: ActionName | None) -> Told:
        vouch = partial(self._shown, item, action)
        verdict = await self._review.act(request, _approval, vouch)
        after = await self._store.read(lambda look: look.checkpoints.get(item.proposal))
        words = None if verdict.refusal is None else verdict.refusal.words
        waits = after is not None and isinstance(after.state, Releasing)
        return Told(_about(after, item), words, waits)

    def _shown(
        self,
        item: Offered,
        action: ActionName | None,
        tx: Transaction,
        request: Request,
        person: Person,
    ) -> door.Witness | Refusal:
        """Say what this item showed, unless it may not be approved together with others."""
        settled = door.settled(tx, item.proposal)
        if settled is None:
            return door.unknown(item.proposal)
        checkpoint = door.tightened(tx, settled, self._judge)
        refusal = _objection(checkpoint, item, action, person)
        whole = shown_whole(checkpoint)
        if refusal is not None or whole is None:
            return refusal or _REDRAWN
        if digest_of([*whole]) != item.drawn:
            return _REDRAWN
        shown: dict[str, JsonValue] = {
            "together": True,
            "digest": item.drawn,
            "view_opened_at": request.opened_at.isoformat() if request.opened_at else None,
            "decided_at": tx.now().isoformat(),
        }
        blocks = canonical([*whole]).decode()
        return door.Witness(full={"shown": {**shown, "blocks": blocks}}, brief={"shown": shown})


def _objection(
    checkpoint: Checkpoint, item: Offered, action: ActionName | None, person: Person
) -> Refusal | None:
    if not is_open(checkpoint.state):
        return already_closed(checkpoint, person)
    if (checkpoint.revision.number, checkpoint.revision.digest) != (item.revision, item.digest):
        return stale(checkpoint, item.revision)
    if checkpoint.proposal.action != action:
        return _UNLIKE
    return apart(checkpoint, person)


def _approval(quorum: Quorum) -> Approve:
    return Approve(**quorum.seen)


def _request(ticked: Ticked, item: Offered) -> Request:
    return Request(
        key=f"{ticked.key}/{item.proposal}",
        user=ticked.user,
        channel=NOWHERE,
        message=None,
        proposal=item.proposal,
        revision=item.revision,
        digest=item.digest,
        nonce="",
        opened_at=ticked.opened_at,
        aloud=False,
    )


def _action_of(item: Offered, look: Reading) -> ActionName | None:
    checkpoint = look.checkpoints.get(item.proposal)
    return None if checkpoint is None else checkpoint.proposal.action


def _about(checkpoint: Checkpoint | None, item: Offered) -> str:
    return item.proposal if checkpoint is None else asked(checkpoint, veil_of(checkpoint))
