"""A person's own lists, read anew at every look."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from blocks.home_ids import Looking
from blocks.lists import batch
from blocks.lists import home as drawing
from blocks.lists.entries import Entry
from blocks.lists.home import Alike, Lists
from blocks.lists.leaving import Leaving
from bot.people.overview import Onlooker, Overview, Wanted, channels_of, glanced, may_see, paged
from bot.reviewing.asked import Request, Sight
from bot.reviewing.witnessing import sight_of
from manifests.vocabulary import ActionName, ChannelId, Standing, UserId
from store import door
from store.aftermath import NOTHING_YET
from store.asking import card_of, slack_place, who_is_asked
from store.assigning import review_in
from store.board import Filters, View
from store.checkpoint import Checkpoint
from store.lifecycle.eligibility import person_objection
from store.lifecycle.informing import not_addressed
from store.ports import Card, Reading, Store
from store.refusals import Reason, Refusal
from store.together import AT_ONCE, apart

MOST_ALIKE = 200
"""Entries looked through for what may be approved together."""
UNCONFIRMED = Refusal(
    Reason.STALE_FACTS, "Slack could not confirm who you are just now. Try again in a moment."
)
GUEST = Refusal(
    Reason.NOT_A_MEMBER,
    "Proposals are decided by members of this workspace, so there is nothing to show here. "
    "If you expected something, ask whoever administers Keyturn in your workspace.",
)


@dataclass(frozen=True, slots=True)
class Opening:
    """One proposal that somebody may look at, and the request that its views go on with."""

    sight: Sight
    request: Request
    asked: bool = False
    """Whether it waits for the answer of this very person."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be approved together, and how many more there would be."""

    checkpoints: tuple[Checkpoint, ...]
    left: int
    now: datetime


class Home:
    """Reads what people may see in their own lists, and no more."""

    def __init__(self, store: Store, overview: Overview) -> None:
        self._store = store
        self._overview = overview

    async def lists(self, user: UserId, looking: Looking) -> Lists | Refusal:
        """Read what a person sees through these filters."""
        onlooker = await self._member(user)
        if isinstance(onlooker, Refusal):
            return onlooker
        return await self._store.read(partial(_lists, onlooker, looking))

    async def open(self, request: Request) -> Opening | Refusal:
        """Read one proposal, if this person may see it, with whichever of its cards is nearest."""
        onlooker = await self._member(request.user)
        if isinstance(onlooker, Refusal):
            return onlooker
        return await self._store.read(partial(_opening, onlooker, request))

    async def shown_by(self, channel: ChannelId, messages: Sequence[str]) -> Card | None:
        """Find the card that a message is, or that the message above its thread is."""
        return await self._store.read(partial(_shown_by, channel, messages))

    async def leaving(self, user: UserId) -> Leaving | Refusal:
        """Read whether this person is away, or will be."""
        onlooker = await self._member(user)
        if isinstance(onlooker, Refusal):
            return onlooker
        return await self._store.read(partial(_leaving, onlooker))

    async def offer(self, user: UserId, action: ActionName) -> Offer | Refusal:
        """Read what this person may approve together of one action."""
        onlooker = await self._member(user)
        if isinstance(onlooker, Refusal):
            return onlooker
        return await self._store.read(partial(_offer, onlooker, action))

    async def _member(self, user: UserId) -> Onlooker | Refusal:
        onlooker = await self._overview.onlooker(user)
        if onlooker is None:
            return UNCONFIRMED
        return onlooker if onlooker.person.standing is Standing.MEMBER else GUEST


def _lists(onlooker: Onlooker, looking: Looking, look: Reading) -> Lists:
    wanted = Wanted(view=looking.tab, filters=looking.only, after=looking.after, limit=drawing.PAGE)
    glance = glanced(onlooker, wanted, look)
    page, yours = glance.page, looking.tab is View.YOURS
    return Lists(
        looking=looking,
        counts=glance.counts,
        entries=[Entry(each, page.aftermaths.get(each.id, NOTHING_YET)) for each in page.entries],
        total=page.total,
        following=page.following,
        choices=glance.choices,
        alike=_alike(_together(onlooker, page.entries, look)) if yours else (),
        leaving=_leaving(onlooker, look),
    )


def _together(
    onlooker: Onlooker, entries: Sequence[Checkpoint], look: Reading
) -> Iterator[Checkpoint]:
    """Find what this person may approve without looking at its card."""
    person, now = onlooker.person, look.now()
    for checkpoint in entries:
        review = review_in(checkpoint)
        if review is None or person_objection(checkpoint, review, person, now) is not None:
            continue
        if any(each.by.person == person.id for each in review.sign_offs):
            continue
        if apart(checkpoint, person) is None and batch.shown_whole(checkpoint) is not None:
            yield checkpoint


def _alike(checkpoints: Iterator[Checkpoint]) -> list[Alike]:
    counts = Counter(each.proposal.action for each in checkpoints)
    return [Alike(action, count) for action, count in counts.most_common() if count > 1]


def _offer(onlooker: Onlooker, action: ActionName, look: Reading) -> Offer | Refusal:
    only = Filters(action=action, reversible=True)
    page = paged(onlooker, Wanted(view=View.YOURS, filters=only, limit=MOST_ALIKE), look)
    found = tuple(_together(onlooker, page.entries, look))
    if not found:
        return Refusal(
            Reason.ONE_BY_ONE,
            "None of these can be approved together any more. Refresh to see what is left.",
        )
    return Offer(found[:AT_ONCE], len(found[AT_ONCE:]), look.now())


def _opening(onlooker: Onlooker, request: Request, look: Reading) -> Opening | Refusal:
    checkpoint = look.checkpoints.get(request.proposal)
    if checkpoint is None:
        return door.unknown(request.proposal)
    refusal = may_see(onlooker.person, checkpoint)
    if refusal is not None:
        return refusal
    card = _nearest(onlooker, checkpoint, look)
    channels = (card.shown_in, card.channel) if card else checkpoint.plan.channels(0)
    request = replace(
        request,
        revision=checkpoint.revision.number,
        channel=next(filter(None, channels), request.channel),
        message=None if card is None else card.ts,
        nonce="" if card is None else card.nonce,
    )
    sight = sight_of(look, request, history=False)
    if isinstance(sight, Refusal):
        return sight
    return Opening(sight, request, _is_asked(onlooker, checkpoint))


def _is_asked(onlooker: Onlooker, checkpoint: Checkpoint) -> bool:
    asked = who_is_asked(checkpoint)
    return asked is not None and not_addressed(asked, onlooker.person) is None


def _nearest(onlooker: Onlooker, checkpoint: Checkpoint, look: Reading) -> Card | None:
    """Choose the card that asks this person, else where they decide, else one that stands."""
    cards = look.cards.of(checkpoint.id)
    posted = [each for each in cards if each.ts is not None]
    question = _place_of_question(onlooker, checkpoint)
    asking = [each for each in posted if each.channel == question]
    channels = channels_of(checkpoint, onlooker.person)
    own = [each for each in posted if each.channel in channels]
    return next(iter((*asking, *own, *posted, *cards)), None)


def _place_of_question(onlooker: Onlooker, checkpoint: Checkpoint) -> ChannelId | None:
    """Name the card that asks this person; a question to reviewers stands on their own card."""
    if not _is_asked(onlooker, checkpoint):
        return None
    card = card_of(checkpoint, checkpoint.exchanges[-1])
    reviewing = checkpoint.plan.channels(checkpoint.reached)
    return slack_place(card) if card is not None and slack_place(card) in reviewing else card


def _shown_by(channel: ChannelId, messages: Sequence[str], look: Reading) -> Card | None:
    found = (look.cards.at(channel, ts) for ts in messages)
    return next((card for card in found if card is not None), None)


def _leaving(onlooker: Onlooker, look: Reading) -> Leaving:
    absence = look.staff.absence(onlooker.person.id)
    if absence is None or (absence.ends_at is not None and absence.ends_at <= look.now()):
        return Leaving()
    delegate = next(
        (each for each in look.staff.holders() if each.person == absence.delegate), None
    )
    if delegate is None:
        return Leaving(absence, absence.delegate or "")
    return Leaving(absence, delegate.name, delegate.user)
