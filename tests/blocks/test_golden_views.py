"""The pictures of the forms over parameters and steps, to be looked at in review.

KEYTURN_WRITE_GOLDEN=1 draws them anew.
"""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from blocks.controls.steps import Place
from blocks.forms import modals
from blocks.forms.reading import read_step, rebased
from blocks.meaning import Edit, StepEdit
from blocks.types import View
from manifests.parameters import Parameter, ParameterSchema, ParameterType
from manifests.plan import ReviewPlan
from manifests.vocabulary import Parameters
from sandbox.rules.views import view_problems
from store.checkpoint import Checkpoint
from store.commands import Revise
from tests.blocks.filling import filled
from tests.blocks.scenes import ANA, a_careful_plan, a_small_refund, after, as_of
from tests.blocks.test_whatever_is_sent import context_for
from tests.store.making import CFO, FINANCE, a_checkpoint, a_proposal, edited, on

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "views"
WRITE = os.environ.get("KEYTURN_WRITE_GOLDEN") == "1"

STEPS: Parameters = {
    "database": "orders",
    "steps": [
        "Stop the writers.",
        "Copy the table.",
        {"run": "CHECKSUM TABLE orders", "on": "replica"},
    ],
}


def a_migration(**changed: Any) -> Checkpoint:
    schema = ParameterSchema(
        parameters=(
            Parameter(name="database", type=ParameterType.STRING, title="Database", editable=False),
            Parameter(name="steps", type=ParameterType.LIST, title="Steps", required=True),
        )
    )
    plan = a_careful_plan(schema=schema, seats=(FINANCE,), editor_may_sign=False)
    return a_checkpoint(a_proposal(parameters={**STEPS, **changed}), plan)


def stricter(checkpoint: Checkpoint) -> ReviewPlan:
    """Answer that the CFO must sign too."""
    why = "Amounts above $10,000.00 need the CFO as well."
    return replace(checkpoint.plan, seats=(FINANCE, CFO), because=why)


def a_difference() -> View:
    checkpoint = a_small_refund()
    parameters = {**checkpoint.revision.parameters, "amount": "11000.00", "note": "Sorry!"}
    change = Edit(parameters, "wrong_amount", "Minus the fee.")
    fresh = stricter(checkpoint)
    return modals.edit_diff(checkpoint, context_for(checkpoint), change, fresh)


def a_conflict() -> View:
    before = a_small_refund()
    context = context_for(before)
    mine = Edit({**before.revision.parameters, "note": "Sorry!"}, "wording", "")
    command = Revise(**on(before, as_of(ANA)), **edited(before, amount="11000.00"), approve=False)
    now = after(before, command)
    return modals.conflict(now, context, modals.merged(now, context, mine), now.plan)


def a_step_edited() -> tuple[Checkpoint, StepEdit]:
    checkpoint = a_migration()
    context = context_for(checkpoint)
    form = modals.step(checkpoint, context, Place("steps", 1))
    here = context.model_copy(update={"about": "/steps/1"})
    state = filled(form, **{"Step 2": "Copy the table at night.", "Category": "Wrong detail"})
    read = read_step(checkpoint, here, state)
    assert isinstance(read, StepEdit)
    return checkpoint, read


def a_step_difference() -> View:
    checkpoint, read = a_step_edited()
    here = context_for(checkpoint).model_copy(update={"about": "/steps/1"})
    return modals.step_diff(checkpoint, here, read, checkpoint.plan)


def a_step_conflict() -> View:
    checkpoint, read = a_step_edited()
    then = context_for(checkpoint).model_copy(update={"about": "/steps/1"})
    other = edited(checkpoint, steps=["Look first.", *list(STEPS["steps"])])  # type: ignore[arg-type]
    now = after(checkpoint, Revise(**on(checkpoint, as_of(ANA)), **other, approve=False))
    found = rebased(now, then, read)
    assert found is not None
    here, moved = found
    return modals.step_conflict(now, (then, here), moved, now.plan)


def on_a_migration(draw: Callable[..., View], *more: Any) -> View:
    checkpoint = a_migration()
    return draw(checkpoint, context_for(checkpoint), *more)


VIEWS: dict[str, Callable[[], View]] = {
    "edit": lambda: modals.edit(a_small_refund(), context_for(a_small_refund())),
    "edit_diff": a_difference,
    "edit_conflict": a_conflict,
    "not_saved": lambda: modals.not_saved(
        a_small_refund(), {"note": "Sorry!"}, "This proposal was already rejected."
    ),
    "steps": lambda: on_a_migration(modals.steps),
    "step": lambda: on_a_migration(modals.step, Place("steps", 1)),
    "step_of_json": lambda: on_a_migration(modals.step, Place("steps", 2)),
    "step_added": lambda: on_a_migration(modals.step, Place("steps", None)),
    "step_diff": a_step_difference,
    "step_conflict": a_step_conflict,
    "step_regenerated": lambda: on_a_migration(modals.regenerate, Place("steps", 1)),
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_form_looks_as_it_did_when_somebody_last_looked(name: str) -> None:
    view = VIEWS[name]()
    assert not view_problems(view, "modal")
    picture = json.dumps(view, ensure_ascii=False, indent=2) + "\n"
    file = GOLDEN / f"{name}.json"
    if WRITE:
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(picture, encoding="utf-8")
    assert picture == file.read_text(encoding="utf-8")


def test_no_picture_is_left_of_a_form_that_is_gone() -> None:
    assert {file.stem for file in GOLDEN.glob("*.json")} == set(VIEWS)
