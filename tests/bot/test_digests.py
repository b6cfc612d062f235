"""Each channel's digest is queued once a day, at its time of day, however many look for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.clock.digests import Digests
from bot.judging.live_manifest import LiveManifest
from bot.reviewing.asked import OTHER_CARD, Request
from bot.reviewing.witnessing import shown_in_digest
from manifests.hours import DailyTime
from manifests.plan import Rung
from manifests.vocabulary import ChannelId, Severity, UserId
from store import door
from store.commands import Withdraw
from store.effects import KEYTURN
from store.lifecycle import Intake
from store.morning import (
    DIGEST_KEY,
    MOST_HELD,
    MOST_WAITING,
    due_day,
    leftovers,
    nonce_of,
)
from store.ports import Errand, Outgoing, Transaction
from store.proposal import ProposalId
from store.refusals import Refusal
from store.sql import SqlStore, migrate, open_store
from tests.bot.gateway import MANIFEST
from tests.store.making import CFO, FINANCE, HOUR, a_plan, a_proposal, an_intake
from tests.store.scenes import ana
from tests.store.staffed import Clock

EIGHT = DailyTime(time(8), "Europe/Berlin")
MORNING = datetime(2026, 11, 3, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def instance(store: SqlStore) -> Digests:
    return Digests(store, LiveManifest(replace(MANIFEST, digest_at=EIGHT)))


@pytest.fixture
def clock() -> Clock:
    return Clock(MORNING - 20 * HOUR)


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[SqlStore]:
    async with opened(tmp_path, clock) as one:
        yield one


@asynccontextmanager
async def opened(folder: Path, clock: Clock) -> AsyncIterator[SqlStore]:
    url = f"sqlite:///{folder}/keyturn.db"
    await asyncio.to_thread(migrate, url)
    store = await open_store(url, workspace="test", clock=clock)
    yield store
    await store.close()


def intake(key: str, hold: str = "", **plan: Any) -> Intake:
    known: dict[str, Any] = {"severity": Severity.LOW, "ladder": (Rung(sla=99 * HOUR),)}
    made = an_intake(
        a_proposal(idempotency_key=key), a_plan(**known | plan), proposal_id=f"p-{key}"
    )
    return replace(made, hold=hold)


async def proposed(store: SqlStore, *intakes: Intake) -> None:
    for each in intakes:
        await store.write(lambda tx, each=each: door.take_in(tx, each))  # type: ignore[misc]


async def queued(store: SqlStore, channel: ChannelId) -> list[Outgoing]:
    """Take every digest that waits for a channel."""

    def taken(tx: Transaction) -> list[Outgoing]:
        found = []
        while (one := tx.outbox.next_in(channel, tx.now())) is not None:
            tx.outbox.done(one)
            found += [one] if one.errand is Errand.DIGEST else []
        return found

    return await store.write(taken)


async def test_low_severity_and_whatever_is_held_is_listed_by_what_presses_most(
    store: SqlStore, clock: Clock
) -> None:
    await proposed(
        store,
        intake("a", ladder=(Rung(sla=98 * HOUR),)),
        intake("b", severity=Severity.HIGH),
        intake("c", hold="Two wait already."),
        intake("d", seats=(FINANCE, CFO), ladder=(Rung(sla=97 * HOUR),)),
        intake("e", hold="Two wait already.", severity=Severity.HIGH),
    )
    clock.at = MORNING
    assert await instance(store).look() == 2
    (finance,) = await queued(store, FINANCE.channel)
    # What is due first, and of what is held the gravest: whatever has no room must not be that.
    assert (finance.body["waiting"], finance.body["held"]) == (["p-d", "p-a"], ["p-e", "p-c"])
    (cfo,) = await queued(store, CFO.channel)
    assert (cfo.body["waiting"], cfo.body["held"]) == (["p-d"], [])


async def test_a_channel_without_anything_to_tell_is_left_alone(
    store: SqlStore, clock: Clock
) -> None:
    await proposed(store, intake("b", severity=Severity.MEDIUM))
    clock.at = MORNING
    assert await instance(store).look() == 0
    assert await queued(store, FINANCE.channel) == []


async def test_several_instances_and_a_restart_tell_it_once_a_day(
    store: SqlStore, clock: Clock
) -> None:
    await proposed(store, intake("a"))
    clock.at = MORNING
    looks = await asyncio.gather(*(instance(store).look() for _ in range(3)))
    assert sum(looks) == 1
    clock.at = MORNING + timedelta(minutes=59)
    assert await instance(store).look() == 0
    assert len(await queued(store, FINANCE.channel)) == 1
    clock.at = MORNING + DAY
    assert await instance(store).look() == 1
    assert len(await queued(store, FINANCE.channel)) == 1


async def test_a_digest_that_could_not_go_in_time_does_not_come_beside_the_next(
    store: SqlStore, clock: Clock
) -> None:
    await proposed(store, intake("a"))
    for day in range(3):
        clock.at = MORNING + day * DAY
        assert await instance(store).look() == 1
    (today,) = await queued(store, FINANCE.channel)
    assert today.body["day"] == "2026-11-05"


async def test_what_came_too_early_or_too_late_is_not_told(store: SqlStore, clock: Clock) -> None:
    await proposed(store, intake("a"))
    digests = instance(store)
    for at in (MORNING - timedelta(seconds=1), MORNING + HOUR):
        clock.at = at
        assert await digests.look() == 0


def test_the_day_follows_the_wall_where_the_clock_hangs() -> None:
    summer = datetime(2026, 3, 29, 6, 0, tzinfo=UTC)  # the night was an hour shorter
    assert due_day(EIGHT, summer) == date(2026, 3, 29)
    assert due_day(EIGHT, summer - timedelta(seconds=1)) is None
    # Half past two is left out that night: at three it is past.
    nightly = DailyTime(time(2, 30), "Europe/Berlin")
    assert due_day(nightly, datetime(2026, 3, 29, 1, 0, tzinfo=UTC)) == date(2026, 3, 29)
    # And comes twice in autumn: it is the same day both times.
    for hour in (0, 1):
        assert due_day(nightly, datetime(2026, 10, 25, hour, 30, tzinfo=UTC)) == date(2026, 10, 25)
    late = DailyTime(time(23, 30), "UTC")
    assert due_day(late, datetime(2026, 11, 4, 0, 15, tzinfo=UTC)) == date(2026, 11, 3)


async def test_what_has_no_room_is_counted(store: SqlStore, clock: Clock) -> None:
    await proposed(store, *(intake(f"{number:03}") for number in range(MOST_WAITING + 7)))
    clock.at = MORNING
    await instance(store).look()
    (told,) = await queued(store, FINANCE.channel)
    assert isinstance(told.body["waiting"], list)
    assert (len(told.body["waiting"]), told.body["more"]) == (MOST_WAITING, 7)


async def test_a_morning_with_much_open_reads_no_more_than_it_tells(
    store: SqlStore, clock: Clock
) -> None:
    held = [intake(f"h{number:02}", hold="Two wait already.") for number in range(MOST_HELD + 2)]
    await proposed(store, *held, *(intake(f"w{number:02}") for number in range(MOST_WAITING + 1)))
    told = await store.read(lambda look: leftovers(look.board))
    assert told.keys() == {FINANCE.channel}
    left = told[FINANCE.channel]
    assert left.held == tuple(ProposalId(f"p-h{number:02}") for number in range(MOST_HELD))
    assert left.waiting == tuple(ProposalId(f"p-w{number:02}") for number in range(MOST_WAITING))
    assert left.more == 3
    # What was decided before the morning is nobody's to be told of.
    for each in (*held, intake("w00")):
        await store.write(partial(_withdrawn, each.id))
    (left,) = (await store.read(lambda look: leftovers(look.board))).values()
    assert (len(left.waiting), left.held, left.more) == (MOST_WAITING, (), 0)


def _withdrawn(proposal: ProposalId, tx: Transaction) -> None:
    step = door.act(tx, proposal, Withdraw(reason="No longer needed."), KEYTURN)
    assert not isinstance(step, Refusal), step


async def test_only_the_digests_own_button_shows_what_is_held(store: SqlStore) -> None:
    await proposed(store, intake("c", hold="Two wait already."))
    proposal, channel = ProposalId("p-c"), FINANCE.channel

    def vouched(tx: Transaction, nonce: str, channel: ChannelId, proposal: ProposalId) -> object:
        request = Request(
            key="k",
            user=UserId("ana"),
            channel=channel,
            message="1.0",
            proposal=proposal,
            revision=1,
            nonce=nonce,
        )
        return shown_in_digest(tx, request, ana())

    def tried(tx: Transaction) -> None:
        nonce = nonce_of(tx.secret(DIGEST_KEY), proposal, channel)
        assert isinstance(vouched(tx, nonce, channel, proposal), door.Witness)
        # Not elsewhere, not for another proposal, not made up.
        assert vouched(tx, nonce, CFO.channel, proposal) is OTHER_CARD
        assert vouched(tx, nonce, channel, ProposalId("p-d")) is OTHER_CARD
        assert vouched(tx, "d" + "0" * 24, channel, proposal) is OTHER_CARD
        assert vouched(tx, "é", channel, proposal) is OTHER_CARD
        assert not tx.cards.of(proposal)

    await store.write(tried)
