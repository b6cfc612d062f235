"""What raises scrutiny whatever the manifest says, and what a manifest can tune."""

import pytest

from manifests.proposed import Repeat
from manifests.vocabulary import ActionName
from store.proposal import Context, Denial
from tests.manifests.making import ROLES, Asked
from tests.manifests.ruling import (
    BLOCK,
    ESCALATE,
    PASSES,
    REVIEW,
    judged,
    manifest,
    plan,
    read,
    ruled,
    scrutiny,
    written,
)


def test_a_customer_who_asks_for_a_human_gets_one_at_once() -> None:
    rules = manifest("rules:\n  ask: {flags: [customer_asked_for_human], then: ask_agent}\n")
    answer = judged(rules, Asked(flags=("customer_asked_for_human",)))
    assert answer.plan.scrutiny is ESCALATE
    assert answer.plan.rule == "customer_asked_for_human"
    assert answer.plan.ask_first == ""


@pytest.mark.parametrize(
    ("request_text", "expected"),
    [
        ("Can I TALK to a human?!", ESCALATE),
        ("I want a real\nperson.", ESCALATE),
        ("talk to a humanoid", PASSES),
        ("Talk to a robot", PASSES),
        (None, PASSES),
    ],
)
def test_the_request_itself_may_ask_for_one(request_text: str | None, expected: object) -> None:
    rules = manifest("")
    assert scrutiny(rules, context=Context(request=request_text)) is expected


def test_the_phrases_are_the_manifests_own() -> None:
    roles = ROLES.replace("defaults:", "defaults:\n  human_words: [Mensch, 人工]", 1)
    rules = read(written(""), roles=roles).manifest
    for text, expected in (
        ("Ich will einen Menschen", PASSES),
        ("Einen Mensch, bitte", ESCALATE),
        ("我要人工客服", ESCALATE),
        ("talk to a human", PASSES),
    ):
        assert scrutiny(rules, context=Context(request=text)) is expected


def test_only_a_block_comes_before_a_customer_who_asks_for_a_human() -> None:
    rules = ruled("flags: [fraud], then: block")
    asked = plan(rules, Asked(flags=("fraud", "customer_asked_for_human")))
    assert (asked.scrutiny, asked.rule) == (BLOCK, "watched")


def test_nothing_passes_while_it_is_paused() -> None:
    paused = plan(manifest(""), Asked(), paused="An incident is being looked into.")
    assert (paused.scrutiny, paused.rule) == (REVIEW, "paused")
    assert paused.because == "This is paused: An incident is being looked into."


@pytest.mark.parametrize(
    ("repeat", "expected", "why"),
    [
        (Repeat(proposal="p1", number=1, named=True), REVIEW, "alternative 1 of at most 2 to what"),
        (Repeat(proposal="p1", number=2, named=True), REVIEW, "alternative 2 of at most 2 to what"),
        (Repeat(proposal="p1", number=3, named=True), ESCALATE, "at most 2 are looked at as such"),
        (Repeat(proposal="p1", number=1, named=False), ESCALATE, "asks for the same as what"),
        (
            Repeat(proposal="p1", number=1, named=False, same=True),
            ESCALATE,
            "once more what was rejected before",
        ),
        (Repeat(proposal="p1", number=1, named=True, same=True), ESCALATE, "once more"),
    ],
)
def test_what_was_rejected_never_comes_as_new(repeat: Repeat, expected: object, why: str) -> None:
    rules = manifest("alternatives: {at_most: 2}\n")
    answer = plan(rules, Asked(), repeat=repeat)
    assert (answer.scrutiny, answer.rule) == (expected, "repeat")
    assert why in answer.because
    assert "p1" not in answer.because


def test_an_override_never_passes() -> None:
    rules = manifest("override: {seats: [boss]}\n")
    answer = plan(rules, Asked(denied_by=Denial(engine="opa"), confidence=1.0))
    assert (answer.scrutiny, answer.rule, answer.overrides) == (REVIEW, "override", "opa")
    assert [seat.name for seat in answer.seats] == ["boss"]


def test_how_many_doubts_are_too_many_is_the_actions_to_say() -> None:
    strict, usual = manifest("confidence: {uncertainty_factors_at_most: 0}\n"), manifest("")
    assert scrutiny(strict, uncertainty_factors=("one",)) is ESCALATE
    assert scrutiny(usual, uncertainty_factors=("one", "two")) is PASSES
    assert scrutiny(usual, uncertainty_factors=("one", "two", "three")) is ESCALATE


def test_every_doubt_says_where_it_is_written() -> None:
    asked = Asked(confidence=0.1, uncertainty_factors=("a", "b", "c"))
    paths = {each.rule: each.path for each in judged(manifest(""), asked).opinions}
    assert paths["escalate_below"] == ("actions", "pay", "confidence", "escalate_below")
    assert paths["uncertainty_factors"][-1] == "uncertainty_factors_at_most"


def test_what_nobody_classified_is_blocked_whatever_comes_with_it() -> None:
    answer = judged(
        manifest(""), Asked(action=ActionName("unheard_of"), flags=("customer_asked_for_human",))
    )
    assert (answer.plan.scrutiny, answer.verdict.rule) == (BLOCK, "unknown_action")
    assert answer.opinions == (answer.verdict,)
