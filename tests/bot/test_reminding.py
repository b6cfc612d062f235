"""Each reminder is told once: however often the sweep runs, whoever signs, whatever dies."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from blocks.telling.notices import thread_line
from bot.clock.deadlines import Deadlines, settle
from bot.clock.reminding import MENTIONED_AT_MOST
from bot.program.observability import Metrics
from manifests.hours import Quiet
from manifests.plan import Rung
from store import door
from store.checkpoint import Checkpoint
from store.commands import Approve, Claim, Command, ProvideInformation, RequestInformation
from store.effects import KEYTURN, Event, Happening
from store.ports import Errand, Timer, TimerKind, Transaction
from store.refusals import Refusal
from store.sql import SqlStore, migrate, open_store
from tests.blocks.walking import of_type
from tests.store.making import CFO, DEPUTY, FINANCE, HOUR, NOON, a_plan, an_intake, on
from tests.store.scenes import MINUTE, ana
from tests.store.staffed import Clock, staff_up

NIGHT = Quiet(starts=time(22), ends=time(7), timezone="Europe/Berlin")


class Desk:
    """A store, its clock and its sweep."""

    def __init__(self, store: SqlStore, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self.deadlines = Deadlines(store, Metrics())

    async def proposed(self, **plan: Any) -> Checkpoint:
        def taken(tx: Transaction) -> Checkpoint:
            staff_up(tx, finance="ana ben", cfo="cora", deputy="dan")
            known = {"ladder": (Rung(sla=HOUR), Rung(sla=2 * HOUR, fallback=(DEPUTY,)))}
            return door.take_in(tx, an_intake(plan=a_plan(**known | plan)))

        return await self.store.write(taken)

    async def acts(self, command: Command) -> Checkpoint:
        verdict = await self.store.write(lambda tx: door.act(tx, an_intake().id, command, KEYTURN))
        assert not isinstance(verdict, Refusal), verdict
        return verdict

    async def at(self, moment: datetime) -> list[Event]:
        """Let it be that late, sweep until nothing is due, and give every reminder so far."""
        self.clock.at = moment
        while await self.deadlines.sweep():
            pass
        lines = await self.store.read(lambda look: look.audit.of(an_intake().id))
        return [each.event for each in lines if each.event.happening is Happening.REMINDED]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    url, clock = f"sqlite:///{tmp_path}/keyturn.db", Clock()
    await asyncio.to_thread(migrate, url)
    store = await open_store(url, workspace="test", clock=clock)
    yield Desk(store, clock)
    await store.close()


def shares(events: list[Event]) -> list[str]:
    return [str(each.detail["share"]) for each in events]


async def test_each_share_is_told_once_however_often_the_sweep_runs(desk: Desk) -> None:
    await desk.proposed()
    assert shares(await desk.at(NOON + 29 * MINUTE)) == []
    for minute in (30, 31, 50):
        assert shares(await desk.at(NOON + minute * MINUTE)) == ["0.5"]
    assert shares(await desk.at(NOON + 51 * MINUTE)) == ["0.5", "0.85"]
    assert shares(await desk.at(NOON + 59 * MINUTE)) == ["0.5", "0.85"]
    # Another rung, and other people.
    await desk.at(NOON + HOUR)
    climbed = await desk.at(NOON + 2 * HOUR)
    assert shares(climbed) == ["0.5", "0.85", "0.5"]
    assert [each.detail["wait"] for each in climbed] == ["rung:0", "rung:0", "rung:1"]


async def test_each_card_of_the_rung_has_the_line_in_its_thread(desk: Desk) -> None:
    await desk.proposed(seats=(FINANCE, CFO))
    await desk.at(NOON + 30 * MINUTE)

    def posted(tx: Transaction) -> None:
        for number, card in enumerate(tx.cards.of(an_intake().id)):
            tx.cards.put(replace(card, ts=f"{number}.0"))

    def told_in(lane: str, tx: Transaction) -> list[object]:
        found: list[object] = []
        while (outgoing := tx.outbox.next_in(lane, tx.now())) is not None:
            tx.outbox.done(outgoing)
            found += [outgoing.body["happening"]] if outgoing.errand is Errand.THREAD else []
        return found

    await desk.store.write(posted)
    for role in (FINANCE, CFO):
        told = await desk.store.write(partial(told_in, role.channel))
        assert told.count("reminded") == 1


async def test_whoever_reads_two_of_the_channels_is_called_in_one_of_them(desk: Desk) -> None:
    checkpoint = await desk.proposed(seats=(FINANCE, CFO))
    await desk.store.write(lambda tx: staff_up(tx, finance="ana ben", cfo="ana cora"))
    (reminder,) = await desk.at(NOON + 30 * MINUTE)
    lines = (thread_line(checkpoint, reminder, role.channel) for role in (FINANCE, CFO))
    called = [each["user_id"] for each in of_type([line.blocks for line in lines if line], "user")]
    assert called.count("ana") == 1
    assert len(called) == len(set(called))
    where = reminder.detail["where"]
    assert isinstance(where, dict)
    assert where["ana"] == FINANCE.channel


async def test_two_sweeps_with_the_same_timer_in_hand_tell_it_once(desk: Desk) -> None:
    checkpoint = await desk.proposed()
    timer = Timer(checkpoint.id, TimerKind.REMIND, NOON + 30 * MINUTE)
    desk.clock.at = NOON + 30 * MINUTE
    for _ in range(2):
        await desk.store.write(lambda tx: settle(timer, tx))
    assert shares(await desk.at(desk.clock.at)) == ["0.5"]


async def test_a_sign_off_just_before_the_sweep_loses_no_reminder(desk: Desk) -> None:
    checkpoint = await desk.proposed(seats=(FINANCE, CFO))
    desk.clock.at = at = NOON + 30 * MINUTE + timedelta(seconds=1)
    await desk.acts(Approve(**on(checkpoint, ana(at), ana(at))))
    (told,) = await desk.at(at)
    assert (told.detail["share"], told.detail["users"]) == ("0.5", ["cora"])


async def test_after_a_pause_what_was_told_is_not_told_again(desk: Desk) -> None:
    checkpoint = await desk.proposed()
    await desk.at(NOON + 30 * MINUTE)
    desk.clock.at = at = NOON + 40 * MINUTE
    question = RequestInformation(
        **on(checkpoint, ana(at)), question_id="q1", question="Which order?"
    )
    await desk.acts(question)
    desk.clock.at = NOON + 50 * MINUTE
    await desk.acts(ProvideInformation(question_id="q1", answer="The first.", parameters=None))
    assert shares(await desk.at(NOON + 60 * MINUTE)) == ["0.5"]
    assert shares(await desk.at(NOON + 61 * MINUTE)) == ["0.5", "0.85"]


async def test_a_pause_just_before_the_sweep_loses_no_reminder(desk: Desk) -> None:
    checkpoint = await desk.proposed()
    desk.clock.at = at = NOON + 30 * MINUTE + timedelta(seconds=1)
    question = RequestInformation(**on(checkpoint, ana(at)), question_id="q1", question="Why?")
    await desk.acts(question)
    assert shares(await desk.at(at)) == []
    desk.clock.at = NOON + 40 * MINUTE
    await desk.acts(ProvideInformation(question_id="q1", answer="So.", parameters=None))
    assert shares(await desk.at(NOON + 40 * MINUTE)) == ["0.5"]


async def test_an_unanswered_question_is_reminded_of_at_half_of_its_time(desk: Desk) -> None:
    checkpoint = await desk.proposed()
    await desk.acts(RequestInformation(**on(checkpoint, ana()), question_id="q1", question="Why?"))
    assert shares(await desk.at(NOON + 2 * HOUR - MINUTE)) == []
    (told,) = await desk.at(NOON + 2 * HOUR)
    assert (told.detail["wait"], told.detail["who"]) == ("question:q1", "the agent")
    assert told.detail["users"] == []


async def test_what_a_sweep_missed_is_told_in_one_line(desk: Desk) -> None:
    await desk.proposed()
    assert shares(await desk.at(NOON + 55 * MINUTE)) == ["0.85"]


async def test_a_reminder_that_comes_late_into_the_night_waits_for_the_morning(desk: Desk) -> None:
    desk.clock.at = evening = datetime(2026, 11, 2, 20, 0, tzinfo=UTC)  # 21:00 in Berlin
    rung = Rung(sla=timedelta(hours=20))
    await desk.proposed(quiet=NIGHT, ladder=(rung,), reminders=(0.04,))
    assert shares(await desk.at(evening + 2 * HOUR)) == []
    morning = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)
    assert shares(await desk.at(morning - MINUTE)) == []
    assert shares(await desk.at(morning)) == ["0.04"]


async def test_whose_turn_it_is_is_reminded_alone(desk: Desk) -> None:
    checkpoint = await desk.proposed()
    await desk.acts(Claim(**on(checkpoint, ana())))
    (told,) = await desk.at(NOON + 30 * MINUTE)
    assert (told.detail["users"], told.detail["more"]) == (["ana"], 0)


async def test_where_nobody_is_there_the_roles_are_named(desk: Desk) -> None:
    def taken(tx: Transaction) -> None:
        staff_up(tx, finance="")
        door.take_in(tx, an_intake(plan=a_plan(ladder=(Rung(sla=HOUR),))))

    await desk.store.write(taken)
    (told,) = await desk.at(NOON + 30 * MINUTE)
    assert (told.detail["users"], told.detail["who"]) == ([], "Finance")


async def test_many_who_can_act_are_counted_after_the_first(desk: Desk) -> None:
    plan = a_plan(seats=(FINANCE,) * 9, ladder=(Rung(sla=HOUR),))

    def taken(tx: Transaction) -> None:
        staff_up(tx, finance=" ".join(f"f{number}" for number in range(8)))
        door.take_in(tx, an_intake(plan=plan))

    await desk.store.write(taken)
    (told,) = await desk.at(NOON + 30 * MINUTE)
    users = told.detail["users"]
    assert isinstance(users, list)
    assert (len(users), told.detail["more"]) == (MENTIONED_AT_MOST, 3)


async def test_nobody_is_reminded_of_what_is_closed(desk: Desk) -> None:
    checkpoint = await desk.proposed(seats=(FINANCE,))
    await desk.acts(Approve(**on(checkpoint, ana(), ana())))
    assert await desk.at(NOON + 2 * HOUR) == []
    due = await desk.store.read(lambda look: look.timers.ahead(TimerKind.REMIND, 9))
    assert due == ()
