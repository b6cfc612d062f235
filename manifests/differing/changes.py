"""One change between two manifests, and the ways in which single values change."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar


class Effect(StrEnum):
    """What a change does to the care that is taken; what cannot be told counts as weaker."""

    STRICTER = "stricter"
    WEAKER = "weaker"
    NEUTRAL = "neutral"

    @property
    def reverse(self) -> "Effect":
        """Give the effect of the change the other way round."""
        match self:
            case Effect.STRICTER:
                return Effect.WEAKER
            case Effect.WEAKER:
                return Effect.STRICTER
            case Effect.NEUTRAL:
                return Effect.NEUTRAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change: what it does, where it holds, and what it is in the administrator's words."""

    effect: Effect
    where: str
    words: str

    def __str__(self) -> str:
        return f"{self.effect.upper():<8} {self.where}: {self.words}"


class Ordered(Protocol):
    """Something that can be larger than another of its kind."""

    def __lt__(self, other: Any, /) -> bool:
        """Say whether this is smaller."""


T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")
OrderedT = TypeVar("OrderedT", bound=Ordered)

Told = tuple[Effect, str]
"""A change before it is known where it holds."""

STRICTER, WEAKER, NEUTRAL = Effect.STRICTER, Effect.WEAKER, Effect.NEUTRAL


def turned(name: str, old: object, new: object) -> str:
    """Write what a value was and what it is."""
    return f"{name}: {old} → {new}"


def moved(
    name: str,
    old: OrderedT,
    new: OrderedT,
    larger: Effect,
    shown: Callable[[OrderedT], str] = str,
) -> Iterator[Told]:
    """Tell that a value grew, with the effect that this has, or shrank, with the reverse."""
    if old < new:
        yield larger, turned(name, shown(old), shown(new))
    elif new < old:
        yield larger.reverse, turned(name, shown(old), shown(new))


def limited(
    name: str,
    old: OrderedT | None,
    new: OrderedT | None,
    larger: Effect,
    shown: Callable[[OrderedT], str] = str,
) -> Iterator[Told]:
    """Tell that a bound moved, appeared (stricter) or went (weaker)."""
    if old is not None and new is not None:
        yield from moved(name, old, new, larger, shown)
    elif new is not None:
        yield STRICTER, turned(name, "none", shown(new))
    elif old is not None:
        yield WEAKER, turned(name, shown(old), "none")


def switched(name: str, old: bool, new: bool, on: Effect) -> Iterator[Told]:  # noqa: FBT001
    """Tell that something was switched on, with this effect, or off, with the reverse."""
    if old != new:
        yield on if new else on.reverse, turned(name, word(old), word(new))


def raised(name: str, old: T, new: T, order: Iterable[T]) -> Iterator[Told]:
    """Tell that a choice changed, the order going from the least to the most strict."""
    ranks = list(order)
    if old != new:
        effect = STRICTER if ranks.index(new) > ranks.index(old) else WEAKER
        yield effect, turned(name, old, new)


def otherwise(name: str, old: object, new: object, effect: Effect = WEAKER) -> Iterator[Told]:
    """Tell that a value changed in a way that has one effect in either direction."""
    if old != new:
        yield effect, turned(name, or_none(old), or_none(new))


def members(name: str, old: Iterable[str], new: Iterable[str], added: Effect) -> Iterator[Told]:
    """Tell what joined a list, with this effect, and what left it, with the reverse."""
    before, after = dict.fromkeys(old), dict.fromkeys(new)
    _, joined, left = apart(before, after)
    if joined:
        yield added, f"{name}: adds {listed(joined)}"
    if left:
        yield added.reverse, f"{name}: drops {listed(left)}"


def apart(old: Mapping[K, V], new: Mapping[K, V]) -> tuple[list[K], list[K], list[K]]:
    """List which keys both have, which came and which went, in the order they are written."""
    kept = [key for key in old if key in new]
    return kept, [key for key in new if key not in old], [key for key in old if key not in new]


def listed(words: Collection[str]) -> str:
    """Join words for a sentence."""
    return ", ".join(words) or "none"


def word(value: bool) -> str:  # noqa: FBT001
    """Write a truth value the way manifests do."""
    return "true" if value else "false"


def or_none(value: object) -> object:
    """Write nothing as a word."""
    return "none" if value is None or value == "" else value
