"""Going out of office, naming who stands in, and coming back, by typing it."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import partial
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from blocks.wording.text import joined
from bot.judging.live_manifest import LiveManifest
from bot.messenger import Account
from bot.people.directory import Directory, Inquiry
from bot.people.leave import FORM, Leave, Misread, in_zone, read_leave, told_in_zone, zone_named
from bot.people.staffing import Staffing
from bot.typed import SlashRequest, once
from manifests.vocabulary import PersonId, RoleName, Standing
from store.assigning import review_in
from store.checkpoint import Checkpoint
from store.effects import Actor, ActorKind, Event, Happening
from store.people import Person
from store.ports import Reading, Store, Transaction
from store.proposal import ProposalId
from store.staffing import Absence, Holder

OOO_USAGE = f"ooo {FORM} | ooo off"
DELEGATE_USAGE = "delegate @SOMEBODY until DATE [from DATE]"
PASS_ON_WITHIN = 1.2
"""Seconds; Slack waits three for an answer, and what is left is passed on after it."""
COUNTED = 200
"""As many of what waited are looked at again to say where they went."""
_OFF = frozenset({"off", "back"})
_ENDS_IT = (
    "Nothing was changed. Whoever stands in for you does so while you are out of office: "
    "/keyturn ooo off ends both."
)
_UNCONFIRMED = "Slack could not confirm who you are just now. Please type it again."
_NOT_THERE = "Slack could not say who that is just now. Please type it again."


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who typed it, and where their clock is."""

    request: SlashRequest
    person: PersonId
    account: Account

    @property
    def zone(self) -> ZoneInfo:
        return zone_named(self.account.timezone)

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.PERSON, self.request.user, self.account.name)


class Part(StrEnum):
    """The parts of what somebody says about being away."""

    BEGINNING = "beginning"
    END = "end"
    STAND_IN = "stand_in"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody is answered who says that they go."""

    words: str
    gone: bool = False
    """Whether they are away from now on."""
    wrong: Part | None = None
    """Which part of what they said kept it from being done."""


class Away:
    """Carries out what people type about being away."""

    def __init__(
        self, store: Store, directory: Directory, manifest: LiveManifest, staffing: Staffing
    ) -> None:
        self._store = store
        self._directory = directory
        self._manifest = manifest
        self._staffing = staffing

    async def ooo(self, request: SlashRequest) -> str:
        """Answer `ooo …`: go, come back, or say how it stands."""
        asking = await self._asking(request)
        if asking is None:
            return _UNCONFIRMED
        if not request.words:
            return await self._store.read(partial(_how_it_stands, asking))
        if request.words.lower() in _OFF:
            return await self._back(asking)
        return await self._typed(asking, delegates=False)

    async def delegate(self, request: SlashRequest) -> str:
        """Answer `delegate @SOMEBODY until …`: go, and leave the turns to one person."""
        if request.words.lower() in _OFF:
            return _ENDS_IT
        asking = await self._asking(request)
        return _UNCONFIRMED if asking is None else await self._typed(asking, delegates=True)

    async def leave(self, request: SlashRequest, leave: Leave) -> Said:
        """Go as a form says; what keeps that from being done names the part that is wrong."""
        asking = await self._asking(request)
        if asking is None:
            return Said(_UNCONFIRMED, wrong=Part.BEGINNING)
        return await self._go(asking, leave)

    async def come_back(self, request: SlashRequest) -> str:
        """End an absence now."""
        asking = await self._asking(request)
        return _UNCONFIRMED if asking is None else await self._back(asking)

    async def _back(self, asking: _Asking) -> str:
        said = await self._store.write(partial(_back, asking))
        self._staffing.stir()  # what waits for nobody has somebody again
        return said

    async def _asking(self, request: SlashRequest) -> _Asking | None:
        account = await self._directory.account(request.user)
        if account is None or account.standing is not Standing.MEMBER:
            return None
        return _Asking(request, self._manifest.current.person_of(request.user), account)

    async def _typed(self, asking: _Asking, *, delegates: bool) -> str:
        try:
            leave = read_leave(asking.request.words, asking.zone, delegates=delegates)
        except Misread as wrong:
            return str(wrong)
        return (await self._go(asking, leave)).words

    async def _go(self, asking: _Asking, leave: Leave) -> Said:
        stand_in = await self._stand_in(leave)
        if isinstance(stand_in, str):
            return Said(stand_in, wrong=Part.STAND_IN)
        person = asking.person
        waiting = await self._store.read(lambda look: look.staff.waiting_for(person))
        said = await self._store.write(partial(_gone, asking, leave, stand_in))
        if said.gone:
            return replace(said, words=f"{said.words}{await self._passed_on(person, waiting)}")
        return said

    async def _stand_in(self, leave: Leave) -> Person | str | None:
        """Look up who is to stand in; the answer is why that cannot be."""
        if leave.to is None:
            return None
        now = await self._store.read(lambda look: look.now())
        roles = frozenset[RoleName](self._manifest.current.roles)
        inquiry = Inquiry(at=now, within=timedelta(minutes=1), roles=roles)
        people = await self._directory.people([leave.to], inquiry)
        if not people:
            return _NOT_THERE
        if people[0].standing is not Standing.MEMBER:
            return f"{people[0].name} is no full member of this workspace and cannot review."
        return people[0]

    async def _passed_on(self, person: PersonId, waiting: Sequence[ProposalId]) -> str:
        """Pass on what waits now, and leave to the background what takes too long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PASS_ON_WITHIN):
                async for _ in self._staffing.passing_on_from(person):
                    pass
        self._staffing.stir()
        # The background may have been quicker, so what waited before is what is counted.
        counted = waiting[:COUNTED]
        now = await self._store.read(lambda look: look.checkpoints.several(counted))
        moved = [each for each in now if not _waits_for(person, each)]
        return _account_of(moved, counted_all=len(waiting) <= COUNTED)


def _gone(asking: _Asking, leave: Leave, stand_in: Person | None, tx: Transaction) -> Said:
    now = tx.now()
    starts_at = max(leave.starts_at or now, now)
    if leave.ends_at is not None and leave.ends_at <= starts_at:
        until = in_zone(leave.ends_at, asking.zone)
        return Said(
            f"That would be over before it begins: {until}. Write a later date.", wrong=Part.END
        )
    if stand_in is not None and stand_in.id == asking.person:
        return Said("You cannot stand in for yourself. Choose somebody else.", wrong=Part.STAND_IN)
    absence = Absence(
        person=asking.person,
        starts_at=starts_at,
        ends_at=leave.ends_at,
        delegate=None if stand_in is None else stand_in.id,
        said_by=asking.request.user,
        said_at=now,
    )
    words = once(tx, asking.request, lambda: _written(tx, asking, absence, stand_in))
    return Said(words, gone=absence.covers(now))


def _written(tx: Transaction, asking: _Asking, absence: Absence, stand_in: Person | None) -> str:
    tx.staff.be_away(absence)
    detail: dict[str, JsonValue] = {
        "person": absence.person,
        "starts_at": absence.starts_at.isoformat(),
        "ends_at": absence.ends_at.isoformat() if absence.ends_at else None,
        "delegate": absence.delegate,
    }
    _note(tx, asking, Happening.WENT_AWAY, detail)
    said = [_when(asking, absence, tx), *_about_the_stand_in(tx, absence, stand_in)]
    if not _roles_of(tx.staff.holders(), asking.person):
        said.append("You hold no role here, so nothing waits for you.")
    return " ".join(said)


def _when(asking: _Asking, absence: Absence, look: Reading) -> str:
    """Say from when until when, on the person's own clock."""
    until = "until further notice"
    if absence.ends_at is not None:
        until = f"until {told_in_zone(absence.ends_at, asking.zone)}"
    if absence.covers(look.now()):
        return f"You are out of office {until}."
    return f"You are out of office from {told_in_zone(absence.starts_at, asking.zone)} {until}."


def _about_the_stand_in(look: Reading, absence: Absence, stand_in: Person | None) -> Iterable[str]:
    if stand_in is None:
        yield "What would wait for you goes to whoever of your role is least loaded."
        return
    holders = look.staff.holders()
    if _roles_of(holders, stand_in.id) & _roles_of(holders, absence.person):
        yield f"{stand_in.name} stands in for you where they hold your role."
    else:
        yield f"{stand_in.name} holds none of your roles, so others get what waits for you."
    theirs = look.staff.absence(stand_in.id)
    if theirs is not None and theirs.covers(absence.starts_at):
        yield f"{stand_in.name} is out of office then, too."


def _back(asking: _Asking, tx: Transaction) -> str:
    def returned() -> str:
        if tx.staff.absence(asking.person) is None:
            return "You were not out of office."
        tx.staff.be_back(asking.person)
        _note(tx, asking, Happening.CAME_BACK, {"person": asking.person})
        return "You are back: proposals may become your turn again. What others got stays theirs."

    return once(tx, asking.request, returned)


def _how_it_stands(asking: _Asking, look: Reading) -> str:
    absence, waiting = look.staff.absence(asking.person), look.staff.waiting_for(asking.person)
    over = absence is not None and absence.ends_at is not None and absence.ends_at <= look.now()
    count = "One proposal waits" if len(waiting) == 1 else f"{len(waiting)} proposals wait"
    if absence is None or over:
        return f"You are not out of office. {count} for you. To go, type /keyturn ooo {FORM}."
    return f"{_when(asking, absence, look)} {count} for you. /keyturn ooo off ends it."


def _roles_of(holders: Iterable[Holder], person: PersonId) -> frozenset[RoleName]:
    return frozenset(each.role for each in holders if each.person == person and not each.leaving)


def _note(
    tx: Transaction, asking: _Asking, happening: Happening, detail: dict[str, JsonValue]
) -> None:
    event = Event(happening=happening, actor=asking.actor, at=tx.now(), detail=detail)
    tx.audit.append(None, None, event)


def _waits_for(person: PersonId, checkpoint: Checkpoint) -> bool:
    review = review_in(checkpoint)
    return review is None or any(each.person == person for each in review.assignees)


def _account_of(moved: list[Checkpoint], *, counted_all: bool) -> str:
    """Say who got what waited."""
    if not moved:
        return ""
    reviews = [review_in(checkpoint) for checkpoint in moved]
    names = Counter(
        each.name for review in reviews if review is not None for each in review.assignees
    )
    count = "One proposal" if len(moved) == 1 else f"{len(moved)} proposals"
    if not counted_all:
        count = f"At least {len(moved)} proposals"
    to = joined(sorted(names))
    return f" {count} that waited for you went to {to or 'whoever comes first'}."
