"""Who is pointed to a proposal by a direct message: whose turn it became, and who asked for it."""

from collections.abc import Iterable, Iterator

from pydantic import JsonValue

from manifests.vocabulary import PersonId, UserId
from store.assigning import holding, review_in
from store.checkpoint import Assignee, AutoApproved, Checkpoint, Releasing, is_open
from store.effects import KEYTURN, Event, Happening, Matter, TellPerson

_FOLLOWED = frozenset(
    {
        Happening.EXECUTED,
        Happening.FAILED,
        Happening.RECALLED,
        Happening.LAPSED,
        Happening.VETOED,
        Happening.ROLLBACK_DONE,
        Happening.ROLLBACK_FAILED,
    }
)
"""What follows a decision and changes what became of it."""


def pointers(
    before: Checkpoint | None, after: Checkpoint, events: tuple[Event, ...]
) -> Iterator[TellPerson]:
    """Say whose turn it became by a step, and who learns that it is closed."""
    had = _people_in_turn(before)
    for event in events:
        yield from _turns(after, event, had)
    if events:
        yield from _overs(before, after)
    was_open = before is None or is_open(before.state)
    # Whatever passes without a person is no news to whoever asked their agent for it.
    closed = not is_open(after.state) and not isinstance(after.state, AutoApproved)
    if events and was_open and closed:
        yield from _to_requester(after, events[-1])


def pointers_after(checkpoint: Checkpoint, event: Event) -> Iterator[TellPerson]:
    """Say who learns what followed a decision; that a rule's release ran is no news."""
    went_well = isinstance(checkpoint.state, AutoApproved) and event.happening is Happening.EXECUTED
    if event.happening in _FOLLOWED and not went_well:
        yield from _to_requester(checkpoint, event)


def is_overtaken(checkpoint: Checkpoint, event: Event, since: Iterable[Event]) -> bool:
    """Say whether what came of it meanwhile is told by itself, with all that there was before."""
    later = (each for each in since if each.at > event.at)
    return any(True for each in later for _ in pointers_after(checkpoint, each))


def _people_in_turn(checkpoint: Checkpoint | None) -> frozenset[str]:
    review = None if checkpoint is None else review_in(checkpoint)
    return frozenset(each.person for each in review.assignees) if review else frozenset()


def _turns(checkpoint: Checkpoint, event: Event, had: frozenset[str]) -> Iterator[TellPerson]:
    """Point to it whoever did not know that it is their turn; who took it themselves knows."""
    detail = event.detail
    if event.happening is Happening.ASSIGNED:
        turns = detail.get("turns")
        for turn in turns if isinstance(turns, list) else []:
            if isinstance(turn, dict) and turn.get("person") not in had:
                yield _turn(checkpoint, turn.get("user"), event)
    elif event.happening is Happening.REASSIGNED and detail.get("to_user") != event.actor.id:
        yield _turn(checkpoint, detail.get("to_user"), event)


def _overs(before: Checkpoint | None, after: Checkpoint) -> Iterator[TellPerson]:
    """Let nobody go on reading that it is their turn who was told so and whose turn is over."""
    still = {each.person for each in _turns_in(after)}
    for turn in _turns_in(before):
        if turn.told_at is not None and turn.person not in still:
            told = Event(happening=Happening.ASSIGNED, actor=KEYTURN, at=turn.told_at)
            yield TellPerson(after.id, turn.user, Matter.TURN_OVER, told)


def _turns_in(checkpoint: Checkpoint | None) -> Iterable[Assignee]:
    review = None if checkpoint is None else review_in(checkpoint)
    if checkpoint is None or review is None:
        return ()
    # Until it is released it may be undone, and then it is their turn as before.
    leaving = isinstance(checkpoint.state, Releasing)
    return review.assignees if leaving else holding(checkpoint.plan, review).values()


def _turn(checkpoint: Checkpoint, user: JsonValue, event: Event) -> TellPerson:
    return TellPerson(checkpoint.id, UserId(str(user)), Matter.TURN, event)


def _to_requester(checkpoint: Checkpoint, event: Event) -> Iterator[TellPerson]:
    requester: PersonId | None = checkpoint.parties.requester
    if requester is not None:
        yield TellPerson(checkpoint.id, requester, Matter.OUTCOME, event)
