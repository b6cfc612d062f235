"""Every way a request can be turned down, in one table: status, type and title."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue
from pydantic_core import to_json
from starlette.responses import Response

from bot.agents.intake import Declined, Fault
from manifests.parameters import Complaint
from store.refusals import Reason, Refusal

PREFIX = "urn:keyturn:problem:"
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: the end of its type, its HTTP status, its title."""

    slug: str
    status: int
    title: str


MALFORMED = Kind("malformed-json", 400, "The body is not JSON we accept")
UNKNOWN_KEY = Kind("unknown-key", 401, "The key is missing or unknown")
NOT_ALLOWED = Kind("action-not-allowed", 403, "This key does not cover this action")
WRONG_KIND = Kind("wrong-kind-of-key", 403, "This key is for something else")
NOT_PROPOSER = Kind("not-the-proposer", 403, "Another agent proposed this")
NOT_EXECUTOR = Kind("not-the-executor", 403, "Another program executes this")
WRONG_TOKEN = Kind("wrong-token", 403, "The execution token is not right")
NOT_FOUND = Kind("not-found", 404, "There is no such thing here")
NO_SUCH_METHOD = Kind("method-not-allowed", 405, "This address does not take this method")
CONFLICT = Kind("conflict", 409, "This does not fit what has happened already")
KEY_REUSED = Kind("key-reused", 409, "The idempotency key belongs to another proposal")
ALREADY_CLOSED = Kind("already-closed", 409, "The proposal is closed")
NOT_GRANTED = Kind("not-approved", 409, "The proposal is not approved")
PEOPLE_EXECUTE = Kind("people-execute", 409, "A person executes this")
CONSUMED = Kind("already-consumed", 409, "Another attempt is executing this already")
NOT_CONSUMED = Kind("not-consumed", 409, "The decision was not consumed")
RECALLED = Kind("recalled", 409, "The approval was recalled")
PAUSED = Kind("paused", 409, "An administrator paused this")
LAPSED = Kind("lapsed", 409, "The approval was not used in time")
WRONG_DIGEST = Kind("wrong-digest", 409, "Something else was approved")
REPORTED = Kind("already-reported", 409, "Something else was reported already")
NO_ROLLBACK = Kind("no-rollback-requested", 409, "Nobody asked for a rollback")
NOT_ASKED = Kind("not-asked", 409, "No reviewer waits for information")
NOT_ADDRESSED = Kind("not-addressed", 409, "The question was put to somebody else")
APPROVED_MEANWHILE = Kind("approved-meanwhile", 409, "It was approved without this answer")
OTHER_QUESTION = Kind("other-question", 409, "Another question is open")
TOO_LARGE = Kind("too-large", 413, "The body is too large")
INVALID = Kind("invalid-fields", 422, "Fields are missing or wrong")
BROKEN = Kind("internal-error", 500, "Something went wrong here")
NOT_READY = Kind("not-ready", 503, "Not ready")

KINDS = (
    MALFORMED,
    UNKNOWN_KEY,
    NOT_ALLOWED,
    WRONG_KIND,
    NOT_PROPOSER,
    NOT_EXECUTOR,
    WRONG_TOKEN,
    NOT_FOUND,
    NO_SUCH_METHOD,
    CONFLICT,
    KEY_REUSED,
    ALREADY_CLOSED,
    NOT_GRANTED,
    PEOPLE_EXECUTE,
    CONSUMED,
    NOT_CONSUMED,
    RECALLED,
    PAUSED,
    LAPSED,
    WRONG_DIGEST,
    REPORTED,
    NO_ROLLBACK,
    NOT_ASKED,
    NOT_ADDRESSED,
    APPROVED_MEANWHILE,
    OTHER_QUESTION,
    TOO_LARGE,
    INVALID,
    BROKEN,
    NOT_READY,
)

BY_REASON: Mapping[Reason, Kind] = {
    # What only people can run into is a plain conflict to an agent.
    **dict.fromkeys(Reason, CONFLICT),
    Reason.UNKNOWN_PROPOSAL: NOT_FOUND,
    Reason.ALREADY_CLOSED: ALREADY_CLOSED,
    Reason.TOO_LATE: ALREADY_CLOSED,
    Reason.NOT_GRANTED: NOT_GRANTED,
    Reason.NOT_THE_PROPOSER: NOT_PROPOSER,
    Reason.NOT_THE_EXECUTOR: NOT_EXECUTOR,
    Reason.PEOPLE_EXECUTE: PEOPLE_EXECUTE,
    Reason.ALREADY_CONSUMED: CONSUMED,
    Reason.NOT_CONSUMED: NOT_CONSUMED,
    Reason.RECALLED: RECALLED,
    Reason.PAUSED_BY_OPERATOR: PAUSED,
    Reason.LAPSED: LAPSED,
    Reason.WRONG_DIGEST: WRONG_DIGEST,
    Reason.WRONG_TOKEN: WRONG_TOKEN,
    Reason.ALREADY_REPORTED: REPORTED,
    Reason.NO_ROLLBACK_REQUESTED: NO_ROLLBACK,
    Reason.NOT_ASKED: NOT_ASKED,
    Reason.NOT_ADDRESSED: NOT_ADDRESSED,
    Reason.RELEASING: APPROVED_MEANWHILE,
    Reason.OTHER_QUESTION: OTHER_QUESTION,
}
BY_FAULT: Mapping[Fault, Kind] = {
    Fault.MALFORMED: MALFORMED,
    Fault.TOO_LARGE: TOO_LARGE,
    Fault.INVALID: INVALID,
    Fault.NOT_ALLOWED: NOT_ALLOWED,
    Fault.WRONG_KIND: WRONG_KIND,
    Fault.KEY_REUSED: KEY_REUSED,
}
RETRY_AFTER: Mapping[Kind, int] = {PAUSED: 5}
"""Seconds after which the same request may be answered otherwise, though nothing tells when."""
BY_STATUS: Mapping[int, Kind] = {404: NOT_FOUND, 405: NO_SUCH_METHOD}


class TurnedDown(Exception):
    """A request that is answered with a problem."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        complaints: tuple[Complaint, ...] = (),
        existing: str | None = None,
    ) -> None:
        super().__init__(kind.slug)
        self.kind = kind
        self.detail = detail
        self.complaints = complaints
        self.existing = existing


def refused(refusal: Refusal) -> TurnedDown:
    """Put a refusal into the table's terms."""
    return TurnedDown(BY_REASON[refusal.reason], refusal.words)


def declined(error: Declined) -> TurnedDown:
    """Put what intake would not take into the table's terms."""
    return TurnedDown(BY_FAULT[error.fault], error.words, error.complaints, error.existing)


def problem(turned_down: TurnedDown, headers: Mapping[str, str] | None = None) -> Response:
    """Write a problem as RFC 9457 wants it."""
    kind = turned_down.kind
    body: dict[str, JsonValue] = {
        "type": PREFIX + kind.slug,
        "title": kind.title,
        "status": kind.status,
        "detail": turned_down.detail,
    }
    if turned_down.complaints:
        body["errors"] = [
            {"where": each.where, "problem": each.problem, "hint": each.hint}
            for each in turned_down.complaints
        ]
    if turned_down.existing is not None:
        body["existing"] = turned_down.existing
    sent = dict(headers or {})
    if kind is UNKNOWN_KEY:
        sent["WWW-Authenticate"] = 'Bearer realm="keyturn"'
    if kind in RETRY_AFTER:
        sent["Retry-After"] = str(RETRY_AFTER[kind])
    if kind is TOO_LARGE:
        sent["Connection"] = "close"  # the rest of the body is not worth reading
    return Response(to_json(body), kind.status, sent, MEDIA_TYPE)
