from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from manifests.vocabulary import ChannelId
from store.ports import Errand, Outgoing, Transaction
from store.proposal import ProposalId
from store.sql import SqlStore
from tests.contracts.conftest import House
from tests.store.making import HOUR, NOON

P1, P2 = ProposalId("p1"), ProposalId("p2")
SECOND = timedelta(seconds=1)
SOON = NOON + SECOND


def an_errand(lane: str = "C1", errand: Errand = Errand.CARD, **known: Any) -> Outgoing:
    told: dict[str, Any] = {"lane": lane, "errand": errand, "proposal": P1, "priority": 2}
    return Outgoing(**told | known)


@pytest.fixture
async def store(house: House) -> SqlStore:
    return await house.opens(clock=lambda: NOON)


@pytest.fixture
def add(store: SqlStore) -> Callable[..., Any]:
    async def adding(*outgoing: Outgoing) -> None:
        def all_of_them(tx: Transaction) -> None:
            for each in outgoing:
                tx.outbox.add(each)

        await store.write(all_of_them)

    return adding


async def next_in(store: SqlStore, lane: str = "C1", at: datetime = NOON) -> Outgoing | None:
    return await store.read(lambda look: look.outbox.next_in(lane, at))


async def claim(store: SqlStore, at: datetime = NOON, holder: str = "relay") -> str | None:
    return await store.write(lambda tx: tx.outbox.claim_lane(holder, at, at + 30 * SECOND))


async def release(store: SqlStore, lane: str, next_at: datetime, holder: str = "relay") -> None:
    await store.write(lambda tx: tx.outbox.release_lane(lane, holder, next_at))


async def test_an_errand_comes_back_as_it_was_given(store: SqlStore, add: Any) -> None:
    given = an_errand(
        errand=Errand.ALERT,
        proposal=None,
        body={"text": "naïve “quotes”", "n": [1, None, {"deep": 0.5}]},
        not_before=NOON - SECOND,
        expires_at=NOON + HOUR,
        attempts=3,
    )
    await add(given)
    found = await next_in(store)
    assert found is not None
    assert found == Outgoing(
        id=found.id,
        lane="C1",
        errand=Errand.ALERT,
        proposal=None,
        priority=2,
        body=given.body,
        attempts=3,
        not_before=NOON - SECOND,
        expires_at=NOON + HOUR,
    )
    await store.write(lambda tx: tx.outbox.done(found))
    assert await next_in(store) is None


async def test_the_urgent_goes_first_then_the_oldest(store: SqlStore, add: Any) -> None:
    await add(
        an_errand(errand=Errand.ALERT, priority=2, body={"n": 1}),
        an_errand(errand=Errand.ALERT, priority=0, body={"n": 2}),
        an_errand(errand=Errand.ALERT, priority=2, body={"n": 3}),
        an_errand(errand=Errand.ALERT, priority=0, body={"n": 4}),
    )
    order = []

    def done(tx: Transaction) -> bool:
        errand = tx.outbox.next_in("C1", NOON)
        if errand is not None:
            order.append(errand.body["n"])
            tx.outbox.done(errand)
        return errand is not None

    while await store.write(done):
        pass
    assert order == [2, 4, 1, 3]


@pytest.mark.parametrize("kind", [Errand.CARD, Errand.CALLBACK])
async def test_redraws_of_a_card_become_one(kind: Errand, store: SqlStore, add: Any) -> None:
    await add(an_errand(errand=kind), an_errand(errand=kind, priority=0), an_errand(errand=kind))
    await add(an_errand(errand=kind, proposal=P2), an_errand("C2", kind))
    found = await next_in(store)
    assert found is not None
    assert (found.wanted, found.priority) == (3, 0)
    assert await store.read(lambda look: look.outbox.waiting(NOON)) == (3, NOON)


@pytest.mark.parametrize("kind", [Errand.THREAD, Errand.ALERT, Errand.WHISPER])
async def test_what_is_said_is_said_each_time(kind: Errand, store: SqlStore, add: Any) -> None:
    await add(an_errand(errand=kind), an_errand(errand=kind))
    assert await store.read(lambda look: look.outbox.waiting(NOON)) == (2, NOON)


async def test_a_redraw_wanted_meanwhile_is_not_lost(store: SqlStore, add: Any) -> None:
    await add(an_errand())
    drawing = await next_in(store)
    assert drawing is not None
    await store.write(lambda tx: tx.outbox.postpone(drawing, NOON + HOUR))
    await add(an_errand())
    await store.write(lambda tx: tx.outbox.done(drawing))
    left = await next_in(store)
    assert left is not None
    assert (left.wanted, left.attempts) == (2, 0)
    await store.write(lambda tx: tx.outbox.done(left))
    assert await next_in(store) is None


async def test_what_failed_waits_and_counts(store: SqlStore, add: Any) -> None:
    await add(an_errand())
    failed = await next_in(store)
    assert failed is not None
    await store.write(lambda tx: tx.outbox.postpone(failed, SOON))
    assert await next_in(store) is None
    assert await claim(store) is None
    assert await claim(store, SOON) == "C1"
    again = await next_in(store, at=SOON)
    assert again is not None
    assert again.attempts == 1


async def test_a_lane_has_one_holder_and_keeps_its_pace(store: SqlStore, add: Any) -> None:
    await add(an_errand(), an_errand(proposal=P2))
    assert await claim(store) == "C1"
    assert await claim(store, holder="another") is None
    await release(store, "C1", NOON + 2 * SECOND, holder="a stranger")
    assert await claim(store, NOON + 3 * SECOND) is None
    await release(store, "C1", NOON + 5 * SECOND)
    assert await claim(store, NOON + 4 * SECOND) is None
    assert await claim(store, NOON + 5 * SECOND) == "C1"


async def test_a_lease_that_ran_out_is_free(store: SqlStore, add: Any) -> None:
    await add(an_errand())
    assert await claim(store, holder="dead") == "C1"
    assert await claim(store, NOON + 29 * SECOND) is None
    assert await claim(store, NOON + 30 * SECOND) == "C1"


async def test_lanes_take_turns(store: SqlStore, add: Any) -> None:
    await add(an_errand("C1"), an_errand("C2"), an_errand("C1", proposal=P2))
    first = await claim(store)
    assert first is not None
    await release(store, first, NOON)
    await release(store, first, SOON)
    second = await claim(store, SOON)
    assert {first, second} == {"C1", "C2"}


async def test_an_empty_lane_is_not_claimed(store: SqlStore, add: Any) -> None:
    await add(an_errand())
    errand = await next_in(store)
    assert errand is not None
    await store.write(lambda tx: tx.outbox.done(errand))
    assert await claim(store) is None


async def test_a_look_says_whether_a_claim_is_worth_it(store: SqlStore, add: Any) -> None:
    async def has_work(at: datetime = NOON) -> bool:
        return await store.read(lambda look: look.outbox.has_work(at))

    assert not await has_work()
    await add(an_errand(not_before=SOON))
    assert not await has_work()
    assert await has_work(SOON)
    assert await claim(store, SOON) == "C1"
    assert not await has_work(SOON)
    await add(an_errand("C1", Errand.WHISPER, expires_at=SOON + SECOND))
    assert not await has_work(SOON)
    assert await has_work(SOON + SECOND)


async def test_what_came_too_late_is_dropped(store: SqlStore, add: Any) -> None:
    await add(an_errand(errand=Errand.WHISPER, expires_at=SOON))
    assert await next_in(store, at=SOON) is None
    assert await store.read(lambda look: look.outbox.waiting(SOON)) == (0, None)
    assert await claim(store, SOON) is None
    # Gone for good: not even a clock set back brings it up again.
    assert await next_in(store, at=NOON) is None


async def test_a_thread_waits_for_its_card(store: SqlStore, add: Any) -> None:
    card = await store.write(lambda tx: tx.cards.ensure(P1, ChannelId("C1")))
    await add(an_errand(errand=Errand.THREAD))
    assert await next_in(store) is None
    assert await claim(store) is None
    posted = type(card)(proposal=P1, channel=card.channel, nonce=card.nonce, ts="1.2")
    await store.write(lambda tx: tx.cards.put(posted))
    assert await claim(store) == "C1"
    assert await next_in(store) is not None


async def test_a_thread_does_not_wait_for_a_card_that_never_comes(
    store: SqlStore, add: Any
) -> None:
    card = await store.write(lambda tx: tx.cards.ensure(P1, ChannelId("C1")))
    lost = type(card)(
        proposal=P1, channel=card.channel, nonce=card.nonce, undeliverable="is_archived"
    )
    await store.write(lambda tx: tx.cards.put(lost))
    await add(an_errand(errand=Errand.THREAD))
    assert await claim(store) == "C1"


async def test_other_cards_hold_no_thread_up(store: SqlStore, add: Any) -> None:
    await store.write(lambda tx: tx.cards.ensure(P1, ChannelId("C2")))
    await store.write(lambda tx: tx.cards.ensure(P2, ChannelId("C1")))
    await add(an_errand(errand=Errand.THREAD))
    assert await next_in(store) is not None


async def test_waiting_says_since_when(house: House, store: SqlStore, add: Any) -> None:
    later = await house.opens(clock=lambda: NOON + HOUR)
    await later.write(lambda tx: tx.outbox.add(an_errand(proposal=P2)))
    await add(an_errand(not_before=NOON + 2 * HOUR))
    waiting = await store.read(lambda look: look.outbox.waiting(NOON + HOUR))
    assert waiting == (2, NOON + HOUR)
    assert await store.read(lambda look: look.outbox.waiting(NOON + 3 * HOUR)) == (2, NOON + HOUR)


async def test_an_errand_undone_with_its_operation_leaves_its_lane_usable(
    store: SqlStore, add: Any
) -> None:
    """A lane first made by an operation that failed is made again by the next one."""

    def failing(tx: Any) -> None:
        tx.outbox.add(an_errand("C9"))
        tx.outbox.add(an_errand("C9", proposal=P2))
        raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        await store.write(failing)
    await add(an_errand("C9"))
    assert await claim(store) == "C9"


async def test_what_would_be_merged_is_found_while_it_waits(store: SqlStore, add: Any) -> None:
    counted = an_errand(errand=Errand.UNSEEN, proposal=None, body={"n": 1})
    assert await store.read(lambda look: look.outbox.like(counted)) is None
    await add(counted)
    await add(an_errand(errand=Errand.UNSEEN, proposal=None, lane="C2", body={"n": 7}))
    await add(replace(counted, body={"n": 2}))
    found = await store.read(lambda look: look.outbox.like(counted))
    assert found is not None
    assert (found.body, found.wanted) == ({"n": 2}, 2)
    # What is never merged is like nothing.
    alert = an_errand(errand=Errand.ALERT)
    await add(alert)
    assert await store.read(lambda look: look.outbox.like(alert)) is None
