"""The errand of a file, step by step: when it looks, when it sends, and when it lets go."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from blocks.cards.snippet import file_name
from bot.program.pacing import Bucket, Rate
from bot.relay.cards import Cards
from bot.relay.files import SETTLING, TRIES, Files
from bot.relay.verdicts import DONE, Later, Verdict
from bot.slack.app import build_client, find_home
from bot.slack.connection import Workplace
from bot.slack.gateway import SlackGateway
from sandbox import Options, Sandbox
from sandbox.live.faults import Fault
from store import door
from store.checkpoint import Checkpoint
from store.commands import Withdraw
from store.effects import Actor, ActorKind, Happening
from store.ports import Card, Errand, Outgoing
from store.proposal import ProposalId
from store.refusals import Refusal
from store.sql import SqlStore, migrate, open_store
from tests.store.making import WORKSPACE, a_plan, a_proposal, a_role, an_intake

P1, CHANNEL, LANE = ProposalId("p1"), "C0FINANCE", "file:C0FINANCE"
SHARING = "files.completeUploadExternal"
LONG = {"steps": ({"title": "Read the log", "result": "line " * 15_000},)}


@dataclass
class Desk:
    """A real store, a sandbox, and the two carriers between them."""

    store: SqlStore
    sandbox: Sandbox
    cards: Cards
    files: Files

    async def proposes(self, **changed: Any) -> None:
        plan = a_plan(seats=(a_role("finance", CHANNEL),))
        sent = a_proposal(**{"context": LONG} | changed)
        await self.store.write(lambda tx: door.take_in(tx, an_intake(sent, plan)))

    async def next_in(self, lane: str) -> Outgoing | None:
        later = timedelta(days=1)
        return await self.store.read(lambda look: look.outbox.next_in(lane, look.now() + later))

    async def shows(self) -> None:
        """Carry the channel's errands until the card stands as it is."""
        while (outgoing := await self.next_in(CHANNEL)) is not None:
            if outgoing.errand is Errand.CARD:
                assert await self.cards.show(outgoing) == DONE
            await self.store.write(lambda tx, done=outgoing: tx.outbox.done(done))  # type: ignore[misc]

    async def carries(self, attempts: int | None = None) -> Verdict:
        """Carry the file once; say how it went."""
        outgoing = await self.next_in(LANE)
        assert outgoing is not None
        if attempts is not None:
            outgoing = replace(outgoing, attempts=attempts)
        return await self.files.put(outgoing)

    def fails(self, kind: str, method: str, times: int = 1) -> None:
        self.sandbox.box.faults.planned.append(Fault(kind, method, times=times))

    async def card(self) -> Card:
        return (await self.store.read(lambda look: look.cards.of(P1)))[0]

    async def checkpoint(self) -> Checkpoint:
        found = await self.store.read(lambda look: look.checkpoints.get(P1))
        assert found is not None
        return found

    async def shown(self) -> list[str]:
        """Name the files in the thread."""
        card = await self.card()
        thread = self.sandbox.box.messages.thread(CHANNEL, str(card.ts))
        return [file["name"] for each in thread for file in each.get("files", [])]

    async def told(self) -> list[str]:
        """Say why files were let go."""
        lines = await self.store.read(lambda look: look.audit.of(P1))
        return [
            str(line.event.detail["why"])
            for line in lines
            if line.event.happening is Happening.FILE_UNDELIVERABLE
        ]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    database = f"sqlite:///{tmp_path}/keyturn.db"
    migrate(database)
    store = await open_store(database, workspace=WORKSPACE)
    async with Sandbox(Options(rate_limits=False)) as sandbox:
        client, workplace = build_client("xoxb-sandbox", sandbox.api_url), Workplace()
        workplace.settle(await find_home(client))
        gateway = SlackGateway(client, workplace)
        updates = Bucket(Rate(per_second=100.0, burst=100), time.monotonic)
        yield Desk(store, sandbox, Cards(store, gateway, updates), Files(store, gateway))
        await gateway.close()
    await store.close()


async def test_a_file_is_asked_for_once_the_card_stands(desk: Desk) -> None:
    await desk.proposes()
    assert await desk.next_in(LANE) is None
    await desk.shows()
    assert await desk.carries() == DONE
    assert await desk.shown() == [file_name(await desk.checkpoint())]


async def test_carried_again_it_finds_what_is_there(desk: Desk) -> None:
    await desk.proposes()
    await desk.shows()
    assert await desk.carries() == DONE
    # As after a crash between showing it and writing that down.
    assert await desk.carries() == DONE
    assert len(await desk.shown()) == 1


async def test_drawn_again_the_card_asks_for_no_other(desk: Desk) -> None:
    await desk.proposes()
    await desk.shows()
    asked = await desk.next_in(LANE)
    actor = Actor(ActorKind.AGENT, "billing")
    withdrawn = await desk.store.write(lambda tx: door.act(tx, P1, Withdraw(reason="Paid."), actor))
    assert not isinstance(withdrawn, Refusal)
    await desk.shows()
    assert await desk.next_in(LANE) == asked


async def test_what_is_short_asks_for_none(desk: Desk) -> None:
    await desk.proposes(context={})
    await desk.shows()
    assert await desk.next_in(LANE) is None
    assert (await desk.card()).filed_revision is None


async def test_a_card_posted_anew_gets_its_file_anew(desk: Desk) -> None:
    await desk.proposes()
    await desk.shows()
    assert await desk.carries() == DONE
    first = await desk.card()
    desk.sandbox.box.messages.remove(CHANNEL, str(first.ts))
    wanted = Outgoing(lane=CHANNEL, errand=Errand.CARD, proposal=P1, priority=2)
    await desk.store.write(
        lambda tx: tx.cards.put(replace(first, drawn_version=None, drawn_blocks=None))
    )
    assert await desk.cards.show(wanted) == Later(0.0)
    assert await desk.cards.show(wanted) == DONE
    assert (await desk.card()).ts != first.ts
    assert await desk.carries() == DONE
    assert len(await desk.shown()) == 1


async def test_what_may_have_arrived_is_given_time_to_appear(desk: Desk) -> None:
    await desk.proposes()
    await desk.shows()
    desk.fails("lost_reply", SHARING)
    assert await desk.carries() == Later(SETTLING.total_seconds())
    waits = await desk.next_in(LANE)
    assert waits is not None
    assert waits.attempts == 1
    now = await desk.store.read(lambda look: look.now())
    assert waits.not_before is not None
    assert waits.not_before > now
    assert await desk.carries() == DONE
    assert len(await desk.shown()) == 1


async def test_what_passes_is_waited_for_and_in_the_end_let_go(desk: Desk) -> None:
    await desk.proposes()
    await desk.shows()
    desk.fails("http_500", "upload", times=2)
    assert isinstance(await desk.carries(attempts=TRIES - 1), Later)
    assert await desk.told() == []
    assert await desk.carries(attempts=TRIES) == DONE
    assert await desk.told() == ["Slack: upload_http_500"]
    assert await desk.shown() == []


async def test_a_file_that_is_let_go_twice_is_told_of_once(desk: Desk) -> None:
    await desk.proposes()
    await desk.shows()
    desk.fails("missing_scope", "files.getUploadURLExternal", times=2)
    assert [await desk.carries(), await desk.carries()] == [DONE, DONE]
    assert await desk.told() == ["Slack: missing_scope"]


async def test_a_thread_that_nobody_may_read_gets_its_first_file_all_the_same(desk: Desk) -> None:
    await desk.proposes()
    await desk.shows()
    desk.fails("missing_scope", "conversations.replies", times=2)
    assert await desk.carries() == DONE
    assert len(await desk.shown()) == 1
    assert await desk.carries(attempts=1) == DONE
    assert len(await desk.shown()) == 1
    assert await desk.told() == ["Slack: missing_scope; it may have arrived all the same"]


async def test_looking_too_often_pauses_no_lane(desk: Desk) -> None:
    await desk.proposes()
    await desk.shows()
    desk.fails("ratelimited", "conversations.replies")
    assert isinstance(await desk.carries(), Later)
    assert await desk.carries() == DONE
