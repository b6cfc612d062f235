"""Whoever classifies an action is told the file that this installation loads."""

import shutil
from pathlib import Path

import pytest

from blocks.forms.classifying import Destination
from bot.reviewing.classifying import destination_in
from manifests.loading import SHIPPED, load
from manifests.vocabulary import ActionName

WIPE = ActionName("wipe_disk")


@pytest.mark.parametrize(
    ("rules", "file"),
    [
        ("manifests", "manifests/actions/wipe_disk.yaml"),
        ("config/rules", "config/rules/actions/wipe_disk.yaml"),
        ("/srv/keyturn/of-our-bank/rules", "rules/actions/wipe_disk.yaml"),
    ],
)
def test_a_folder_is_named_as_it_was_set_and_never_from_the_root(rules: str, file: str) -> None:
    assert destination_in(Path(rules), WIPE) == Destination(file)


@pytest.mark.parametrize("rules", [".", "../rules"])
def test_a_folder_that_says_nothing_as_it_was_set_goes_by_its_own_name(
    rules: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rules").mkdir()
    monkeypatch.chdir(tmp_path / "rules")
    assert destination_in(Path(rules), WIPE).file == "rules/actions/wipe_disk.yaml"


def test_where_one_file_is_loaded_the_entry_belongs_in_it(tmp_path: Path) -> None:
    rules = tmp_path / "everything.yaml"
    rules.write_text("actions: {}\n", encoding="utf-8")
    assert destination_in(rules, WIPE) == Destination("everything.yaml", holds_all=True)


def test_what_is_saved_as_told_is_loaded(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    (rules / "actions").mkdir(parents=True)
    shutil.copy(SHIPPED / "roles.yaml", rules)
    file = tmp_path / destination_in(rules, WIPE).file
    file.write_text("actions:\n  wipe_disk:\n    severity: high\n    reversible: false\n")
    assert WIPE in load(rules).manifest.actions
