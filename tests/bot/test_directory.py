"""Facts about people: dated on the clock that decides, and never half known."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from bot.judging.live_manifest import LiveManifest
from bot.messenger import Account, Hindered, Messenger, Retryable
from bot.people.directory import GROUPS_WITHIN, Directory, Inquiry
from manifests.loading import SHIPPED, load
from manifests.manifest import Manifest, UserGroupId
from manifests.vocabulary import RoleName, Standing, UserId

FINANCE, SRE = RoleName("finance_manager"), RoleName("sre")
ANA, STRANGER = UserId("U0ANA"), UserId("U0STRANGER")
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
LIVE = Inquiry(at=NOON, within=timedelta(0), roles=frozenset({FINANCE}))


class Workspace:
    """Tells who is who, counts how often it was asked, and turns down whom it is told to."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.limited: set[str] = set()
        self.lacking = ""

    async def account(self, user: UserId) -> Account:
        """Look a user up."""
        self.asked[user] += 1
        return Account(user, user, Standing.MEMBER)

    async def group(self, group: UserGroupId) -> frozenset[UserId]:
        """List the members of a user group."""
        self.asked[group] += 1
        if group in self.limited:
            raise Retryable("ratelimited", 10)
        if self.lacking:
            raise Hindered(self.lacking)
        return frozenset({STRANGER})


class Stopwatch:
    """Counts seconds when it is told to."""

    seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def with_groups() -> Manifest:
    """Staff two roles by user groups; Ana is listed for finance as well."""
    manifest = load(SHIPPED).manifest
    finance, sre = manifest.roles[FINANCE], manifest.roles[SRE]
    grouped = {
        FINANCE: replace(finance, members=(ANA,), user_group=UserGroupId("S0FINANCE")),
        SRE: replace(sre, members=(), user_group=UserGroupId("S0SRE")),
    }
    return replace(manifest, roles={**manifest.roles, **grouped})


@pytest.fixture
def workspace() -> Workspace:
    return Workspace()


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def directory(workspace: Workspace, watch: Stopwatch) -> Directory:
    return Directory(cast("Messenger", workspace), LiveManifest(with_groups()), watch)


async def test_only_groups_of_the_roles_that_matter_are_asked(
    directory: Directory, workspace: Workspace
) -> None:
    (person,) = await directory.people([STRANGER], LIVE)
    assert person.roles == {FINANCE}
    assert workspace.asked == {STRANGER: 1, "S0FINANCE": 1}


async def test_a_group_that_fails_leaves_the_person_out(
    directory: Directory, workspace: Workspace
) -> None:
    workspace.limited = {"S0FINANCE"}
    assert await directory.people([STRANGER], LIVE) == ()
    workspace.limited.clear()
    assert [each.user for each in await directory.people([STRANGER], LIVE)] == [STRANGER]


@pytest.mark.parametrize("code", ["unknown_method", "plan_upgrade_required"])
async def test_a_workspace_without_groups_counts_in_whom_the_manifest_lists(
    directory: Directory,
    workspace: Workspace,
    watch: Stopwatch,
    capsys: pytest.CaptureFixture[str],
    code: str,
) -> None:
    workspace.lacking = code
    for _ in range(3):
        listed, other = await directory.people([ANA, STRANGER], LIVE)
        assert [each.roles for each in (listed, other)] == [{FINANCE}, frozenset()]
        watch.seconds += GROUPS_WITHIN.total_seconds() + 1
    (line,) = [each for each in capsys.readouterr().out.splitlines() if "no_user_groups" in each]
    assert "S0FINANCE" in line
    assert code in line
    workspace.lacking = ""
    watch.seconds += GROUPS_WITHIN.total_seconds() + 1
    (counted,) = await directory.people([STRANGER], LIVE)
    assert counted.roles == {FINANCE}


async def test_another_roles_group_that_fails_hurts_nobody(
    directory: Directory, workspace: Workspace
) -> None:
    workspace.limited = {"S0SRE"}
    assert [each.roles for each in await directory.people([STRANGER], LIVE)] == [{FINANCE}]


async def test_whoever_is_listed_for_the_only_seat_needs_no_group(
    directory: Directory, workspace: Workspace
) -> None:
    workspace.limited = {"S0SRE"}
    inquiry = replace(LIVE, roles=frozenset({FINANCE, SRE}), enough=frozenset({FINANCE}))
    assert [each.roles for each in await directory.people([ANA], inquiry)] == [{FINANCE}]
    assert await directory.people([ANA], replace(inquiry, enough=frozenset())) == ()


async def test_groups_are_shared_for_half_a_minute_however_live_the_rest_must_be(
    directory: Directory, workspace: Workspace, watch: Stopwatch
) -> None:
    for _ in range(3):
        watch.seconds += 1
        await directory.people([STRANGER], LIVE)
    assert workspace.asked == {STRANGER: 3, "S0FINANCE": 1}
    watch.seconds += GROUPS_WITHIN.total_seconds()
    await directory.people([STRANGER], LIVE)
    assert workspace.asked["S0FINANCE"] == 2


async def test_facts_are_dated_on_the_clock_that_decides(
    directory: Directory, watch: Stopwatch
) -> None:
    (live,) = await directory.people([STRANGER], LIVE)
    assert live.as_of == NOON
    watch.seconds += 20
    later = replace(LIVE, at=NOON + timedelta(hours=1), within=timedelta(seconds=30))
    (known,) = await directory.people([STRANGER], later)
    assert known.as_of == later.at - timedelta(seconds=20)
