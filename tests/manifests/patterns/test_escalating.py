"""When an agent must hand over, and what it is stopped for."""

from typing import Any

import pytest

from manifests.plan import ReviewPlan
from manifests.proposed import Repeat
from manifests.vocabulary import ActionName, Mode, Scrutiny, UserId
from tests.manifests.making import SHIPPED_MANIFEST, a_proposal, plan_for
from tests.manifests.patterns.asking import (
    BLOCK,
    ESCALATE,
    PASSES,
    REVIEW,
    answer,
    called,
    evidence,
    failed,
    refund,
    seats,
    shipped,
    told,
)

LAWYER = "“My lawyer will hear of this mug!”"
HUMAN = "“Stop. Let me talk to a human, please.”"


def update(**sent: Any) -> ReviewPlan:
    """Propose what otherwise passes by itself."""
    return answer("update_crm_record", {"customer": "Acme", "field": "note", "value": "ok"}, **sent)


def test_it_passes_when_nothing_speaks_against_it() -> None:
    assert update(tool_calls=3, retries=0, confidence=0.9).scrutiny is PASSES


@pytest.mark.parametrize(
    ("sent", "scrutiny", "why"),
    [
        ({"request": LAWYER}, ESCALATE, "legal steps"),
        ({"flags": ("account_flagged",)}, ESCALATE, "looks like abuse"),
        ({"flags": ("suspected_fraud",)}, ESCALATE, "looks like abuse"),
        ({"flags": ("regulated_data",)}, ESCALATE, "sensitive data"),
        ({"flags": ("policy_exception",)}, ESCALATE, "exception to policy"),
        ({"flags": ("policy_violation",)}, BLOCK, "A policy forbids this"),
        ({"flags": ("angry_customer",)}, REVIEW, "angry"),
        ({"flags": ("vip",)}, REVIEW, "a person answers for"),
        ({"tool_calls": 26}, ESCALATE, "without an end in sight"),
        ({"retries": 4}, ESCALATE, "several times"),
        ({"steps": (called("crm.update", "error"),)}, REVIEW, "A tool failed"),
        ({"checks": (failed("tone"),)}, REVIEW, "did not pass"),
    ],
)
def test_a_trigger_brings_people_in(sent: dict[str, Any], scrutiny: Scrutiny, why: str) -> None:
    plan = update(**sent)
    assert plan.scrutiny is scrutiny
    assert why in told(plan)


def test_a_source_that_contradicts_escalates() -> None:
    against = evidence("tracking")[0].model_copy(update={"contradicts": True})
    assert update(evidence=(*evidence("order"), against)).scrutiny is ESCALATE


@pytest.mark.parametrize("request_", [HUMAN, "I want to SPEAK TO A PERSON now"])
def test_a_customer_who_asks_for_a_human_gets_one_at_once(request_: str) -> None:
    assert update(request=request_).scrutiny is ESCALATE
    assert update(flags=("customer_asked_for_human",)).scrutiny is ESCALATE


def test_the_lawyer_is_heard_of_whatever_is_small_enough_to_pass() -> None:
    assert refund("12.00").scrutiny is PASSES
    assert refund("12.00", request=LAWYER).scrutiny is ESCALATE
    assert refund("12.00", request="“The flawyered mug”").scrutiny is PASSES


def test_a_refund_above_the_limit_is_decided_by_a_person() -> None:
    plan = refund("501.00", confidence=1.0)
    assert plan.scrutiny is REVIEW
    assert "above $500.00, where a person always decides" in told(plan)


def test_what_nobody_has_classified_is_blocked_for_the_administrators() -> None:
    plan = answer("delete_customer_account", {"customer": "Acme"}, confidence=1.0)
    assert (plan.scrutiny, seats(plan)) == (BLOCK, ["administrator"])
    assert "not in the manifest" in plan.because


def test_a_paused_action_goes_to_people_whatever_it_is() -> None:
    plan = update(paused="Elif paused everything at 09:30.")
    assert plan.scrutiny is REVIEW


def test_another_draft_after_a_no_comes_to_people_and_the_same_again_goes_up() -> None:
    email = {"to": "a@acme.example", "customer": "Acme", "subject": "Sorry", "body": "Hello"}
    second = Repeat(proposal="p_1", number=1, named=True)
    fourth = Repeat(proposal="p_1", number=3, named=True)
    hidden = Repeat(proposal="p_1", number=1, named=False)
    assert answer("send_customer_email", email, repeat=second).scrutiny is REVIEW
    assert answer("send_customer_email", email, repeat=fourth).scrutiny is ESCALATE
    assert answer("send_customer_email", email, repeat=hidden).scrutiny is ESCALATE
    assert update(repeat=hidden).scrutiny is ESCALATE


def server(name: str, **sent: Any) -> ReviewPlan:
    return answer("shut_down_server", {"server": name}, affected=(name,), **sent)


def test_ten_idle_servers_are_shut_down_and_the_critical_one_is_not() -> None:
    assert server("batch-7").scrutiny is PASSES
    assert server("prod-ledger").scrutiny is ESCALATE
    tagged = answer("shut_down_server", {"server": "x9"}, affected=("x9#Production-Critical",))
    assert tagged.scrutiny is ESCALATE


def test_a_denied_reboot_becomes_a_request_for_one_override() -> None:
    denial = {"engine": "cedar", "policy": "no-reboot-of-critical", "message": "Access denied"}
    asked = a_proposal("reboot_server", {"server": "prod-ledger"}, denied_by=denial)
    plan = plan_for(SHIPPED_MANIFEST, asked)
    assert plan.overrides == "cedar"
    assert plan.scrutiny in {REVIEW, ESCALATE}
    assert seats(plan) == ["sre", "administrator"]
    assert plan.execute_within.total_seconds() == 600


def test_an_override_is_never_granted_by_a_rule() -> None:
    denial = {"engine": "cedar", "message": "Access denied"}
    asked = a_proposal("shut_down_server", {"server": "batch-7"}, denied_by=denial, confidence=1.0)
    plan = plan_for(SHIPPED_MANIFEST, asked)
    assert plan.scrutiny is not PASSES
    assert [rung.sla.total_seconds() for rung in plan.ladder] == [600, 1200]


def test_a_conversation_is_handed_to_a_person_with_all_that_is_known() -> None:
    assert shipped("hand_over_conversation").plan.mode is Mode.SUGGEST
    handed = answer(
        "hand_over_conversation",
        {"customer": "Acme", "summary": "They ask for a person; the order is late."},
        request=HUMAN,
        steps=(called("carrier.track"),),
    )
    assert handed.scrutiny is ESCALATE
    assert "support_reviewer" in seats(handed)


def test_a_reviewer_who_may_not_decide_can_pass_it_on() -> None:
    plan = refund("480.00")
    assert len(plan.ladder) > 1
    assert plan.fillers(plan.seats[0], 1) == {"support_reviewer", "fallback_reviewer"}
    assert UserId("U0CORA") in SHIPPED_MANIFEST.roles[plan.ladder[1].fallback[0].name].members
    assert ActionName("process_refund") in SHIPPED_MANIFEST.actions
