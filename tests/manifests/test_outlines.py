"""What an action's plan is before any opinion is heard: by quadrant, amount, urgency, override."""

from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from manifests.hours import Rota
from manifests.manifest import Action
from manifests.money import Currency, Money
from manifests.outlines import outline_of, tier_of
from manifests.plan import ReviewPlan
from manifests.vocabulary import (
    CalendarName,
    Friction,
    Mode,
    Oversight,
    PersonId,
    RoleName,
    Urgency,
    WhenSilent,
)
from store.proposal import Denial
from tests.manifests.making import PAY, ROLES, Asked, loaded

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
ROLLBACK = 'rollback: {how: "Pay it back.", tested_on: "2026-11-02"}'
QUADRANTS = {
    ("low", "true"): Oversight.AUTONOMOUS,
    ("low", "false"): Oversight.LOG_AND_ALERT,
    ("medium", "true"): Oversight.IN_THE_LOOP,
    ("medium", "false"): Oversight.IN_THE_LOOP,
    ("high", "true"): Oversight.IN_THE_LOOP,
    ("high", "false"): Oversight.IN_THE_LOOP,
    ("critical", "true"): Oversight.IN_THE_LOOP,
    ("critical", "false"): Oversight.IN_THE_LOOP,
}


def pay(
    folder: Path, *lines: str, severity: str = "medium", reversible: str = "true", top: str = ""
) -> Action:
    """Load one action with these lines."""
    written = [f"severity: {severity}", f"reversible: {reversible}", *lines]
    text = f"{top}\nactions:\n  pay:\n" + "".join(f"    {line}\n" for line in written)
    return loaded(folder, text).manifest.actions[PAY]


def outline(action: Action, asked: Asked, dollars: int | None = None) -> ReviewPlan:
    amount = None if dollars is None else Money(Decimal(dollars), Currency("USD"))
    return outline_of(action, asked, tier_of(action, asked, amount))


def seats(plan: ReviewPlan) -> list[str]:
    return [seat.name for seat in plan.seats]


@pytest.mark.parametrize("quadrant", QUADRANTS)
def test_each_quadrant_has_its_oversight(tmp_path: Path, quadrant: tuple[str, str]) -> None:
    severity, reversible = quadrant
    action = pay(tmp_path, severity=severity, reversible=reversible)
    assert action.oversight is action.plan.oversight is QUADRANTS[quadrant]
    assert action.approval_required is (action.oversight is Oversight.IN_THE_LOOP)
    stays = severity == "critical"
    assert action.plan.when_silent is (WhenSilent.STAY_BLOCKED if stays else WhenSilent.EXPIRE)


@pytest.mark.parametrize("quadrant", QUADRANTS)
def test_asking_nobody_is_heard_only_where_little_can_happen(
    tmp_path: Path, quadrant: tuple[str, str]
) -> None:
    severity, reversible = quadrant
    action = pay(tmp_path, "approval_required: false", severity=severity, reversible=reversible)
    free = Oversight.AUTONOMOUS if quadrant == ("medium", "true") else QUADRANTS[quadrant]
    assert action.oversight is free


@pytest.mark.parametrize(
    "line",
    [
        "approval_required: true",
        "conditions: {auto_approve_below_usd: 5}",
        "confidence: {auto_approve_above: 0.9}",
        "mode: suggest",
    ],
)
def test_whoever_writes_when_to_spare_a_review_means_that_there_is_one(
    tmp_path: Path, line: str
) -> None:
    assert pay(tmp_path, line, severity="low").oversight is Oversight.IN_THE_LOOP


def test_on_the_loop_has_a_veto_window_and_is_announced(tmp_path: Path) -> None:
    watched = pay(tmp_path, "oversight: on_the_loop", ROLLBACK, severity="high")
    assert watched.plan.veto_within == 15 * MINUTE
    assert watched.plan.announce
    assert watched.wording.filled({}).undo == "Pay it back."
    shorter = pay(tmp_path, "oversight: on_the_loop", ROLLBACK, "veto_within: 5m")
    assert shorter.plan.veto_within == 5 * MINUTE
    assert pay(tmp_path).plan.veto_within is None


def test_a_suggestion_and_an_executor_are_part_of_the_plan(tmp_path: Path) -> None:
    assert pay(tmp_path, "mode: suggest").plan.mode is Mode.SUGGEST
    assert pay(tmp_path, "executed_by: payer").plan.executed_by == "payer"


def test_several_seats_of_one_role_are_several_seats(tmp_path: Path) -> None:
    many = pay(tmp_path, "seats: [{role: reviewer, people: 1}, {role: boss, people: 2}]")
    assert seats(many.plan) == ["reviewer", "boss", "boss"]


URGENT = (
    "ladder:",
    "  - within: {normal: 4h, high: 1h, low: 2d}",
    "  - {within: 30m, roles: [backup]}",
)


@pytest.mark.parametrize(
    ("urgency", "first"),
    [
        (Urgency.NORMAL, 4 * HOUR),
        (Urgency.HIGH, HOUR),
        (Urgency.LOW, 48 * HOUR),
        (Urgency.CRITICAL, 4 * HOUR),
    ],
)
def test_urgency_chooses_the_times(tmp_path: Path, urgency: Urgency, first: timedelta) -> None:
    plan = outline(pay(tmp_path, *URGENT), Asked(urgency=urgency))
    assert [rung.sla for rung in plan.ladder] == [first, HOUR / 2]
    assert [[role.name for role in rung.fallback] for rung in plan.ladder] == [[], ["backup"]]


TIERS = (
    "tiers:",
    "  - {above: {amount: 100, currency: USD}, seats: [boss]}",
    "  - above: {amount: 1000, currency: USD}",
    "    seats: [boss, reviewer]",
    "    ladder: [{within: {normal: 2h, high: 5m}}, {within: 1h, roles: [backup]}]",
)


def test_a_tier_may_have_a_ladder_of_its_own(tmp_path: Path) -> None:
    action = pay(tmp_path, *URGENT, *TIERS)
    urgent = Asked(urgency=Urgency.HIGH)
    told = {
        amount: (seats(plan), plan.ladder[0].sla)
        for amount in (100, 101, 1001)
        for plan in [outline(action, urgent, amount)]
    }
    assert told == {
        100: (["reviewer"], HOUR),
        101: (["boss"], HOUR),
        1001: (["boss", "reviewer"], 5 * MINUTE),
    }


def test_an_override_is_careful_and_short_whatever_the_action_says(tmp_path: Path) -> None:
    action = pay(tmp_path, "friction: one_click", "execute_within: 20h", *URGENT)
    denied = Asked(denied_by=Denial(engine="cedar"), urgency=Urgency.HIGH)
    plan = outline(action, denied)
    assert (plan.overrides, plan.friction) == ("cedar", Friction.REVIEW_MODAL)
    assert (plan.execute_within, plan.editor_may_sign) == (15 * MINUTE, False)
    assert (seats(plan), plan.ladder[0].sla) == (["reviewer"], HOUR)


def test_an_override_may_have_seats_and_times_of_its_own(tmp_path: Path) -> None:
    lines = ("override:", "  seats: [boss]", "  execute_within: 5m", "  ladder: [{within: 10m}]")
    action = pay(tmp_path, *lines, *TIERS)
    plan = outline(action, Asked(denied_by=Denial(engine="cedar")), 50)
    assert (seats(plan), plan.execute_within) == (["boss"], 5 * MINUTE)
    assert [rung.sla for rung in plan.ladder] == [10 * MINUTE]
    large = outline(action, Asked(denied_by=Denial(engine="cedar")), 5_000)
    assert sorted(seats(large)) == ["boss", "reviewer"]


def test_what_is_denied_never_runs_under_peoples_eyes_only(tmp_path: Path) -> None:
    watched = pay(tmp_path, "oversight: on_the_loop", ROLLBACK)
    plan = outline(watched, Asked(denied_by=Denial(engine="cedar")))
    assert (plan.oversight, plan.veto_within) == (Oversight.IN_THE_LOOP, None)


OFFICE = 'calendars:\n  office: {timezone: Europe/Berlin, opens: "09:00", closes: "17:00"}\n'


def test_times_lives_and_weights_are_the_actions_or_the_defaults(tmp_path: Path) -> None:
    usual = pay(tmp_path).plan
    assert (usual.max_life, usual.reminders, usual.hours) == (timedelta(days=30), (0.5, 0.85), None)
    assert (usual.alternatives, usual.remembered_for, usual.weight) == (3, timedelta(days=7), 1)
    own = pay(
        tmp_path,
        "max_life: 2d",
        "reminders: [0.9, 0.2]",
        "business_hours: office",
        "information: {rounds: 1, answer_within: 2h, total_pause: 90m}",
        "alternatives: {at_most: 1, remembered_for: 1d, target: [customer]}",
        top=OFFICE,
    )
    plan = own.plan
    assert (plan.max_life, plan.reminders) == (timedelta(days=2), (0.2, 0.9))
    assert plan.hours is not None
    assert (plan.hours.name, plan.hours.opens) == (CalendarName("office"), time(9))
    assert plan.information.total_pause == 90 * MINUTE
    assert (plan.alternatives, plan.remembered_for) == (1, timedelta(days=1))
    assert own.target == ("customer",)


def test_the_defaults_reach_every_action(tmp_path: Path) -> None:
    roles = ROLES.replace(
        "defaults:",
        "defaults:\n  business_hours: office\n  weights: {medium: 3}\n  max_life: 4d\n"
        "  alternatives: {target: [customer, order]}\n  uncertainty_factors_at_most: 5",
    )
    text = OFFICE + (
        "actions:\n  pay:\n    severity: medium\n    reversible: true\n"
        "    parameters: {customer: {type: string}}\n"
    )  # fmt: skip
    action = loaded(tmp_path, text, roles).manifest.actions[PAY]
    assert action.plan.hours is not None
    assert (action.plan.weight, action.plan.max_life) == (3, timedelta(days=4))
    assert action.target == ("customer",)  # it has no order
    assert action.confidence.uncertainty_factors_at_most == 5


def test_people_have_hours_and_roles_have_turns(tmp_path: Path) -> None:
    turns = "{people: [U0ANA], every: 7d, starts: 2026-11-02, at: '09:00', timezone: Asia/Tokyo}"
    roles = ROLES.replace("members: [U0ANA]", f"members: [U0ANA], on_call: {turns}")
    people = "people:\n  ana: {name: Ana, slack: [U0ANA], working_hours: office}\nactions: {}\n"
    rules = loaded(tmp_path, OFFICE + people, roles).manifest
    assert rules.working_hours == {PersonId("ana"): rules.calendars[CalendarName("office")]}
    assert rules.roles[RoleName("reviewer")].rota == Rota(
        turns=("U0ANA",),
        every=timedelta(days=7),
        starts=date(2026, 11, 2),
        at=time(9),
        timezone="Asia/Tokyo",
    )


def test_what_is_large_may_be_sent_by_reference(tmp_path: Path) -> None:
    action = pay(tmp_path, "parameters: {dump: {type: object, by_reference: true}}")
    (dump,) = action.schema.parameters
    assert (dump.by_reference, dump.editable) == (True, False)
