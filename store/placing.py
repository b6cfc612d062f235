"""What the board must keep of a checkpoint: where it stands, what it is, and whose it is."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from manifests.folding import folded
from manifests.plan import ReviewPlan
from manifests.vocabulary import AgentName, PersonId, RoleName, Severity
from store.aftermath import NOTHING_YET, Aftermath, lapses_at, to_carry_out
from store.assigning import assignments_of, barred
from store.board import (
    Board,
    Description,
    Entry,
    Part,
    Place,
    Position,
    Stake,
    View,
    channel_mark,
    person_mark,
    queue_mark,
    role_mark,
    system_mark,
)
from store.checkpoint import (
    Answered,
    Approved,
    ApprovedWithEdits,
    AutoApproved,
    Blocked,
    Checkpoint,
    Closed,
    Escalated,
    Held,
    NeedsInformation,
    Open,
    PendingReview,
    Rejected,
    Releasing,
    Signature,
    TakenOver,
    UnderReview,
    review_of,
)
from store.lifecycle import deadline_of
from store.lifecycle.holding import has_a_place
from store.seats import open_seats
from store.staffing import NOBODY


def index(board: Board, before: Checkpoint | None, after: Checkpoint) -> None:
    """Keep the board in step with a checkpoint that is new or has moved."""
    if before is None:
        board.put(None, position_of(after), description_of(after))
        return
    described = before.plan is after.plan and before.revisions is after.revisions
    board.put(position_of(before), position_of(after), None if described else description_of(after))


def follow(board: Board, checkpoint: Checkpoint, before: Aftermath, after: Aftermath) -> None:
    """Keep the board in step with what follows a decision."""
    was, stands = position_of(checkpoint, before), position_of(checkpoint, after)
    if was != stands:
        board.put(was, stands, None)


def entry_of(checkpoint: Checkpoint, aftermath: Aftermath = NOTHING_YET) -> Entry:
    """Say what the board must keep of a checkpoint."""
    return Entry(position_of(checkpoint, aftermath), description_of(checkpoint))


def concerned(checkpoint: Checkpoint) -> frozenset[str]:
    """Name everybody who may see a proposal outside its channel, and who has a part in it now."""
    taking_part = (each.who for each in position_of(checkpoint).stakes)
    return description_of(checkpoint).seen_by.union(taking_part)


def due_at(checkpoint: Checkpoint) -> datetime | None:
    """Say until when something must be decided; an alert that repeats is no deadline."""
    match checkpoint.state:
        case Escalated(deadline=None):
            return None
        case _:
            return deadline_of(checkpoint)


def place_of(view: View, checkpoint: Checkpoint) -> Place:
    """Say where a checkpoint stands in a view, so that the next page begins behind it."""
    match view:
        case View.DECIDED:
            return Place(checkpoint.updated_at, checkpoint.id)
        case View.EVERYTHING:
            return Place(checkpoint.created_at, checkpoint.id)
        case View.YOURS | View.AGENTS | View.TEAMS | View.HELD:
            is_open = isinstance(checkpoint.state, Open)
            due = due_at(checkpoint) if is_open else lapses_at(checkpoint, NOTHING_YET)
            return Place(due, checkpoint.id)


def description_of(checkpoint: Checkpoint) -> Description:
    """Say what a proposal is. Its headline is made of plain parameters: manifests see to that."""
    plan, parties = checkpoint.plan, checkpoint.parties
    action = checkpoint.proposal.action
    parts = (action, plan.wording.headline, parties.agent, checkpoint.id)
    roles = plan.roles | {plan.administrators.name, plan.operations.name}
    people = {each for each in (parties.requester, parties.owner) if each is not None}
    return Description(
        action=action,
        agent=parties.agent,
        severity=plan.severity,
        reversible=plan.reversible,
        seats=tuple(dict.fromkeys(seat.name for seat in plan.seats)),
        seen_by=frozenset([*map(role_mark, roles), *map(person_mark, people)]),
        words=folded(" ".join(parts)),
        opened_at=checkpoint.created_at,
    )


def position_of(checkpoint: Checkpoint, aftermath: Aftermath = NOTHING_YET) -> Position:
    """Say where a proposal stands, and who has which part in it."""
    state = checkpoint.state
    if isinstance(state, Open):
        return Position(
            proposal=checkpoint.id,
            status=state.status,
            due_at=due_at(checkpoint),
            decided_at=None,
            stakes=frozenset(_stakes(checkpoint, state)),
        )
    to_be_done = frozenset(_to_be_done(checkpoint, aftermath))
    return Position(
        proposal=checkpoint.id,
        status=state.status,
        due_at=lapses_at(checkpoint, aftermath) if to_be_done else None,
        decided_at=checkpoint.updated_at,
        stakes=to_be_done.union(_remembered(checkpoint, state)),
    )


def _stakes(checkpoint: Checkpoint, state: Open) -> Iterator[Stake]:
    if checkpoint.plan.hold_above is not None:
        queue = queue_mark(checkpoint.parties.agent, checkpoint.proposal.action)
        if isinstance(state, Held):
            yield Stake(Part.HELD, queue)
        elif has_a_place(checkpoint):
            yield Stake(Part.SHOWN, queue)
    yield from _digested(checkpoint, state)
    match state:
        case PendingReview() | Escalated():
            yield from _turns(checkpoint, state)
            yield from _watched(checkpoint, state, Part.TEAMS)
        case TakenOver():
            yield Stake(Part.YOURS, person_mark(state.holder.person))
            yield from _watched(checkpoint, state.paused, Part.TEAMS)
        case Releasing():
            yield from _watched(checkpoint, state.paused, Part.TEAMS)
        case Held():
            yield from _watched(checkpoint, state.paused, Part.HELD)
        case NeedsInformation():
            yield from _asked(state)
            yield from _watched(checkpoint, state.paused, Part.AGENTS)


def _digested(checkpoint: Checkpoint, state: Open) -> Iterator[Stake]:
    """Let the channels where its card stands, or would stand, tell of it in the morning."""
    if isinstance(state, Held):
        part = Part.DIGEST_HELD
    elif isinstance(state, PendingReview | Escalated) and checkpoint.plan.severity is Severity.LOW:
        part = Part.DIGEST_WAITING
    else:
        return
    channels = checkpoint.plan.channels(review_of(state).rung)
    yield from (Stake(part, channel_mark(each)) for each in channels)


def _turns(checkpoint: Checkpoint, review: UnderReview) -> Iterator[Stake]:
    """Let a seat wait for whose turn it is; nobody's waits for all who may fill it."""
    anybodys = []
    for each in assignments_of(checkpoint):
        if each.user == NOBODY:
            anybodys.append(each.seat)
        else:
            yield Stake(Part.YOURS, person_mark(each.person))
    if anybodys:
        roles = _fillers(checkpoint.plan, review, anybodys)
        yield from (Stake(Part.YOURS, role_mark(each)) for each in roles)
        yield from (Stake(Part.BARRED, person_mark(each)) for each in barred(checkpoint, review))


def _asked(state: NeedsInformation) -> Iterator[Stake]:
    match state.asked.kind:
        case "person":
            yield Stake(Part.YOURS, person_mark(PersonId(state.asked.name)))
        case "role":
            yield Stake(Part.YOURS, role_mark(RoleName(state.asked.name)))
        case "system":
            yield Stake(Part.YOURS, system_mark(AgentName(state.asked.name)))
        case "agent":
            pass
    if isinstance(state.asker, Signature):
        yield Stake(Part.AGENTS, person_mark(state.asker.person))


def _watched(checkpoint: Checkpoint, review: UnderReview, part: Part) -> Iterator[Stake]:
    """Give everybody who can still do something about it a part, and whoever asked for it."""
    plan = checkpoint.plan
    seats = open_seats(plan, (each.seat for each in review.sign_offs)) or range(len(plan.seats))
    yield from (Stake(part, role_mark(each)) for each in _fillers(plan, review, seats))
    if checkpoint.parties.requester is not None:
        yield Stake(part, person_mark(checkpoint.parties.requester))


def _fillers(plan: ReviewPlan, review: UnderReview, seats: Iterable[int]) -> frozenset[RoleName]:
    filling = (plan.fillers(plan.seats[seat], review.rung) for seat in seats)
    return frozenset[RoleName]().union(*filling)


def _remembered(checkpoint: Checkpoint, state: Closed) -> Iterator[Stake]:
    """Let what was decided be found by those whose it was; what rules let pass is nobody's."""
    plan = checkpoint.plan
    if isinstance(state, AutoApproved) or checkpoint.is_denial:
        return
    roles = {plan.administrators.name} if isinstance(state, Blocked) else set[RoleName]()
    roles |= {seat.name for seat in plan.seats}
    people = {each.person for each in _deciders(state)}
    if checkpoint.parties.requester is not None:
        people.add(checkpoint.parties.requester)
    yield from (Stake(Part.DECIDED, role_mark(each)) for each in roles)
    yield from (Stake(Part.DECIDED, person_mark(each)) for each in people)


def _to_be_done(checkpoint: Checkpoint, aftermath: Aftermath) -> Iterator[Stake]:
    """Let a suggestion wait for those who said yes to it, until it is done or of no use."""
    if lapses_at(checkpoint, aftermath) is not None:
        people = to_carry_out(checkpoint)
        yield from (Stake(Part.YOURS, person_mark(each.person)) for each in people)


def _deciders(state: Closed) -> Iterator[Signature]:
    match state:
        case Approved() | ApprovedWithEdits():
            yield from (each.by for each in state.sign_offs)
        case Answered() | Rejected():
            yield state.by
        case _:
            return
