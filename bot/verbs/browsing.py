"""Finding proposals by typing: lists, one of them whole, a search, and figures."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from blocks.lists.finding import Found, listed, shown, tallied
from blocks.types import Message
from bot.judging.live_manifest import LiveManifest
from bot.messenger import Messenger, Undelivered
from bot.people.overview import (
    WHERE_IDS_STAND,
    Onlooker,
    Overview,
    Page,
    Wanted,
    channels_of,
    found,
    paged,
)
from bot.reviewing.witnessing import heard_in
from bot.typed import SlashRequest
from manifests.folding import folded
from manifests.mistakes import did_you_mean
from manifests.vocabulary import RoleName, Standing
from store.aftermath import NOTHING_YET
from store.board import EVERY, Filters, View
from store.checkpoint import Checkpoint
from store.ports import AuditLine, Card, Reading, Store
from store.refusals import Refusal
from store.tallying import figures

LIST_USAGE = "list [team | agents | decided | held]"
SHOW_USAGE = "show PROPOSAL"
SEARCH_USAGE = "search WORDS"
STATS_TAKES_NOTHING = "They are of today and the last seven days: type /keyturn stats alone."
UNCONFIRMED = "Slack could not confirm who you are just now. Please type it again."
GUESTS = "Only members of this workspace find proposals here."
WEEK = timedelta(days=7)
COUNTED_AT_MOST = 10_000
LINKS_WITHIN = 1.0
"""Seconds; Slack waits three for an answer, and an answer without links is one too."""
_MOST_WORDS = 8
_VIEWS = {
    "": View.YOURS,
    "mine": View.YOURS,
    "team": View.TEAMS,
    "agents": View.AGENTS,
    "decided": View.DECIDED,
    "held": View.HELD,
}
_TITLES = {
    View.YOURS: "Waiting on you",
    View.TEAMS: "Your team's",
    View.AGENTS: "Waiting on the agent, or on somebody who was asked",
    View.DECIDED: "Decided today",
    View.HELD: "Held back",
}
_NOTHING = {
    View.YOURS: (
        "Nothing waits for you. Others of your roles may have something: type /keyturn list team."
    ),
    View.TEAMS: "Nothing else is open to your roles.",
    View.AGENTS: "No agent, and nobody who was asked, owes anybody an answer.",
    View.DECIDED: "Nothing that you may see has been decided today.",
    View.HELD: "Nothing is held back.",
}
_MORE = "See them all in Keyturn's App Home."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    """Everything that is told of one proposal."""

    found: Found
    card: Card | None
    lines: tuple[AuditLine, ...]
    at: datetime


class Browsing:
    """Answers with what this very person may see, and never with more."""

    def __init__(
        self, store: Store, overview: Overview, messenger: Messenger, manifest: LiveManifest
    ) -> None:
        self._store = store
        self._overview = overview
        self._messenger = messenger
        self._manifest = manifest

    async def list(self, request: SlashRequest) -> str | Message:
        """Answer `list`: one view, what is due first, first."""
        asked = request.words.lower()
        view = _VIEWS.get(asked)
        if view is None:
            hint = did_you_mean(asked, filter(None, _VIEWS), "These are all there are.")
            return f"There is no list “{asked}”. {hint} Type /keyturn {LIST_USAGE}."
        page = await self._page(request, Wanted(view=view))
        if isinstance(page, str):
            return page
        if not page.entries:
            return _NOTHING[view]
        return listed(_TITLES[view], await self._found(page), page.total, _MORE)

    async def search(self, request: SlashRequest) -> str | Message:
        """Answer `search WORDS`: whatever they may see that says so, the newest first."""
        words = folded(request.words).split()
        if not words:
            example = "an action, an agent, a customer, an amount"
            return f"For what? Type /keyturn {SEARCH_USAGE}: {example}."
        if len(words) > _MOST_WORDS:
            return f"That is too much to look for. Write {_MOST_WORDS} words at most."
        text = " ".join(words)
        page = await self._page(request, Wanted(view=View.EVERYTHING, filters=Filters(text=text)))
        if isinstance(page, str):
            return page
        if not page.entries:
            return f"Nothing that you may see says “{text}”. Beginnings of words are enough."
        more = "Write more words to find fewer."
        return listed(f"Found “{text}”", await self._found(page), page.total, more)

    async def show(self, request: SlashRequest) -> str | Message:
        """Answer `show PROPOSAL`: everything about it, for whoever may see it."""
        named = request.words.strip("`")
        if not named:
            return f"Which one? Type /keyturn {SHOW_USAGE}. {WHERE_IDS_STAND}"
        onlooker = await self._member(request)
        if isinstance(onlooker, str):
            return onlooker
        one = await self._store.read(partial(_one, onlooker, named))
        if isinstance(one, Refusal):
            return one.words
        picture = replace(one.found, where=await self._link(one.card))
        return shown(picture, one.lines, one.at)

    async def stats(self, request: SlashRequest) -> str:
        """Answer `stats`: figures of what they may see, and of nothing else."""
        if request.words:
            return f"There are no figures “{request.words}”. {STATS_TAKES_NOTHING}"
        onlooker = await self._member(request)
        if isinstance(onlooker, str):
            return onlooker
        roles = self._manifest.current.roles.items()
        titles = {name: staffed.role.title for name, staffed in roles}
        return await self._store.read(lambda look: _told(onlooker, titles, look))

    async def _page(self, request: SlashRequest, wanted: Wanted) -> Page | str:
        onlooker = await self._member(request)
        if isinstance(onlooker, str):
            return onlooker
        return await self._store.read(partial(paged, onlooker, wanted))

    async def _member(self, request: SlashRequest) -> Onlooker | str:
        onlooker = await self._overview.onlooker(request.user)
        if onlooker is None:
            return UNCONFIRMED
        return onlooker if onlooker.person.standing is Standing.MEMBER else GUESTS

    async def _found(self, page: Page) -> Sequence[Found]:
        """Add to each entry where its card is."""
        cards = await self._store.read(partial(_cards_of, page.entries))
        where = await self._links(cards)
        return [
            Found(entry, page.aftermaths.get(entry.id, NOTHING_YET), link)
            for entry, link in zip(page.entries, where, strict=True)
        ]

    async def _links(self, cards: Sequence[Card | None]) -> Sequence[str | None]:
        return await asyncio.gather(*map(self._link, cards))

    async def _link(self, card: Card | None) -> str | None:
        """Ask for a card's address; without it the answer says everything else."""
        if card is None or card.ts is None:
            return None
        try:
            async with asyncio.timeout(LINKS_WITHIN):
                return await self._messenger.permalink(card.shown_in or card.channel, card.ts)
        except (Undelivered, TimeoutError):
            return None


def _one(onlooker: Onlooker, named: str, look: Reading) -> _Picture | Refusal:
    """Read everything about one proposal in one consistent look."""
    checkpoint = found(onlooker, named, look)
    if isinstance(checkpoint, Refusal):
        return checkpoint
    return _Picture(
        found=Found(checkpoint, look.aftermaths.of(checkpoint.id), where=None),
        card=_card_of(checkpoint, look),
        lines=heard_in(look.audit.of(checkpoint.id), channels_of(checkpoint, onlooker.person)),
        at=look.now(),
    )


def _cards_of(entries: Sequence[Checkpoint], look: Reading) -> Sequence[Card | None]:
    return [_card_of(each, look) for each in entries]


def _card_of(checkpoint: Checkpoint, look: Reading) -> Card | None:
    """Choose a card that reviewers see; whoever was only asked has another."""
    channels = checkpoint.plan.channels(len(checkpoint.plan.ladder) - 1)
    cards = [card for card in look.cards.of(checkpoint.id) if card.ts is not None]
    return next((card for card in cards if card.channel in channels), None)


def _told(onlooker: Onlooker, titles: Mapping[RoleName, str], look: Reading) -> str:
    now = look.now()
    everything = replace(
        onlooker.looks_at(View.EVERYTHING, EVERY, now), since=onlooker.midnight(now) - WEEK
    )
    courses = look.board.courses(everything, COUNTED_AT_MOST)
    said = tallied(figures(courses, onlooker.midnight(now)), titles, now)
    if len(courses) < COUNTED_AT_MOST:
        return f"Of what you may see:\n{said}"
    return f"Of the newest {COUNTED_AT_MOST:,} that you may see:\n{said}"
