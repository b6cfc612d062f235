"""An unknown action is classified by an administrator: a manifest snippet, never a live rule."""

from datetime import timedelta
from functools import partial
from pathlib import Path

from pydantic import JsonValue

from blocks.forms.classifying import Destination
from bot.people.directory import Directory, Inquiry
from bot.reviewing.asked import DONE, UNCONFIRMED, Request, Sight, Verdict
from bot.reviewing.review import Review
from bot.reviewing.witnessing import matching_card
from manifests.vocabulary import ActionName, Standing
from store import door
from store.aftermath import classified_by
from store.checkpoint import Blocked, Checkpoint
from store.effects import Actor, ActorKind, Event, Happening
from store.people import Person
from store.ports import Reading, Store, Transaction
from store.refusals import Reason, Refusal

NOT_ADMINISTRATOR = Refusal(
    Reason.WRONG_ROLE, "Only administrators classify actions, and you are not listed as one."
)


class Classifying:
    """Records what an administrator says of an action nobody knew."""

    def __init__(self, store: Store, directory: Directory, review: Review, rules: Path) -> None:
        self._store = store
        self._directory = directory
        self._review = review
        self._rules = rules

    def destination(self, action: ActionName) -> Destination:
        """Say where an action's entry belongs in this installation."""
        return destination_in(self._rules, action)

    async def may_record(self, request: Request, sight: Sight) -> Refusal | None:
        """Say beforehand why this person could not submit what they are about to open."""
        wanted = frozenset({sight.checkpoint.plan.administrators.name})
        inquiry = Inquiry(at=sight.now, within=timedelta(0), roles=wanted)
        people = await self._directory.people([request.user], inquiry)
        return _objection(sight.checkpoint, people[0] if people else None)

    async def record(self, request: Request, answer: dict[str, JsonValue]) -> Verdict | None:
        """Audit a classification and tell the thread; None when it was recorded."""
        inquiry = await self._store.read(partial(_inquiry, request))
        people = await self._directory.people([request.user], inquiry) if inquiry else ()
        refusal = await self._store.write(
            lambda tx: _recorded(tx, request, people[0] if people else None, answer)
        )
        return None if refusal is None else await self._review.turn_down(request, refusal)


def destination_in(rules: Path, action: ActionName) -> Destination:
    """Say where an action's entry belongs in the folder, or the one file, that is loaded."""
    named = _known_as(rules)
    if rules.is_file():
        return Destination(named, holds_all=True)
    return Destination(f"{named}/actions/{action}.yaml")


def _known_as(rules: Path) -> str:
    """Name a path as it was set; where that begins at the root, by its own name alone."""
    plain = not rules.is_absolute() and rules.name and ".." not in rules.parts
    return rules.as_posix() if plain else rules.resolve().name


def _inquiry(request: Request, look: Reading) -> Inquiry | None:
    checkpoint = look.checkpoints.get(request.proposal)
    if checkpoint is None:
        return None
    wanted = frozenset({checkpoint.plan.administrators.name})
    return Inquiry(at=look.now(), within=timedelta(0), roles=wanted)


def _recorded(
    tx: Transaction, request: Request, person: Person | None, answer: dict[str, JsonValue]
) -> Refusal | None:
    checkpoint = tx.checkpoints.get(request.proposal)
    if checkpoint is None:
        return door.unknown(request.proposal)
    card = matching_card(tx, request)
    if isinstance(card, Refusal):
        return card
    refusal = _objection(checkpoint, person)
    if refusal is not None or person is None:
        return refusal or UNCONFIRMED
    if tx.clicks.answer_to(request.key) is None:
        tx.clicks.remember(request.key, DONE.encode())
        before = tx.aftermaths.of(checkpoint.id)
        tx.aftermaths.put(checkpoint.id, before, classified_by(before, person, tx.now()))
        actor = Actor(ActorKind.PERSON, person.user, person.name)
        event = Event(happening=Happening.CLASSIFIED, actor=actor, at=tx.now(), detail=answer)
        door.tell(tx, checkpoint, event)
        for each in tx.cards.of(checkpoint.id):
            door.redraw(tx, checkpoint, each.channel)
    return None


def _objection(checkpoint: Checkpoint, person: Person | None) -> Refusal | None:
    """Say why this person may not classify what was proposed, or nobody may."""
    if person is None:
        return UNCONFIRMED
    if not _is_administrator(checkpoint, person):
        return NOT_ADMINISTRATOR
    if not isinstance(checkpoint.state, Blocked) or not checkpoint.state.classify:
        return Refusal(Reason.ALREADY_CLOSED, "This action does not wait to be classified.")
    return None


def _is_administrator(checkpoint: Checkpoint, person: Person) -> bool:
    return (
        person.standing is Standing.MEMBER and checkpoint.plan.administrators.name in person.roles
    )
