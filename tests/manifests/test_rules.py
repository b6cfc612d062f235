"""Each kind of condition: when it holds, when not, and what follows when nobody can tell."""

import time
from typing import Any

import pytest

from manifests.manifest import Manifest
from manifests.vocabulary import AgentName, Urgency
from store.proposal import Check, Context, Evidence, Step
from tests.manifests.making import AGENT, Asked
from tests.manifests.ruling import (
    BLOCK,
    ESCALATE,
    PASSES,
    REVIEW,
    judged,
    plan,
    read,
    ruled,
    scrutiny,
    written,
)


def holds(rule: str, parameters: dict[str, Any]) -> tuple[bool, bool]:
    """Say whether a rule held, and whether it could be told at all."""
    answer = judged(ruled(f"{rule}, then: escalate"), Asked(parameters=parameters))
    held = answer.verdict.rule == "watched"
    assert answer.plan.scrutiny is (ESCALATE if held else PASSES)
    return held, "cannot be told" not in answer.verdict.because


HELD, SILENT, UNTOLD = (True, True), (False, True), (True, False)


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        ("parameter: region, one_of: [EU, US]", "EU", HELD),
        ("parameter: region, one_of: [EU, US]", "eu ", HELD),
        ("parameter: region, one_of: [EU, US]", "CH", SILENT),
        ("parameter: region, one_of: [EU, US]", None, UNTOLD),
        ("parameter: region, one_of: [EU, US]", True, UNTOLD),
        ("parameter: region, one_of: [EU, US]", 0.5, UNTOLD),
        ("parameter: region, one_of: [EU, US]", {"EU": 1}, UNTOLD),
        ("parameter: count, one_of: ['7']", 7, HELD),
        ("parameter: count, one_of: ['7']", 8, SILENT),
        ("parameter: tags, one_of: [secret]", ["plain", "secret"], HELD),
        ("parameter: tags, one_of: [secret]", ["plain"], SILENT),
        ("parameter: tags, one_of: [secret]", [], SILENT),
        ("parameter: tags, one_of: [secret]", ["plain", {}], UNTOLD),
        ("parameter: region, none_of: [EU, US]", "CH", HELD),
        ("parameter: region, none_of: [EU, US]", "eu", HELD),
        ("parameter: region, none_of: [EU, US]", "EU", SILENT),
        ("parameter: region, none_of: [EU, US]", None, UNTOLD),
        ("parameter: region, none_of: [EU, US]", False, UNTOLD),
        ("parameter: tags, none_of: [plain]", ["plain", "odd"], HELD),
        ("parameter: tags, none_of: [plain]", ["plain"], SILENT),
        ("parameter: region, matches: '^prod-[0-9]+$'", "prod-7", HELD),
        ("parameter: region, matches: '^prod-[0-9]+$'", "here\nprod-7", HELD),
        ("parameter: region, matches: '^prod-[0-9]+$'", "preprod-7", SILENT),
        ("parameter: region, matches: prod", "preprod-7", HELD),
        ("parameter: tags, matches: '^db-'", ["web-1", "db-1"], HELD),
        ("parameter: tags, matches: '^db-'", ["web-1"], SILENT),
        ("parameter: region, matches: prod", None, UNTOLD),
        ("parameter: region, matches: prod", ["prod", {}], UNTOLD),
        ("parameter: count, above: 10", 11, HELD),
        ("parameter: count, above: 10", 10, SILENT),
        ("parameter: count, above: 10", None, UNTOLD),
        ("parameter: count, above: 10", "many", UNTOLD),
        ("parameter: count, above: 10", True, UNTOLD),
        ("parameter: count, above: 10", [11], UNTOLD),
        ("parameter: ratio, below: 0.5", 0.49, HELD),
        ("parameter: ratio, below: 0.5", 0.5, SILENT),
        ("parameter: ratio, below: 0.5", float("nan"), UNTOLD),
        ("parameter: ratio, below: 0.5", float("inf"), UNTOLD),
        ("parameter: ratio, above: 0.1, below: 0.5", 0.3, HELD),
        ("parameter: ratio, above: 0.1, below: 0.5", 0.7, SILENT),
        ("parameter: ratio, above: 0.1, below: 0.5", 0.1, SILENT),
        ("parameter: euros, above: 99.99", "100", HELD),
        ("parameter: euros, above: 99.99", "99.99", SILENT),
        ("parameter: urgent, is: true", True, HELD),
        ("parameter: urgent, is: true", False, SILENT),
        ("parameter: urgent, is: false", False, HELD),
        ("parameter: urgent, is: true", None, UNTOLD),
        ("parameter: urgent, is: true", 1, UNTOLD),
        ("parameter: urgent, is: true", "true", UNTOLD),
    ],
)
def test_a_parameter_is_compared(rule: str, value: Any, expected: tuple[bool, bool]) -> None:
    name = rule.split(",", 1)[0].removeprefix("parameter: ")
    assert holds(rule, {name: value}) == expected


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("500.01", "USD", HELD),
        ("500", "USD", SILENT),
        ("9", "EUR", UNTOLD),
        ("9", None, UNTOLD),
        ("9", "usd", UNTOLD),
        (None, "USD", UNTOLD),
        (9.5, "USD", UNTOLD),
        ("-1", "USD", UNTOLD),
        ("1.005", "USD", UNTOLD),
    ],
)
def test_an_amount_is_compared_only_in_its_own_currency(
    amount: Any, currency: Any, expected: tuple[bool, bool]
) -> None:
    rule = "parameter: amount, above_amount: {amount: 500, currency: USD}"
    assert holds(rule, {"amount": amount, "currency": currency}) == expected


def test_what_cannot_be_told_says_which_parameter() -> None:
    answer = judged(ruled("parameter: region, one_of: [EU]"), Asked())
    assert (answer.plan.scrutiny, answer.plan.rule) == (REVIEW, "watched")
    assert answer.plan.because == (
        "“region” is missing. So whether the rule “watched” holds cannot be told, and it counts."
    )


def test_what_cannot_be_told_brings_the_rules_own_deed() -> None:
    blocking = ruled("parameter: region, one_of: [EU], then: block")
    assert scrutiny(blocking) is BLOCK
    assert scrutiny(blocking, parameters={"region": "CH"}) is PASSES


LAWYER = "keywords: [lawyer, legal action, café, 律师]"


@pytest.mark.parametrize(
    "text",
    [
        "My lawyer will call.",
        "LAWYER!",
        "the lawyer's letter",
        "law\u200byer? no: l\u200bawyer",
        "ｌａｗｙｅｒ",
        "We take legal\n  action",
        "legal-action",
        "the CAFE\u0301",
        "Le cafe",
        "我要找律师谈",
    ],
)
def test_a_keyword_is_found_whatever_its_dress(text: str) -> None:
    assert scrutiny(ruled(LAWYER), context=Context(request=text)) is REVIEW


@pytest.mark.parametrize(
    "text", ["", "lawyers", "flawyer", "legal and action", "legal", "cafés", "律", "“…”"]
)
def test_a_keyword_is_found_whole_or_not_at_all(text: str) -> None:
    assert scrutiny(ruled(LAWYER), context=Context(request=text)) is PASSES


@pytest.mark.parametrize(
    "sent",
    [
        {"reason": "the lawyer asked"},
        {"parameters": {"note": "ask the lawyer"}},
        {"parameters": {"tags": ["plain", "lawyer"]}},
        {"parameters": {"extra": {"deep": [{"er": ["a lawyer"]}]}}},
        {"parameters": {"extra": {"lawyer": 1}}},
    ],
)
def test_keywords_are_looked_for_in_everything_that_was_sent(sent: dict[str, Any]) -> None:
    assert scrutiny(ruled(LAWYER), **sent) is REVIEW
    assert scrutiny(ruled(f"{LAWYER}, within: [request]"), **sent) is PASSES


def test_a_parameters_own_name_is_no_mention() -> None:
    assert scrutiny(ruled("keywords: [region]"), parameters={"region": "EU"}) is PASSES


def test_keywords_are_looked_for_in_questions() -> None:
    answer = judged(ruled(f"{LAWYER}, then: escalate"), Asked(question="May the lawyer see it?"))
    assert (answer.plan.scrutiny, answer.plan.rule) == (ESCALATE, "watched")


def steps(*statuses: str | None, tool: str | None = "search") -> Context:
    return Context(steps=tuple(Step(title="step", tool=tool, status=each) for each in statuses))


QUALITY = "signal: {name: quality, below: 0.5}"
TWO = (Evidence(title="one"), Evidence(title="two"))


@pytest.mark.parametrize(
    ("rule", "held", "silent"),
    [
        ("flags: [vip, press]", {"flags": ("press",)}, {"flags": ("other",)}),
        ("flags: [vip]", {"flags": ("other", "vip")}, {}),
        ("urgency: [high, critical]", {"urgency": Urgency.CRITICAL}, {"urgency": Urgency.LOW}),
        ("tool_calls_above: 2", {"tool_calls": 3}, {"tool_calls": 2}),
        ("tool_calls_above: 2", {"context": steps("ok", None, None)}, {"context": steps("ok")}),
        (
            "tool_calls_above: 2",
            {"tool_calls": 0, "context": steps("ok", "ok", "ok")},
            {"context": steps("ok", "ok", "ok", tool=None)},
        ),
        ("retries_above: 1", {"retries": 2}, {"retries": 1}),
        ("retries_above: 1", {"context": steps("error", "failed")}, {"context": steps("ok", "ok")}),
        ("affected: ['prod-*']", {"affected": ("PROD-db",)}, {"affected": ("preprod-db",)}),
        ("affected: ['*-db', pay]", {"affected": ("x", "pay")}, {"affected": ("paying",)}),
        ("affected: ['a*b*c']", {"affected": ("axxbxxc",)}, {"affected": ("acb", "ab", "abcd")}),
        ("affected_above: 1", {"affected": ("a", "b")}, {"affected": ("a",)}),
        (
            "uncertainty_factors_above: 1",
            {"uncertainty_factors": ("a", "b")},
            {"uncertainty_factors": ("a",)},
        ),
        (
            "conflicting_evidence: true",
            {"context": Context(evidence=(TWO[0], Evidence(title="no", contradicts=True)))},
            {"context": Context(evidence=TWO)},
        ),
        ("conflicting_evidence: true", {"flags": ("conflicting_evidence",)}, {}),
        (
            "evidence_below: 2",
            {"context": Context(evidence=TWO[:1])},
            {"context": Context(evidence=TWO)},
        ),
        (
            "failed_check: true",
            {"context": Context(checks=(Check(name="pii", passed=False),))},
            {"context": Context(checks=(Check(name="pii", passed=True),))},
        ),
        ("tool_error: true", {"context": steps("ok", "error")}, {"context": steps("ok", "done")}),
        ("tool_error: true", {"context": steps("Failed ")}, {"context": steps(None)}),
        ("tool_error: true", {"flags": ("tool_error",)}, {"flags": ("tools",)}),
        ("confidence_below: 0.9", {"confidence": 0.89}, {"confidence": 0.9}),
        ("confidence_below: 0.9", {"confidence": None}, {"confidence": 1.0}),
        (
            "signal: {name: retrieval_quality, below: 0.5}",
            {"signals": {"retrieval_quality": 0.4}},
            {"signals": {"retrieval_quality": 0.5}},
        ),
        (QUALITY, {}, {"signals": {"quality": 1}}),
        (QUALITY, {"signals": {"quality": float("nan")}}, {"signals": {"quality": 0.5}}),
        (QUALITY, {"signals": {"quality": 7.0}}, {"signals": {"quality": 0.9}}),
        (
            "signal: {name: confidence, below: 0.7}",
            {"confidence": 0.65, "signals": {"confidence": 1.0}},
            {"confidence": 0.7},
        ),
    ],
)
def test_a_condition_holds_or_keeps_silent(
    rule: str, held: dict[str, Any], silent: dict[str, Any]
) -> None:
    rules = ruled(rule)
    assert plan(rules, Asked(**held)).rule == "watched"
    assert plan(rules, Asked(**held)).scrutiny is REVIEW
    assert scrutiny(rules, **silent) is PASSES


def test_only_the_agents_that_are_named_are_watched() -> None:
    rules = ruled(f"agents: [{AGENT}]")
    assert plan(rules, Asked()).scrutiny is REVIEW
    assert plan(rules, Asked(), agent=AgentName("other")).scrutiny is PASSES


def test_a_signal_of_keyturns_own_is_laid_over_the_agents() -> None:
    rules = ruled("signal: {name: history, below: 0.5}")
    boasting = Asked(signals={"history": 0.99})
    assert plan(rules, boasting).scrutiny is PASSES
    assert plan(rules, boasting, signals={"history": 0.1}).scrutiny is REVIEW


def test_everything_in_a_rule_must_hold_together() -> None:
    rules = ruled("parameter: region, one_of: [EU], flags: [vip], affected_above: 0")
    everything: dict[str, Any] = {
        "parameters": {"region": "EU"}, "flags": ("vip",), "affected": ("a",)
    }  # fmt: skip
    assert scrutiny(rules, **everything) is REVIEW
    for name, empty in (("parameters", {"region": "US"}), ("flags", ()), ("affected", ())):
        assert scrutiny(rules, **{**everything, name: empty}) is PASSES


def test_a_condition_that_fails_settles_what_another_cannot_tell() -> None:
    rules = ruled("parameter: region, one_of: [EU], flags: [vip]")
    assert scrutiny(rules) is PASSES
    assert scrutiny(rules, flags=("vip",)) is REVIEW


@pytest.mark.parametrize(
    ("deed", "expected"),
    [("review", REVIEW), ("ask_agent", REVIEW), ("escalate", ESCALATE), ("block", BLOCK)],
)
def test_what_follows_is_as_written(deed: str, expected: Any) -> None:
    answer = judged(
        ruled(f"flags: [vip], then: {deed}, because: VIPs are ours"), Asked(flags=("vip",))
    )
    assert answer.plan.scrutiny is expected
    assert (answer.plan.rule, answer.plan.because) == ("watched", "VIPs are ours.")
    assert answer.verdict.path == ("actions", "pay", "rules", "watched")
    assert bool(answer.plan.ask_first) is (deed == "ask_agent")


def test_a_blocked_proposal_names_its_rule_and_asks_nobody() -> None:
    text = (
        "rules:\n"
        "  ask: {flags: [a], then: ask_agent, ask: 'Why?'}\n"
        "  never: {flags: [b], then: block}\n"
    )
    rules = read(written(text)).manifest
    assert plan(rules, Asked(flags=("a",))).ask_first == "Why?"
    forbidden = plan(rules, Asked(flags=("a", "b")))
    assert (forbidden.scrutiny, forbidden.rule, forbidden.ask_first) == (BLOCK, "never", "")


def test_several_questions_are_asked_at_once_and_each_once() -> None:
    text = (
        "rules:\n"
        "  one: {flags: [a], then: ask_agent, ask: 'Why?'}\n"
        "  two: {flags: [a], then: ask_agent, ask: 'Why?'}\n"
        "  three: {flags: [a], then: ask_agent}\n"
    )
    asked = plan(read(written(text)).manifest, Asked(flags=("a",)))
    assert asked.ask_first == "Why?\nPlease say more before a person looks: The agent flagged a."


def test_a_rule_may_ask_more_people_to_sign() -> None:
    text = (
        "seats: [reviewer]\n"
        "rules:\n"
        "  one: {flags: [a], seats: [boss, reviewer]}\n"
        "  two: {flags: [b], seats: [boss]}\n"
        "  three: {flags: [c], seats: [backup]}\n"
    )
    rules = read(written(text)).manifest

    def seats(*flags: str) -> list[str]:
        return [seat.name for seat in plan(rules, Asked(flags=flags)).seats]

    assert seats() == ["reviewer"]
    assert seats("a") == ["reviewer", "boss"]
    assert seats("a", "b", "c") == ["reviewer", "boss", "backup"]


def test_the_strictest_rule_decides_and_the_others_are_told() -> None:
    text = (
        "rules:\n  mild: {flags: [a], because: Mild.}\n"
        "  hard: {flags: [a], then: escalate, because: Hard.}\n"
    )
    answer = judged(read(written(text)).manifest, Asked(flags=("a",), recommended_review=True))
    assert (answer.plan.rule, answer.plan.because) == ("hard", "Hard.")
    assert answer.plan.signals[:2] == ("Mild.", "The agent itself asks for a person to look.")
    assert [each.scrutiny for each in answer.opinions] == [ESCALATE, REVIEW, REVIEW, PASSES]


def test_rules_for_every_action_come_first() -> None:
    shared = "rules:\n  everywhere: {flags: [vip], because: Shared.}\n"
    rules = read(written("rules:\n  here: {flags: [vip], because: Own.}\n"), shared).manifest
    answer = judged(rules, Asked(flags=("vip",)))
    assert [each.rule for each in answer.opinions[:2]] == ["everywhere", "here"]
    assert answer.verdict.path == ("rules", "everywhere")


def test_a_rule_for_every_action_leaves_those_alone_that_have_no_such_parameter() -> None:
    shared = "rules:\n  everywhere: {parameter: region, one_of: [EU]}\n"
    actions = written("") + (
        "  ping: {severity: low, reversible: true, parameters: {host: {type: string}}}\n"
        "  open: {severity: low, reversible: true}\n"
    )
    rules: Manifest = read(actions, shared).manifest
    for action, sent, expected in (
        ("pay", {"region": "EU"}, REVIEW),
        ("pay", {"region": "US"}, PASSES),
        ("ping", {"host": "a"}, PASSES),
        ("open", {"region": "EU"}, REVIEW),
        ("open", {}, REVIEW),
    ):
        assert scrutiny(rules, action=action, parameters=sent) is expected


def test_a_hostile_text_cannot_hold_a_pattern_up() -> None:
    rules = ruled("parameter: region, matches: '^([a-z]|[a-y])+[0-9]'")
    began = time.monotonic()
    answer = judged(rules, Asked(parameters={"region": "a" * 60}))
    assert answer.plan.scrutiny is REVIEW
    assert "takes too long" in answer.plan.because
    assert time.monotonic() - began < 5


def test_a_hostile_list_cannot_hold_a_pattern_up() -> None:
    rules = ruled("parameter: tags, matches: '^([a-z]|[a-y])+[0-9]'")
    began = time.monotonic()
    assert scrutiny(rules, parameters={"tags": ["a" * 60] * 500}) is REVIEW
    assert time.monotonic() - began < 5


def test_hostile_names_cannot_hold_affected_patterns_up() -> None:
    rules = ruled(f"affected: ['{'*a' * 70}*b']")
    began = time.monotonic()
    assert scrutiny(rules, affected=("a" * 500,) * 200) is PASSES
    assert time.monotonic() - began < 5
