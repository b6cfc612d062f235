"""Scenes of questions to others than the agent: open, answered and over, on every card there is."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from manifests.plan import InformationLimits
from manifests.vocabulary import AgentName, PersonId, UserId
from store.asking import key_of, may_be_asked, person_behind
from store.checkpoint import Checkpoint
from store.commands import (
    GiveInformation,
    NoticeDeadline,
    ProvideInformation,
    Reject,
    RequestInformation,
    ReturnControl,
    StopWaiting,
)
from tests.blocks.scenes import (
    ANA,
    LATER,
    MINUTE,
    Scene,
    a_careful_plan,
    a_refund,
    after,
    as_of,
    taken_over,
)
from tests.store.making import FINANCE, HOUR, a_checkpoint, a_person, a_role, on

LEGAL = a_role("legal")
LIMITS = InformationLimits(
    rounds=2, answer_within=4 * HOUR, roles=(LEGAL,), systems=(AgentName("crm"),)
)
BEHIND = person_behind(PersonId("dana"), UserId("U_DANA"), "Dana Meyer")
AT = LATER + 5 * MINUTE
SAID = "Yes: *see* <https://evil.example|the file>\u202e.\nIt is clause 4."


def opened() -> Checkpoint:
    plan = a_careful_plan(information=LIMITS, seats=(FINANCE,))
    return a_checkpoint(a_refund(), plan, requester="dana")


def asked(key: str, **more: Any) -> Checkpoint:
    checkpoint = opened()
    whom = next(each for each in may_be_asked(checkpoint, BEHIND) if key_of(each) == key)
    question = RequestInformation(
        **on(checkpoint, as_of(ANA)),
        question_id="q1",
        question="Does the contract allow it?",
        category="evidence",
        asked=whom,
        **more,
    )
    return after(checkpoint, question)


def answered(key: str = "role:legal") -> Checkpoint:
    lea = a_person("U_LEA", "legal", as_of=AT)
    return after(asked(key), GiveInformation(person=lea, answer=SAID, question_id="q1"), AT)


def answered_by_system() -> Checkpoint:
    said = ProvideInformation(answer=SAID, question_id="q1", system=AgentName("crm"))
    return after(asked("system:crm"), said, AT)


def stopped() -> Checkpoint:
    waiting = asked("person")
    ana = replace(ANA, as_of=AT)
    return after(waiting, StopWaiting(**on(waiting, ana)), AT)


def unanswered() -> Checkpoint:
    return after(asked("person"), NoticeDeadline(), LATER + 4 * HOUR)


def decided() -> Checkpoint:
    waiting = asked("person")
    no = Reject(**on(waiting, replace(ANA, as_of=AT)), reason="Fraud.", category="too_risky")
    return after(waiting, no, AT)


def handed_back() -> Checkpoint:
    checkpoint = taken_over()
    back = ReturnControl(
        **on(checkpoint, as_of(ANA)),
        note="I solved the CAPTCHA.",
        continue_from='{"page": "checkout"}',
    )
    return after(checkpoint, back)


def elsewhere(checkpoint: Checkpoint, channel: str, now: timedelta = 5 * MINUTE) -> Scene:
    return Scene(checkpoint, channel=channel, now=LATER + now)


ASKED: Mapping[str, Callable[[], Scene]] = {
    "asked_role": lambda: Scene(asked("role:legal")),
    "asked_role_there": lambda: elsewhere(asked("role:legal"), "C_LEGAL"),
    "asked_role_there_about_a_part": lambda: elsewhere(
        asked("role:legal", about="/amount"), "C_LEGAL"
    ),
    "asked_role_answered": lambda: Scene(answered(), now=AT),
    "asked_role_answered_there": lambda: elsewhere(answered(), "C_LEGAL"),
    "asked_person": lambda: Scene(asked("person")),
    "asked_person_there": lambda: elsewhere(asked("person"), "U_DANA"),
    "asked_person_stopped_there": lambda: elsewhere(stopped(), "U_DANA"),
    "asked_person_unanswered": lambda: Scene(unanswered(), now=LATER + 4 * HOUR),
    "asked_person_unanswered_there": lambda: elsewhere(unanswered(), "U_DANA", 4 * HOUR),
    "asked_person_decided_there": lambda: elsewhere(decided(), "U_DANA"),
    "asked_system": lambda: Scene(asked("system:crm")),
    "asked_system_answered": lambda: Scene(answered_by_system(), now=AT),
    "handed_back_with_a_state": lambda: Scene(handed_back()),
}
