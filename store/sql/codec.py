"""Rows to values and back, exactly: a value read is equal to the value written."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from manifests.plan import ReviewPlan
from manifests.vocabulary import Digest
from store.aftermath import Aftermath
from store.checkpoint import (
    Answered,
    Approved,
    ApprovedWithEdits,
    AutoApproved,
    Blocked,
    Checkpoint,
    Escalated,
    Exchange,
    Expired,
    Follows,
    HandedBack,
    Held,
    NeedsInformation,
    PendingReview,
    Rejected,
    Releasing,
    Revision,
    State,
    Status,
    TakenOver,
    Withdrawn,
)
from store.people import Parties
from store.proposal import Proposal, ProposalId
from store.traces import NEVER_STOOD, Stood

BODIES_KEPT = 256
"""Bodies read lately: one click reads the same a handful of times, and a home draws it again."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Write a moment as microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(written: int) -> datetime:
    """Read a moment back."""
    return _EPOCH + timedelta(microseconds=written)


def maybe_micros(at: datetime | None) -> int | None:
    """Write a moment that may be missing."""
    return None if at is None else micros(at)


def maybe_moment(written: int | None) -> datetime | None:
    """Read a moment that may be missing."""
    return None if written is None else moment(written)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """What a checkpoint row keeps as JSON besides its state."""

    proposal: Proposal
    parties: Parties
    plan: ReviewPlan
    revisions: tuple[Revision, ...]
    exchanges: tuple[Exchange, ...]
    request_digest: Digest
    by_queue: bool
    follows: Follows | None = None
    handed_back: HandedBack | None = None
    climbed_to: int = 0
    stood: Stood = NEVER_STOOD


_BODY = TypeAdapter(_Body)
_AFTERMATH = TypeAdapter(Aftermath)
_STATES: dict[str, TypeAdapter[Any]] = {
    Status.PENDING_REVIEW: TypeAdapter(PendingReview),
    Status.ESCALATED: TypeAdapter(Escalated),
    Status.NEEDS_INFORMATION: TypeAdapter(NeedsInformation),
    Status.TAKEN_OVER: TypeAdapter(TakenOver),
    Status.HELD: TypeAdapter(Held),
    Status.RELEASING: TypeAdapter(Releasing),
    Status.APPROVED: TypeAdapter(Approved),
    Status.APPROVED_WITH_EDITS: TypeAdapter(ApprovedWithEdits),
    Status.ANSWERED: TypeAdapter(Answered),
    Status.REJECTED: TypeAdapter(Rejected),
    Status.EXPIRED: TypeAdapter(Expired),
    Status.WITHDRAWN: TypeAdapter(Withdrawn),
    Status.BLOCKED: TypeAdapter(Blocked),
    Status.AUTO_APPROVED: TypeAdapter(AutoApproved),
}


def state_json(state: State) -> str:
    """Write a state."""
    return _STATES[state.status].dump_json(state).decode()


def state_from(status: str, written: str) -> State:
    """Read a state back as the type its status names."""
    state: State = _STATES[status].validate_json(written)
    return state


def body_json(checkpoint: Checkpoint) -> str:
    """Write all of a checkpoint that has no column of its own."""
    body = _Body(
        proposal=checkpoint.proposal,
        parties=checkpoint.parties,
        plan=checkpoint.plan,
        revisions=checkpoint.revisions,
        exchanges=checkpoint.exchanges,
        request_digest=checkpoint.request_digest,
        by_queue=checkpoint.by_queue,
        follows=checkpoint.follows,
        handed_back=checkpoint.handed_back,
        climbed_to=checkpoint.climbed_to,
        stood=checkpoint.stood,
    )
    return _BODY.dump_json(body).decode()


def same_body(one: Checkpoint, other: Checkpoint) -> bool:
    """Say whether two versions share their very body, so that it need not be written again."""
    return (
        one.plan is other.plan
        and one.revisions is other.revisions
        and one.exchanges is other.exchanges
        and one.proposal is other.proposal
        and one.parties is other.parties
        and one.follows is other.follows
        and one.handed_back is other.handed_back
        and one.climbed_to == other.climbed_to
        and one.stood == other.stood
    )


def checkpoint_from(row: tuple[Any, ...]) -> Checkpoint:
    """Read a checkpoint: workspace, id, version, status, state, body, created_at, updated_at."""
    workspace, proposal, version, status, state, written, created_at, updated_at = row
    body = _body_from(written)
    return Checkpoint(
        id=ProposalId(proposal),
        workspace=workspace,
        version=version,
        proposal=body.proposal,
        parties=body.parties,
        plan=body.plan,
        revisions=body.revisions,
        exchanges=body.exchanges,
        state=state_from(status, state),
        request_digest=body.request_digest,
        created_at=moment(created_at),
        updated_at=moment(updated_at),
        by_queue=body.by_queue,
        follows=body.follows,
        handed_back=body.handed_back,
        climbed_to=body.climbed_to,
        stood=body.stood,
    )


@lru_cache(maxsize=BODIES_KEPT)
def _body_from(written: str) -> _Body:
    """Read a body once for every text: nobody changes one, and the same text is the same body."""
    return _BODY.validate_json(written)


def aftermath_json(aftermath: Aftermath) -> str:
    """Write what followed a decision."""
    return _AFTERMATH.dump_json(aftermath).decode()


def aftermath_from(written: str) -> Aftermath:
    """Read what followed a decision."""
    return _AFTERMATH.validate_json(written)
