import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from bot.clock.calendar_jobs import (
    CalendarJobs,
    clear_out,
    forget_old_clicks,
    look_for_the_forgotten,
    recount_loads,
)
from bot.clock.digests import Digests
from bot.judging.live_manifest import LiveManifest
from manifests.vocabulary import Digest, PersonId, UserId
from store.checkpoint import Status
from store.commands import Withdraw
from store.ports import DeadLetter, Errand, TimerKind, Transaction
from store.proposal import ProposalId
from store.retention import Kept
from store.staffing import Assignment
from tests.bot.gateway import MANIFEST, SUPPORT, Gateway, gateway, refund
from tests.store.staffed import staff_up


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Gateway]:
    async with gateway(f"sqlite:///{tmp_path}/keyturn.db", tmp_path) as one:
        yield one


async def proposed(made: Gateway, key: str = "1") -> ProposalId:
    agent = made.ring.agent_named(SUPPORT)
    assert agent is not None
    taken, _ = await made.intake.take(agent, json.dumps(refund(key=key)))
    return taken.checkpoint.id


async def posted(made: Gateway, proposal: ProposalId) -> None:
    """Note that every card of a proposal stands in its channel."""

    def noted(tx: Transaction) -> None:
        for card in tx.cards.of(proposal):
            tx.cards.put(replace(card, ts="1795237173.967600"))

    await made.store.write(noted)


async def test_nothing_forgotten_is_found_where_all_is_well(made: Gateway) -> None:
    await posted(made, await proposed(made))
    made.clock.at += timedelta(minutes=12)
    found = await look_for_the_forgotten(made.store, made.metrics)
    assert (found.overdue, found.without_card) == ((), ())
    assert b'keyturn_forgotten{kind="overdue"} 0.0' in made.metrics.text()


async def test_loads_that_do_not_add_up_are_noticed_and_put_right(made: Gateway) -> None:
    await made.store.write(lambda tx: staff_up(tx, support_reviewer="finn"))
    await posted(made, await proposed(made))
    assert await recount_loads(made.store, made.metrics) == 0
    stray = Assignment(
        proposal=ProposalId("gone"),
        seat=0,
        user=UserId("finn"),
        person=PersonId("person-finn"),
        weight=3,
    )
    await made.store.write(lambda tx: tx.staff.assign((), (stray,)))
    assert await recount_loads(made.store, made.metrics) == 2
    assert b'keyturn_forgotten{kind="loads"} 2.0' in made.metrics.text()
    assert await recount_loads(made.store, made.metrics) == 0


async def test_a_lost_timer_is_noticed_and_set_again(made: Gateway) -> None:
    proposal = await proposed(made)
    await made.store.write(lambda tx: tx.timers.clear(proposal, TimerKind.REVIEW))
    made.clock.at += timedelta(hours=1)
    found = await look_for_the_forgotten(made.store, made.metrics)
    assert [each.proposal for each in found.overdue] == [proposal]
    due = await made.store.read(lambda tx: tx.timers.due(made.clock(), 10))
    of_review = [each for each in due if each.kind is TimerKind.REVIEW]
    assert [each.proposal for each in of_review] == [proposal]
    assert b'keyturn_forgotten{kind="overdue"} 1.0' in made.metrics.text()


async def test_everything_open_is_looked_at_however_much_it_is(
    made: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.clock.calendar_jobs.PAGE", 3)
    proposals = {await proposed(made, f"o-{number}") for number in range(8)}
    made.clock.at += timedelta(hours=1)
    found = await look_for_the_forgotten(made.store, made.metrics)
    assert {each.proposal for each in found.overdue} == proposals


async def test_a_proposal_that_nobody_can_see_is_noticed(made: Gateway) -> None:
    shown = await proposed(made)
    await posted(made, shown)
    seen = await made.checkpoint(shown)
    keyed = seen.proposal.model_copy(update={"idempotency_key": "2"})
    unseen = replace(seen, id=ProposalId("p_unseen"), proposal=keyed)
    await made.store.write(lambda tx: tx.checkpoints.insert(unseen))
    made.clock.at += timedelta(minutes=11)
    found = await look_for_the_forgotten(made.store, made.metrics)
    assert found.without_card == (ProposalId("p_unseen"),)


async def test_a_card_that_never_came_is_queued_again(made: Gateway) -> None:
    proposal = await proposed(made)
    (card,) = await made.store.read(lambda tx: tx.cards.of(proposal))

    def given_up(tx: Transaction) -> None:
        tx.cards.put(replace(card, undeliverable="invalid_blocks"))
        waiting = tx.outbox.next_in(card.channel, tx.now())
        assert waiting is not None
        tx.outbox.done(waiting)

    await made.store.write(given_up)
    made.clock.at += timedelta(minutes=11)
    found = await look_for_the_forgotten(made.store, made.metrics)
    assert found.without_card == (proposal,)
    assert b'keyturn_forgotten{kind="without_card"} 1.0' in made.metrics.text()
    queued = await made.store.read(lambda tx: tx.outbox.next_in(card.channel, made.clock()))
    assert queued is not None
    assert (queued.errand, queued.proposal) == (Errand.CARD, proposal)
    (row,) = await made.store.read(lambda tx: tx.cards.of(proposal))
    assert row.undeliverable is None


async def test_errands_that_nobody_carries_are_counted(made: Gateway) -> None:
    await proposed(made)
    made.clock.at += timedelta(hours=2)
    found = await look_for_the_forgotten(made.store, made.metrics)
    assert found.stale_errands == 1


async def test_clicks_are_remembered_for_a_week(made: Gateway) -> None:
    await made.store.write(lambda tx: tx.clicks.remember("old", "{}"))
    made.clock.at += timedelta(days=6)
    await made.store.write(lambda tx: tx.clicks.remember("young", "{}"))
    made.clock.at += timedelta(days=2)
    assert await forget_old_clicks(made.store) == 1
    assert await made.store.read(lambda tx: tx.clicks.answer_to("young")) == "{}"


def old_things(open_: ProposalId, closed: ProposalId, tx: Transaction) -> None:
    for version in (1, 2, 3):
        tx.replies.put(ProposalId("p"), SUPPORT, version, f"version {version}")
    letter = DeadLetter(id="m", agent=SUPPORT, body="{", reason="no", attempts=1, at=tx.now())
    tx.dead_letters.put(letter)
    tx.spending.add("action=process_refund agent=support", "USD", Decimal(5), tx.now())
    tx.intents.remember(Digest("sha256:refund"), closed, tx.now())
    for proposal in (open_, closed):
        for card in tx.cards.of(proposal):
            tx.cards.put(replace(card, ts="1.1", drawn_blocks="[]"))


async def drawings(made: Gateway, proposal: ProposalId) -> list[str | None]:
    cards = await made.store.read(lambda tx: tx.cards.of(proposal))
    return [card.drawn_blocks for card in cards]


async def test_what_nobody_needs_any_more_is_dropped_and_decisions_stay(
    made: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.clock.calendar_jobs.PAGE", 1)
    open_, closed = await proposed(made, "open"), await proposed(made, "closed")
    await made.act(closed, Withdraw(reason="no need"))
    await made.store.write(partial(old_things, open_, closed))
    made.clock.at += timedelta(days=29)
    assert not any((await clear_out(made.store)).values())
    made.clock.at += timedelta(days=62)
    assert await clear_out(made.store) == {
        Kept.REPLIES: 2,
        Kept.DEAD_LETTERS: 1,
        Kept.DRAWINGS: 1,
        Kept.SPENDING: 0,
        Kept.INTENTS: 0,
        Kept.BOARD: 1,
        Kept.STAKES: 1,
    }
    latest = await made.store.read(lambda tx: tx.replies.latest(ProposalId("p")))
    assert latest == "version 3"
    assert await made.store.read(lambda tx: tx.dead_letters.get("m")) is None
    assert (await drawings(made, open_), await drawings(made, closed)) == (["[]"], [None])
    made.clock.at += timedelta(days=800)
    gone = await clear_out(made.store)
    assert (gone[Kept.SPENDING], gone[Kept.INTENTS]) == (1, 1)
    assert (await made.checkpoint(closed)).state.status is Status.WITHDRAWN
    assert await made.store.read(lambda tx: tx.audit.of(closed))


async def test_the_calendar_knows_its_jobs_and_stops_when_asked(made: Gateway) -> None:
    jobs = CalendarJobs(made.store, made.metrics, Digests(made.store, LiveManifest(MANIFEST)))
    assert set(jobs.names) == {"audit", "board", "digests", "loads", "retention"}
    running = asyncio.create_task(jobs.run())
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
