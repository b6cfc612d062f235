"""An installation in small: a real store, real files, and instances that govern by them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from bot.governing.asking import Asker
from bot.governing.origin import origin_of
from bot.governing.pausing import Pausing
from bot.governing.reloading import Reloading
from bot.judging.live_manifest import LiveManifest
from bot.judging.tightening import Tightening
from bot.program.identifiers import Identifiers
from bot.program.observability import Metrics
from manifests.vocabulary import PersonId, RoleName, Standing, UserId
from store import door
from store.checkpoint import Checkpoint, Status
from store.commands import Approve, Recall, Reject, ReviewerCommand
from store.effects import Actor, ActorKind, Event
from store.events import from_json
from store.people import KEYTURN_ITSELF, Person
from store.ports import Errand, Listing, Outgoing, Transaction
from store.proposal import ProposalId
from store.refusals import Refusal
from store.sql import SqlStore, migrate, open_store
from store.sql.engine import database_url, writing_engine
from tests.bot.gateway import Clock

ROLES = """\
defaults:
  role: reviewer
  operations: operations
  administrators: administrator
  ladder: [{within: 1h}]
roles:
  reviewer: {title: Reviewer, channel: C0REVIEW, members: [U0ANA, U0BEN]}
  cfo: {title: CFO, channel: C0EXEC, members: [U0CORA]}
  operations: {title: Operations, channel: C0OPS, members: [U0DEV]}
  administrator: {title: Administrator, channel: C0ADMINS, members: [U0ELIF, U0CORA, U0GUS]}
"""
WAITING = frozenset({Status.PENDING_REVIEW, Status.ESCALATED})
ONE_SEAT, TWO_SEATS, NO_SEAT = "[reviewer]", "[reviewer, cfo]", "[revewer]"


def actions(seats: str) -> str:
    """Write the only action there is."""
    return (
        "actions:\n  pay:\n    title: Pay\n    severity: high\n    reversible: false\n"
        f"    seats: {seats}\n"
    )


def elif_() -> Asker:
    return Asker(user=UserId("U0ELIF"), person=PersonId("U0ELIF"), name="Elif")


def gus() -> Asker:
    return Asker(user=UserId("U0GUS"), person=PersonId("U0GUS"), name="Gus")


def cora() -> Asker:
    return Asker(user=UserId("U0CORA"), person=PersonId("U0CORA"), name="Cora")


@dataclass
class Instance:
    """One program of several, on the same database and the same files."""

    store: SqlStore
    manifest: LiveManifest
    reloading: Reloading
    pausing: Pausing
    tightening: Tightening
    metrics: Metrics

    @property
    def seats(self) -> list[str]:
        """Say who must agree to `pay` by the manifest this instance goes by."""
        (action,) = self.manifest.current.actions.values()
        return [seat.name for seat in action.plan.seats]


@dataclass
class Office:
    """The files, the database and the people."""

    url: str
    folder: Path
    clock: Clock = field(default_factory=Clock)
    seconds: float = 0.0
    stores: list[SqlStore] = field(default_factory=list)

    def __post_init__(self) -> None:
        (self.folder / "actions").mkdir(parents=True, exist_ok=True)
        (self.folder / "roles.yaml").write_text(ROLES)
        self.write(ONE_SEAT)

    def write(self, seats: str) -> None:
        """Edit the files as an administrator does."""
        (self.folder / "actions" / "pay.yaml").write_text(actions(seats))

    async def starts(self) -> Instance:
        """Start an instance, as the program does."""
        store = await open_store(self.url, workspace="office", clock=self.clock)
        self.stores.append(store)
        origin = await origin_of(store, self.folder)
        manifest, metrics = LiveManifest(origin.manifest), Metrics()
        tightening = Tightening(store, manifest)
        new_id = Identifiers(lambda: datetime.now(UTC)).proposal
        reloading = Reloading(
            store=store,
            path=self.folder,
            manifest=manifest,
            origin=origin,
            tightening=tightening,
            metrics=metrics,
            new_id=new_id,
            every=0.0,
            monotonic=lambda: self.seconds,
        )
        pausing = Pausing(store, manifest, metrics, new_id)
        return Instance(store, manifest, reloading, pausing, tightening, metrics)

    @property
    def store(self) -> SqlStore:
        return self.stores[0]

    async def notices(self) -> list[Outgoing]:
        """Carry every notice that waits to its channel, and give them."""

        def taken(tx: Transaction) -> list[Outgoing]:
            found = []
            for lane in ("C0ADMINS", "C0OPS"):
                while (one := tx.outbox.next_in(lane, tx.now())) is not None:
                    tx.outbox.done(one)
                    found.append(one)
            return [each for each in found if each.errand is Errand.NOTICE]

        return await self.store.write(taken)

    async def told(self) -> list[str]:
        """Read the headlines of every notice since the last look."""
        return [str(each.body["title"]) for each in await self.notices()]

    async def asked(self) -> list[Checkpoint]:
        """List what Keyturn itself asked administrators, newest first."""
        return list(
            await self.store.read(
                lambda look: look.checkpoints.page(Listing(agent=KEYTURN_ITSELF, limit=50))
            )
        )

    async def waiting(self) -> Checkpoint:
        """Give the one question that waits for an answer."""
        (found,) = [each for each in await self.asked() if each.state.status in WAITING]
        return found

    async def approves(self, who: Asker, proposal: ProposalId) -> Checkpoint | Refusal:
        """Sign a question off, as an administrator who was looked up just now."""
        return await self._decides(who, proposal, approve=True)

    async def rejects(self, who: Asker, proposal: ProposalId) -> Checkpoint | Refusal:
        return await self._decides(who, proposal, approve=False)

    async def _decides(
        self, who: Asker, proposal: ProposalId, *, approve: bool
    ) -> Checkpoint | Refusal:
        def decided(tx: Transaction) -> Checkpoint | Refusal:
            checkpoint = tx.checkpoints.get(proposal)
            assert checkpoint is not None
            signed = getattr(checkpoint.state, "sign_offs", ())
            signers = tuple(self.person(each.by.user) for each in signed)
            seen = {
                "reviewer": self.person(who.user),
                "revision": checkpoint.revision.number,
                "digest": checkpoint.revision.digest,
                "signers": signers,
            }
            command: ReviewerCommand = (
                Approve(**seen, in_full=True)  # type: ignore[arg-type]  # as a click carries it
                if approve
                else Reject(**seen, reason="Not now.", category="other")  # type: ignore[arg-type]  # as above
            )
            return door.act(tx, proposal, command, Actor(ActorKind.PERSON, who.user, who.name))

        return await self.store.write(decided)

    async def recalls(self, who: Asker, proposal: ProposalId) -> None:
        """Take an approval back before it is carried out."""
        command = Recall(reviewer=self.person(who.user), reason="Not yet.")
        actor = Actor(ActorKind.PERSON, who.user, who.name)
        told = await self.store.write(lambda tx: door.act_after(tx, proposal, command, actor))
        assert not isinstance(told, Refusal), told

    def rewrite(self, digest: str, files: dict[str, str]) -> None:
        """Change what is stored of a version, behind the door."""
        engine = writing_engine(database_url(self.url))
        with engine.begin() as connection:
            changed = text("UPDATE manifests SET files = :files WHERE digest = :digest")
            connection.execute(changed, {"files": json.dumps(files), "digest": digest})
        engine.dispose()

    def person(self, user: UserId) -> Person:
        roles = {"U0ELIF": ["administrator"], "U0GUS": ["administrator"]}
        held = {**roles, "U0CORA": ["administrator", "cfo"], "U0ANA": ["reviewer"]}[user]
        return Person(
            user=user,
            id=PersonId(user),
            name=user,
            roles=frozenset(map(RoleName, held)),
            standing=Standing.MEMBER,
            as_of=self.clock(),
        )

    async def events(self) -> list[Event]:
        """Read what was audited of no proposal in particular, in order."""
        return await asyncio.to_thread(_governing_events, self.url)


def _governing_events(url: str) -> list[Event]:
    """Look behind the door: lines that belong to no proposal have no port of their own."""
    engine = writing_engine(database_url(url))
    try:
        with engine.connect() as connection:
            rows = connection.execute(
                text("SELECT line FROM audit WHERE proposal IS NULL ORDER BY seq")
            ).all()
    finally:
        engine.dispose()
    return [from_json(json.loads(row[0])["event"]) for row in rows]


@asynccontextmanager
async def office(url: str, folder: Path) -> AsyncIterator[Office]:
    """Set an office up over an empty database, and close it."""
    await asyncio.to_thread(migrate, url)
    made = Office(url, folder)
    try:
        yield made
    finally:
        for store in made.stores:
            await store.close()
