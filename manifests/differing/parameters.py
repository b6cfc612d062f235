"""What changes between two schemas: what may be sent, edited, and seen."""

from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal, InvalidOperation

from manifests.differing.changes import (
    NEUTRAL,
    STRICTER,
    WEAKER,
    Effect,
    Told,
    apart,
    limited,
    otherwise,
    switched,
    turned,
)
from manifests.parameters import Parameter, ParameterSchema, Sensitivity

_WORDS = frozenset({"name", "title", "description"})


def schema_changes(old: ParameterSchema, new: ParameterSchema) -> Iterator[Told]:
    """Tell every change of what an action's parameters may be."""
    if old.open != new.open:
        effect = WEAKER if new.open else STRICTER
        yield effect, turned("parameters", _openness(old), _openness(new))
        yield from _editable(new)
        yield from _hidden(new)
        return
    before, after = ({each.name: each for each in s.parameters} for s in (old, new))
    kept, came, gone = apart(before, after)
    for name in came:
        yield WEAKER, f"parameter {name} is added"
    for name in gone:
        required = before[name].required
        yield WEAKER if required else STRICTER, f"parameter {name} is removed"
    for name in kept:
        told = _parameter_changes(before[name], after[name])
        yield from ((effect, f"parameter {name}, {words}") for effect, words in told)


def _openness(schema: ParameterSchema) -> str:
    return "anything" if schema.open else "only what is declared"


def _editable(schema: ParameterSchema) -> Iterator[Told]:
    """Nothing can be edited where nothing is declared, so declaring may let reviewers edit."""
    if schema.editable:
        names = ", ".join(each.name for each in schema.editable)
        yield WEAKER, f"parameters: reviewers may edit {names}"


def _hidden(schema: ParameterSchema) -> Iterator[Told]:
    """Tell what is hidden from reviewers now: what nobody declared was shown whole."""
    for each in schema.parameters:
        if each.sensitive is not Sensitivity.PLAIN:
            yield WEAKER, f"parameter {each.name}, sensitive: plain → {each.sensitive}"
        if each.by_reference:
            yield WEAKER, f"parameter {each.name}, by_reference: no → yes"


def _parameter_changes(old: Parameter, new: Parameter) -> Iterator[Told]:
    yield from switched("required", old.required, new.required, STRICTER)
    yield from switched("editable", old.editable, new.editable, WEAKER)
    if old.choices != new.choices:
        yield _of_choices(old, new), turned("choices", _choices(old), _choices(new))
    yield from _bound("minimum", old.minimum, new.minimum, larger=STRICTER)
    yield from _bound("maximum", old.maximum, new.maximum, larger=WEAKER)
    yield from limited("min_length", old.min_length, new.min_length, STRICTER)
    yield from limited("max_length", old.max_length, new.max_length, WEAKER)
    if old.pattern != new.pattern:
        yield (
            STRICTER if old.pattern is None else WEAKER,
            turned("pattern", old.pattern or "none", new.pattern or "none"),
        )
    if old.title != new.title:
        yield NEUTRAL, turned("title", old.title, new.title)
    if old.description != new.description:
        yield NEUTRAL, "description is worded otherwise"
    for each in fields(Parameter):
        if each.name not in _WORDS | _TOLD:
            yield from otherwise(each.name, getattr(old, each.name), getattr(new, each.name))


_TOLD = frozenset(
    {"required", "editable", "choices", "minimum", "maximum", "min_length", "max_length", "pattern"}
)


def _of_choices(old: Parameter, new: Parameter) -> Effect:
    if set(old.choices) == set(new.choices):
        return NEUTRAL
    fewer = bool(new.choices) and set(new.choices) <= set(old.choices)
    return STRICTER if fewer or not old.choices else WEAKER


def _choices(parameter: Parameter) -> str:
    return ", ".join(parameter.choices) or "any"


def _bound(name: str, old: str | None, new: str | None, *, larger: Effect) -> Iterator[Told]:
    """Tell another bound; moments of different offsets cannot be compared as texts."""
    before, after = _number(old), _number(new)
    if old is None or new is None:
        yield from limited(name, old, new, larger)
    elif before is not None and after is not None:
        if before != after:
            yield larger if after > before else larger.reverse, turned(name, old, new)
    elif _is_day(old) and _is_day(new):
        yield from limited(name, old, new, larger)
    else:
        yield from otherwise(name, old, new)


def _number(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None


def _is_day(text: str) -> bool:
    return len(text) == len("2026-11-21")
