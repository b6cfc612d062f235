"""What can go wrong, told apart by what the agent can do about it."""

from collections.abc import Sequence
from dataclasses import dataclass


class KeyturnError(Exception):
    """The base of everything this package raises."""


class GatewayUnreachable(KeyturnError):
    """Nobody answered, so nothing is approved; the same call may be made again later."""


class OutcomeUnreported(GatewayUnreachable):
    """The action ran, but nobody could be told: report it again, do not run it again."""


class UnexpectedReply(KeyturnError):
    """Something answered, but not as a Keyturn gateway does."""


class DeadLettered(KeyturnError):
    """The queue's message could not be taken in; enqueue a corrected one under another key."""

    def __init__(self, proposal: str, reason: str) -> None:
        super().__init__(f"proposal {proposal} was not taken in: {reason}")
        self.proposal = proposal
        self.reason = reason


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong in one field, and what to do about it."""

    where: str
    problem: str
    hint: str | None = None


class Problem(KeyturnError):
    """The gateway refused a request and said why (RFC 9457)."""

    def __init__(
        self,
        *,
        type: str,  # noqa: A002 # the name RFC 9457 gives it
        title: str,
        status: int,
        detail: str = "",
        errors: Sequence[FieldProblem] = (),
        existing: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        fields = "; ".join(f"{one.where}: {one.problem}" for one in errors)
        super().__init__(": ".join(part for part in (title, detail, fields) if part))
        self.type = type
        self.title = title
        self.status = status
        self.detail = detail
        self.errors = tuple(errors)
        self.existing = existing
        """Id of the proposal that holds the idempotency key already."""
        self.retry_after = retry_after
        """Seconds after which to send the same request again, where the gateway says."""


class MalformedRequest(Problem):
    """The request is not what the gateway can read."""


class UnknownKey(Problem):
    """The gateway does not know this agent's key."""


class ActionNotAllowed(Problem):
    """This agent's key does not cover this action."""


class NotTheExecutor(Problem):
    """Another program executes what was approved; this one reads how it went."""


class NotTheProposer(Problem):
    """Only the agent that proposed this may answer or withdraw it."""


class ProposalNotFound(Problem):
    """There is no such proposal of this agent's."""


class Conflict(Problem):
    """The request does not fit what has happened already."""


class NotAddressed(Conflict):
    """The question was put to somebody else, who alone may answer it."""


class KeyReused(Conflict):
    """The idempotency key belongs to another proposal, named in `existing`."""


class AlreadyClosed(Conflict):
    """The proposal is decided; nothing can be changed any more."""


class AlreadyConsumed(Conflict):
    """Another attempt has begun to execute this decision; do not execute it again."""


class PeopleExecute(Conflict):
    """A person carries out what was approved; `after.outcome` tells how it went."""


class NotWhatWasApproved(Conflict):
    """The digest or the token belongs to something else than what was approved."""


class ApprovalRecalled(Conflict):
    """A reviewer took the approval back before it was used."""


class ActionPaused(Conflict):
    """An administrator paused this; the approval stands: consume it again after `retry_after`."""


class ApprovalLapsed(Conflict):
    """The approval was not used in time; propose under another idempotency key."""


class TooLarge(Problem):
    """The proposal is larger than the gateway takes."""


class InvalidRequest(Problem):
    """Fields are wrong; `errors` names them."""
