"""Written parameters into a schema, with what could never be met refused."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import regex

from manifests.codes import Code
from manifests.document import ParameterPart
from manifests.mistakes import did_you_mean
from manifests.parameters import Parameter, ParameterSchema, ParameterType
from manifests.resolving.findings import Findings, Path
from manifests.wording import humanised

_WORDS = frozenset(
    {ParameterType.STRING, ParameterType.TEXT, ParameterType.EMAIL, ParameterType.URI}
)
_NUMBERS = frozenset({ParameterType.INTEGER, ParameterType.NUMBER, ParameterType.MONEY})
_MOMENTS = frozenset({ParameterType.DATE, ParameterType.DATETIME})
_MONEY = frozenset({ParameterType.MONEY})
_FITS: dict[str, frozenset[ParameterType]] = {
    "choices": frozenset({ParameterType.STRING, ParameterType.LIST}),
    "minimum": _NUMBERS | _MOMENTS,
    "maximum": _NUMBERS | _MOMENTS,
    "min_length": _WORDS | {ParameterType.LIST},
    "max_length": _WORDS | {ParameterType.LIST},
    "pattern": frozenset({ParameterType.STRING, ParameterType.TEXT}),
    "currency": _MONEY,
    "currency_parameter": _MONEY,
}
"""Which constraints mean something for which types."""


def schema_of(
    parts: dict[str, ParameterPart] | None, path: Path, findings: Findings
) -> ParameterSchema:
    """Turn written parameters into a schema; without any it is open, and nothing can be edited."""
    if parts is None:
        return ParameterSchema(open=True)
    here = (*path, "parameters")
    for name, part in parts.items():
        _refuse_misfits(part, (*here, name), findings)
        _refuse_bad_bounds(part, (*here, name), findings)
        _refuse_unknown_currency(name, parts, here, findings)
        _refuse_odd_reference(part, (*here, name), findings)
    return ParameterSchema(parameters=tuple(_parameter(n, p) for n, p in parts.items()))


def _parameter(name: str, part: ParameterPart) -> Parameter:
    return Parameter(
        name=name,
        type=part.type,
        title=part.title or humanised(name),
        description=part.description,
        required=part.required,
        editable=part.editable and not part.by_reference,
        sensitive=part.sensitive,
        choices=part.choices,
        minimum=part.minimum,
        maximum=part.maximum,
        min_length=part.min_length,
        max_length=part.max_length,
        pattern=part.pattern,
        currency=part.currency,
        currency_parameter=part.currency_parameter,
        by_reference=part.by_reference,
    )


def _refuse_misfits(part: ParameterPart, path: Path, findings: Findings) -> None:
    for key, types in _FITS.items():
        if getattr(part, key) in {None, ()} or part.type in types:
            continue
        fitting = ", ".join(sorted(types))
        findings.mistake_in_key(
            (*path, key), Code.MISFIT, f"“{key}” means nothing for the type {part.type}.",
            f"It belongs to: {fitting}.",
        )  # fmt: skip


def _refuse_bad_bounds(part: ParameterPart, path: Path, findings: Findings) -> None:
    if part.pattern is not None:
        try:
            regex.compile(part.pattern)
        except regex.error as error:
            findings.mistake((*path, "pattern"), Code.BAD_PATTERN, f"This is no pattern: {error}.")
    if part.type in _NUMBERS:
        for key in ("minimum", "maximum"):
            if (text := getattr(part, key)) is not None and _number(text) is None:
                findings.mistake((*path, key), Code.WRONG_TYPE, f"“{text}” is no number.")
    if part.type in _MOMENTS:
        for key in ("minimum", "maximum"):
            if (text := getattr(part, key)) is not None and not _is_moment(part.type, text):
                message = f"“{text}” is no {part.type}."
                hint = "Write it in quotes, as 2026-11-21 or 2026-11-21T09:30:00Z."
                findings.mistake((*path, key), Code.WRONG_TYPE, message, hint)
    if _crossed(part):
        findings.mistake_in_key(
            path, Code.CROSSED_BOUNDS, "The lower bound is above the upper one."
        )


def _refuse_odd_reference(part: ParameterPart, path: Path, findings: Findings) -> None:
    if not part.by_reference:
        return
    if part.type is not ParameterType.OBJECT:
        message = f"A reference is an object with url and sha256, not the type {part.type}."
        findings.mistake((*path, "type"), Code.MISFIT, message, "Write type: object.")
    if part.editable and "editable" in part.model_fields_set:
        message = "What a reference points to cannot be edited here."
        hint = "Remove editable: true; a reviewer who wants it otherwise rejects it."
        findings.mistake((*path, "editable"), Code.CONTRADICTION, message, hint)


def _crossed(part: ParameterPart) -> bool:
    if part.min_length is not None and part.max_length is not None:
        return part.min_length > part.max_length
    if part.minimum is None or part.maximum is None:
        return False
    if part.type in _NUMBERS:
        low, high = _number(part.minimum), _number(part.maximum)
        return low is not None and high is not None and low > high
    return part.minimum > part.maximum


def _is_moment(kind: ParameterType, text: str) -> bool:
    try:
        if kind is ParameterType.DATE:
            return date.fromisoformat(text).isoformat() == text
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _refuse_unknown_currency(
    name: str, parts: dict[str, ParameterPart], path: Path, findings: Findings
) -> None:
    part = parts[name]
    if part.type is not ParameterType.MONEY:
        return
    if (part.currency is None) == (part.currency_parameter is None):
        findings.mistake_in_key(
            (*path, name), Code.NO_CURRENCY, f"“{name}” is money, but of which currency?",
            "Write either currency: USD, or currency_parameter: with the parameter that names it.",
        )  # fmt: skip
    other = part.currency_parameter
    if other is not None and (other not in parts or parts[other].type is not ParameterType.STRING):
        hint = did_you_mean(other, parts, "It must be a parameter of type string.")
        message = f"“{other}” is no parameter that could name a currency."
        findings.mistake((*path, name, "currency_parameter"), Code.UNKNOWN_PARAMETER, message, hint)
    elif other is not None and not parts[other].required:
        message = f"“{other}” names the currency of “{name}”, so it must always be given."
        hint = "Write required: true under it."
        findings.mistake_in_key((*path, other), Code.OPTIONAL_CURRENCY, message, hint)
