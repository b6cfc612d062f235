"""The small language in which the rules of Block Kit are written down."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Problem:
    """One refusal, in Slack's words, with the JSON pointer of the place it means."""

    message: str
    pointer: str

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


class Rule(Protocol):
    """What a value must be."""

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield every way in which the value breaks the rule."""
        ...


@dataclass(frozen=True)
class Str:
    """A string between two lengths, of a set of words, or of a form."""

    high: int | None = None
    low: int = 0
    words: frozenset[str] | None = None
    form: str | None = None

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield what is wrong with a string."""
        if not isinstance(value, str):
            yield Problem("must provide a string", at)
            return
        if len(value) < self.low:
            yield Problem(f"must be more than {self.low - 1} characters", at)
        if self.high is not None and len(value) > self.high:
            yield Problem(f"must be less than {self.high + 1} characters", at)
        if self.words is not None and value not in self.words:
            yield Problem("must be a valid enum value", at)
        if self.form is not None and not re.fullmatch(self.form, value):
            yield Problem("must match the expected format", at)


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield what is wrong with a boolean."""
        if not isinstance(value, bool):
            yield Problem("must provide a boolean", at)


@dataclass(frozen=True)
class Int:
    """A whole number between two bounds."""

    low: int | None = None
    high: int | None = None

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield what is wrong with a whole number."""
        if isinstance(value, bool) or not isinstance(value, int):
            yield Problem("must provide an integer", at)
        elif self.low is not None and value < self.low:
            yield Problem(f"must be greater than {self.low - 1}", at)
        elif self.high is not None and value > self.high:
            yield Problem(f"must be less than {self.high + 1}", at)


@dataclass(frozen=True)
class Number:
    """Any JSON number."""

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield what is wrong with a number."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield Problem("must provide a number", at)


@dataclass(frozen=True)
class Nothing:
    """An explicit null."""

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield a problem unless the value is null."""
        if value is not None:
            yield Problem("must be null", at)


@dataclass(frozen=True)
class Many:
    """An array with a bounded number of items."""

    of: Rule
    high: int | None = None
    low: int = 1

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield what is wrong with the array and with each of its items."""
        if not isinstance(value, list):
            yield Problem("must provide an array", at)
            return
        if len(value) < self.low:
            yield Problem(f"no less than {self.low} items allowed", at)
        if self.high is not None and len(value) > self.high:
            yield Problem(f"no more than {self.high} items allowed", at)
            return
        for position, item in enumerate(value):
            yield from self.of.problems(item, f"{at}/{position}")


Check = Callable[[Mapping[str, Any], str], Iterator[Problem]]


@dataclass(frozen=True)
class Shape:
    """An object with the keys it must have, the keys it may have, and rules across them."""

    required: Mapping[str, Rule] = field(default_factory=dict)
    optional: Mapping[str, Rule] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield what is missing, what is unknown, and what is wrong inside."""
        if not isinstance(value, dict):
            yield Problem("must provide an object", at)
            return
        for key in self.required:
            if value.get(key) is None:
                yield Problem(f"missing required field: {key}", at)
        for key, item in value.items():
            yield from self._inside(key, item, at)
        for check in self.checks:
            yield from check(value, at)

    def _inside(self, key: str, item: Any, at: str) -> Iterator[Problem]:
        rule = self.required.get(key) or self.optional.get(key)
        if rule is None:
            yield Problem(f"invalid additional property: {key}", at)
        elif item is not None:
            yield from rule.problems(item, f"{at}/{key}")


@dataclass(frozen=True)
class ByType:
    """An object whose `type` names the shape it must have."""

    shapes: Mapping[str, Rule]
    allowed: frozenset[str] | None = None

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield an unsupported type, or what is wrong with the shape it names."""
        if not isinstance(value, dict):
            yield Problem("must provide an object", at)
            return
        kind = value.get("type")
        if kind is None:
            yield Problem("missing required field: type", at)
        elif not self._knows(kind):
            yield Problem(f"unsupported type: {kind}", f"{at}/type")
        else:
            yield from self.shapes[kind].problems(value, at)

    def _knows(self, kind: Any) -> bool:
        known = isinstance(kind, str) and kind in self.shapes
        return known and (self.allowed is None or kind in self.allowed)


@dataclass(frozen=True)
class Late:
    """A rule that is looked up when it is needed, for shapes that contain themselves."""

    find: Callable[[], Rule]

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield what the rule found by then says."""
        yield from self.find().problems(value, at)


def typed(
    kind: str,
    required: Mapping[str, Rule] | None = None,
    optional: Mapping[str, Rule] | None = None,
    *checks: Check,
) -> Shape:
    """Return the shape of an object of one `type`."""
    return Shape({"type": Str(words=frozenset({kind})), **(required or {})}, optional or {}, checks)


def either(*keys: str) -> Check:
    """Return a check that at least one of the keys is there."""

    def check(value: Mapping[str, Any], at: str) -> Iterator[Problem]:
        if not any(value.get(key) for key in keys):
            yield Problem(f"must define either {' or '.join(f'`{key}`' for key in keys)}", at)

    return check


def not_both(one: str, other: str) -> Check:
    """Return a check that at most one of two keys is there."""

    def check(value: Mapping[str, Any], at: str) -> Iterator[Problem]:
        if value.get(one) is not None and value.get(other) is not None:
            yield Problem(f"must not define both `{one}` and `{other}`", at)

    return check


def ordered(low: str, high: str) -> Check:
    """Return a check that one number is not above the other."""

    def check(value: Mapping[str, Any], at: str) -> Iterator[Problem]:
        try:
            wrong = float(value[low]) > float(value[high])
        except (KeyError, TypeError, ValueError):
            return
        if wrong:
            yield Problem(f"`{low}` must not be more than `{high}`", at)

    return check
