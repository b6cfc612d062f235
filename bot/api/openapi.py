"""The API's own description (OpenAPI 3.1), made from the types that requests are read with."""

from collections.abc import Sequence
from functools import cache

from pydantic import BaseModel, JsonValue
from pydantic.json_schema import models_json_schema
from pydantic_core import to_json

from bot.api.problems import (
    KINDS,
    MALFORMED,
    MEDIA_TYPE,
    NOT_FOUND,
    PREFIX,
    TOO_LARGE,
    UNKNOWN_KEY,
    Kind,
)
from bot.api.requests import (
    LARGEST_PAGE,
    LONGEST_WAIT,
    ME,
    AnswerBody,
    ConsumeBody,
    DenialBody,
    InformationBody,
    OutcomeBody,
    WithdrawBody,
)
from bot.api.schema import Decision, PageOfDecisions, Problem, QuestionsPut, Receipt
from store.checkpoint import Status
from store.proposal import Proposal

Described = dict[str, JsonValue]

_MODELS: tuple[type[BaseModel], ...] = (
    Proposal,
    AnswerBody,
    InformationBody,
    WithdrawBody,
    ConsumeBody,
    OutcomeBody,
    DenialBody,
)
_ANSWERS: tuple[type[BaseModel], ...] = (
    Decision,
    PageOfDecisions,
    QuestionsPut,
    Receipt,
    Problem,
)
_ID: Described = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


@cache
def written() -> bytes:
    """Write the description as JSON, once and only when somebody asks."""
    return to_json(description())


def description() -> Described:
    """Describe every address: what it takes, what it answers, how it turns requests down."""
    _, taken = models_json_schema(
        [(model, "validation") for model in _MODELS], ref_template="#/components/schemas/{model}"
    )
    _, answered = models_json_schema(
        [(model, "serialization") for model in _ANSWERS],
        ref_template="#/components/schemas/{model}",
    )
    schemas = {**taken["$defs"], **answered["$defs"]}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Keyturn",
            "version": "1",
            "description": "Agents propose; people turn the key. Silence never approves.",
        },
        "security": [{"key": []}],
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
        },
        "paths": {
            **_proposals(),
            **_proposal(),
            **_changes(),
            **_asked_of_systems(),
            **_denials(),
            **_monitoring(),
        },
    }


_KEY: Described = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "This header or the field idempotency_key; both only if they are the same.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


def _proposals() -> Described:
    filters: list[JsonValue] = [
        _asked("status", {"type": "string"}, f"One or more of {', '.join(Status)}, with commas."),
        _asked("action", {"type": "string"}, "Only this action."),
        _asked("idempotency_key", {"type": "string"}, "Only the proposal with this key."),
        _asked("executor", {"const": ME}, "What others proposed and this agent is to execute."),
        _asked("limit", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE}, "At most."),
        _asked("cursor", {"type": "string"}, "next_cursor of the page before."),
    ]
    propose = _entering("propose", "Propose", Proposal)
    listing = _operation("list", "List the agent's own proposals", None, filters)
    listing["responses"] = {
        "200": _json("A page, newest first.", PageOfDecisions),
        **_problems(_statuses(listing)),
    }
    return {"/v1/proposals": {"post": propose, "get": listing}}


def _denials() -> Described:
    says = "Tell people what a policy engine denied to an agent; for a policy engine's key alone"
    return {"/v1/denials": {"post": _entering("deny", says, DenialBody)}}


def _entering(name: str, says: str, body: type[BaseModel]) -> Described:
    entering = _operation(name, says, body, [_KEY])
    entering["responses"] = {
        "201": _json("Taken in.", Decision),
        "200": _json("Was taken in before, under the same key.", Decision),
        **_problems(_statuses(entering)),
    }
    return entering


def _proposal() -> Described:
    waiting: list[JsonValue] = [
        _ID,
        _asked(
            "wait",
            {"type": "integer", "minimum": 0, "maximum": LONGEST_WAIT},
            "Seconds to hold the answer until the version has passed or the proposal is closed.",
        ),
        _asked("after_version", {"type": "integer", "minimum": 0}, "The version known already."),
    ]
    return {"/v1/proposals/{id}": {"get": _operation("show", "Read a decision", None, waiting)}}


def _changes() -> Described:
    one = "/v1/proposals/{id}"
    told: tuple[tuple[str, str, str, type[BaseModel]], ...] = (
        ("answers", "answer", "Answer a reviewer's question", AnswerBody),
        ("withdraw", "withdraw", "Take a proposal back", WithdrawBody),
        ("consume", "consume", "Claim the one right to execute", ConsumeBody),
        ("outcome", "report", "Tell how executing or undoing went", OutcomeBody),
    )
    return {
        f"{one}/{end}": {"post": _operation(name, says, model, [_ID])}
        for end, name, says, model in told
    }


def _asked_of_systems() -> Described:
    """Describe how a program that the manifest lists under `systems` is asked, and answers."""
    filters: list[JsonValue] = [
        _asked(
            "wait",
            {"type": "integer", "minimum": 0, "maximum": LONGEST_WAIT},
            "Seconds to hold the answer until there is a question that is not known.",
        ),
        _asked("known", {"type": "string"}, "Ids of questions known already, with commas."),
    ]
    listing = _operation("questions", "Read what this system is asked", None, filters)
    listing["responses"] = {
        "200": _json("Every open question to it.", QuestionsPut),
        **_problems(_statuses(listing) - {NOT_FOUND.status}),
    }
    says = "Answer a question that was put to this system"
    informing = _operation("inform", says, InformationBody, [_ID])
    informing["responses"] = {
        "200": _json("Taken, now or before.", Receipt),
        **_problems(_statuses(informing)),
    }
    return {
        "/v1/questions": {"get": listing},
        "/v1/proposals/{id}/information": {"post": informing},
    }


def _monitoring() -> Described:
    told = {
        "/healthz": "The program answers.",
        "/readyz": "Ready; 503 says what is not.",
        "/metrics": "Figures for Prometheus.",
        "/openapi.json": "This description.",
    }
    return {
        path: {
            "get": {"summary": says, "security": [], "responses": {"200": {"description": says}}}
        }
        for path, says in told.items()
    }


def _operation(
    name: str, says: str, body: type[BaseModel] | None, parameters: Sequence[JsonValue]
) -> Described:
    told: Described = {"operationId": name, "summary": says, "parameters": list(parameters)}
    if body is not None:
        told["requestBody"] = {"required": True, **_content("application/json", body)}
    told["responses"] = {
        "200": _json("How the proposal stands.", Decision),
        **_problems(_statuses(told)),
    }
    return told


def _statuses(operation: Described) -> frozenset[int]:
    """Say how a request of this kind can be turned down."""
    if "requestBody" not in operation:
        return frozenset({UNKNOWN_KEY.status, NOT_FOUND.status, 422})
    return frozenset({MALFORMED.status, UNKNOWN_KEY.status, 403, 404, 409, TOO_LARGE.status, 422})


def _problems(statuses: frozenset[int]) -> Described:
    return {
        str(status): {
            "description": "; ".join(_in_words(each) for each in KINDS if each.status == status),
            **_content(MEDIA_TYPE, Problem),
        }
        for status in sorted(statuses)
    }


def _in_words(kind: Kind) -> str:
    return f"{kind.title} ({PREFIX}{kind.slug})"


def _json(says: str, model: type[BaseModel]) -> Described:
    return {"description": says, **_content("application/json", model)}


def _content(media: str, model: type[BaseModel]) -> Described:
    schema: Described = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"content": {media: {"schema": schema}}}


def _asked(name: str, schema: Described, says: str) -> Described:
    return {"name": name, "in": "query", "required": False, "description": says, "schema": schema}
