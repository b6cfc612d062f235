"""Keeps what is stored of the reviewers equal to the manifest and to the workspace's groups.

Whom a look-up does not reach stays as they were known last, and nobody new is counted in by it.
Whoever no longer holds a role is marked first, then what waits for them is passed on, and only then
are they forgotten; so nothing is overlooked when the program ends in between.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

import structlog

from bot.judging.live_manifest import LiveManifest
from bot.messenger import Account, Messenger, Retryable, Uncertain, Undelivered
from manifests.manifest import Manifest, StaffedRole, UserGroupId
from manifests.vocabulary import PersonId, RoleName, Standing, UserId
from store import door
from store.checkpoint import Checkpoint
from store.ports import Reading, Store, Transaction
from store.proposal import ProposalId
from store.staffing import NOBODY, Holder
from store.turns import passed_on

REFRESH_EVERY = timedelta(minutes=3)
AFTER_A_FAILURE = timedelta(seconds=20)
LOOK_EVERY = timedelta(seconds=2)
"""How soon another manifest in force is noticed."""
ACCOUNTS_KEPT_FOR = timedelta(minutes=10)
GROUPS_KEPT_FOR = timedelta(minutes=2)
"""Slack says by itself when either changes; these are for when that was lost."""

TOGETHER = 16
"""Turns that are passed on at once. One at a time, ten thousand are as many commits, and clicks
wait for some of each; many more at once would keep a click waiting for all of them."""

log = structlog.get_logger()
K = TypeVar("K")
V = TypeVar("V")
Place = tuple[RoleName, UserId]


@dataclass(slots=True)
class Told:
    """What the workspace said: None where it could not be asked."""

    groups: dict[UserGroupId, frozenset[UserId] | None] = field(default_factory=dict)
    accounts: dict[UserId, Account | None] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Say whether every look-up came back."""
        return None not in self.groups.values() and None not in self.accounts.values()


@dataclass(frozen=True, slots=True)
class Change:
    """What the stored staff must become."""

    roles: frozenset[RoleName]
    puts: tuple[Holder, ...]


class Staffing:
    """Refreshes the staff, and passes on what waits for whoever is no longer there."""

    def __init__(
        self,
        store: Store,
        manifest: LiveManifest,
        messenger: Messenger,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._manifest = manifest
        self._messenger = messenger
        self._clock = clock
        self._stirred = asyncio.Event()
        self._accounts: dict[UserId, tuple[Account, float]] = {}
        self._groups: dict[UserGroupId, tuple[frozenset[UserId], float]] = {}
        self._members: frozenset[UserId] = frozenset()
        self._changed_at: dict[str, float] = {}
        self._away = False
        self._silent: dict[str, str] = {}

    async def begin(self) -> None:
        """Write what the manifest says by itself, where nothing is known yet; nobody is asked."""
        if await self._store.read(lambda look: not look.staff.known()):
            await self._write(self._manifest.current, Told())

    async def run(self) -> None:
        """Refresh when something changed, and every few minutes, until cancelled."""
        while True:
            manifest = self._manifest.current
            whole = await self.refresh()
            await self._rest(manifest, REFRESH_EVERY if whole else AFTER_A_FAILURE)

    def stir(self) -> None:
        """Look again soon, because somebody came or went."""
        self._stirred.set()

    def group_changed(self, group: UserGroupId) -> None:
        """Ask for a group's members again, because the workspace says that they changed."""
        self._changed_at[group] = self._clock()
        self._groups.pop(group, None)
        self.stir()

    def account_changed(self, user: UserId) -> None:
        """Ask for an account again; of people who review nothing there is much news."""
        if user in self._members:
            self._changed_at[user] = self._clock()
            self._accounts.pop(user, None)
            self.stir()

    async def refresh(self) -> bool:
        """Bring the staff up to date once; say whether every look-up came back."""
        manifest = self._manifest.current
        told = await self._told(manifest)
        await self._write(manifest, told)
        await self._pass_everything_on()
        return told.whole

    async def passing_on_from(self, person: PersonId) -> AsyncIterator[Checkpoint]:
        """Pass on what waits for somebody who is no longer there: one by one, some to a commit."""
        waiting = await self._store.read(lambda look: look.staff.waiting_for(person))
        for start in range(0, len(waiting), TOGETHER):
            some = waiting[start : start + TOGETHER]
            moving = await self._store.read(partial(_would_move, some))
            steps = (self._store.write(partial(_pass_on, proposal)) for proposal in moving)
            for checkpoint in await asyncio.gather(*steps):
                if checkpoint is not None:
                    yield checkpoint

    async def _rest(self, manifest: Manifest, longest: timedelta) -> None:
        until = self._clock() + longest.total_seconds()
        while self._manifest.current is manifest and self._clock() < until:
            try:
                async with asyncio.timeout(LOOK_EVERY.total_seconds()):
                    await self._stirred.wait()
            except TimeoutError:
                continue
            self._stirred.clear()
            return

    async def _told(self, manifest: Manifest) -> Told:
        """Ask one thing after the other: nobody waits for it, and clicks need the same limits."""
        told = Told()
        self._away = False
        for group in manifest.groups_of(manifest.roles):
            told.groups[group] = await self._group(group)
        self._members = frozenset(
            user for role in manifest.roles.values() for user in _members(role, told)
        )
        for user in sorted(self._members):
            told.accounts[user] = await self._account(user)
        return told

    async def _account(self, user: UserId) -> Account | None:
        return await self._fact(self._accounts, user, self._messenger.account, ACCOUNTS_KEPT_FOR)

    async def _group(self, group: UserGroupId) -> frozenset[UserId] | None:
        return await self._fact(self._groups, group, self._messenger.group, GROUPS_KEPT_FOR)

    async def _fact(
        self,
        known: dict[K, tuple[V, float]],
        key: K,
        look_up: Callable[[K], Awaitable[V]],
        kept_for: timedelta,
    ) -> V | None:
        """Give what is known, or ask; None where the workspace does not say."""
        now = self._clock()
        if key in known and now - known[key][1] <= kept_for.total_seconds():
            return known[key][0]
        if self._away:
            return None
        try:
            told = await look_up(key)
        except Undelivered as error:
            self._tell_once(str(key), error.code)
            # Whatever else it is, it concerns this one alone.
            self._away = isinstance(error, Retryable | Uncertain)
            return None
        self._silent.pop(str(key), None)
        # What was asked before it changed is good for this time alone.
        if self._changed_at.get(str(key), -1.0) < now:
            known[key] = (told, now)
        return told

    def _tell_once(self, name: str, code: str) -> None:
        """Log whom the workspace says nothing of, once as long as that is so."""
        if self._silent.get(name) != code:
            self._silent[name] = code
            log.warning("staff_not_looked_up", name=name, code=code)

    async def _write(self, manifest: Manifest, told: Told) -> None:
        """Write what differs, if anything does."""
        change = await self._store.read(partial(_change, manifest, told))
        if change.roles or change.puts:
            await self._store.write(partial(_put, manifest, told))

    async def _pass_everything_on(self) -> None:
        """Move what waits for whoever left or is away, and what waits for anybody."""
        leaving, away = await self._store.read(_gone)
        for person in sorted({each.person for each in leaving} | away | {PersonId(NOBODY)}):
            moved = [each.id async for each in self.passing_on_from(person)]
            if moved:
                log.info("turns_passed_on", person=person, proposals=len(moved))
        if leaving:
            await self._store.write(partial(_forget, leaving))


def _members(role: StaffedRole, told: Told) -> Iterator[UserId]:
    """List who holds a role as far as is known: the fixed list, and the group if it was told."""
    yield from role.members
    group = None if role.user_group is None else told.groups.get(role.user_group)
    yield from group or ()


def _wanted(manifest: Manifest, told: Told, kept: Mapping[Place, Holder]) -> dict[Place, Holder]:
    """Say who is to be stored as the holder of which role."""
    wanted: dict[Place, Holder] = {}
    for name, role in manifest.roles.items():
        for user in _members(role, told):
            if _may_hold(user, role, told, kept.get((name, user))):
                wanted[name, user] = _holder(manifest, told, role, user, kept.get((name, user)))
        if role.user_group is not None and told.groups.get(role.user_group) is None:
            last = (user for held, user in kept if held == name and not kept[held, user].leaving)
            for user in last:
                known = kept[name, user]
                wanted.setdefault((name, user), _holder(manifest, told, role, user, known))
    return wanted


def _may_hold(user: UserId, role: StaffedRole, told: Told, known: Holder | None) -> bool:
    """Count in members of this workspace; who could not be looked up, if they are no news."""
    account = told.accounts.get(user)
    if account is not None:
        return account.standing is Standing.MEMBER
    return user in role.members or (known is not None and not known.leaving)


def _holder(
    manifest: Manifest, told: Told, role: StaffedRole, user: UserId, known: Holder | None
) -> Holder:
    person, account = manifest.person_of(user), told.accounts.get(user)
    last = known.name if known is not None else user
    return Holder(
        role=role.role.name,
        user=user,
        person=person,
        name=manifest.names.get(person) or (account.name if account else last),
        hours=manifest.working_hours.get(person),
        rota=role.rota,
    )


def _change(manifest: Manifest, told: Told, look: Reading) -> Change:
    kept = {(each.role, each.user): each for each in look.staff.holders()}
    wanted = _wanted(manifest, told, kept)
    left = [
        replace(each, leaving=True)
        for place, each in kept.items()
        if place not in wanted and not each.leaving
    ]
    news = [each for place, each in wanted.items() if kept.get(place) != each]
    # Of a role that a group holds nothing is known before the group was asked for.
    asked = {
        name
        for name, role in manifest.roles.items()
        if role.user_group is None or role.user_group in told.groups
    }
    return Change(frozenset(asked) - look.staff.known(), (*news, *left))


def _put(manifest: Manifest, told: Told, tx: Transaction) -> None:
    change = _change(manifest, told, tx)
    for role in sorted(change.roles):
        tx.staff.know(role)
    for holder in change.puts:
        tx.staff.put(holder)


def _gone(look: Reading) -> tuple[tuple[Holder, ...], frozenset[PersonId]]:
    """Give who holds a role no longer, and who is out of office at this moment."""
    leaving = tuple(each for each in look.staff.holders() if each.leaving)
    now = look.now()
    return leaving, frozenset(each.person for each in look.staff.absences() if each.covers(now))


def _would_move(proposals: Sequence[ProposalId], look: Reading) -> tuple[ProposalId, ...]:
    """Look without a commit where there is anything to change; mostly there is nothing."""
    found = look.checkpoints.several(proposals)
    return tuple(each.id for each in found if passed_on(look, each) is not None)


def _pass_on(proposal: ProposalId, tx: Transaction) -> Checkpoint | None:
    return door.pass_on(tx, proposal)


def _forget(leaving: tuple[Holder, ...], tx: Transaction) -> None:
    """Forget who left, unless they hold the role again meanwhile."""
    still = {(each.role, each.user) for each in tx.staff.holders() if each.leaving}
    for each in leaving:
        if (each.role, each.user) in still:
            tx.staff.remove(each.role, each.user)
