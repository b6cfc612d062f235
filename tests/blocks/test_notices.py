"""Everything that happens is told once, in our own words."""

from typing import Any

import pytest

from blocks import limits
from blocks.forms import modals
from blocks.telling.notices import (
    COMMENT_ONLY,
    alert,
    answer,
    notice,
    thread_line,
    whisper,
    whisper_of,
)
from blocks.types import Message
from sandbox.rules.blocks import block_problems
from store.checkpoint import Checkpoint
from store.commands import NoticeDeadline, Revise
from store.effects import CLOCK, KEYTURN, Actor, ActorKind, Event, Happening
from store.lifecycle import Transition, decide
from store.ports import AuditLine
from store.refusals import Reason, Refusal
from tests.blocks.scenes import ANA, LATER, a_large_refund, as_of
from tests.blocks.test_whatever_is_sent import context_for
from tests.blocks.walking import all_text, of_type
from tests.store.making import HOUR, NOON, edited, on

PERSON = Actor(ActorKind.PERSON, "U_ANA", "Ana")
AGENT = Actor(ActorKind.AGENT, "billing")
SILENT = {
    Happening.PROPOSED,
    Happening.REFUSED,
    Happening.VIEW_OPENED,
    Happening.WENT_AWAY,
    Happening.CAME_BACK,
    Happening.MANIFEST_CHANGED,
    Happening.MANIFEST_BROKEN,
    Happening.CANDIDATE_DROPPED,
    Happening.PAUSED,
    Happening.RESUMED,
    Happening.VETO_WINDOW_CLOSED,
    Happening.COMMENTED,
}


def event(happening: Happening, actor: Actor = PERSON, **detail: Any) -> Event:
    return Event(happening=happening, actor=actor, at=LATER, detail=detail)


def line(told: Event, checkpoint: Checkpoint | None = None) -> str:
    message = thread_line(checkpoint or a_large_refund(), told)
    assert isinstance(message, Message)
    assert not block_problems(message.blocks, "message")
    return all_text(message.blocks)


@pytest.mark.parametrize("happening", Happening)
def test_every_happening_has_its_words(happening: Happening) -> None:
    message = thread_line(a_large_refund(), event(happening))
    assert (message is None) is (happening in SILENT)
    assert alert(a_large_refund(), event(happening)).text


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            event(Happening.SIGNED_OFF, seat="cfo", filled=1, wanted=2, note="Fine."),
            "Ana approved as Cfo (1 of 2).\nFine.",
        ),
        (
            event(Happening.REJECTED, reason="No.", category="wrong_facts"),
            "Ana rejected it (wrong facts).\nNo.",
        ),
        (
            event(Happening.ANSWERED, guidance="Berlin.", choice="Acme"),
            "Ana answered the question with “Acme”.\nBerlin.",
        ),
        (
            event(Happening.INFORMATION_PROVIDED, AGENT, answer="The second."),
            "The agent answers (unverified):\nThe second.",
        ),
        (
            event(Happening.INFORMATION_PROVIDED, asked="role", answer="The second."),
            "Ana answers (unverified):\nThe second.",
        ),
        (
            event(Happening.INFORMATION_PROVIDED, AGENT, asked="system", answer="Yes."),
            "The system billing answers (unverified):\nYes.",
        ),
        (
            event(
                Happening.INFORMATION_REQUESTED,
                question="Why?",
                asked_name="the role Legal",
                category="scope",
            ),
            "Ana asked the role Legal (scope); the clock waits.\nWhy?",
        ),
        (
            event(Happening.INFORMATION_LATE, CLOCK, asked_name="the role Legal"),
            "The role Legal did not answer in time; the review goes on without an answer.",
        ),
        (
            event(Happening.STOPPED_WAITING, asked_name="the role Legal"),
            "Ana no longer waits for an answer of the role Legal; the clock runs again.",
        ),
        (
            event(Happening.CONTROL_RETURNED, note="Logged in.", continue_from="page 2"),
            "Ana returned control; the clock runs again.\nLogged in.\nTo go on from:\npage 2",
        ),
        (
            event(Happening.ESCALATED, CLOCK, from_rung=0, rungs=2),
            "Nobody decided in time: Deputy may now decide too.",
        ),
        (
            event(Happening.ESCALATED, PERSON, from_rung=0, reason="I know them."),
            "Ana escalated it: Deputy may now decide too.\nI know them.",
        ),
        (
            event(Happening.ESCALATED, KEYTURN, why="Low confidence.", rule="r"),
            "It went straight up: Deputy may decide too.\nLow confidence.",
        ),
        (
            event(Happening.ESCALATED, KEYTURN, why="Nobody is there.", from_rung=0, stood_on=0),
            "Nobody is there, so it went to Deputy.",
        ),
        (
            event(Happening.SIGNED_OFF, seat="finance", role="deputy", filled=1, wanted=2),
            "Ana approved as Deputy, for Finance (1 of 2).",
        ),
        (
            event(Happening.SIGNED_OFF, seat="finance", role="finance", filled=1, wanted=2),
            "Ana approved as Finance (1 of 2).",
        ),
        (
            event(Happening.REASSIGNED, seat="finance", to="Ana", to_user="U_ANA"),
            "Ana took it: it is their turn as Finance.",
        ),
        (
            event(Happening.REASSIGNED, seat="finance", to="Bo", to_user="U_BO"),
            "Ana gave it to Bo: it is their turn as Finance.",
        ),
        (
            event(Happening.EXPIRED, CLOCK),
            "Nobody decided in time, so nothing runs. Nobody rejected it either.",
        ),
        (
            event(Happening.FAILED, AGENT, detail="The bank refused."),
            "The agent billing reports that executing FAILED:\nThe bank refused.",
        ),
    ],
)
def test_a_line_says_who_did_what_and_why(told: Event, words: str) -> None:
    assert line(told) == words


def test_what_somebody_said_is_quoted_and_our_words_are_not() -> None:
    message = thread_line(a_large_refund(), event(Happening.REJECTED, reason="<!channel> *no*"))
    assert message is not None
    assert all_text(of_type(message.blocks, "rich_text_quote")) == "<!channel> *no*"
    assert not of_type(message.blocks, "mrkdwn")
    assert "<!channel>" not in message.text


def test_a_change_is_told_old_and_new_without_what_is_sensitive() -> None:
    before = a_large_refund()
    change = edited(before, amount="11000.00", iban="FR7630006000011234567890189")
    step = decide(before, Revise(**on(before, as_of(ANA)), **change), LATER)
    assert isinstance(step, Transition)
    told = next(each for each in step.events if each.happening is Happening.REVISED)
    words = line(told, step.after)
    assert "amount: $12,000.00 USD → $11,000.00 USD" in words
    assert "Account (iban): ••••3000 → ••••0189" in words


@pytest.mark.parametrize("note", ["Dear Acme, sorry.", "Dear Acme, sorry"])
def test_a_change_ends_with_one_full_stop(note: str) -> None:
    before = a_large_refund()
    step = decide(before, Revise(**on(before, as_of(ANA)), **edited(before, note=note)), LATER)
    assert isinstance(step, Transition)
    told = next(each for each in step.events if each.happening is Happening.REVISED)
    words = line(told, step.after)
    assert "Dear Acme, sorry." in words
    assert ".." not in words


def test_a_voided_approval_names_its_signer_by_id() -> None:
    told = event(Happening.SIGN_OFF_VOIDED, KEYTURN, user="U_BO", seat="cfo", why="It changed.")
    message = thread_line(a_large_refund(), told)
    assert message is not None
    assert of_type(message.blocks, "user") == [{"type": "user", "user_id": "U_BO"}]


def test_an_alert_says_what_how_bad_whose_and_where() -> None:
    checkpoint = a_large_refund()
    step = decide(checkpoint, NoticeDeadline(), NOON + HOUR)
    assert isinstance(step, Transition)
    told = event(Happening.EXPIRED, CLOCK)
    message = alert(step.after, told, "https://slack.example/archives/C1/p1")
    text = all_text(message.blocks)
    assert "Refund $12,000.00 to Acme GmbH" in text
    assert "High severity, cannot be undone. Agent: billing." in text
    assert "Nobody decided in time, so nothing runs." in text
    assert of_type(message.blocks, "link")[0]["url"] == "https://slack.example/archives/C1/p1"
    assert message.text.startswith("Needs attention: Refund $12,000.00 to Acme GmbH.")


def test_a_refusal_says_that_nothing_changed_and_why() -> None:
    words = whisper_of(Refusal(Reason.WRONG_ROLE, "Only Finance may decide this."))
    assert words == "Nothing was changed. Only Finance may decide this."
    assert all_text(whisper(words).blocks) == words
    assert "comment" in COMMENT_ONLY


def test_history_tells_the_latest_first_and_refusals_too() -> None:
    checkpoint = a_large_refund()
    happened = (
        event(Happening.PROPOSED, AGENT),
        event(Happening.REFUSED, PERSON, reason="wrong_role", words="Only the CFO may."),
    )
    lines = [
        AuditLine(seq=number, proposal=checkpoint.id, version=1, event=each, hash="")
        for number, each in enumerate(happened)
    ]
    drawn = modals.history(checkpoint, lines, context_for(checkpoint))["blocks"]
    text = all_text(drawn)
    assert text.index(" was refused.") < text.index("proposed process_refund")
    assert "Only the CFO may." in text
    assert "wrong role" not in text
    assert of_type(drawn, "user") == [{"type": "user", "user_id": "U_ANA"}]
    assert "U_ANA" not in text
    empty = modals.history(checkpoint, [], context_for(checkpoint))
    assert "Nothing has happened yet." in all_text(empty["blocks"])


def test_views_opened_one_after_the_other_are_one_line_of_the_history() -> None:
    checkpoint = a_large_refund()
    bo = Actor(ActorKind.PERSON, "U_BO")
    looked = [PERSON, bo, PERSON, PERSON]
    happened = (
        *(event(Happening.VIEW_OPENED, who, view="review") for who in looked),
        event(Happening.REFUSED, PERSON, reason="wrong_role", words="Only the CFO may."),
        event(Happening.VIEW_OPENED, bo, view="history"),
    )
    lines = [
        AuditLine(seq=number, proposal=checkpoint.id, version=1, event=each, hash="")
        for number, each in enumerate(happened)
    ]
    view: Any = modals.history(checkpoint, lines, context_for(checkpoint))
    latest, refused, before = view["blocks"]
    assert [each["user_id"] for each in of_type(before, "user")] == ["U_ANA", "U_BO"]
    assert " opened the form to review" in all_text(before)
    assert " (3 times)" in all_text(before)
    assert " opened History" in all_text(latest)
    assert "was refused" in all_text(refused)
    assert [each["user_id"] for each in of_type(latest, "user")] == ["U_BO"]


def test_a_notice_stands_alone_and_keeps_its_lines() -> None:
    told = notice("A stricter manifest is in force.", ["STRICTER pay: …", "<!channel>\u202e"])

    assert told.text == "A stricter manifest is in force."
    assert [each for each in all_text(told.blocks).splitlines() if each] == [
        "A stricter manifest is in force.",
        "STRICTER pay: …",
        "<!channel>\\u{202E}",
    ]
    assert not block_problems(told.blocks, "message")


def test_a_notice_however_long_fits_into_one_message() -> None:
    told = notice("Broken.", ["x" * 5_000 for _ in range(200)])

    assert not block_problems(told.blocks, "message")
    assert limits.fits(told.blocks)
    assert all_text(told.blocks).endswith(limits.CUT)


def test_a_date_mark_that_an_agent_wrote_stays_text() -> None:
    mark = "<!date^1^{date_short_pretty} {time}|opa>"
    told = answer(f"It would override a denial of {mark} once.")

    assert mark in all_text(told.blocks)
    assert "&lt;!date^1^" in told.text


def test_an_answer_keeps_its_lines_and_shows_what_hides() -> None:
    told = answer("one\ntwo <@U1> \u2066")

    assert all_text(told.blocks) == "one\ntwo <@U1> \\u{2066}"
    assert "<@U1>" not in told.text
    assert not block_problems(told.blocks, "message")
