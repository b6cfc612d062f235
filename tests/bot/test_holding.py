"""What is held comes before people in its turn, also when the rules have more room by now."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import JsonValue

from bot.agents.intake import Intake
from bot.agents.keys import Agent
from bot.clock.deadlines import Deadlines
from bot.judging.live_manifest import LiveManifest
from bot.program.identifiers import Identifiers
from bot.program.observability import Metrics
from bot.relay.unseen import Unsaid
from manifests.loading import load
from manifests.manifest import Manifest
from manifests.vocabulary import AgentName
from store import door
from store.checkpoint import Checkpoint, PendingReview, Status
from store.commands import ProvideInformation, Withdraw
from store.door import LET_IN_AT_ONCE
from store.effects import KEYTURN, Happening
from store.ports import Errand, Outgoing, Transaction
from store.proposal import ProposalId
from store.sql import SqlStore, migrate, open_store
from store.unseen import GATHERED_FOR, NAMED
from tests.bot.gateway import Clock
from tests.bot.office import ROLES
from tests.store.making import an_intake

FILER = Agent(name=AgentName("filer"))
LIFE = an_intake().plan.max_life
TICKETS = """\
actions:
  file_ticket:
    title: File a ticket
    severity: low
    reversible: true
    approval_required: true
    seats: [reviewer]
    information:
      answer_within: 30m
    rules:
      unclear:
        flags: [unclear]
        then: ask_agent
        ask: Which service is it about?
      burning:
        urgency: [critical]
        because: It burns.
        then: escalate
    {room}
"""


@dataclass
class Queue:
    """An agent that files tickets, under rules that change."""

    store: SqlStore
    folder: Path
    live: LiveManifest
    intake: Intake
    clock: Clock
    deadlines: Deadlines
    filed: int = 0

    def rules_allow(self, most: int | None) -> None:
        self.live.replace(manifest_with(self.folder, most))

    async def files(self, count: int = 1, **said: JsonValue) -> list[ProposalId]:
        found = []
        for _ in range(count):
            self.filed += 1
            sent = {"action": "file_ticket", "idempotency_key": f"ticket-{self.filed}", **said}
            taken, _ = await self.intake.take(FILER, json.dumps(sent))
            found.append(taken.checkpoint.id)
        return found

    async def files_unclear(self, urgency: str = "normal") -> ProposalId:
        """File one that a rule asks about before people look."""
        (proposal,) = await self.files(flags=["unclear"], urgency=urgency)
        assert await self.status(proposal) is Status.NEEDS_INFORMATION
        return proposal

    async def answers(self, proposal: ProposalId) -> Status:
        said = ProvideInformation(answer="The one in Berlin.")
        verdict = await self.store.write(lambda tx: door.act(tx, proposal, said, KEYTURN))
        assert isinstance(verdict, Checkpoint), verdict
        return verdict.state.status

    async def withdraws(self, proposal: ProposalId) -> None:
        gone = Withdraw(reason="Found it.")
        await self.store.write(lambda tx: door.act(tx, proposal, gone, KEYTURN))

    async def sleeps(self, length: timedelta) -> None:
        """Let the program be down for a while, and catch up with every clock."""
        self.clock.at += length
        while await self.deadlines.sweep():
            pass

    async def happened(self, proposal: ProposalId) -> list[Happening]:
        lines = await self.store.read(lambda look: tuple(look.audit.of(proposal)))
        return [line.event.happening for line in lines]

    async def operations_hear(self, *kinds: Errand) -> list[Outgoing]:
        """Take what waits for their channel by now; what is counted is only looked at."""

        def taken(tx: Transaction) -> list[Outgoing]:
            counted = tx.outbox.next_in("unseen:C0OPS", tx.now())
            found = [] if counted is None else [counted]
            while (one := tx.outbox.next_in("C0OPS", tx.now())) is not None:
                found.append(one)
                tx.outbox.done(one)
            return [each for each in found if not kinds or each.errand in kinds]

        return await self.store.write(taken)

    async def held(self, *proposals: ProposalId) -> list[bool]:
        found = [await self.status(each) for each in proposals]
        return [each is Status.HELD for each in found]

    async def status(self, proposal: ProposalId) -> Status:
        return (await self.checkpoint(proposal)).state.status

    async def checkpoint(self, proposal: ProposalId) -> Checkpoint:
        checkpoint = await self.store.read(lambda look: look.checkpoints.get(proposal))
        assert checkpoint is not None
        return checkpoint


def manifest_with(folder: Path, most: int | None) -> Manifest:
    (folder / "actions").mkdir(parents=True, exist_ok=True)
    (folder / "roles.yaml").write_text(ROLES)
    room = "" if most is None else f"hold_above: {most}"
    (folder / "actions" / "tickets.yaml").write_text(TICKETS.format(room=room))
    return load(folder).manifest


@pytest.fixture
async def queue(tmp_path: Path) -> AsyncIterator[Queue]:
    url, folder = f"sqlite:///{tmp_path}/keyturn.db", tmp_path / "manifests"
    migrate(url)
    clock = Clock()
    store = await open_store(url, workspace="T1", clock=clock)
    live = LiveManifest(manifest_with(folder, 2))
    ids = Identifiers(lambda: datetime.now(UTC))
    intake, deadlines = Intake(store, live, ids.proposal), Deadlines(store, Metrics())
    yield Queue(store, folder, live, intake, clock, deadlines)
    await store.close()


async def test_what_is_held_is_not_overtaken_once_the_rules_have_more_room(queue: Queue) -> None:
    first, second, third, fourth = await queue.files(4)
    assert await queue.held(first, second, third, fourth) == [False, False, True, True]
    queue.rules_allow(5)
    fifth, sixth = await queue.files(2)
    # Both that waited are shown first, and what no longer fits waits behind them.
    assert await queue.held(third, fourth, fifth, sixth) == [False, False, False, True]


async def test_with_less_room_by_now_what_is_held_waits_until_there_is_some(queue: Queue) -> None:
    first, second, third = await queue.files(3)
    queue.rules_allow(1)
    (fourth,) = await queue.files()
    await queue.withdraws(first)
    assert await queue.held(third, fourth) == [False, True]
    await queue.withdraws(second)
    assert await queue.held(fourth) == [True]
    await queue.withdraws(third)
    assert await queue.held(fourth) == [False]


async def test_without_a_limit_by_now_what_is_held_still_comes_in_its_turn(queue: Queue) -> None:
    first, second, third, fourth = await queue.files(4)
    queue.rules_allow(None)
    (fifth,) = await queue.files()
    assert await queue.held(fifth) == [False]
    await queue.withdraws(first)
    await queue.withdraws(second)
    assert await queue.held(third, fourth) == [False, False]


async def test_after_an_outage_every_place_that_became_free_is_filled(queue: Queue) -> None:
    """Both before people and the first that was held have had their lives; two have not."""
    await queue.files(3)
    queue.clock.at += LIFE / 2
    fourth, fifth, sixth = await queue.files(3)
    await queue.sleeps(LIFE / 2)
    assert await queue.held(fourth, fifth, sixth) == [False, False, True]


async def test_what_a_rule_asked_first_waits_for_room_once_it_is_answered(queue: Queue) -> None:
    unclear = await queue.files_unclear()
    # It takes no place while only its agent can do something about it.
    first, second = await queue.files(2)
    assert await queue.held(first, second) == [False, False]
    assert await queue.answers(unclear) is Status.HELD
    await queue.withdraws(first)
    assert await queue.status(unclear) is Status.PENDING_REVIEW
    (third,) = await queue.files()
    assert await queue.held(third) == [True]


async def test_with_room_what_was_asked_first_comes_before_people_at_once(queue: Queue) -> None:
    await queue.files()
    unclear, other = await queue.files_unclear(), await queue.files_unclear()
    assert await queue.answers(unclear) is Status.PENDING_REVIEW
    assert await queue.answers(other) is Status.HELD


async def test_an_agent_that_says_nothing_fills_no_channel_either(queue: Queue) -> None:
    unclear = await queue.files_unclear()
    first, _ = await queue.files(2)
    await queue.sleeps(timedelta(minutes=30))
    assert await queue.status(unclear) is Status.HELD
    # A late answer is kept, and what was remarked is read once people see it.
    assert await queue.answers(unclear) is Status.HELD
    await queue.withdraws(first)
    seen = await queue.checkpoint(unclear)
    assert isinstance(seen.state, PendingReview)
    assert seen.state.remark == "The agent did not answer in time."
    assert seen.exchanges[0].answer == "The one in Berlin."
    assert seen.stood.needs_information == timedelta(minutes=30)


async def test_what_nobody_saw_is_told_at_once_and_not_one_by_one(queue: Queue) -> None:
    _, _, *held = await queue.files(2 + 12)
    await queue.sleeps(LIFE)
    for each in held:
        assert (await queue.happened(each))[-1] is Happening.EXPIRED
    assert [each.errand for each in await queue.operations_hear()] == [Errand.ALERT] * 2
    queue.clock.at += GATHERED_FOR
    (counted,) = await queue.operations_hear()
    await Unsaid(queue.store).tell(counted)
    (notice,) = await queue.operations_hear()
    assert notice.body["title"] == "12 proposals were held back until time ran out."
    listed = f"file_ticket of filer: 12: {', '.join(held[:NAMED])} and 7 more"
    assert listed in str(notice.body["lines"])


async def test_what_expires_while_others_are_told_is_told_once(queue: Queue) -> None:
    await queue.files(2 + 1)
    await queue.sleeps(LIFE)
    await queue.operations_hear()
    queue.clock.at += GATHERED_FOR
    (read,) = await queue.operations_hear()
    await queue.files(2 + 2)
    await queue.sleeps(LIFE)
    # It was read before the two joined it, and is carried out twice, as after a crash.
    await Unsaid(queue.store).tell(read)
    await Unsaid(queue.store).tell(read)
    (notice,) = await queue.operations_hear(Errand.NOTICE)
    assert notice.body["title"] == "3 proposals were held back until time ran out."


async def test_what_must_go_up_at_once_is_not_held_after_its_answer(queue: Queue) -> None:
    await queue.files(2)
    unclear = await queue.files_unclear(urgency="critical")
    assert await queue.answers(unclear) is Status.ESCALATED


async def test_an_answer_does_not_overtake_what_is_held_already(queue: Queue) -> None:
    queue.rules_allow(20)
    before = await queue.files_unclear()
    queue.rules_allow(1)
    (_, *held) = await queue.files(1 + LET_IN_AT_ONCE + 2)
    assert await queue.held(*held) == [True] * len(held)
    # By its own rules there is room, and it is older than all that is held.
    assert await queue.answers(before) is Status.PENDING_REVIEW
    queue.rules_allow(20)
    after = await queue.files_unclear()
    shown = [*[False] * LET_IN_AT_ONCE, True, True]
    assert await queue.held(*held) == shown
    assert await queue.answers(after) is Status.PENDING_REVIEW
    assert await queue.held(*held) == [False] * len(held)


async def test_more_room_lets_no_newer_one_pass_however_many_are_held(queue: Queue) -> None:
    _, _, *held = await queue.files(2 + LET_IN_AT_ONCE + 2)
    queue.rules_allow(50)
    (first,) = await queue.files()
    # As many as one step shows came before people with the first, the rest with the second.
    assert await queue.held(*held, first) == [*[False] * LET_IN_AT_ONCE, True, True, True]
    (second,) = await queue.files()
    assert await queue.held(*held, first, second) == [False] * (len(held) + 2)
