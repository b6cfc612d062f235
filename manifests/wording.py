"""Our own sentences for the card, filled in from typed parameters."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

import regex
from pydantic import JsonValue

from manifests.money import decimal_amount, in_words
from manifests.parameters import Parameter, ParameterSchema, ParameterType, Sensitivity
from manifests.plan import Wording

HEADLINE = 150
SENTENCE = 500
_VALUE = 60
_NOT_GIVEN = "(not given)"
_GRAPHEME = regex.compile(r"\X")


class BadTemplate(ValueError):
    """A sentence asks for something that cannot be filled in; `hint` says what to write."""

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(problem)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence in pieces: literal text, and parameters to be filled in."""

    pieces: tuple[str | Parameter, ...]

    def filled(self, parameters: Mapping[str, JsonValue], limit: int) -> str:
        """Write the sentence out, clipped at a whole character."""
        if len(self.pieces) == 1 and isinstance(self.pieces[0], str):
            return clipped(self.pieces[0], limit)
        written = [
            piece if isinstance(piece, str) else value_in_words(piece, parameters)
            for piece in self.pieces
        ]
        return clipped("".join(written), limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingTemplate:
    """All sentences of one action, before they are filled in."""

    headline: Template
    approve_label: str
    if_approved: Template
    if_rejected: Template
    undo: Template

    def filled(self, parameters: Mapping[str, JsonValue]) -> Wording:
        """Write all sentences out for one proposal."""
        return Wording(
            headline=self.headline.filled(parameters, HEADLINE),
            approve_label=self.approve_label,
            if_approved=self.if_approved.filled(parameters, SENTENCE),
            if_rejected=self.if_rejected.filled(parameters, SENTENCE),
            undo=self.undo.filled(parameters, SENTENCE),
        )


def template(text: str, schema: ParameterSchema) -> Template:
    """Take a sentence apart; `{name}` is the only thing that may stand in braces."""
    pieces: list[str | Parameter] = []
    try:
        parsed = list(Formatter().parse(text))
    except ValueError as error:
        raise BadTemplate(
            "A brace is open or closed without its partner.", "Write {{ or }} for a plain brace."
        ) from error
    for literal, name, form, conversion in parsed:
        if literal:
            pieces.append(literal)
        if name is not None:
            pieces.append(_placeholder(name, bool(form or conversion), schema))
    return Template(tuple(pieces))


def _placeholder(name: str, decorated: bool, schema: ParameterSchema) -> Parameter:  # noqa: FBT001
    parameter = schema.named(name)
    if decorated or parameter is None:
        known = ", ".join(f"{{{each.name}}}" for each in schema.parameters) or "none are declared"
        raise BadTemplate(f"“{{{name}}}” is not a parameter.", f"Parameters: {known}.")
    if parameter.sensitive is not Sensitivity.PLAIN:
        raise BadTemplate(
            f"“{{{name}}}” is sensitive, and sensitive values never stand in sentences.",
            "Leave it out; reviewers see it masked among the parameters.",
        )
    return parameter


def value_in_words(parameter: Parameter, parameters: Mapping[str, JsonValue]) -> str:
    """Write one value for a sentence: money with its currency, long values clipped."""
    value = parameters.get(parameter.name)
    if value is None:
        return _NOT_GIVEN
    if parameter.type is ParameterType.MONEY:
        return _money(parameter, value, parameters)
    if isinstance(value, str):
        return clipped(" ".join(value.split()), _VALUE)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return clipped(json.dumps(value, ensure_ascii=False), _VALUE)


def _money(parameter: Parameter, value: JsonValue, parameters: Mapping[str, JsonValue]) -> str:
    amount = decimal_amount(value)
    currency = parameter.currency or parameters.get(parameter.currency_parameter or "")
    if amount is None:
        return clipped(str(value), _VALUE)
    if not isinstance(currency, str):
        return f"{amount} (no currency)"
    return in_words(amount, clipped(currency, 8))


def clipped(text: str, limit: int) -> str:
    """Cut a text to at most `limit` characters, never inside what a reader sees as one."""
    if len(text) <= limit:
        return text
    kept = ""
    for match in _GRAPHEME.finditer(text):
        if len(kept) + len(match.group()) > limit - 1:
            break
        kept += match.group()
    return f"{kept}…"


def humanised(name: str) -> str:
    """Turn a programmer's name into words: `process_refund` → `Process refund`."""
    words = regex.sub(r"[_.\-]+", " ", name).strip()
    return words[:1].upper() + words[1:]
