"""One proposal for every state a card can show, brought there by the real lifecycle."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from manifests.parameters import Parameter, ParameterSchema, ParameterType, Sensitivity
from manifests.plan import ReviewPlan, Rung, Wording
from manifests.vocabulary import Friction, Scrutiny, Severity, WhenSilent
from store.aftermath import NOTHING_YET, Aftermath, Followed, classified_by, follow
from store.checkpoint import Checkpoint
from store.commands import (
    AfterCommand,
    Answer,
    Approve,
    Command,
    Consume,
    Escalate,
    NoticeDeadline,
    NoticeLapse,
    ProvideInformation,
    Recall,
    Reject,
    ReportOutcome,
    ReportRollback,
    RequestInformation,
    RequestRollback,
    ReturnControl,
    Revise,
    TakeOver,
    Withdraw,
)
from store.lifecycle import Transition, decide
from store.people import Person
from store.ports import Card
from store.proposal import Proposal
from tests.blocks import intents
from tests.blocks.releases import RELEASES
from tests.store.making import (
    CFO,
    DEPUTY,
    FINANCE,
    HOUR,
    NOON,
    a_checkpoint,
    a_person,
    a_plan,
    a_proposal,
    edited,
    on,
)

MINUTE = timedelta(minutes=1)
LATER = NOON + 10 * MINUTE
ANA = a_person("U_ANA", "finance")
BO = a_person("U_BO", "cfo")
DEE = a_person("U_DEE", "deputy")

SCHEMA = ParameterSchema(
    parameters=(
        Parameter(
            name="amount",
            type=ParameterType.MONEY,
            title="Amount",
            required=True,
            currency_parameter="currency",
        ),
        Parameter(
            name="currency",
            type=ParameterType.STRING,
            title="Currency",
            required=True,
            editable=False,
            choices=("USD", "EUR"),
        ),
        Parameter(
            name="customer",
            type=ParameterType.STRING,
            title="Customer",
            required=True,
            editable=False,
        ),
        Parameter(name="note", type=ParameterType.TEXT, title="Note to the customer"),
        Parameter(
            name="iban", type=ParameterType.STRING, title="Account", sensitive=Sensitivity.MASK
        ),
    )
)
WORDING = Wording(
    headline="Refund $12,000.00 to Acme GmbH?",
    approve_label="Refund",
    if_approved="$12,000.00 go back to Acme GmbH today.",
    if_rejected="No money moves; the agent is told why.",
    undo="Money that was paid back cannot be fetched again.",
)
SECRET = "DE89370400440532013000"
PARAMETERS: dict[str, Any] = {
    "amount": "12000.00",
    "currency": "USD",
    "customer": "Acme GmbH",
    "note": "Dear Acme,\nwe are sorry for the double charge.",
    "iban": SECRET,
}
CONTEXT: dict[str, Any] = {
    "request": "Please refund my second payment for order 4711.",
    "steps": (
        {
            "title": "Looked up the order",
            "tool": "crm.get",
            "arguments": {"id": 4711},
            "result": {"paid": 2},
        },
        {"title": "Read the refund policy", "status": "done"},
    ),
    "evidence": (
        {
            "title": "Bank statement",
            "url": "https://bank.example/statements/77",
            "excerpt": "2 × $12,000.00",
        },
        {"title": "Look-alike", "url": "https://bаnk.example/", "kind": "web page"},
    ),
    "alternatives": ("A voucher", "Wait for the bank"),
    "expected_outcome": "The customer is paid back by Friday.",
    "rollback": "Ask the customer to pay again.",
    "checks": (
        {"name": "policy", "passed": True, "source": "rules", "score": 0.93, "threshold": 0.8},
    ),
    "workflow": {"id": "refund-4711", "step": 3, "of": 4},
}


@dataclass(frozen=True, slots=True)
class Scene:
    """What one golden card is drawn from."""

    checkpoint: Checkpoint
    aftermath: Aftermath = NOTHING_YET
    channel: str = "C_FINANCE"
    now: datetime = LATER
    paused: str = ""

    @property
    def card(self) -> Card:
        return Card(proposal=self.checkpoint.id, channel=self.channel, nonce="nonce-1")  # type: ignore[arg-type]


def a_refund(**changed: Any) -> Proposal:
    known: dict[str, Any] = {
        "parameters": PARAMETERS,
        "reason": "Charged twice for order 4711.",
        "confidence": 0.82,
        "confidence_basis": "Two sources agree.",
        "uncertainty_factors": ("The bank answered slowly",),
        "on_behalf_of": "Dana Meyer",
        "context": CONTEXT,
    }
    return Proposal.model_validate(a_proposal().model_dump() | known | changed)


def a_careful_plan(**changed: Any) -> ReviewPlan:
    known: dict[str, Any] = {
        "severity": Severity.HIGH,
        "reversible": False,
        "seats": (FINANCE, CFO),
        "friction": Friction.CONFIRM,
        "editor_may_sign": True,
        "wording": WORDING,
        "schema": SCHEMA,
        "because": "Above $10,000 the CFO must sign too.",
        "signals": ("The agent's confidence is 0.82, below 0.90.",),
    }
    return a_plan(**known | changed)


def a_large_refund(plan: ReviewPlan | None = None, **changed: Any) -> Checkpoint:
    return a_checkpoint(a_refund(**changed), plan or a_careful_plan())


def a_small_refund(**changed: Any) -> Checkpoint:
    return a_checkpoint(a_refund(**changed), a_careful_plan(seats=(FINANCE,)))


def after(checkpoint: Checkpoint, command: Command, now: datetime = LATER) -> Checkpoint:
    """Give the checkpoint a command leads to; a refusal here is a broken scene."""
    step = decide(checkpoint, command, now)
    assert isinstance(step, Transition), step
    return step.after


def followed(checkpoint: Checkpoint, *commands: AfterCommand, now: datetime = LATER) -> Aftermath:
    aftermath = NOTHING_YET
    for command in commands:
        answer = follow(checkpoint, aftermath, command, now)
        assert isinstance(answer, Followed), answer
        aftermath = answer.after
    return aftermath


def as_of(person: Person, now: datetime = LATER) -> Person:
    return replace(person, as_of=now)


def signed(checkpoint: Checkpoint, person: Person = ANA, *, note: str = "") -> Checkpoint:
    state: Any = checkpoint.state
    known = {each.user: each for each in (ANA, BO, DEE)}
    signers = [as_of(known[each.by.user]) for each in state.sign_offs]
    return after(checkpoint, Approve(**on(checkpoint, as_of(person), *signers), note=note))


def approved() -> Checkpoint:
    return signed(a_small_refund(), note="Checked with the bank.")


def consume(checkpoint: Checkpoint) -> Consume:
    return Consume(
        agent=checkpoint.parties.agent,
        attempt="a1",
        digest=checkpoint.revision.digest,
        token_is_right=True,
    )


def _report(checkpoint: Checkpoint, *, executed: bool = True) -> ReportOutcome:
    said = "Paid back, reference 99." if executed else "The bank refused."
    return ReportOutcome(agent=checkpoint.parties.agent, executed=executed, detail=said)


def _undo(checkpoint: Checkpoint, *, done: bool) -> ReportRollback:
    said = "Charged again." if done else "The customer disputes it."
    return ReportRollback(agent=checkpoint.parties.agent, done=done, detail=said)


ASK_BACK = RequestRollback(reviewer=as_of(ANA), reason="It went to the wrong customer.")


def after_approval(*commands: Callable[[Checkpoint], AfterCommand]) -> Scene:
    checkpoint = approved()
    return Scene(checkpoint, followed(checkpoint, *(make(checkpoint) for make in commands)))


def escalated(channel: str) -> Scene:
    late = NOON + HOUR
    return Scene(after(a_large_refund(), NoticeDeadline(), late), channel=channel, now=late)


def stays_blocked() -> Scene:
    plan = a_careful_plan(when_silent=WhenSilent.STAY_BLOCKED, severity=Severity.CRITICAL)
    checkpoint = after(a_large_refund(plan), NoticeDeadline(), NOON + HOUR)
    checkpoint = after(checkpoint, NoticeDeadline(), NOON + 3 * HOUR)
    return Scene(checkpoint, now=NOON + 3 * HOUR)


def expired() -> Scene:
    checkpoint = after(a_large_refund(), NoticeDeadline(), NOON + HOUR)
    checkpoint = after(checkpoint, NoticeDeadline(), NOON + 3 * HOUR)
    return Scene(checkpoint, now=NOON + 3 * HOUR)


def asked() -> Checkpoint:
    checkpoint = a_large_refund()
    question = "Which of the two payments is the wrong one?"
    command = RequestInformation(**on(checkpoint, as_of(ANA)), question_id="q1", question=question)
    return after(checkpoint, command)


def answered() -> Scene:
    words = ProvideInformation(answer="The second, of 3 May.", question_id="q1")
    return Scene(after(asked(), words, LATER + 5 * MINUTE), now=LATER + 5 * MINUTE)


def taken_over() -> Checkpoint:
    checkpoint = a_large_refund(live_view_url="https://agent.example/live/1")
    return after(checkpoint, TakeOver(**on(checkpoint, as_of(ANA))))


def control_returned() -> Scene:
    checkpoint = taken_over()
    note = "I logged in; go on from the second page."
    return Scene(after(checkpoint, ReturnControl(**on(checkpoint, as_of(ANA)), note=note)))


def approved_with_edits() -> Scene:
    checkpoint = a_small_refund()
    change = edited(checkpoint, amount="11000.00")
    command = Revise(
        **on(checkpoint, as_of(ANA)), **change, category="wrong_amount", note="Minus the fee."
    )
    return Scene(after(checkpoint, command))


def a_question(**changed: Any) -> Proposal:
    known: dict[str, Any] = {
        "question": "Two customers are called Acme. Which one do you mean?",
        "choices": ("Acme GmbH, Berlin", "Acme Inc., Boston"),
    }
    return a_refund(**known | changed)


def question_answered() -> Scene:
    checkpoint = a_checkpoint(a_question(), a_careful_plan(seats=(FINANCE,)))
    command = Answer(
        **on(checkpoint, as_of(ANA)), guidance="The one in Berlin.", choice="Acme GmbH, Berlin"
    )
    return Scene(after(checkpoint, command))


def rejected() -> Scene:
    checkpoint = a_small_refund()
    why = "The second payment was for another order."
    command = Reject(**on(checkpoint, as_of(ANA)), reason=why, category="wrong_facts")
    return Scene(after(checkpoint, command))


def blocked_unknown(**changed: Any) -> Scene:
    plan = a_careful_plan(
        scrutiny=Scrutiny.BLOCK,
        rule="unknown_action",
        because="No manifest knows this action.",
        schema=ParameterSchema(open=True),
    )
    checkpoint = a_checkpoint(a_refund(**changed), plan)
    return Scene(checkpoint, channel="C_ADMINISTRATORS")


def blocked_classified() -> Scene:
    scene = blocked_unknown()
    return replace(scene, aftermath=classified_by(NOTHING_YET, as_of(ANA), LATER))


def blocked_by_rule() -> Scene:
    plan = a_careful_plan(scrutiny=Scrutiny.BLOCK, rule="never", because="Refunds are frozen.")
    return Scene(a_checkpoint(a_refund(), plan), channel="C_ADMINISTRATORS")


def auto_approved() -> Checkpoint:
    plan = a_careful_plan(
        scrutiny=Scrutiny.AUTO_APPROVE,
        rule="auto_approve_below",
        because="$48.00 is below $50.00, and $48.00 of $250.00 were allowed today.",
        wording=replace(WORDING, headline="Refund $48.00 to Acme GmbH?"),
    )
    return a_checkpoint(a_refund(), plan)


def with_friction(friction: Friction) -> Scene:
    return Scene(a_large_refund(a_careful_plan(friction=friction)))


def cut() -> Scene:
    text = "A" * 2_000 + "\nand the last line decides"
    plan = a_careful_plan(friction=Friction.ONE_CLICK)
    return Scene(a_large_refund(plan, parameters={**PARAMETERS, "note": text}))


def incomplete() -> Scene:
    given = {name: PARAMETERS[name] for name in ("amount", "currency")}
    return Scene(a_large_refund(parameters=given, missing=("customer", "order_id")))


def many_parameters() -> Scene:
    given = {f"line_{number:02}": number * 1000003 for number in range(40)}
    plan = a_careful_plan(schema=ParameterSchema(open=True))
    return Scene(a_large_refund(plan, parameters=given))


def escalated_by_hand() -> Scene:
    ladder = (Rung(sla=HOUR), Rung(sla=HOUR, fallback=(DEPUTY,)), Rung(sla=HOUR))
    checkpoint = signed(a_large_refund(a_careful_plan(ladder=ladder)))
    command = Escalate(**on(checkpoint, as_of(BO)), reason="I know the customer personally.")
    return Scene(after(checkpoint, command), channel="C_DEPUTY")


def lapsed() -> Scene:
    checkpoint = approved()
    late = LATER + checkpoint.plan.execute_within
    return Scene(checkpoint, followed(checkpoint, NoticeLapse(), now=late), now=late)


def _released(name: str) -> Scene:
    checkpoint, aftermath = RELEASES[name]()
    return Scene(checkpoint, aftermath)


SCENES: dict[str, Callable[[], Scene]] = {
    "pending": lambda: Scene(a_large_refund()),
    "pending_half_signed": lambda: Scene(signed(a_large_refund())),
    "pending_one_click": lambda: with_friction(Friction.ONE_CLICK),
    "pending_review_modal": lambda: with_friction(Friction.REVIEW_MODAL),
    "pending_value_cut": cut,
    "pending_many_parameters": many_parameters,
    "pending_nothing_said": lambda: Scene(a_checkpoint(a_proposal(reason=""))),
    "pending_incomplete": incomplete,
    "pending_question": lambda: Scene(a_checkpoint(a_question(), a_careful_plan())),
    "pending_after_answer": answered,
    "pending_control_returned": control_returned,
    "escalated_first_card": lambda: escalated("C_FINANCE"),
    "escalated_fallback_card": lambda: escalated("C_DEPUTY"),
    "escalated_by_hand": escalated_by_hand,
    "escalated_stays_blocked": stays_blocked,
    "needs_information": lambda: Scene(asked()),
    "taken_over": lambda: Scene(taken_over()),
    "approved": lambda: Scene(approved()),
    "approved_by_two": lambda: Scene(signed(signed(a_large_refund()), BO)),
    "approved_consumed": lambda: after_approval(consume),
    "approved_executed": lambda: after_approval(consume, _report),
    "approved_failed": lambda: after_approval(consume, lambda each: _report(each, executed=False)),
    "approved_recalled": lambda: after_approval(
        lambda _: Recall(reviewer=as_of(ANA), reason="The customer called.")
    ),
    "approved_lapsed": lapsed,
    "approved_rollback_requested": lambda: after_approval(consume, _report, lambda _: ASK_BACK),
    "approved_rollback_done": lambda: after_approval(
        consume, _report, lambda _: ASK_BACK, lambda each: _undo(each, done=True)
    ),
    "approved_rollback_failed": lambda: after_approval(
        consume, _report, lambda _: ASK_BACK, lambda each: _undo(each, done=False)
    ),
    "approved_with_edits": approved_with_edits,
    "answered": question_answered,
    "rejected": rejected,
    "expired": expired,
    "withdrawn": lambda: Scene(after(a_small_refund(), Withdraw(reason="The customer gave up."))),
    "blocked_unknown_action": blocked_unknown,
    "blocked_classified": blocked_classified,
    "blocked_unknown_without_parameters": lambda: blocked_unknown(parameters={}),
    "blocked_by_rule": blocked_by_rule,
    "auto_approved": lambda: Scene(auto_approved()),
    "pending_alternative": lambda: Scene(intents.alternative()),
    "pending_override": lambda: Scene(intents.override()),
    "escalated_hidden_repeat": lambda: Scene(intents.hidden_repeat()),
    "escalated_same_again": lambda: Scene(intents.the_same_again()),
    "needs_information_asked_first": lambda: Scene(intents.asked_first()),
    "blocked_by_engine": lambda: Scene(intents.denial(), channel="C_OPERATIONS"),
    **{name: partial(_released, name) for name in RELEASES},
}
