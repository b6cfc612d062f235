"""What is wrong with a manifest, where, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from manifests.codes import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One spot in one file; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1
    source: str = ""
    """The whole line, to be shown above the caret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing to correct, or, in a list of warnings, one thing to know."""

    file: str
    line: int
    column: int
    code: Code
    message: str
    hint: str = ""
    source: str = ""


class ManifestBroken(Exception):
    """The manifest cannot be used; it carries every mistake that was found."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(render(mistakes))
        self.mistakes = mistakes


def mistake_at(place: Place, code: Code, message: str, hint: str = "") -> Mistake:
    """Say that something is wrong at a place."""
    return Mistake(
        file=place.file,
        line=place.line,
        column=place.column,
        source=place.source,
        code=code,
        message=message,
        hint=hint,
    )


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Suggest the nearest known word; with none near, say something else."""
    spellings = {each.lower(): each for each in known}
    close = get_close_matches(word.lower(), list(spellings), n=1, cutoff=0.6)
    return f"Did you mean “{spellings[close[0]]}”?" if close else otherwise


def render(mistakes: Iterable[Mistake]) -> str:
    """Write mistakes the way compilers do: the place, what is wrong, the line, a caret."""
    return "\n".join(_rendered(mistake) for mistake in mistakes)


def _rendered(mistake: Mistake) -> str:
    where = f"{mistake.file}:{mistake.line}:{mistake.column}"
    lines = [f"{where} {mistake.code} {mistake.message}".rstrip()]
    if mistake.source:
        margin = " " * len(str(mistake.line))
        shown = mistake.source.replace("\t", " ")
        lines += [f"  {mistake.line} | {shown}", f"  {margin} | {' ' * (mistake.column - 1)}^"]
    if mistake.hint:
        lines.append(f"  {mistake.hint}")
    return "\n".join(lines)
