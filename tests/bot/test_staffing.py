"""The stored staff follows the manifest and the workspace; what cannot be asked stays as it was."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import cast

import pytest

from bot.judging.live_manifest import LiveManifest
from bot.messenger import Account, Hindered, Messenger, Permanent, Retryable
from bot.people.staffing import TOGETHER, Staffing
from manifests.hours import Hours
from manifests.loading import SHIPPED, load
from manifests.manifest import Manifest, UserGroupId
from manifests.vocabulary import CalendarName, PersonId, RoleName, Standing, UserId
from store import door
from store.ports import Store
from store.proposal import ProposalId
from store.sql import SqlStore, migrate, open_store
from tests.store.making import a_plan, a_proposal, a_role, an_intake

SRE = RoleName("sre")
GROUP = UserGroupId("S0SRE")
NIGHTS = Hours(
    name=CalendarName("nights"),
    timezone="UTC",
    days=frozenset(range(7)),
    opens=time(22),
    closes=time(6),
)


class Workspace:
    """Tells who is who and who is in which group, or turns down whoever asks."""

    def __init__(self) -> None:
        self.members = {"S0SRE": {"U0DEV", "U0NEW"}}
        self.standings: dict[str, Standing] = {}
        self.silent: set[str] = set()
        self.limited: set[str] = set()
        self.asked: Counter[str] = Counter()

    async def account(self, user: UserId) -> Account:
        """Look a user up."""
        self.asked[user] += 1
        if user in self.silent:
            raise Permanent("user_not_found")
        if user in self.limited:
            raise Retryable("ratelimited", 10)
        return Account(user, user.title(), self.standings.get(user, Standing.MEMBER))

    async def group(self, group: UserGroupId) -> frozenset[UserId]:
        """List the members of a user group."""
        self.asked[group] += 1
        if group in self.silent:
            raise Hindered("plan_upgrade_required")
        return frozenset(map(UserId, self.members.get(group, set())))


class Stopwatch:
    seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def with_a_group(*listed: str) -> Manifest:
    """Staff one role by a user group, besides whom the manifest lists."""
    manifest = load(SHIPPED).manifest
    grouped = replace(manifest.roles[SRE], members=tuple(map(UserId, listed)), user_group=GROUP)
    return replace(manifest, roles={**manifest.roles, SRE: grouped})


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    url = f"sqlite:///{tmp_path}/keyturn.db"
    migrate(url)
    opened = await open_store(url, workspace="here")
    yield opened
    await opened.close()


@pytest.fixture
def workspace() -> Workspace:
    return Workspace()


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def manifest() -> LiveManifest:
    return LiveManifest(with_a_group("U0ANA"))


@pytest.fixture
def staffing(
    store: Store, manifest: LiveManifest, workspace: Workspace, watch: Stopwatch
) -> Staffing:
    return Staffing(store, manifest, cast("Messenger", workspace), watch)


async def holders(store: Store, role: RoleName = SRE) -> set[str]:
    found = await store.read(lambda look: look.staff.holders())
    return {each.user for each in found if each.role == role and not each.leaving}


async def later(staffing: Staffing, watch: Stopwatch) -> bool:
    """Refresh when everything that was known is out of date."""
    watch.seconds += 3_600
    return await staffing.refresh()


async def test_a_role_is_held_by_whom_the_manifest_lists_and_by_its_group(
    staffing: Staffing, store: Store
) -> None:
    assert await staffing.refresh()
    assert await holders(store) == {"U0ANA", "U0DEV", "U0NEW"}
    assert await store.read(lambda look: look.staff.known()) == set(load(SHIPPED).manifest.roles)


async def test_at_the_first_start_the_manifests_own_people_are_there_at_once(
    staffing: Staffing, store: Store, workspace: Workspace
) -> None:
    await staffing.begin()
    assert await holders(store) == {"U0ANA"}
    assert workspace.asked.total() == 0


async def test_of_a_group_that_was_not_asked_yet_nothing_is_known(
    staffing: Staffing, store: Store, manifest: LiveManifest
) -> None:
    manifest.replace(with_a_group())
    await staffing.begin()
    assert SRE not in await store.read(lambda look: look.staff.known())
    proposal = await opened(store)
    assert await turn(store, proposal) == [""]
    await staffing.refresh()
    assert await turn(store, proposal) == ["U0NEW"]


async def test_whoever_is_no_member_of_the_workspace_is_left_out(
    staffing: Staffing, store: Store, workspace: Workspace
) -> None:
    workspace.standings = {"U0NEW": Standing.GUEST, "U0DEV": Standing.DEACTIVATED}
    await staffing.refresh()
    assert await holders(store) == {"U0ANA"}


async def test_a_group_that_cannot_be_asked_keeps_its_members_and_takes_in_nobody(
    staffing: Staffing, store: Store, workspace: Workspace, watch: Stopwatch
) -> None:
    await staffing.refresh()
    workspace.silent = {GROUP}
    workspace.members["S0SRE"] = {"U0LATER"}
    assert not await later(staffing, watch)
    assert await holders(store) == {"U0ANA", "U0DEV", "U0NEW"}
    workspace.silent = set()
    assert await later(staffing, watch)
    assert await holders(store) == {"U0ANA", "U0LATER"}


async def test_a_group_that_was_never_told_counts_nobody_in(
    staffing: Staffing, store: Store, workspace: Workspace
) -> None:
    workspace.silent = {GROUP}
    assert not await staffing.refresh()
    assert await holders(store) == {"U0ANA"}


async def test_a_workspace_without_groups_still_tells_of_everybody_else(
    staffing: Staffing,
    store: Store,
    workspace: Workspace,
    watch: Stopwatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    workspace.silent = {GROUP}
    workspace.standings = {"U0ANA": Standing.GUEST}
    for _ in range(3):
        assert not await later(staffing, watch)
    assert await holders(store) == set()
    assert workspace.asked["U0FINN"] == 3
    said = [each for each in capsys.readouterr().out.splitlines() if GROUP in each]
    assert len(said) == 1, said
    assert "plan_upgrade_required" in said[0]


async def test_an_account_that_cannot_be_asked_is_counted_in_only_if_it_was(
    staffing: Staffing, store: Store, workspace: Workspace, watch: Stopwatch
) -> None:
    workspace.silent = {"U0NEW", "U0ANA"}
    await staffing.refresh()
    assert await holders(store) == {"U0ANA", "U0DEV"}
    workspace.silent = {"U0DEV"}
    await later(staffing, watch)
    assert await holders(store) == {"U0ANA", "U0DEV", "U0NEW"}


async def test_a_workspace_that_wants_no_more_questions_is_asked_none(
    staffing: Staffing, store: Store, workspace: Workspace, watch: Stopwatch
) -> None:
    workspace.limited = {"U0ANA"}
    assert not await staffing.refresh()
    assert set(workspace.asked) & {"U0DEV", "U0NEW"} == set()
    assert await holders(store) == {"U0ANA"}
    workspace.limited = set()
    assert await later(staffing, watch)
    assert await holders(store) == {"U0ANA", "U0DEV", "U0NEW"}


async def test_names_and_hours_are_the_manifests(
    staffing: Staffing, store: Store, manifest: LiveManifest
) -> None:
    person = PersonId("ana.ruiz")
    manifest.replace(replace(manifest.current, working_hours={person: NIGHTS}))
    await staffing.refresh()
    found = await store.read(lambda look: look.staff.holders())
    (ana,) = (each for each in found if each.role == SRE and each.user == "U0ANA")
    assert (ana.person, ana.name, ana.hours) == (person, "Ana Ruiz", NIGHTS)
    (new,) = (each for each in found if each.user == "U0NEW")
    assert (new.person, new.name, new.hours) == ("U0NEW", "U0New", None)


async def test_nothing_is_written_while_nothing_changes(
    staffing: Staffing, store: Store, workspace: Workspace
) -> None:
    await staffing.refresh()
    asked = workspace.asked.total()
    before = await store.read(lambda look: look.staff.holders())
    await staffing.refresh()
    assert workspace.asked.total() == asked
    assert await store.read(lambda look: look.staff.holders()) == before


async def opened(store: Store, name: str = "p1") -> ProposalId:
    plan = a_plan(seats=(a_role("sre"),))
    intake = an_intake(a_proposal(idempotency_key=name), plan, proposal_id=name)
    checkpoint = await store.write(lambda tx: door.take_in(tx, intake))
    return checkpoint.id


async def turn(store: Store, proposal: ProposalId) -> list[str]:
    found = await store.read(lambda look: look.staff.assignments(proposal))
    return [each.user for each in found]


async def test_whoever_leaves_a_group_passes_on_what_waits(
    staffing: Staffing, store: Store, workspace: Workspace, watch: Stopwatch
) -> None:
    await staffing.refresh()
    proposal = await opened(store)
    assert await turn(store, proposal) == ["U0NEW"]
    workspace.members["S0SRE"] = {"U0DEV"}
    await later(staffing, watch)
    assert await turn(store, proposal) == ["U0ANA"]
    found = await store.read(lambda look: look.staff.holders())
    assert "U0NEW" not in {each.user for each in found}


async def test_many_turns_are_passed_on_together_and_each_is_passed_on(
    staffing: Staffing, store: SqlStore
) -> None:
    waiting = [await opened(store, f"p{number}") for number in range(2 * TOGETHER + 1)]
    before = store.commits()
    await staffing.refresh()
    assert store.commits() - before < len(waiting)
    turns = [await turn(store, proposal) for proposal in waiting]
    assert Counter(user for (user,) in turns) == {"U0ANA": 11, "U0DEV": 11, "U0NEW": 11}


async def test_what_was_begun_before_the_program_ended_is_finished_by_the_next(
    staffing: Staffing, store: Store, manifest: LiveManifest, workspace: Workspace
) -> None:
    await staffing.refresh()
    proposal = await opened(store)
    found = await store.read(lambda look: look.staff.holders())
    (holder,) = (each for each in found if each.user == "U0NEW")
    await store.write(lambda tx: tx.staff.put(replace(holder, leaving=True)))
    workspace.members["S0SRE"] = {"U0DEV"}
    next_one = Staffing(store, manifest, cast("Messenger", workspace), Stopwatch())
    await next_one.refresh()
    assert await turn(store, proposal) == ["U0ANA"]
    assert await holders(store) == {"U0ANA", "U0DEV"}


async def test_a_manifest_that_takes_a_role_away_lets_nobody_hold_it(
    staffing: Staffing, store: Store, manifest: LiveManifest
) -> None:
    await staffing.refresh()
    roles = {name: role for name, role in manifest.current.roles.items() if name != SRE}
    manifest.replace(replace(manifest.current, roles=roles))
    await staffing.refresh()
    assert await holders(store) == set()
    assert SRE in await store.read(lambda look: look.staff.known())


async def test_news_of_the_workspace_are_looked_at_soon(
    staffing: Staffing, store: Store, workspace: Workspace
) -> None:
    running = asyncio.create_task(staffing.run())
    await _until(store, {"U0ANA", "U0DEV", "U0NEW"})
    workspace.members["S0SRE"] = {"U0DEV"}
    staffing.group_changed(GROUP)
    await _until(store, {"U0ANA", "U0DEV"})
    workspace.standings = {"U0DEV": Standing.DEACTIVATED}
    staffing.account_changed(UserId("U0DEV"))
    await _until(store, {"U0ANA"})
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def _until(store: Store, users: set[str]) -> None:
    for _ in range(1_000):
        if await holders(store) == users:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"The role is held by {await holders(store)}, not by {users}.")
