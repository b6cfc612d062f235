"""What the words of a manifest mean."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import JsonValue

from manifests.manifest import Manifest
from manifests.plan import ReviewPlan
from manifests.vocabulary import ActionName, Friction, Scrutiny, WhenSilent
from tests.manifests.making import NOTHING_SPENT, PAY, Asked, loaded, plan_for

RULES = """
actions:
  pay:
    severity: low
    reversible: true
    confidence: {auto_approve_above: 0.95}
    amount_parameter: total
    conditions:
      always_approve_above: {amount: 100, currency: EUR}
  forbid:
    severity: low
    reversible: true
    approval_required: false
    block: true
    block_reason: Nobody empties the archive.
  dual:
    severity: medium
    reversible: false
    seats: [reviewer, boss]
  fixed:
    severity: medium
    reversible: false
    conditions:
      auto_approve_below: {amount: 50, currency: USD}
      window_cap: 100
      window_length: 2d
    parameters:
      amount: {type: money, currency: USD}
  calm:
    severity: low
    reversible: true
    approval_required: false
    tiers:
      - above: {amount: 10, currency: USD}
        seats: [reviewer]
      - above: {amount: 100, currency: USD}
        seats: [reviewer, boss]
"""


@pytest.fixture
def rules(tmp_path: Path) -> Manifest:
    return loaded(tmp_path, RULES).manifest


def test_confidence_spares_a_review_only_where_it_was_granted(rules: Manifest) -> None:
    euros = {"total": "20", "currency": "EUR"}
    for confidence, scrutiny in (
        (0.95, Scrutiny.AUTO_APPROVE),
        (0.949, Scrutiny.REVIEW),
        (0.6, Scrutiny.REVIEW),
        (0.59, Scrutiny.ESCALATE),
        (None, Scrutiny.REVIEW),
        (float("nan"), Scrutiny.ESCALATE),
        (1.5, Scrutiny.ESCALATE),
        (-1.0, Scrutiny.ESCALATE),
    ):
        proposal = Asked(parameters=euros, confidence=confidence)
        assert plan_for(rules, proposal, None).scrutiny is scrutiny
    asked = Asked(parameters=euros, confidence=0.99, recommended_review=True)
    plan = plan_for(rules, asked, None)
    trusted = "The agent's confidence is 0.99; the manifest trusts 0.95 and up."
    assert (plan.rule, plan.signals) == (
        "recommended_review",
        (f"But for that, nobody would be asked. {trusted}",),
    )


def test_a_confidence_just_below_its_limit_is_told_exactly(rules: Manifest) -> None:
    plan = plan_for(rules, Asked(confidence=0.5999), None)
    assert plan.because == "The agent's confidence is 0.5999, below 0.60."


def test_confidence_moves_no_large_amount(rules: Manifest) -> None:
    for total, scrutiny in (("100", Scrutiny.AUTO_APPROVE), ("100.01", Scrutiny.REVIEW)):
        sure = Asked(parameters={"total": total, "currency": "EUR"}, confidence=1.0)
        assert plan_for(rules, sure, None).scrutiny is scrutiny


def test_what_the_manifest_blocks_stays_blocked(rules: Manifest) -> None:
    plan = plan_for(rules, Asked(action=ActionName("forbid"), confidence=0.1), None)
    assert (plan.scrutiny, plan.rule) == (Scrutiny.BLOCK, "block")
    assert plan.because == "The manifest blocks this: Nobody empties the archive."
    assert plan.signals[0] == "The agent's confidence is 0.10, below 0.60."


def test_a_quorum_may_need_two_roles(rules: Manifest) -> None:
    plan = plan_for(rules, Asked(action=ActionName("dual")), None)
    assert [seat.name for seat in plan.seats] == ["reviewer", "boss"]
    assert plan.channels(0) == ("C0REVIEW", "C0BOSS")


@pytest.mark.parametrize(
    ("amount", "scrutiny", "seats"),
    [
        ("10", Scrutiny.AUTO_APPROVE, ["reviewer"]),
        ("10.01", Scrutiny.REVIEW, ["reviewer"]),
        ("100.01", Scrutiny.REVIEW, ["reviewer", "boss"]),
        ("-100.01", Scrutiny.REVIEW, ["reviewer", "boss"]),
    ],
)
def test_larger_amounts_ask_more(
    rules: Manifest, amount: str, scrutiny: Scrutiny, seats: list[str]
) -> None:
    proposal = Asked(action=ActionName("calm"), parameters={"amount": amount})
    plan = plan_for(rules, proposal, NOTHING_SPENT)
    assert (plan.scrutiny, [seat.name for seat in plan.seats]) == (scrutiny, seats)


def test_a_currency_fixed_by_the_manifest_needs_no_word_of_the_agent(rules: Manifest) -> None:
    proposal = Asked(action=ActionName("fixed"), parameters={"amount": "20"})
    plan = plan_for(rules, proposal, NOTHING_SPENT)
    assert plan.scrutiny is Scrutiny.AUTO_APPROVE
    assert plan.because.endswith("$20.00 of $100.00 are used within 2 days.")


def test_confidence_moves_nothing_that_cannot_be_undone(rules: Manifest) -> None:
    final = replace(rules.actions[PAY], reversible=False)
    proposal = Asked(parameters={"total": "1", "currency": "EUR"}, confidence=1.0)
    plan = plan_for(replace(rules, actions={PAY: final}), proposal, NOTHING_SPENT)
    assert plan.scrutiny is Scrutiny.REVIEW


def test_two_currencies_in_one_proposal_are_not_guessed_between(rules: Manifest) -> None:
    parameters: dict[str, JsonValue] = {"total": "1", "currency": "EUR", "fee_currency": "USD"}
    plan = plan_for(rules, Asked(parameters=parameters, confidence=0.99), None)
    assert (plan.scrutiny, plan.because) == (
        Scrutiny.REVIEW,
        "The parameters name more than one currency.",
    )


def outline(folder: Path, severity: str, *, reversible: bool) -> ReviewPlan:
    written = f"severity: {severity}, reversible: {str(reversible).lower()}"
    rules = loaded(folder, f"actions: {{pay: {{{written}}}}}").manifest
    return rules.actions[PAY].plan


@pytest.mark.parametrize(
    ("severity", "reversible", "friction", "when_silent", "editor"),
    [
        ("low", True, Friction.ONE_CLICK, WhenSilent.EXPIRE, True),
        ("medium", True, Friction.ONE_CLICK, WhenSilent.EXPIRE, True),
        ("medium", False, Friction.CONFIRM, WhenSilent.EXPIRE, True),
        ("high", True, Friction.CONFIRM, WhenSilent.EXPIRE, False),
        ("high", False, Friction.REVIEW_MODAL, WhenSilent.EXPIRE, False),
        ("critical", True, Friction.REVIEW_MODAL, WhenSilent.STAY_BLOCKED, False),
    ],
)
def test_care_grows_with_what_could_go_wrong(
    tmp_path: Path,
    severity: str,
    reversible: bool,
    friction: Friction,
    when_silent: WhenSilent,
    editor: bool,
) -> None:
    plan = outline(tmp_path, severity, reversible=reversible)
    assert (plan.friction, plan.when_silent, plan.editor_may_sign) == (
        friction,
        when_silent,
        editor,
    )


def test_an_action_may_say_everything_itself(tmp_path: Path) -> None:
    rules = loaded(
        tmp_path,
        """
        actions:
          pay:
            severity: critical
            reversible: false
            seats: [boss]
            ladder: [{within: 45s}, {within: 1h30m, roles: [backup, reviewer]}]
            when_silent: expire
            alert_every: 2m
            friction: confirm
            editor_may_sign: true
            execute_within: 10m
            announce: false
            information: {rounds: 1, answer_within: 5m}
        """,
    ).manifest
    plan = rules.actions[PAY].plan
    assert [rung.sla for rung in plan.ladder] == [timedelta(seconds=45), timedelta(minutes=90)]
    assert plan.fillers(plan.seats[0], 1) == {"boss", "backup", "reviewer"}
    assert (plan.when_silent, plan.friction) == (WhenSilent.EXPIRE, Friction.CONFIRM)
    assert (plan.editor_may_sign, plan.announce) == (True, False)
    assert (plan.alert_every, plan.execute_within) == (timedelta(minutes=2), timedelta(minutes=10))
    assert (plan.information.rounds, plan.information.answer_within) == (1, timedelta(minutes=5))
    assert plan.manifest_digest == rules.digest
