"""Windowed limits: how many, and how much, may pass without a person."""

import hashlib
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from manifests import policy
from manifests.folding import respelled
from manifests.manifest import Manifest, Spent
from manifests.vocabulary import Parameters
from tests.manifests.making import AGENT, Asked
from tests.manifests.ruling import PASSES, REVIEW, judged, manifest, scrutiny

COUNT = "limits: [{count: 3, within: 1h}]\n"
SUM = "amount_parameter: euros\nlimits: [{sum: {amount: 100, currency: EUR}, within: 1d}]\n"
TARGETED = (
    "alternatives: {target: [region, count]}\nlimits: [{count: 1, within: 1d, per: [target]}]\n"
)


def spent(amount: str = "0", count: int = 0) -> Spent:
    return Spent(Decimal(amount), count)


@pytest.mark.parametrize(("before", "expected"), [(0, PASSES), (2, PASSES), (3, REVIEW)])
def test_only_so_many_pass(before: int, expected: object) -> None:
    answer = judged(manifest(COUNT), Asked(), spent(count=before))
    assert answer.plan.scrutiny is expected
    if expected is REVIEW:
        assert answer.plan.rule == "window_limit"
        assert answer.plan.because == (
            "This would be number 4 within 1 hour per agent and action; the limit is 3."
        )
        assert answer.verdict.path == ("actions", "pay", "limits", 0)


def test_a_limit_of_none_lets_none_pass() -> None:
    assert scrutiny(manifest("limits: [{count: 0, within: 1h}]\n")) is REVIEW


@pytest.mark.parametrize(
    ("before", "euros", "expected"),
    [("60", "40", PASSES), ("60", "40.01", REVIEW), ("0", "100", PASSES), ("0", "101", REVIEW)],
)
def test_only_so_much_passes(before: str, euros: str, expected: object) -> None:
    asked = Asked(parameters={"euros": euros, "currency": "EUR"})
    answer = judged(manifest(SUM), asked, spent(before))
    assert answer.plan.scrutiny is expected


@pytest.mark.parametrize("euros", [None, "many", -1, 4.5])
def test_what_cannot_be_added_up_puts_a_person_before_it(euros: Any) -> None:
    assert scrutiny(manifest(SUM), parameters={"euros": euros}) is REVIEW


def test_sums_nobody_knows_let_nothing_pass() -> None:
    for conditions in (COUNT, SUM):
        asked = Asked(parameters={"euros": "1"})
        answer = judged(manifest(conditions), asked, None)
        assert (answer.plan.scrutiny, answer.plan.rule) == (REVIEW, "window_limit")
        assert answer.plan.because == "How much passed lately is not known here."


TWO_CURRENCIES = """\
limits:
  - {sum: {amount: 100, currency: EUR}, within: 1d}
  - {sum: {amount: 10, currency: USD}, within: 1d}
"""


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [("50", "EUR", PASSES), ("50", "USD", REVIEW), ("9", "USD", PASSES), ("1", "CHF", REVIEW)],
)
def test_each_currency_has_its_own_limit(amount: str, currency: str, expected: object) -> None:
    sent = {"amount": amount, "currency": currency}
    assert scrutiny(manifest(TWO_CURRENCIES), parameters=sent) is expected


def names(rules: Manifest, **sent: Any) -> list[tuple[str, str]]:
    return [(each.name, each.currency) for each in policy.windows_of(rules, Asked(**sent), AGENT)]


@pytest.mark.parametrize(
    ("per", "name"),
    [
        ("[agent]", "agent=tester"),
        ("[action]", "action=pay"),
        ("[agent, action]", "action=pay agent=tester"),
        ("[action, agent, agent]", "action=pay agent=tester"),
    ],
)
def test_a_sum_is_named_after_what_it_is_added_up_for(per: str, name: str) -> None:
    rules = manifest(f"limits: [{{count: 3, within: 1h, per: {per}}}]\n")
    assert names(rules) == [(name, "")]


def test_each_target_has_its_own_count() -> None:
    rules = manifest(TARGETED)
    one: dict[str, Any] = {"parameters": {"region": "EU", "count": 7}}
    digest = hashlib.sha256(b'[["region","eu"],["count","7"]]').hexdigest()
    assert names(rules, **one) == [(f"target={digest}", "")]
    passed = {f"target={digest}": spent(count=1)}
    assert judged(rules, Asked(**one), passed).plan.scrutiny is REVIEW
    other = Asked(parameters={"region": "US", "count": 7})
    assert judged(rules, other, passed).plan.scrutiny is PASSES


def test_a_target_nobody_can_tell_is_not_counted_but_looked_at() -> None:
    rules = manifest(TARGETED)
    untold: tuple[Parameters, ...] = ({}, {"count": None}, {"count": 2**60})
    for each in untold:
        sent: Parameters = {"region": "EU", **each}
        answer = judged(rules, Asked(parameters=sent))
        assert (answer.plan.scrutiny, answer.plan.target) == (REVIEW, "")
        assert names(rules, parameters=sent) == []


def test_the_cap_and_a_limit_share_one_sum() -> None:
    rules = manifest(
        "amount_parameter: euros\n"
        "conditions: {auto_approve_below: {amount: 50, currency: EUR}, window_cap: 300}\n"
        "limits: [{sum: {amount: 100, currency: EUR}, within: 7d}]\n"
    )
    windows = policy.windows_of(rules, Asked(parameters={"euros": "20"}), AGENT)
    assert {each.name for each in windows} == {"action=pay agent=tester"}
    assert [each.length for each in windows] == [timedelta(days=1), timedelta(days=7)]


def test_an_action_without_limits_adds_up_nothing() -> None:
    assert names(manifest("")) == []


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=2, max_size=2))
def test_a_target_is_written_in_canonical_form(values: list[str]) -> None:
    plan = judged(BOTH, Asked(parameters={"region": values[0], "note": values[1]})).plan
    pairs = [["region", respelled(values[0])], ["note", respelled(values[1])]]
    assert plan.target == rfc8785.dumps(pairs).decode()


@pytest.mark.parametrize(
    "respelt", ["acme gmbh", "ACME GmbH ", "ACME  GmbH", "Acme-GmbH", "ＡCME GmbH"]
)
def test_another_spelling_is_no_other_target(respelt: str) -> None:
    rules = manifest(TARGETED)
    first = names(rules, parameters={"region": "ACME GmbH", "count": 7})
    for number in (7, 7.0, "7", "7.00", " 7.0 "):
        assert names(rules, parameters={"region": respelt, "count": number}) == first
    assert names(rules, parameters={"region": respelt, "count": -7}) != first
    assert names(rules, parameters={"region": "ACME AG", "count": 7}) != first


@pytest.mark.parametrize(("one", "other"), [("★", "☆"), ("", "!"), (True, 1), (0.1, 0.11), (10, 1)])
def test_what_differs_in_more_than_spelling_stays_apart(one: Any, other: Any) -> None:
    assert respelled(one) != respelled(other)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_one_spelling_is_its_own(value: Any) -> None:
    once = respelled(value)
    assert repr(respelled(once)) == repr(once)


BOTH = manifest("alternatives: {target: [region, note]}\n")
