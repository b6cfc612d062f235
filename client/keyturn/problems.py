"""Read the gateway's refusals (RFC 9457) into errors that are told apart by type."""

from collections.abc import Mapping
from typing import Any

from keyturn.errors import (
    ActionNotAllowed,
    ActionPaused,
    AlreadyClosed,
    AlreadyConsumed,
    ApprovalLapsed,
    ApprovalRecalled,
    Conflict,
    FieldProblem,
    InvalidRequest,
    KeyReused,
    MalformedRequest,
    NotAddressed,
    NotTheExecutor,
    NotTheProposer,
    NotWhatWasApproved,
    PeopleExecute,
    Problem,
    ProposalNotFound,
    TooLarge,
    UnexpectedReply,
    UnknownKey,
)
from keyturn.flow import Reply

PREFIX = "urn:keyturn:problem:"
BY_TYPE: Mapping[str, type[Problem]] = {
    "malformed-json": MalformedRequest,
    "unknown-key": UnknownKey,
    "action-not-allowed": ActionNotAllowed,
    "not-the-executor": NotTheExecutor,
    "not-the-proposer": NotTheProposer,
    "people-execute": PeopleExecute,
    "not-found": ProposalNotFound,
    "key-reused": KeyReused,
    "already-closed": AlreadyClosed,
    "already-consumed": AlreadyConsumed,
    "wrong-digest": NotWhatWasApproved,
    "wrong-token": NotWhatWasApproved,
    "not-addressed": NotAddressed,
    "recalled": ApprovalRecalled,
    "paused": ActionPaused,
    "lapsed": ApprovalLapsed,
    "too-large": TooLarge,
    "invalid-fields": InvalidRequest,
}
# What a gateway newer than this client means by a type it does not know.
BY_STATUS: Mapping[int, type[Problem]] = {
    400: MalformedRequest,
    401: UnknownKey,
    403: ActionNotAllowed,
    404: ProposalNotFound,
    409: Conflict,
    413: TooLarge,
    422: InvalidRequest,
}


def accepted(reply: Reply) -> object:
    """Give the body of a reply that says yes; raise the error that belongs to one that says no."""
    if 200 <= reply.status < 300:
        return reply.body
    if reply.status < 400 or not isinstance(reply.body, Mapping):
        raise UnexpectedReply(
            f"{reply.status} without a problem's description; is this a Keyturn gateway's address?"
        )
    raise _problem(reply.status, reply.body, reply.retry_after)


def _problem(status: int, body: Mapping[str, Any], retry_after: float | None) -> Problem:
    kind = str(body.get("type", "about:blank"))
    known = BY_TYPE.get(kind.removeprefix(PREFIX)) or BY_STATUS.get(status, Problem)
    return known(
        type=kind,
        title=str(body.get("title") or f"The gateway said {status}"),
        status=status,
        detail=str(body.get("detail") or ""),
        errors=[_field(one) for one in body.get("errors") or () if isinstance(one, Mapping)],
        existing=body.get("existing"),
        retry_after=retry_after,
    )


def _field(one: Mapping[str, Any]) -> FieldProblem:
    return FieldProblem(
        where=str(one.get("where", "")),
        problem=str(one.get("problem", "")),
        hint=one.get("hint"),
    )
