from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from manifests.vocabulary import AgentName, ChannelId
from store.ports import Card, DeadLetter, Timer, TimerKind, Transaction
from store.proposal import ProposalId
from store.sql import SqlStore
from store.sql.troubles import ReadOnly
from tests.contracts.conftest import House
from tests.store.making import HOUR, NOON

P1, P2 = ProposalId("p1"), ProposalId("p2")
FINANCE, CFO = ChannelId("C_FINANCE"), ChannelId("C_CFO")
BILLING = AgentName("billing")
SUM = "action=process_refund agent=billing"


async def test_timers_are_listed_when_due_earliest_first(store: SqlStore) -> None:
    first = Timer(P1, TimerKind.REVIEW, NOON + HOUR)
    second = Timer(P2, TimerKind.REVIEW, NOON)
    other = Timer(P1, TimerKind.LAPSE, NOON + 2 * HOUR)

    def put(tx: Transaction) -> None:
        for timer in (first, second, other):
            tx.timers.put(timer)

    await store.write(put)

    async def due(at: datetime, limit: int = 10) -> tuple[Timer, ...]:
        return await store.read(lambda look: look.timers.due(at, limit))

    assert await due(NOON - timedelta(microseconds=1)) == ()
    assert await due(NOON) == (second,)
    assert await due(NOON + 2 * HOUR) == (second, first, other)
    assert await due(NOON + 2 * HOUR, limit=1) == (second,)
    assert await store.read(lambda look: look.timers.next_due()) == NOON


async def test_timers_of_one_kind_are_listed_whether_they_are_due_or_not(store: SqlStore) -> None:
    later = Timer(P1, TimerKind.LAPSE, NOON + 2 * HOUR)
    sooner = Timer(P2, TimerKind.LAPSE, NOON + HOUR)

    def put(tx: Transaction) -> None:
        for timer in (later, sooner, Timer(P1, TimerKind.REVIEW, NOON)):
            tx.timers.put(timer)

    await store.write(put)
    assert await store.read(lambda look: look.timers.ahead(TimerKind.LAPSE, 10)) == (sooner, later)
    assert await store.read(lambda look: look.timers.ahead(TimerKind.LAPSE, 1)) == (sooner,)
    assert await store.read(lambda look: look.timers.ahead(TimerKind.LAPSE, 9, sooner)) == (later,)
    assert await store.read(lambda look: look.timers.ahead(TimerKind.LAPSE, 9, later)) == ()
    assert await store.read(lambda look: look.timers.ahead(TimerKind.VETO, 10)) == ()


async def test_a_proposal_has_one_timer_of_a_kind(store: SqlStore) -> None:
    await store.write(lambda tx: tx.timers.put(Timer(P1, TimerKind.REVIEW, NOON)))
    await store.write(lambda tx: tx.timers.put(Timer(P1, TimerKind.REVIEW, NOON + HOUR)))
    assert await store.read(lambda look: look.timers.next_due()) == NOON + HOUR
    await store.write(lambda tx: tx.timers.clear(P1, TimerKind.LAPSE))
    await store.write(lambda tx: tx.timers.clear(P1, TimerKind.REVIEW))
    await store.write(lambda tx: tx.timers.clear(P1, TimerKind.REVIEW))
    assert await store.read(lambda look: look.timers.next_due()) is None


async def test_a_channel_has_one_card_of_a_proposal(store: SqlStore) -> None:
    made = await store.write(lambda tx: tx.cards.ensure(P1, FINANCE))
    again = await store.write(lambda tx: tx.cards.ensure(P1, FINANCE))
    second = await store.write(lambda tx: tx.cards.ensure(P1, CFO))
    assert again == made
    assert second.nonce != made.nonce
    assert await store.read(lambda look: look.cards.of(P1)) == (made, second)
    assert await store.read(lambda look: look.cards.by_nonce(second.nonce)) == second
    assert await store.read(lambda look: look.cards.by_nonce("unknown")) is None


async def test_a_card_learns_where_it_stands(store: SqlStore) -> None:
    made = await store.write(lambda tx: tx.cards.ensure(P1, FINANCE))
    known = Card(
        proposal=P1,
        channel=FINANCE,
        nonce=made.nonce,
        ts="1730548800.000100",
        posted_at=NOON,
        attempt_started_at=NOON - timedelta(seconds=1),
        drawn_version=3,
        drawn_blocks='[{"type": "header"}]',
        shown_in=CFO,
        undeliverable="channel_not_found",
    )
    begun = replace(known, ts=None, posted_at=None, attempt_started_at=NOON)
    await store.write(lambda tx: tx.cards.put(begun))
    # Nobody noted yet where it stands; if it does, it is where it was to be shown.
    assert await store.read(lambda look: look.cards.on_the_way(CFO)) == (begun,)
    assert await store.read(lambda look: look.cards.on_the_way(FINANCE)) == ()
    await store.write(lambda tx: tx.cards.put(known))
    assert await store.read(lambda look: look.cards.on_the_way(CFO)) == ()
    assert await store.read(lambda look: look.cards.of(P1)) == (known,)
    with pytest.raises(LookupError, match="no card of p2"):
        await store.write(lambda tx: tx.cards.put(Card(proposal=P2, channel=FINANCE, nonce="n")))


async def test_a_card_is_found_by_the_message_it_is(store: SqlStore) -> None:
    def posted(tx: Transaction, proposal: ProposalId, ts: str, shown_in: ChannelId | None) -> Card:
        card = replace(tx.cards.ensure(proposal, FINANCE), ts=ts, shown_in=shown_in)
        tx.cards.put(card)
        return card

    first = await store.write(lambda tx: posted(tx, P1, "1730548800.000100", None))
    moved = await store.write(lambda tx: posted(tx, P2, "1730548800.000200", CFO))

    async def at(channel: ChannelId, ts: str) -> Card | None:
        return await store.read(lambda look: look.cards.at(channel, ts))

    assert await at(FINANCE, "1730548800.000100") == first
    assert await at(CFO, "1730548800.000200") == moved
    assert await at(FINANCE, "1730548800.000200") is None
    assert await at(CFO, "1730548800.000100") is None


async def test_dead_letters_are_kept_with_their_reason(store: SqlStore) -> None:
    def letter(name: str, minutes: int, reason: str = "not JSON") -> DeadLetter:
        return DeadLetter(
            id=name,
            agent=BILLING,
            body="{",
            reason=reason,
            attempts=5,
            at=NOON + timedelta(minutes=minutes),
        )

    letters = (letter("m1", 0), letter("m2", 1), letter("m1", 2, "still not JSON"))

    def put(tx: Transaction) -> None:
        for each in letters:
            tx.dead_letters.put(each)

    await store.write(put)
    newest = await store.read(lambda look: look.dead_letters.page(10))
    assert newest == (letter("m1", 2, "still not JSON"), letter("m2", 1))
    assert await store.read(lambda look: look.dead_letters.page(1)) == newest[:1]
    assert await store.read(lambda look: look.dead_letters.get("m2")) == letter("m2", 1)
    assert await store.read(lambda look: look.dead_letters.get("m3")) is None


async def test_the_newest_reply_is_read(store: SqlStore) -> None:
    assert await store.read(lambda look: look.replies.latest(P1)) is None
    told = ((1, "one"), (3, "three"), (2, "two"), (3, "three, again"))

    def put(tx: Transaction) -> None:
        for version, body in told:
            tx.replies.put(P1, BILLING, version, body)

    await store.write(put)
    assert await store.read(lambda look: look.replies.latest(P1)) == "three, again"


async def test_a_click_is_answered_once_and_remembered_for_a_while(house: House) -> None:
    now = [NOON]
    store = await house.opens(clock=lambda: now[0])
    await store.write(lambda tx: tx.clicks.remember("trigger-1", "approved"))
    await store.write(lambda tx: tx.clicks.remember("trigger-1", "something else"))
    assert await store.read(lambda look: look.clicks.answer_to("trigger-1")) == "approved"
    assert await store.read(lambda look: look.clicks.answer_to("trigger-2")) is None
    now[0] += HOUR
    await store.write(lambda tx: tx.clicks.remember("trigger-2", "rejected"))
    assert await store.write(lambda tx: tx.clicks.forget_before(NOON + HOUR)) == 1
    assert await store.read(lambda look: look.clicks.answer_to("trigger-1")) is None
    assert await store.read(lambda look: look.clicks.answer_to("trigger-2")) == "rejected"


async def test_spending_is_summed_exactly_from_the_whole_hour(store: SqlStore) -> None:
    spent = [("0.10", 0), ("0.20", 30), ("19.99", 90), ("1000000", 150)]

    def spend(tx: Transaction) -> None:
        for amount, minutes in spent:
            at = NOON + timedelta(minutes=minutes)
            tx.spending.add(SUM, "USD", Decimal(amount), at)

    await store.write(spend)
    await store.write(lambda tx: tx.spending.add(SUM, "EUR", Decimal(7), NOON))

    async def since(at: datetime, currency: str = "USD") -> tuple[Decimal, int]:
        return await store.read(lambda look: look.spending.spent(SUM, currency, at))

    assert await since(NOON) == (Decimal("1000020.29"), 4)
    # A bucket counts whole: a limit may come too early by less than an hour, never too late.
    assert await since(NOON + timedelta(minutes=59)) == (Decimal("1000020.29"), 4)
    assert await since(NOON + HOUR) == (Decimal("1000019.99"), 2)
    assert await since(NOON + 3 * HOUR) == (Decimal(0), 0)
    assert await since(NOON, "EUR") == (Decimal(7), 1)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "9007199254740993"])
async def test_an_amount_that_cannot_be_counted_is_refused(amount: str, store: SqlStore) -> None:
    with pytest.raises(ValueError, match="too much to be counted"):
        await store.write(lambda tx: tx.spending.add(SUM, "USD", Decimal(amount), NOON))


async def test_what_is_finer_than_a_millionth_counts_as_more(store: SqlStore) -> None:
    await store.write(lambda tx: tx.spending.add(SUM, "BTC", Decimal("0.0000000001"), NOON))
    total, times = await store.read(lambda look: look.spending.spent(SUM, "BTC", NOON))
    assert (total, times) == (Decimal("0.000001"), 1)


async def test_secrets_are_made_once_for_an_installation(house: House) -> None:
    first, second = await house.opens(), await house.opens()
    one = await first.read(lambda look: look.secret("execution"))
    assert len(one) == 32
    assert await second.write(lambda tx: tx.secret("execution")) == one
    assert await first.read(lambda look: look.secret("another")) != one
    elsewhere = House(house.url)
    other = await elsewhere.opens()
    try:
        assert await other.read(lambda look: look.secret("execution")) != one
    finally:
        await other.close()


async def test_one_operation_happens_at_one_moment(house: House, store: SqlStore) -> None:
    first = await store.write(lambda tx: (tx.now(), tx.now()))
    assert first[0] == first[1]
    assert first[0].utcoffset() == timedelta(0)
    assert await store.write(lambda tx: tx.now()) > first[0]
    fixed = await house.opens(clock=lambda: NOON)
    assert await fixed.write(lambda tx: tx.now()) == NOON
    assert await fixed.read(lambda look: look.now()) == NOON


async def test_a_query_changes_nothing(store: SqlStore) -> None:
    with pytest.raises(ReadOnly, match="A query tried to change something"):
        await store.read(lambda look: look.timers.put(Timer(P1, TimerKind.REVIEW, NOON)))
    assert await store.read(lambda look: look.timers.next_due()) is None
