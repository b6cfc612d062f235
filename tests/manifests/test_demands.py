"""Evidence and checks that must be there before anything passes."""

from typing import Any

import pytest

from manifests.vocabulary import Scrutiny
from store.proposal import Check, Context, Evidence
from tests.manifests.making import Asked
from tests.manifests.ruling import BLOCK, ESCALATE, PASSES, REVIEW, judged, manifest

WANTED = "required_evidence: [{kind: invoice}, {kind: quote, at_least: 2}]\n"


def with_evidence(*kinds: str | None) -> Asked:
    shown = tuple(Evidence(title="source", kind=kind) for kind in kinds)
    return Asked(context=Context(evidence=shown))


def test_missing_evidence_is_asked_for_before_a_person_looks() -> None:
    answer = judged(manifest(WANTED), with_evidence("quote", None))
    assert (answer.plan.scrutiny, answer.plan.rule) == (REVIEW, "required_evidence")
    assert answer.plan.because == "Evidence is missing: invoice; none came with it."
    assert answer.plan.ask_first == (
        "Please send what is missing: invoice.\nPlease send what is missing: quote (at least 2)."
    )
    assert [each.path[2:] for each in answer.opinions[:2]] == [
        ("required_evidence", 0),
        ("required_evidence", 1),
    ]


def test_evidence_that_is_there_asks_nothing() -> None:
    plan = judged(manifest(WANTED), with_evidence("quote", "invoice", "quote")).plan
    assert (plan.scrutiny, plan.ask_first) == (PASSES, "")


def checked(wanted: str, *runs: Check) -> tuple[Scrutiny, str]:
    rules = manifest(f"required_checks: [{{name: pii, {wanted}}}]\n")
    plan = judged(rules, Asked(context=Context(checks=runs))).plan
    return plan.scrutiny, plan.because


def run(*, passed: bool = True, name: str = "pii", **said: Any) -> Check:
    return Check(name=name, passed=passed, **said)


@pytest.mark.parametrize(
    ("wanted", "runs", "why"),
    [
        ("on_fail: review", [], "The check “pii” was not run."),
        ("on_fail: review", [run(name="PII")], "The check “pii” was not run."),
        ("on_fail: review", [run(passed=False)], "The check “pii” failed."),
        ("on_fail: review", [run(), run(passed=False)], "The check “pii” failed."),
        ("source: guard", [run()], "The check “pii” was not run by guard."),
        ("source: guard", [run(source="agent")], "The check “pii” was not run by guard."),
        (
            "source: guard",
            [run(source="guard"), run(source="agent", passed=False)],
            "The check “pii” failed.",
        ),
        ("at_least: 0.9", [run()], "The check “pii” came without a score, and needs 0.90."),
        ("at_least: 0.9", [run(score=0.89)], "The check “pii” scored 0.89, below 0.90."),
        ("at_least: 0.9", [run(score=0.95), run(score=0.1)], "“pii” scored 0.10, below 0.90."),
        ("at_least: 0.9", [run(score=float("nan"))], "The check “pii” scored nan, below 0.90."),
        ("at_least: 0.9", [run(score=1.0, passed=False)], "The check “pii” failed."),
    ],
)
def test_a_check_that_did_not_pass_is_held_against_it(
    wanted: str, runs: list[Check], why: str
) -> None:
    scrutiny, because = checked(wanted, *runs)
    assert scrutiny is REVIEW
    assert because.endswith(why)


@pytest.mark.parametrize(
    ("wanted", "passed"),
    [
        ("on_fail: block", run()),
        ("source: guard", run(source="guard")),
        ("at_least: 0.9", run(score=0.9)),
        ("source: guard, at_least: 0.9, on_fail: block", run(source="guard", score=1.0)),
    ],
)
def test_a_check_that_passed_asks_nothing(wanted: str, passed: Check) -> None:
    assert checked(wanted, passed)[0] is PASSES


@pytest.mark.parametrize(
    ("on_fail", "expected"),
    [("revise", REVIEW), ("review", REVIEW), ("escalate", ESCALATE), ("block", BLOCK)],
)
def test_what_follows_a_failed_check_is_as_written(on_fail: str, expected: Scrutiny) -> None:
    rules = manifest(f"required_checks: [{{name: pii, on_fail: {on_fail}}}]\n")
    answer = judged(rules, Asked())
    assert (answer.plan.scrutiny, answer.plan.rule) == (expected, "required_check")
    assert answer.verdict.path == ("actions", "pay", "required_checks", 0)
    asked = "The check “pii” was not run. Please send parameters that pass it."
    assert answer.plan.ask_first == (asked if on_fail == "revise" else "")
