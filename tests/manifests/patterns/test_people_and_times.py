"""Expertise, urgency, load, deadlines: what the plan lays down for routing."""

from datetime import timedelta

import pytest

from manifests.plan import ReviewPlan
from manifests.vocabulary import Severity, Urgency, WhenSilent
from tests.manifests.making import SHIPPED_MANIFEST
from tests.manifests.patterns.asking import answer, refund, seats, shipped


def contract(urgency: Urgency) -> ReviewPlan:
    signing = {"vendor": "Papyrus", "total": "48000.00"}
    return answer("sign_vendor_contract", signing, urgency=urgency)


def test_a_contract_is_amended_by_somebody_with_contract_authority() -> None:
    amendment = {"contract": "C-7", "clause": "4.2", "text": "Net 30"}
    assert seats(answer("amend_contract", amendment)) == ["counsel"]


@pytest.mark.parametrize(
    ("urgency", "first", "second"),
    [
        (Urgency.LOW, timedelta(days=2), timedelta(hours=8)),
        (Urgency.NORMAL, timedelta(hours=8), timedelta(hours=8)),
        (Urgency.HIGH, timedelta(hours=2), timedelta(hours=8)),
        (Urgency.CRITICAL, timedelta(minutes=30), timedelta(minutes=30)),
    ],
)
def test_a_pressing_contract_cannot_wait_48_hours(
    urgency: Urgency, first: timedelta, second: timedelta
) -> None:
    assert [rung.sla for rung in contract(urgency).ladder] == [first, second]


def test_a_contract_has_office_hours_and_waits_a_fortnight_at_most() -> None:
    plan = contract(Urgency.NORMAL)
    assert plan.hours is not None
    assert (plan.hours.name, plan.hours.timezone) == ("office", "Europe/Berlin")
    assert plan.max_life == timedelta(days=14)
    assert plan.reminders == (0.25, 0.5, 0.75, 0.9)


def test_what_is_severe_weighs_more_when_loads_are_compared() -> None:
    weights = {each.severity: each.plan.weight for each in SHIPPED_MANIFEST.actions.values()}
    assert weights == {Severity.LOW: 1, Severity.MEDIUM: 1, Severity.HIGH: 2, Severity.CRITICAL: 3}


def test_a_missed_deadline_calls_the_fallback() -> None:
    plan = refund("250.00")
    assert [role.name for role in plan.ladder[1].fallback] == ["fallback_reviewer"]
    assert plan.when_silent is WhenSilent.EXPIRE
    assert plan.operations.name == "operations"


def test_an_hour_of_silence_is_the_most_where_nothing_else_is_written() -> None:
    assert shipped("scale_service").plan.ladder[0].sla == timedelta(hours=1)


def test_reviewers_may_ask_back_before_they_decide() -> None:
    plan = refund("480.00")
    assert (plan.information.rounds, plan.information.answer_within) == (3, timedelta(hours=4))
    longer = shipped("run_migration_plan").plan.information
    assert (longer.rounds, longer.total_pause) == (10, timedelta(days=7))


@pytest.mark.parametrize("action", sorted(SHIPPED_MANIFEST.actions))
def test_every_action_says_what_silence_does_and_none_says_yes(action: str) -> None:
    plan = shipped(action).plan
    assert plan.when_silent in {WhenSilent.EXPIRE, WhenSilent.STAY_BLOCKED}
    assert plan.ladder


def test_engineers_take_turns_as_incident_commanders() -> None:
    rota = SHIPPED_MANIFEST.roles[shipped("open_incident_bridge").plan.seats[0].name].rota
    assert rota is not None
    assert rota.turns == ("U0LENA", "U0MIRA")


def test_everybody_has_a_name_a_place_and_at_least_one_holder() -> None:
    for staffed in SHIPPED_MANIFEST.roles.values():
        assert staffed.members or staffed.user_group or staffed.rota
        assert staffed.role.title
