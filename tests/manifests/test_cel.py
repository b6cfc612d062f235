"""Conditions in CEL: what they may say, what they cost, and what follows when they fail."""

import sys
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifests.loading_cel import BadExpression, compiled
from manifests.vocabulary import Parameters, Urgency
from tests.manifests.making import Asked
from tests.manifests.ruling import (
    ESCALATE,
    PASSES,
    REVIEW,
    judged,
    mistakes,
    ruled,
    scrutiny,
    written,
)


@pytest.mark.parametrize(
    ("condition", "held", "silent"),
    [
        (
            "parameters.count > 3 && parameters.region == 'EU'",
            {"parameters": {"count": 4, "region": "EU"}},
            {"parameters": {"count": 4, "region": "US"}},
        ),
        ("'vip' in flags", {"flags": ("vip",)}, {"flags": ()}),
        ("signals.quality < 0.5", {"signals": {"quality": 0.1}}, {"signals": {"quality": 1}}),
        ("affected.exists(a, a.startsWith('db-'))", {"affected": ("db-1",)}, {"affected": ("x",)}),
        ("agent == 'tester' && confidence < 0.8", {"confidence": 0.7}, {"confidence": 0.8}),
        ("urgency == 'critical'", {"urgency": Urgency.CRITICAL}, {}),
        ("has(parameters.note)", {"parameters": {"note": "a"}}, {"parameters": {}}),
        (
            "parameters.tags.exists(t, t == 'x') || parameters.extra.deep == 1",
            {"parameters": {"tags": [], "extra": {"deep": 1}}},
            {"parameters": {"tags": ["y"], "extra": {"deep": 2}}},
        ),
    ],
)
def test_a_condition_speaks_of_what_was_sent(
    condition: str, held: dict[str, Any], silent: dict[str, Any]
) -> None:
    rules = ruled(f'when: "{condition}"')
    answer = judged(rules, Asked(**held))
    assert (answer.plan.scrutiny, answer.plan.rule) == (REVIEW, "watched")
    assert "cannot be told" not in answer.plan.because
    assert scrutiny(rules, **silent) is PASSES


@pytest.mark.parametrize(
    ("condition", "sent", "why"),
    [
        ("parameters.count > 3", {}, "something it speaks of is missing"),
        ("parameters.count > 3", {"parameters": {"count": "9"}}, "is of another type"),
        ("parameters.count > 3", {"parameters": {"count": None}}, "is of another type"),
        ("confidence < 0.5", {}, "something it speaks of is missing"),
        ("signals.quality < 0.5", {}, "something it speaks of is missing"),
        ("1 / parameters.count == 1", {"parameters": {"count": 0}}, "a value does not fit"),
        ("parameters.count > 3", {"parameters": {"count": 2**70}}, "a value does not fit"),
        ("parameters.note.matches('(')", {"parameters": {"note": "a"}}, "a value does not fit"),
        ("parameters.note == 'a'", {"parameters": {"note": "\ud800"}}, "a value does not fit"),
    ],
)
def test_what_cannot_be_worked_out_puts_a_person_before_it(
    condition: str, sent: dict[str, Any], why: str
) -> None:
    answer = judged(ruled(f'when: "{condition}", then: escalate'), Asked(**sent))
    assert (answer.plan.scrutiny, answer.plan.rule) == (ESCALATE, "watched")
    assert why in answer.plan.because


def test_no_value_is_told_of_a_condition_that_failed() -> None:
    sent: Parameters = {"count": 2**70, "note": "secret-4711"}
    rules = ruled('when: "parameters.count > parameters[parameters.note]"')
    because = judged(rules, Asked(parameters=sent)).plan.because
    assert str(2**70) not in because
    assert "4711" not in because


@pytest.mark.parametrize(
    ("condition", "message", "hint"),
    [
        (
            "confidense < 0.5",
            "Nothing is called “confidense” (character 1).",
            "Did you mean “confidence”?",
        ),
        ("xyz == 1", "Nothing is called “xyz” (character 1).", "A condition may speak of"),
        ("agent + 1", "(character 7): found no matching overload for '_+_'", ""),
        ("agent > 1", "(character 7): found no matching overload", ""),
        ("agent ==", "(character 9): mismatched input", ""),
        ("true &&\n  xyz", "Nothing is called “xyz” (line 2, character 3).", ""),
        ("parameters.count", "A condition must be true or false", "Compare it with something"),
        ("'text'", "A condition must be true or false", ""),
        ("(" * 400 + "true" + ")" * 400, "This is nested too deeply.", "Write two rules."),
        ("parameters" + ".a" * 400 + " == 1", "This is nested too deeply.", "Write two rules."),
        ("now() > 1", "Nothing is called “now” (character 4).", ""),
    ],
)
def test_wrong_names_and_types_are_refused_at_load(condition: str, message: str, hint: str) -> None:
    with pytest.raises(BadExpression) as refused:
        compiled(condition)
    assert refused.value.code == "bad-expression"
    assert message in refused.value.message
    assert refused.value.hint.startswith(hint)


def test_a_mistake_in_a_condition_stands_at_its_place() -> None:
    text = written("rules:\n  odd:\n    when: confidense < 0.5\n")
    (mistake,) = mistakes(text)
    assert (mistake.code, mistake.source.strip()) == ("bad-expression", "when: confidense < 0.5")


def test_without_the_library_a_condition_is_refused_and_the_rest_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compiled.cache_clear()
    monkeypatch.setitem(sys.modules, "cel_expr_python", None)
    (mistake,) = mistakes(written("rules:\n  odd: {when: 'true'}\n"))
    assert mistake.code == "no-cel"
    assert mistake.hint.startswith("Install keyturn-bot[cel],")
    assert scrutiny(ruled("flags: [vip]"), flags=("vip",)) is REVIEW


def test_a_condition_that_would_take_for_ever_ends_soon() -> None:
    rules = ruled(
        'when: "parameters.tags.all(a, parameters.tags.all(b, parameters.tags.all(c, a == c)))"'
    )
    began = time.monotonic()
    answer = judged(rules, Asked(parameters={"tags": ["x"] * 500}))
    assert "it takes too long" in answer.plan.because
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "note",
    [
        "x" * 30_000,
        ["x"] * 2_000,
        {"x" * 15_000: 1, "y" * 15_000: 2},
    ],
)
def test_too_much_is_not_looked_at(note: Any) -> None:
    answer = judged(ruled('when: "size(parameters) > 9"'), Asked(parameters={"extra": note}))
    assert "there is too much to look at" in answer.plan.because


def test_a_value_nested_without_end_is_not_looked_at() -> None:
    deep: Any = 1
    for _ in range(5_000):
        deep = [deep]
    answer = judged(ruled('when: "size(parameters) > 9"'), Asked(parameters={"extra": deep}))
    assert "there is too much to look at" in answer.plan.because


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
values = st.recursive(scalars, nested, max_leaves=8)
CONDITION = compiled("parameters.a > 3 || parameters.b.exists(x, x == agent) || confidence < 0.5")


@given(st.dictionaries(st.sampled_from("abc"), values), values)
def test_whatever_is_sent_a_condition_answers_or_cannot_tell(sent: Any, odd: Any) -> None:
    try:
        answer = CONDITION({"parameters": sent, "agent": "bot", "confidence": odd})
    except ValueError:
        return
    assert isinstance(answer, bool)
