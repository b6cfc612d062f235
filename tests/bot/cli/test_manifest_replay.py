"""`keyturn manifest replay`: what other rules would have made of what really happened."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.cli.manifests import history
from manifests.loading import SHIPPED
from store.ports import Listing
from tests.bot.cli.conftest import Keyturn, Said
from tests.bot.cli.past import Past, past
from tests.bot.gateway import refund
from tests.contracts.conftest import KINDS

Typed = Callable[..., Awaitable[Said]]


@pytest.fixture(params=KINDS)
async def before(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Past]:
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
    else:
        url = f"sqlite:///{tmp_path}/keyturn.db"
    async with past(url, tmp_path, monkeypatch) as found:
        yield found


@pytest.fixture
def candidate(tmp_path: Path) -> Path:
    folder = tmp_path / "candidate"
    shutil.copytree(SHIPPED / "actions", folder / "actions")
    shutil.copy(SHIPPED / "roles.yaml", folder)
    return folder / "actions" / "support.yaml"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


async def replay(typed: Typed, *words: str) -> Said:
    return await typed("manifest", "replay", "--manifest", "candidate", *words)


async def test_the_same_rules_change_nothing(
    before: Past, typed: Typed, candidate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PAGE", 3)
    # The sum of those under $50 reaches its cap of $250 on the way.
    sent = [refund("48.00", key=str(each)) for each in range(8)]
    await before.propose_all([*sent, refund("480.00", key="large")])
    said = await replay(typed)
    assert (said.code, said.out) == (0, "9 proposals: nothing changes.\n"), said.err


async def test_what_would_change_is_listed_with_its_effect(
    before: Past, typed: Typed, candidate: Path
) -> None:
    small, large = await before.propose_all([refund("40.00", key="a"), refund("12000.00", key="b")])
    edit(candidate, "auto_approve_below: {amount: 50,", "auto_approve_below: {amount: 30,")
    edit(candidate, "{amount: 10000, currency: USD}", "{amount: 20000, currency: USD}")
    said = await replay(typed)
    assert said.code == 3
    stricter, weaker, total = said.out.splitlines()
    assert stricter.startswith(f"STRICTER {small} ")
    assert stricter.endswith(
        "UTC process_refund by support: auto_approve (auto_approve_below) "
        "→ review (approval_required) by Support reviewer"
    )
    assert weaker.startswith(f"WEAKER   {large} ")
    assert "by Finance manager and CFO → review (always_approve_above)" in weaker
    assert total == "2 proposals: 2 change: 1 stricter, 1 weaker."


async def test_sums_are_added_up_again_in_order(
    before: Past, typed: Typed, candidate: Path
) -> None:
    ids = await before.propose_all([refund("40.00", key=str(each)) for each in range(5)])
    edit(candidate, "window_cap: 250", "window_cap: 100")
    said = await replay(typed)
    assert said.code == 0
    changed = [line.split()[1] for line in said.out.splitlines()[:-1]]
    assert changed == ids[2:]
    assert said.out.splitlines()[-1] == "5 proposals: 3 change: 3 stricter."


async def test_what_passed_before_the_first_counts_too(
    before: Past, typed: Typed, candidate: Path
) -> None:
    await before.propose_all([refund("40.00", key=str(each)) for each in range(2)])
    late = await before.proposes(refund("40.00", key="late"), minutes=23 * 60)
    edit(candidate, "window_cap: 250", "window_cap: 100")
    said = await replay(typed, "--since", "36h")
    assert said.out.splitlines()[0].startswith(f"STRICTER {late}")
    assert said.out.splitlines()[-1] == "1 proposal: 1 changes: 1 stricter."


async def test_what_would_be_refused_is_stricter(
    before: Past, typed: Typed, candidate: Path
) -> None:
    await before.proposes(refund("40.00"))
    edit(candidate, "choices: [USD, EUR]", "choices: [EUR]")
    said = await replay(typed)
    assert "refused: /parameters/currency is not one of the choices" in said.out


async def test_nothing_is_written(before: Past, typed: Typed, candidate: Path) -> None:
    await before.proposes(refund("40.00"))
    everything = await before.gateway.store.read(lambda tx: tx.checkpoints.page(Listing()))
    edit(candidate, "window_cap: 250", "window_cap: 30")
    await replay(typed)
    again = await before.gateway.store.read(lambda tx: tx.checkpoints.page(Listing()))
    assert again == everything


@pytest.mark.parametrize("length", ["30", "soon", "0d", "2y"])
def test_a_length_nobody_can_read_is_one_sentence(keyturn: Keyturn, length: str) -> None:
    said = keyturn("manifest", "replay", "--since", length, "--manifest", str(SHIPPED))
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert said.err.startswith(f"--since is no length of time: {length}.")


def test_without_a_database_it_says_what_to_do(keyturn: Keyturn) -> None:
    said = keyturn("manifest", "replay", "--manifest", str(SHIPPED))
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "keyturn migrate" in said.err
