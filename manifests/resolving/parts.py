"""Plain values into typed parts; everything pydantic objects to becomes a mistake in our words."""

from collections.abc import Mapping
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from manifests.codes import Code
from manifests.document import (
    TAG,
    ActionPart,
    AlternativesPart,
    ConditionsPart,
    ConfidencePart,
    DefaultsPart,
    DigestPart,
    HoursPart,
    InformationPart,
    OverridePart,
    ParameterPart,
    PersonPart,
    QuietPart,
    RolePart,
    RollbackPart,
    RungPart,
    SeatPart,
    TierPart,
    WindowPart,
    WordingPart,
)
from manifests.document_people import OnCallPart
from manifests.document_rules import (
    CheckPart,
    EvidencePart,
    RulePart,
    SignalPart,
    WindowLimitPart,
)
from manifests.document_values import MoneyPart, Part
from manifests.mistakes import did_you_mean
from manifests.resolving.findings import Findings, Path

PartT = TypeVar("PartT", bound=Part)

_OURS = {code.value: code for code in Code}
"""Our own objections, which pydantic hands back by their names."""

_EXPECTED = {
    "string_type": "a word or a sentence",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "tuple_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "model_attributes_type": "keys with values",
}
_PATTERNS = {
    "channel": "Write the channel's id, such as C0FINANCE; its “About” tab ends with it.",
    "members": "Write member ids, such as U0ANA: “Copy member ID” in a person's profile.",
    "slack": "Write member ids, such as U0ANA: “Copy member ID” in a person's profile.",
    "user_group": "Write the user group's id, such as S0FINANCE.",
}
_WHOLES: dict[type[Part], str] = {
    ActionPart: "an action",
    AlternativesPart: "alternatives",
    CheckPart: "a required check",
    ConditionsPart: "conditions",
    ConfidencePart: "confidence",
    DefaultsPart: "the defaults",
    DigestPart: "digest",
    EvidencePart: "required evidence",
    HoursPart: "a calendar",
    InformationPart: "information",
    MoneyPart: "an amount",
    OnCallPart: "on_call",
    OverridePart: "an override",
    ParameterPart: "a parameter",
    PersonPart: "a person",
    QuietPart: "quiet_hours",
    RolePart: "a role",
    RollbackPart: "a rollback",
    RulePart: "a rule",
    RungPart: "a rung",
    SeatPart: "a seat",
    SignalPart: "a signal",
    TierPart: "a tier",
    WindowLimitPart: "a limit",
    WindowPart: "a window",
    WordingPart: "wording",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "is at least {}"),
    "less_than_equal": ("le", "is at most {}"),
    "string_too_short": ("min_length", "has at least {} characters"),
    "string_too_long": ("max_length", "has at most {} characters"),
    "too_long": ("max_length", "has at most {} entries"),
}
_OTHER_WAYS = {
    "within": "One length, or one for each urgency: {normal: 4h, high: 1h}.",
    "seats": "Write roles, or {role: finance_manager, people: 2} for several people of one.",
}
"""What else may stand under keys that take more than one kind of value."""


def part(kind: type[PartT], value: object, path: Path, findings: Findings) -> PartT | None:
    """Read one part; None, and every objection noted, when it cannot be."""
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        for details in _outermost(error.errors(include_url=False)):
            _note(kind, details, path, findings)
        return None


def _outermost(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out a list called too short only because its entries were told to be wrong."""
    places = [details["loc"] for details in errors]
    return [
        details
        for details, place in zip(errors, places, strict=True)
        if details["type"] != "too_short"
        or not any(other != place and other[: len(place)] == place for other in places)
    ]


def parts(
    kind: type[PartT], section: Mapping[str, object], name: str, findings: Findings
) -> dict[str, PartT]:
    """Read every part of a section that can be read."""
    read = {key: part(kind, value, (name, key), findings) for key, value in section.items()}
    return {key: each for key, each in read.items() if each is not None}


def _note(kind: type[Part], details: ErrorDetails, root: Path, findings: Findings) -> None:
    within = tuple(
        step
        for step in details["loc"]
        if step != "[key]" and not (isinstance(step, str) and step.startswith(TAG))
    )
    path = (*root, *within)
    match details["type"]:
        case "extra_forbidden":
            whole = _model_at(kind, within[:-1])
            known = _keys_of(whole)
            message = f"“{path[-1]}” is not a key of {_WHOLES.get(whole or kind, 'this')}."
            hint = did_you_mean(str(path[-1]), known, f"Known keys: {', '.join(known)}.")
            findings.mistake_in_key(path, Code.UNKNOWN_KEY, message, hint)
        case "missing":
            findings.mistake_in_key(path, Code.MISSING_KEY, f"“{path[-1]}” is missing.")
        case _:
            code, message, hint = _objection(details, path)
            findings.mistake(path, code, message, hint)


def _objection(details: ErrorDetails, path: Path) -> tuple[Code, str, str]:
    found = details["input"]
    key = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
    if details["type"] in _EXPECTED:
        message = f"“{key}” takes {_EXPECTED[details['type']]}, not {_kind(found)}."
        return Code.WRONG_TYPE, message, _other_way(key, path)
    if details["type"] in {"enum", "literal_error"}:
        known = [word.strip("' ") for word in _choices(details).replace(" or ", ",").split(",")]
        message = f"{_shown(found)} is not one of {', '.join(known)}."
        return Code.BAD_CHOICE, message, did_you_mean(str(found), known)
    if details["type"] == "string_pattern_mismatch":
        return (
            Code.BAD_WORD,
            f"{_shown(found)} is not written as “{key}” must be.",
            _PATTERNS.get(key, "Use letters, digits, _ and -, beginning with a letter."),
        )
    if details["type"] == "too_short":
        return Code.BAD_VALUE, f"“{key}” is empty.", "Write at least one entry."
    code = _OURS.get(details["type"])
    if code is None:
        return Code.BAD_VALUE, f"“{key}” {_bound(details)}.", ""
    hint = _other_way(key, path) if code is Code.BAD_DURATION else ""
    return code, _sentence(details["msg"]), hint


def _bound(details: ErrorDetails) -> str:
    """Say which bound a value missed, or else what pydantic says."""
    if details["type"] not in _BOUNDS:
        return f"cannot be read: {details['msg']}"
    limit, words = _BOUNDS[details["type"]]
    return words.format(details.get("ctx", {}).get(limit))


def _other_way(key: str, path: Path) -> str:
    """Say what else may stand here; `within` is also a key of things that are no rungs."""
    return "" if key == "within" and "ladder" not in path else _OTHER_WAYS.get(key, "")


def _keys_of(whole: type[Part] | None) -> list[str]:
    fields = {} if whole is None else whole.model_fields
    return sorted(field.alias or name for name, field in fields.items())


def _choices(details: ErrorDetails) -> str:
    return str(details.get("ctx", {}).get("expected", ""))


def _sentence(message: str) -> str:
    return f"{message[:1].upper()}{message[1:]}."


def _shown(value: object) -> str:
    return "Nothing" if value is None else f"“{value}”"


def _kind(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case str():
            return f"the word “{value}”"
        case list():
            return "a list"
        case dict():
            return "keys with values"
        case _:
            return f"the number {value}"


def _model_at(kind: type[Part], steps: Path) -> type[Part] | None:
    """Find which part a path leads to, so that its keys can be named."""
    current: type[Part] | None = kind
    names_come_next = False
    for step in steps:
        if isinstance(step, int) or names_come_next:
            names_come_next = False
            continue
        field = current.model_fields.get(step) if current else None
        if field is None:
            return None
        current = _part_in(field.annotation)
        names_come_next = _holds_names(field.annotation)
    return current


def _part_in(annotation: Any) -> type[Part] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation if issubclass(annotation, Part) else None
    inner = (_part_in(each) for each in get_args(annotation))
    return next((each for each in inner if each is not None), None)


def _holds_names(annotation: Any) -> bool:
    return get_origin(annotation) is dict or any(
        get_origin(each) is dict for each in get_args(annotation)
    )
