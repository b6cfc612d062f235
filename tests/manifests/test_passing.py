"""What may pass without a person, how it is told, and what never may."""

from dataclasses import replace
from typing import Any

import pytest

from manifests.manifest import Manifest
from manifests.vocabulary import Oversight, Severity
from tests.manifests.making import PAY, Asked
from tests.manifests.ruling import PASSES, REVIEW, judged, manifest, scrutiny

ROLLBACK = "rollback: {how: Undo it., tested_on: '2026-11-01'}\n"
WATCHED = f"oversight: on_the_loop\nveto_within: 10m\n{ROLLBACK}"
SMALL = """\
amount_parameter: euros
conditions: {auto_approve_below: {amount: 50, currency: EUR}, window_cap: 300}
"""


@pytest.mark.parametrize(
    ("severity", "reversible", "conditions", "rule", "oversight"),
    [
        ("low", True, "", "approval_not_required", Oversight.AUTONOMOUS),
        ("low", False, "", "log_and_alert", Oversight.LOG_AND_ALERT),
        ("medium", True, WATCHED, "on_the_loop", Oversight.ON_THE_LOOP),
        ("high", True, WATCHED, "on_the_loop", Oversight.ON_THE_LOOP),
        ("medium", True, "", "approval_required", Oversight.IN_THE_LOOP),
        ("medium", False, "", "approval_required", Oversight.IN_THE_LOOP),
        ("high", True, "", "approval_required", Oversight.IN_THE_LOOP),
        ("high", False, "", "approval_required", Oversight.IN_THE_LOOP),
        ("critical", True, "", "approval_required", Oversight.IN_THE_LOOP),
        ("critical", False, "", "approval_required", Oversight.IN_THE_LOOP),
    ],
)
def test_where_people_stand_follows_from_severity_and_reversibility(
    severity: str, reversible: bool, conditions: str, rule: str, oversight: Oversight
) -> None:
    rules = manifest(conditions, severity=severity, reversible=reversible)
    plan = judged(rules, Asked()).plan
    assert (plan.rule, plan.oversight) == (rule, oversight)
    assert plan.scrutiny is (REVIEW if oversight is Oversight.IN_THE_LOOP else PASSES)
    assert (plan.veto_within is not None) is (oversight is Oversight.ON_THE_LOOP)


def test_whatever_needs_a_person_is_in_the_loop() -> None:
    plan = judged(manifest(WATCHED), Asked(recommended_review=True)).plan
    assert (plan.scrutiny, plan.oversight) == (REVIEW, Oversight.IN_THE_LOOP)
    assert plan.veto_within is None


def test_what_waits_for_people_is_not_said_to_run_at_once() -> None:
    rules = manifest("", severity="low", reversible=False)
    plan = judged(rules, Asked(recommended_review=True)).plan
    told = "The manifest lets it run at once, and people are told (low severity, irreversible)."
    assert plan.signals == (f"But for that, nobody would be asked. {told}",)
    assert judged(rules, Asked()).plan.because == told


def changed(rules: Manifest, **changes: Any) -> Manifest:
    """Make an action that no manifest that loads could have."""
    return replace(rules, actions={PAY: replace(rules.actions[PAY], **changes)})


@pytest.mark.parametrize("oversight", [each for each in Oversight if each != "in_the_loop"])
@pytest.mark.parametrize("severity", [Severity.HIGH, Severity.CRITICAL])
def test_nothing_grave_and_final_passes_even_if_it_were_said(
    severity: Severity, oversight: Oversight
) -> None:
    rules = changed(manifest(""), severity=severity, reversible=False, oversight=oversight)
    assert scrutiny(rules, confidence=1.0) is REVIEW


@pytest.mark.parametrize(
    ("severity", "reversible", "oversight"),
    [
        (Severity.MEDIUM, False, Oversight.LOG_AND_ALERT),
        (Severity.LOW, False, Oversight.AUTONOMOUS),
        (Severity.LOW, False, Oversight.ON_THE_LOOP),
        (Severity.HIGH, True, Oversight.AUTONOMOUS),
        (Severity.HIGH, True, Oversight.LOG_AND_ALERT),
        (Severity.CRITICAL, True, Oversight.ON_THE_LOOP),
    ],
)
def test_an_oversight_that_does_not_fit_spares_nobody(
    severity: Severity, reversible: bool, oversight: Oversight
) -> None:
    rules = changed(manifest(""), severity=severity, reversible=reversible, oversight=oversight)
    assert scrutiny(rules) is REVIEW


def test_a_small_amount_passes_under_its_cap_and_its_channel_sees_it() -> None:
    rules = manifest(SMALL, severity="high", reversible=False)
    plan = judged(rules, Asked(parameters={"euros": "49"})).plan
    assert (plan.scrutiny, plan.rule) == (PASSES, "auto_approve_below")
    assert (plan.oversight, plan.announce) == (Oversight.AUTONOMOUS, True)


CONFIDENT = "confidence: {auto_approve_above: 0.9, signals: {retrieval: 0.8, history: 0.5}}\n"


@pytest.mark.parametrize(
    ("signals", "expected"),
    [
        ({"retrieval": 0.8, "history": 0.5}, PASSES),
        ({"retrieval": 0.79, "history": 0.5}, REVIEW),
        ({"retrieval": 0.8}, REVIEW),
        ({"retrieval": 0.8, "history": float("nan")}, REVIEW),
        ({"retrieval": 0.8, "history": 2.0}, REVIEW),
        ({"retrieval": 0.8, "history": True}, REVIEW),
        ({}, REVIEW),
    ],
)
def test_confidence_alone_is_not_enough(signals: dict[str, float], expected: object) -> None:
    rules = manifest(CONFIDENT, severity="medium")
    assert scrutiny(rules, confidence=0.95, signals=signals) is expected
    assert scrutiny(rules, confidence=0.89, signals=signals) is REVIEW


def test_a_signal_of_keyturns_own_may_hold_confidence_back() -> None:
    rules = manifest(CONFIDENT, severity="medium")
    sure = Asked(confidence=0.95, signals={"retrieval": 0.9, "history": 0.9})
    assert judged(rules, sure).plan.scrutiny is PASSES
    assert judged(rules, sure, signals={"history": 0.1}).plan.scrutiny is REVIEW


@pytest.mark.parametrize(
    ("severity", "reversible", "oversight", "expected"),
    [
        (Severity.MEDIUM, True, Oversight.IN_THE_LOOP, PASSES),
        (Severity.LOW, False, Oversight.IN_THE_LOOP, REVIEW),
        (Severity.HIGH, True, Oversight.IN_THE_LOOP, REVIEW),
        (Severity.HIGH, True, Oversight.ON_THE_LOOP, PASSES),
        (Severity.HIGH, False, Oversight.ON_THE_LOOP, REVIEW),
        (Severity.CRITICAL, True, Oversight.IN_THE_LOOP, REVIEW),
    ],
)
def test_confidence_moves_nothing_grave(
    severity: Severity, reversible: bool, oversight: Oversight, expected: object
) -> None:
    rules = changed(
        manifest("confidence: {auto_approve_above: 0.9}\n", severity="medium"),
        severity=severity,
        reversible=reversible,
        oversight=oversight,
    )
    assert scrutiny(rules, confidence=1.0) is expected
