"""One checkpoint in every state, reached as a real one would be, and one of every command."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from manifests.plan import InformationLimits, ReviewPlan
from manifests.vocabulary import Scrutiny, WhenSilent
from store.asking import may_be_asked
from store.checkpoint import Checkpoint
from store.commands import (
    Answer,
    Approve,
    Claim,
    Command,
    Escalate,
    GiveInformation,
    NoticeDeadline,
    NoticeRoom,
    ProvideInformation,
    Reassign,
    Reject,
    Release,
    RequestInformation,
    ReturnControl,
    Revise,
    StopWaiting,
    TakeOver,
    Tighten,
    Withdraw,
    WithdrawSignOff,
)
from store.lifecycle import Transition, decide, opened
from store.lifecycle.holding import held_back
from store.people import Person
from store.refusals import Refusal
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
    an_intake,
    edited,
    on,
)

MINUTE = timedelta(minutes=1)
SOON = NOON + timedelta(seconds=5)
LATER = NOON + timedelta(seconds=10)
LATE = NOON + HOUR
WAIT = timedelta(seconds=30)
"""How long an approval waits where it can be undone."""
FULL = "Two like this are before people already."


def ana(now: datetime = NOON) -> Person:
    """Give somebody of finance, as Slack knows her now."""
    return a_person("ana", "finance", as_of=now)


def ben(now: datetime = NOON) -> Person:
    return a_person("ben", "finance", as_of=now)


def cora(now: datetime = NOON) -> Person:
    return a_person("cora", "cfo", as_of=now)


def dan(now: datetime = NOON) -> Person:
    return a_person("dan", "deputy", as_of=now)


def after(checkpoint: Checkpoint, command: Command, now: datetime) -> Checkpoint:
    """Carry out a command that must be accepted."""
    return step(checkpoint, command, now).after


def step(checkpoint: Checkpoint, command: Command, now: datetime) -> Transition:
    verdict = decide(checkpoint, command, now)
    assert isinstance(verdict, Transition), verdict
    return verdict


def refused(checkpoint: Checkpoint, command: Command, now: datetime = SOON) -> Refusal:
    verdict = decide(checkpoint, command, now)
    assert isinstance(verdict, Refusal), verdict
    return verdict


def two_seats(**changed: Any) -> ReviewPlan:
    return a_plan(**{"seats": (FINANCE, CFO), **changed})


def watched() -> Checkpoint:
    """Open a proposal whose agent can be watched and taken over."""
    return a_checkpoint(a_proposal(live_view_url="https://view.example/1"))


def _asked() -> Checkpoint:
    fresh = a_checkpoint()
    ask = RequestInformation(**on(fresh, ana()), question_id="q1", question="Which order?")
    return after(fresh, ask, SOON)


def _taken_over() -> Checkpoint:
    fresh = watched()
    return after(fresh, TakeOver(**on(fresh, ana())), SOON)


def _asked_deputy() -> Checkpoint:
    """Let a role of a higher rung be asked before it may decide."""
    fresh = a_checkpoint()
    deputy = next(each for each in may_be_asked(fresh) if each.name == DEPUTY.name)
    asking = RequestInformation(
        **on(fresh, ana()), question_id="q1", question="Which order?", asked=deputy
    )
    return after(fresh, asking, SOON)


def held(plan: ReviewPlan | None = None) -> Checkpoint:
    """Open one that waits without a card."""
    return opened(replace(an_intake(plan=plan), hold=FULL), NOON).after


def _asked_first() -> Checkpoint:
    """Open one that a rule wants to know more of before people look."""
    limits = InformationLimits(rounds=1, answer_within=HOUR)
    return a_checkpoint(plan=a_plan(ask_first="Which invoice is it?", information=limits))


def held_unanswered(**changed: Any) -> Checkpoint:
    """Let the agent say nothing to what a rule asked first, while there is no room."""
    fresh = _asked_first()
    silent = step(replace(fresh, plan=replace(fresh.plan, **changed)), NoticeDeadline(), LATE)
    return held_back(silent, FULL).after


def releasing(**changed: Any) -> Checkpoint:
    """Let Ana and Cora fill both seats, the second five seconds after noon."""
    half = _half_signed(**{"release_after": WAIT, **changed})
    return after(half, Approve(**on(half, cora(), ana())), SOON)


def _edited_and_releasing() -> Checkpoint:
    fresh = a_checkpoint(plan=a_plan(release_after=WAIT))
    return after(fresh, Revise(**on(fresh, ana()), **edited(fresh, amount="400.00")), SOON)


def _half_signed(**changed: Any) -> Checkpoint:
    fresh = a_checkpoint(plan=two_seats(**changed))
    return after(fresh, Approve(**on(fresh, ana())), SOON)


def _escalated() -> Checkpoint:
    return after(a_checkpoint(), NoticeDeadline(), NOON + HOUR)


def _stuck() -> Checkpoint:
    fresh = a_checkpoint(plan=a_plan(when_silent=WhenSilent.STAY_BLOCKED))
    climbed = after(fresh, NoticeDeadline(), NOON + HOUR)
    return after(climbed, NoticeDeadline(), NOON + 3 * HOUR)


def _approved() -> Checkpoint:
    fresh = a_checkpoint()
    return after(fresh, Approve(**on(fresh, ana())), SOON)


def _edited() -> Checkpoint:
    fresh = a_checkpoint()
    return after(fresh, Revise(**on(fresh, ana()), **edited(fresh, amount="400.00")), SOON)


def a_question() -> Checkpoint:
    return a_checkpoint(a_proposal(question="Which one?", choices=("first", "second")))


def _answered() -> Checkpoint:
    fresh = a_question()
    return after(fresh, Answer(**on(fresh, ana()), guidance="The first.", choice="first"), SOON)


def _rejected() -> Checkpoint:
    fresh = a_checkpoint()
    return after(fresh, Reject(**on(fresh, ana()), reason="Paid twice.", category="wrong"), SOON)


# state -> (a checkpoint in it, a moment at which none of its deadlines has passed)
STATES: dict[str, tuple[Checkpoint, datetime]] = {
    "pending_review": (a_checkpoint(), LATER),
    "pending_review, one of two signed": (_half_signed(), LATER),
    "pending_review, a question": (a_question(), LATER),
    "pending_review, incomplete": (a_checkpoint(a_proposal(missing=("iban",))), LATER),
    "pending_review, can be watched": (watched(), LATER),
    "escalated": (_escalated(), NOON + HOUR + MINUTE),
    "escalated, stuck": (_stuck(), NOON + 3 * HOUR + MINUTE),
    "needs_information": (_asked(), LATER),
    "needs_information, of the deputy": (_asked_deputy(), LATER),
    "needs_information, asked first": (_asked_first(), LATER),
    "taken_over": (_taken_over(), LATER),
    "held": (held(), LATER),
    "held, asked first": (held_unanswered(), LATE + MINUTE),
    "releasing": (releasing(), LATER),
    "releasing, with edits": (_edited_and_releasing(), LATER),
    "approved": (_approved(), LATER),
    "approved_with_edits": (_edited(), LATER),
    "answered": (_answered(), LATER),
    "rejected": (_rejected(), LATER),
    "expired": (after(_escalated(), NoticeDeadline(), NOON + 3 * HOUR), NOON + 4 * HOUR),
    "withdrawn": (after(a_checkpoint(), Withdraw(reason="Not needed."), SOON), LATER),
    "blocked": (a_checkpoint(plan=a_plan(scrutiny=Scrutiny.BLOCK)), LATER),
    "auto_approved": (a_checkpoint(plan=a_plan(scrutiny=Scrutiny.AUTO_APPROVE)), LATER),
}


def _revise(checkpoint: Checkpoint, known: dict[str, Any], *, approve: bool) -> Command:
    return Revise(**known, **edited(checkpoint, amount="1.00", iban="DE1"), approve=approve)


# command -> how the one who acts sends it for what stands on the card
COMMANDS: dict[str, Callable[[Checkpoint, dict[str, Any]], Command]] = {
    "approve": lambda _, known: Approve(**known),
    "reject": lambda _, known: Reject(**known, reason="No.", category="other"),
    "revise and approve": lambda on_card, known: _revise(on_card, known, approve=True),
    "revise": lambda on_card, known: _revise(on_card, known, approve=False),
    "answer": lambda _, known: Answer(**known, guidance="Yes."),
    "request information": lambda _, known: RequestInformation(
        **known, question_id="q2", question="Why?"
    ),
    "stop waiting": lambda _, known: StopWaiting(**known),
    "escalate": lambda _, known: Escalate(**known, reason="Too large for me."),
    "withdraw sign-off": lambda _, known: WithdrawSignOff(**known),
    "take over": lambda _, known: TakeOver(**known),
    "return control": lambda _, known: ReturnControl(**known, note="Logged in."),
    "release": lambda _, known: Release(**known),
    "claim": lambda _, known: Claim(**known),
    "reassign": lambda _, known: Reassign(
        **known, to=(*known["signers"], known["reviewer"], known["reviewer"])[1]
    ),
    "provide information": lambda _, __: ProvideInformation(answer="Order 4711."),
    "give information": lambda _, known: GiveInformation(
        person=known["reviewer"], answer="Order 4711.", question_id="q1"
    ),
    "provide other parameters": lambda on_card, _: ProvideInformation(
        answer="It was less.", **edited(on_card, amount="2.00")
    ),
    "withdraw": lambda _, __: Withdraw(reason="Never mind."),
    "notice deadline": lambda _, __: NoticeDeadline(),
    "notice room": lambda _, __: NoticeRoom(),
    "tighten": lambda on_card, _: Tighten(plan=replace(on_card.plan, seats=(CFO,))),
    "tighten to a block": lambda on_card, _: Tighten(
        plan=replace(on_card.plan, scrutiny=Scrutiny.BLOCK)
    ),
}
