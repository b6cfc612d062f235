"""Who may be asked, who may answer, and what becomes of the clock."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifests.plan import InformationLimits
from manifests.vocabulary import AgentName, ChannelId, PersonId, Scrutiny, Standing, UserId
from store.asking import (
    card_of,
    key_of,
    may_be_asked,
    person_behind,
    place_of,
    question_in,
    slack_place,
    who_is_asked,
)
from store.checkpoint import (
    THE_AGENT,
    Addressee,
    Blocked,
    Checkpoint,
    NeedsInformation,
    PendingReview,
    Signature,
)
from store.commands import (
    Approve,
    Command,
    GiveInformation,
    NoticeDeadline,
    ProvideInformation,
    Reject,
    RequestInformation,
    Revise,
    StopWaiting,
)
from store.effects import ShowCard
from store.lifecycle import Transition, decide
from store.people import KEYTURN_ITSELF, Person
from store.refusals import Reason, Refusal
from tests.store.making import (
    CFO,
    DEPUTY,
    FINANCE,
    HOUR,
    NOON,
    a_checkpoint,
    a_person,
    a_plan,
    a_role,
    edited,
    on,
)

MINUTE = timedelta(minutes=1)
LEGAL = a_role("legal")
CRM = AgentName("crm")
LIMITS = InformationLimits(rounds=2, answer_within=4 * HOUR, roles=(LEGAL,), systems=(CRM,))
BEHIND = person_behind(PersonId("person-lena"), UserId("lena"), "Lena")
ROLE = Addressee(kind="role", name=LEGAL.name, title="the role Legal", channel=ChannelId("C_LEGAL"))
SYSTEM = Addressee(kind="system", name=CRM, title="the system crm")
ALL = [THE_AGENT, BEHIND, ROLE, SYSTEM]


def opened(**plan: Any) -> Checkpoint:
    return a_checkpoint(plan=a_plan(information=LIMITS, **plan), requester="person-lena")


def ana(at: Any = NOON) -> Person:
    return a_person("ana", "finance", as_of=at)


def after(checkpoint: Checkpoint, command: Command, now: Any = NOON) -> Checkpoint:
    step = decide(checkpoint, command, now)
    assert isinstance(step, Transition), step
    return step.after


def refused(checkpoint: Checkpoint, command: Command, now: Any = NOON) -> Reason:
    verdict = decide(checkpoint, command, now)
    assert isinstance(verdict, Refusal), verdict
    return verdict.reason


def asked(whom: Addressee, checkpoint: Checkpoint | None = None, now: Any = NOON) -> Checkpoint:
    before = checkpoint or opened()
    question = RequestInformation(
        **on(before, ana(now)), question_id="q1", question="Why?", category="scope", asked=whom
    )
    return after(before, question, now)


def given_by(person: Person, question: str = "q1") -> GiveInformation:
    return GiveInformation(person=person, answer="Because.", question_id=question)


ANSWERS: dict[str, Command] = {
    "agent": ProvideInformation(answer="Because."),
    "person": given_by(a_person("lena", person="person-lena")),
    "role": given_by(a_person("lea", "legal")),
    "system": ProvideInformation(answer="Because.", question_id="q1", system=CRM),
}


def test_the_plan_says_who_may_be_asked() -> None:
    told = [key_of(each) for each in may_be_asked(opened(), BEHIND)]
    assert told == ["agent", "person", "role:legal", "role:deputy", "system:crm"]
    two = a_plan(information=LIMITS, seats=(FINANCE, CFO))
    assert "role:cfo" in [key_of(each) for each in may_be_asked(a_checkpoint(plan=two))]


def test_nobody_is_asked_whom_the_plan_does_not_name() -> None:
    checkpoint = opened()
    for stranger in (
        replace(ROLE, name="cooks"),
        replace(SYSTEM, name="weather"),
        person_behind(PersonId("person-mallory"), UserId("mallory"), "Mallory"),
    ):
        question = RequestInformation(
            **on(checkpoint, ana()), question_id="q1", question="Why?", asked=stranger
        )
        assert refused(checkpoint, question) is Reason.NOT_TO_BE_ASKED


def test_the_proposing_agent_is_no_system_to_be_asked() -> None:
    own = replace(LIMITS, systems=(AgentName("billing"),))
    assert all(
        each.kind != "system" for each in may_be_asked(a_checkpoint(plan=a_plan(information=own)))
    )


def test_nobody_stands_behind_keyturn_itself() -> None:
    checkpoint = a_checkpoint(
        plan=a_plan(information=LIMITS), agent=KEYTURN_ITSELF, requester="person-lena"
    )
    assert THE_AGENT not in may_be_asked(checkpoint, BEHIND)


def test_a_role_is_asked_where_the_plan_says_not_where_the_request_does() -> None:
    elsewhere = asked(replace(ROLE, channel=ChannelId("C_EVIL"), title="everybody"))
    assert who_is_asked(elsewhere) == ROLE


@pytest.mark.parametrize("whom", ALL, ids=key_of)
def test_only_whoever_was_asked_answers(whom: Addressee) -> None:
    waiting = asked(whom)
    for kind, answer in ANSWERS.items():
        if kind == whom.kind:
            known = after(waiting, answer, NOON + MINUTE)
            assert known.exchanges[-1].answer == "Because."
            assert isinstance(known.state, PendingReview)
            assert known.state.deadline == NOON + HOUR + MINUTE
        else:
            assert refused(waiting, answer) is Reason.NOT_ADDRESSED


def test_an_answer_names_who_gave_it() -> None:
    lea = after(asked(ROLE), ANSWERS["role"]).exchanges[-1].answered_by
    assert isinstance(lea, Signature)
    assert lea.user == "lea"
    assert after(asked(SYSTEM), ANSWERS["system"]).exchanges[-1].answered_by == CRM
    assert after(asked(THE_AGENT), ANSWERS["agent"]).exchanges[-1].answered_by is None


def test_a_guest_or_somebody_looked_up_long_ago_does_not_answer() -> None:
    waiting = asked(ROLE)
    guest = a_person("lea", "legal", standing=Standing.GUEST)
    assert refused(waiting, given_by(guest)) is Reason.NOT_A_MEMBER
    stale = a_person("lea", "legal", as_of=NOON - HOUR)
    assert refused(waiting, given_by(stale)) is Reason.STALE_FACTS


def test_an_answer_to_another_question_is_refused() -> None:
    waiting = asked(ROLE)
    lea = a_person("lea", "legal")
    assert refused(waiting, given_by(lea, "q0")) is Reason.NOT_ASKED
    answered = after(waiting, given_by(lea))
    assert refused(answered, given_by(lea)) is Reason.NOT_ASKED


def test_a_system_changes_no_parameters() -> None:
    waiting = asked(SYSTEM)
    sly = ProvideInformation(answer="Less.", system=CRM, **edited(waiting, amount="1.00"))
    assert refused(waiting, sly) is Reason.NOT_THE_PROPOSER


def test_being_asked_gives_no_right_and_takes_none() -> None:
    answered = after(asked(ROLE), ANSWERS["role"])
    lea = a_person("lea", "legal")
    assert refused(answered, Approve(**on(answered, lea))) is Reason.WRONG_ROLE
    both = a_person("ida", "legal", "finance")
    told = after(asked(ROLE), given_by(both))
    assert after(told, Approve(**on(told, both))).state.status == "approved"
    lena = a_person("lena", "finance", person="person-lena")
    heard = after(asked(BEHIND), ANSWERS["person"])
    assert refused(heard, Approve(**on(heard, lena))) is Reason.OWN_PROPOSAL


def test_whoever_is_asked_has_a_card_until_nobody_waits() -> None:
    for whom, place in ((ROLE, "C_LEGAL"), (BEHIND, "lena"), (THE_AGENT, None), (SYSTEM, None)):
        step = decide(
            before := opened(),
            RequestInformation(**on(before, ana()), question_id="q1", question="Why?", asked=whom),
            NOON,
        )
        assert isinstance(step, Transition)
        shown = {each.channel for each in step.effects if isinstance(each, ShowCard)}
        assert shown == {FINANCE.channel, *([place] if place else [])}
        assert place_of(whom) == place


def test_each_question_to_one_place_has_a_card_of_its_own() -> None:
    answered = after(asked(ROLE), ANSWERS["role"])
    again = RequestInformation(
        **on(answered, ana()), question_id="q2", question="And when?", asked=ROLE
    )
    step = decide(answered, again, NOON)
    assert isinstance(step, Transition)
    put = {each.question_id: card_of(step.after, each) for each in step.after.exchanges}
    assert put == {"q1": "C_LEGAL", "q2": "C_LEGAL#2"}
    assert {"C_LEGAL#2"} <= {each.channel for each in step.effects if isinstance(each, ShowCard)}
    for question, own in put.items():
        shown = question_in(step.after, own or ChannelId(""))
        assert shown is not None
        assert shown.question_id == question
        assert slack_place(own or ChannelId("")) == "C_LEGAL"


def test_a_question_in_a_reviewers_channel_has_no_card_of_its_own() -> None:
    limits = replace(LIMITS, roles=(replace(LEGAL, channel=FINANCE.channel),))
    before = a_checkpoint(plan=a_plan(information=limits))
    waiting = asked(may_be_asked(before)[1], before)
    assert question_in(waiting, FINANCE.channel) is None


def test_a_higher_rung_sees_only_the_question_until_it_is_called() -> None:
    deputy = next(each for each in may_be_asked(opened()) if each.name == DEPUTY.name)
    waiting = asked(deputy)
    put = question_in(waiting, DEPUTY.channel)
    assert put is not None
    assert put.question_id == "q1"
    answered = after(waiting, given_by(a_person("dan", "deputy")))
    assert question_in(answered, DEPUTY.channel) is not None
    dan = a_person("dan", "deputy", as_of=NOON + HOUR)
    decided = after(answered, Approve(**on(answered, ana())))
    assert question_in(decided, DEPUTY.channel) is not None
    climbed = after(answered, NoticeDeadline(), NOON + HOUR)
    assert question_in(climbed, DEPUTY.channel) is None
    signed = after(climbed, Approve(**on(climbed, dan)), NOON + HOUR)
    assert question_in(signed, DEPUTY.channel) is None
    # Whatever closes it there, their card stays whole: also a rule that forbids an edit.
    forbidden = {
        **edited(climbed, amount="9.00"),
        "plan": replace(climbed.plan, scrutiny=Scrutiny.BLOCK),
    }
    blocked = after(climbed, Revise(**on(climbed, dan), **forbidden), NOON + HOUR)
    assert isinstance(blocked.state, Blocked)
    assert question_in(blocked, DEPUTY.channel) is None


def test_a_reviewer_stops_waiting_and_the_clock_goes_on() -> None:
    waiting = asked(ROLE)
    later = NOON + 30 * MINUTE
    stop = StopWaiting(**on(waiting, ana(later)))
    going = after(waiting, stop, later)
    assert isinstance(going.state, PendingReview)
    assert going.state.deadline == later + HOUR
    assert going.exchanges[-1].answered_at is None
    assert refused(going, ANSWERS["role"], later) is Reason.NOT_ASKED
    assert refused(going, StopWaiting(**on(going, ana(later))), later) is Reason.NOT_ASKED
    # Stopping counts what was waited for, not what might have been.
    again = asked(THE_AGENT, going, later)
    assert isinstance(again.state, NeedsInformation)
    assert again.state.deadline == later + 4 * HOUR


def test_only_reviewers_stop_waiting() -> None:
    waiting = asked(ROLE)
    assert refused(waiting, StopWaiting(**on(waiting, a_person("lea", "legal")))) is (
        Reason.WRONG_ROLE
    )


@pytest.mark.parametrize("whom", ALL, ids=key_of)
def test_silence_resumes_the_review_and_names_who_was_silent(whom: Addressee) -> None:
    going = after(asked(whom), NoticeDeadline(), NOON + 4 * HOUR)
    assert isinstance(going.state, PendingReview)
    assert going.state.remark.casefold() == f"{whom.title} did not answer in time.".casefold()
    assert going.state.deadline == NOON + 5 * HOUR


@pytest.mark.parametrize("whom", ALL, ids=key_of)
def test_rounds_and_pauses_are_shared_by_whoever_is_asked(whom: Addressee) -> None:
    checkpoint = opened()
    for at in (NOON, NOON + MINUTE):
        waiting = asked(whom, checkpoint, at)
        person = ANSWERS[whom.kind]
        if isinstance(person, GiveInformation):
            person = replace(person, person=replace(person.person, as_of=at))
        checkpoint = after(waiting, person, at)
    third = RequestInformation(
        **on(checkpoint, ana(NOON + MINUTE)), question_id="q3", question="And?", asked=whom
    )
    assert refused(checkpoint, third, NOON + MINUTE) is Reason.TOO_MANY_QUESTIONS


def test_a_no_needs_no_answer() -> None:
    waiting = asked(BEHIND)
    closed = after(waiting, Reject(**on(waiting, ana()), reason="No.", category="other"))
    assert refused(closed, ANSWERS["person"]) is Reason.ALREADY_CLOSED


@given(
    minutes=st.lists(st.integers(0, 300), min_size=1, max_size=5),
    stopped=st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_questions_never_stop_the_clock_for_longer_than_allowed(
    minutes: list[int], stopped: list[bool]
) -> None:
    limits = replace(LIMITS, rounds=9, answer_within=2 * HOUR, total_pause=4 * HOUR)
    checkpoint, now, paused = a_checkpoint(plan=a_plan(information=limits)), NOON, timedelta(0)
    for waited, stop in zip(minutes, stopped, strict=False):
        question = RequestInformation(
            **on(checkpoint, ana(now)), question_id=f"q{now}", question="Why?", asked=ROLE
        )
        step = decide(checkpoint, question, now)
        if isinstance(step, Refusal):
            assert step.reason is Reason.TOO_MANY_QUESTIONS
            break
        waiting = step.after
        assert isinstance(waiting.state, NeedsInformation)
        ends = min(now + waited * MINUTE, waiting.state.deadline)
        late = ends == waiting.state.deadline
        quick = (
            StopWaiting(**on(waiting, ana(ends)))
            if stop
            else GiveInformation(
                person=a_person("lea", "legal", as_of=ends), answer="So.", question_id=f"q{now}"
            )
        )
        checkpoint = after(waiting, NoticeDeadline() if late else quick, ends)
        paused, now = paused + (ends - now), ends
    assert paused <= limits.total_pause
