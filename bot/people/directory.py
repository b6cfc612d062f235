"""Who a person is at this moment: looked up, cached for a while, never guessed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Generic, TypeVar

import structlog

from bot.judging.live_manifest import LiveManifest
from bot.messenger import Account, Messenger, Undelivered
from manifests.manifest import Manifest, UserGroupId
from manifests.vocabulary import RoleName, UserId
from store.people import Person

LOOK_UP_WITHIN = timedelta(seconds=1.5)
# Slack tells the members of groups 20 times a minute, and says by itself when they change.
GROUPS_WITHIN = timedelta(seconds=30)
ACCOUNT_WITHIN = timedelta(minutes=1)
NO_GROUPS = frozenset({"unknown_method", "plan_upgrade_required", "paid_teams_only"})
"""What a workspace answers that has no user groups; they come with a paid plan."""

log = structlog.get_logger()
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Known(Generic[V]):
    """A fact and the moment it was learnt."""

    value: V
    at: float


class Facts(Generic[K, V]):
    """A cache that shares one look-up among everybody who asks at the same time."""

    def __init__(self, look_up: Callable[[K], Awaitable[V]], clock: Callable[[], float]) -> None:
        self._look_up = look_up
        self._clock = clock
        self._known: dict[K, Known[V]] = {}
        self._under_way: dict[K, asyncio.Task[Known[V]]] = {}

    async def get(self, key: K, within: timedelta) -> Known[V]:
        """Give a fact no older than asked for."""
        known = self._known.get(key)
        if known is not None and self._clock() - known.at <= within.total_seconds():
            return known
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._learn(key))
            self._under_way[key] = task
            task.add_done_callback(partial(self._learnt, key))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            # It takes too long; whoever asks next need not wait for the same one.
            self._let_go(key, task)
            raise

    def forget(self, key: K) -> None:
        """Drop what is known, because it may have changed."""
        self._known.pop(key, None)

    def _learnt(self, key: K, task: asyncio.Task[Known[V]]) -> None:
        self._let_go(key, task)
        if not task.cancelled() and task.exception() is not None:
            # Whoever still waits for it is told; whoever gave up need not hear of it.
            log.debug("look_up_failed", why=str(task.exception()))

    def _let_go(self, key: K, task: asyncio.Task[Known[V]]) -> None:
        if self._under_way.get(key) is task:
            del self._under_way[key]

    async def _learn(self, key: K) -> Known[V]:
        # The moment before asking: the answer may be older than its arrival, never younger.
        asked_at = self._clock()
        known = Known(await self._look_up(key), asked_at)
        self._known[key] = known
        return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What is to be known of people, how recently, and at which moment it is asked."""

    at: datetime
    """By the clock that decides: facts are dated on it, whatever our own clock says."""
    within: timedelta
    """How old an account may be; groups may always be a little older."""
    roles: frozenset[RoleName]
    """The roles that matter; a snapshot tells of no others."""
    enough: frozenset[RoleName] = frozenset()
    """Whoever is listed for one of these needs no group."""


class Directory:
    """Timestamped snapshots of people; a look-up that fails counts nobody in.

    Where a workspace has no user groups at all, roles are held by whom the manifest lists.
    """

    def __init__(
        self, messenger: Messenger, manifest: LiveManifest, clock: Callable[[], float]
    ) -> None:
        self._accounts: Facts[UserId, Account] = Facts(messenger.account, clock)
        self._groups: Facts[UserGroupId, frozenset[UserId]] = Facts(messenger.group, clock)
        self._manifest = manifest
        self._clock = clock
        self._told: set[tuple[UserGroupId, str]] = set()

    async def people(self, users: Iterable[UserId], inquiry: Inquiry) -> tuple[Person, ...]:
        """Look people up; whoever could not be looked up whole and in time is left out."""
        wanted = tuple(dict.fromkeys(users))
        began = self._clock()
        try:
            async with asyncio.timeout(LOOK_UP_WITHIN.total_seconds()):
                found = await asyncio.gather(
                    *(self._person(user, inquiry, began) for user in wanted), return_exceptions=True
                )
        except TimeoutError:
            log.warning("directory_slow", users=list(wanted))
            return ()
        return tuple(self._kept(wanted, found))

    async def account(self, user: UserId) -> Account | None:
        """Look one account up; None when that failed or took too long."""
        try:
            async with asyncio.timeout(LOOK_UP_WITHIN.total_seconds()):
                return (await self._accounts.get(user, ACCOUNT_WITHIN)).value
        except (Undelivered, TimeoutError) as error:
            log.warning("account_not_looked_up", user=user, why=str(error))
            return None

    def forget_group(self, group: UserGroupId) -> None:
        """Drop a group's members, because the workspace says they changed."""
        self._groups.forget(group)

    def forget_account(self, user: UserId) -> None:
        """Drop what is known of an account, because the workspace says it changed."""
        self._accounts.forget(user)

    def _kept(
        self, wanted: tuple[UserId, ...], found: list[Person | BaseException]
    ) -> Iterable[Person]:
        for user, person in zip(wanted, found, strict=True):
            if isinstance(person, Person):
                yield person
            elif isinstance(person, Undelivered):
                log.warning("person_not_looked_up", user=user, code=person.code)
            else:
                raise person

    async def _person(self, user: UserId, inquiry: Inquiry, began: float) -> Person:
        manifest = self._manifest.current
        account = await self._accounts.get(user, inquiry.within)
        age = timedelta(seconds=max(0.0, began - account.at))
        return Person(
            user=user,
            id=manifest.person_of(user),
            name=account.value.name,
            roles=await self._roles_of(manifest, user, inquiry),
            standing=account.value.standing,
            as_of=inquiry.at - age,
        )

    async def _roles_of(
        self, manifest: Manifest, user: UserId, inquiry: Inquiry
    ) -> frozenset[RoleName]:
        """Name the roles asked about; one group that fails leaves all of them unknown."""
        listed = manifest.roles_of(user) & inquiry.roles
        if listed & inquiry.enough:
            return listed
        groups = manifest.groups_of(inquiry.roles - listed)
        found = await asyncio.gather(*(self._members(group) for group in groups))
        accounts = manifest.accounts_of(manifest.person_of(user))
        member_of = [
            group
            for group, members in zip(groups, found, strict=True)
            if not accounts.isdisjoint(members)
        ]
        return manifest.roles_of(user, member_of) & inquiry.roles

    async def _members(self, group: UserGroupId) -> frozenset[UserId]:
        try:
            return (await self._groups.get(group, GROUPS_WITHIN)).value
        except Undelivered as error:
            if error.code not in NO_GROUPS:
                log.warning("group_not_looked_up", group=group, code=error.code)
                raise
            self._tell_once(group, error.code)
            return frozenset()

    def _tell_once(self, group: UserGroupId, code: str) -> None:
        """Log that there are no groups, once for each, and not at every look at somebody."""
        if (group, code) not in self._told:
            self._told.add((group, code))
            so = "it counts nobody in; list the role's members in the manifest"
            log.warning("no_user_groups", group=group, code=code, so=so)
