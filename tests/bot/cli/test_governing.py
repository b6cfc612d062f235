"""Pausing, resuming and reloading as an operator types them, with or without a running bot."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from manifests.loading import SHIPPED
from store.checkpoint import Status
from store.ports import Listing, Reading
from store.sql import SqlStore, open_store
from tests.bot.cli.conftest import Keyturn
from tests.bot.office import NO_SEAT, ONE_SEAT, ROLES, TWO_SEATS, actions

T = TypeVar("T")


@pytest.fixture
def folder(tmp_path: Path, keyturn: Keyturn) -> Path:
    """Give the folder that commands run in, with a small manifest and a migrated database."""
    (tmp_path / "manifests" / "actions").mkdir(parents=True)
    (tmp_path / "manifests" / "roles.yaml").write_text(ROLES)
    write(tmp_path, TWO_SEATS)
    assert keyturn("migrate").code == 0
    return tmp_path


def write(folder: Path, seats: str) -> None:
    (folder / "manifests" / "actions" / "pay.yaml").write_text(actions(seats))


def look(folder: Path, query: Callable[[Reading], T]) -> T:
    async def looked() -> T:
        store: SqlStore = await open_store(f"sqlite:///{folder}/keyturn.db", workspace="default")
        try:
            return await store.read(query)
        finally:
            await store.close()

    return asyncio.run(looked())


def in_force(folder: Path) -> str:
    live = look(folder, lambda tx: tx.manifests.live())
    assert live is not None
    return live.digest


def test_a_pause_holds_for_whatever_runs_on_the_database(keyturn: Keyturn, folder: Path) -> None:
    said = keyturn("pause", "pay", "--why", "wrong amounts")
    assert said.code == 0
    assert said.out.startswith("Paused: the action pay.")
    (pause,) = look(folder, lambda tx: tx.pauses.every())
    assert (pause.scope, pause.said_by, pause.why) == (
        "action:pay", "The command line", "wrong amounts",
    )  # fmt: skip


def test_a_pause_says_why(keyturn: Keyturn, folder: Path) -> None:
    said = keyturn("pause", "everything")
    assert said.code == 2
    assert "--why" in said.err


def test_resuming_asks_two_administrators(keyturn: Keyturn, folder: Path) -> None:
    keyturn("pause", "everything", "--why", "audit week")
    said = keyturn("resume", "everything")
    assert said.out.startswith("Two administrators must agree to resume everything: proposal ")
    (question,) = look(folder, lambda tx: tx.checkpoints.page(Listing(limit=10)))
    assert question.state.status is Status.PENDING_REVIEW
    assert [seat.name for seat in question.plan.seats] == ["administrator", "administrator"]
    assert len(look(folder, lambda tx: tx.pauses.every())) == 1


def test_a_name_nobody_knows_is_refused_with_the_nearest(keyturn: Keyturn, folder: Path) -> None:
    assert keyturn("keys", "create", "refunds", "--action", "pay").code == 0
    said = keyturn("pause", "refund", "--why", "x")
    assert said.code == 2
    assert "Did you mean “refunds”?" in said.err
    assert look(folder, lambda tx: tx.pauses.every()) == ()


def test_what_is_stricter_is_in_force_and_what_is_weaker_is_asked_for(
    keyturn: Keyturn, folder: Path
) -> None:
    assert keyturn("reload").out == "The files say what is in force already.\n"
    first = in_force(folder)
    write(folder, "[reviewer, reviewer, cfo]")
    said = keyturn("reload")
    assert said.code == 0
    assert "STRICTER pay: seats" in said.out
    second = in_force(folder)
    assert second != first
    write(folder, ONE_SEAT)
    said = keyturn("reload")
    assert said.code == 0
    assert "administrators are asked: proposal p_" in said.out
    assert in_force(folder) == second


def test_files_that_cannot_be_used_change_nothing(keyturn: Keyturn, folder: Path) -> None:
    keyturn("reload")
    before = in_force(folder)
    write(folder, NO_SEAT)
    said = keyturn("reload")
    assert said.code == 2
    assert "actions/pay.yaml:6:13" in said.err
    assert in_force(folder) == before


def test_adopting_the_disk_is_for_a_manifest_that_is_lost(keyturn: Keyturn, folder: Path) -> None:
    assert "Nothing is in force yet" in keyturn("reload", "--adopt", "--why", "x").err
    keyturn("reload")
    assert "--why REASON" in keyturn("reload", "--adopt").err
    assert "can be read" in keyturn("reload", "--adopt", "--why", "x").err


def test_commands_need_no_key_file(keyturn: Keyturn, folder: Path) -> None:
    assert not (folder / "agents.yaml").exists()
    said = keyturn("pause", "agent:refunds", "--why", "x")
    assert said.code == 0
    assert "nobody of that name is known here" in " ".join(said.out.split())


def test_the_shipped_manifest_is_begun_with(keyturn: Keyturn, folder: Path) -> None:
    shutil.rmtree(folder / "manifests")
    shutil.copytree(SHIPPED / "actions", folder / "manifests" / "actions")
    shutil.copy(SHIPPED / "roles.yaml", folder / "manifests")
    assert keyturn("reload").code == 0
