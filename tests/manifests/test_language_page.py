"""The administrators' page: every key is explained and shown, every claim is proved.

KEYTURN_WRITE_GOLDEN=1 writes the lines in its table anew.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, get_args

import pytest

from manifests.document_values import Part
from manifests.loading import SHIPPED, load
from manifests.parameters import ParameterType, Sensitivity
from manifests.vocabulary import Friction, Mode, Oversight, Severity, Urgency, WhenSilent

ROOT = Path(__file__).parents[2]
PAGE = SHIPPED / "README.md"
ROW = re.compile(
    r"^\| (?P<pattern>[^|]+) \| \[`(?P<file>[^`]+):(?P<line>\d+)`\]\((?P<link>[^)]+)\) "
    r"`(?P<key>[^`]+)` \| (?P<tests>[^|]+) \|$",
    re.MULTILINE,
)
ONLY_IN_A_COMMENT = {"when", "quiet_hours", "systems"}
"""What needs an extra, or would hold for whoever tries things out, shown without being in force."""
WRITE = os.environ.get("KEYTURN_WRITE_GOLDEN") == "1"
RULES = load(SHIPPED)
SHOWN = "\n".join(RULES.files.values())
LESSONS = PAGE.read_text("utf-8").partition("| pattern |")[0]


@dataclass(frozen=True)
class Claim:
    """One row of the table."""

    pattern: str
    file: str
    line: int
    link: str
    key: tuple[str | int, ...]
    tests: tuple[str, ...]


def claims() -> list[Claim]:
    """Read the table as it is written."""
    return [
        Claim(
            row["pattern"],
            row["file"],
            int(row["line"]),
            row["link"],
            tuple(int(step) if step.isdigit() else step for step in row["key"].split(".")),
            tuple(re.findall(r"`([^`]+)`", row["tests"])),
        )
        for row in ROW.finditer(PAGE.read_text("utf-8"))
    ]


def test_the_table_names_every_pattern_once() -> None:
    told = [claim.pattern for claim in claims()]
    assert len(told) > 80
    assert len(set(told)) == len(told)
    table = PAGE.read_text("utf-8").partition("| pattern |")[2]
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    assert len(lines) == len(told), "a row is not written like the others"


def test_every_line_holds_the_key_it_is_named_for() -> None:
    if WRITE:
        renumber()
    places = RULES.places
    wrong = {
        claim.pattern: f"{places[claim.key].file}:{places[claim.key].line}"
        for claim in claims()
        if (places[claim.key].file, places[claim.key].line) != (claim.file, claim.line)
        or claim.link != f"{claim.file}#L{claim.line}"
    }
    assert not wrong, f"KEYTURN_WRITE_GOLDEN=1 writes the lines anew: {wrong}"


def renumber() -> None:
    """Write every row's line again, where its key stands now."""
    places = RULES.places

    def row(match: re.Match[str]) -> str:
        key = tuple(int(step) if step.isdigit() else step for step in match["key"].split("."))
        file, line = places[key].file, places[key].line
        where = f"[`{file}:{line}`]({file}#L{line}) `{match['key']}`"
        return f"| {match['pattern']} | {where} | {match['tests']} |"

    PAGE.write_text(ROW.sub(row, PAGE.read_text("utf-8")), "utf-8")


def test_every_test_that_is_named_exists() -> None:
    missing = [
        test
        for test in dict.fromkeys(chain.from_iterable(claim.tests for claim in claims()))
        if not _exists(test)
    ]
    assert not missing
    assert all(claim.tests for claim in claims())


def _exists(test: str) -> bool:
    path, _, name = test.partition("::")
    file = ROOT / "tests" / path
    return file.is_file() and re.search(rf"def {name}\(", file.read_text("utf-8")) is not None


def parts(kind: type[Part] = Part) -> Iterator[type[Part]]:
    """Give every part of a manifest that has keys of its own."""
    for each in kind.__subclasses__():
        if each.__module__.startswith("manifests."):
            yield each
            yield from parts(each)


KEYS = sorted(
    {field.alias or name for part in parts() for name, field in part.model_fields.items()}
)
CODE = re.compile(r"`([^`\n]+)`|^ *(\w+):", re.MULTILINE)
EXPLAINED = {
    word for found in CODE.findall(LESSONS) for word in re.findall(r"\w+", " ".join(found))
}


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_explained_and_shown(key: str) -> None:
    assert key in EXPLAINED, "the page does not explain it"
    comment = "# *" if key in ONLY_IN_A_COMMENT else ""
    assert re.search(rf"(^ *{comment}|[{{,] ?|- ?){key}:", SHOWN, re.MULTILINE), "nobody shows it"


CHOICES = (Severity, Oversight, Mode, Friction, WhenSilent, Urgency, ParameterType, Sensitivity)
DEFAULTS = {Sensitivity.PLAIN, Mode.EXECUTE}
"""What holds unless something else is written, so that nobody writes it."""


@pytest.mark.parametrize("word", [word for words in CHOICES for word in words], ids=str)
def test_every_word_to_choose_from_is_explained_and_shown(word: str) -> None:
    assert word in EXPLAINED
    assert re.search(rf"\b{word}\b", SHOWN) or word in DEFAULTS


def literals(annotation: Any) -> Iterator[str]:
    """Give every word that may stand somewhere, however deep the type is."""
    for each in get_args(annotation):
        if isinstance(each, str):
            yield each
        else:
            yield from literals(each)


FIXED = sorted(
    {
        word
        for part in parts()
        for field in part.model_fields.values()
        for word in literals(field.annotation)
    }
)


@pytest.mark.parametrize("word", FIXED)
def test_every_fixed_word_is_shown(word: str) -> None:
    assert re.search(rf"\b{word}\b", SHOWN)


def test_every_action_has_a_title_and_a_sentence_of_its_own() -> None:
    for name, action in RULES.manifest.actions.items():
        assert action.title, name
        assert action.wording.headline.pieces, name
