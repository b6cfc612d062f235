"""Every mistake is told at once, at its place, with what to do about it."""

from pathlib import Path

import pytest

from manifests.loading import ManifestBroken, load, render
from tests.manifests.making import ROLES, loaded

HERE = Path(__file__).parent
GOLDEN = HERE / "golden" / "mistakes.txt"


def test_a_thoroughly_broken_manifest_is_told_all_at_once() -> None:
    with pytest.raises(ManifestBroken) as broken:
        load(HERE / "broken")
    assert render(broken.value.mistakes) + "\n" == GOLDEN.read_text("utf-8")


def codes(folder: Path, actions: str, roles: str = ROLES) -> list[str]:
    with pytest.raises(ManifestBroken) as broken:
        loaded(folder, actions, roles)
    return [mistake.code for mistake in broken.value.mistakes]


ACTION = "actions:\n  pay:\n    severity: high\n    reversible: false\n    "
TWICE = """conditions:
      always_approve_above_usd: 5
      always_approve_above: {amount: 5, currency: USD}"""
MISSPELT = """conditions: {always_approve_above_usd: 50}
    amount_parameter: totl
    parameters: {total: {type: money, currency: USD}}"""


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("seats: [boss, nobody]", "unknown-role"),
        ("seats: [no]", "ambiguous-word"),
        ("seats: []", "bad-value"),
        ("seats: boss", "wrong-type"),
        ("description: on", "ambiguous-word"),
        ("alert_every: 12:30", "sexagesimal"),
        ("alert_every: 900", "bad-duration"),
        ("alert_every: 0m", "bad-duration"),
        ("approval_timeout_seconds: 15m", "bad-duration"),
        ("approval_timeout_seconds: 0", "bad-duration"),
        ("approval_timeout_seconds: 0o17", "bad-duration"),
        ("approval_timeout_seconds: 017", "odd-number"),
        ("approval_timeout_seconds: 1_000", "odd-number"),
        ("title: &here Pay\n    description: *here", "alias"),
        ("title: !!python/name:os.system x", "tag"),
        ("? [a, b]\n    : c", "bad-key"),
        ("<<: {severity: low}", "bad-key"),
        ("severity: low", "duplicate-key"),
        ("confidence: {escalate_below: 1.5}", "bad-confidence"),
        ("confidence: {escalate_below: .nan}", "odd-number"),
        ("confidence: {auto_approve_above: 0.99}", "unsafe-grant"),
        ("conditions: {auto_approve_below: {amount: -5, currency: USD}}", "bad-amount"),
        ("conditions: {auto_approve_below: {amount: 5, currency: usd}}", "bad-currency"),
        ("conditions: {auto_approve_below: 5}", "wrong-type"),
        ("conditions: {auto_approve_below_usd: 50, always_approve_above_usd: 5}", "contradiction"),
        ("conditions: {auto_approve_below_usd: 50}\n    parameters: {}", "unknown-parameter"),
        (TWICE, "contradiction"),
        (MISSPELT, "unknown-parameter"),
        ("approval_required: false\n    conditions: {auto_approve_below_usd: 5}", "contradiction"),
        ("ladder: [{within: 5m}]\n    escalation_path: [boss]", "contradiction"),
        ("ladder: [{within: 5m, roles: [bos]}]", "unknown-role"),
        ("ladder: []", "bad-value"),
        ("wording: {headline: 'Pay {amount.__class__}?'}", "bad-template"),
        ("wording: {headline: 'Pay {0}?'}", "bad-template"),
        ("wording: {headline: 'Pay {amount!r}?'}", "bad-template"),
        ("parameters: {x: {type: money}}", "no-currency"),
        ("parameters: {x: {type: money, currency_parameter: y}}", "unknown-parameter"),
        (
            "parameters: {x: {type: money, currency_parameter: y}, y: {type: string}}",
            "optional-currency",
        ),
        ("parameters: {x: {type: date, maximum: 2026-13-01}}", "wrong-type"),
        ("parameters: {x: {type: datetime, minimum: 2026-11-21T09:30:00}}", "wrong-type"),
        ("parameters: {x: {type: string, choices: [yes, maybe]}}", "ambiguous-word"),
        ("parameters: {x: {type: integer, minimum: few}}", "wrong-type"),
        ("parameters: {x: {type: integer, minimum: [1]}}", "wrong-type"),
        ("parameters: {x: {type: text, min_length: 3, max_length: 2}}", "crossed-bounds"),
        (
            "parameters: {x: {type: date, minimum: 2026-01-02, maximum: 2026-01-01}}",
            "crossed-bounds",
        ),
        ("parameters: {x: [1]}", "wrong-type"),
        ("parameters: 5", "wrong-type"),
        ("parameters: {x: {type: strng}}", "bad-choice"),
    ],
)
def test_a_mistake_in_an_action_is_found(tmp_path: Path, line: str, code: str) -> None:
    assert codes(tmp_path, ACTION + line) == [code]


def test_a_quoted_word_is_a_word(tmp_path: Path) -> None:
    rules = loaded(tmp_path, ACTION + 'title: "on"\n    description: "12:30"')
    (action,) = rules.manifest.actions.values()
    assert (action.title, action.description) == ("on", "12:30")


def test_an_irreversible_action_without_a_cap_still_asks_a_person(tmp_path: Path) -> None:
    rules = loaded(tmp_path, ACTION + "approval_required: false")
    assert [warning.code for warning in rules.warnings] == ["unsafe-grant", "unused-role"]


@pytest.mark.parametrize("word", ["role", "operations", "administrators"])
def test_the_defaults_name_roles_that_exist(tmp_path: Path, word: str) -> None:
    lines = [
        f"  {word}: nobody" if line.startswith(f"  {word}: ") else line
        for line in ROLES.splitlines()
    ]
    assert "unknown-role" in codes(tmp_path, "actions: {}", "\n".join(lines))


def test_nothing_to_load_is_one_clear_sentence(tmp_path: Path) -> None:
    for path, said in ((tmp_path, "This folder holds no"), (tmp_path / "x", "There is no such")):
        with pytest.raises(ManifestBroken, match=said):
            load(path)


def test_a_lone_file_without_roles_says_what_is_missing(tmp_path: Path) -> None:
    alone = tmp_path / "rules.yaml"
    alone.write_text("actions: {}", "utf-8")
    with pytest.raises(ManifestBroken, match=r"Write defaults with role, operations"):
        load(alone)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"actions: \xff", "unreadable"),
        (b"actions: {}\n#" + b"x" * 1_000_001, "unreadable"),
        (b"actions: {}\x00", "yaml"),
        (b"actions: [", "yaml"),
        (b"- actions", "wrong-type"),
        (b"actions: 5", "wrong-type"),
        (b"actions: {}\n---\nactions: {}", "several-documents"),
        (b"a: " + b"[" * 30 + b"]" * 30, "too-deep"),
        (b"actions: {9lives: {severity: low, reversible: true}}", "bad-name"),
    ],
)
def test_a_file_that_is_no_manifest_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "roles.yaml").write_text(ROLES, "utf-8")
    (tmp_path / "actions.yaml").write_bytes(content)
    with pytest.raises(ManifestBroken) as broken:
        load(tmp_path)
    assert code in [mistake.code for mistake in broken.value.mistakes]


def test_a_broken_role_is_told_once_and_not_again_by_those_who_name_it(tmp_path: Path) -> None:
    roles = ROLES.replace("channel: C0BOSS", "channel: boss")
    assert codes(tmp_path, ACTION + "seats: [boss]", roles) == ["bad-word"]
