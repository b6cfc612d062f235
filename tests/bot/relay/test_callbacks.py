"""F8 and L5: an agent is told at its callback, again with the same id, and not for ever."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from blocks.telling import notices
from bot.agents.keys import KeyRing, create_key
from bot.agents.webhooks import WEBHOOK_KEY, WebhookSender, verification_secret
from bot.program.pacing import Rate
from bot.relay import Relay
from bot.relay.callbacks import BRIEF, PATIENT, UNDER_WAY, Callbacks, letter_id
from bot.relay.verdicts import Halt, Later, Verdict
from keyturn.decision import Decision
from keyturn.webhooks import NotFromKeyturn, verify
from manifests.loading_keys import AgentEntry
from manifests.vocabulary import AgentName
from store import door
from store.commands import Withdraw
from store.effects import Actor, ActorKind, Happening
from store.events import from_json
from store.ports import AuditLine, Errand, Outgoing, Reading
from store.proposal import ProposalId
from store.refusals import Refusal
from store.sql import SqlStore, migrate, open_store
from tests.bot.peer import Peer, Request, a_peer
from tests.store.making import OPERATIONS, WORKSPACE, a_proposal, an_intake

BILLING = AgentName("billing")
LANE = "callback:127.0.0.1"
FIRST = ProposalId("p1")
FAR = timedelta(days=30)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Desk:
    """One agent, its real server, and the relay's side of a real store."""

    database: str
    store: SqlStore
    clock: Clock
    keys: Path
    peer: Peer
    secret: str = ""

    def __post_init__(self) -> None:
        self.callbacks = self.carrier()

    def carrier(self) -> Callbacks:
        sender = WebhookSender(allow=("127.0.0.1",), clock=self.clock)
        return Callbacks(self.store, sender, KeyRing(self.keys))

    def lists(self, *hosts: str, secrets: tuple[int, ...] = (1,)) -> None:
        entry = AgentEntry(actions="*", callback_hosts=hosts, webhook_secrets=secrets)
        create_key(self.keys, BILLING, entry)

    async def proposes(self, named: ProposalId = FIRST, callback: str | None = None) -> None:
        sent = a_proposal(callback=callback or self.peer.url(), idempotency_key=named)
        await self.store.write(lambda tx: door.take_in(tx, an_intake(sent, proposal_id=named)))

    async def withdraws(self, named: ProposalId = FIRST) -> None:
        actor = Actor(ActorKind.AGENT, BILLING)
        verdict = await self.store.write(
            lambda tx: door.act(tx, named, Withdraw(reason="Paid by hand."), actor)
        )
        assert not isinstance(verdict, Refusal)

    async def due(self, after: timedelta = timedelta()) -> Outgoing | None:
        at = self.clock.at + after
        return await self.store.read(lambda look: look.outbox.next_in(LANE, at))

    async def carries(self) -> Verdict:
        """Carry what is due, and settle it as a lane does."""
        outgoing = await self.due()
        assert outgoing is not None, "nothing is due"
        verdict = await self.callbacks.carry(outgoing)
        assert not isinstance(verdict, Halt), "others go first"
        if isinstance(verdict, Later):
            await self.postpones(outgoing, verdict.seconds)
        else:
            await self.done(outgoing)
        return verdict

    async def postpones(self, outgoing: Outgoing, seconds: float = 0.0) -> None:
        later = self.clock.at + timedelta(seconds=seconds)
        await self.store.write(lambda tx: tx.outbox.postpone(outgoing, later))

    async def done(self, outgoing: Outgoing) -> None:
        await self.store.write(lambda tx: tx.outbox.done(outgoing))

    async def adds(self, outgoing: Outgoing) -> None:
        await self.store.write(lambda tx: tx.outbox.add(outgoing))

    async def carries_until_the_end(self) -> list[float]:
        """Carry and wait, again and again; give the seconds of every wait."""
        waits = []
        while isinstance(verdict := await self.carries(), Later):
            waits.append(verdict.seconds)
            self.clock.at += timedelta(seconds=verdict.seconds)
        return waits

    def read(self, request: Request) -> Decision:
        """Read a letter as the agent does, which knows its secret."""
        return verify(request.body, request.headers, self.secret, clock=self.clock.at.timestamp)

    async def audited(self) -> list[AuditLine]:
        lines = await self.store.read(lambda look: look.audit.of(FIRST))
        return [line for line in lines if line.event.happening is Happening.CALLBACK_UNDELIVERABLE]

    async def alerts(self) -> list[Outgoing]:
        def waiting(look: Reading) -> Outgoing | None:
            return look.outbox.next_in(OPERATIONS.channel, look.now())

        found: list[Outgoing] = []
        while (each := await self.store.read(waiting)) is not None:
            await self.done(each)
            found.append(each)
        return [each for each in found if each.errand is Errand.ALERT]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    database = f"sqlite:///{tmp_path}/keyturn.db"
    migrate(database)
    clock = Clock()
    store = await open_store(database, workspace=WORKSPACE, clock=clock)
    keys = tmp_path / "agents.yaml"
    async with a_peer() as peer:
        create_key(
            keys, BILLING, AgentEntry(actions="*", callback_hosts=(f"127.0.0.1:{peer.port}",))
        )
        found = Desk(database, store, clock, keys, peer)
        ground = await store.read(lambda look: look.secret(WEBHOOK_KEY))
        found.secret = verification_secret(ground, BILLING)
        yield found
        await found.store.close()


async def test_the_agent_hears_the_decision_and_can_trust_it(desk: Desk) -> None:
    await desk.proposes()
    await desk.carries()
    await desk.withdraws()
    await desk.carries()
    asked, withdrawn = map(desk.read, desk.peer.requests)
    assert (asked.status, asked.version) == ("pending_review", 1)
    assert (withdrawn.status, withdrawn.version) == ("withdrawn", 2)
    assert withdrawn.current_parameters == a_proposal().parameters
    assert await desk.due(FAR) is None


async def test_another_agents_secret_reads_nothing(desk: Desk) -> None:
    await desk.proposes()
    await desk.carries()
    ground = await desk.store.read(lambda look: look.secret(WEBHOOK_KEY))
    desk.secret = verification_secret(ground, "another")
    with pytest.raises(NotFromKeyturn):
        desk.read(desk.peer.requests[0])


async def test_a_letter_sent_before_a_crash_comes_again_with_the_same_id(desk: Desk) -> None:
    await desk.proposes()
    outgoing = await desk.due()
    assert outgoing is not None
    await desk.callbacks.carry(outgoing)
    assert await desk.due() is None, "nobody else sends what is under way"
    await desk.store.close()

    desk.store = await open_store(desk.database, workspace=WORKSPACE, clock=desk.clock)
    desk.callbacks = desk.carrier()
    desk.clock.at += UNDER_WAY
    await desk.carries()
    first, again = desk.peer.requests
    assert first.headers["webhook-id"] == again.headers["webhook-id"] == "msg_p1_1"
    assert first.body == again.body
    assert desk.read(again).version == 1
    assert await desk.due(FAR) is None


async def test_news_that_come_while_a_letter_is_under_way_are_sent_after_it(desk: Desk) -> None:
    async def decide_meanwhile(writer: asyncio.StreamWriter) -> None:
        await desk.withdraws()
        writer.write(b"HTTP/1.1 204 Fine\r\n\r\n")

    desk.peer.replies.append(decide_meanwhile)
    await desk.proposes()
    await desk.carries()
    await desk.carries()
    assert [desk.read(each).version for each in desk.peer.requests] == [1, 2]
    assert len({each.headers["webhook-id"] for each in desk.peer.requests}) == 2


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
async def test_what_may_heal_is_tried_for_a_day(desk: Desk, status: int) -> None:
    desk.peer.will_answer(*[status] * 99)
    await desk.proposes()
    waits = await desk.carries_until_the_end()
    assert waits == list(PATIENT)
    assert len(desk.peer.requests) == 12
    assert timedelta(hours=20) < timedelta(seconds=sum(waits)) < timedelta(hours=28)
    assert {each.headers["webhook-id"] for each in desk.peer.requests} == {"msg_p1_1"}


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404, 405, 413, 422])
async def test_what_a_person_must_mend_is_tried_briefly(desk: Desk, status: int) -> None:
    desk.peer.will_answer(*[status] * 99)
    await desk.proposes()
    assert await desk.carries_until_the_end() == list(BRIEF)
    assert len(desk.peer.requests) == 4


async def test_who_wants_no_more_is_believed_at_once(desk: Desk) -> None:
    desk.peer.will_answer(410, 410)
    await desk.proposes()
    assert await desk.carries_until_the_end() == []
    assert len(desk.peer.requests) == 1


async def test_giving_up_is_audited_and_told_to_operations_once(desk: Desk) -> None:
    desk.peer.will_answer(*[500] * 99)
    await desk.proposes()
    await desk.carries_until_the_end()
    [line] = await desk.audited()
    assert line.event.detail == {"host": "127.0.0.1", "version": 1, "why": "It answered 500."}
    [alert] = await desk.alerts()
    checkpoint = await desk.store.read(lambda look: look.checkpoints.get(FIRST))
    assert checkpoint is not None
    words = notices.alert(checkpoint, from_json(alert.body)).text
    assert "The agent could not be told at 127.0.0.1" in words
    assert "It answered 500." in words
    assert await desk.due(FAR) is None


async def test_giving_up_before_a_crash_is_not_done_twice(desk: Desk) -> None:
    """The errand goes in the transaction that records it; the lane has nothing left to settle."""
    desk.peer.will_answer(410, 410)
    await desk.proposes()
    outgoing = await desk.due()
    assert outgoing is not None
    await desk.callbacks.carry(outgoing)
    assert await desk.due(FAR) is None
    assert len(await desk.audited()) == 1


async def test_a_later_decision_is_tried_afresh_after_giving_up(desk: Desk) -> None:
    desk.peer.will_answer(410)
    await desk.proposes()
    await desk.carries_until_the_end()
    await desk.withdraws()
    await desk.carries()
    assert desk.read(desk.peer.requests[-1]).version == 2
    assert len(await desk.audited()) == 1


@pytest.mark.parametrize(
    ("asked", "seconds"), [("90", 90.0), ("1", PATIENT[0]), ("99999999", 6 * 3600.0)]
)
async def test_a_busy_agent_says_when_to_come_again(desk: Desk, asked: str, seconds: float) -> None:
    desk.peer.will_answer(429, retry_after=asked)
    await desk.proposes()
    assert await desk.carries() == Later(seconds)
    desk.clock.at += timedelta(seconds=seconds)
    await desk.carries()
    assert len(desk.peer.requests) == 2


async def test_a_failing_proposal_lets_others_at_the_same_host_go(desk: Desk) -> None:
    desk.peer.will_answer(503)
    await desk.proposes()
    await desk.proposes(ProposalId("p2"))
    await desk.carries()
    await desk.carries()
    ids = [each.headers["webhook-id"] for each in desk.peer.requests]
    assert ids == ["msg_p1_1", "msg_p2_1"]


async def test_a_host_taken_off_the_list_is_called_no_more(desk: Desk) -> None:
    await desk.proposes()
    desk.lists("elsewhere.example")
    await desk.carries_until_the_end()
    assert desk.peer.connections == 0
    [line] = await desk.audited()
    assert "is not a callback host of billing" in str(line.event.detail["why"])


async def test_a_host_put_back_on_the_list_is_called_again(desk: Desk) -> None:
    await desk.proposes()
    desk.lists("elsewhere.example")
    assert await desk.carries() == Later(BRIEF[0])
    desk.lists(f"127.0.0.1:{desk.peer.port}")
    desk.clock.at += timedelta(seconds=BRIEF[0])
    await desk.carries()
    assert len(desk.peer.requests) == 1


async def test_an_agent_that_is_gone_is_called_no_more(desk: Desk) -> None:
    await desk.proposes()
    desk.keys.write_text("agents: {}\n", encoding="utf-8")
    await desk.carries_until_the_end()
    assert desk.peer.connections == 0
    assert len(await desk.audited()) == 1


async def test_an_internal_address_is_given_up_on_and_told(desk: Desk) -> None:
    """The key file may name a host that leads inside; the gate stands behind it."""
    desk.lists("127.0.0.2")
    await desk.proposes(callback="https://127.0.0.2/hook")
    sender = WebhookSender(clock=desk.clock)
    callbacks = Callbacks(desk.store, sender, KeyRing(desk.keys))
    lane = "callback:127.0.0.2"
    for _ in range(len(BRIEF) + 1):
        outgoing = await desk.store.read(lambda look: look.outbox.next_in(lane, look.now() + FAR))
        assert outgoing is not None
        await callbacks.carry(outgoing)
        await desk.postpones(outgoing)
    [line] = await desk.audited()
    assert "127.0.0.2, which is not public" in str(line.event.detail["why"])


async def test_secrets_change_without_a_gap(desk: Desk) -> None:
    ground = await desk.store.read(lambda look: look.secret(WEBHOOK_KEY))
    old, new = desk.secret, verification_secret(ground, BILLING, 2)
    listed = f"127.0.0.1:{desk.peer.port}"
    for number, numbers in enumerate([(1,), (1, 2), (2,)]):
        desk.lists(listed, secrets=numbers)
        await desk.proposes(ProposalId(f"p{number}"))
        await desk.carries()
    at_noon = desk.clock.at.timestamp
    for request, secrets in zip(desk.peer.requests, [(old,), (old, new), (new,)], strict=True):
        for secret in secrets:
            assert verify(request.body, request.headers, secret, clock=at_noon).version == 1
    with pytest.raises(NotFromKeyturn):
        verify(desk.peer.requests[-1].body, desk.peer.requests[-1].headers, old, clock=at_noon)


async def test_tries_that_never_come_to_an_end_come_to_one(desk: Desk) -> None:
    await desk.proposes()
    outgoing = await desk.due()
    assert outgoing is not None
    for _ in range(2 * len(PATIENT) + 2):
        await desk.postpones(outgoing)
    await desk.carries()
    assert desk.peer.connections == 0
    assert len(await desk.audited()) == 1


async def test_a_proposal_without_a_callback_has_nothing_to_carry(desk: Desk) -> None:
    for named in (None, ProposalId("nobody")):
        errand = Outgoing(lane=LANE, errand=Errand.CALLBACK, proposal=named, priority=2)
        await desk.adds(errand)
        await desk.carries()
    assert await desk.due(FAR) is None
    assert desk.peer.connections == 0


async def test_a_lane_carries_it(desk: Desk) -> None:
    """The same through the relay itself, with two agents' proposals in one lane."""
    heard = asyncio.Event()

    async def answered(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 Fine\r\ncontent-length: 0\r\n\r\n")
        heard.set()

    desk.peer.will_answer(200)
    desk.peer.replies.append(answered)
    await desk.proposes()
    await desk.proposes(ProposalId("p2"))

    async def nothing_to_show(_: Outgoing) -> Verdict:
        return Later(3600.0)

    carriers = dict.fromkeys(Errand, nothing_to_show) | {Errand.CALLBACK: desk.callbacks.carry}
    relay = Relay(desk.store, carriers, holder="one", pace=Rate(per_second=1000, burst=1000))
    running = asyncio.create_task(relay.run())
    await asyncio.wait_for(heard.wait(), 10)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert sorted(desk.read(each).id for each in desk.peer.requests) == ["p1", "p2"]
    assert await desk.due(FAR) is None


def test_an_id_says_which_decision_it_is() -> None:
    assert letter_id({"id": "p1", "version": 7}) == "msg_p1_7"
