"""Four levels of risk, and two axes: how bad, and can it be undone."""

from datetime import timedelta

import pytest

from manifests.vocabulary import Friction, Oversight, Severity, WhenSilent
from tests.manifests.making import SHIPPED_MANIFEST
from tests.manifests.patterns.asking import (
    BLOCK,
    ESCALATE,
    PASSES,
    REVIEW,
    answer,
    check,
    evidence,
    refund,
    seats,
    shipped,
)

FINAL = [
    name
    for name, action in SHIPPED_MANIFEST.actions.items()
    if action.severity.at_least(Severity.HIGH) and not action.reversible
]


def test_a_tickets_priority_is_set_without_anybody() -> None:
    plan = answer("classify_ticket", {"ticket": "T-7", "class": "billing", "priority": 2})
    assert (plan.scrutiny, plan.severity) == (PASSES, Severity.LOW)
    assert plan.oversight is Oversight.AUTONOMOUS


def test_a_drafted_reply_waits_for_one_click() -> None:
    reply = {"ticket": "T-7", "text": "We are looking into it."}
    plan = answer(
        "draft_customer_reply",
        reply,
        evidence=evidence("help_article"),
        signals={"retrieval_quality": 0.9},
        checks=(check("tone", score=0.9),),
    )
    assert (plan.scrutiny, plan.friction) == (REVIEW, Friction.ONE_CLICK)
    assert plan.ladder[0].sla == timedelta(hours=1)


def test_a_refund_over_10000_dollars_stands_behind_a_hard_gate() -> None:
    plan = refund("10000.01", confidence=1.0)
    assert (plan.scrutiny, plan.friction) == (REVIEW, Friction.REVIEW_MODAL)
    assert seats(plan) == ["finance_manager", "cfo"]


def test_a_production_schema_stays_blocked_until_somebody_has_looked() -> None:
    change = {"database": "ledger", "statement": "ALTER TABLE entries DROP COLUMN note"}
    plan = answer("change_production_schema", change, checks=(check("migration_dry_run", "ci"),))
    assert (plan.scrutiny, plan.severity) == (REVIEW, Severity.CRITICAL)
    assert plan.when_silent is WhenSilent.STAY_BLOCKED
    assert plan.alert_every == timedelta(minutes=15)
    assert seats(plan) == ["sre", "engineer"]


@pytest.mark.parametrize("action", FINAL)
def test_what_cannot_be_undone_and_weighs_much_passes_only_as_small_money(action: str) -> None:
    written = shipped(action)
    assert written.oversight is Oversight.IN_THE_LOOP
    assert written.confidence.auto_approve_above is None
    assert answer(action, confidence=1.0).scrutiny is not PASSES
    below = written.limits.auto_approve_below
    assert below is None or written.limits.cap is not None


@pytest.mark.parametrize(
    "action",
    [
        *("send_customer_email", "wire_transfer", "delete_records", "deploy_to_production"),
        *("publish_public_reply", "send_legal_notice", "close_account", "answer_data_request"),
    ],
)
def test_severe_and_final_things_wait_for_a_person(action: str) -> None:
    plan = answer(action, confidence=0.99)
    assert plan.scrutiny in {REVIEW, ESCALATE, BLOCK}
    assert (plan.oversight, plan.reversible) == (Oversight.IN_THE_LOOP, False)


@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("provision_cloud_resources", {"kind": "vm", "count": 2, "environment": "test"}),
        ("create_draft_document", {"title": "Minutes", "text": "…"}),
        ("open_support_ticket", {"customer": "Acme", "subject": "Bent frame"}),
    ],
)
def test_severe_things_with_a_tried_rollback_run_at_once_and_may_be_vetoed(
    action: str, parameters: dict[str, object]
) -> None:
    plan = answer(action, parameters)
    assert (plan.scrutiny, plan.severity) == (PASSES, Severity.HIGH)
    assert plan.oversight is Oversight.ON_THE_LOOP
    assert plan.veto_within is not None
    assert plan.veto_within <= timedelta(minutes=15)


@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("update_crm_record", {"customer": "Acme", "field": "language", "value": "de"}),
        ("send_internal_message", {"channel": "support", "text": "The carrier is late again."}),
    ],
)
def test_small_things_are_done_and_told(action: str, parameters: dict[str, object]) -> None:
    plan = answer(action, parameters)
    assert (plan.scrutiny, plan.oversight) == (PASSES, Oversight.LOG_AND_ALERT)
    assert plan.announce


@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("query_crm", {"query": "open orders"}),
        ("summarise_conversation", {"conversation": "T-7"}),
        ("draft_for_review", {"title": "Reply", "text": "Dear Acme"}),
        ("inspect_logs", {"service": "checkout"}),
        ("retrieve_policies", {"query": "retention"}),
        ("search_personnel_policies", {"query": "parental leave"}),
        ("create_ticket", {"summary": "Flaky test"}),
    ],
)
def test_reading_summarising_and_drafting_need_nobody(
    action: str, parameters: dict[str, object]
) -> None:
    plan = answer(action, parameters)
    assert (plan.scrutiny, plan.oversight) == (PASSES, Oversight.AUTONOMOUS)


def test_all_four_ways_of_oversight_are_used_side_by_side() -> None:
    used = {each.oversight for each in SHIPPED_MANIFEST.actions.values()}
    assert used == set(Oversight)


def test_only_a_physician_diagnoses() -> None:
    plan = answer("issue_medical_diagnosis", {"patient": "P-11"}, confidence=1.0)
    assert plan.scrutiny is BLOCK
    assert "Only a physician diagnoses" in plan.because
