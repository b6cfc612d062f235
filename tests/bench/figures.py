"""Figures: what was measured over several rounds, and how a row of the table reads."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

PER_SECOND = "/s"
MILLISECONDS = " ms"
MEBIBYTES = " MiB"


@dataclass(frozen=True, slots=True)
class Figure:
    """One value for each round, in one unit."""

    values: tuple[float, ...]
    unit: str

    @property
    def median(self) -> float:
        """Give the middle value."""
        return median(self.values)

    def __str__(self) -> str:
        """Write the median, and the least and the most beside it."""
        middle = f"{written(self.median)}{self.unit}"
        if len(self.values) == 1:
            return middle
        return f"{middle} ({written(min(self.values))}–{written(max(self.values))})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table; `peer` does the bare minimum of the same work in the same run."""

    what: str
    figure: Figure
    peer: str = ""
    beside: Figure | None = None
    target: str = ""

    @property
    def ratio(self) -> str:
        """Say how much of its peer's speed it reaches."""
        if self.beside is None or not self.beside.median:
            return ""
        share = self.figure.median / self.beside.median
        if self.figure.unit != PER_SECOND:
            return f"× {share:.1f}"
        return f"{share:.2f}" if share >= 0.01 else f"{share:.4f}"


def written(value: float) -> str:
    """Write three significant digits, and thousands apart."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def rates(rounds: Iterable[float]) -> Figure:
    """Make a figure of so many a second."""
    return Figure(tuple(rounds), PER_SECOND)


def milliseconds(rounds: Iterable[float]) -> Figure:
    """Make a figure of times given in seconds."""
    return Figure(tuple(each * 1_000 for each in rounds), MILLISECONDS)


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value that this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
