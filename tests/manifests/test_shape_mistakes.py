"""Plans that could not work: refused, or pointed out, at the place where they are written."""

from pathlib import Path

import pytest

from manifests.loading import Loaded, ManifestBroken
from manifests.manifest import Action
from manifests.mistakes import Mistake
from manifests.vocabulary import WhenSilent
from tests.manifests.making import PAY, ROLES, loaded

MEDIUM = "actions:\n  pay:\n    severity: medium\n    reversible: true\n    "
HIGH = MEDIUM.replace("medium", "high")
GRAVE = HIGH.replace("true", "false")
CRITICAL = GRAVE.replace("high", "critical")
ROLLBACK = 'rollback: {how: "Pay it back.", tested_on: "2026-11-02"}'
OFFICE = """
calendars:
  office: {timezone: Europe/Berlin, opens: "09:00", closes: "17:00", holidays: DE-BE}
"""
TURNS = "{people: [U0ANA], every: 7d, starts: '2026-11-02', at: '09:00', timezone: Europe/Berlin}"


def mistakes(folder: Path, actions: str, roles: str = ROLES) -> list[Mistake]:
    with pytest.raises(ManifestBroken) as broken:
        loaded(folder, actions, roles)
    return list(broken.value.mistakes)


def warnings(rules: Loaded) -> list[str]:
    """Leave out the roles that a short story has no use for."""
    return [each.code for each in rules.warnings if each.code != "unused-role"]


def pay(folder: Path, actions: str, roles: str = ROLES) -> Action:
    return loaded(folder, actions, roles).manifest.actions[PAY]


@pytest.mark.parametrize(
    ("actions", "code"),
    [
        (MEDIUM + "oversight: on_the_loop", "unsafe-oversight"),
        (GRAVE + "oversight: on_the_loop", "unsafe-oversight"),
        (HIGH + "oversight: on_the_loop", "unsafe-oversight"),
        (HIGH + "oversight: log_and_alert", "unsafe-oversight"),
        (HIGH + "oversight: autonomous", "unsafe-oversight"),
        (GRAVE + "oversight: autonomous", "unsafe-oversight"),
        (CRITICAL + "oversight: log_and_alert", "unsafe-oversight"),
        (GRAVE.replace("high", "low") + "oversight: autonomous", "unsafe-oversight"),
        (GRAVE.replace("high", "low") + "oversight: on_the_loop", "unsafe-oversight"),
        (GRAVE.replace("high", "medium") + "oversight: log_and_alert", "unsafe-oversight"),
        (GRAVE + ROLLBACK, "contradiction"),
        (MEDIUM + "rollback: {how: x, tested_on: '0001-01-01'}", "bad-date"),
        (MEDIUM + "oversight: autonomous\n    approval_required: true", "contradiction"),
        (MEDIUM + "oversight: in_the_loop\n    approval_required: false", "contradiction"),
        (MEDIUM + "oversight: autonomous\n    confidence: {auto_approve_above: 0.9}",
         "contradiction"),
        (MEDIUM + "oversight: autonomous\n    mode: suggest", "contradiction"),
        (MEDIUM + "oversight: log_and_alert\n    announce: false", "contradiction"),
        (MEDIUM + "mode: suggest\n    conditions: {auto_approve_below_usd: 5}", "contradiction"),
        (MEDIUM + "mode: suggest\n    executed_by: payer", "contradiction"),
        (MEDIUM + "veto_within: 5m", "misfit"),
        (MEDIUM + f"oversight: on_the_loop\n    {ROLLBACK}\n    veto_within: 25h", "too-long"),
        (HIGH + "confidence: {auto_approve_above: 0.9}", "unsafe-grant"),
        (CRITICAL + "conditions: {auto_approve_below_usd: 5}", "unsafe-grant"),
        (MEDIUM + "ladder: [{within: 31d}]", "too-long"),
        (MEDIUM + "ladder: [{within: {normal: 1h, low: 31d}}]", "too-long"),
        (MEDIUM + "ladder: [{within: {soon: 1h}}]", "bad-choice"),
        (MEDIUM + "approval_timeout_seconds: 2700000", "too-long"),
        (MEDIUM + "max_life: 91d", "too-long"),
        (MEDIUM + "execute_within: 31d", "too-long"),
        (MEDIUM + "alert_every: 2d", "too-long"),
        (MEDIUM + "information: {answer_within: 31d}", "too-long"),
        (MEDIUM + "override: {seats: [boss], execute_within: 1h}", "too-long"),
        (MEDIUM + "override: {seats: [bos]}", "unknown-role"),
        (MEDIUM + "max_life: 1h\n    ladder: [{within: 2h}]", "outlived"),
        (MEDIUM + "max_life: 3h\n    ladder: [{within: {normal: 1h, low: 4h}}]", "outlived"),
        (MEDIUM + "max_life: 1h", "outlived"),
        (MEDIUM + "escalation_path: [boss, backup, boss]", "circular-path"),
        (MEDIUM + "seats: [{role: boss, people: 2}]\n    ladder: [{within: 1h}]",
         "unfillable-seats"),
        (MEDIUM + "tiers: [{above: {amount: 5, currency: USD}, seats: [boss, boss, boss]}]",
         "unfillable-seats"),
        (MEDIUM + "override: {seats: [boss, boss, boss]}", "unfillable-seats"),
        (MEDIUM + "tiers:\n    - {above: {amount: 5, currency: USD}, seats: [boss]}\n"
         "    - {above: {amount: 5.00, currency: USD}, seats: [reviewer]}", "same-tier"),
        (MEDIUM + "tiers: [{above: {amount: 5, currency: USD}, seats: [boss]}]\n"
         "    conditions: {auto_approve_below_usd: 9}", "contradiction"),
        (MEDIUM + "when_silent: approve", "bad-choice"),
        (MEDIUM + "reminders: [1]", "bad-value"),
        (MEDIUM + "reminders: [0.5, 0]", "bad-value"),
        (MEDIUM + "business_hours: office", "unknown-calendar"),
        (MEDIUM + "alternatives: {target: [customr]}\n    parameters: {customer: {type: string}}",
         "unknown-parameter"),
        (MEDIUM + "parameters: {x: {type: text, by_reference: true}}", "misfit"),
        (MEDIUM + "parameters: {x: {type: object, by_reference: true, editable: true}}",
         "contradiction"),
    ],
)  # fmt: skip
def test_what_could_not_end_well_is_refused(tmp_path: Path, actions: str, code: str) -> None:
    assert [each.code for each in mistakes(tmp_path, actions)] == [code]


@pytest.mark.parametrize(
    ("calendars", "code"),
    [
        (OFFICE.replace("DE-BE", "DE-QQ"), "unknown-holidays"),
        (OFFICE.replace("DE-BE", "QQ"), "unknown-holidays"),
        (OFFICE.replace("DE-BE", "germany"), "bad-word"),
        (OFFICE.replace("Europe/Berlin", "Berlin"), "bad-timezone"),
        (OFFICE.replace('"17:00"', "17:00"), "sexagesimal"),
        (OFFICE.replace('"09:00"', '"24:00"'), "bad-time"),
        (OFFICE.replace("office:", "9to5:"), "bad-name"),
        (OFFICE.replace("holidays: DE-BE", "days: []"), "bad-value"),
        (OFFICE.replace("holidays: DE-BE", "days: [monday]"), "bad-choice"),
        (OFFICE.replace("holidays: DE-BE", "closed_on: ['9999-12-31']"), "bad-date"),
    ],
)
def test_a_calendar_that_means_nothing_is_refused(
    tmp_path: Path, calendars: str, code: str
) -> None:
    assert [each.code for each in mistakes(tmp_path, calendars)] == [code]


def test_a_calendar_that_is_closed_for_months_is_refused(tmp_path: Path) -> None:
    """Only Mondays, and the Mondays of a quarter are left out."""
    days = [f"'2027-{month:02}-{day:02}'" for month in (1, 2, 3) for day in range(1, 29)]
    shut = OFFICE.replace("DE-BE", f"DE-BE, days: [mon], closed_on: [{', '.join(days)}]")
    (mistake,) = mistakes(tmp_path, shut.replace("'2027-03-28'", "'2027-03-29'"))
    assert mistake.code == "never-open"
    assert mistake.message == "From 2027-01-01 on it stays closed for more than 60 days."


def test_a_short_closing_is_fine(tmp_path: Path) -> None:
    days = ", ".join(f"'2027-08-{day:02}'" for day in range(1, 32))
    closed = OFFICE.replace("DE-BE", f"DE-BE, closed_on: [{days}]")
    assert warnings(loaded(tmp_path, closed)) == ["unused-calendar"]


@pytest.mark.parametrize(
    ("turns", "code"),
    [
        (TURNS.replace("[U0ANA]", "[U0ANA, U0BEN]"), "not-a-member"),
        (TURNS.replace("7d", "30m"), "short-turn"),
        (TURNS.replace("2026-11-02", "1900-01-01"), "bad-date"),
        (TURNS.replace("[U0ANA]", "[]"), "bad-value"),
    ],
)
def test_turns_that_nobody_could_take_are_refused(tmp_path: Path, turns: str, code: str) -> None:
    roles = ROLES.replace("members: [U0ANA]", f"members: [U0ANA], on_call: {turns}")
    assert [each.code for each in mistakes(tmp_path, "actions: {}", roles)] == [code]


def test_whoever_is_on_call_may_be_known_to_slack_alone(tmp_path: Path) -> None:
    roles = ROLES.replace(
        "members: [U0ANA]", f"user_group: S0REVIEW, on_call: {TURNS.replace('U0ANA', 'U0ZOE')}"
    )
    rota = loaded(tmp_path, "actions: {}", roles).manifest.actions
    assert rota == {}


@pytest.mark.parametrize(
    ("actions", "codes"),
    [
        (MEDIUM + "ladder:\n    - {within: 1h}\n    - {within: 1h}", ["needs-one-person",
                                                                       "idle-rung"]),
        (MEDIUM + "seats: [backup]\n    ladder:\n    - {within: 1h}\n"
         "    - {within: 1h, roles: [backup]}", ["needs-one-person", "idle-rung"]),
        (MEDIUM + "seats: [boss]\n    ladder: [{within: 1h}]", ["needs-one-person"]),
        (MEDIUM + "seats: [boss, boss]", ["needs-one-person", "late-quorum"]),
        (MEDIUM + "seats: [boss]", []),
        (HIGH + "approval_required: false", ["unsafe-grant"]),
        (MEDIUM + "mode: suggest\n    approval_required: false", ["unsafe-grant"]),
        (MEDIUM + "confidence: {signals: {retrieval_quality: 0.5}}", ["idle-signals"]),
        (OFFICE + MEDIUM + "title: Pay", ["unused-calendar"]),
    ],
)  # fmt: skip
def test_what_an_administrator_should_know_is_pointed_out(
    tmp_path: Path, actions: str, codes: list[str]
) -> None:
    assert sorted(warnings(loaded(tmp_path, actions))) == sorted(codes)


def test_the_one_person_is_named(tmp_path: Path) -> None:
    people = "people:\n  cora: {name: Cora Lindqvist, slack: [U0CORA, U1CORA]}\n"
    rules = loaded(tmp_path, people + MEDIUM + "seats: [boss]\n    ladder: [{within: 1h}]")
    (told,) = (each for each in rules.warnings if each.code == "needs-one-person")
    assert told.message == "What Cora Lindqvist asks for, nobody could approve for Boss."
    assert told.source.strip() == "seats: [boss]"


def test_two_accounts_are_one_person_in_a_quorum_too(tmp_path: Path) -> None:
    people = "people:\n  cora: {name: Cora, slack: [U0CORA, U1CORA]}\n"
    roles = ROLES.replace("members: [U0CORA]", "members: [U0CORA, U1CORA]")
    twice = "seats: [{role: boss, people: 2}]\n    ladder: [{within: 1h}]"
    assert warnings(loaded(tmp_path, MEDIUM + twice, roles)) == ["needs-one-person"]
    (mistake,) = mistakes(tmp_path, people + MEDIUM + twice, roles)
    assert mistake.code == "unfillable-seats"
    assert mistake.message == (
        "Boss and Boss cannot all sign: there are not enough different people."
    )


def test_a_user_group_counts_as_many(tmp_path: Path) -> None:
    roles = ROLES.replace("members: [U0CORA]", "user_group: S0BOSSES")
    twice = "seats: [{role: boss, people: 5}]\n    ladder: [{within: 1h}]"
    assert warnings(loaded(tmp_path, MEDIUM + twice, roles)) == []


def test_people_are_moved_between_seats_before_a_quorum_is_called_impossible(
    tmp_path: Path,
) -> None:
    """Ana could fill either seat; she must fill the one that Ben cannot."""
    roles = ROLES.replace("members: [U0ANA]", "members: [U0ANA, U0BEN]").replace(
        "members: [U0CORA]", "members: [U0ANA]"
    )
    both = MEDIUM + "seats: [reviewer, boss]\n    ladder: [{within: 1h}]"
    (told,) = (w for w in loaded(tmp_path, both, roles).warnings if w.code == "needs-one-person")
    assert "U0ANA, U0BEN" in told.message


def test_rungs_counted_in_open_time_may_outlast_a_life(tmp_path: Path) -> None:
    """An office is open for forty hours a week, so 600 hours of it take fifteen weeks."""
    ladder = "business_hours: office\n    max_life: 90d\n    ladder: [{within: 25d}]"
    (mistake,) = mistakes(tmp_path, OFFICE + MEDIUM + ladder)
    assert mistake.code == "outlived"
    assert mistake.message == (
        "The rungs last 25 days in all, counted in office time, yet after 90 days (max_life) "
        "an open proposal expires."
    )
    assert pay(tmp_path, OFFICE + MEDIUM + ladder.replace("25d", "20d")).plan.hours


def test_what_stays_blocked_may_take_its_time(tmp_path: Path) -> None:
    slow = pay(tmp_path, CRITICAL + "max_life: 1h\n    ladder: [{within: 2d}]")
    assert slow.plan.when_silent is WhenSilent.STAY_BLOCKED


def test_several_kinds_of_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = OFFICE.replace("DE-BE", "DE-QQ") + CRITICAL + (
        "oversight: autonomous\n    ladder: [{within: 31d, roles: [bos]}]\n"
        "    seats: [boss, boss]\n    business_hours: offce"
    )  # fmt: skip
    assert {each.code for each in mistakes(tmp_path, text)} == {
        "unknown-holidays", "unsafe-oversight", "too-long", "unknown-role", "unknown-calendar",
    }  # fmt: skip
