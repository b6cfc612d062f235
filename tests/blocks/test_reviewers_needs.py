"""What a reviewer must see before deciding, point by point, on the card and in the full view."""

import pytest

from blocks.cards.card import card
from blocks.forms import modals
from manifests.plan import InformationLimits
from store.checkpoint import Checkpoint
from store.commands import ProvideInformation, RequestInformation, Revise
from tests.blocks.care import PICTURES, edited_by_ana
from tests.blocks.scenes import ANA, BO, Scene, a_careful_plan, a_large_refund, after, as_of
from tests.blocks.test_whatever_is_sent import context_for
from tests.blocks.walking import all_text
from tests.store.making import edited, on

NEEDS = [
    # What to look at before approving anything that an agent wants to do.
    ("the original user request", "pending", "Please refund my second payment for order 4711."),
    ("the proposed action", "pending", "process_refund"),
    ("evidence and sources", "pending", "https://bank.example/statements/77"),
    ("tool calls already made", "pending", 'crm.get({"id": 4711})'),
    ("confidence", "pending", "Confidence 82%:\n Two sources agree."),
    ("risk signals", "pending_override", "Signals:\n sentiment 0.12, retrieval_quality 0.91"),
    ("policy checks", "pending", "Rule between_the_limits: Above $10,000 the CFO must sign too."),
    ("the agent's own checks", "pending", "policy: passed by rules, score 0.93 against 0.8"),
    ("what will happen if approved", "pending", "$12,000.00 go back to Acme GmbH today."),
    ("alternatives", "pending", "• A voucher\n• Wait for the bank"),
    ("rollback or undo", "pending", "Money that was paid back cannot be fetched again."),
    # What makes a request for approval more than two buttons.
    ("what is done", "pending", "Refund $12,000.00 to Acme GmbH?"),
    ("with what exact parameters", "pending", "$12,000.00 USD"),
    ("why the agent decided so", "pending", "Charged twice for order 4711."),
    ("what has already happened", "pending", "• Read the refund policy (done)"),
    ("the expected outcome", "pending", "The customer is paid back by Friday."),
    # What is handed over with the request.
    ("the request in the customer's words", "escalated_by_hand", "Please refund my second payment"),
    ("what was attempted", "escalated_by_hand", "• Looked up the order"),
    ("tools with their results", "escalated_by_hand", '[crm.get({"id": 4711})] → {"paid": 2}'),
    ("why it came here", "escalated_by_hand", "I know the customer personally."),
    ("from where it came", "escalated_by_hand", "from rung 1 (Finance and Cfo)"),
    ("why a rule sent it", "escalated_straight_up", "Its confidence is 55%."),
    ("which denial it overrides", "pending_override", "The daily limit for refunds is used up."),
    # Whom it is for, and how long it may take.
    ("how severe, as a word", "pending", "High severity, cannot be undone"),
    ("on whose behalf", "pending", "On behalf of: Dana Meyer"),
    ("who is missing", "pending_half_signed", "1 of 2: waiting for Cfo"),
    ("until when", "pending", "Due"),
]


def on_card(scene: Scene) -> str:
    return all_text(card(scene.checkpoint, scene.aftermath, scene.card, scene.now).blocks)


def in_full(scene: Scene) -> str:
    context = context_for(scene.checkpoint)
    return all_text(modals.view_only(scene.checkpoint, scene.aftermath, context)["blocks"])


@pytest.mark.parametrize(("point", "scene", "words"), NEEDS, ids=[each[0] for each in NEEDS])
def test_a_reviewer_sees_it_on_the_card(point: str, scene: str, words: str) -> None:
    assert words in on_card(PICTURES[scene]()), point


@pytest.mark.parametrize(("point", "scene", "words"), NEEDS, ids=[each[0] for each in NEEDS])
def test_a_reviewer_sees_it_in_the_full_view(point: str, scene: str, words: str) -> None:
    # There a label and what stands under it are two lines.
    seen = in_full(PICTURES[scene]())
    for part in words.split(":\n "):
        assert part in seen, point


def test_what_the_agent_says_and_what_we_say_are_told_apart() -> None:
    scene = PICTURES["pending"]()
    blocks = card(scene.checkpoint, scene.aftermath, scene.card, scene.now).blocks
    texts = [all_text(block) for block in blocks]
    border = next(at for at, text in enumerate(texts) if text.startswith("Agent says (unverified)"))
    trusted, untrusted = "\n".join(texts[:border]), "\n".join(texts[border:])
    for words in ("$12,000.00 USD", "If approved", "Our checks", "Here because"):
        assert words in trusted
        assert words not in untrusted
    for words in ("Charged twice", "crm.get", "A voucher", "bank.example", "Please refund"):
        assert words in untrusted
        assert words not in trusted


def test_what_a_rule_blocked_can_be_judged_from_its_card() -> None:
    text = on_card(PICTURES["blocked_by_rule"]())
    for words in ("Refunds are frozen.", "$12,000.00 USD", "Acme GmbH", "Charged twice"):
        assert words in text


def test_values_of_an_action_that_nobody_classified_stay_in_the_full_view() -> None:
    scene = PICTURES["blocked_unknown_action"]()
    text = on_card(scene)
    # Each name is code by itself, so that none can pass for two, nor a word of ours for a name.
    named = (row.strip() for row in text[text.index("With ") :].split("\n"))
    assert {"amount", "currency", "customer", "note", "iban"} <= {*named}
    assert "12000.00" not in text
    assert "12000.00" in in_full(scene)


def test_after_an_edit_a_card_gives_the_reason_of_the_revision_in_force() -> None:
    text = on_card(PICTURES["pending_edited_down"]())
    assert "Here because: Refunds over $50 need a person." in text
    stands = "An earlier revision asked for more, and that stands: Above $10,000 the CFO must"
    assert stands in text
    same = on_card(PICTURES["pending_edited_by_somebody_barred"]())
    assert "An earlier revision" not in same


def test_whoever_edited_and_may_not_approve_is_named_before_anybody_clicks() -> None:
    text = on_card(PICTURES["pending_edited_by_somebody_barred"]())
    assert "Edited by U_ana, who may not approve it" in text
    assert "amount: $12,000.00 USD → $480.00 USD" in text
    assert "Edited by U_ana: " in on_card(PICTURES["pending_edited_down"]())


@pytest.mark.parametrize(
    "name", ["approved_paused", "approved_paused_executor", "approved_paused_suggestion"]
)
def test_an_approval_that_a_pause_holds_says_so_by_whom_and_that_it_stands(name: str) -> None:
    scene = PICTURES[name]()
    message = card(scene.checkpoint, scene.aftermath, scene.card, scene.now, scene.paused)
    assert all_text(message.blocks[0]).startswith("Approved, but paused: ")
    assert message.text.startswith("Approved, but paused: ")
    text = all_text(message.blocks)
    assert "Elif Kaya paused the agent billing: it pays twice." in text
    assert "The approval stands, but nobody can use it until this is resumed." in text


@pytest.mark.parametrize("name", ["approved_executed", "approved_recalled", "approved_consumed"])
def test_what_was_used_or_stopped_is_not_said_to_be_paused(name: str) -> None:
    scene = PICTURES[name]()
    message = card(scene.checkpoint, scene.aftermath, scene.card, scene.now, "Elif paused it.")
    assert "aused" not in all_text(message.blocks)


def made_anew_by_the_agent(before: Checkpoint) -> Checkpoint:
    ask = RequestInformation(**on(before, as_of(BO)), question_id="q1", question="Nicer, please?")
    asked = after(before, ask)
    change = edited(asked, note="Dear Acme, here it comes.")
    return after(asked, ProvideInformation(answer="Done.", question_id="q1", **change))


def test_what_the_agent_changed_is_not_put_down_to_whoever_edited_before() -> None:
    before = edited_by_ana(a_careful_plan(editor_may_sign=False))
    text = on_card(Scene(made_anew_by_the_agent(before)))
    human, agent = text.index("Edited by U_ana, who may not"), text.index("The agent changed in")
    assert human < text.index("$12,000.00 USD → $480.00 USD") < agent
    assert agent < text.index("Dear Acme, sorry. → Dear Acme, here it comes.")
    assert text.count("Edited by") == 1


def test_whoever_edited_long_before_is_still_said_to_be_barred() -> None:
    checkpoint = edited_by_ana(a_careful_plan(editor_may_sign=False))
    for amount in range(9):
        who = (BO, ANA)[amount % 2]
        change = edited(checkpoint, amount=f"{amount}.00")
        checkpoint = after(checkpoint, Revise(**on(checkpoint, as_of(who)), **change))
    text = on_card(Scene(checkpoint))
    assert "Edited before by U_ana and U_bo, who may not approve it. View everything" in text


def test_an_answer_stands_under_the_name_of_whoever_gave_it_and_not_of_the_agent() -> None:
    scene = PICTURES["asked_role_answered"]()
    for text in (on_card(scene), in_full(scene)):
        answer, agent = text.index("Answers to questions (unverified)"), text.index("Agent says")
        assert answer < text.index("Answer of U_lea to “Does the contract allow it?”") < agent


def test_short_answers_all_stand_on_the_card() -> None:
    scene = answered("Yes.", "No.", "Perhaps.")
    text = on_card(scene)
    places = [text.index(f"Answer of the agent to “Memo {number}?”") for number in range(3)]
    assert places == sorted(places)
    assert "in View everything" not in text


def test_a_card_says_how_many_more_answers_there_are() -> None:
    scene = answered("Yes.", "See below: " + "x" * 300, "Perhaps.")
    text = on_card(scene)
    assert "2 more stand in View everything." in text
    assert "Answer of the agent to “Memo 2?”" in text
    assert "Memo 1?" not in text
    assert all(f"Memo {number}?" in in_full(scene) for number in range(3))
    assert "1 more stands in View everything." in on_card(answered("1", "2", "3", "4"))


def answered(*answers: str) -> Scene:
    limits = InformationLimits(rounds=len(answers))
    checkpoint = a_large_refund(a_careful_plan(information=limits))
    for number, answer in enumerate(answers):
        ask = RequestInformation(
            **on(checkpoint, as_of(BO)), question_id=f"q{number}", question=f"Memo {number}?"
        )
        said = ProvideInformation(answer=answer, question_id=f"q{number}")
        checkpoint = after(after(checkpoint, ask), said)
    return Scene(checkpoint)
