"""A whole agents' side, from the port to the disk: real store, real server, real key file."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from bot.agents.denials import Denials
from bot.agents.desk import AgentDesk
from bot.agents.intake import Intake
from bot.agents.keys import KeyRing, create_key
from bot.agents.questions import QuestionDesk
from bot.api.app import agents_api
from bot.api.endpoints import Endpoints
from bot.api.monitoring import Check, Monitoring
from bot.api.serving import HttpServer, bound
from bot.judging.live_manifest import LiveManifest
from bot.program.draining import Drain
from bot.program.identifiers import Identifiers
from bot.program.observability import Metrics
from manifests.loading import SHIPPED, load
from manifests.loading_keys import AgentEntry
from manifests.manifest import Manifest
from manifests.vocabulary import AgentName, PersonId, Standing, UserId
from store import door
from store.checkpoint import Checkpoint
from store.commands import AfterCommand, Command
from store.effects import KEYTURN
from store.people import Person
from store.ports import Store
from store.proposal import ProposalId
from store.refusals import Refusal
from store.sql import migrate, open_store

SUPPORT = AgentName("support")
OTHER = AgentName("narrow")
ENGINE = AgentName("opa")
MANIFEST: Manifest = load(SHIPPED).manifest


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    at: datetime = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Gateway:
    """Everything agents reach, and the reviewers' side of the store."""

    store: Store
    keys: Mapping[AgentName, str]
    key_file: Path
    ring: KeyRing
    intake: Intake
    desk: AgentDesk
    denials: Denials
    metrics: Metrics
    drain: Drain
    clock: Clock
    url: str = ""
    checks: dict[str, Check] = field(default_factory=dict)

    def agent(self, name: AgentName = SUPPORT) -> httpx.AsyncClient:
        """Speak HTTP as one agent."""
        headers = {"Authorization": f"Bearer {self.keys[name]}"}
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=30)

    async def act(self, proposal: str, command: Command) -> Checkpoint:
        """Do what a reviewer does."""
        verdict = await self.store.write(
            lambda tx: door.act(tx, ProposalId(proposal), command, KEYTURN)
        )
        assert not isinstance(verdict, Refusal), verdict
        return verdict

    async def act_after(self, proposal: str, command: AfterCommand) -> None:
        """Do what a reviewer does after closing."""
        verdict = await self.store.write(
            lambda tx: door.act_after(tx, ProposalId(proposal), command, KEYTURN)
        )
        assert not isinstance(verdict, Refusal), verdict

    async def time_passes(self, proposal: str, length: timedelta) -> None:
        """Let the clock look at a proposal once this much time has passed."""
        self.clock.at += length
        await self.store.write(lambda tx: door.settled(tx, ProposalId(proposal)))

    async def checkpoint(self, proposal: str) -> Checkpoint:
        """Read what is stored."""
        found = await self.store.read(lambda tx: tx.checkpoints.get(ProposalId(proposal)))
        assert found is not None
        return found

    def person(self, user: str = "U0FINN") -> Person:
        """Give somebody of the shipped manifest, as Slack knows them now."""
        account = UserId(user)
        return Person(
            user=account,
            id=MANIFEST.person_of(account),
            name=MANIFEST.names.get(PersonId(MANIFEST.person_of(account)), user),
            roles=MANIFEST.roles_of(account),
            standing=Standing.MEMBER,
            as_of=self.clock(),
        )


def key_file(folder: Path) -> tuple[Path, dict[AgentName, str]]:
    """Make a key file with an agent that may do everything and one that may do little."""
    path = folder / "agents.yaml"
    wide = AgentEntry(owner="U0ELIF", actions="*", callback_hosts=("hooks.example.com",))
    narrow = AgentEntry(actions=("update_crm_record",))
    return path, {
        SUPPORT: create_key(path, SUPPORT, wide),
        OTHER: create_key(path, OTHER, narrow),
        ENGINE: create_key(path, ENGINE, AgentEntry(kind="engine")),
    }


@asynccontextmanager
async def gateway(url: str, folder: Path) -> AsyncIterator[Gateway]:
    """Put the agents' side together over a fresh database."""
    await asyncio.to_thread(migrate, url)
    clock = Clock()
    store = await open_store(url, workspace="test", clock=clock)
    path, keys = key_file(folder)
    manifest, drain, ring = LiveManifest(MANIFEST), Drain(), KeyRing(path)
    ids = Identifiers(lambda: datetime.now(UTC))
    made = Gateway(
        store=store,
        keys=keys,
        key_file=path,
        ring=ring,
        intake=Intake(store, manifest, ids.proposal),
        desk=AgentDesk(store, manifest, drain),
        denials=Denials(store, manifest, ring, ids.proposal),
        metrics=Metrics(),
        drain=drain,
        clock=clock,
    )
    try:
        yield made
    finally:
        await store.close()


@asynccontextmanager
async def served(made: Gateway) -> AsyncIterator[Gateway]:
    """Serve the gateway's API on a free port."""
    endpoints = Endpoints(
        intake=made.intake,
        desk=made.desk,
        asked=QuestionDesk(made.store, made.drain),
        denials=made.denials,
        keys=made.ring,
        metrics=made.metrics,
    )
    monitoring = Monitoring(
        store=made.store, metrics=made.metrics, drain=made.drain, checks=made.checks
    )
    server = HttpServer(agents_api(endpoints, monitoring), bound("127.0.0.1", 0), made.drain)
    made.url = server.url
    serving = asyncio.create_task(server.serve())
    try:
        yield made
    finally:
        made.drain.start()
        await serving


def refund(amount: str = "480.00", key: str = "order-1", **more: Any) -> dict[str, Any]:
    """Write a refund as an agent sends it."""
    parameters = {
        "amount": amount,
        "currency": "USD",
        "customer": "Acme GmbH",
        "order_id": "ORD-1042",
    }
    sent = {"action": "process_refund", "parameters": parameters, "idempotency_key": key}
    return {**sent, **more}


def wheres(problem: Mapping[str, Any]) -> Sequence[str]:
    """List where a problem sees mistakes."""
    return [each["where"] for each in problem.get("errors", ())]
