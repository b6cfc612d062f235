"""Scenes about care: how much a reviewer must do, who may not, what waits, and what is stopped."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from manifests.parameters import Parameter, ParameterSchema, ParameterType
from manifests.plan import InformationLimits, ReviewPlan
from manifests.vocabulary import AgentName, Friction, Mode, Scrutiny, Severity
from store.checkpoint import Checkpoint
from store.commands import (
    GiveInformation,
    NoticeDeadline,
    RequestInformation,
    Revise,
    WithdrawSignOff,
)
from store.lifecycle import opened
from store.traces import Addressee
from tests.blocks.asked import ASKED
from tests.blocks.releases import RELEASES
from tests.blocks.scenes import (
    ANA,
    ASK_BACK,
    BO,
    LATER,
    MINUTE,
    SCENES,
    Scene,
    a_careful_plan,
    a_large_refund,
    a_refund,
    after,
    after_approval,
    approved,
    as_of,
    consume,
    signed,
)
from tests.store.making import FINANCE, a_person, a_role, an_intake, edited, on

PAUSED = "Elif Kaya paused the agent billing: it pays twice."
HELD = "Five proposals of billing wait for process_refund already; at most five have a card."


def a_typed_plan(**changed: Any) -> ReviewPlan:
    """Ask for the amount once more."""
    known: dict[str, Any] = {"friction": Friction.TYPED, "retype": "amount"}
    return a_careful_plan(**known | changed)


def typed(**changed: Any) -> Checkpoint:
    return a_large_refund(a_typed_plan(), **changed)


def to_fill_in(**plan: Any) -> Scene:
    given = {"amount": "12000.00", "currency": "USD"}
    return Scene(a_large_refund(a_typed_plan(**plan), parameters=given, missing=("customer",)))


def a_waiting_plan(**changed: Any) -> ReviewPlan:
    return a_careful_plan(**{"release_after": 2 * MINUTE, **changed})


def releasing() -> Checkpoint:
    """Have both seats filled, with two minutes left to undo that."""
    return signed(signed(a_large_refund(a_waiting_plan()), note="Called the bank."), BO)


def undone() -> Scene:
    checkpoint = releasing()
    command = WithdrawSignOff(**on(checkpoint, as_of(BO), as_of(ANA)))
    return Scene(after(checkpoint, command))


def released() -> Scene:
    checkpoint = releasing()
    late = LATER + 2 * MINUTE
    return Scene(after(checkpoint, NoticeDeadline(), late), now=late)


def held() -> Checkpoint:
    intake = an_intake(a_refund(), a_careful_plan())
    return opened(replace(intake, hold=HELD), LATER).after


def edited_by_ana(plan: ReviewPlan, fresh: ReviewPlan | None = None) -> Checkpoint:
    checkpoint = a_large_refund(plan)
    change = edited(checkpoint, amount="480.00", note="Dear Acme, sorry.")
    change["plan"] = fresh or plan
    command = Revise(**on(checkpoint, as_of(ANA)), **change, category="wrong_amount", approve=False)
    return after(checkpoint, command)


def edited_by_somebody_barred() -> Scene:
    return Scene(edited_by_ana(a_careful_plan(editor_may_sign=False)))


def edited_down() -> Scene:
    """Bring the amount below what the CFO must sign; their seat stays."""
    fresh = a_careful_plan(seats=(FINANCE,), because="Refunds over $50 need a person.")
    return Scene(edited_by_ana(a_careful_plan(), fresh))


def of_severity(severity: Severity, friction: Friction) -> Scene:
    reversible = severity is Severity.LOW
    plan = a_careful_plan(severity=severity, friction=friction, reversible=reversible)
    return Scene(a_large_refund(plan))


def straight_up() -> Scene:
    plan = a_careful_plan(scrutiny=Scrutiny.ESCALATE, because="Its confidence is 55%.")
    return Scene(a_large_refund(plan))


def paused(scene: Scene) -> Scene:
    return replace(scene, paused=PAUSED)


def paused_executor() -> Scene:
    plan = a_careful_plan(seats=(FINANCE,), executed_by=AgentName("payments-runner"))
    return paused(Scene(signed(a_large_refund(plan))))


def paused_suggestion() -> Scene:
    return paused(
        Scene(signed(a_large_refund(a_careful_plan(seats=(FINANCE,), mode=Mode.SUGGEST))))
    )


def rolling_back_unheard_of() -> Scene:
    return after_approval(consume, lambda _: ASK_BACK)


def asked_out() -> Scene:
    """Leave no question to ask."""
    return Scene(a_large_refund(a_careful_plan(information=InformationLimits(rounds=0))))


def paused_on_the_loop() -> Scene:
    checkpoint, aftermath = RELEASES["on_the_loop"]()
    return paused(Scene(checkpoint, aftermath))


def a_plan_of_steps() -> Scene:
    """Propose a list of steps, each of which can be edited or made anew."""
    steps = Parameter(name="steps", type=ParameterType.LIST, title="Steps", required=True)
    plan = a_careful_plan(schema=ParameterSchema(parameters=(steps,)))
    given = {"steps": ["Stop the writers.", "Copy the table.", "Start the writers."]}
    return Scene(a_large_refund(plan, parameters=given))


def asked_of(channel: str, *, answered: bool = False) -> Scene:
    """Put a question to a role, and show its card in a channel."""
    legal = a_role("legal")
    plan = a_careful_plan(information=InformationLimits(roles=(legal,)))
    checkpoint = a_large_refund(plan)
    command = RequestInformation(
        **on(checkpoint, as_of(ANA)),
        question_id="q1",
        question="May we pay this back without a court?",
        category="consequences",
        asked=Addressee(kind="role", name="legal", title=legal.title, channel=legal.channel),
    )
    waiting = after(checkpoint, command)
    if not answered:
        return Scene(waiting, channel=channel)
    kim = as_of(a_person("U_KIM", "legal"))
    return Scene(
        after(waiting, GiveInformation(person=kim, answer="Yes, we may.", question_id="q1")),
        channel=channel,
    )


CARE: Mapping[str, Callable[[], Scene]] = {
    "pending_typed": lambda: Scene(typed()),
    "pending_typed_to_fill_in": to_fill_in,
    "pending_to_fill_in_by_another": lambda: to_fill_in(
        friction=Friction.CONFIRM, editor_may_sign=False
    ),
    "pending_edited_by_somebody_barred": edited_by_somebody_barred,
    "pending_edited_down": edited_down,
    "pending_no_questions_left": asked_out,
    "releasing": lambda: Scene(releasing()),
    "releasing_undone": undone,
    "releasing_released": released,
    "pending_plan_of_steps": a_plan_of_steps,
    "needs_information_of_a_role": partial(asked_of, "C_FINANCE"),
    "question_card": partial(asked_of, "C_LEGAL"),
    "question_card_answered": partial(asked_of, "C_LEGAL", answered=True),
    "held": lambda: Scene(held()),
    "escalated_straight_up": straight_up,
    "approved_paused": lambda: paused(Scene(approved())),
    "approved_paused_executor": paused_executor,
    "approved_paused_suggestion": paused_suggestion,
    "on_the_loop_paused": paused_on_the_loop,
    "approved_rollback_requested_unheard_of": rolling_back_unheard_of,
    **{
        f"pending_{severity.value}_{friction.value}": partial(of_severity, severity, friction)
        for severity in Severity
        for friction in Friction
    },
}

PICTURES: Mapping[str, Callable[[], Scene]] = {**SCENES, **CARE, **ASKED}
"""Everything that a golden file shows."""
