"""Every refusal says why, and who can where somebody else can."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.reviewing.asked import OTHER_CARD, UNCONFIRMED
from manifests.vocabulary import Standing
from store import door
from store.aftermath import NOTHING_YET, Aftermath, follow
from store.checkpoint import Checkpoint
from store.commands import (
    AfterCommand,
    Answer,
    Approve,
    Claim,
    Command,
    Escalate,
    Recall,
    RecordExecution,
    Release,
    RequestInformation,
    RequestRollback,
    ReturnControl,
    Revise,
    StopWaiting,
    TakeOver,
    Veto,
    WithdrawSignOff,
)
from store.lifecycle import decide
from store.lifecycle.informing import not_addressed
from store.lifecycle.tightening import MORE_CARE
from store.people import Person
from store.proposal import ProposalId
from store.refusals import Reason, Refusal
from store.together import apart, too_many
from store.traces import Addressee
from tests.blocks import care, scenes
from tests.blocks.releases import consumed, on_the_loop, suggestion
from tests.blocks.scenes import ANA, BO, DEE, LATER, MINUTE, a_careful_plan, as_of
from tests.store.making import HOUR, NOON, a_checkpoint, a_person, edited, on

CY = as_of(a_person("U_CY", "sre"))
EVA = as_of(a_person("U_EVA", "finance"))


def said(
    checkpoint: Checkpoint,
    make: Callable[..., Command],
    who: Person = ANA,
    now: datetime = LATER,
    **more: Any,
) -> Refusal:
    """Give why the lifecycle turns a command down."""
    people = [as_of(each, now) for each in (ANA, BO, DEE)]
    command = make(**on(checkpoint, as_of(who, now), *people), **more)
    answer = decide(checkpoint, command, now)
    assert isinstance(answer, Refusal), answer
    return answer


def said_after(checkpoint: Checkpoint, *commands: AfterCommand, now: datetime = LATER) -> Refusal:
    """Give why the last of these requests is turned down."""
    aftermath: Aftermath = NOTHING_YET
    for command in commands:
        answer = follow(checkpoint, aftermath, command, now)
        if isinstance(answer, Refusal):
            return answer
        aftermath = answer.after
    raise AssertionError("nothing was turned down")


def on_behalf_of(person: Person) -> Checkpoint:
    checkpoint = scenes.a_large_refund()
    return replace(checkpoint, parties=replace(checkpoint.parties, requester=person.id))


def stale() -> Refusal:
    checkpoint = scenes.a_large_refund()
    seen = on(checkpoint, as_of(ANA))
    edit = care.edited_by_ana(a_careful_plan())
    answer = decide(edit, Approve(**seen), LATER)
    assert isinstance(answer, Refusal)
    return answer


BARRED = care.edited_by_somebody_barred().checkpoint
HALF = scenes.signed(scenes.a_large_refund())
RELEASING = care.releasing()
APPROVED = scenes.approved()
QUESTION = a_checkpoint(scenes.a_question(), a_careful_plan())
LEGAL = Addressee(kind="role", name="legal", title="Legal counsel")
TOP = NOON + HOUR + MINUTE
RECALL = Recall(reviewer=as_of(ANA), reason="It was wrong.")
ROLLBACK = RequestRollback(reviewer=as_of(ANA), reason="It was wrong.")
VETO = Veto(reviewer=as_of(ANA), reason="It was wrong.")
RECORD = RecordExecution(reviewer=as_of(ANA), executed=True, note="")
ASK: dict[str, Any] = {"question_id": "q9", "question": "Why?"}

TOLD: list[tuple[Reason, Callable[[], Refusal | None], tuple[str, ...]]] = [
    (Reason.WRONG_ROLE, lambda: said(HALF, Approve, CY), ("Finance or Cfo", "not listed")),
    (Reason.WRONG_ROLE, lambda: said(HALF, Approve, EVA), ("taken already", "waits for Cfo")),
    (Reason.WRONG_ROLE, lambda: said_after(APPROVED, replace(RECALL, reviewer=CY)), ("Finance",)),
    (
        Reason.NOT_A_MEMBER,
        lambda: said(HALF, Approve, replace(BO, standing=Standing.GUEST)),
        ("Guests of this workspace cannot review.", "Only Finance or Cfo may decide this."),
    ),
    (
        Reason.NOT_A_MEMBER,
        lambda: said(HALF, Approve, replace(BO, standing=Standing.EXTERNAL)),
        ("other organisations", "Finance or Cfo"),
    ),
    (
        Reason.NOT_A_MEMBER,
        lambda: said_after(
            APPROVED, replace(RECALL, reviewer=replace(as_of(ANA), standing=Standing.GUEST))
        ),
        ("Only members", "Finance"),
    ),
    (
        Reason.OWN_PROPOSAL,
        lambda: said(on_behalf_of(ANA), Approve),
        ("on your behalf", "somebody else", "Finance or Cfo"),
    ),
    (
        Reason.OWN_EDIT,
        lambda: said(BARRED, Approve),
        ("You edited this", "somebody else must approve it as Finance or Cfo."),
    ),
    (
        Reason.ALREADY_SIGNED,
        lambda: said(HALF, Approve),
        ("approved this already", "It waits for Cfo."),
    ),
    (Reason.NOT_SIGNED, lambda: said(HALF, WithdrawSignOff, BO), ("not approved this",)),
    (
        Reason.NOT_SIGNED,
        lambda: said(RELEASING, WithdrawSignOff, EVA),
        ("U_ana and U_bo can undo it", "Reject stops it"),
    ),
    (
        Reason.RELEASING,
        lambda: said(RELEASING, Escalate, reason="x"),
        ("about to reach the agent", "U_ana and U_bo can undo that", "reject"),
    ),
    (
        Reason.HELD,
        lambda: said(care.held(), Approve),
        ("held until there is room", "Show its card"),
    ),
    (Reason.NOT_HELD, lambda: said(HALF, Release), ("before people already",)),
    (
        Reason.PAUSED,
        lambda: said(scenes.asked(), Approve, BO),
        ("U_ana asked the agent a question", "Stop waiting first"),
    ),
    (Reason.PAUSED, lambda: said(scenes.taken_over(), Approve, BO), ("U_ana has control", "until")),
    (
        Reason.NOT_HOLDING,
        lambda: said(scenes.taken_over(), ReturnControl, BO, note="x"),
        ("U_ana has control",),
    ),
    (Reason.ALREADY_CLOSED, lambda: said(APPROVED, Approve, BO), ("already approved by U_ana",)),
    (Reason.ALREADY_CLOSED, lambda: said(APPROVED, Approve), ("You approved this already",)),
    (
        Reason.ALREADY_CLOSED,
        lambda: said(scenes.rejected().checkpoint, Approve, BO),
        ("already rejected by U_ana",),
    ),
    (Reason.STALE_REVISION, stale, ("revision 1", "revision 2 is in force", "updated card")),
    (
        Reason.STALE_FACTS,
        lambda: UNCONFIRMED,
        ("could not confirm who you are", "click again"),
    ),
    (
        Reason.TOO_LATE,
        lambda: said_after(on_the_loop(), VETO, now=LATER + HOUR),
        ("time to veto this has passed", "Recall"),
    ),
    (
        Reason.NOT_RETYPED,
        lambda: said(care.typed(), Approve, in_full=True, retyped="12"),
        ("Type “12000.00” exactly", "approve again"),
    ),
    (
        Reason.MISSING_PARAMETERS,
        lambda: said(scenes.SCENES["pending_incomplete"]().checkpoint, Approve),
        ("customer, order_id", "Fill that in first"),
    ),
    (Reason.IS_A_QUESTION, lambda: said(QUESTION, Approve), ("use Answer instead",)),
    (Reason.NOT_A_QUESTION, lambda: said(HALF, Answer, guidance="x"), ("not a question",)),
    (
        Reason.NOT_A_CHOICE,
        lambda: said(QUESTION, Answer, guidance="", choice="neither"),
        ("one of the answers",),
    ),
    (
        Reason.TOO_MANY_QUESTIONS,
        lambda: said(care.asked_out().checkpoint, RequestInformation, **ASK),
        ("Decide or escalate it",),
    ),
    (
        Reason.NO_HIGHER_RUNG,
        lambda: said(scenes.escalated("C_FINANCE").checkpoint, Escalate, now=TOP, reason="x"),
        ("last rung", "nobody left"),
    ),
    (
        Reason.NOTHING_CHANGED,
        lambda: said(HALF, Revise, **edited(HALF)),
        ("Nothing was changed", "Use Approve"),
    ),
    (Reason.NO_LIVE_VIEW, lambda: said(HALF, TakeOver), ("no live view",)),
    (Reason.NOT_ASKED, lambda: said(HALF, StopWaiting), ("no longer open",)),
    (
        Reason.NOT_TO_BE_ASKED,
        lambda: said(HALF, RequestInformation, **ASK, asked=LEGAL),
        ("Nobody can ask Legal counsel", "from the list"),
    ),
    (
        Reason.LAPSED,
        lambda: said_after(suggestion(), RECORD, now=LATER + 48 * HOUR),
        ("not used in time", "proposed anew"),
    ),
    (
        Reason.PROGRAM_EXECUTES,
        lambda: said_after(APPROVED, RECORD),
        ("program",),
    ),
    (
        Reason.ALREADY_REPORTED,
        lambda: said_after(suggestion(), RECORD, RECORD),
        ("already",),
    ),
    (Reason.RULES_CHANGED, lambda: MORE_CARE, ("rules became stricter", "decide again")),
    (Reason.FORGED_CARD, lambda: OTHER_CARD, ("not the proposal's own card", "in its channel")),
    (
        Reason.UNKNOWN_PROPOSAL,
        lambda: door.unknown(ProposalId("p_9")),
        ("no proposal p_9",),
    ),
    (
        Reason.NOT_GRANTED,
        lambda: said_after(HALF, RECALL),
        ("pending review, not approved",),
    ),
    (
        Reason.ALREADY_CONSUMED,
        lambda: said_after(APPROVED, consumed(APPROVED), RECALL),
        ("started already", "Request a rollback"),
    ),
    (
        Reason.NOT_CONSUMED,
        lambda: said_after(APPROVED, ROLLBACK),
        ("has not started", "Recall it instead"),
    ),
    (Reason.RECALLED, lambda: said_after(APPROVED, RECALL, RECALL), ("U_ana recalled it already",)),
    (
        Reason.ROLLBACK_REQUESTED,
        lambda: said_after(APPROVED, consumed(APPROVED), ROLLBACK, ROLLBACK),
        ("U_ana", "already"),
    ),
    (
        Reason.NOT_ON_THE_LOOP,
        lambda: said_after(APPROVED, VETO),
        ("cannot be vetoed", "use Recall"),
    ),
    (
        Reason.PEOPLE_EXECUTE,
        lambda: said_after(suggestion(), ROLLBACK),
        ("A person carries this out", "by hand"),
    ),
    (
        Reason.NOT_ADDRESSED,
        lambda: not_addressed(LEGAL, CY),
        ("Legal counsel",),
    ),
    (Reason.TOO_MANY_AT_ONCE, lambda: too_many(999), ("at once", "Approve fewer")),
    (Reason.ONE_BY_ONE, lambda: apart(HALF, BO), ("its severity is high", "own card")),
    (
        Reason.YOUR_TURN_ALREADY,
        lambda: said(scenes.after(HALF, Claim(**on(HALF, as_of(BO), as_of(ANA)))), Claim, BO),
        ("on it already",),
    ),
]

TO_PROGRAMS = {
    Reason.NOT_DUE,
    Reason.NOT_THE_EXECUTOR,
    Reason.NOT_THE_PROPOSER,
    Reason.NO_ROLLBACK_REQUESTED,
    Reason.OTHER_QUESTION,
    Reason.WRONG_DIGEST,
    Reason.WRONG_TOKEN,
}
"""Told to programs and to the clock, never to a person who clicks."""

ASKING_THE_STORE = {
    Reason.AWAY,
    Reason.NOT_INVOLVED,
    Reason.PAUSED_BY_OPERATOR,
}
"""Told by what the store knows besides the proposal; the tests of that hold their words."""


@pytest.mark.parametrize(
    ("reason", "provoke", "words"), TOLD, ids=[f"{each[0]}-{each[2][0]}" for each in TOLD]
)
def test_a_refusal_says_why_and_who_can(
    reason: Reason, provoke: Callable[[], Refusal | None], words: tuple[str, ...]
) -> None:
    refusal = provoke()
    assert refusal is not None
    assert refusal.reason is reason
    for each in words:
        assert each in refusal.words
    assert refusal.words[0].isupper()
    assert refusal.words.rstrip()[-1] in ".!?"


def test_no_refusal_is_left_without_its_words() -> None:
    told = {reason for reason, *_ in TOLD}
    assert told | TO_PROGRAMS | ASKING_THE_STORE == set(Reason)
    assert not told & (TO_PROGRAMS | ASKING_THE_STORE)
