"""What a modal asks, and what it means when somebody submits it."""

from dataclasses import replace
from typing import Any

import pytest

from blocks.cards.card import card
from blocks.categories import EditCategory
from blocks.forms import modals
from blocks.forms.reading import (
    Approval,
    Edit,
    FieldErrors,
    Given,
    Guidance,
    Rejection,
    complaints_on,
    read_answer,
    read_approval,
    read_edit,
    read_fill_in,
    read_reason,
    read_rejection,
)
from blocks.ids import Button, Field, Modal, ModalContext
from blocks.limits import clip
from blocks.types import View
from manifests.parameters import Complaint, Parameter, ParameterSchema, ParameterType
from manifests.plan import Wording
from manifests.vocabulary import Friction
from sandbox.rules.views import view_problems, view_too_large
from store.aftermath import NOTHING_YET
from store.checkpoint import Checkpoint
from store.commands import Revise
from store.digest import revision_digest
from tests.blocks.filling import filled, inputs_of, untouched
from tests.blocks.scenes import (
    ANA,
    LATER,
    SCENES,
    a_careful_plan,
    a_large_refund,
    a_question,
    a_small_refund,
    after,
    as_of,
)
from tests.blocks.test_whatever_is_sent import card_for, context_for
from tests.blocks.walking import all_text, buttons
from tests.store.making import a_checkpoint, edited, on


def with_parameter(parameter: Parameter, **given: Any) -> Checkpoint:
    plan = a_careful_plan(schema=ParameterSchema(parameters=(parameter,)))
    return a_large_refund(plan, parameters=given)


def edits(checkpoint: Checkpoint, **typed: Any) -> Edit | FieldErrors:
    context = context_for(checkpoint)
    return read_edit(checkpoint, context, filled(modals.edit(checkpoint, context), **typed))


def value(read: Edit | FieldErrors, name: str = "x") -> Any:
    assert isinstance(read, Edit), read
    return read.parameters.get(name, "absent")


def test_a_rejection_needs_a_reason_and_a_category() -> None:
    checkpoint = a_large_refund()
    view = modals.reject(checkpoint, context_for(checkpoint))
    missing = read_rejection(untouched(view))
    assert isinstance(missing, FieldErrors)
    assert set(missing.errors) == {Field.REASON, Field.CATEGORY}
    state = filled(view, Reason=" Wrong order. ", Category="Wrong facts")
    assert read_rejection(state) == Rejection("Wrong order.", "wrong_facts")


def test_a_note_is_optional() -> None:
    checkpoint = a_large_refund()
    for draw in (modals.approve_with_note, modals.review, modals.record_done):
        view = draw(checkpoint, context_for(checkpoint))
        assert view["submit"]
        assert read_approval(untouched(view)) == Approval("")
        assert read_approval(filled(view, Note="Seen.")) == Approval("Seen.")


def test_a_note_is_written_in_the_full_view_where_the_short_one_would_cut() -> None:
    checkpoint = SCENES["pending_value_cut"]().checkpoint
    view = modals.approve_with_note(checkpoint, context_for(checkpoint))
    assert view["callback_id"] == Modal.REVIEW


@pytest.mark.parametrize(
    ("draw", "label"),
    [
        (modals.recall, "Why is it taken back?"),
        (modals.rollback, "Why must it be undone?"),
        (modals.veto, "Why must it not run, or not stand?"),
        (modals.record_failed, "What went wrong?"),
    ],
)
def test_taking_back_needs_a_reason(draw: Any, label: str) -> None:
    checkpoint = a_large_refund()
    view = draw(checkpoint, context_for(checkpoint))
    assert isinstance(read_reason(untouched(view)), FieldErrors)
    assert read_reason(filled(view, **{label: "Because."})) == Given("Because.")


def test_an_answer_is_a_choice_or_words_or_both() -> None:
    checkpoint = a_checkpoint(a_question(), a_careful_plan())
    view = modals.answer(checkpoint, context_for(checkpoint))
    assert isinstance(read_answer(checkpoint, untouched(view)), FieldErrors)
    chosen = filled(view, Answer="Acme Inc., Boston")
    assert read_answer(checkpoint, chosen) == Guidance("", "Acme Inc., Boston")
    said = filled(view, **{"In your own words": "Ask sales."})
    assert read_answer(checkpoint, said) == Guidance("Ask sales.", None)


def test_a_question_and_its_choices_are_whole_where_they_are_answered() -> None:
    tail = "and close their account"
    choice = f"Pay them back{chr(0x200B) * 8} {tail}"
    asked = a_question(question="Why? " * 500 + tail, choices=("Nothing", choice))
    checkpoint = a_checkpoint(asked, a_careful_plan())
    assert all_text(modals.answer(checkpoint, context_for(checkpoint))).count(tail) == 2


def test_what_a_choice_holds_whole_is_not_said_twice() -> None:
    checkpoint = a_checkpoint(a_question(choices=("Acme Inc., Boston",)), a_careful_plan())
    words = all_text(modals.answer(checkpoint, context_for(checkpoint)))
    assert words.count("Acme Inc., Boston") == 1


def test_a_question_without_choices_needs_words() -> None:
    checkpoint = a_checkpoint(a_question(choices=()), a_careful_plan())
    view = modals.answer(checkpoint, context_for(checkpoint))
    assert inputs_of(view)["Answer"]["optional"] is False
    assert read_answer(checkpoint, filled(view, Answer="Both.")) == Guidance("Both.", None)


def test_a_forged_choice_is_refused() -> None:
    checkpoint = a_checkpoint(a_question(), a_careful_plan())
    for forged in ("7", "-1", "²", "x"):
        state: dict[str, Any] = {"choice": {"choice": {"selected_option": {"value": forged}}}}
        assert isinstance(read_answer(checkpoint, state), FieldErrors)


def test_an_edit_keeps_types_and_everything_not_in_the_form() -> None:
    checkpoint = a_large_refund()
    read = edits(checkpoint, amount="11000.50", Note="Minus the fee.", Category="Wrong amount")
    assert isinstance(read, Edit)
    assert read.parameters == {**checkpoint.revision.parameters, "amount": "11000.50"}
    assert (read.category, read.note) == (EditCategory.WRONG_AMOUNT, "Minus the fee.")


def test_only_what_may_be_edited_is_in_the_form() -> None:
    checkpoint = a_large_refund()
    labels = set(inputs_of(modals.edit(checkpoint, context_for(checkpoint))))
    assert labels == {
        "amount",
        "Note to the customer (note)",
        "Account (iban)",
        "Category",
        "Note",
    }


@pytest.mark.parametrize(
    ("kind", "base", "typed", "meant"),
    [
        (ParameterType.INTEGER, 5, "12", 12),
        (ParameterType.NUMBER, 5, "12", 12),
        (ParameterType.NUMBER, 5.0, "12", 12.0),
        (ParameterType.NUMBER, 5, "12.25", 12.25),
        (ParameterType.MONEY, "5.00", "12", "12"),
        (ParameterType.MONEY, 5, "12", 12),
        (ParameterType.MONEY, 5, "12.50", "12.50"),
        (ParameterType.STRING, "a", " b ", " b "),
        (ParameterType.LIST, [1], '[1, "1", 1.5, null]', [1, "1", 1.5, None]),
        (ParameterType.OBJECT, {"a": 1}, '{"a": 2}', {"a": 2}),
        (ParameterType.DATE, "2026-11-02", "2026-12-24", "2026-12-24"),
        (ParameterType.EMAIL, "a@example.com", "b@example.com", "b@example.com"),
        (ParameterType.STRING, "hidden\u202e", '"shown"', "shown"),
        (ParameterType.STRING, "a", None, "absent"),
        (ParameterType.INTEGER, 5, None, "absent"),
    ],
)
def test_what_is_typed_gets_the_parameters_type(
    kind: ParameterType, base: Any, typed: str | None, meant: Any
) -> None:
    checkpoint = with_parameter(Parameter(name="x", type=kind, title="X"), x=base)
    read = value(edits(checkpoint, x=typed))
    assert (read, type(read)) == (meant, type(meant))


@pytest.mark.parametrize(
    ("kind", "base", "typed", "says"),
    [
        (ParameterType.INTEGER, 5, "1.5", "whole number"),
        (ParameterType.INTEGER, 5, "9007199254740993", "whole number"),
        (ParameterType.NUMBER, 5, "1e400", "Write a number"),
        (ParameterType.MONEY, "5.00", "4,800.00", "digits and a point"),
        (ParameterType.OBJECT, {}, '{"a": 1, "a": 2}', "“a” is there twice"),
        (ParameterType.OBJECT, {}, "[]", "a JSON object"),
        (ParameterType.LIST, [], "[1,", "line 1, column 4"),
        (ParameterType.LIST, [], "[NaN]", "NaN is not a number"),
        (ParameterType.LIST, [], "[9007199254740993]", "a number too large"),
        (ParameterType.LIST, [], r'["\ud800"]', "half a character"),
        (ParameterType.LIST, [], "[" * 5_000, "nested too deeply"),
    ],
)
def test_what_cannot_be_meant_is_said_at_its_input(
    kind: ParameterType, base: Any, typed: str, says: str
) -> None:
    checkpoint = with_parameter(Parameter(name="x", type=kind, title="X"), x=base)
    context = context_for(checkpoint)
    view = modals.edit(checkpoint, context)
    read = read_edit(checkpoint, context, filled(view, x=typed))
    assert isinstance(read, FieldErrors)
    assert says in read.errors[inputs_of(view)["x"]["block_id"]]


def test_what_is_required_cannot_be_emptied() -> None:
    required = Parameter(name="x", type=ParameterType.STRING, title="X", required=True)
    read = edits(with_parameter(required, x="a"), x=None)
    assert isinstance(read, FieldErrors)
    assert list(read.errors.values()) == ["This is required."]


def test_choices_are_offered_in_full_and_read_back() -> None:
    colours = tuple(f"colour {number}" for number in range(12))
    one = Parameter(name="x", type=ParameterType.STRING, title="X", choices=colours)
    checkpoint = with_parameter(one, x="colour 3")
    view = modals.edit(checkpoint, context_for(checkpoint))
    assert inputs_of(view)["x"]["element"]["type"] == "static_select"
    assert value(edits(checkpoint, x="colour 11")) == "colour 11"
    few = with_parameter(replace(one, choices=colours[:4]), x="colour 3")
    view = modals.edit(few, context_for(few))
    assert inputs_of(view)["x"]["element"]["type"] == "radio_buttons"
    many = replace(one, type=ParameterType.LIST)
    several = with_parameter(many, x=["colour 3", "colour 1"])
    assert value(edits(several)) == ["colour 3", "colour 1"]
    assert value(edits(several, x=["colour 0", "colour 2"])) == ["colour 0", "colour 2"]


def test_yes_and_no_are_said_in_words() -> None:
    checkpoint = with_parameter(Parameter(name="x", type=ParameterType.BOOLEAN, title="X"), x=True)
    assert value(edits(checkpoint)) is True
    assert value(edits(checkpoint, x="No")) is False


def test_a_secret_is_kept_by_leaving_it_empty_and_replaced_by_typing() -> None:
    checkpoint = a_large_refund()
    before = checkpoint.revision.parameters["iban"]
    assert value(edits(checkpoint), "iban") == before
    assert value(edits(checkpoint, **{"Account (iban)": "FR14"}), "iban") == "FR14"


def test_the_difference_stands_above_the_same_form() -> None:
    checkpoint = a_large_refund()
    context = context_for(checkpoint)
    read = edits(checkpoint, amount="11000.00")
    assert isinstance(read, Edit)
    view = modals.edit_diff(checkpoint, context, read, checkpoint.plan)
    text = all_text(view["blocks"])
    assert text.index("before: ") < text.index("$12,000.00 USD") < text.index("$11,000.00 USD")
    here = ModalContext.decode(str(view["private_metadata"]))
    assert isinstance(here, ModalContext)
    assert here.draft == revision_digest(checkpoint.proposal.action, read.parameters)
    changed_again = read_edit(checkpoint, here, filled(view, amount="10000.00"))
    assert isinstance(changed_again, Edit)
    assert revision_digest(checkpoint.proposal.action, changed_again.parameters) != here.draft


def test_true_is_not_one() -> None:
    checkpoint = with_parameter(Parameter(name="x", type=ParameterType.LIST, title="X"), x=[1])
    read = edits(checkpoint, x="[true]")
    assert isinstance(read, Edit)
    view = modals.edit_diff(checkpoint, context_for(checkpoint), read, checkpoint.plan)
    text = all_text(view["blocks"])
    assert "before: \n1" in text
    assert "after: \ntrue" in text


def test_a_difference_of_many_parameters_is_counted() -> None:
    names = [f"p{number:02}" for number in range(40)]
    schema = ParameterSchema(
        parameters=tuple(Parameter(name=n, type=ParameterType.STRING, title=n) for n in names)
    )
    checkpoint = a_large_refund(a_careful_plan(schema=schema), parameters=dict.fromkeys(names, "a"))
    everything = Edit(dict.fromkeys(names, "b"), "other", "")
    view = modals.edit_diff(checkpoint, context_for(checkpoint), everything, checkpoint.plan)
    text = all_text(view["blocks"])
    shown = text.count("before: ")
    assert f"and {40 - shown} more changes, in the form below" in text
    assert not view_problems(view, "modal")


def test_somebody_elses_change_is_shown_and_nothing_typed_is_lost() -> None:
    before = a_small_refund()
    context = context_for(before)
    typed = {"Note to the customer (note)": "Sorry!", "Account (iban)": "FR14"}
    mine = read_edit(before, context, filled(modals.edit(before, context), **typed))
    assert isinstance(mine, Edit)
    change = edited(before, amount="11000.00")
    command = Revise(**on(before, as_of(ANA)), **change, approve=False)
    meanwhile = after(before, command)
    both = modals.merged(meanwhile, context, mine)
    view = modals.conflict(meanwhile, context, both, meanwhile.plan)
    text = all_text(view["blocks"])
    assert "U_ana changed this while you were editing. Revision 2 is in force now." in text
    assert "$11,000.00 USD" in text
    here = ModalContext.decode(str(view["private_metadata"]))
    assert isinstance(here, ModalContext)
    assert (here.revision, here.digest) == (2, meanwhile.revision.digest)
    read = read_edit(meanwhile, here, untouched(view))
    assert isinstance(read, Edit)
    assert read.parameters == {
        **before.revision.parameters,
        "amount": "11000.00",
        "note": "Sorry!",
        "iban": "FR14",
    }
    assert revision_digest(before.proposal.action, read.parameters) == here.draft


def test_missing_parameters_are_asked_for_first_and_are_required() -> None:
    checkpoint = SCENES["pending_incomplete"]().checkpoint
    context = context_for(checkpoint)
    view = modals.fill_in(checkpoint, context)
    labels = list(inputs_of(view))
    assert labels[:2] == ["customer", "order_id"]
    assert inputs_of(view)["order_id"]["optional"] is False
    assert isinstance(read_fill_in(checkpoint, context, untouched(view)), FieldErrors)
    state = filled(view, customer="Acme GmbH", order_id="A-1", Note="From the invoice.")
    read = read_fill_in(checkpoint, context, state)
    assert isinstance(read, Edit)
    assert read.parameters["customer"] == "Acme GmbH"
    assert read.parameters["order_id"] == "A-1"
    assert (read.category, read.note) == (EditCategory.MISSING_DETAIL, "From the invoice.")


def test_what_the_schema_says_stands_at_the_input_it_means() -> None:
    checkpoint = a_large_refund()
    context = context_for(checkpoint)
    complaints = (
        Complaint("/parameters/amount", "is negative", "Write 0 or more."),
        Complaint("/parameters/note/0/x", "is too long"),
        Complaint("/parameters/customer", "is unknown"),
    )
    errors = complaints_on(checkpoint, context, complaints).errors
    labels = inputs_of(modals.edit(checkpoint, context))
    assert errors[labels["amount"]["block_id"]] == "This is negative. Write 0 or more."
    note = labels["Note to the customer (note)"]["block_id"]
    assert errors[note] == "/0/x is too long."
    assert errors[Field.NOTE] == "/parameters/customer is unknown."


def all_pages(checkpoint: Checkpoint, draw: Any) -> list[View]:
    pages = [draw(page=1)]
    while Button.PAGE_NEXT in buttons(pages[-1]["blocks"]):
        page = int(buttons(pages[-1]["blocks"])[Button.PAGE_NEXT]["value"])
        assert page == len(pages) + 1
        pages.append(draw(page=page))
    return pages


def test_a_long_proposal_is_read_to_its_end_before_it_is_signed() -> None:
    given = {f"text_{number:02}": f"{number} " + "é" * 9_000 for number in range(12)}
    plan = a_careful_plan(schema=ParameterSchema(open=True))
    checkpoint = a_large_refund(plan, parameters=given)
    context = context_for(checkpoint)
    pages = all_pages(checkpoint, lambda page: modals.review(checkpoint, context, page=page))
    assert len(pages) > 1
    for view in pages:
        assert not view_problems(view, "modal")
        assert not view_too_large(view)
    assert [view for view in pages if "submit" in view] == pages[-1:]
    whole = "".join(all_text(view["blocks"]) for view in pages).replace("\n", "")
    assert whole.count("é") == 12 * 9_000
    back = buttons(pages[-1]["blocks"])[Button.PAGE_BACK]
    assert back["value"] == str(len(pages) - 1)


def test_everything_is_shown_uncut_in_the_full_view() -> None:
    checkpoint = SCENES["pending_value_cut"]().checkpoint
    view = modals.view_only(checkpoint, NOTHING_YET, context_for(checkpoint))
    assert str(checkpoint.revision.parameters["note"]) in all_text(view["blocks"])
    assert "submit" not in view


def test_a_closed_proposal_tells_its_end_and_its_revisions() -> None:
    scene = SCENES["approved_with_edits"]()
    view = modals.view_only(scene.checkpoint, scene.aftermath, context_for(scene.checkpoint))
    text = all_text(view["blocks"])
    assert "Approved with edits: Refund $12,000.00 to Acme GmbH" in text
    assert "Revision 2 by U_ana" in text
    assert "amount: $12,000.00 USD → $11,000.00 USD\nNote: Minus the fee." in text


def test_a_page_that_does_not_exist_is_the_nearest_one() -> None:
    checkpoint = a_large_refund()
    context = context_for(checkpoint)
    assert modals.review(checkpoint, context, page=9) == modals.review(checkpoint, context)


def test_a_notice_has_nothing_to_submit() -> None:
    view = modals.notice("Already decided", "Bo rejected it a moment ago.")
    assert "submit" not in view
    assert not view_problems(view, "modal")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("on_the_loop_vetoed_rollback_done", ("Vetoed by ", "Rolled back ", "It is torn down.")),
        ("suggestion_failed", ("Carrying it out FAILED", "It does not come up.")),
        ("executor_executed", ("payments-runner says:",)),
        ("approved_lapsed", ("Not used in time",)),
    ],
)
def test_the_full_view_tells_what_followed_too(name: str, words: tuple[str, ...]) -> None:
    scene = SCENES[name]()
    view = modals.view_only(scene.checkpoint, scene.aftermath, context_for(scene.checkpoint))
    shown = str(view["blocks"])
    assert all(each in shown for each in words)


LABELS = [
    "Send",
    "Deploy",
    "Release the shipment now",
    "Lift the hold on all of these accounts",
]


@pytest.mark.parametrize("label", LABELS)
def test_approving_is_called_what_the_action_calls_it(label: str) -> None:
    """On the button, in the dialog and where a view is submitted, each as far as Slack has room."""
    wording = Wording(headline="Send it?", approve_label=label)
    checkpoint = a_large_refund(
        a_careful_plan(wording=wording, friction=Friction.CONFIRM),
        parameters={"amount": "480.00", "currency": "USD"},
    )
    approve = buttons(card(checkpoint, NOTHING_YET, card_for(checkpoint), LATER).blocks)["approve"]
    assert approve["text"]["text"] == label
    assert approve["accessibility_label"].startswith(label[:40])
    assert approve["confirm"]["confirm"]["text"] == clip(label, 30)
    context = context_for(checkpoint)
    for view in (modals.review(checkpoint, context), modals.approve_with_note(checkpoint, context)):
        submit: Any = view["submit"]
        assert submit["text"] == clip(label, 24)
        assert not view_problems(view, "modal")
