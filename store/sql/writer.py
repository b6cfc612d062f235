"""The one writer of a process: a thread that lets waiting operations share a commit.

Each operation has a savepoint, so only its own future fails; futures resolve after COMMIT.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from threading import Condition, Event, Thread
from typing import Any

from store.ports import Overtaken, Transaction
from store.sql.bulletin import Bulletin
from store.sql.session import Others, Session
from store.sql.troubles import (
    DRIVER_ERRORS,
    StoreClosed,
    StoreUnavailable,
    Trouble,
    in_words,
    trouble_of,
)
from store.sql.unit_of_work import SqlTransaction

AT_MOST_TOGETHER = 64
OVERTAKEN_AT_MOST = 5
LOOK_EVERY_SECONDS = 0.02
FIRST_PAUSE_SECONDS = 0.005
LONGEST_PAUSE_SECONDS = 0.5


class Stage(Enum):
    """How far an operation has come."""

    QUEUED = "queued"
    TAKEN = "taken"
    CANCELLED = "cancelled"


class Job:
    """One operation and whoever waits for it."""

    __slots__ = (
        "error",
        "future",
        "operation",
        "queued_at",
        "result",
        "settled",
        "stage",
        "topics",
    )

    def __init__(
        self, operation: Callable[[Transaction], Any], future: asyncio.Future[Any]
    ) -> None:
        self.operation = operation
        self.future = future
        self.queued_at = time.monotonic()
        self.stage = Stage.QUEUED
        self.settled = False
        self.result: Any = None
        self.error: Exception | None = None
        self.topics: Iterable[str] = ()

    def settle(self) -> None:
        """Tell whoever waits, on the event loop's thread."""
        self.settled = True
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class Writer:
    """The writer thread and its queue."""

    def __init__(
        self,
        session: Session,
        loop: asyncio.AbstractEventLoop,
        bulletin: Bulletin,
        patience_seconds: float,
    ) -> None:
        self._session = session
        self._loop = loop
        self._bulletin = bulletin
        self._patience = patience_seconds
        self._queue: deque[Job] = deque()
        self._wake = Condition()
        self._closing = False
        self.commits = 0
        self.looking = Event()
        self._thread = Thread(target=self._run, name="keyturn-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue an operation."""
        with self._wake:
            if self._closing:
                raise StoreClosed("The store is being closed; nothing more is written.")
            self._queue.append(job)
            self._wake.notify()

    def cancel(self, job: Job) -> bool:
        """Take an operation back, which works only while it is queued."""
        with self._wake:
            if job.stage is Stage.QUEUED:
                job.stage = Stage.CANCELLED
        return job.stage is Stage.CANCELLED

    def close(self) -> None:
        """Finish what was accepted, then stop."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()

    def _run(self) -> None:
        self._look_around()
        self.looking.set()
        while (jobs := self._take()) is not None:
            if jobs:
                self._together(jobs)
            self._look_around()
        self._session.close()

    def _take(self) -> list[Job] | None:
        """Wait for operations, but not so long that other programs' messages stay unseen."""
        with self._wake:
            if not self._queue:
                if self._closing:
                    return None
                self._wake.wait(LOOK_EVERY_SECONDS)
            jobs: list[Job] = []
            while self._queue and len(jobs) < AT_MOST_TOGETHER:
                job = self._queue.popleft()
                if job.stage is Stage.QUEUED:
                    job.stage = Stage.TAKEN
                    jobs.append(job)
            return jobs

    def _together(self, jobs: list[Job]) -> None:
        """Commit operations together; where the group fails for good, each is tried alone."""
        fault: tuple[Trouble, Exception] | None = None
        for _ in self._attempts(jobs[0]):
            try:
                tx = self._session.begin()
                if tx is None:
                    fault = None
                    break
                if fault is not None and fault[0] is not Trouble.PASSING:
                    self._session.roll_back()
                    break
                self._operate(tx, jobs)
                self._session.commit({topic for job in jobs for topic in job.topics})
                self.commits += 1
                fault = None
                break
            except Exception as error:  # noqa: BLE001  whatever it is, whoever waits must hear of it
                fault = (trouble_of(error), error)
                self._session.roll_back()
                if fault[0] is not Trouble.PASSING and not self._session.in_doubt:
                    break
        if fault is None:
            self._settle(jobs)
        elif fault[0] is Trouble.PASSING or len(jobs) == 1:
            self._give_up(jobs, *fault)
        else:
            for job in jobs:
                self._together([job])

    def _attempts(self, oldest: Job) -> Iterator[int]:
        """Allow attempts until patience is over, with longer and longer pauses between them."""
        pause = FIRST_PAUSE_SECONDS
        attempt = 0
        while True:
            yield attempt
            attempt += 1
            if time.monotonic() - oldest.queued_at + pause > self._patience:
                return
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _operate(self, tx: SqlTransaction, jobs: list[Job]) -> None:
        for job in jobs:
            job.result, job.error, job.topics = None, None, ()
            for _ in range(OVERTAKEN_AT_MOST):
                tx.open_operation()
                try:
                    job.result = job.operation(tx)
                    job.topics = tx.keep_operation()
                except Exception as error:  # noqa: BLE001  it belongs to the one who asked
                    self._rethrow_if_ours(error)
                    tx.undo_operation()
                    job.error = error
                    if isinstance(error, Overtaken):
                        continue
                else:
                    job.error = None
                break

    def _rethrow_if_ours(self, error: Exception) -> None:
        """Let go of the whole transaction when it is lost or must be run again."""
        if not isinstance(error, DRIVER_ERRORS):
            return
        if trouble_of(error) is not Trouble.OWN or self._session.transaction_lost:
            raise error

    def _give_up(self, jobs: list[Job], trouble: Trouble, error: Exception) -> None:
        if self._session.in_doubt:
            self._session.forget_doubt()
            told: Exception = StoreUnavailable(
                "The database went away during the commit, and did not come back in time to say "
                "whether it took place. Read before you try again."
            )
        else:
            told = in_words(trouble, error) if isinstance(error, DRIVER_ERRORS) else error
        told.__cause__ = error
        for job in jobs:
            job.topics = ()
            job.error = told
        self._settle(jobs)

    def _settle(self, jobs: list[Job]) -> None:
        topics = {topic for job in jobs for topic in job.topics}
        self._on_loop(lambda: _tell(jobs, self._bulletin, topics))

    def _look_around(self) -> None:
        """Notice what other programs have committed to the same SQLite file."""
        try:
            others = self._session.others_committed()
            if others is Others.STORES:
                self._on_loop(self._bulletin.announce_everything)
            elif others is Others.AGENTS:
                self._on_loop(lambda: self._bulletin.announce(("inbox",)))
        except DRIVER_ERRORS:
            self._session.close()

    def _on_loop(self, call: Callable[[], None]) -> None:
        # A loop that is closed has nobody left who waits.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call)


def _tell(jobs: list[Job], bulletin: Bulletin, topics: Iterable[str]) -> None:
    for job in jobs:
        job.settle()
    bulletin.announce(topics)
