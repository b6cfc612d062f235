"""Conversations with the gateway as generators: what to do next goes out, what came of it comes in.

Nothing here touches a socket, a clock or a thread, so the blocking and the asynchronous client are
two small drivers of the same conversations.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from keyturn.decision import Question
from keyturn.errors import GatewayUnreachable

T = TypeVar("T")

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0
ASK_AGAIN_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request to the gateway; `timeout` is in seconds."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    timeout: float = 30.0


@dataclass(frozen=True, slots=True)
class Pause:
    """Let this many seconds pass."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the agent what a reviewer asked."""

    question: Question


@dataclass(frozen=True, slots=True)
class Reply:
    """What the gateway answered; `body` is None where it was no JSON."""

    status: int
    body: object
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer came; whether the request arrived, nobody knows."""

    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the agent says to a reviewer's question, and the parameters it corrects, if any."""

    text: str
    parameters: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """The conversation is over, and this is what came of it."""

    value: T


Move = Request | Pause | Ask
Response = Reply | Lost | Answer | None
Flow = Generator[Move, Response, T]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tempo:
    """Times and chances, handed in so that tests own them."""

    clock: Callable[[], float]
    """Seconds that only ever go forward."""
    chance: Callable[[], float]
    """A number from 0 up to 1 that spreads out agents who lost the same gateway."""
    patience: float
    """Seconds to go on trying while nobody answers."""


def advance(flow: Flow[T], came: Response) -> Move | Done[T]:
    """Hand in what came of the last move and get the next one, or the end."""
    try:
        return flow.send(came)
    except StopIteration as ended:
        return Done(ended.value)


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A reply, and whether an earlier try may have arrived without its reply coming back."""

    reply: Reply
    repeated: bool


def exchange(request: Request, tempo: Tempo, until: float | None = None) -> Flow[Exchanged]:
    """Send until somebody answers; raise `GatewayUnreachable` when `until` has passed.

    Without it, patience counts from the first try that failed. Every request may be sent twice: the
    gateway knows each again by its key, attempt or question.
    """
    tries = 0
    while True:
        came = yield request
        if isinstance(came, Reply) and came.status not in ASK_AGAIN_LATER:
            return Exchanged(came, repeated=tries > 0)
        pause, now = _pause(tries, came, tempo.chance()), tempo.clock()
        until = now + tempo.patience if until is None else until
        if now + pause >= until:
            raise GatewayUnreachable(f"the gateway does not answer: {_why(came)}")
        yield Pause(pause)
        tries += 1


def _pause(tries: int, came: Response, chance: float) -> float:
    backoff = float(min(FIRST_PAUSE * 2**tries, LONGEST_PAUSE)) * (0.5 + chance)
    told = came.retry_after if isinstance(came, Reply) else None
    return max(backoff, told or 0.0)


def _why(came: Response) -> str:
    match came:
        case Reply(status=status):
            return f"it said {status}"
        case Lost(why=why):
            return why
        case _:
            raise TypeError(f"a request was answered with {came!r}")
