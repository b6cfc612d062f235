"""Conditions in CEL: compiled when a manifest is loaded, bounded when they are worked out.

The library is an optional extra, and is loaded only for a manifest that has such a condition.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from pydantic import JsonValue

from manifests.codes import Code
from manifests.mistakes import did_you_mean

NAMES = ("parameters", "flags", "signals", "affected", "agent", "urgency", "confidence")
"""What a condition may speak of."""

_PACKAGE = "cel_expr_python"
_ERROR = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*)")
_UNDECLARED = re.compile(r"undeclared reference to '([^']*)'")
_CONTAINER = re.compile(r" \(in container ''\)")
_LONGEST_TEXT = 20_000
_MOST_VALUES = 1_000
_DEEPEST = 32

Evaluate = Callable[[Mapping[str, JsonValue]], bool]


@dataclass(frozen=True, slots=True)
class BadExpression(Exception):
    """A condition that cannot be used: what is wrong with it, and what to do."""

    code: Code
    message: str
    hint: str = ""


@lru_cache(maxsize=4_096)
def compiled(text: str) -> Evaluate:
    """Compile a condition, or raise `BadExpression`; names and types are checked once, here.

    What it gives back raises `ValueError` whenever the condition cannot be worked out: when
    something is missing or of another type, or when it would take too long. Its words name no
    value, because values may be sensitive.
    """
    cel = _library()
    try:
        expression = _environment(cel).compile(text)
    except (RuntimeError, ValueError) as error:
        raise _refused(str(error)) from None
    if expression.return_type() != cel.Type.BOOL:
        raise BadExpression(
            Code.BAD_EXPRESSION,
            "A condition must be true or false, and this may be something else.",
            "Compare it with something, such as parameters.region == 'EU'.",
        )
    return lambda sent: _worked_out(expression, cel.Type.BOOL, sent)


def _library() -> ModuleType:
    """Load the extra; everything else works without it."""
    if find_spec(_PACKAGE) is None:
        raise BadExpression(
            Code.NO_CEL,
            "Conditions in CEL need a library that is not installed.",
            "Install keyturn-bot[cel], or write the condition with the rule's other keys.",
        )
    return import_module(f"{_PACKAGE}.cel")


@lru_cache(maxsize=1)
def _environment(cel: ModuleType) -> Any:
    kind = cel.Type
    return cel.NewEnv(
        variables={
            "parameters": kind.Map(kind.STRING, kind.DYN),
            "flags": kind.List(kind.STRING),
            "signals": kind.Map(kind.STRING, kind.DOUBLE),
            "affected": kind.List(kind.STRING),
            "agent": kind.STRING,
            "urgency": kind.STRING,
            "confidence": kind.DOUBLE,
        }
    )


def _refused(told: str) -> BadExpression:
    found = _ERROR.search(told)
    if found is None or "recursion" in told:
        return BadExpression(Code.BAD_EXPRESSION, "This is nested too deeply.", "Write two rules.")
    line, column, what = found.groups()
    where = f" (character {column})" if line == "1" else f" (line {line}, character {column})"
    unknown = _UNDECLARED.search(what)
    if unknown is not None:
        name = unknown.group(1)
        hint = did_you_mean(name, NAMES, f"A condition may speak of {', '.join(NAMES)}.")
        return BadExpression(Code.BAD_EXPRESSION, f"Nothing is called “{name}”{where}.", hint)
    words = _CONTAINER.sub("", what).removeprefix("Syntax error: ").rstrip(".")[:200]
    return BadExpression(Code.BAD_EXPRESSION, f"This is no condition in CEL{where}: {words}.")


def _worked_out(expression: Any, expected: Any, sent: Mapping[str, JsonValue]) -> bool:
    if not _is_small(sent):
        raise ValueError("there is too much to look at")
    try:
        value = expression.eval(data=sent)
    except (RuntimeError, TypeError, OverflowError, ValueError) as error:
        raise ValueError(_without_values(str(error))) from None
    if value.type() != expected:
        raise ValueError(_without_values(str(value.value())))
    return bool(value.value())


def _without_values(told: str) -> str:
    if "budget" in told:
        return "it takes too long"
    if told.startswith("NOT_FOUND") or "No value with name" in told:
        return "something it speaks of is missing"
    if "No matching overload" in told:
        return "something it compares is of another type"
    return "a value does not fit"


def _is_small(sent: Mapping[str, JsonValue]) -> bool:
    """Bound what is looked at: the library bounds its steps, but not how much each may copy."""
    values, characters = 0, 0
    waiting: list[tuple[int, object]] = [(0, sent)]
    while waiting:
        depth, value = waiting.pop()
        if isinstance(value, str):
            characters += len(value)
        elif isinstance(value, dict | list):
            if depth >= _DEEPEST:
                return False
            inner = value.values() if isinstance(value, dict) else value
            waiting.extend((depth + 1, each) for each in inner)
            values += len(value)
            if isinstance(value, dict):
                characters += sum(map(len, value))
        if values > _MOST_VALUES or characters > _LONGEST_TEXT:
            return False
    return True
