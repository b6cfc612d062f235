"""Read a decision from the gateway's JSON, strictly where it matters."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

from keyturn.decision import (
    After,
    AskedOf,
    Consumed,
    Decision,
    HandedBack,
    Outcome,
    Question,
    Recalled,
    Reviewer,
    Rollback,
    Vetoed,
)
from keyturn.errors import UnexpectedReply

T = TypeVar("T")


def read_decision(body: object) -> Decision:
    """Read a decision from the gateway's JSON; raise `UnexpectedReply` for anything else."""
    try:
        return _decision(cast("Mapping[str, Any]", body))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnexpectedReply(f"this is no decision ({error!r}): {str(body)[:200]}") from error


def _decision(body: Mapping[str, Any]) -> Decision:
    return Decision(
        id=_text(body["id"]),
        version=_number(body["version"]),
        status=_text(body["status"]),
        revision=_number(body.get("revision", 0)),
        digest=_text(body.get("digest", "")),
        action=_text(body.get("action", "")),
        current_parameters=dict(body.get("parameters") or {}),
        edited=body.get("edited") is True,
        guidance=body.get("guidance"),
        decided_by=tuple(map(_reviewer, _list(body.get("decided_by")))),
        decided_at=read_moment(body.get("decided_at")),
        reason=body.get("reason"),
        category=body.get("category"),
        note=body.get("note"),
        wants_alternative=body.get("wants_alternative") is True,
        question=_read(read_question, body.get("question")),
        handed_back=_read(_handed_back, body.get("handed_back")),
        execution_token=body.get("execution_token"),
        execute_before=read_moment(body.get("execute_before")),
        oversight=body.get("oversight") or "in_the_loop",
        veto_until=read_moment(body.get("veto_until")),
        mode=body.get("mode") or "execute",
        executed_by=body.get("executed_by"),
        overrides=body.get("overrides"),
        deadline=read_moment(body.get("deadline")),
        workflow=body.get("workflow"),
        idempotency_key=body.get("idempotency_key"),
        after=_after(body.get("after") or {}),
    )


def _after(body: Mapping[str, Any]) -> After:
    return After(
        consumed=_read(_consumed, body.get("consumed")),
        outcome=_read(_outcome, body.get("outcome")),
        recalled=_read(_recalled, body.get("recalled")),
        vetoed=_read(_vetoed, body.get("vetoed")),
        rollback=_read(_rollback, body.get("rollback")),
        lapsed_at=read_moment(body.get("lapsed_at")),
        veto_closed_at=read_moment(body.get("veto_closed_at")),
    )


def _consumed(body: Mapping[str, Any]) -> Consumed:
    return Consumed(attempt=_text(body["attempt"]), at=_at(body), by=_by(body))


def _outcome(body: Mapping[str, Any]) -> Outcome:
    outcome, detail = _text(body["outcome"]), body.get("detail")
    return Outcome(outcome=outcome, detail=detail, at=_at(body), by=_by(body))


def _recalled(body: Mapping[str, Any]) -> Recalled:
    return Recalled(by=_by(body), at=_at(body), reason=body.get("reason"))


def _vetoed(body: Mapping[str, Any]) -> Vetoed:
    return Vetoed(by=_by(body), at=_at(body), reason=body.get("reason"))


def _rollback(body: Mapping[str, Any]) -> Rollback:
    state, detail, reason = body["state"], body.get("detail"), body.get("reason")
    return Rollback(state=state, by=_by(body), at=_at(body), detail=detail, reason=reason)


def read_question(body: Mapping[str, Any]) -> Question:
    """Read a question; a gateway that does not say whom it asks asks the agent."""
    return Question(
        id=_text(body["id"]),
        text=_text(body["text"]),
        asked_by=_name(body.get("asked_by")),
        asked_at=read_moment(body.get("asked_at")),
        asked=_read(_asked_of, body.get("asked")) or AskedOf(),
        category=body.get("category"),
        about=body.get("about"),
    )


def _asked_of(body: Mapping[str, Any]) -> AskedOf:
    kind, title = _text(body["kind"]), body.get("title")
    return AskedOf(kind=kind, name=body.get("name"), title=title or kind)


def _handed_back(body: Mapping[str, Any]) -> HandedBack:
    note, left = _text(body["note"]), body.get("continue_from")
    return HandedBack(by=_by(body), note=note, continue_from=left, at=_at(body))


def _reviewer(body: Mapping[str, Any]) -> Reviewer:
    return Reviewer(user=_text(body["user"]), name=body.get("name"), role=body.get("role"))


def _read(read: Callable[[Mapping[str, Any]], T], body: Mapping[str, Any] | None) -> T | None:
    return None if body is None else read(body)


def _by(body: Mapping[str, Any]) -> str | None:
    return _name(body.get("by"))


def _at(body: Mapping[str, Any]) -> datetime | None:
    return read_moment(body.get("at"))


def _name(by: str | Mapping[str, Any] | None) -> str | None:
    if isinstance(by, Mapping):
        return by.get("name") or by.get("user")
    return by


def read_moment(text: str | None) -> datetime | None:
    """Read a moment, which must name its time zone."""
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"the time {text} does not say its zone")
    return moment


def _list(value: Sequence[Mapping[str, Any]] | None) -> Sequence[Mapping[str, Any]]:
    return value or ()


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no whole number")
    return value
