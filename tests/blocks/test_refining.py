"""The forms over single steps: what they show, and what they mean when somebody submits them."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocks.cards.card import card
from blocks.controls.steps import Place, offers_steps, plans_in
from blocks.forms import modals
from blocks.forms.reading import read_regeneration, read_step, rebased, regeneration_in_words
from blocks.ids import ModalContext
from blocks.meaning import FieldErrors, StepEdit
from blocks.types import View
from manifests.parameters import Parameter, ParameterSchema, ParameterType, Sensitivity
from manifests.plan import InformationLimits
from manifests.vocabulary import ChannelId, Parameters
from sandbox.rules.views import view_problems, view_too_large
from store.aftermath import NOTHING_YET
from store.checkpoint import Checkpoint
from store.digest import canonical, revision_digest
from store.ports import Card
from tests.blocks.filling import filled, inputs_of, untouched
from tests.blocks.scenes import a_careful_plan
from tests.blocks.strategies import checkpoints, texts, values
from tests.blocks.test_whatever_is_sent import context_for, nothing_fools
from tests.blocks.walking import all_text, buttons
from tests.store.making import NOON, a_checkpoint, a_proposal

PLAN = Parameter(name="steps", type=ParameterType.LIST, title="Steps")


def with_steps(*steps: Any, **changed: Any) -> Checkpoint:
    parameter = replace(PLAN, **changed)
    plan = a_careful_plan(schema=ParameterSchema(parameters=(parameter,)))
    return a_checkpoint(a_proposal(parameters={parameter.name: list(steps)}), plan)


def opened(checkpoint: Checkpoint, index: int | None = 0) -> tuple[View, ModalContext]:
    view = modals.step(checkpoint, context_for(checkpoint), Place("steps", index))
    return view, context_of(view)


def context_of(view: View) -> ModalContext:
    context = ModalContext.decode(str(view["private_metadata"]))
    assert isinstance(context, ModalContext)
    return context


def sent(checkpoint: Checkpoint, index: int | None = 0, **typed: Any) -> StepEdit:
    view, context = opened(checkpoint, index)
    read = read_step(checkpoint, context, filled(view, **typed))
    assert isinstance(read, StepEdit), read
    return read


def steps_after(read: StepEdit) -> Any:
    return read.edit.parameters["steps"]


@pytest.mark.parametrize(
    ("index", "typed", "after"),
    [
        (1, {"Step 2": "B"}, ["a", "B", "c"]),
        (1, {"Step 2": "B", "Position": "3"}, ["a", "c", "B"]),
        (2, {"Position": "1"}, ["c", "a", "b"]),
        (0, {"Remove": ["Take this step out"]}, ["b", "c"]),
        (0, {"Remove": ["Take this step out"], "Step 1": None}, ["b", "c"]),
        (None, {"New step": "d"}, ["a", "b", "c", "d"]),
        (None, {"New step": "d", "Position": "1"}, ["d", "a", "b", "c"]),
    ],
)
def test_what_is_done_to_a_step(index: int | None, typed: dict[str, Any], after: list[str]) -> None:
    assert steps_after(sent(with_steps("a", "b", "c"), index, **typed)) == after


@pytest.mark.parametrize("position", ["0", "4", "-1", "1.5", "²", "", "x" * 9, None])
def test_a_place_that_is_none_is_said_at_its_input(position: str | None) -> None:
    checkpoint = with_steps("a", "b", "c")
    view, context = opened(checkpoint)
    read = read_step(checkpoint, context, filled(view, Position=position))
    assert isinstance(read, FieldErrors)
    assert list(read.errors) == ["s1.0.position"]


@pytest.mark.parametrize(
    "about", ["", "/steps/3", "/steps/99999999", "/other/0", "steps/0", "/a/b/c"]
)
def test_a_step_that_is_none_is_not_read(about: str) -> None:
    checkpoint = with_steps("a", "b", "c")
    view, context = opened(checkpoint)
    elsewhere = context.model_copy(update={"about": about})
    assert read_step(checkpoint, elsewhere, untouched(view)) is None


def test_only_plain_lists_that_may_be_edited_have_steps() -> None:
    assert plans_in(with_steps("a")) == [PLAN]
    for changed in (
        {"editable": False},
        {"sensitive": Sensitivity.HIDE},
        {"choices": ("a", "b")},
        {"type": ParameterType.OBJECT},
        {"name": "n" * 201},
    ):
        assert not plans_in(with_steps("a", **changed))


@pytest.mark.parametrize(
    ("items", "offered"),
    [
        (("checkout", "carts"), False),
        (("stop", "copy", "start"), True),
        ((), False),
        ((4, True), False),
        (("Stop it", "Wait"), True),
        (("deploy", {"step": "wait"}), True),
        ((["a"],), True),
    ],
)
def test_a_card_offers_steps_where_a_list_reads_as_a_plan(
    items: tuple[Any, ...], offered: bool
) -> None:
    checkpoint = with_steps(*items)
    assert offers_steps(checkpoint) is offered
    drawn = card(
        checkpoint,
        NOTHING_YET,
        Card(proposal=checkpoint.id, channel=ChannelId("C_FINANCE"), nonce="n"),
        NOON,
    )
    assert ("Edit a step…" in all_text(drawn.blocks)) is offered


def test_asking_anew_says_which_step_and_how() -> None:
    checkpoint = with_steps("a", "b")
    view = modals.regenerate(checkpoint, context_for(checkpoint), Place("steps", 1))
    assert isinstance(read_regeneration(untouched(view)), FieldErrors)
    read = read_regeneration(filled(view, **{"What should be different?": " Do it at night. "}))
    assert not isinstance(read, FieldErrors)
    assert regeneration_in_words(checkpoint, context_of(view), read) == "Step 2: Do it at night."
    assert context_of(view).about == "/steps/1"


def test_a_reviewer_who_used_up_the_questions_is_told() -> None:
    checkpoint = with_steps("a", "b")
    plan = replace(checkpoint.plan, information=InformationLimits(rounds=0))
    view = modals.steps(replace(checkpoint, plan=plan), context_for(checkpoint))
    assert "no step can be regenerated any more" in all_text(view["blocks"])
    assert "regenerate_step" not in buttons(view["blocks"])


def test_every_step_has_buttons_that_say_which_it_is() -> None:
    checkpoint = with_steps(*(f"Do {number}" for number in range(45)))
    seen = []
    for page in (1, 2, 3):
        view: Any = modals.steps(checkpoint, context_for(checkpoint), page=page)
        actions = [one for block in view["blocks"] for one in block.get("elements", [])]
        edits = [one for one in actions if one.get("action_id") == "edit_step"]
        seen += [(one["value"], one["accessibility_label"]) for one in edits]
    assert seen == [(f"/steps/{at}", f"Edit step {at + 1}: Do {at}") for at in range(45)]


def test_a_step_too_large_for_a_form_is_left_to_the_agent() -> None:
    checkpoint = with_steps("small", [f"https://example.com/{n:060}" for n in range(2_000)])
    view, _ = opened(checkpoint, 1)
    assert not view_problems(view, "modal")
    assert "submit" not in view
    assert "too large to be edited here. Ask the agent to change it" in all_text(view["blocks"])
    assert not view_problems(modals.steps(checkpoint, context_for(checkpoint)), "modal")


kinds = st.one_of(texts, values, st.just("x \n" * 2_000))


@st.composite
def plans(draw: st.DrawFn) -> Checkpoint:
    return with_steps(*draw(st.lists(kinds, min_size=1, max_size=5)))


@settings(max_examples=120)
@given(plans(), st.data())
def test_an_untouched_step_is_exactly_what_it_was(checkpoint: Checkpoint, data: Any) -> None:
    count = len(checkpoint.revision.parameters["steps"])  # type: ignore[arg-type]
    view, context = opened(checkpoint, data.draw(st.integers(0, count - 1)))
    assert not view_problems(view, "modal")
    nothing_fools([each for each in view["blocks"] if each["type"] != "input"])  # type: ignore[index, union-attr, call-overload]
    read = read_step(checkpoint, context, untouched(view))
    assert isinstance(read, StepEdit), read
    assert canonical(read.edit.parameters) == canonical(checkpoint.revision.parameters)


typed_texts = texts.map(lambda text: text.replace("\r", "").strip()).filter(bool)


@settings(max_examples=120)
@given(st.lists(typed_texts, min_size=2, max_size=5), typed_texts, st.integers(1, 2))
def test_saving_a_difference_means_what_it_showed(
    steps: list[str], typed: str, position: int
) -> None:
    """The form drawn again under a difference means the same once more, so saving saves it."""
    checkpoint = with_steps(*steps)
    view, context = opened(checkpoint, 0)
    label = next(label for label in inputs_of(view) if label.startswith("Step 1"))
    written: dict[str, Any] = {} if "part" in label else {label: typed}
    state = filled(view, **written, Position=str(position), Category="Wording", Note="Better.")
    read = read_step(checkpoint, context, state)
    if isinstance(read, FieldErrors):
        return
    assert isinstance(read, StepEdit)
    again = modals.step_diff(checkpoint, context, read, checkpoint.plan)
    assert not view_problems(again, "modal")
    here = context_of(again)
    assert here.draft == revision_digest(checkpoint.proposal.action, read.edit.parameters)
    assert read_step(checkpoint, here, untouched(again)) == read


steps_meanwhile = st.lists(st.sampled_from("abcdefg"), max_size=7)


@given(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=6), steps_meanwhile, st.data())
def test_what_was_typed_survives_whatever_happened_meanwhile(
    before: list[str], meanwhile: list[str], data: Any
) -> None:
    checkpoint = with_steps(*before)
    index = data.draw(st.none() | st.integers(0, len(before) - 1))
    label = "New step" if index is None else f"Step {index + 1}"
    view, context = opened(checkpoint, index)
    mine = read_step(checkpoint, context, filled(view, **{label: "mine"}))
    assert isinstance(mine, StepEdit)
    now = revised(checkpoint, meanwhile)
    found = rebased(now, context, mine)
    assert found is not None
    here, moved = found
    after = [*steps_after(moved)]
    assert after.count("mine") == 1
    after.remove("mine")
    gone = list(meanwhile)
    # All of theirs is there, but for the one step that mine stands in the place of.
    for each in after:
        gone.remove(each)
    assert len(gone) == (0 if Place.read(here.about) == Place("steps", None) else 1)
    view = modals.step_conflict(now, (context, here), moved, now.plan)
    assert not view_problems(view, "modal")
    again = read_step(now, context_of(view), untouched(view))
    assert isinstance(again, StepEdit)
    assert again.edit.parameters == moved.edit.parameters


def revised(checkpoint: Checkpoint, steps: list[Any]) -> Checkpoint:
    parameters: Parameters = {"steps": steps}
    digest = revision_digest(checkpoint.proposal.action, parameters)
    second = replace(checkpoint.revision, number=2, parameters=parameters, digest=digest, at=NOON)
    return replace(checkpoint, revisions=(*checkpoint.revisions, second))


@settings(max_examples=60, deadline=None)
@given(checkpoints(), texts)
def test_every_view_of_steps_is_taken_and_fools_nobody(checkpoint: Checkpoint, said: str) -> None:
    context = context_for(checkpoint)
    for name in [each.name for each in plans_in(checkpoint)][:2]:
        for view in (
            modals.steps(checkpoint, context),
            modals.regenerate(checkpoint, context, Place(name, 0)),
        ):
            assert not view_problems(view, "modal")
            assert not view_too_large(view)
            nothing_fools(view)
    kept = modals.not_saved(checkpoint, {**checkpoint.revision.parameters, "x": said}, said)
    assert not view_problems(kept, "modal")
    nothing_fools(kept)
