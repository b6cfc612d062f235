"""An edit form that nobody touched means exactly the parameters it was drawn from."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocks.controls.fields import editable_fields
from blocks.controls.writing import Part, gap_in, joined, parts
from blocks.forms import modals
from blocks.forms.reading import Edit, read_edit, read_fill_in
from blocks.ids import ModalContext
from blocks.limits import INPUT_LENGTH, size
from blocks.wording.text import hides_something
from manifests.parameters import Parameter, ParameterSchema, ParameterType, Sensitivity
from sandbox.rules.views import view_problems, view_too_large
from store.checkpoint import Checkpoint
from store.digest import revision_digest
from tests.blocks.filling import filled, untouched
from tests.blocks.scenes import a_careful_plan
from tests.blocks.strategies import HOSTILE, texts, values
from tests.blocks.test_whatever_is_sent import context_for
from tests.blocks.walking import all_text
from tests.store.making import a_checkpoint, a_proposal

OFFERED = (
    "red",
    "green",
    "a choice of seventy-six letters and more, which no option can hold whole",
    "4",
)
moments = st.integers(600_000_000, 13_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))
long_texts = st.integers(2_990, 9_100).map(lambda length: "x \n" * (length // 3)) | st.just(
    "".join(HOSTILE)
)
FREE = {ParameterType.STRING, ParameterType.TEXT}
OF_TYPE: dict[ParameterType, st.SearchStrategy[Any]] = {
    ParameterType.STRING: texts | long_texts,
    ParameterType.TEXT: texts | long_texts,
    ParameterType.INTEGER: st.integers(-(2**53) + 1, 2**53 - 1),
    ParameterType.NUMBER: st.integers(-100, 100) | st.floats(allow_nan=False, allow_infinity=False),
    ParameterType.MONEY: st.from_regex(r"[0-9]{1,9}(\.[0-9]{1,2})?", fullmatch=True)
    | st.integers(0, 10**9),
    ParameterType.BOOLEAN: st.booleans(),
    ParameterType.DATE: st.dates().map(str) | texts,
    ParameterType.DATETIME: st.one_of(
        moments.map(lambda at: at.isoformat()),
        moments.map(lambda at: at.replace(microsecond=7).isoformat()),
        moments.map(lambda at: at.isoformat().replace("+00:00", "+05:30")),
        texts,
    ),
    ParameterType.EMAIL: st.just("dana@example.com") | texts,
    ParameterType.URI: st.just("https://example.com/x") | texts,
    ParameterType.LIST: st.lists(values, max_size=3) | st.lists(st.sampled_from(OFFERED)),
    ParameterType.OBJECT: st.dictionaries(texts, values, max_size=3),
}


@st.composite
def forms(draw: st.DrawFn) -> Checkpoint:
    """Declare some parameters and give most of them a value that fits, or hardly fits."""
    declared, given_ = [], {}
    for number in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(ParameterType))
        offered = draw(st.booleans())
        parameter = Parameter(
            name=f"p{number}",
            type=kind,
            title=f"Parameter {number}",
            required=draw(st.booleans()),
            editable=draw(st.integers(0, 4)) > 0,
            sensitive=draw(st.sampled_from([Sensitivity.PLAIN] * 3 + [Sensitivity.HASH])),
            choices=OFFERED if offered else (),
            minimum=draw(st.none() | st.just("5")),
        )
        declared.append(parameter)
        fitting = st.sampled_from(OFFERED) if offered else OF_TYPE[kind]
        if draw(st.integers(0, 5)) > 0 or parameter.required:
            given_[parameter.name] = draw(OF_TYPE[kind] | fitting | st.none())
    plan = a_careful_plan(schema=ParameterSchema(parameters=tuple(declared)))
    missing = tuple(each.name for each in declared if each.name not in given_)
    return a_checkpoint(a_proposal(parameters=given_, missing=missing), plan)


def exactly(value: Any) -> str:
    """Write a value so that 1, 1.0, True and "1" are four different things, in their order."""
    return json.dumps(value, ensure_ascii=True)


@settings(max_examples=150)
@given(forms())
def test_an_untouched_form_changes_nothing(checkpoint: Checkpoint) -> None:
    context = context_for(checkpoint)
    view = modals.edit(checkpoint, context)
    assert not view_problems(view, "modal")
    read = read_edit(checkpoint, context, untouched(view))
    assert isinstance(read, Edit), read
    assert exactly(read.parameters) == exactly(checkpoint.revision.parameters)


typed_texts = texts.map(lambda text: text.replace("\r", "").strip()).filter(bool)


@settings(max_examples=80)
@given(forms(), st.lists(typed_texts, min_size=6, max_size=6))
def test_saving_a_difference_means_what_it_showed(base: Checkpoint, typed: list[str]) -> None:
    """The form drawn again under a difference means the same once more, so saving saves it."""
    context = context_for(base)
    changed = dict(base.revision.parameters)
    for field, text in zip(editable_fields(base, 1), typed, strict=False):
        written_freely = field.parameter.type in FREE and not field.parameter.choices
        if written_freely and str(field.base).strip() != text:
            changed[field.name] = text
    view = modals.edit_diff(base, context, Edit(changed, "other", "because"), base.plan)
    assert not view_problems(view, "modal")
    here = ModalContext.decode(str(view["private_metadata"]))
    assert isinstance(here, ModalContext)
    assert here.draft == revision_digest(base.proposal.action, changed)
    again = read_edit(base, here, untouched(view))
    assert isinstance(again, Edit), again
    assert exactly(again.parameters) == exactly(changed)
    assert (again.category, again.note) == ("other", "because")


@settings(max_examples=60)
@given(forms())
def test_an_untouched_form_for_what_is_missing_adds_nothing(checkpoint: Checkpoint) -> None:
    context = context_for(checkpoint)
    view = modals.fill_in(checkpoint, context)
    assert not view_problems(view, "modal")
    read = read_fill_in(checkpoint, context, untouched(view))
    if checkpoint.missing:
        assert not isinstance(read, Edit)
    else:
        assert isinstance(read, Edit)
        assert exactly(read.parameters) == exactly(checkpoint.revision.parameters)


def test_long_texts_are_joined_exactly() -> None:
    text = ("Paragraph one.  \n\n" * 800) + "the end "
    checkpoint = of_one_text(text)
    context = context_for(checkpoint)
    # Slack may trim what it sends back; the parts are the agent's own text all the same.
    state = trimmed(untouched(modals.edit(checkpoint, context)))
    read = read_edit(checkpoint, context, state)
    assert isinstance(read, Edit)
    assert read.parameters == {"body": text}


def trimmed(state: dict[str, Any]) -> dict[str, Any]:
    """Trim everything that was typed, as Slack may."""
    for block in state.values():
        for held in block.values():
            if isinstance(held.get("value"), str):
                held["value"] = held["value"].strip() or None
    return state


def of_one_text(text: str) -> Checkpoint:
    kind = Parameter(name="body", type=ParameterType.TEXT, title="Body")
    plan = a_careful_plan(schema=ParameterSchema(parameters=(kind,)))
    return a_checkpoint(a_proposal(parameters={"body": text}), plan)


WORDS = (
    "word",
    "a\u0301ccent",
    "👩‍👩‍👧‍👦",
    "漢字",
    "-" * 700,
    "x" * 2_999,
    " ",
    "  ",
    "\n",
    "\n\n",
    "\t",
)
wordy = st.lists(st.sampled_from(WORDS), min_size=1, max_size=200).map("".join)


@given(wordy | long_texts | texts)
def test_parts_joined_are_the_text_and_fit_an_input_each(text: str) -> None:
    pieces = parts(text)
    assert joined(pieces) == text
    assert all(size(piece.text) <= INPUT_LENGTH for piece in pieces)
    assert all(gap_in(piece.gap.encode().hex()) == piece.gap for piece in pieces)


@given(wordy.filter(lambda text: len(text) > 7_000 and not hides_something(text)), st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much])
def test_changing_one_part_leaves_the_others_exactly_as_they_were(text: str, data: Any) -> None:
    """Also where Slack trims every part: white space at a seam is in none of them."""
    checkpoint = of_one_text(text)
    context = context_for(checkpoint)
    state = trimmed(untouched(modals.edit(checkpoint, context)))
    pieces = parts(text)
    at = data.draw(st.integers(1, len(pieces) - 1))
    block_id = next(name for name in state if name.startswith(f"r1.0.{at}"))
    state[block_id][block_id]["value"] = "Something else."
    read = read_edit(checkpoint, context, state)
    assert isinstance(read, Edit)
    pieces[at] = Part("Something else.", pieces[at].gap)
    assert read.parameters["body"] == joined(pieces)


def test_seams_are_where_a_paragraph_ends() -> None:
    text = "\n\n".join(f"Paragraph {number}. " + "It goes on. " * 30 for number in range(20))
    pieces = parts(text)
    assert all(piece.text.startswith("Paragraph") for piece in pieces)
    assert {piece.gap for piece in pieces[1:]} == {" \n\n"}


def test_a_parameter_of_100_kb_does_not_keep_the_others_from_being_edited() -> None:
    kinds = [Parameter(name=n, type=ParameterType.TEXT, title=n.title()) for n in ("log", "memo")]
    plan = a_careful_plan(schema=ParameterSchema(parameters=tuple(kinds)))
    huge = "é" * 50_000 + " " + "é" * 50_000
    checkpoint = a_checkpoint(a_proposal(parameters={"log": huge, "memo": "Short."}), plan)
    context = context_for(checkpoint)
    view = modals.edit(checkpoint, context)
    assert not view_problems(view, "modal")
    told = all_text(view["blocks"])
    assert "Too large to be edited here, so kept: " in told
    assert "Ask the agent" in told
    state = filled(view, memo="Shorter.")
    read = read_edit(checkpoint, context, state)
    assert isinstance(read, Edit)
    assert read.parameters == {"log": huge, "memo": "Shorter."}
    again = modals.edit_diff(checkpoint, context, read, plan)
    assert not view_problems(again, "modal")
    assert read_edit(checkpoint, context, untouched(again)) == read


def test_more_than_a_form_can_hold_is_said_and_not_dropped() -> None:
    checkpoint = of_one_text("Short.")
    context = context_for(checkpoint)
    for long, fits in (("word " * 25_000, True), ("漢" * 90_000, False)):
        typed = Edit({"body": long}, "wording", "")
        view = modals.edit_diff(checkpoint, context, typed, checkpoint.plan)
        assert not view_problems(view, "modal")
        assert not view_too_large(view)
        assert ("submit" in view) is fits
        if fits:
            here = ModalContext.decode(str(view["private_metadata"]))
            assert isinstance(here, ModalContext)
            assert read_edit(checkpoint, here, untouched(view)) == typed
        else:
            told = all_text(view["blocks"])
            assert "more than one form can hold" in told
            assert told.count("漢") > 40_000


def test_a_moment_keeps_its_own_zone_until_somebody_changes_it() -> None:
    kind = Parameter(name="at", type=ParameterType.DATETIME, title="At")
    plan = a_careful_plan(schema=ParameterSchema(parameters=(kind,)))
    checkpoint = a_checkpoint(a_proposal(parameters={"at": "2026-11-02T14:00:00+02:00"}), plan)
    context = context_for(checkpoint)
    state = untouched(modals.edit(checkpoint, context))
    read = read_edit(checkpoint, context, state)
    assert isinstance(read, Edit)
    assert read.parameters["at"] == "2026-11-02T14:00:00+02:00"
    block = next(iter(state.values()))
    held = next(iter(block.values()))
    held["selected_date_time"] += int(timedelta(hours=1).total_seconds())
    read = read_edit(checkpoint, context, state)
    assert isinstance(read, Edit)
    assert read.parameters["at"] == "2026-11-02T13:00:00Z"
