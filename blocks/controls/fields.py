"""Which parameters a form asks for, and which control fits each value without changing it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum, auto

from pydantic import JsonValue

from blocks import limits
from blocks.wording.text import hides_something
from blocks.wording.veil import hides_within, sensitive_keys
from manifests.parameters import Parameter, ParameterType, Sensitivity
from store.checkpoint import Checkpoint


class Absent(Enum):
    """Stands for a parameter that nobody has given."""

    ABSENT = auto()


ABSENT = Absent.ABSENT
Given = JsonValue | Absent


class Control(StrEnum):
    """How a parameter is asked for."""

    TEXT = "text"
    LINES = "lines"
    QUOTED = "quoted"
    MONEY = "money"
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    MOMENT = "moment"
    EMAIL = "email"
    ADDRESS = "address"
    JSON = "json"
    SECRET = "secret"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One parameter in a form; `base` is its value in the revision the form was drawn from."""

    parameter: Parameter
    place: str
    base: Given
    required: bool
    control: Control

    @property
    def name(self) -> str:
        """Give the parameter's key."""
        return self.parameter.name

    def block_id(self, part: int = 0, gap: str = "") -> str:
        """Name the input of one part; `gap` is the white space between it and the part before."""
        return f"{self.place}.{part}{f'.{gap.encode().hex()}' if gap else ''}"


def editable_fields(checkpoint: Checkpoint, revision: int) -> list[FormField]:
    """List what a reviewer may change, as it stood in a revision."""
    return list(_fields(checkpoint, revision, ()))


def fill_in_fields(checkpoint: Checkpoint, revision: int) -> list[FormField]:
    """List what is missing first, then what else may be changed."""
    base = checkpoint.revisions[revision - 1].parameters
    missing = tuple(name for name in checkpoint.proposal.missing if name not in base)
    fields = list(_fields(checkpoint, revision, missing))
    return sorted(fields, key=lambda each: each.name not in missing)


def _fields(checkpoint: Checkpoint, revision: int, missing: tuple[str, ...]) -> Iterator[FormField]:
    base, schema = checkpoint.revisions[revision - 1].parameters, checkpoint.plan.schema
    unknown = [
        Parameter(name=name, type=ParameterType.STRING, title=name)
        for name in missing
        if schema.named(name) is None
    ]
    hidden = sensitive_keys(schema)
    for index, parameter in enumerate([*schema.parameters, *unknown]):
        if parameter.editable or parameter.name in missing:
            value: Given = base.get(parameter.name, ABSENT)
            yield FormField(
                parameter=parameter,
                place=f"r{revision}.{index}",
                base=value,
                required=parameter.required or parameter.name in missing,
                control=_control(parameter, value, hidden),
            )


def _control(parameter: Parameter, value: Given, hidden: Mapping[str, Sensitivity]) -> Control:
    inside = value is not ABSENT and hides_within(value, hidden)
    if parameter.sensitive is not Sensitivity.PLAIN or inside:
        return Control.SECRET
    wanted = _by_type(parameter)
    if value is ABSENT or _suits(wanted, parameter, value):
        return wanted
    if isinstance(value, str):
        return Control.QUOTED if hides_something(value) else Control.LINES
    return Control.JSON


def _by_type(parameter: Parameter) -> Control:
    offered = len(parameter.choices)
    match parameter.type:
        case ParameterType.LIST:
            return Control.CHOICES if 0 < offered <= limits.SELECT_OPTIONS else Control.JSON
        case ParameterType.OBJECT:
            return Control.JSON
        case ParameterType.BOOLEAN:
            return Control.YES_NO
        case _ if 0 < offered <= limits.SELECT_OPTIONS:
            return Control.CHOICE
        case other:
            return _WRITTEN[other]


_WRITTEN = {
    ParameterType.STRING: Control.TEXT,
    ParameterType.TEXT: Control.LINES,
    ParameterType.INTEGER: Control.NUMBER,
    ParameterType.NUMBER: Control.NUMBER,
    ParameterType.MONEY: Control.MONEY,
    ParameterType.DATE: Control.DATE,
    ParameterType.DATETIME: Control.MOMENT,
    ParameterType.EMAIL: Control.EMAIL,
    ParameterType.URI: Control.ADDRESS,
}


def _suits(control: Control, parameter: Parameter, value: JsonValue) -> bool:
    """Say whether a control can hold a value and give it back unchanged."""
    match control:
        case Control.NUMBER:
            return number_text(value) is not None
        case Control.YES_NO:
            return isinstance(value, bool)
        case Control.CHOICE:
            return not isinstance(value, bool) and str(value) in parameter.choices
        case Control.CHOICES:
            return isinstance(value, list) and _all_offered(value, parameter.choices)
        case Control.JSON:
            return True
        case Control.MONEY:
            number = isinstance(value, int) and not isinstance(value, bool)
            return number or (isinstance(value, str) and _one_line(value))
        case Control.DATE:
            return isinstance(value, str) and _is_date(value)
        case Control.MOMENT:
            return isinstance(value, str) and seconds_of(value) is not None
        case Control.LINES:
            return isinstance(value, str) and not hides_something(value)
        case _:
            return isinstance(value, str) and _one_line(value)


def _one_line(value: str) -> bool:
    short = limits.size(value) <= limits.INPUT_LENGTH
    return short and "\n" not in value and not hides_something(value)


def _all_offered(values: list[JsonValue], choices: tuple[str, ...]) -> bool:
    texts = [value for value in values if isinstance(value, str) and value in choices]
    return len(texts) == len(values) == len(set(texts))


_PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


def number_text(value: JsonValue) -> str | None:
    """Write a number without an exponent, or None when it is none or cannot be."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    text = format(Decimal(repr(value)), "f") if isinstance(value, float) else str(value)
    return text if _PLAIN_NUMBER.fullmatch(text) and len(text) <= 100 else None


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def seconds_of(value: str) -> int | None:
    """Read a moment as whole seconds since 1970, as Slack's control holds it."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if moment.tzinfo is None or moment.microsecond:
        return None
    seconds = int(moment.timestamp())
    # Slack takes ten digits: from September 2001 to November 2286.
    return seconds if len(str(seconds)) == 10 and seconds > 0 else None
