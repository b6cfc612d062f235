"""Who decides about how much."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from manifests.manifest import Spent
from manifests.plan import ReviewPlan
from manifests.vocabulary import Scrutiny
from tests.manifests.making import NOTHING_SPENT
from tests.manifests.patterns.asking import (
    BLOCK,
    PASSES,
    REVIEW,
    answer,
    check,
    evidence,
    failed,
    refund,
    seats,
    told,
)


def order(amount: str, **sent: Any) -> ReviewPlan:
    wanted = {"amount": amount, "vendor": "Papyrus", "cost_centre": "4711"}
    return answer("submit_purchase_order", wanted, **sent)


@pytest.mark.parametrize(
    ("amount", "scrutiny", "signed_by"),
    [
        ("999.99", PASSES, ["finance_manager"]),
        ("1000.00", REVIEW, ["finance_manager"]),
        ("10000.00", REVIEW, ["finance_manager"]),
        ("10000.01", REVIEW, ["cfo"]),
    ],
)
def test_a_purchase_order_passes_or_waits_for_one_of_two_roles(
    amount: str, scrutiny: Scrutiny, signed_by: list[str]
) -> None:
    plan = order(amount)
    assert (plan.scrutiny, seats(plan)) == (scrutiny, signed_by)


def test_whoever_signs_a_purchase_order_has_four_hours() -> None:
    plan = order("2500.00")
    assert plan.ladder[0].sla == timedelta(hours=4)
    assert [role.name for role in plan.ladder[1].fallback] == ["cfo"]


def test_purchase_orders_do_not_slip_through_in_pieces() -> None:
    plan = order("990.00", spent=Spent(Decimal("4950.00"), 5))
    assert (plan.scrutiny, seats(plan)) == (REVIEW, ["finance_manager"])


@pytest.mark.parametrize(
    ("amount", "scrutiny"), [("12.00", PASSES), ("250.00", REVIEW), ("4800.00", REVIEW)]
)
def test_not_every_refund_needs_a_person(amount: str, scrutiny: Scrutiny) -> None:
    assert refund(amount).scrutiny is scrutiny


def test_a_hundred_refunds_of_49_dollars_do_not_slip_under_50() -> None:
    spent, passed = Decimal(0), 0
    for _ in range(100):
        if refund("49.00", spent=Spent(spent, passed)).scrutiny is PASSES:
            spent, passed = spent + 49, passed + 1
    assert (passed, spent) == (5, Decimal(245))


def wire(**sent: Any) -> ReviewPlan:
    payment = {"total": "50000.00", "payee": "Steelworks", "account": "DE02", "invoice": "INV-7"}
    return answer("wire_transfer", payment, **sent)


def sound_wire() -> ReviewPlan:
    return wire(evidence=evidence("invoice"), checks=(check("payee_is_known", "ledger"),))


def test_a_wire_of_50000_dollars_needs_finance_and_the_cfo() -> None:
    plan = sound_wire()
    assert (plan.scrutiny, seats(plan)) == (REVIEW, ["finance_manager", "cfo"])
    assert plan.ask_first == ""


def test_the_agent_that_proposes_a_wire_never_holds_the_pen() -> None:
    assert sound_wire().executed_by == "payments-executor"


def test_a_wire_without_its_invoice_goes_back_to_the_agent_first() -> None:
    plan = wire(checks=(check("payee_is_known", "ledger"),))
    assert plan.scrutiny >= REVIEW
    assert "invoice" in plan.ask_first


def test_a_wire_to_somebody_unknown_is_blocked() -> None:
    plan = wire(evidence=evidence("invoice"), checks=(failed("payee_is_known", "ledger"),))
    assert plan.scrutiny is BLOCK


def test_an_agents_own_word_for_a_check_does_not_count() -> None:
    plan = wire(evidence=evidence("invoice"), checks=(check("payee_is_known", "myself"),))
    assert plan.scrutiny is BLOCK


def bill(total: str, spent: Spent = NOTHING_SPENT) -> ReviewPlan:
    payment = {"total": total, "vendor": "Papyrus", "invoice": "INV-8"}
    agreeing = (check("invoice_matches_order", "ledger"),)
    return answer(
        "pay_invoice", payment, spent=spent, evidence=evidence("invoice"), checks=agreeing
    )


def test_small_bills_are_paid_but_never_two_to_one_vendor_a_day() -> None:
    assert bill("80.00").scrutiny is PASSES
    assert bill("80.00", Spent(Decimal(1), 1)).scrutiny is REVIEW
    assert bill("100.00").scrutiny is REVIEW


def test_an_insurance_claim_needs_two_people_of_one_role_whatever_the_model_says() -> None:
    claim = {"payout": "8000.00", "claim": "C-19"}
    plan = answer(
        "pay_insurance_claim",
        claim,
        confidence=1.0,
        evidence=evidence("damage_report", "photograph", "photograph"),
        checks=(check("faithfulness", "eval-service", 0.97), check("fraud_score", "riskd")),
    )
    assert (plan.scrutiny, seats(plan)) == (REVIEW, ["finance_manager", "finance_manager"])
    large = answer("pay_insurance_claim", {"payout": "25000.01", "claim": "C-20"})
    assert seats(large) == ["finance_manager", "cfo"]


def test_an_invoice_is_read_before_it_leaves_the_house() -> None:
    invoice = {"amount": "20.00", "currency": "EUR", "customer": "Acme"}
    plan = answer("issue_invoice", invoice, confidence=1.0)
    assert (plan.scrutiny, seats(plan)) == (REVIEW, ["finance_manager"])


def test_a_budget_needs_the_cfo_only_when_it_is_large() -> None:
    budget = {"cost_centre": "4711", "vendor": "Papyrus"}
    assert seats(answer("commit_budget", {**budget, "amount": "50000"})) == ["finance_manager"]
    assert seats(answer("commit_budget", {**budget, "amount": "50001"})) == [
        "finance_manager",
        "cfo",
    ]


def test_money_left_on_an_account_brings_finance_in() -> None:
    little = answer("close_account", {"customer": "Acme", "balance": "20.00"})
    full = answer("close_account", {"customer": "Acme", "balance": "100.01"})
    assert "finance_manager" not in seats(little)
    assert set(seats(full)) == {"support_lead", "compliance_officer", "finance_manager"}
    assert "There is money on the account" in told(full)


def test_what_was_posted_wrongly_is_set_right_after_a_look() -> None:
    plan = answer("post_compensation", {"entry": "J-88", "amount": "120.00"}, confidence=1.0)
    assert (plan.scrutiny, plan.reversible, seats(plan)) == (REVIEW, True, ["finance_manager"])
