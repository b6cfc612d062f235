"""`keyturn manifest diff`: what a change does, and the code that a pipeline goes by."""

import shutil
from pathlib import Path

import pytest

from manifests.loading import SHIPPED
from tests.bot.cli.conftest import Keyturn


@pytest.fixture
def candidate(tmp_path: Path) -> Path:
    folder = tmp_path / "candidate"
    shutil.copytree(SHIPPED / "actions", folder / "actions")
    shutil.copy(SHIPPED / "roles.yaml", folder)
    return folder


def edit(folder: Path, old: str, new: str, file: str = "actions/support.yaml") -> None:
    text = (folder / file).read_text()
    assert text.count(old) >= 1, old
    (folder / file).write_text(text.replace(old, new, 1))


def test_the_same_rules_mean_the_same(keyturn: Keyturn, candidate: Path) -> None:
    said = keyturn("manifest", "diff", str(SHIPPED), "candidate")
    assert (said.code, said.out, said.err) == (0, "Both mean the same.\n", "")


def test_a_comment_changes_nothing(keyturn: Keyturn, candidate: Path) -> None:
    edit(candidate, "actions:", "# Read twice.\nactions:")
    assert keyturn("manifest", "diff", str(SHIPPED), "candidate").code == 0


def test_weaker_rules_are_told_first_and_end_with_3(keyturn: Keyturn, candidate: Path) -> None:
    edit(candidate, "auto_approve_below: {amount: 50,", "auto_approve_below: {amount: 90,")
    edit(candidate, "execute_within: 1h", "execute_within: 30m")
    said = keyturn("manifest", "diff", str(SHIPPED), "candidate")
    assert said.code == 3
    assert said.out == (
        "WEAKER   process_refund: auto_approve_below: $50.00 → $90.00\n"
        "STRICTER process_refund: execute_within: 1 hour → 30 minutes\n"
        "2 changes: 1 stricter, 1 weaker.\n"
    )


def test_stricter_rules_end_with_0(keyturn: Keyturn, candidate: Path) -> None:
    edit(candidate, "window_cap: 250", "window_cap: 200")
    said = keyturn("manifest", "diff", str(SHIPPED), "candidate")
    assert (said.code, said.out.splitlines()[-1]) == (0, "1 change: 1 stricter.")


def test_a_manifest_that_cannot_be_used_is_told_with_its_place(
    keyturn: Keyturn, candidate: Path
) -> None:
    edit(candidate, "severity: high", "severity: hihg")
    said = keyturn("manifest", "diff", str(SHIPPED), "candidate")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("candidate/actions/support.yaml:")
    assert "no-manifest" in keyturn("manifest", "diff", "nowhere", "candidate").err
