"""How sign-offs add up to an approval, and what voids them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from pydantic import JsonValue

from manifests.vocabulary import RoleName, Standing
from store.assigning import role_for
from store.checkpoint import (
    Checkpoint,
    Escalated,
    PendingReview,
    Signature,
    SignOff,
    State,
)
from store.commands import Approve, ByReviewer, Revise, WithdrawSignOff
from store.effects import KEYTURN, Actor, ActorKind, Event, Happening
from store.lifecycle.eligibility import facts_within
from store.lifecycle.releasing import filled
from store.lifecycle.transition import Transition
from store.people import Person
from store.refusals import Reason, Refusal
from store.seats import may_fill_some_seat, open_seats, seating, titles_of_fillers

Votes = tuple[tuple[SignOff, Person], ...]


def signature(person: Person, now: datetime) -> Signature:
    """Write down who did it."""
    return Signature(user=person.user, person=person.id, name=person.name, at=now)


def by(person: Person) -> Actor:
    """Name a person as the one who made something happen."""
    return Actor(ActorKind.PERSON, person.user, person.name)


def signed(
    checkpoint: Checkpoint,
    review: PendingReview | Escalated,
    command: Approve | Revise,
    now: datetime,
) -> Transition | Refusal:
    """Add one person's sign-off; when every seat is filled by a different person, approve."""
    refusal = _second_vote(checkpoint, review, command.reviewer)
    if refusal is not None:
        return refusal
    votes = _votes(checkpoint, review, command, now)
    if isinstance(votes, Refusal):
        return votes
    kept = _one_a_person(
        (vote for vote in votes if _still_stands(checkpoint, review, vote)), command.reviewer
    )
    people = [*(who for _, who in kept), command.reviewer]
    seats = seating(checkpoint.plan, review.rung, people)
    if seats is None:
        return Refusal(Reason.WRONG_ROLE, _taken(checkpoint, review))
    places = {
        index: (seat, role_for(checkpoint.plan, seat, review.rung, people[index].roles))
        for index, seat in seats.items()
    }
    sign_offs = _seated(checkpoint, kept, command, places, now)
    voided = tuple(vote for vote in votes if vote not in kept)
    events = (*_voided(voided, now), *_counted(checkpoint, sign_offs, now))
    return Transition(
        checkpoint, checkpoint.moved(_with_votes(checkpoint, review, sign_offs, now), now), events
    )


def _second_vote(
    checkpoint: Checkpoint, review: PendingReview | Escalated, person: Person
) -> Refusal | None:
    # An edit may live on in every later revision, whoever made that one.
    edited = any(each.by and each.by.person == person.id for each in checkpoint.revisions)
    if edited and not checkpoint.plan.editor_may_sign:
        who = titles_of_fillers(checkpoint.plan, review.rung)
        words = f"You edited this proposal, so somebody else must approve it as {who}."
        return Refusal(Reason.OWN_EDIT, words)
    if any(sign_off.by.person == person.id for sign_off in review.sign_offs):
        words = f"You have approved this already; once is enough. {_waiting(checkpoint, review)}"
        return Refusal(Reason.ALREADY_SIGNED, words)
    return None


def _votes(
    checkpoint: Checkpoint,
    review: PendingReview | Escalated,
    command: ByReviewer,
    now: datetime,
) -> Votes | Refusal:
    """Pair every earlier sign-off with a fresh snapshot of its signer."""
    within = facts_within(checkpoint)
    known = {person.user: person for person in command.signers if person.fresh(now, within)}
    if any(sign_off.by.user not in known for sign_off in review.sign_offs):
        return Refusal(
            Reason.STALE_FACTS,
            "Slack could not confirm the people who signed before you. Please click again.",
        )
    return tuple((sign_off, known[sign_off.by.user]) for sign_off in review.sign_offs)


def _still_stands(
    checkpoint: Checkpoint, review: PendingReview | Escalated, vote: tuple[SignOff, Person]
) -> bool:
    person = vote[1]
    parties = (checkpoint.parties.owner, checkpoint.parties.requester)
    return (
        person.standing is Standing.MEMBER
        and person.id not in parties
        and may_fill_some_seat(checkpoint.plan, review.rung, person)
    )


def _one_a_person(votes: Iterable[tuple[SignOff, Person]], reviewer: Person) -> Votes:
    """Keep one vote a person, who may have turned out since to stand behind several accounts."""
    counted = {reviewer.id}
    kept: list[tuple[SignOff, Person]] = []
    for vote in votes:
        if vote[1].id not in counted:
            counted.add(vote[1].id)
            kept.append(vote)
    return tuple(kept)


def _taken(checkpoint: Checkpoint, review: PendingReview | Escalated) -> str:
    return f"The seat you could fill is taken already. {_waiting(checkpoint, review)}"


def _waiting(checkpoint: Checkpoint, review: PendingReview | Escalated) -> str:
    """Say who is missing still."""
    places = open_seats(checkpoint.plan, (sign_off.seat for sign_off in review.sign_offs))
    titles = dict.fromkeys(checkpoint.plan.seats[place].title for place in places)
    return f"It waits for {' and '.join(titles) or 'somebody with the other role'}."


def _seated(
    checkpoint: Checkpoint,
    kept: Votes,
    command: Approve | Revise,
    places: dict[int, tuple[int, RoleName | None]],
    now: datetime,
) -> tuple[SignOff, ...]:
    """Write down who fills which seat by which role; others may have moved to make room."""
    seats = checkpoint.plan.seats
    seat, role = places[len(kept)]
    own = SignOff(
        by=signature(command.reviewer, now),
        seat=seats[seat].name,
        role=role,
        revision=checkpoint.revision.number,
        digest=checkpoint.revision.digest,
        note=command.note,
    )
    moved = (
        replace(sign_off, seat=seats[places[index][0]].name, role=places[index][1])
        for index, (sign_off, _) in enumerate(kept)
    )
    return (*moved, own)


def _with_votes(
    checkpoint: Checkpoint,
    review: PendingReview | Escalated,
    sign_offs: tuple[SignOff, ...],
    now: datetime,
) -> State:
    if len(sign_offs) < len(checkpoint.plan.seats):
        return replace(review, sign_offs=sign_offs)
    return filled(checkpoint, replace(review, sign_offs=sign_offs), now)


def _counted(
    checkpoint: Checkpoint, sign_offs: tuple[SignOff, ...], now: datetime
) -> tuple[Event, ...]:
    own = sign_offs[-1]
    actor = Actor(ActorKind.PERSON, own.by.user, own.by.name)
    count, wanted = len(sign_offs), len(checkpoint.plan.seats)
    vote = Event(
        happening=Happening.SIGNED_OFF,
        actor=actor,
        at=now,
        detail={
            "seat": own.seat,
            "role": own.role,
            "revision": own.revision,
            "digest": own.digest,
            "note": own.note,
            "filled": count,
            "wanted": wanted,
        },
    )
    if count < wanted:
        return (vote,)
    detail: dict[str, JsonValue] = {"revision": own.revision, "digest": own.digest}
    wait = checkpoint.plan.release_after
    happening = Happening.RELEASING if wait else Happening.APPROVED
    if wait:
        detail["release_at"] = (now + wait).isoformat()
    return (vote, Event(happening=happening, actor=actor, at=now, detail=detail))


def _voided(votes: Votes, now: datetime) -> tuple[Event, ...]:
    return tuple(
        voided_by(sign_off, f"{person.name} may no longer sign for it.", now)
        for sign_off, person in votes
    )


def voided_by(sign_off: SignOff, why: str, now: datetime) -> Event:
    """Tell that a sign-off no longer counts."""
    detail = {"user": sign_off.by.user, "seat": sign_off.seat, "why": why}
    return Event(happening=Happening.SIGN_OFF_VOIDED, actor=KEYTURN, at=now, detail=dict(detail))


def withdraw_sign_off(
    checkpoint: Checkpoint,
    review: PendingReview | Escalated,
    command: WithdrawSignOff,
    now: datetime,
) -> Transition | Refusal:
    """Take one's own sign-off back while seats are open."""
    person = command.reviewer
    left = tuple(each for each in review.sign_offs if each.by.person != person.id)
    if len(left) == len(review.sign_offs):
        return Refusal(Reason.NOT_SIGNED, "You have not approved this, so nothing is taken back.")
    event = Event(happening=Happening.SIGN_OFF_WITHDRAWN, actor=by(person), at=now)
    state = replace(review, sign_offs=left)
    return Transition(checkpoint, checkpoint.moved(state, now), (event,))
