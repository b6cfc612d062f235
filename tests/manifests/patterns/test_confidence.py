"""What being sure, or unsure, changes."""

from typing import Any

import pytest

from manifests.plan import ReviewPlan
from manifests.vocabulary import Scrutiny
from tests.manifests.patterns.asking import (
    BLOCK,
    ESCALATE,
    PASSES,
    REVIEW,
    answer,
    evidence,
    seats,
    told,
)

AGREEING = {"retrieval_quality": 0.9, "historical_accuracy": 0.95}


def closing(**sent: Any) -> ReviewPlan:
    sent.setdefault("signals", AGREEING)
    return answer("close_ticket", {"ticket": "T-7", "resolution": "answered"}, **sent)


@pytest.mark.parametrize(
    ("confidence", "scrutiny"), [(0.95, PASSES), (0.94, REVIEW), (0.60, REVIEW), (0.59, ESCALATE)]
)
def test_the_same_action_passes_waits_or_escalates_by_confidence(
    confidence: float, scrutiny: Scrutiny
) -> None:
    assert closing(confidence=confidence).scrutiny is scrutiny


def test_an_agent_that_asks_for_a_review_gets_one_however_sure_it_is() -> None:
    assert closing(confidence=0.99, recommended_review=True).scrutiny is REVIEW


def test_more_than_two_uncertainties_escalate_however_sure_it_is() -> None:
    doubts = ("The contract is unusual.", "Two accounts match.", "The date is missing.")
    assert closing(confidence=0.99, uncertainty_factors=doubts).scrutiny is ESCALATE
    assert closing(confidence=0.99, uncertainty_factors=doubts[:2]).scrutiny is not ESCALATE


@pytest.mark.parametrize(
    "signals", [{}, {"retrieval_quality": 0.9}, {**AGREEING, "retrieval_quality": 0.7}]
)
def test_the_models_own_word_alone_is_not_enough(signals: dict[str, float]) -> None:
    assert closing(confidence=0.99, signals=signals).scrutiny is REVIEW


def test_weak_retrieval_goes_back_to_the_agent_before_people_read_it() -> None:
    reply = {"ticket": "T-7", "text": "It will be there on Friday."}
    plan = answer(
        "draft_customer_reply",
        reply,
        signals={"retrieval_quality": 0.3},
        evidence=evidence("help_article"),
    )
    assert plan.scrutiny is not PASSES
    assert "Please look again" in plan.ask_first


def test_a_doubtful_fraud_flag_goes_straight_up() -> None:
    flag = {"customer": "Acme", "pattern": "Nine cards in one hour."}
    assert answer("flag_fraud", flag, confidence=0.79).scrutiny is ESCALATE
    assert answer("flag_fraud", flag, confidence=0.80).scrutiny is REVIEW


def test_an_email_the_agent_is_unsure_of_goes_straight_up() -> None:
    email = {"to": "a@acme.example", "customer": "Acme", "subject": "Your desk", "body": "Hello"}
    assert answer("send_customer_email", email, confidence=0.69).scrutiny is ESCALATE
    assert answer("send_customer_email", email, confidence=0.70).scrutiny is REVIEW


def test_a_complaint_the_agent_does_not_understand_becomes_a_question() -> None:
    plan = answer(
        "clarify_complaint",
        {"ticket": "T-7", "customer": "Acme"},
        question="They are upset about shipping; what is the regional complaint about?",
        confidence=0.9,
    )
    assert (plan.scrutiny, seats(plan)) == (REVIEW, ["support_reviewer"])


def test_a_policy_violation_is_blocked_whatever_the_confidence() -> None:
    plan = closing(confidence=1.0, flags=("policy_violation",))
    assert plan.scrutiny is BLOCK
    assert "A policy forbids this" in told(plan)


def test_confidence_never_releases_what_cannot_be_undone() -> None:
    refund = {"amount": "400.00", "currency": "USD", "customer": "Acme", "order_id": "A-1"}
    assert answer("process_refund", refund, confidence=1.0).scrutiny is REVIEW
