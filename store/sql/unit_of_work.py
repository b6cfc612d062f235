"""What an operation and a query are given: every port on one connection, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from hmac import new

from store.board import Board
from store.governing import Manifests, Pauses
from store.intents import Intents
from store.ports import (
    Aftermaths,
    Audit,
    Cards,
    Checkpoints,
    Clicks,
    DeadLetters,
    Inbox,
    Outbox,
    Replies,
    Spending,
    Timers,
)
from store.retention import Retention
from store.sql.aftermaths import SqlAftermaths
from store.sql.audit import SqlAudit, Verdict
from store.sql.board import SqlBoard
from store.sql.cards import SqlCards
from store.sql.chain import Chain, Mark
from store.sql.checkpoints import SqlCheckpoints
from store.sql.codec import moment
from store.sql.governing import SqlManifests, SqlPauses
from store.sql.inbox import SqlDeadLetters, SqlInbox
from store.sql.intents import SqlIntents
from store.sql.outbox import SqlOutbox
from store.sql.replies import SqlClicks, SqlReplies
from store.sql.retention import SqlRetention
from store.sql.spending import SqlSpending
from store.sql.staffing import SqlStaff
from store.sql.statements import Wire
from store.sql.timers import SqlTimers
from store.staffing import Staff

_BEFORE = "SAVEPOINT operation"
_DATABASE_CLOCK = "SELECT (extract(epoch from clock_timestamp()) * 1000000)::bigint"


@dataclass(frozen=True, slots=True)
class Ground:
    """What every transaction of one store stands on."""

    workspace: str
    root: bytes
    clock: Callable[[], datetime] | None = None


class SqlReading:
    """One consistent look at the store."""

    checkpoints: Checkpoints
    aftermaths: Aftermaths
    audit: Audit
    timers: Timers
    cards: Cards
    outbox: Outbox
    inbox: Inbox
    dead_letters: DeadLetters
    replies: Replies
    clicks: Clicks
    spending: Spending
    manifests: Manifests
    pauses: Pauses
    intents: Intents
    staff: Staff
    board: Board
    retention: Retention

    def __init__(self, wire: Wire, ground: Ground, chain: Chain | None = None) -> None:
        self._wire = wire
        self._ground = ground
        self._now: datetime | None = None
        workspace = ground.workspace
        self.checkpoints = SqlCheckpoints(wire, workspace)
        self.aftermaths = SqlAftermaths(wire, workspace)
        self._audit = SqlAudit(wire, workspace, chain)
        self.audit = self._audit
        self.timers = SqlTimers(wire, workspace)
        self.cards = SqlCards(wire, workspace)
        self._outbox = SqlOutbox(wire, workspace, self.now)
        self.outbox = self._outbox
        self.inbox = SqlInbox(wire, workspace)
        self.dead_letters = SqlDeadLetters(wire, workspace)
        self.replies = SqlReplies(wire, workspace, self.now)
        self.clicks = SqlClicks(wire, workspace, self.now)
        self.spending = SqlSpending(wire, workspace)
        self.manifests = SqlManifests(wire, workspace)
        self.pauses = SqlPauses(wire, workspace)
        self.intents = SqlIntents(wire, workspace)
        self.staff = SqlStaff(wire, workspace)
        self.board = SqlBoard(wire, workspace)
        self.retention = SqlRetention(wire, workspace)

    def now(self) -> datetime:
        """Read the clock once, inside the transaction; one operation happens at one moment."""
        if self._now is None:
            self._now = self._read_clock()
        return self._now

    def verify_chain(self) -> Verdict:
        """Walk the audit chain from its first line to its head."""
        return self._audit.verify()

    def _read_clock(self) -> datetime:
        if self._ground.clock is not None:
            return self._ground.clock()
        if self._wire.is_postgresql:
            return moment(self._wire.scalar(_DATABASE_CLOCK))
        return datetime.now(UTC)

    def secret(self, name: str) -> bytes:
        """Derive one of the installation's own secrets, 32 bytes, from the one made at opening."""
        return new(self._ground.root, name.encode(), sha256).digest()


class SqlTransaction(SqlReading):
    """One change, all of it or none of it."""

    def __init__(self, wire: Wire, ground: Ground, chain: Chain) -> None:
        super().__init__(wire, ground, chain)
        self._chain = chain
        self._topics: set[str] = set()
        self._mark: Mark = chain.mark()

    def announce(self, topic: str) -> None:
        """Wake whoever watches a topic, after the commit."""
        self._topics.add(topic)

    def open_operation(self) -> None:
        """Start an operation that can be undone without its neighbours."""
        self._now = None
        self._topics = set()
        self._mark = self._chain.mark()
        self._wire.command(_BEFORE)

    def keep_operation(self) -> set[str]:
        """Keep what the operation did, and give the topics it announced."""
        self._wire.flush()
        self._wire.command("RELEASE SAVEPOINT operation")
        return self._topics

    def undo_operation(self) -> None:
        """Undo the operation and nothing else."""
        if not self._wire.forget_since(_BEFORE):
            self._wire.command("ROLLBACK TO SAVEPOINT operation")
            self._wire.command("RELEASE SAVEPOINT operation")
        self._chain.back_to(self._mark)
        self._outbox.forget_lanes()

    def undo_everything(self) -> None:
        """Know that the whole transaction is gone."""
        self._outbox.forget_lanes()
