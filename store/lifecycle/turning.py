"""Taking the turn, and giving it to somebody else. Neither changes who may sign."""

from dataclasses import replace
from datetime import datetime

from pydantic import JsonValue

from store.assigning import holding, role_for
from store.checkpoint import Assignee, Checkpoint, Escalated, PendingReview
from store.commands import Claim, Reassign
from store.effects import Event, Happening
from store.lifecycle.eligibility import person_objection
from store.lifecycle.signing import by
from store.lifecycle.transition import Transition
from store.people import Person
from store.refusals import Reason, Refusal
from store.seats import open_seats, titles_of_fillers

Review = PendingReview | Escalated


def claim(
    checkpoint: Checkpoint, review: Review, command: Claim, now: datetime
) -> Transition | Refusal:
    """Make it the turn of whoever says so, for a seat that they may fill."""
    person = command.reviewer
    if _turns(checkpoint, review, person, claimed=True):
        return Refusal(Reason.YOUR_TURN_ALREADY, "You are on it already.")
    refusal = _spent(checkpoint, review, person, "You")
    if refusal is not None:
        return refusal
    seat = _seat_for(checkpoint, review, person, person)
    if seat is None:
        return Refusal(Reason.WRONG_ROLE, "The seat you could fill is taken already.")
    detail: dict[str, JsonValue] = {
        "seat": checkpoint.plan.seats[seat].name,
        "role": role_for(checkpoint.plan, seat, review.rung, person.roles),
    }
    event = Event(happening=Happening.CLAIMED, actor=by(person), at=now, detail=detail)
    return _taken(checkpoint, review, person, seat, event)


def reassign(
    checkpoint: Checkpoint, review: Review, command: Reassign, now: datetime
) -> Transition | Refusal:
    """Make it the turn of somebody else, who must be one who could sign."""
    to = command.to
    if _turns(checkpoint, review, to):
        return Refusal(Reason.YOUR_TURN_ALREADY, f"It is {to.name}'s turn already.")
    refusal = _unfit(checkpoint, review, to, now) or _spent(checkpoint, review, to, to.name)
    if refusal is not None:
        return refusal
    seat = _seat_for(checkpoint, review, to, command.reviewer)
    if seat is None:
        return Refusal(Reason.WRONG_ROLE, f"The seat {to.name} could fill is taken already.")
    detail: dict[str, JsonValue] = {
        "seat": checkpoint.plan.seats[seat].name,
        "role": role_for(checkpoint.plan, seat, review.rung, to.roles),
        "to": to.name,
        "to_user": to.user,
        "to_person": to.id,
        "note": command.note,
    }
    event = Event(happening=Happening.REASSIGNED, actor=by(command.reviewer), at=now, detail=detail)
    return _taken(checkpoint, review, to, seat, event)


def _turns(
    checkpoint: Checkpoint, review: Review, person: Person, *, claimed: bool = False
) -> bool:
    held = holding(checkpoint.plan, review).values()
    return any(each.person == person.id and (each.claimed or not claimed) for each in held)


def _seat_for(checkpoint: Checkpoint, review: Review, to: Person, giver: Person) -> int | None:
    """Find the seat: one that the two can pass on, else one that is nobody's, else any."""
    plan, held = checkpoint.plan, holding(checkpoint.plan, review)
    fitting = [
        seat
        for seat in open_seats(plan, (each.seat for each in review.sign_offs))
        if to.roles & plan.fillers(plan.seats[seat], review.rung)
    ]

    def likelihood(seat: int) -> tuple[bool, bool, int]:
        holder = held.get(seat)
        return holder is None or holder.person != giver.id, holder is not None, seat

    return min(fitting, key=likelihood, default=None)


def _taken(
    checkpoint: Checkpoint, review: Review, person: Person, seat: int, event: Event
) -> Transition:
    given = event.happening is Happening.REASSIGNED and event.actor.id != person.user
    before = (each.told_at for each in review.assignees if each.person == person.id)
    turn = Assignee(
        user=person.user,
        person=person.id,
        name=person.name,
        seat=checkpoint.plan.seats[seat].name,
        at=event.at,
        claimed=True,
        told_at=event.at if given else next(before, None),
        role=role_for(checkpoint.plan, seat, review.rung, person.roles),
    )
    held = {
        place: each
        for place, each in holding(checkpoint.plan, review).items()
        if each.person != person.id
    }
    held[seat] = turn
    assignees = tuple(held[place] for place in sorted(held))
    state = replace(review, assignees=assignees)
    return Transition(checkpoint, checkpoint.moved(state, event.at), (event,))


def _spent(checkpoint: Checkpoint, review: Review, person: Person, name: str) -> Refusal | None:
    """Say that somebody has done all that they may do here."""
    if any(each.by.person == person.id for each in review.sign_offs):
        return Refusal(Reason.ALREADY_SIGNED, f"{name} approved this already.")
    edited = any(each.by and each.by.person == person.id for each in checkpoint.revisions)
    if edited and not checkpoint.plan.editor_may_sign:
        words = f"{name} edited this proposal, so somebody else must approve it."
        return Refusal(Reason.OWN_EDIT, words)
    return None


def _unfit(checkpoint: Checkpoint, review: Review, person: Person, now: datetime) -> Refusal | None:
    """Say of somebody else why it cannot be their turn."""
    refusal = person_objection(checkpoint, review, person, now)
    if refusal is None:
        return None
    match refusal.reason:
        case Reason.STALE_FACTS:
            words = f"Slack could not confirm who {person.name} is just now. Please try again."
        case Reason.OWN_PROPOSAL:
            words = f"{person.name} asked for this or owns the agent, so it must be somebody else."
        case Reason.WRONG_ROLE:
            who = titles_of_fillers(checkpoint.plan, review.rung)
            words = f"Only {who} may decide this, and {person.name} is not listed for that role."
        case _:
            words = f"{person.name} is no full member of this workspace and cannot review."
    return replace(refusal, words=words)
