"""Who is who, and what identifies the rules in force."""

from datetime import timedelta
from pathlib import Path

import pytest

from manifests.durations import read_duration, spoken
from manifests.loading import load
from manifests.manifest import UserGroupId
from manifests.vocabulary import UserId
from tests.manifests.making import ROLES, SHIPPED_MANIFEST, loaded

PEOPLE = """
people:
  ana: {name: Ana Ruiz, slack: [U0ANA, U1ANA]}
"""


def test_several_accounts_are_one_person_with_the_roles_of_them_all(tmp_path: Path) -> None:
    rules = loaded(tmp_path, "actions: {}", ROLES + PEOPLE).manifest
    first, second = UserId("U0ANA"), UserId("U1ANA")
    assert rules.person_of(first) == rules.person_of(second) == "ana"
    assert rules.roles_of(first) == rules.roles_of(second) == {"reviewer"}
    assert rules.names[rules.person_of(second)] == "Ana Ruiz"


def test_an_account_nobody_listed_is_its_own_person(tmp_path: Path) -> None:
    rules = loaded(tmp_path, "actions: {}").manifest
    assert rules.person_of(UserId("U0ZOE")) == "U0ZOE"
    assert rules.roles_of(UserId("U0ZOE")) == frozenset()
    assert rules.roles_of(UserId("U0BEN")) == {"backup"}


def test_a_role_may_be_held_through_a_user_group(tmp_path: Path) -> None:
    roles = ROLES.replace("members: [U0CORA]", "user_group: S0BOSSES")
    rules = loaded(tmp_path, "actions: {}", roles).manifest
    zoe = UserId("U0ZOE")
    assert rules.roles_of(zoe, {UserGroupId("S0BOSSES")}) == {"boss"}
    assert rules.roles_of(zoe, {UserGroupId("S0OTHERS")}) == frozenset()


def test_the_people_of_the_sandbox_hold_their_roles() -> None:
    held = {
        user: set(SHIPPED_MANIFEST.roles_of(UserId(user)))
        for user in ("U0ANA", "U0BEN", "U0CORA", "U0DEV", "U0ELIF", "U0FINN")
    }
    assert held == {
        "U0ANA": {"finance_manager"},
        "U0BEN": {"support_reviewer", "support_lead", "finance_manager", "fallback_reviewer"},
        "U0CORA": {"cfo", "administrator", "fallback_reviewer"},
        "U0DEV": {"sre", "operations"},
        "U0ELIF": {"administrator"},
        "U0FINN": {"support_reviewer"},
    }


def test_the_digest_follows_the_meaning_and_not_the_text(tmp_path: Path) -> None:
    def digest(actions: str) -> str:
        return loaded(tmp_path, actions).manifest.digest

    plain = digest("actions: {pay: {severity: low, reversible: true}}")
    assert plain == digest("# words\nactions:\n  pay: {reversible: true, severity: low}")
    assert plain == digest("actions: {pay: {severity: low, reversible: true, block: false}}")
    assert plain != digest("actions: {pay: {severity: low, reversible: false}}")
    assert plain.startswith("sha256:")
    assert len(plain) == len("sha256:") + 64


def test_actions_may_stand_in_several_files(tmp_path: Path) -> None:
    (tmp_path / "roles.yaml").write_text(ROLES, "utf-8")
    for name in ("pay", "ship"):
        file = tmp_path / "actions" / "more" / f"{name}.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"actions: {{{name}: {{severity: low, reversible: true}}}}", "utf-8")
    assert set(load(tmp_path).manifest.actions) == {"pay", "ship"}


@pytest.mark.parametrize(
    ("text", "length", "words"),
    [
        ("45s", timedelta(seconds=45), "45 seconds"),
        ("15m", timedelta(minutes=15), "15 minutes"),
        ("1h", timedelta(hours=1), "1 hour"),
        ("24h", timedelta(hours=24), "24 hours"),
        ("2d", timedelta(days=2), "2 days"),
        ("1h30m", timedelta(minutes=90), "90 minutes"),
        ("1d12h", timedelta(hours=36), "36 hours"),
    ],
)
def test_lengths_of_time_are_read_and_said(text: str, length: timedelta, words: str) -> None:
    assert read_duration(text) == length
    assert spoken(length) == words


@pytest.mark.parametrize("text", ["", "5", "0s", "-5m", "5 m", "1m1h", "h", "400d", "٥m", "1.5h"])
def test_what_is_no_length_of_time_is_not_guessed_at(text: str) -> None:
    assert read_duration(text) is None
