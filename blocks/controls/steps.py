"""The steps of a list-shaped plan: which lists have them, and how one step is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from pydantic import JsonValue

from blocks.controls.fields import ABSENT, Control, FormField, Given
from blocks.wording.differences import noun_of
from blocks.wording.text import hides_something
from blocks.wording.veil import hides_within, sensitive_keys
from manifests.checking import pointer
from manifests.parameters import Parameter, ParameterType, Sensitivity
from store.checkpoint import Checkpoint, Revision

_LONGEST_NAME = 200
_FEWEST = 3
_NEW = "-"
"""Stands for the place after the last step, as it does in JSON Patch."""


@dataclass(frozen=True, slots=True)
class Place:
    """One step of one list, or a step that is not there yet."""

    name: str
    index: int | None

    @property
    def pointer(self) -> str:
        """Write it as a JSON pointer into the parameters."""
        return pointer(self.name, _NEW if self.index is None else self.index)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read a pointer back."""
        parts = text.split("/")
        if len(parts) != 3 or parts[0]:
            return None
        name = parts[1].replace("~1", "/").replace("~0", "~")
        if parts[2] == _NEW:
            return cls(name, None)
        number = parts[2] if parts[2].isascii() and parts[2].isdigit() else ""
        return cls(name, int(number)) if 0 < len(number) < 8 else None


def plans_in(checkpoint: Checkpoint) -> list[Parameter]:
    """List the parameters whose steps a reviewer may change one by one."""
    parameters = checkpoint.revision.parameters
    return [
        each
        for each in checkpoint.plan.schema.editable
        if each.type is ParameterType.LIST
        and not each.choices
        and each.sensitive is Sensitivity.PLAIN
        and len(each.name) <= _LONGEST_NAME
        and isinstance(parameters.get(each.name), list)
    ]


def offers_steps(checkpoint: Checkpoint) -> bool:
    """Say whether some list reads as a plan: three items, or one of more than a single word."""
    plans = (steps_of(checkpoint.revision, each.name) for each in plans_in(checkpoint))
    return any(len(steps) >= _FEWEST or any(map(_is_a_step, steps)) for steps in plans)


def _is_a_step(item: JsonValue) -> bool:
    return isinstance(item, dict | list) or (isinstance(item, str) and len(item.split()) > 1)


def steps_of(revision: Revision, name: str) -> list[JsonValue]:
    """Give the steps of a list as they stand in a revision."""
    value = revision.parameters.get(name)
    return list(value) if isinstance(value, list) else []


def step_field(checkpoint: Checkpoint, revision: Revision, place: Place) -> FormField | None:
    """Say how one step is asked for; None when there is no such step."""
    parameter = next((each for each in plans_in(checkpoint) if each.name == place.name), None)
    steps = steps_of(revision, place.name)
    if parameter is None or (place.index is not None and place.index >= len(steps)):
        return None
    base: Given = ABSENT if place.index is None else steps[place.index]
    like = base if base is not ABSENT else (steps[-1] if steps else "")
    return FormField(
        parameter=_like(like, title_of(checkpoint, place)),
        place=f"s{revision.number}.{len(steps) if place.index is None else place.index}",
        base=base,
        required=True,
        control=_control(base, like, sensitive_keys(checkpoint.plan.schema)),
    )


def position_id(field: FormField) -> str:
    """Name the input for a step's place; Slack keeps what stood under a name it knows already."""
    return f"{field.place}.position"


def title_of(checkpoint: Checkpoint, place: Place) -> str:
    """Call a step by its number."""
    noun = noun_of(checkpoint.plan.schema.named(place.name))
    return f"New {noun.lower()}" if place.index is None else f"{noun} {place.index + 1}"


def _like(value: JsonValue, title: str) -> Parameter:
    """Declare a step by what it holds now, so that an edit keeps its type."""
    match value:
        case str():
            kind = ParameterType.TEXT
        case dict():
            kind = ParameterType.OBJECT
        case list():
            kind = ParameterType.LIST
        case bool():
            kind = ParameterType.BOOLEAN
        case _:
            kind = ParameterType.STRING
    return Parameter(name=title, type=kind, title="")


def _control(base: Given, like: JsonValue, keys: Mapping[str, Sensitivity]) -> Control:
    if base is not ABSENT and hides_within(base, keys):
        return Control.SECRET
    if isinstance(like, str):
        hidden = isinstance(base, str) and hides_something(base)
        return Control.QUOTED if hidden else Control.LINES
    return Control.JSON
