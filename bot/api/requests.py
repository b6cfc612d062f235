"""What agents send besides proposals, and how a request is read: strictly, once, at the door."""

import re
from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import BaseModel, Field, JsonValue, ValidationError
from starlette.requests import Request

from bot.agents.desk import Report
from bot.agents.keys import Agent, KeyRing
from bot.api.problems import INVALID, MALFORMED, NOT_FOUND, TOO_LARGE, UNKNOWN_KEY, TurnedDown
from manifests.parameters import Complaint
from manifests.vocabulary import ActionName, AgentName, Digest, Parameters
from store.checkpoint import Status
from store.ports import Listing
from store.proposal import ACTION, PRINTABLE, Line, ProposalId, Sent, Text
from store.wire import MAX_BYTES, TooLarge, Unreadable, complaints_of, read_json

LONGEST_WAIT = 60
LARGEST_PAGE = 200
LONGEST_KNOWN = 4_000
_ID_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-")
_LONGEST_ID = 64
_PRINTABLE = re.compile(PRINTABLE)
_LISTING = ("status", "action", "idempotency_key", "executor", "limit", "cursor")
ME = "me"
_WAITING = ("wait", "after_version")

S = TypeVar("S", bound=BaseModel)
Short = Annotated[str, Field(min_length=1, max_length=200)]


class AnswerBody(Sent):
    """An answer to a reviewer; `parameters` are laid over those in force, as a new revision."""

    answer: Annotated[str, Field(min_length=1, max_length=20_000)]
    question_id: Short | None = None
    parameters: Parameters | None = None


class InformationBody(Sent):
    """The answer of a system that was asked; it changes no parameters and decides nothing."""

    question_id: Short
    answer: Annotated[str, Field(min_length=1, max_length=20_000)]


class WithdrawBody(Sent):
    """Why a proposal is taken back."""

    reason: Annotated[str, Field(min_length=1, max_length=2_000)]


class ConsumeBody(Sent):
    """A claim to execute: the same attempt may ask again, another may not."""

    attempt: Short
    digest: Annotated[Digest, Field(max_length=200)]
    execution_token: Short | None
    """As the decision holds it; without one, the refusal says who may execute instead."""


class OutcomeBody(Sent):
    """How executing, or undoing, went."""

    outcome: Report
    detail: Text = ""
    attempt: Short | None = None


class DenialBody(Sent):
    """What a policy engine denied to an agent; people are told of it, and nothing is decided."""

    agent: Annotated[AgentName, Field(pattern=r"^[A-Za-z][\w.-]{0,63}$")]
    action: Annotated[ActionName, Field(max_length=100, pattern=ACTION)] | None = None
    resource: Line | None = None
    policy: Annotated[str, Field(min_length=1, max_length=500)]
    message: Text = ""
    call: Annotated[JsonValue, Field(description="The denied call, as the engine saw it.")] = None
    idempotency_key: Annotated[str, Field(max_length=255, pattern=PRINTABLE)] | None = None


def agent_of(request: Request, keys: KeyRing) -> Agent:
    """Say which agent is asking, or turn it down."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    agent = keys.agent_with(key.strip()) if scheme.lower() == "bearer" else None
    if agent is None:
        detail = "Send the header Authorization: Bearer KEY, with a key of keyturn keys create."
        raise TurnedDown(UNKNOWN_KEY, detail)
    return agent


async def body_of(request: Request) -> bytes:
    """Read a body; what is too large is turned down by its announced length, or while it comes."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > MAX_BYTES:
        raise TurnedDown(TOO_LARGE, _at_most(int(announced)))
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > MAX_BYTES:
            raise TurnedDown(TOO_LARGE, _at_most(size))
        pieces.append(piece)
    return b"".join(pieces)


async def sent(request: Request, model: type[S]) -> S:
    """Read a body that must be one of ours."""
    raw = await body_of(request)
    try:
        read_json(raw)
        return model.model_validate_json(raw)
    except TooLarge as error:
        raise TurnedDown(TOO_LARGE, str(error)) from error
    except Unreadable as error:
        raise TurnedDown(MALFORMED, str(error)) from error
    except ValidationError as error:
        raise TurnedDown(INVALID, "The fields are not right.", complaints_of(error)) from error


def proposal_of(request: Request) -> ProposalId:
    """Read the proposal's id from the path."""
    named = str(request.path_params["id"])
    if len(named) > _LONGEST_ID or not _ID_CHARACTERS.issuperset(named):
        raise TurnedDown(NOT_FOUND, "There is no proposal with such an id.")
    return ProposalId(named)


def waiting_of(request: Request) -> tuple[int, int | None]:
    """Read how long to wait, and after which version."""
    query = _query(request, _WAITING)
    wait = _number(query, "wait", 0, LONGEST_WAIT) or 0
    return wait, _number(query, "after_version", 0, 2**53)


def asking_of(request: Request) -> tuple[int, frozenset[str]]:
    """Read how long to wait for a question, and which ones the system knows already."""
    query = _query(request, ("wait", "known"))
    known = query.get("known", "")
    if len(known) > LONGEST_KNOWN:
        hint = "Leave out those that are no longer open."
        raise _wrong("known", f"This has more than {LONGEST_KNOWN:,} characters.", hint)
    wait = _number(query, "wait", 0, LONGEST_WAIT) or 0
    return wait, frozenset(filter(None, known.split(",")))


def listing_of(request: Request) -> Listing:
    """Read which proposals are wanted."""
    query = _query(request, _LISTING)
    for name, value in query.items():
        if not _PRINTABLE.match(value):
            raise _wrong(name, "This holds control characters, or nothing.", "Leave it out.")
    cursor = query.get("cursor")
    limit = _number(query, "limit", 1, LARGEST_PAGE)
    return Listing(
        statuses=_statuses(query.get("status")),
        action=ActionName(query["action"]) if "action" in query else None,
        idempotency_key=query.get("idempotency_key"),
        before=ProposalId(cursor) if cursor else None,
        limit=limit or 50,
    )


def is_to_execute(request: Request) -> bool:
    """Read whether the agent asks for what others proposed and it is to execute."""
    executor = request.query_params.get("executor")
    if executor not in (None, ME):
        hint = f"Send executor={ME}, or leave it out for your own proposals."
        raise _wrong("executor", "An agent lists only what it is to execute itself.", hint)
    return executor is not None


def _statuses(text: str | None) -> tuple[Status, ...]:
    if text is None:
        return ()
    known = {status.value: status for status in Status}
    for name in text.split(","):
        if name not in known:
            raise _wrong("status", f"{name[:50]} is no status.", f"Choose from {', '.join(known)}.")
    return tuple(known[name] for name in text.split(","))


def _query(request: Request, known: tuple[str, ...]) -> Mapping[str, str]:
    for name in request.query_params:
        if name not in known:
            raise _wrong(name[:50], "This is not asked here.", f"Known: {', '.join(known)}.")
    return request.query_params


def _number(query: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and least <= int(text) <= most):
        raise _wrong(name, "This is not a whole number in range.", f"Send {least} to {most}.")
    return int(text)


def _wrong(name: str, problem: str, hint: str) -> TurnedDown:
    return TurnedDown(INVALID, "The query is not right.", (Complaint(f"?{name}", problem, hint),))


def _at_most(size: int) -> str:
    return f"The body has {size:,} bytes or more; at most {MAX_BYTES:,} are taken."
