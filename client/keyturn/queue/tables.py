"""What the queue needs of a database, and what it finds there."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from keyturn.errors import KeyturnError


class QueueUnavailable(KeyturnError):
    """The queue's database cannot be reached or used; the same proposal may be sent again later."""


@dataclass(frozen=True, slots=True)
class Message:
    """One proposal on its way; its id is the proposal's."""

    id: str
    agent: str
    body: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """The newest decision left for a proposal, as JSON."""

    body: str


@dataclass(frozen=True, slots=True)
class Dead:
    """Why a message was not taken in."""

    reason: str


class Watch(Protocol):
    """One agent's eye on one proposal, from a connection of its own."""

    def look(self, proposal: str) -> Delivered | Dead | None:
        """Read what has been left for a proposal."""

    def rest(self, seconds: float) -> None:
        """Return when the database may have changed since the last look, or after this long."""


class Tables(Protocol):
    """The queue's tables in one kind of database."""

    def enqueue(self, message: Message) -> None:
        """Write one message, safe when this returns; the same id again is the same message."""

    def watch(self) -> AbstractContextManager[Watch]:
        """Open an eye on the tables."""

    def close(self) -> None:
        """Close the connection that enqueues."""


LATEST = """
SELECT body FROM deliveries
WHERE proposal = {value} AND agent = {agent} ORDER BY version DESC LIMIT 1
"""
REASON = "SELECT reason FROM dead_letters WHERE id = {value} AND agent = {agent}"
