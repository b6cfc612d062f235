"""What the program says about itself: log lines and figures. Never parameters, never tokens."""

import logging
import sys
import traceback
from collections.abc import Iterable, Iterator, MutableMapping
from datetime import datetime
from typing import Any, TextIO

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from store.checkpoint import Checkpoint, Status, is_open
from store.ports import Reading

HIDDEN = "[hidden]"
# Field names under which somebody might one day log what must not be logged.
UNSAYABLE = frozenset(
    {
        "answer",
        "api_key",
        "authorization",
        "blocks",
        "body",
        "context",
        "execution_token",
        "headers",
        "key",
        "parameters",
        "password",
        "payload",
        "proposal_body",
        "secret",
        "signing_secret",
        "token",
        "values",
    }
)
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_QUIET = (
    "alembic",
    "uvicorn",
    "uvicorn.error",
    "apscheduler",
    "httpx",
    "slack_bolt",
    "slack_sdk",
    "aiohttp",
    "asyncio",
)
_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


def hide_the_unsayable(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Blank fields that could carry what an agent sent, or a secret."""
    for name in UNSAYABLE & event.keys():
        event[name] = HIDDEN
    return event


def trace_without_words(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Say where and of which type an error is; its own words may quote what an agent sent."""
    told = event.pop("exc_info", None)
    error = sys.exc_info()[1] if told is True else told[1] if isinstance(told, tuple) else told
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_traced(error))
    return event


def _traced(error: BaseException) -> Iterator[str]:
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        frames = traceback.extract_tb(following.__traceback__)
        where = [f"{each.filename}:{each.lineno} {each.name}" for each in frames]
        yield f"{type(following).__qualname__} at {' < '.join(reversed(where)) or 'no frame'}"
        following = following.__cause__ or following.__context__


def set_up_logging(level: str, form: str, stream: TextIO | None = None) -> None:
    """Write log lines to standard error, for people or for machines."""
    into = stream or sys.stderr
    colours = form == "console" and into.isatty()
    last: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=colours)
        if form == "console"
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_the_unsayable,
        trace_without_words,
    ]
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(into),
        cache_logger_on_first_use=False,
    )
    _set_up_the_libraries(shared, last, into, level)


def _set_up_the_libraries(
    shared: list[structlog.typing.Processor],
    last: structlog.typing.Processor,
    into: TextIO,
    level: str,
) -> None:
    """Give the libraries' own log lines the same form; below a warning they talk too much."""
    handler = logging.StreamHandler(into)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(_LEVELS[level])
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, _LEVELS[level]))


class Metrics:
    """Every figure of one running program, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._intake = self._counter("intake", "Proposals taken in.", "door", "route")
        self._declined = self._counter("declined", "Proposals not taken in.", "door", "fault")
        self._refusals = self._counter("refusals", "Commands refused.", "by", "reason")
        self._decisions = self._counter("decisions", "Proposals closed.", "status")
        self._reloads = self._counter("manifest_reloads", "Looks at the files.", "result")
        self._manifest = self._gauge("manifest_in_force", "The manifest in force.", "digest")
        self._paused = self._gauge("paused", "What is paused.", "scope")
        self._dead_letters = self._counter("dead_letters", "Messages nobody could take in.")
        self._unsettled = self._counter("deadlines_not_settled", "Deadlines that broke here.")
        self._forgotten = self._gauge("forgotten", "Items the hourly audit found.", "kind")
        self._outbox = self._gauge("outbox_waiting", "Errands that wait.")
        self._outbox_age = self._gauge("outbox_age_seconds", "Age of the oldest due errand.")
        self._inbox = self._gauge("inbox_depth", "Messages that wait in the inbox.")
        self._late = self._gauge("timer_late_seconds", "How late the earliest timer is.")
        self._requests = Histogram(
            "keyturn_request_seconds",
            "Time to answer a request, held long-polls apart.",
            ("endpoint", "status"),
            buckets=_FAST,
            registry=self.registry,
        )
        self._batches = Histogram(
            "keyturn_intake_batch_seconds",
            "Time to take in one batch from the queue.",
            buckets=_FAST,
            registry=self.registry,
        )

    def taken_in(self, door: str, checkpoint: Checkpoint) -> None:
        """Count a proposal by where it came in and where policy sent it."""
        self._intake.labels(door, checkpoint.plan.scrutiny.name.lower()).inc()
        if not is_open(checkpoint.state):
            self.decided(checkpoint.state.status)

    def declined(self, door: str, fault: str) -> None:
        """Count a proposal that was not taken in."""
        self._declined.labels(door, fault).inc()

    def reloaded(self, result: str) -> None:
        """Count a look at the manifest's files by how it ended."""
        self._reloads.labels(result).inc()

    def manifest_in_force(self, digest: str) -> None:
        """Say which manifest this instance goes by."""
        self._manifest.clear()
        self._manifest.labels(digest).set(1)

    def paused(self, scopes: Iterable[str]) -> None:
        """Say what is paused."""
        self._paused.clear()
        for scope in scopes:
            self._paused.labels(scope).set(1)

    def dead_lettered(self) -> None:
        """Count a message nobody could take in."""
        self._dead_letters.inc()

    def deadline_not_settled(self) -> None:
        """Count a deadline that could not be settled, and is tried again."""
        self._unsettled.inc()

    def refused(self, by: str, reason: str) -> None:
        """Count a refused command by who sent it: agent or person."""
        self._refusals.labels(by, reason).inc()

    def decided(self, status: Status) -> None:
        """Count a proposal that was closed."""
        self._decisions.labels(status.value).inc()

    def forgotten(self, kind: str, count: int) -> None:
        """Say how many items of a kind nothing would have looked at again."""
        self._forgotten.labels(kind).set(count)

    def answered(self, endpoint: str, status: int, seconds: float) -> None:
        """Time one request."""
        self._requests.labels(endpoint, str(status)).observe(seconds)

    def batch(self, seconds: float) -> None:
        """Time one batch of the queue's intake."""
        self._batches.observe(seconds)

    def look(self, tx: Reading) -> None:
        """Read what waits."""
        now = tx.now()
        waiting, since = tx.outbox.waiting(now)
        self._outbox.set(waiting)
        self._outbox_age.set(_seconds_since(since, now))
        self._inbox.set(tx.inbox.depth())
        self._late.set(_seconds_since(tx.timers.next_due(), now))

    def text(self) -> bytes:
        """Write every figure in Prometheus's text form."""
        return generate_latest(self.registry)

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(f"keyturn_{name}", says, labels, registry=self.registry)

    def _gauge(self, name: str, says: str, *labels: str) -> Gauge:
        return Gauge(f"keyturn_{name}", says, labels, registry=self.registry)


def _seconds_since(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max(0.0, (now - moment).total_seconds())
