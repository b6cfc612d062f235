"""`keyturn manifest init` and `schema`: what an administrator begins with."""

import json
from pathlib import Path

import pytest

from manifests.loading import load
from manifests.vocabulary import RoleName
from tests.bot.cli.conftest import Keyturn


def test_what_is_begun_with_is_sound(keyturn: Keyturn) -> None:
    begun = keyturn("manifest", "init", "rules")
    assert begun.code == 0
    assert begun.out.splitlines()[-1].endswith("keyturn manifest check rules")
    said = keyturn("manifest", "check", "rules", "--strict")
    assert said.code == 0, said.err
    assert said.err == ""


def test_the_readers_own_ids_stand_in_it(keyturn: Keyturn, tmp_path: Path) -> None:
    ids = ("--reviewer", "U0ANA", "--administrator", "U0ELIF", "--review-channel", "C0FINANCE")
    assert keyturn("manifest", "init", "rules", *ids).code == 0
    manifest = load(tmp_path / "rules").manifest
    reviewer = manifest.roles[RoleName("reviewer")]
    assert (reviewer.members, reviewer.role.channel) == (("U0ANA",), "C0FINANCE")
    assert manifest.roles[RoleName("administrator")].members == ("U0ELIF", "U0ADMIN2")
    assert keyturn("manifest", "check", "rules", "--strict").code == 0


def test_nothing_is_overwritten(keyturn: Keyturn, tmp_path: Path) -> None:
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions" / "first.yaml").write_text("mine")
    said = keyturn("manifest", "init", ".")
    assert (said.code, said.err) == (
        2, "actions/first.yaml is there already; choose another folder.\n"
    )  # fmt: skip
    assert not (tmp_path / "roles.yaml").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--reviewer", "ana"), "--reviewer is no id: ana. A member id"),
        (("--review-channel", "#finance"), "--review-channel is no id: #finance. A channel id"),
        (("--reviewer", "U0ANA", "--fallback", "U0ANA"), "U0ANA is named twice"),
    ],
)
def test_a_wrong_id_is_one_sentence(
    keyturn: Keyturn, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    told = keyturn("manifest", "init", "rules", *words)
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert told.err.startswith(said)
    assert not (tmp_path / "rules").exists()


def test_a_folder_that_cannot_be_written_is_one_sentence(keyturn: Keyturn, tmp_path: Path) -> None:
    (tmp_path / "rules").write_text("a file")
    said = keyturn("manifest", "init", "rules")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "cannot be written" in said.err


def test_the_schema_is_json(keyturn: Keyturn) -> None:
    said = keyturn("manifest", "schema")
    assert said.code == 0
    assert json.loads(said.out)["$defs"]["ActionPart"]["properties"]["severity"]["description"]
