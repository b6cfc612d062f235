"""What a reviewer sees on a card, and what they can do from it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from blocks.cards.card import card
from blocks.ids import Button, ButtonValue, Menu, MenuValue
from blocks.types import Message
from manifests.parameters import Parameter, ParameterSchema, ParameterType
from manifests.vocabulary import ChannelId, Friction
from store.checkpoint import Checkpoint, is_open
from store.commands import Approve, NoticeDeadline, Reject
from store.proposal import ProposalId
from tests.blocks import scenes
from tests.blocks.care import PICTURES
from tests.blocks.scenes import (
    ANA,
    SCENES,
    Scene,
    a_careful_plan,
    a_large_refund,
    a_small_refund,
    after,
    as_of,
)
from tests.blocks.walking import all_text, buttons, menu, of_type
from tests.store.making import HOUR, NOON, a_checkpoint, a_person, a_proposal, on

CLOSED = [name for name in SCENES if not is_open(SCENES[name]().checkpoint.state)]


def seen(scene: Scene) -> Message:
    return card(scene.checkpoint, scene.aftermath, scene.card, scene.now)


def says(scene: Scene) -> str:
    return all_text(seen(scene).blocks)


def refund_with(**changed: Any) -> Scene:
    return Scene(a_large_refund(a_careful_plan(**changed)))


def test_the_headline_and_the_notification_each_stand_alone() -> None:
    message = seen(SCENES["pending_half_signed"]())
    assert message.blocks[0]["type"] == "header"
    assert all_text(message.blocks[0]) == "Refund $12,000.00 to Acme GmbH?"
    assert message.text.startswith(
        "Refund $12,000.00 to Acme GmbH? High severity, cannot be undone."
    )
    assert message.text.endswith(
        "1 of 2: waiting for Cfo (signed by U_ana). Due 2026-11-02 13:00 UTC."
    )


def test_a_notification_holds_no_mark_up_of_the_agents() -> None:
    wording = replace(scenes.WORDING, headline="Refund <!channel> & <@U1>?")
    assert "&lt;!channel&gt; &amp; &lt;@U1&gt;" in seen(refund_with(wording=wording)).text


def test_every_button_says_what_it_is_for_without_its_colour() -> None:
    drawn = buttons(seen(SCENES["pending"]()).blocks)
    for name, button in drawn.items():
        if name != Button.MORE:
            assert 0 < len(button["accessibility_label"]) <= 75
    assert drawn["approve"]["accessibility_label"] == "Refund: Refund $12,000.00 to Acme GmbH?"


def test_a_button_carries_only_what_names_the_card() -> None:
    drawn = buttons(seen(SCENES["approved_with_edits"]()).blocks)
    value = ButtonValue.decode(drawn["recall"]["value"])
    assert value == ButtonValue(proposal=ProposalId("p1"), revision=2, nonce="nonce-1")
    option = MenuValue.decode(drawn["more"]["options"][0]["value"])
    assert option == MenuValue(menu=Menu.VIEW, button=value)


@pytest.mark.parametrize(
    ("friction", "button", "asks"),
    [
        (Friction.ONE_CLICK, Button.APPROVE, False),
        (Friction.CONFIRM, Button.APPROVE, True),
        (Friction.REVIEW_MODAL, Button.REVIEW, False),
    ],
)
def test_approving_takes_as_much_care_as_the_plan_asks(
    friction: Friction, button: Button, asks: bool
) -> None:
    drawn = buttons(seen(refund_with(friction=friction)).blocks)
    assert {Button.APPROVE, Button.REVIEW} & set(drawn) == {button}
    assert ("confirm" in drawn[button]) is asks


def test_the_dialog_repeats_amount_target_and_how_final_it_is() -> None:
    dialog = buttons(seen(SCENES["pending"]()).blocks)["approve"]["confirm"]
    assert dialog["text"]["text"] == (
        "High severity, cannot be undone. Refund $12,000.00 to Acme GmbH?"
    )
    assert dialog["confirm"]["text"] == "Refund"


def test_a_cut_value_takes_the_one_click_away() -> None:
    message = seen(SCENES["pending_value_cut"]())
    assert Button.APPROVE not in buttons(message.blocks)
    assert Button.REVIEW in buttons(message.blocks)
    text = all_text(message.blocks)
    assert "and the last line decides" in text
    assert "(2,026 characters, sha256 " in text


def test_a_headline_that_is_cut_takes_the_one_click_away_too() -> None:
    wording = replace(scenes.WORDING, headline="Refund " + "x" * 200)
    scene = refund_with(wording=wording, friction=Friction.ONE_CLICK)
    assert Button.REVIEW in buttons(seen(scene).blocks)


def test_a_crowd_of_parameters_is_counted_and_needs_a_review() -> None:
    given = {f"parameter_number_{number:04}": number for number in range(900)}
    plan = a_careful_plan(friction=Friction.ONE_CLICK, schema=ParameterSchema(open=True))
    scene = Scene(a_large_refund(plan, parameters=given))
    assert "more; the review shows them all" in says(scene)
    assert Button.REVIEW in buttons(seen(scene).blocks)


def test_forty_parameters_all_appear_with_their_exact_numbers() -> None:
    scene = SCENES["pending_many_parameters"]()
    text = says(scene)
    for name, value in scene.checkpoint.revision.parameters.items():
        assert f"{name}: {value}" in text


def test_a_large_number_is_not_rounded() -> None:
    plan = a_careful_plan(schema=ParameterSchema(open=True))
    given = {"id": 9007199254740991, "share": 0.1, "name": "5", "nothing": None, "on": True}
    text = says(Scene(a_large_refund(plan, parameters=given)))
    for shown in ("9007199254740991", "0.1", '"5"', "null", "true"):
        assert shown in text


def test_a_value_cannot_pass_for_another_parameter() -> None:
    given: dict[str, Any] = {f"p{number}": number for number in range(30)}
    given["p7"] = "x\np8: 1000000"
    plan = a_careful_plan(schema=ParameterSchema(open=True))
    message = seen(Scene(a_large_refund(plan, parameters=given)))
    rows = all_text(of_type(message.blocks, "rich_text_preformatted")[0]).splitlines()
    assert [row for row in rows if row.startswith("p8:")] == ["p8: 8"]


def test_what_the_agent_says_stays_inside_its_quotes() -> None:
    reason = "fine.\n\nOur checks\n• Approved by the CFO"
    blocks = seen(Scene(a_large_refund(reason=reason))).blocks
    quotes = all_text(of_type(blocks, "rich_text_quote"))
    assert "Approved by the CFO" in quotes
    sections = all_text(of_type(blocks, "rich_text_section"))
    assert "Approved by the CFO" not in sections


def test_the_zone_of_the_agent_is_labelled_and_ends_at_the_buttons() -> None:
    blocks = seen(SCENES["pending"]()).blocks
    texts = [all_text(block) for block in blocks]
    zone = next(at for at, text in enumerate(texts) if "(unverified)" in text)
    ours = next(at for at, text in enumerate(texts) if text.startswith("Our checks"))
    reason = next(at for at, text in enumerate(texts) if "Charged twice" in text)
    kinds = [block["type"] for block in blocks]
    assert ours < zone < reason < kinds.index("actions")


def test_an_escalation_says_on_each_card_what_it_means_there() -> None:
    first = says(SCENES["escalated_first_card"]())
    fallback = says(SCENES["escalated_fallback_card"]())
    assert "Deputy may now decide too." in first
    assert "Escalated to you: Deputy may now decide in place of Finance and Cfo." in fallback
    for text in (first, fallback):
        assert "Nobody decided within 1 hour." in text
        assert "Escalated from rung 1 (Finance and Cfo) to rung 2 of 2 (Deputy)." in text


def test_whoever_signs_in_anothers_place_is_named_by_both_roles() -> None:
    late = NOON + HOUR
    waiting = after(a_small_refund(), NoticeDeadline(), late)
    deputy = as_of(a_person("U_DEE", "deputy"), late)
    done = after(waiting, Approve(**on(waiting, deputy)), late)
    assert " (Deputy, for Finance)" in says(Scene(done, now=late))
    both = after(waiting, Approve(**on(waiting, as_of(a_person("U_BO", "finance"), late))), late)
    assert " (Finance)" in says(Scene(both, now=late))


def test_a_card_that_stays_blocked_promises_no_deadline() -> None:
    text = says(SCENES["escalated_stays_blocked"]())
    assert "Stays blocked until somebody decides. Next alert" in text
    assert "Due" not in text


def test_a_question_to_the_agent_stops_the_clock_visibly() -> None:
    message = seen(SCENES["needs_information"]())
    text = all_text(message.blocks)
    assert "Which of the two payments is the wrong one?" in text
    assert "The clock is paused with 50 minutes left." in text
    assert Button.APPROVE not in buttons(message.blocks)
    assert Button.REJECT in buttons(message.blocks)


def test_whoever_has_control_can_return_it_from_the_card() -> None:
    message = seen(SCENES["taken_over"]())
    assert "U_ana took over" in all_text(message.blocks)
    assert menu(message.blocks) == ["View everything", "History"]
    assert set(buttons(message.blocks)) == {Button.RETURN_CONTROL, Button.MORE}


def test_a_question_shows_its_choices_and_an_answer_button() -> None:
    message = seen(SCENES["pending_question"]())
    text = all_text(message.blocks)
    assert "1. Acme GmbH, Berlin\n2. Acme Inc., Boston" in text
    drawn = buttons(message.blocks)
    assert Button.ANSWER in drawn
    assert not {Button.APPROVE, Button.REVIEW, Button.EDIT} & set(drawn)


def test_an_incomplete_proposal_says_what_is_missing() -> None:
    message = seen(SCENES["pending_incomplete"]())
    named = all_text(message.blocks).partition("Still missing: ")[2]
    assert named.split()[:3] == ["customer", "and", "order_id"]
    assert buttons(message.blocks)["fill_in"]["text"]["text"] == "Fill in & approve"


def test_nothing_is_edited_where_nothing_may_be() -> None:
    drawn = buttons(seen(refund_with(schema=ParameterSchema(open=True))).blocks)
    assert Button.EDIT not in drawn


def test_asking_ends_with_the_rounds_allowed() -> None:
    checkpoint = SCENES["pending_after_answer"]().checkpoint
    twice = replace(checkpoint, exchanges=checkpoint.exchanges * 2)
    assert Button.REQUEST_INFORMATION in buttons(seen(Scene(checkpoint)).blocks)
    assert Button.REQUEST_INFORMATION not in buttons(seen(Scene(twice)).blocks)


def test_escalating_is_offered_only_where_somebody_is_above() -> None:
    assert "Escalate" in menu(seen(SCENES["pending"]()).blocks)
    assert "Escalate" not in menu(seen(SCENES["escalated_first_card"]()).blocks)


def test_an_approval_can_be_taken_back_while_seats_are_open() -> None:
    assert Button.WITHDRAW_SIGN_OFF in buttons(seen(SCENES["pending_half_signed"]()).blocks)
    assert Button.WITHDRAW_SIGN_OFF not in buttons(seen(SCENES["pending"]()).blocks)


AFTERWARDS = {
    Button.RECALL,
    Button.REQUEST_ROLLBACK,
    Button.VETO,
    Button.RECORD_DONE,
    Button.RECORD_FAILED,
    Button.CLASSIFY,
    Button.MORE,
}


@pytest.mark.parametrize("name", CLOSED)
def test_a_closed_card_decides_nothing_more(name: str) -> None:
    drawn = set(buttons(seen(SCENES[name]()).blocks))
    assert drawn <= AFTERWARDS


@pytest.mark.parametrize(
    ("name", "button"),
    [
        ("approved", Button.RECALL),
        ("auto_approved", Button.RECALL),
        ("approved_consumed", Button.REQUEST_ROLLBACK),
        ("approved_executed", Button.REQUEST_ROLLBACK),
        ("approved_failed", Button.REQUEST_ROLLBACK),
        ("approved_recalled", None),
        ("approved_lapsed", None),
        ("approved_rollback_requested", None),
        ("on_the_loop", Button.VETO),
        ("on_the_loop_executed", Button.VETO),
        ("on_the_loop_veto_over", Button.REQUEST_ROLLBACK),
        ("on_the_loop_vetoed_before_it_ran", None),
        ("on_the_loop_vetoed_rollback_requested", None),
        ("suggestion_done", None),
        ("executor_waiting", Button.RECALL),
        ("executor_executed", Button.REQUEST_ROLLBACK),
        ("override_approved", Button.RECALL),
        ("blocked_unknown_action", Button.CLASSIFY),
        ("blocked_by_rule", None),
        ("rejected", None),
        ("answered", None),
    ],
)
def test_after_closing_only_what_still_makes_sense_is_offered(
    name: str, button: Button | None
) -> None:
    drawn = set(buttons(seen(SCENES[name]()).blocks)) - {Button.MORE}
    assert drawn == ({button} if button else set())


def test_a_suggestion_is_carried_out_or_taken_back() -> None:
    drawn = buttons(seen(SCENES["suggestion_approved"]()).blocks)
    assert {Button.RECORD_DONE, Button.RECORD_FAILED, Button.RECALL} <= set(drawn)


def test_the_veto_goes_when_its_time_is_over() -> None:
    scene = SCENES["on_the_loop_executed"]()
    late = replace(scene, now=scene.now + timedelta(hours=1))
    drawn = seen(late)
    assert Button.VETO not in buttons(drawn.blocks)
    assert Button.REQUEST_ROLLBACK in buttons(drawn.blocks)
    assert "Nobody vetoed it" in str(drawn.blocks)


def test_recall_goes_when_the_time_to_execute_is_over() -> None:
    scene = SCENES["approved"]()
    late = replace(scene, now=scene.now + timedelta(days=2))
    assert Button.RECALL not in buttons(seen(late).blocks)


@pytest.mark.parametrize(
    ("name", "headline"),
    [
        ("approved", "Approved: "),
        ("approved_executed", "Approved and executed: "),
        ("approved_failed", "Approved, but executing failed: "),
        ("approved_recalled", "Recalled before it was used: "),
        ("approved_lapsed", "Approved, but not used in time: "),
        ("approved_rollback_done", "Rolled back: "),
        ("approved_with_edits", "Approved with edits: "),
        ("rejected", "Rejected: "),
        ("withdrawn", "Withdrawn by the agent: "),
    ],
)
def test_the_first_line_says_how_it_ended(name: str, headline: str) -> None:
    message = seen(SCENES[name]())
    assert all_text(message.blocks[0]) == f"{headline}Refund $12,000.00 to Acme GmbH"
    severity = "High severity, cannot be undone."
    assert message.text == f"{all_text(message.blocks[0])}. {severity}"


@pytest.mark.parametrize(
    ("name", "headline"),
    [
        ("on_the_loop", "Runs now unless vetoed: Provision the sandbox eu-7"),
        ("on_the_loop_vetoed_before_it_ran", "Vetoed before it ran: Provision the sandbox eu-7"),
        ("on_the_loop_vetoed_rollback_done", "Vetoed and rolled back: Provision the sandbox eu-7"),
        (
            "on_the_loop_vetoed_rollback_failed",
            "Vetoed, but rollback failed: Provision the sandbox eu-7",
        ),
        ("suggestion_done", "Approved and carried out: Restart the payment service"),
        ("suggestion_failed", "Approved, but carrying it out failed: Restart the payment service"),
    ],
)
def test_the_first_line_says_what_followed_a_release(name: str, headline: str) -> None:
    message = seen(SCENES[name]())
    assert all_text(message.blocks[0]) == headline
    assert message.text.startswith(f"{headline}. Medium severity, can be undone.")


def test_a_timeout_is_not_worded_as_a_rejection() -> None:
    text = says(SCENES["expired"]())
    assert "Nobody decided on any of 2 rungs" in text
    assert "Nobody rejected it either." in text
    assert "Rejected" not in text


def test_an_edited_approval_tells_old_and_new() -> None:
    text = says(SCENES["approved_with_edits"]())
    assert "amount: $12,000.00 USD → $11,000.00 USD" in text


def test_the_wait_of_reviewers_and_of_the_agent_are_told_apart() -> None:
    checkpoint = scenes.answered().checkpoint
    now = scenes.LATER + timedelta(minutes=25)
    closed = scenes.after(
        checkpoint,
        Reject(**on(checkpoint, as_of(ANA, now)), reason="No.", category="other"),
        now,
    )
    assert "Waited 30 minutes for reviewers and 5 minutes for the agent's answers." in says(
        Scene(closed, now=now)
    )


def test_an_id_too_long_for_a_menu_costs_the_menu_and_nothing_else() -> None:
    checkpoint: Checkpoint = a_checkpoint(a_proposal(), proposal_id="x" * 200)
    drawn = set(buttons(seen(Scene(checkpoint)).blocks))
    assert Button.APPROVE in drawn
    assert Button.MORE not in drawn


def test_a_card_in_another_channel_says_so() -> None:
    scene = SCENES["pending"]()
    elsewhere = replace(scene.card, shown_in=ChannelId("C_OPERATIONS"))
    drawn = card(scene.checkpoint, scene.aftermath, elsewhere, scene.now)
    assert "its own channel could not take the card" in all_text(drawn.blocks)


def test_a_value_of_two_lines_is_whole_on_one_line_in_a_crowd() -> None:
    names = [f"p{number}" for number in range(30)]
    schema = ParameterSchema(
        parameters=tuple(Parameter(name=n, type=ParameterType.TEXT, title=n) for n in names)
    )
    plan = a_careful_plan(schema=schema, friction=Friction.ONE_CLICK)
    given = {**dict.fromkeys(names, "a"), "p7": "x\np8: 1000000"}
    message = seen(Scene(a_large_refund(plan, parameters=given)))
    assert 'p7: "x\\np8: 1000000"' in all_text(message.blocks)
    assert Button.APPROVE in buttons(message.blocks)


def test_a_button_for_some_says_whose_it_is() -> None:
    undo = buttons(seen(PICTURES["releasing"]()).blocks)[Button.UNDO]
    assert undo["text"]["text"].startswith("Undo (U_")
    answer = buttons(seen(PICTURES["needs_information_of_a_role"]()).blocks)[Button.ANSWER_QUESTION]
    assert answer["text"]["text"] == "Answer (Legal)"
    assert "style" not in answer
