"""Three agents of every company: support, operations, compliance."""

from typing import Any

import pytest

from manifests.plan import ReviewPlan
from manifests.vocabulary import Mode
from tests.manifests.patterns.asking import (
    ESCALATE,
    PASSES,
    REVIEW,
    answer,
    check,
    evidence,
    refund,
    seats,
    shipped,
    told,
)


def support(text: str = "It will be there on Friday.", **sent: Any) -> ReviewPlan:
    sent.setdefault("signals", {"retrieval_quality": 0.9})
    sent.setdefault("evidence", evidence("help_article"))
    sent.setdefault("checks", (check("tone", score=0.9),))
    return answer("draft_customer_reply", {"ticket": "T-7", "text": text}, **sent)


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"flags": ("vip",)}, "a person answers for"),
        ({"text": "Our terms of service say otherwise."}, "legal or billing policy"),
        ({"evidence": ()}, "rests on no source"),
        ({"flags": ("angry_customer",)}, "angry"),
        ({"flags": ("customer_escalated",)}, "complained already"),
    ],
)
def test_a_support_agents_reply_is_looked_at_and_says_why(sent: dict[str, Any], why: str) -> None:
    plan = support(**sent)
    assert plan.scrutiny >= REVIEW
    assert why in told(plan)


def test_a_support_agents_refund_waits_unless_it_is_small() -> None:
    assert refund("250.00").scrutiny is REVIEW


@pytest.mark.parametrize(
    "action",
    [
        *("restart_service", "roll_back_deployment", "scale_service", "change_permissions"),
        *("deploy_to_production", "change_production_schema", "edit_production_data"),
        *("delete_records", "bulk_update_records"),
    ],
)
def test_whatever_touches_production_waits_for_a_person(action: str) -> None:
    assert answer(action, confidence=1.0).scrutiny is not PASSES


def test_an_operations_agent_names_what_is_affected_and_people_look() -> None:
    scaled = answer("scale_service", {"service": "checkout", "replicas": 1})
    assert scaled.scrutiny is ESCALATE
    live = {"key": "cache.ttl", "value": "60", "live": True}
    assert answer("change_configuration", live).scrutiny is REVIEW
    assert answer("change_configuration", {**live, "live": False}).scrutiny is PASSES
    many = {"table": "orders", "change": "status", "count": 1001}
    assert answer("bulk_update_records", many).scrutiny is ESCALATE


def test_access_for_more_than_reading_needs_an_administrator_too() -> None:
    grant = {"email": "dev@example.com", "resource": "ledger"}
    assert seats(answer("change_permissions", {**grant, "grant": "viewer"})) == ["sre"]
    assert seats(answer("change_permissions", {**grant, "grant": "owner"})) == [
        "sre",
        "administrator",
    ]


def test_an_outsider_is_given_no_access_whoever_would_sign() -> None:
    grant = {"email": "eve@elsewhere.example", "resource": "ledger", "grant": "viewer"}
    assert "Nobody outside the company" in answer("change_permissions", grant).because


def test_provisioning_much_or_in_production_is_no_routine() -> None:
    vm = {"kind": "vm", "count": 2, "environment": "test"}
    assert answer("provision_cloud_resources", {**vm, "count": 11}).scrutiny is REVIEW
    live = answer("provision_cloud_resources", {**vm, "environment": "production"})
    assert live.scrutiny is ESCALATE


@pytest.mark.parametrize(
    ("action", "parameters", "signed_by"),
    [
        ("issue_compliance_recommendation", {}, ["compliance_officer"]),
        ("make_customer_commitment", {"promise": "We answer by Friday."}, ["support_lead"]),
        ("file_regulatory_report", {}, ["compliance_officer", "counsel"]),
        ("decide_enforcement", {}, ["compliance_officer", "counsel"]),
        ("flag_violation", {}, ["compliance_officer"]),
    ],
)
def test_a_qualified_person_owns_what_a_compliance_agent_prepares(
    action: str, parameters: dict[str, Any], signed_by: list[str]
) -> None:
    plan = answer(action, parameters, confidence=1.0)
    assert plan.scrutiny is not PASSES
    assert seats(plan) == signed_by


def test_a_summary_passes_until_it_says_what_the_law_means() -> None:
    summary = {"subject": "Retention", "text": "Invoices are kept for ten years."}
    assert answer("summarise_obligations", summary).scrutiny is PASSES
    meaning = answer("summarise_obligations", summary, flags=("legal_interpretation",))
    assert meaning.scrutiny is REVIEW
    assert "counsel" in seats(meaning)


def test_a_binding_word_brings_counsel_in() -> None:
    promise = {"customer": "Acme", "promise": "We guarantee delivery by Friday."}
    assert seats(answer("make_customer_commitment", promise)) == ["support_lead", "counsel"]


def test_enforcement_is_a_persons_own_act() -> None:
    assert shipped("decide_enforcement").plan.mode is Mode.SUGGEST


def test_erasing_somebodys_data_needs_counsel() -> None:
    request = {"person": "m@acme.example", "request": "erase"}
    assert seats(answer("answer_data_request", request)) == ["compliance_officer", "counsel"]
    assert seats(answer("answer_data_request", {**request, "request": "access"})) == [
        "compliance_officer"
    ]


def test_an_accounts_status_and_its_closing_are_not_the_agents() -> None:
    assert (
        answer("change_account_status", {"customer": "Acme", "status": "frozen"}).scrutiny is REVIEW
    )
    closed = answer("close_account", {"customer": "Acme", "balance": "20.00"})
    assert seats(closed) == ["support_lead", "compliance_officer"]


def test_outreach_to_many_goes_up() -> None:
    letter = {"to": ["a@b.example"], "subject": "Desks", "body": "Hello"}
    few = answer("send_sales_outreach", letter)
    assert few.scrutiny is REVIEW
    many = answer("send_sales_outreach", letter, affected=tuple(map(str, range(21))))
    assert many.scrutiny is ESCALATE
