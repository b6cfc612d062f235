"""What a person finds when they look: whose move it is, what was decided today, who may see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from blocks.wording.text import joined, one_line
from bot.judging.live_manifest import LiveManifest
from bot.people.directory import Directory, Inquiry
from bot.people.leave import zone_named
from manifests.mistakes import did_you_mean
from manifests.vocabulary import ChannelId, RoleName, Standing, UserId
from store.aftermath import Aftermath
from store.board import EVERY, Choices, Filters, Look, Place, View, marks
from store.checkpoint import Checkpoint, is_open
from store.lifecycle.eligibility import CACHED_FOR
from store.people import Person
from store.placing import concerned, place_of
from store.ports import Reading, Store
from store.proposal import ProposalId
from store.refusals import Reason, Refusal

PAGE = 10
WHERE_IDS_STAND = (
    "The id is the first thing on the last line of a card. /keyturn list tells what waits for you, "
    "and /keyturn search WORDS finds the others by what they say."
)
_LOOKED_THROUGH = 200
LONGEST_ID = 64
_NAMED = 3
_SAID = 60
COUNTED = (View.YOURS, View.AGENTS, View.TEAMS, View.HELD, View.DECIDED)
_NOT_A_MEMBER = Refusal(
    Reason.NOT_A_MEMBER, "Guests, apps and people of other workspaces see no proposals here."
)


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Who looks, and where their clock is."""

    person: Person
    zone: ZoneInfo

    def looks_at(self, view: View, filters: Filters, now: datetime) -> Look:
        """Look at a view; what was decided, since their own midnight."""
        return Look(
            view=view,
            person=self.person.id,
            roles=self.person.roles,
            only=filters,
            since=self.midnight(now) if view is View.DECIDED else None,
        )

    def midnight(self, now: datetime) -> datetime:
        """Say when their day began."""
        return now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be looked at."""

    view: View
    filters: Filters = EVERY
    after: Place | None = None
    limit: int = PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some entries of a view, and how many there are in all."""

    entries: tuple[Checkpoint, ...] = ()
    total: int = 0
    following: Place | None = None
    """Where the next page begins; None on the last one."""
    aftermaths: Mapping[ProposalId, Aftermath] = field(default_factory=dict)
    """What followed those entries that are closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """A page with all that stands around it, in one consistent look."""

    onlooker: Onlooker
    page: Page
    counts: Mapping[View, int]
    """How many each view shows without any filter."""
    choices: Choices


class Overview:
    """Reads people's lists from the board, and whatever they show from the checkpoints."""

    def __init__(self, store: Store, directory: Directory, manifest: LiveManifest) -> None:
        self._store = store
        self._directory = directory
        self._manifest = manifest

    async def onlooker(self, user: UserId) -> Onlooker | None:
        """Look up who somebody is, cached for a while; None when Slack did not say in time."""
        now = await self._store.read(lambda look: look.now())
        roles = frozenset[RoleName](self._manifest.current.roles)
        inquiry = Inquiry(at=now, within=CACHED_FOR, roles=roles)
        people = await self._directory.people([user], inquiry)
        account = await self._directory.account(user)
        if not people or account is None:
            return None
        return Onlooker(people[0], zone_named(account.timezone))

    async def page(
        self, user: UserId, view: View, filters: Filters = EVERY, after: Place | None = None
    ) -> Page | None:
        """Read a page of a view; None when Slack did not say who asks."""
        onlooker = await self.onlooker(user)
        if onlooker is None:
            return None
        wanted = Wanted(view=view, filters=filters, after=after)
        return await self._store.read(partial(paged, onlooker, wanted))

    async def glance(self, user: UserId, wanted: Wanted) -> Glance | None:
        """Read a page with the counts of all views; None when Slack did not say who asks."""
        onlooker = await self.onlooker(user)
        if onlooker is None:
            return None
        return await self._store.read(partial(glanced, onlooker, wanted))


def may_see(person: Person, checkpoint: Checkpoint) -> Refusal | None:
    """Show a proposal outside its channel only to those it concerns; say who they are."""
    if person.standing is not Standing.MEMBER:
        return _NOT_A_MEMBER
    if concerned(checkpoint).isdisjoint(marks(person.id, person.roles)):
        return Refusal(Reason.NOT_INVOLVED, _who_may(checkpoint))
    return None


def channels_of(checkpoint: Checkpoint, person: Person) -> frozenset[ChannelId]:
    """Name the channels where this person decides about a proposal."""
    plan = checkpoint.plan
    roles = (*plan.seats, *(role for rung in plan.ladder for role in rung.fallback))
    return frozenset(role.channel for role in roles if role.name in person.roles)


def found(onlooker: Onlooker, named: str, look: Reading) -> Checkpoint | Refusal:
    """Find a proposal by its id, or by the beginning of one where only one begins so."""
    if onlooker.person.standing is not Standing.MEMBER:
        return _NOT_A_MEMBER
    checkpoint = look.checkpoints.get(ProposalId(named)) if named.isprintable() else None
    if checkpoint is not None:
        return may_see(onlooker.person, checkpoint) or checkpoint
    alike = _ids(onlooker, named, look) if len(named) <= LONGEST_ID else ()
    begun = [each for each in alike if each.startswith(named.lower())]
    only = look.checkpoints.get(begun[0]) if len(begun) == 1 else None
    if only is not None:
        return may_see(onlooker.person, only) or only
    if begun:
        some = joined([*begun[:_NAMED]])
        return Refusal(Reason.UNKNOWN_PROPOSAL, f"Several begin like that: {some}. Write more.")
    said = one_line(named, _SAID)
    first = f"No proposal that you may see has the id “{said}”, or one that begins so."
    hint = did_you_mean(named, _ids(onlooker, "", look))
    words = " ".join(filter(None, (first, hint, WHERE_IDS_STAND)))
    return Refusal(Reason.UNKNOWN_PROPOSAL, words)


def _ids(onlooker: Onlooker, text: str, look: Reading) -> tuple[ProposalId, ...]:
    """List the newest proposals that they may see, by their words or their ids."""
    asked = onlooker.looks_at(View.EVERYTHING, Filters(text=text), look.now())
    return look.board.page(asked, _LOOKED_THROUGH)


def paged(onlooker: Onlooker, wanted: Wanted, look: Reading) -> Page:
    """Read a page in one consistent look; an entry that is not theirs to see is passed over."""
    if onlooker.person.standing is not Standing.MEMBER:
        return Page()
    asked = onlooker.looks_at(wanted.view, wanted.filters, look.now())
    found = look.board.page(asked, wanted.limit + 1, wanted.after)
    entries = look.checkpoints.several(found[: wanted.limit])
    more = len(found) > wanted.limit and bool(entries)
    return Page(
        entries=tuple(each for each in entries if may_see(onlooker.person, each) is None),
        total=look.board.count(asked),
        following=place_of(wanted.view, entries[-1]) if more else None,
        aftermaths={
            each.id: look.aftermaths.of(each.id) for each in entries if not is_open(each.state)
        },
    )


def glanced(onlooker: Onlooker, wanted: Wanted, look: Reading) -> Glance:
    """Read a page, the counts of every view and what there is to filter by, in one look."""
    page = paged(onlooker, wanted, look)
    if onlooker.person.standing is not Standing.MEMBER:
        none = dict.fromkeys(COUNTED, 0)
        return Glance(onlooker=onlooker, page=page, counts=none, choices=Choices())
    now = look.now()
    known = {wanted.view: page.total} if wanted.filters == EVERY else {}
    others = (view for view in COUNTED if view not in known)
    counts = {view: look.board.count(onlooker.looks_at(view, EVERY, now)) for view in others}
    return Glance(
        onlooker=onlooker,
        page=page,
        counts={**known, **counts},
        choices=look.board.choices(onlooker.looks_at(wanted.view, EVERY, now)),
    )


def _who_may(checkpoint: Checkpoint) -> str:
    plan = checkpoint.plan
    fallback = [role for rung in plan.ladder for role in rung.fallback]
    titles = dict.fromkeys(role.title for role in (*plan.seats, *fallback))
    reviewers = f"Only people who may review it ({joined([*titles], 'or')})" if titles else "Only"
    rest = "administrators, operations, whoever asked for it and its agent's owner"
    return f"{reviewers}{', ' if titles else ' '}{rest} may see {checkpoint.id}."
