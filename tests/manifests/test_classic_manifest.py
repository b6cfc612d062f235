"""The classic action manifest, as blog posts print it, loads as it is and means what it says."""

import shutil
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from manifests.loading import Loaded, ManifestBroken, load
from manifests.manifest import Spent
from manifests.plan import ReviewPlan
from manifests.vocabulary import ActionName, Scrutiny
from tests.manifests.making import NOTHING_SPENT, ROLES, a_proposal, plan_for, window_of

EMAIL = ActionName("send_customer_email")
REFUND = ActionName("process_refund")
TEXT = Path(__file__).with_name("action_manifest.yaml")


@pytest.fixture
def classic(tmp_path: Path) -> Loaded:
    (tmp_path / "roles.yaml").write_text(ROLES, "utf-8")
    return load(Path(shutil.copy(TEXT, tmp_path)))


def refund(classic: Loaded, usd: str, spent: Spent | None = NOTHING_SPENT) -> ReviewPlan:
    proposal = a_proposal(REFUND, {"amount": usd}, confidence=0.99)
    return plan_for(classic.manifest, proposal, spent)


def test_a_refund_of_12_dollars_needs_nobody(classic: Loaded) -> None:
    plan = refund(classic, "12")
    assert (plan.scrutiny, plan.rule) == (Scrutiny.AUTO_APPROVE, "auto_approve_below")
    assert plan.because == (
        "$12.00 is below $50.00; with it, $12.00 of $500.00 are used within 24 hours."
    )


@pytest.mark.parametrize("usd", ["50", "50.00", "480.00", "500.00"])
def test_between_50_and_500_a_person_looks(classic: Loaded, usd: str) -> None:
    plan = refund(classic, usd)
    assert (plan.scrutiny, plan.rule) == (Scrutiny.REVIEW, "approval_required")


@pytest.mark.parametrize("usd", ["500.01", "4800", "4800.00"])
def test_a_refund_of_4800_dollars_always_needs_a_person(classic: Loaded, usd: str) -> None:
    plan = refund(classic, usd)
    assert (plan.scrutiny, plan.rule) == (Scrutiny.REVIEW, "always_approve_above")


def test_the_cap_nobody_wrote_is_ten_times_the_limit_and_is_pointed_out(classic: Loaded) -> None:
    assert "assumed-cap" in [warning.code for warning in classic.warnings]
    window = window_of(classic.manifest, a_proposal(REFUND, {"amount": "12"}))
    assert window is not None
    assert (window.currency, window.length) == ("USD", timedelta(hours=24))
    assert refund(classic, "12", Spent(Decimal(488), 40)).scrutiny is Scrutiny.AUTO_APPROVE
    assert refund(classic, "12.01", Spent(Decimal(488), 40)).rule == "window_cap"


def test_without_a_known_sum_nothing_passes_by_itself(classic: Loaded) -> None:
    assert refund(classic, "12", None).scrutiny is Scrutiny.REVIEW


def test_the_timeout_is_per_rung(classic: Loaded) -> None:
    ladders = {name: action.plan.ladder for name, action in classic.manifest.actions.items()}
    email, money = ladders[EMAIL], ladders[REFUND]
    assert [rung.sla for rung in email] == [timedelta(hours=1)] * 2
    assert [rung.sla for rung in money] == [timedelta(minutes=15)] * 2


def test_the_escalation_path_names_the_seat_and_then_the_rungs(tmp_path: Path) -> None:
    staffed = (
        ROLES
        + """
  primary_reviewer: {title: Primary reviewer, channel: C0FIRST, members: [U0ANA]}
  team_lead: {title: Team lead, channel: C0LEAD, members: [U0BEN]}
"""
    )
    (tmp_path / "roles.yaml").write_text(staffed, "utf-8")
    classic = load(Path(shutil.copy(TEXT, tmp_path)))
    plan = classic.manifest.actions[EMAIL].plan
    assert [seat.name for seat in plan.seats] == ["primary_reviewer"]
    assert [[role.name for role in rung.fallback] for rung in plan.ladder] == [[], ["team_lead"]]
    assert [warning.code for warning in classic.warnings] == ["assumed-cap", "unused-role"]


def test_roles_nobody_defined_fall_to_the_default_with_a_warning(classic: Loaded) -> None:
    plan = classic.manifest.actions[EMAIL].plan
    assert [seat.name for seat in plan.seats] == ["reviewer"]
    assert [role.name for role in plan.ladder[1].fallback] == ["backup"]
    said = [warning.message for warning in classic.warnings if warning.code == "undefined-role"]
    assert said == [
        "No role is called “primary_reviewer”; Reviewer will be asked instead.",
        "No role is called “team_lead”; Backup will be asked instead.",
    ]


def test_without_an_escalation_path_the_default_ladder_holds(classic: Loaded) -> None:
    plan = classic.manifest.actions[REFUND].plan
    assert [seat.name for seat in plan.seats] == ["reviewer"]
    assert [[role.name for role in rung.fallback] for rung in plan.ladder] == [[], ["backup"]]


def test_an_email_is_never_sent_because_the_agent_is_sure(classic: Loaded) -> None:
    plan = plan_for(
        classic.manifest, a_proposal(EMAIL, {"to": "a@b.example"}, confidence=1.0), None
    )
    assert plan.scrutiny is Scrutiny.REVIEW


@pytest.mark.parametrize("action", ["query_crm", "create_jira_ticket"])
def test_what_is_harmless_and_can_be_undone_passes(classic: Loaded, action: str) -> None:
    plan = plan_for(classic.manifest, a_proposal(action, {"anything": 1}), None)
    assert (plan.scrutiny, plan.announce) == (Scrutiny.AUTO_APPROVE, False)


def test_an_unknown_action_is_blocked_and_put_before_the_administrators(classic: Loaded) -> None:
    plan = plan_for(classic.manifest, a_proposal("drop_database"), None)
    assert (plan.scrutiny, plan.rule) == (Scrutiny.BLOCK, "unknown_action")
    assert [seat.name for seat in plan.seats] == ["administrator"]


def test_a_currency_the_agent_names_must_be_the_limits_own(classic: Loaded) -> None:
    for named in ({"currency": "EUR"}, {"Currency": "btc"}, {"currency_code": None}):
        proposal = a_proposal(REFUND, {"amount": "12", **named})
        assert plan_for(classic.manifest, proposal, NOTHING_SPENT).rule == "unclear_amount"
    dollars = a_proposal(REFUND, {"amount": "12", "currency": "USD"})
    assert plan_for(classic.manifest, dollars, NOTHING_SPENT).scrutiny is Scrutiny.AUTO_APPROVE


def test_switching_the_audit_off_is_refused(tmp_path: Path) -> None:
    (tmp_path / "roles.yaml").write_text(ROLES, "utf-8")
    silenced = TEXT.read_text("utf-8").replace("audit_log: true", "audit_log: false")
    (tmp_path / "action_manifest.yaml").write_text(silenced, "utf-8")
    with pytest.raises(ManifestBroken) as broken:
        load(tmp_path)
    assert [(m.code, m.line) for m in broken.value.mistakes] == [
        ("audit-required", 13),
        ("audit-required", 26),
    ]
