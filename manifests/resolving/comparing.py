"""What a rule compares one parameter with, held against what the parameter is declared to be."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

import regex

from manifests.codes import Code
from manifests.conditions import OfParameter
from manifests.document_rules import RulePart
from manifests.mistakes import did_you_mean
from manifests.parameters import Parameter, ParameterSchema, ParameterType
from manifests.resolving.findings import Findings, Path

_WORDS = frozenset(
    {
        ParameterType.STRING,
        ParameterType.TEXT,
        ParameterType.EMAIL,
        ParameterType.URI,
        ParameterType.DATE,
        ParameterType.DATETIME,
        ParameterType.LIST,
    }
)
_NUMBERS = frozenset({ParameterType.INTEGER, ParameterType.NUMBER, ParameterType.MONEY})
_FITS: dict[str, frozenset[ParameterType]] = {
    "one_of": _WORDS | {ParameterType.INTEGER},
    "none_of": _WORDS | {ParameterType.INTEGER},
    "matches": _WORDS,
    "above": _NUMBERS,
    "below": _NUMBERS,
    "above_amount": frozenset({ParameterType.MONEY}),
    "is": frozenset({ParameterType.BOOLEAN}),
}
"""Which comparison means something for which types."""


class NotApplicable(Exception):
    """A rule for every action speaks of a parameter that this action does not have."""


def of_parameter(
    part: RulePart, path: Path, schema: ParameterSchema, findings: Findings, *, shared: bool
) -> OfParameter | None:
    """Resolve what a rule asks of a parameter; None when it asks nothing, or nothing sensible."""
    asked = list(_asked(part))
    if part.parameter is None:
        for key in asked:
            findings.mistake_in_key(
                (*path, key), Code.MISSING_KEY, f"“{key}” compares a parameter; which one?",
                "Write parameter: with its name.",
            )  # fmt: skip
        return None
    if not asked:
        findings.mistake_in_key(
            (*path, "parameter"), Code.EMPTY_RULE, f"Nothing is asked of “{part.parameter}”.",
            f"Write one of {', '.join(_FITS)}.",
        )  # fmt: skip
        return None
    declared = schema.named(part.parameter)
    if declared is None and not schema.open:
        _refuse_unknown(part.parameter, path, schema, findings, shared=shared)
        return None
    if declared is not None:
        _refuse_misfits(part, asked, declared, path, findings)
    above, below = (_number(part, key, path, findings) for key in ("above", "below"))
    if above is not None and below is not None and above >= below:
        message = f"Nothing is above {above} and below {below}."
        findings.mistake_in_key((*path, "below"), Code.CROSSED_BOUNDS, message, "Write two rules.")
    return OfParameter(
        name=part.parameter,
        declared=declared,
        one_of=None if part.one_of is None else frozenset(part.one_of),
        none_of=None if part.none_of is None else frozenset(part.none_of),
        matches=_pattern(part.matches, path, findings),
        above=above,
        below=below,
        above_amount=None if part.above_amount is None else part.above_amount.money,
        is_=part.is_,
    )


def _asked(part: RulePart) -> Iterator[str]:
    for key in _FITS:
        if getattr(part, "is_" if key == "is" else key) is not None:
            yield key


def _refuse_unknown(
    name: str, path: Path, schema: ParameterSchema, findings: Findings, *, shared: bool
) -> None:
    if shared:
        raise NotApplicable
    known = [each.name for each in schema.parameters]
    hint = did_you_mean(name, known, f"Known parameters: {', '.join(known) or 'none'}.")
    message = f"“{name}” is no parameter of this action."
    findings.mistake((*path, "parameter"), Code.UNKNOWN_PARAMETER, message, hint)


def _refuse_misfits(
    part: RulePart, asked: list[str], declared: Parameter, path: Path, findings: Findings
) -> None:
    for key in asked:
        if declared.type not in _FITS[key]:
            fitting = ", ".join(sorted(_FITS[key]))
            findings.mistake_in_key(
                (*path, key), Code.MISFIT,
                f"“{declared.name}” is of type {declared.type}, which “{key}” cannot compare.",
                f"It compares: {fitting}.",
            )  # fmt: skip
    for key, words in (("one_of", part.one_of), ("none_of", part.none_of)):
        _refuse_strange_choices(words or (), declared, (*path, key), findings)
    _refuse_unclear_money(part, declared, path, findings)


def _refuse_strange_choices(
    words: tuple[str, ...], declared: Parameter, path: Path, findings: Findings
) -> None:
    for index, word in enumerate(words):
        if declared.choices and word not in declared.choices:
            known = ", ".join(declared.choices)
            hint = did_you_mean(word, declared.choices, f"Choices: {known}.")
            message = f"“{declared.name}” can never be “{word}”."
            findings.mistake((*path, index), Code.BAD_CHOICE, message, hint)


def _refuse_unclear_money(
    part: RulePart, declared: Parameter, path: Path, findings: Findings
) -> None:
    if declared.type is not ParameterType.MONEY:
        return
    for key in ("above", "below"):
        if declared.currency is None and getattr(part, key) is not None:
            message = f"The agent chooses the currency of “{declared.name}”, so {key} what?"
            hint = "Write above_amount with an amount and its currency."
            findings.mistake_in_key((*path, key), Code.NO_CURRENCY, message, hint)
    limit = part.above_amount
    if limit is not None and declared.currency not in {None, limit.currency}:
        message = f"“{declared.name}” is in {declared.currency}, not in {limit.currency}."
        where = (*path, "above_amount", "currency")
        findings.mistake(where, Code.OTHER_CURRENCY, message, f"Write {declared.currency}.")


def _number(part: RulePart, key: str, path: Path, findings: Findings) -> Decimal | None:
    text = getattr(part, key)
    if text is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if number.is_finite():
        return number
    hint = "For dates, compare in `when:`."
    findings.mistake((*path, key), Code.WRONG_TYPE, f"“{text}” is no number.", hint)
    return None


def _pattern(pattern: str | None, path: Path, findings: Findings) -> str | None:
    if pattern is not None:
        try:
            regex.compile(pattern)
        except regex.error as error:
            findings.mistake((*path, "matches"), Code.BAD_PATTERN, f"This is no pattern: {error}.")
            return None
    return pattern
