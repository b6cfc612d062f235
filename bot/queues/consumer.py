"""Takes proposals from a queue, a batch at a time: received, judged, committed, then gone."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.agents.desk import told
from bot.agents.intake import Declined, Fault, Intake, Judged, TakenIn
from bot.agents.keys import KeyRing
from bot.program.draining import Drain
from bot.program.observability import Metrics
from bot.queues.port import Queue
from manifests.vocabulary import AgentName
from store.checkpoint import Checkpoint
from store.ports import DeadLetter, Message, Overtaken, Store, Transaction
from store.proposal import ProposalId
from store.sql import StoreUnavailable

BATCH = 64
TRIES = 8
LOOK_AGAIN_AFTER = 1.0
FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY = timedelta(minutes=5)
UNREACHABLE_FOR = 2.0
_JUDGED_AT_ONCE = 8
_KEPT_OF_BODY = 4_096
_ID_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-")
_LONGEST_ID = 64

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Received:
    """A message and what became of reading it."""

    message: Message
    judged: Judged | Declined


@dataclass(frozen=True, slots=True)
class Settled:
    """A message that is out of the queue, with its checkpoint or the reason why it has none."""

    message: Message
    outcome: TakenIn | Declined


class Consumer:
    """Runs until the drain starts; any number of them, in any number of programs, may run."""

    def __init__(
        self,
        *,
        queue: Queue,
        store: Store,
        intake: Intake,
        keys: KeyRing,
        metrics: Metrics,
        drain: Drain,
    ) -> None:
        self._queue = queue
        self._store = store
        self._intake = intake
        self._keys = keys
        self._metrics = metrics
        self._drain = drain

    async def run(self) -> None:
        """Take in whatever comes, until closing time; what was received by then is finished."""
        judged: list[Received] = []
        waiting: tuple[Message, ...] = ()
        while judged or waiting or not self._drain.started:
            try:
                if not (judged or waiting):
                    waiting = await self._next()
                judged, waiting = await self._round(judged, waiting)
            except StoreUnavailable as error:
                # Nothing is lost: what was leased comes again when its lease is over.
                log.warning("queue_intake_paused", problem=str(error))
                judged, waiting = await self._rested()
            except Exception:
                # Whatever a message or a broker brings up, clicks and the API must go on.
                log.exception("queue_intake_failed")
                judged, waiting = await self._rested()

    async def _rested(self) -> tuple[list[Received], tuple[Message, ...]]:
        await self._drain.unless_stopping(_pause(UNREACHABLE_FOR))
        return [], ()

    async def take_in(self, batch: Sequence[Message]) -> None:
        """Judge and finish one batch."""
        await self._finish(await self._judge(batch))

    async def _round(
        self, judged: Sequence[Received], waiting: Sequence[Message]
    ) -> tuple[list[Received], tuple[Message, ...]]:
        """Commit one batch while the next is judged and the one after it is leased.

        Commit and lease go to the one writer at the same time, so they share a transaction.
        """
        if not (judged or waiting):
            return [], ()
        began = time.perf_counter()
        following, _, leased = await asyncio.gather(
            self._judge(waiting), self._finish(judged), self._receive()
        )
        if judged:
            self._metrics.batch(time.perf_counter() - began)
        return following, leased

    async def _receive(self) -> tuple[Message, ...]:
        return () if self._drain.started else await self._queue.receive(BATCH)

    async def _next(self) -> tuple[Message, ...]:
        batch = await self._receive()
        if not batch:
            await self._drain.unless_stopping(self._queue.news(LOOK_AGAIN_AFTER))
        return batch

    async def _judge(self, batch: Sequence[Message]) -> list[Received]:
        received = []
        for index, message in enumerate(batch, start=1):
            try:
                received.append(Received(message, self._judged(message)))
            except Exception as error:  # noqa: BLE001  one message's fault must not stop the others
                await self._try_later(message, error)
            if index % _JUDGED_AT_ONCE == 0:
                await asyncio.sleep(0)  # clicks and long-polls must not wait for a whole batch
        return received

    def _judged(self, message: Message) -> Judged | Declined:
        """Read one message; a permanent fault is its answer."""
        if message.attempts > TRIES:
            words = f"It was tried {TRIES} times, and each time something broke here."
            return Declined(Fault.INVALID, words)
        if not 0 < len(message.id) <= _LONGEST_ID or not _ID_CHARACTERS.issuperset(message.id):
            words = "A message's id becomes the proposal's: 1 to 64 letters, digits, - _ . or :"
            return Declined(Fault.INVALID, words)
        agent = self._keys.agent_named(message.agent)
        if agent is None:
            words = f"There is no agent {message.agent[:100]!r} in the agents' key file."
            return Declined(Fault.NOT_ALLOWED, words)
        try:
            return self._intake.judge(agent, message.body)
        except Declined as error:
            return error

    async def _finish(self, received: Sequence[Received]) -> None:
        """Commit a batch; when one message breaks it, each goes alone."""
        if not received:
            return
        try:
            settled = await self._store.write(
                lambda tx: [self._settled(tx, each) for each in received]
            )
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001  one message's fault must not stop the others
            await self._apart(received, error)
            return
        await self._queue.acknowledge([each.message for each in settled])
        for each in settled:
            self._count(each)

    async def _apart(self, received: Sequence[Received], error: Exception) -> None:
        if len(received) == 1:
            await self._alone(received[0], error)
            return
        log.warning("batch_taken_apart", messages=len(received), error=type(error).__name__)
        for each in received:
            await self._finish([each])

    def _settled(self, tx: Transaction, received: Received) -> Settled:
        message = received.message
        outcome = self._opened(tx, received)
        if isinstance(outcome, Declined):
            tx.dead_letters.put(_letter(message, outcome, tx.now()))
        self._queue.settle(tx, message)
        return Settled(message, outcome)

    def _opened(self, tx: Transaction, received: Received) -> TakenIn | Declined:
        judged, message = received.judged, received.message
        if isinstance(judged, Declined):
            return judged
        try:
            taken = self._intake.open(tx, judged, ProposalId(message.id), by_queue=True)
        except Declined as error:
            return error
        if taken.again and taken.checkpoint.id != message.id:
            # The same proposal under another message's id: its agent looks there for an answer.
            reply = told(tx, taken.checkpoint)
            body = json.dumps(reply.decision)
            tx.replies.put(ProposalId(message.id), judged.agent.name, reply.version, body)
        return taken

    async def _alone(self, received: Received, error: Exception) -> None:
        """Bury a message whose id is taken: that is the one thing which never mends itself."""
        message, judged = received.message, received.judged
        if isinstance(error, Overtaken) and isinstance(judged, Judged):
            holder = await self._store.read(lambda tx: tx.checkpoints.get(ProposalId(message.id)))
            if holder is not None and _named(holder) != (judged.agent.name, judged.key):
                words = f"The message id {message.id} is another proposal's; enqueue a new one."
                await self._finish([Received(message, Declined(Fault.KEY_REUSED, words))])
                return
        await self._try_later(message, error)

    async def _try_later(self, message: Message, error: Exception) -> None:
        delay = min(FIRST_DELAY * 2 ** max(0, message.attempts - 1), LONGEST_DELAY)
        log.error(
            "message_not_taken_in",
            message=message.id,
            attempts=message.attempts,
            error=type(error).__name__,
            exc_info=error,
        )
        now = await self._store.read(lambda tx: tx.now())
        await self._queue.release(message, now + delay)

    def _count(self, settled: Settled) -> None:
        match settled.outcome:
            case Declined() as declined:
                self._metrics.declined("queue", declined.fault)
                self._metrics.dead_lettered()
                log.warning("dead_letter", message=settled.message.id, fault=declined.fault.value)
            case TakenIn(again=False) as taken:
                self._metrics.taken_in("queue", taken.checkpoint)
            case TakenIn():
                log.info("proposal_came_again", proposal=settled.outcome.checkpoint.id)


def _named(checkpoint: Checkpoint) -> tuple[AgentName, str | None]:
    return checkpoint.parties.agent, checkpoint.proposal.idempotency_key


def _letter(message: Message, declined: Declined, at: datetime) -> DeadLetter:
    return DeadLetter(
        id=message.id,
        agent=message.agent,
        body=message.body[:_KEPT_OF_BODY],
        reason=str(declined),
        attempts=message.attempts,
        at=at,
    )


async def _pause(seconds: float) -> bool:
    await asyncio.sleep(seconds)
    return False
