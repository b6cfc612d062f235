"""`keyturn manifest explain`: the rule and its line, what was seen, who, where, when, the card."""

import io
import json
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.agents.keys import create_key
from manifests.loading import SHIPPED
from manifests.loading_keys import AgentEntry
from manifests.vocabulary import AgentName
from tests.bot.cli.conftest import Keyturn, Said
from tests.bot.cli.past import Past, past
from tests.bot.gateway import refund

Typed = Callable[..., Awaitable[Said]]

RULES = """\
defaults:
  role: boss
  operations: boss
  administrators: boss
calendars:
  office: {timezone: Europe/Berlin, opens: "09:00", closes: "17:00"}
people:
  ana: {name: Ana Ruiz, slack: [U0ANA]}
  ben: {name: Ben Okafor, slack: [U0BEN]}
roles:
  boss: {title: Boss, channel: C0BOSS, members: [U0ANA, U0BEN, U0DEV]}
  chief: {title: Chief, channel: C0CHIEF, members: [U0CORA], user_group: S0CHIEFS}
rules:
  vip: {flags: [vip], then: escalate}
  court: {keywords: [lawyer], within: [request, reason]}
actions:
  pay:
    severity: high
    reversible: false
    conditions:
      auto_approve_below: {amount: 20, currency: USD}
      window_cap: 200
    rules:
      abroad: {parameter: country, none_of: [DE], urgency: [high], seats: [chief]}
    ladder:
      - within: 2h
      - within: 3h
        roles: [chief]
    business_hours: office
    parameters:
      amount: {type: money, currency: USD, required: true}
      country: {type: string}
      iban: {type: string, sensitive: mask}
    wording:
      headline: "Pay {amount}?"
"""


@pytest.fixture
def rules(keyturn: Keyturn, tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES)
    return path


def explained(keyturn: Keyturn, folder: Path, *words: str, **sent: Any) -> Said:
    parameters = {"amount": "480.00", "country": "FR", "iban": "DE02120300000000202051"}
    draft = {"action": "pay", "parameters": parameters, **sent}
    (folder / "draft.json").write_text(json.dumps(draft))
    return keyturn("manifest", "explain", "draft.json", "--manifest", "rules.yaml", *words)


def line_of(text: str) -> int:
    return 1 + next(n for n, line in enumerate(RULES.splitlines()) if line.strip().startswith(text))


def test_the_rule_that_decides_is_named_with_its_line(
    keyturn: Keyturn, rules: Path, tmp_path: Path
) -> None:
    said = explained(keyturn, tmp_path, flags=["vip"])
    assert said.code == 0, said.err
    assert "\n  escalate, rule vip: " in said.out
    assert f"\n  written at rules.yaml:{line_of('vip:')}\n" in said.out


def test_every_condition_is_told_with_what_was_there(
    keyturn: Keyturn, rules: Path, tmp_path: Path
) -> None:
    out = explained(keyturn, tmp_path, flags=["press"], confidence=0.9).out
    assert re.search(r"no  rule vip → escalate: the agent flagged vip: press \(rules", out)
    assert "mentions “lawyer”: no text there (rules" in out
    abroad = rf"no  rule abroad → review \(rules\.yaml:{line_of('abroad:')}\), if all of this holds"
    assert re.search(abroad, out)
    assert re.search(r"yes “country” is not DE: \"FR\"\n +no  the urgency is high: normal\n", out)
    assert "no  auto_approve_below → auto_approve: the amount is below $20.00: $480.00 (rule" in out
    assert "no  escalate_below → escalate: confidence is below 0.6: 0.9 (rules.yaml:" in out


def test_a_rule_that_holds_brings_its_seats(keyturn: Keyturn, rules: Path, tmp_path: Path) -> None:
    out = explained(keyturn, tmp_path, urgency="high").out
    assert "yes rule abroad → review" in out
    assert "Where: C0BOSS, C0CHIEF\n" in out
    assert "  Chief: U0CORA (U0CORA), the members of S0CHIEFS\n" in out


def test_people_are_named_but_for_those_who_may_not(
    keyturn: Keyturn, rules: Path, tmp_path: Path
) -> None:
    owned = AgentEntry(actions="*", owner="U0BEN")
    create_key(tmp_path / "agents.yaml", AgentName("payer"), owned)
    out = explained(keyturn, tmp_path, "--agent", "payer", on_behalf_of="Ana Ruiz").out
    assert "  Boss: U0DEV (U0DEV)\n" in out
    assert "  not Ben Okafor, who owns the agent\n" in out
    assert "  not Ana Ruiz, who asked for it\n" in out


def test_every_time_is_told_in_utc_and_where_people_are(
    keyturn: Keyturn, rules: Path, tmp_path: Path
) -> None:
    friday = ("--at", "2026-11-20T16:00+01:00", "--timezone", "Europe/Berlin")
    out = explained(keyturn, tmp_path, *friday).out
    # The office closes at five; the second hour of the first rung is Monday's first.
    climbs = "2026-11-23 09:00:00 UTC, Mon 2026-11-23 10:00:00 Europe/Berlin"
    assert f"  rung 1: Chief is called as well: {climbs}\n" in out
    ends = "2026-11-23 12:00:00 UTC, Mon 2026-11-23 13:00:00 Europe/Berlin"
    assert f"  rung 2: expires, and operations are told: {ends}\n" in out


def test_a_card_names_the_channel_of_those_who_are_called(
    keyturn: Keyturn, rules: Path, tmp_path: Path
) -> None:
    assert " Posted in C0CHIEF, too." in explained(keyturn, tmp_path, flags=["vip"]).out


def test_the_card_is_drawn_and_what_is_sensitive_stays_covered(
    keyturn: Keyturn, rules: Path, tmp_path: Path
) -> None:
    said = explained(keyturn, tmp_path, reason="\x1b[2JPlease")
    assert "  # Pay $480.00?\n" in said.out
    assert "[Reject]" in said.out
    assert "DE02120300000000202051" not in said.out
    assert "\x1b" not in said.out


def test_what_passes_has_no_reviewers(keyturn: Keyturn, rules: Path, tmp_path: Path) -> None:
    out = explained(keyturn, tmp_path, parameters={"amount": "5.00", "country": "DE"}).out
    assert "\n  auto_approve, rule auto_approve_below: $5.00 is below $20.00" in out
    assert "Who could sign" not in out
    assert "may be used until" in out


def test_what_nobody_classified_is_blocked(keyturn: Keyturn, rules: Path, tmp_path: Path) -> None:
    out = explained(keyturn, tmp_path, action="fly").out
    assert "\n  block, rule unknown_action: " in out
    assert "  written at no line: this always holds\n" in out


def test_a_draft_may_come_through_a_pipe(
    keyturn: Keyturn, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"action": "fly"}'))
    said = keyturn("manifest", "explain", "-", "--manifest", "rules.yaml")
    assert (said.code, said.out.splitlines()[0]) == (
        0, "A draft of fly by draft, before which nothing has passed"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--at", "noon"), "--at is no moment: noon. "),
        (("--at", "2026-11-21T09:00"), "--at is no moment: 2026-11-21T09:00. "),
        (("--timezone", "Moon/Base"), "--timezone is no time zone: Moon/Base. "),
        (("--manifest", "nowhere"), "nowhere:1:1 no-manifest "),
    ],
)
def test_a_wrong_option_is_told(
    keyturn: Keyturn, rules: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    told = explained(keyturn, tmp_path, *words)
    assert told.code == 2
    assert told.err.startswith(said)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "draft.json is not JSON at line 1"),
        ("[]", "draft.json would be refused: "),
        ('{"action": "pay"}', "draft.json would be refused: /parameters/amount is required"),
        ('{"action": "pay", "surprise": 1}', "draft.json would be refused: /surprise "),
    ],
)
def test_a_file_that_is_no_proposal_is_one_sentence(
    keyturn: Keyturn, rules: Path, tmp_path: Path, content: str, said: str
) -> None:
    (tmp_path / "draft.json").write_text(content)
    told = keyturn("manifest", "explain", "draft.json", "--manifest", "rules.yaml")
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert told.err.startswith(said)


def test_a_file_that_is_not_there_is_one_sentence(keyturn: Keyturn, rules: Path) -> None:
    told = keyturn("manifest", "explain", "nowhere.json", "--manifest", "rules.yaml")
    assert (told.code, told.err) == (2, "nowhere.json cannot be read: No such file or directory.\n")


@pytest.fixture
async def before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Past]:
    monkeypatch.setenv("KEYTURN_MANIFESTS", str(SHIPPED))
    async with past(f"sqlite:///{tmp_path}/keyturn.db", tmp_path, monkeypatch) as found:
        yield found


async def test_what_came_in_is_told_as_it_was_and_as_it_would_be(
    before: Past, typed: Typed, tmp_path: Path
) -> None:
    first = await before.proposes(refund("40.00", key="a"))
    second = await before.proposes(refund("41.00", key="b"))
    shutil.copytree(SHIPPED / "actions", tmp_path / "candidate" / "actions")
    roles = (SHIPPED / "roles.yaml").read_text()
    (tmp_path / "candidate" / "roles.yaml").write_text(roles)
    support = tmp_path / "candidate" / "actions" / "support.yaml"
    support.write_text(support.read_text().replace("window_cap: 250", "window_cap: 80"))
    said = await typed("manifest", "explain", second, "--manifest", "candidate")
    assert said.code == 0, said.err
    was, now = re.findall(r"^  (\w+), rule (\w+):", said.out, re.MULTILINE)
    assert was == ("auto_approve", "auto_approve_below")
    assert now == ("review", "window_cap")
    # Only what passed before it counts, not the proposal itself, nor what came later.
    assert "$40.00 passed already, $41.00 would come" in said.out
    assert "$0.00 passed already" in (await typed("manifest", "explain", first)).out


async def test_the_past_begins_when_it_came_in(before: Past, typed: Typed) -> None:
    proposal = await before.proposes(refund("480.00"))
    came = before.gateway.clock.at
    out = (await typed("manifest", "explain", proposal)).out
    assert f"  comes in: {came:%Y-%m-%d %H:%M:%S} UTC" in out
    later = (await typed("manifest", "explain", proposal, "--at", "2027-01-01T00:00+00:00")).out
    assert "  comes in: 2027-01-01 00:00:00 UTC" in later
    assert datetime.now(UTC) > came


async def test_a_proposal_nobody_knows_is_one_sentence(before: Past, typed: Typed) -> None:
    said = await typed("manifest", "explain", "p_none")
    assert (said.code, said.err) == (
        2, "There is no proposal p_none, and no such file; see keyturn list.\n"
    )  # fmt: skip
