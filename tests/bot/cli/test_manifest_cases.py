"""`keyturn manifest test`: golden cases, their mistakes, and what is said of a case that fails."""

from pathlib import Path

import pytest

from manifests.loading import SHIPPED, load
from tests.bot.cli.conftest import Keyturn, Said

RULES = """\
defaults:
  role: boss
  operations: boss
  administrators: boss
  ladder:
    - within: 1h
    - within: 2h
      roles: [chief]
roles:
  boss: {title: Boss, channel: C0FINANCE, members: [U0ANA, U0BEN]}
  chief: {title: Chief, channel: C0EXEC, members: [U0CORA]}
actions:
  pay:
    severity: medium
    reversible: false
    seats: [boss]
    conditions:
      auto_approve_below: {amount: 20, currency: USD}
      window_cap: 200
    parameters:
      amount: {type: money, currency: USD, required: true}
"""
PAY = '{action: pay, parameters: {amount: "%s"}}'


DOUBTFUL = (
    "{name: x, proposal: {action: pay, parameters: {amount: '90.00'}, confidence: 0.2},"
    " expect: {scrutiny: escalate, channels: [C0FINANCE, C0EXEC], within: 2h}}"
)


@pytest.fixture
def cases(keyturn: Keyturn, tmp_path: Path) -> Path:
    (tmp_path / "rules.yaml").write_text(RULES)
    return tmp_path / "cases.yaml"


def tried(keyturn: Keyturn, cases: Path, *written: str) -> Said:
    cases.write_text("\n".join(["cases:", *(f"  - {each}" for each in written)]) + "\n")
    return keyturn("manifest", "test", "cases.yaml", "--manifest", "rules.yaml")


def case(expect: str, amount: str = "5.00", more: str = "", name: str = "one") -> str:
    return f"{{name: {name}, proposal: {PAY % amount}, expect: {expect}{more}}}"


def test_the_shipped_cases_are_as_expected(keyturn: Keyturn) -> None:
    words = ("test", str(SHIPPED / "cases.yaml"), "--manifest", str(SHIPPED))
    said = keyturn("manifest", *words)
    assert said.code == 0, said.out
    assert said.out.splitlines()[-1].endswith("all as expected.")


def test_cases_are_never_loaded_as_rules() -> None:
    assert "cases.yaml" not in load(SHIPPED).files


def test_the_cases_to_begin_with_are_as_expected(keyturn: Keyturn) -> None:
    keyturn("manifest", "init", "mine")
    assert keyturn("manifest", "test", "mine/cases.yaml", "--manifest", "mine").code == 0


@pytest.mark.parametrize(
    "written",
    [
        case("{scrutiny: auto_approve, rule: auto_approve_below}"),
        case("{scrutiny: auto_approve, seats: [boss], because: is below}"),
        case("{scrutiny: review, rule: window_cap}", more=", spent: {amount: 199, count: 20}"),
        case("{scrutiny: review, within: 1h, channels: [C0FINANCE]}", "90.00"),
        case('{asks: "", when_silent: expire, oversight: in_the_loop}', "90.00"),
        case("{refused: /parameters/amount}", "-1"),
        case(
            '{deadline: "2026-11-21T10:00:00Z"}',
            "90.00",
            ', at: "2026-11-21T10:00:00+01:00"',
        ),
        "{name: x, proposal: {action: fly}, expect: {scrutiny: block, rule: unknown_action}}",
        DOUBTFUL,
    ],
)
def test_a_case_that_holds(keyturn: Keyturn, cases: Path, written: str) -> None:
    said = tried(keyturn, cases, written)
    assert said.code == 0, said.out + said.err
    assert said.out.splitlines()[-1] == "1 case: all as expected."


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (case("{scrutiny: block}"), "scrutiny: expected block, got auto_approve"),
        (case("{rule: tier}"), "rule: expected tier, got auto_approve_below"),
        (case("{seats: [chief, boss]}", "90.00"), "seats: expected boss, chief, got boss"),
        (case("{channels: [C0EXEC]}", "90.00"), "channels: expected C0EXEC, got C0FINANCE"),
        (case("{asks: Which}", "90.00"), "asks: expected Which, got nothing"),
        (case("{because: the moon}", "90.00"), "because: expected the moon, got "),
        (case("{within: 5m}", "90.00"), "within: expected 5 minutes, got 1 hour"),
        (case("{veto_within: 5m}", "90.00"), "veto_within: expected 5 minutes, got "),
        (case("{when_silent: stay_blocked}"), "when_silent: expected stay_blocked, got expire"),
        (
            case(
                '{deadline: "2026-11-21T10:30:00+01:00"}',
                "90.00",
                ', at: "2026-11-21T09:00:00+01:00"',
            ),
            "deadline: expected 2026-11-21T10:30:00+01:00, got 2026-11-21T10:00:00+01:00",
        ),
        (case("{refused: /parameters/amount}"), "refused: expected /parameters/amount, got nothi"),
        (case("{scrutiny: review}", "-1"), "it would be refused: /parameters/amount is not above"),
    ],
)
def test_a_case_that_fails_says_what_came_instead(
    keyturn: Keyturn, cases: Path, written: str, words: str
) -> None:
    said = tried(keyturn, cases, case("{}"), written.replace("name: one", "name: two"))
    assert said.code == 1
    lines = said.out.splitlines()
    assert lines[:2] == ["ok    one", "FAIL  two"]
    assert lines[2].strip().startswith(words)
    assert lines[-2].strip() == "cases.yaml:3"
    assert lines[-1] == "2 cases: 1 failed."


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{name: a, proposal: {action: pay}, expects: {}}", "cases.yaml:2:"),
        (case("{scrutny: review}"), "unknown-key “scrutny”"),
        (case("{scrutiny: maybe}"), "“maybe”"),
        (case("{}", more=", at: noon"), "bad-moment “noon” is no moment."),
        (case('{deadline: "2026-11-21T09:00:00Z"}'), "no-moment"),
        ("{name: a, proposal: {action: pay, severity: low}, expect: {}}", "cases.yaml:2:49 bad-pr"),
        ("{name: a, proposal: {action: 5}, expect: {}}", "cases.yaml:2:34 bad-proposal"),
    ],
)
def test_a_mistake_in_a_case_has_its_place(
    keyturn: Keyturn, cases: Path, written: str, said: str
) -> None:
    told = tried(keyturn, cases, written)
    assert (told.code, told.out) == (2, "")
    assert said in told.err


def test_names_must_tell_cases_apart(keyturn: Keyturn, cases: Path) -> None:
    assert "duplicate-name" in tried(keyturn, cases, case("{}"), case("{}")).err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff", "cases.yaml is not UTF-8."),
        (b"cases: []", "“cases” is empty."),
        (b"", "“cases” is missing."),
        (b"a: 1\na: 2", "duplicate-key"),
        (b"# " + b"x" * 1_000_001, "larger than a megabyte"),
    ],
)
def test_a_file_that_holds_no_cases_says_why(
    keyturn: Keyturn, cases: Path, content: bytes, said: str
) -> None:
    cases.write_bytes(content)
    told = keyturn("manifest", "test", "cases.yaml", "--manifest", "rules.yaml")
    assert told.code == 2
    assert said in told.err


def test_a_file_that_is_not_there_is_one_sentence(keyturn: Keyturn) -> None:
    told = keyturn("manifest", "test", "nowhere.yaml")
    assert (told.code, told.err) == (2, "nowhere.yaml cannot be read: No such file or directory.\n")
