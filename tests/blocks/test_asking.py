"""The forms that ask and answer, and the cards of questions."""

import json

import pytest

from blocks.cards.card import card, minimal_card
from blocks.forms import asking, modals
from blocks.ids import Button, Modal, ModalContext
from blocks.meaning import Escalation, FieldErrors, Given, HandingBack, Question
from sandbox.rules.views import view_problems
from store.checkpoint import Checkpoint
from tests.blocks.asked import ASKED, SAID, asked, decided, handed_back, opened
from tests.blocks.filling import filled, inputs_of, untouched
from tests.blocks.scenes import SECRET, a_large_refund
from tests.blocks.test_whatever_is_sent import context_for

THERE = [name for name in ASKED if "_there" in name]
QUESTION = {"Your question": "Which order?", "Category": "Evidence"}


def test_a_question_names_whom_what_kind_and_what() -> None:
    checkpoint = opened()
    view = modals.request_information(checkpoint, context_for(checkpoint))
    assert isinstance(asking.read_question(checkpoint, untouched(view)), FieldErrors)
    told = asking.read_question(checkpoint, filled(view, **QUESTION))
    assert told == Question("Which order?", "evidence", "agent")
    to_legal = filled(view, **QUESTION, **{"Ask whom?": "The role Legal"})
    read = asking.read_question(checkpoint, to_legal)
    assert isinstance(read, Question)
    assert read.asked == "role:legal"


def test_whom_the_plan_does_not_name_cannot_be_chosen() -> None:
    checkpoint = opened()
    view = modals.request_information(checkpoint, context_for(checkpoint))
    state = filled(view, **QUESTION, **{"Ask whom?": "The system crm"})
    other = a_large_refund()
    read = asking.read_question(other, state)
    assert read == FieldErrors({"asked": "Choose whom to ask."})


def test_the_agent_is_chosen_until_somebody_else_is() -> None:
    checkpoint = opened()
    view = modals.request_information(checkpoint, context_for(checkpoint))
    element = inputs_of(view)["Ask whom?"]["element"]
    assert element["initial_option"]["value"] == "agent"
    words = [each["text"]["text"] for each in element["options"]]
    assert words == [
        "The agent",
        "The person behind it (Dana Meyer)",
        "The role Legal",
        "The role Deputy",
        "The system crm",
    ]


def test_an_escalation_has_a_category_and_a_reason() -> None:
    checkpoint = opened()
    view = modals.escalate(checkpoint, context_for(checkpoint))
    bare = asking.read_escalation(untouched(view))
    assert isinstance(bare, FieldErrors)
    assert bare.errors.keys() == {"reason", "category"}
    said = {"Category": "High stakes", "Why should the next level decide?": "Too much."}
    assert asking.read_escalation(filled(view, **said)) == Escalation("Too much.", "high_stakes")


def test_control_is_returned_with_a_note_and_perhaps_a_state() -> None:
    checkpoint = opened()
    view = modals.return_control(checkpoint, context_for(checkpoint))
    assert isinstance(asking.read_handing_back(untouched(view)), FieldErrors)
    note = {"Where do things stand?": "Logged in."}
    assert asking.read_handing_back(filled(view, **note)) == HandingBack("Logged in.", "")
    state = {**note, "State to continue from": '{"page": 2}'}
    assert asking.read_handing_back(filled(view, **state)) == HandingBack(
        "Logged in.", '{"page": 2}'
    )
    assert inputs_of(view)["State to continue from"]["element"]["max_length"] == 3_000


def test_an_answer_is_tied_to_the_question_it_was_opened_for() -> None:
    checkpoint = asked("role:legal")
    view = modals.answer_question(checkpoint, context_for(checkpoint))
    assert view["callback_id"] == Modal.ANSWER_QUESTION
    context = ModalContext.decode(str(view["private_metadata"]))
    assert isinstance(context, ModalContext)
    assert context.question_id == "q1"
    assert "Does the contract allow it?" in json.dumps(view)
    assert isinstance(asking.read_reply(untouched(view)), FieldErrors)
    assert asking.read_reply(filled(view, **{"Your answer": "Yes."})) == Given("Yes.")


@pytest.mark.parametrize("whom", ["agent", "person", "role:legal", "system:crm"])
def test_slack_takes_every_form_of_it(whom: str) -> None:
    checkpoint: Checkpoint = asked(whom)
    for draw in (
        modals.request_information,
        modals.answer_question,
        modals.escalate,
        modals.return_control,
    ):
        assert not view_problems(draw(checkpoint, context_for(checkpoint)), "modal")


@pytest.mark.parametrize("name", THERE)
def test_who_is_only_asked_sees_nothing_to_decide_and_nothing_sensitive(name: str) -> None:
    scene = ASKED[name]()
    for draw in (card, minimal_card):
        shown = draw(scene.checkpoint, scene.aftermath, scene.card, scene.now)
        drawn = json.dumps(shown.blocks)
        actions = {each for each in Button if f'"{each}"' in drawn}
        assert actions <= {Button.ANSWER_QUESTION}
        assert SECRET not in drawn
        assert SECRET[-4:] not in drawn.replace("4711", "")
        assert "overflow" not in drawn


def test_a_question_card_does_not_tell_how_it_was_decided() -> None:
    scene = ASKED["asked_person_decided_there"]()
    shown = json.dumps(card(decided(), scene.aftermath, scene.card, scene.now).blocks)
    assert "No longer needed" in shown
    assert "Fraud" not in shown
    assert "Rejected" not in shown


@pytest.mark.parametrize("name", ["asked_role_answered", "asked_role_answered_there"])
def test_an_answer_is_text_and_hides_nothing(name: str) -> None:
    scene = ASKED[name]()
    shown = card(scene.checkpoint, scene.aftermath, scene.card, scene.now)
    drawn = json.dumps(shown.blocks, ensure_ascii=False)
    assert "\u202e" in SAID
    assert "\u202e" not in drawn
    assert "\\\\u{202E}" in drawn
    assert "mrkdwn" not in [
        each["type"] for each in shown.blocks if "evil.example" in json.dumps(each)
    ]


def test_what_was_handed_back_stands_on_the_card() -> None:
    scene = ASKED["handed_back_with_a_state"]()
    drawn = json.dumps(card(handed_back(), scene.aftermath, scene.card, scene.now).blocks)
    assert "I solved the CAPTCHA." in drawn
    assert "checkout" in drawn
