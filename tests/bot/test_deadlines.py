"""What is due is settled, and what cannot be settled holds up nothing else."""

import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.clock.deadlines import BATCH, TRY_AGAIN_AFTER, Deadlines
from bot.program.observability import set_up_logging
from store.checkpoint import Status
from store.ports import Timer, TimerKind, Transaction
from store.proposal import ProposalId
from store.sql.engine import database_url, writing_engine
from tests.bot.gateway import SUPPORT, Gateway, gateway, refund


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/keyturn.db"


@pytest.fixture
async def made(url: str, tmp_path: Path) -> AsyncIterator[Gateway]:
    async with gateway(url, tmp_path) as one:
        yield one


async def proposed(made: Gateway, key: str) -> ProposalId:
    agent = made.ring.agent_named(SUPPORT)
    assert agent is not None
    taken, _ = await made.intake.take(agent, json.dumps(refund(key=key)))
    return taken.checkpoint.id


def broken(url: str, proposals: list[ProposalId]) -> None:
    """Write what only a newer version could read."""
    engine = writing_engine(database_url(url))
    with engine.begin() as connection:
        for each in proposals:
            changed = text('UPDATE checkpoints SET state = \'{"status": "new"}\' WHERE id = :id')
            connection.execute(changed, {"id": each})
    engine.dispose()


async def test_deadlines_that_cannot_be_settled_hold_up_no_other(made: Gateway, url: str) -> None:
    set_up_logging("error", "json", io.StringIO())  # the form for people draws every frame
    broken(url, [await proposed(made, f"b{number}") for number in range(BATCH + 1)])
    made.clock.at += timedelta(minutes=1)
    good = await proposed(made, "good")
    made.clock.at += timedelta(days=1)
    deadlines = Deadlines(made.store, made.metrics)
    while await deadlines.sweep():
        pass
    assert (await made.checkpoint(good)).state.status is not Status.PENDING_REVIEW
    # Of each its deadline and its reminder.
    unsettled = f"keyturn_deadlines_not_settled_total {2 * (BATCH + 1)}.0"
    assert unsettled.encode() in made.metrics.text()
    made.clock.at += TRY_AGAIN_AFTER
    assert await deadlines.sweep()


async def test_a_timer_set_anew_is_not_put_off(made: Gateway) -> None:
    proposal, now = ProposalId("p1"), made.clock()
    before = Timer(proposal, TimerKind.REVIEW, now)
    anew = Timer(proposal, TimerKind.REVIEW, now + timedelta(seconds=5))

    def postponed(tx: Transaction) -> None:
        tx.timers.put(anew)
        tx.timers.postpone(before, now + timedelta(hours=1))

    await made.store.write(postponed)
    assert await made.store.read(lambda tx: tx.timers.next_due()) == anew.due


async def test_a_newer_versions_timers_are_left_to_it(made: Gateway, url: str) -> None:
    good = await proposed(made, "good")
    engine = writing_engine(database_url(url))
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO timers (workspace, subject, kind, due) VALUES (:w, 'p', 'recur', 0)"),
            {"w": made.store.workspace},
        )
    engine.dispose()
    made.clock.at += timedelta(days=1)
    await Deadlines(made.store, made.metrics).sweep()
    assert (await made.checkpoint(good)).state.status is not Status.PENDING_REVIEW


async def test_what_silence_closes_is_counted_once(made: Gateway) -> None:
    proposal = await proposed(made, "silent")
    deadlines = Deadlines(made.store, made.metrics)
    for _ in range(3):
        made.clock.at += timedelta(days=1)
        await deadlines.sweep()
    assert (await made.checkpoint(proposal)).state.status is Status.EXPIRED
    assert b'keyturn_decisions_total{status="expired"} 1.0' in made.metrics.text()
