"""A rule may ask the agent before people look; only silence or an answer brings them in."""

from datetime import timedelta

from manifests.plan import InformationLimits
from manifests.vocabulary import Scrutiny
from store.aftermath import NOTHING_YET
from store.checkpoint import (
    ByRule,
    Checkpoint,
    Escalated,
    NeedsInformation,
    PendingReview,
)
from store.commands import Approve, NoticeDeadline, ProvideInformation, Reject, RequestInformation
from store.decision import decision_of
from store.effects import ActorKind, Happening, ShowCard, TellThread
from store.lifecycle import Transition, decide, opened
from store.lifecycle.opening import ASKED_FIRST
from store.refusals import Reason, Refusal
from tests.store.making import HOUR, NOON, a_person, a_plan, an_intake, on

ANA = a_person("ana", "finance", as_of=NOON + HOUR)
QUESTION = "Which invoice is it?"


def asked(scrutiny: Scrutiny = Scrutiny.REVIEW) -> Transition:
    plan = a_plan(
        scrutiny=scrutiny,
        ask_first=QUESTION,
        information=InformationLimits(rounds=1, answer_within=2 * HOUR),
    )
    return opened(an_intake(plan=plan), NOON)


def state_of(checkpoint: Checkpoint) -> NeedsInformation:
    assert isinstance(checkpoint.state, NeedsInformation)
    return checkpoint.state


def after(
    checkpoint: Checkpoint, command: ProvideInformation | NoticeDeadline, hours: float
) -> Checkpoint:
    step = decide(checkpoint, command, NOON + hours * HOUR)
    assert isinstance(step, Transition), step
    return step.after


def test_the_question_stands_before_the_review_and_people_see_it() -> None:
    step = asked()
    state = state_of(step.after)
    assert (state.question, state.asker) == (QUESTION, ByRule(at=NOON))
    assert isinstance(state.paused, PendingReview)
    assert state.deadline == NOON + 2 * HOUR
    assert state.time_left == HOUR
    told = [each for each in step.effects if isinstance(each, TellThread)]
    assert [each.event.happening for each in told] == [Happening.INFORMATION_REQUESTED]
    assert told[0].event.actor.kind is ActorKind.KEYTURN
    assert any(isinstance(each, ShowCard) for each in step.effects)


def test_the_agent_reads_the_question_in_its_decision() -> None:
    question = decision_of(asked().after, NOTHING_YET, b"k" * 32)["question"]
    assert question == {
        "id": ASKED_FIRST,
        "text": QUESTION,
        "asked_by": "keyturn",
        "asked_at": "2026-11-02T12:00:00Z",
        "asked": {"kind": "agent", "name": None, "title": "the agent"},
        "category": None,
        "about": None,
    }


def test_the_answer_starts_the_clock_that_people_have() -> None:
    checkpoint = after(
        asked().after, ProvideInformation(answer="Number 7.", question_id=ASKED_FIRST), 1.5
    )
    assert checkpoint.state == PendingReview(deadline=NOON + 2.5 * HOUR)
    assert checkpoint.exchanges[0].answer == "Number 7."


def test_silence_brings_people_in_with_a_remark_and_never_approves() -> None:
    early = decide(asked().after, NoticeDeadline(), NOON + 2 * HOUR - timedelta(seconds=1))
    assert isinstance(early, Refusal)
    checkpoint = after(asked().after, NoticeDeadline(), 2)
    assert isinstance(checkpoint.state, PendingReview)
    assert "did not answer in time" in checkpoint.state.remark
    assert checkpoint.state.deadline == NOON + 3 * HOUR


def test_what_goes_straight_up_goes_up_after_the_answer() -> None:
    step = asked(Scrutiny.ESCALATE)
    assert isinstance(state_of(step.after).paused, Escalated)
    happened = [each.happening for each in step.events]
    assert happened == [
        Happening.PROPOSED,
        Happening.ESCALATED,
        Happening.INFORMATION_REQUESTED,
    ]
    answered = after(step.after, ProvideInformation(answer="Number 7."), 1)
    assert isinstance(answered.state, Escalated)
    assert answered.state.rung == 1


def test_a_plan_that_asks_first_lets_nothing_pass_unseen() -> None:
    assert isinstance(state_of(asked(Scrutiny.AUTO_APPROVE).after).paused, PendingReview)


def test_what_is_blocked_is_not_asked_about() -> None:
    blocked = asked(Scrutiny.BLOCK).after
    assert blocked.state.status == "blocked"
    assert blocked.exchanges == ()


def test_the_rules_question_is_none_of_the_reviewers_rounds() -> None:
    checkpoint = after(asked().after, ProvideInformation(answer="Number 7."), 1)
    own = RequestInformation(**on(checkpoint, ANA), question_id="q1", question="Which year?")
    step = decide(checkpoint, own, NOON + HOUR)
    assert isinstance(step, Transition), step
    answered = after(step.after, ProvideInformation(answer="This one."), 1)
    again = decide(answered, own, NOON + HOUR)
    assert isinstance(again, Refusal)
    assert again.reason is Reason.TOO_MANY_QUESTIONS


def test_until_the_answer_a_person_may_only_say_no() -> None:
    checkpoint = asked().after
    approved = decide(checkpoint, Approve(**on(checkpoint, ANA)), NOON + HOUR)
    assert isinstance(approved, Refusal)
    assert "Keyturn asked the agent" in approved.words
    no = Reject(**on(checkpoint, ANA), reason="Spam.", category="other")
    rejected = decide(checkpoint, no, NOON + HOUR)
    assert isinstance(rejected, Transition)
    assert rejected.after.state.status == "rejected"
