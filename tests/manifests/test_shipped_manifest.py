"""What the demo's manifest answers, action by action."""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from pydantic import JsonValue

from manifests.loading import SHIPPED, load
from manifests.manifest import Spent
from manifests.parameters import Sensitivity
from manifests.plan import ReviewPlan
from manifests.vocabulary import ActionName, Friction, Scrutiny, WhenSilent
from store.proposal import Proposal
from tests.manifests.making import (
    NOTHING_SPENT,
    SHIPPED_MANIFEST,
    a_proposal,
    a_refund,
    plan_for,
    window_of,
)


def plan(proposal: Proposal, spent: Spent | None = NOTHING_SPENT) -> ReviewPlan:
    return plan_for(SHIPPED_MANIFEST, proposal, spent)


def seats(plan: ReviewPlan) -> list[str]:
    return [seat.name for seat in plan.seats]


def test_it_loads_without_a_warning() -> None:
    assert load(SHIPPED).warnings == ()


def test_a_refund_of_48_dollars_passes() -> None:
    answer = plan(a_refund("48.00"))
    assert answer.scrutiny is Scrutiny.AUTO_APPROVE
    assert answer.announce
    assert answer.wording.headline == "Refund $48.00 to Acme GmbH?"


def test_a_refund_of_480_dollars_waits_for_one_reviewer() -> None:
    answer = plan(a_refund("480.00"))
    assert (answer.scrutiny, seats(answer)) == (Scrutiny.REVIEW, ["support_reviewer"])
    assert answer.because == "$480.00 is not below $50.00, so a person decides."


def test_a_refund_of_12000_dollars_waits_for_two_roles() -> None:
    answer = plan(a_refund("12000.00"))
    assert (answer.scrutiny, seats(answer)) == (Scrutiny.REVIEW, ["finance_manager", "cfo"])
    assert answer.because == (
        "$12,000.00 is above $10,000.00, so Finance manager and CFO must sign."
    )
    assert answer.signals == ("$12,000.00 is above $500.00, where a person always decides.",)


def test_a_refund_of_exactly_10000_dollars_does_not() -> None:
    assert seats(plan(a_refund("10000"))) == ["support_reviewer"]


def test_many_small_refunds_stop_at_the_cap() -> None:
    answer = plan(a_refund("48.00"), Spent(Decimal("240.00"), 5))
    assert (answer.scrutiny, answer.rule) == (Scrutiny.REVIEW, "window_cap")
    assert answer.because == (
        "With this one, $288.00 would be auto-approved within 24 hours; the cap is $250.00."
    )


def test_only_amounts_that_could_pass_are_added_up() -> None:
    window = window_of(SHIPPED_MANIFEST, a_refund("48.00"))
    assert window is not None
    assert window.name == "action=process_refund agent=tester"
    assert f"{window.currency} {window.amount}" == "USD 48.00"
    assert window_of(SHIPPED_MANIFEST, a_refund("50.00")) is None
    assert window_of(SHIPPED_MANIFEST, a_refund("48.00", "EUR")) is None
    assert window_of(SHIPPED_MANIFEST, a_proposal("update_crm_record")) is None
    assert window_of(SHIPPED_MANIFEST, a_proposal("unheard_of")) is None


@pytest.mark.parametrize("amount", [48.0, "-48.00", "0", "1e1", "NaN", " 48", "48.001", True, [48]])
def test_an_amount_that_cannot_be_told_asks_the_most_seats(amount: JsonValue) -> None:
    answer = plan(a_refund(amount))
    assert (answer.scrutiny, seats(answer)) == (Scrutiny.REVIEW, ["finance_manager", "cfo"])


def test_euros_are_not_dollars() -> None:
    answer = plan(a_refund("48.00", "EUR"))
    assert answer.scrutiny is Scrutiny.REVIEW
    assert "€48.00 is not in USD, the currency of the manifest's limits." in answer.signals


def test_a_doubtful_email_goes_straight_up() -> None:
    sent = {"customer": "Acme", "subject": "Your order", "body": "Hello", "to": "a@acme.example"}
    answer = plan(a_proposal("send_customer_email", sent, confidence=0.42))
    assert (answer.scrutiny, answer.rule) == (Scrutiny.ESCALATE, "escalate_below")
    assert answer.because == "The agent's confidence is 0.42, below 0.70."
    assert answer.friction is Friction.REVIEW_MODAL
    assert answer.editor_may_sign
    assert "acme.example" not in answer.wording.headline


def test_a_question_waits_for_a_person_whatever_the_action_allows() -> None:
    asked = a_proposal("update_crm_record", question="Which of the two?", choices=("A", "B"))
    assert (plan(asked).scrutiny, plan(asked).rule) == (Scrutiny.REVIEW, "question")
    complaint = a_proposal("clarify_complaint", {"ticket": "T-7"}, question="What is meant?")
    assert plan(complaint).wording.headline == "What does the complaint in T-7 mean?"


def test_a_question_about_a_refund_needs_only_the_usual_seat() -> None:
    asked = a_proposal("process_refund", question="Is this one covered?")
    assert seats(plan(asked)) == ["support_reviewer"]
    assert plan(asked).signals == ()


def test_what_the_agent_could_not_fill_in_is_named() -> None:
    answer = plan(a_proposal("ship_replacement", {"order_id": "A-1"}, missing=("address",)))
    assert (answer.scrutiny, answer.rule) == (Scrutiny.REVIEW, "missing")
    assert answer.because == "The agent could not fill in: address."


def test_a_missing_amount_is_weighed_once_somebody_gave_it() -> None:
    without = a_proposal("process_refund", {"currency": "USD"}, missing=("amount",))
    assert seats(plan(without)) == ["support_reviewer"]


@pytest.mark.parametrize(
    ("sent", "scrutiny", "rule"),
    [
        ({}, Scrutiny.AUTO_APPROVE, "log_and_alert"),
        ({"confidence": 0.6}, Scrutiny.AUTO_APPROVE, "log_and_alert"),
        ({"confidence": 0.59}, Scrutiny.ESCALATE, "escalate_below"),
        ({"uncertainty_factors": ("a", "b")}, Scrutiny.AUTO_APPROVE, "log_and_alert"),
        ({"uncertainty_factors": ("a", "b", "c")}, Scrutiny.ESCALATE, "uncertainty_factors"),
        ({"recommended_review": True}, Scrutiny.REVIEW, "recommended_review"),
    ],
)
def test_an_agents_signals_raise_scrutiny(
    sent: dict[str, object], scrutiny: Scrutiny, rule: str
) -> None:
    answer = plan(a_proposal("update_crm_record", {}, **sent))
    assert (answer.scrutiny, answer.rule) == (scrutiny, rule)


def test_a_critical_action_stays_blocked_while_operations_are_told() -> None:
    answer = plan(a_proposal("restart_service", {"service": "api", "environment": "production"}))
    assert answer.when_silent is WhenSilent.STAY_BLOCKED
    assert answer.alert_every.total_seconds() == 300
    assert answer.operations.channel == "C0OPS"


def test_the_demos_quick_ladder_runs_out_within_a_minute() -> None:
    answer = plan(a_proposal("flush_cache", {"cache": "prices"}))
    assert [rung.sla.total_seconds() for rung in answer.ladder] == [20, 40]
    assert answer.channels(1) == ("C0SRE", "C0FALLBACK")
    assert answer.when_silent is WhenSilent.EXPIRE


def test_every_action_declares_its_parameters_and_one_is_sensitive() -> None:
    actions = SHIPPED_MANIFEST.actions
    assert not [name for name, action in actions.items() if action.schema.open]
    card = actions[ActionName("process_refund")].schema.named("card_last4")
    assert card is not None
    assert card.sensitive is Sensitivity.MASK


def test_the_slack_app_asks_for_what_keyturn_uses_and_no_more() -> None:
    app = yaml.safe_load((Path(SHIPPED) / "slack_app.yaml").read_text("utf-8"))
    scopes = {
        *("chat:write", "channels:read", "groups:read", "users:read", "usergroups:read"),
        "files:write",
        *("channels:history", "commands", "groups:history", "im:history", "im:write"),
    }
    assert set(app["oauth_config"]["scopes"]["bot"]) == scopes
    assert app["settings"]["socket_mode_enabled"] is True
    assert app["settings"]["interactivity"]["is_enabled"] is True
    assert set(app["settings"]["event_subscriptions"]["bot_events"]) == {
        "app_home_opened",
        "message.channels",
        "message.groups",
        "subteam_members_changed",
        "user_change",
    }
