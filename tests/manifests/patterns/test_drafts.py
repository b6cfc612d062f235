"""Drafts that people read, change, send back or send."""

import pytest
from pydantic import JsonValue

from manifests.checking import complaints
from manifests.parameters import ParameterType
from manifests.vocabulary import Friction, Mode
from tests.manifests.patterns.asking import (
    BLOCK,
    ESCALATE,
    REVIEW,
    answer,
    check,
    evidence,
    failed,
    seats,
    shipped,
    told,
)

STEPS: list[JsonValue] = [f"Step {number}" for number in range(1, 21)]
PLAN: dict[str, JsonValue] = {"database": "legacy", "steps": STEPS}


def test_the_hr_director_clicks_send_on_a_termination_notice() -> None:
    plan = answer(
        "send_termination_notice",
        {"employee": "J. Doe", "case": "HR-12", "notice_days": 90, "letter": "Dear J. Doe, …" * 9},
        confidence=1.0,
        evidence=evidence("investigation_report"),
    )
    assert (plan.scrutiny, seats(plan)) == (REVIEW, ["hr_director"])
    assert plan.wording.approve_label == "Send"
    assert plan.friction is Friction.REVIEW_MODAL


def test_the_interview_before_it_is_read_by_somebody_as_well() -> None:
    plan = answer("send_interview_questions", {"case": "HR-12", "questions": ["What did you see?"]})
    assert (plan.scrutiny, seats(plan)) == (REVIEW, ["hr_partner"])


def test_a_migration_of_20_steps_can_be_changed_step_by_step() -> None:
    schema = shipped("run_migration_plan").schema
    steps = schema.named("steps")
    assert steps is not None
    assert (steps.type, steps.editable) == (ParameterType.LIST, True)
    assert complaints(schema, PLAN, ()) == ()
    edited: list[JsonValue] = [*STEPS[:3], "Copy in batches of 1,000", *STEPS[4:]]
    assert complaints(schema, {**PLAN, "steps": edited}, ()) == ()
    assert complaints(schema, {**PLAN, "steps": []}, ())


def test_its_editor_is_not_the_one_who_signs() -> None:
    plan = answer("run_migration_plan", PLAN)
    assert (plan.scrutiny, seats(plan)) == (REVIEW, ["engineer", "sre"])
    assert not plan.editor_may_sign


def test_its_scripts_are_pinned_by_a_digest() -> None:
    scripts = shipped("run_migration_plan").schema.named("scripts")
    assert scripts is not None
    assert scripts.by_reference


def test_a_reply_to_a_complaint_may_be_edited_and_sent() -> None:
    email = shipped("send_customer_email")
    assert {"subject", "body"} <= {each.name for each in email.schema.editable}
    draft = {"to": "a@acme.example", "customer": "Acme", "subject": "Sorry", "body": "Hello"}
    plan = answer("send_customer_email", draft)
    assert (plan.scrutiny, seats(plan)) == (REVIEW, ["support_reviewer"])
    assert (plan.editor_may_sign, plan.wording.approve_label) == (True, "Send")


@pytest.mark.parametrize(
    ("action", "signed_by"),
    [
        ("draft_customer_reply", "support_reviewer"),
        ("propose_remediation", "engineer"),
        ("edit_production_data", "sre"),
        ("send_sales_outreach", "support_lead"),
        ("issue_compliance_recommendation", "compliance_officer"),
        ("send_legal_notice", "counsel"),
    ],
)
def test_a_draft_is_approved_by_somebody_of_the_trade(action: str, signed_by: str) -> None:
    plan = answer(action)
    assert plan.scrutiny is not BLOCK
    assert plan.scrutiny >= REVIEW
    assert signed_by in seats(plan)


@pytest.mark.parametrize("action", ["send_customer_email", "publish_public_reply"])
def test_whatever_the_public_reads_is_read_before(action: str) -> None:
    assert answer(action, confidence=1.0).scrutiny >= REVIEW


def test_a_failed_tone_sends_the_draft_back_to_the_agent() -> None:
    plan = answer(
        "draft_customer_reply",
        {"ticket": "T-7", "text": "Read the manual."},
        signals={"retrieval_quality": 0.9},
        evidence=evidence("help_article"),
        checks=(failed("tone", score=0.2),),
    )
    assert plan.scrutiny >= REVIEW
    assert plan.ask_first


def test_a_failed_compatibility_check_escalates_a_merge() -> None:
    merge = {"repository": "shop", "number": 7}
    built = check("build", "ci")
    plan = answer("merge_pull_request", merge, checks=(built, failed("api_compatibility", "ci")))
    assert plan.scrutiny is ESCALATE


def test_a_failed_build_blocks_a_merge() -> None:
    merge = {"repository": "shop", "number": 7}
    sound = check("api_compatibility", "ci")
    assert (
        answer("merge_pull_request", merge, checks=(failed("build", "ci"), sound)).scrutiny is BLOCK
    )


def test_nothing_merges_itself() -> None:
    merge = {"repository": "shop", "number": 7, "paths": "src/cart.py"}
    sound = (check("build", "ci"), check("api_compatibility", "ci"))
    plan = answer("merge_pull_request", merge, checks=sound, confidence=1.0)
    assert (plan.scrutiny, seats(plan)) == (REVIEW, ["engineer"])
    migrating = answer(
        "merge_pull_request", {**merge, "paths": "db/migrations/0042.sql"}, checks=sound
    )
    assert seats(migrating) == ["engineer", "sre"]
    assert "touches migrations" in told(migrating)


@pytest.mark.parametrize(
    "action", ["suggest_restart", "roll_back_deployment", "open_incident_bridge"]
)
def test_a_suggestion_gives_no_leave_to_act(action: str) -> None:
    plan = answer(action, confidence=1.0)
    assert (plan.scrutiny, plan.mode) == (REVIEW, Mode.SUGGEST)
