"""What an agent holds of the queue."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Any, Self, Unpack

from keyturn.decision import Decision, StillWaiting
from keyturn.errors import DeadLettered, TooLarge, UnexpectedReply
from keyturn.proposal import Details, Proposal, proposal
from keyturn.queue.opening import open_tables
from keyturn.queue.tables import Dead, Message, Tables, Watch
from keyturn.reading import read_decision
from keyturn.transport import seconds

LONGEST_REST = 5.0
LARGEST_BODY = 262_144
"""Bytes of one message; the queue's table takes no more."""


@dataclass(frozen=True, slots=True)
class QueuedProposal:
    """A proposal that cannot be lost any more."""

    id: str
    tables: Tables = field(repr=False)
    clock: Callable[[], float] = field(repr=False)

    def wait(self, timeout: float | timedelta | None = None) -> Decision:
        """Wait until people have decided; raise `StillWaiting` when the timeout passes first.

        A message that could not be taken in raises `DeadLettered` with the reason.
        """
        left = seconds(timeout)
        until = None if left is None else self.clock() + left
        with self.tables.watch() as watch:
            while True:
                latest = self._look(watch)
                if latest is not None and latest.closed:
                    return latest
                remaining = LONGEST_REST if until is None else until - self.clock()
                if remaining <= 0:
                    raise StillWaiting(latest, self.id)
                watch.rest(min(remaining, LONGEST_REST))

    def latest(self) -> Decision | None:
        """Read how the proposal stands now; None while it waits in the inbox."""
        with self.tables.watch() as watch:
            return self._look(watch)

    def _look(self, watch: Watch) -> Decision | None:
        match watch.look(self.id):
            case None:
                return None
            case Dead(reason=reason):
                raise DeadLettered(self.id, reason)
            case delivered:
                return _read(delivered.body)


class SqlQueue:
    """The gateway's inbox, for agents that may write to its database."""

    def __init__(
        self,
        url: str,
        agent: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._agent = agent
        self._clock = clock
        self._tables = open_tables(url, agent, clock, sleep)

    def propose(
        self,
        action: str,
        parameters: Mapping[str, Any] | None = None,
        **details: Unpack[Details],
    ) -> QueuedProposal:
        """Ask leave to do something; it is on disk when this returns."""
        return self.enqueue(proposal(action, parameters, details))

    def enqueue(self, sent: Proposal) -> QueuedProposal:
        """Put a proposal into the inbox; the same again is the same proposal."""
        body = sent.to_json()
        _check_size(body)
        message = Message(_id_of(self._agent, body), self._agent, body)
        self._tables.enqueue(message)
        return self.pending(message.id)

    def pending(self, proposal_id: str) -> QueuedProposal:
        """Take up a proposal enqueued earlier, perhaps by another run of this program."""
        return QueuedProposal(proposal_id, self._tables, self._clock)

    def close(self) -> None:
        """Close the connections."""
        self._tables.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _check_size(body: str) -> None:
    size = len(body.encode("utf-8", "surrogatepass"))
    if size > LARGEST_BODY:
        raise TooLarge(
            type="urn:keyturn:problem:too-large",
            title="The proposal is too large",
            status=413,
            detail=f"it has {size:,} bytes and the queue takes {LARGEST_BODY:,}: "
            "leave out what reviewers need not read, or link to it",
        )


def _id_of(agent: str, body: str) -> str:
    """Name a message by what it says, so that an agent that starts again waits for the same one."""
    told = json.dumps([agent, body]).encode("utf-8", "surrogatepass")
    return f"m_{hashlib.sha256(told).hexdigest()[:40]}"


def _read(body: str) -> Decision:
    try:
        return read_decision(json.loads(body))
    except json.JSONDecodeError as error:
        raise UnexpectedReply(f"this is no decision: {body[:200]}") from error
