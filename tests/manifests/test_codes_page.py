"""The page of codes has every code that checking can give, as what it is given, and no other."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from manifests.codes import Code
from manifests.loading import SHIPPED

ROOT = SHIPPED.parent
PAGE = (SHIPPED / "CODES.md").read_text("utf-8")
ROW = re.compile(
    r"^\| `(?P<code>[^`]+)` \| (?P<kind>[^|]+) \| (?P<means>[^|]+) \| (?P<do>[^|]+) \|$",
    re.MULTILINE,
)
ROWS = {row["code"]: row for row in ROW.finditer(PAGE)}
GIVES = (
    *(each for each in SHIPPED.rglob("*.py") if each.name != "codes.py"),
    *(ROOT / "bot" / "cli" / "manifests").glob("*.py"),
)


@cache
def uses() -> tuple[tuple[str, bool], ...]:
    """Read every file once."""
    return tuple(_given())


def _given() -> Iterator[tuple[str, bool]]:
    """Name each code where it is given, and whether that is as a warning."""
    for file in GIVES:
        warned: set[ast.AST] = set()
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and is_a_warning(node):
                warned.update(node.args)
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == "Code"
            ):
                yield Code[node.attr].value, node in warned


def is_a_warning(call: ast.Call) -> bool:
    """Say so of `findings.warning(…)`, and of what the workspace could not tell."""
    uncertain = any(each.arg == "certain" for each in call.keywords)
    return uncertain or (isinstance(call.func, ast.Attribute) and call.func.attr == "warning")


def test_every_code_is_in_a_table_once_and_nothing_else_is() -> None:
    named = Counter(re.findall(r"^\| `([^`]+)`", PAGE, re.MULTILINE))
    assert named == Counter(code.value for code in Code)
    assert ROWS.keys() == named.keys(), "a row is not written like the others"


def test_every_code_is_given_somewhere() -> None:
    assert {code for code, _ in uses()} == {code.value for code in Code}


@pytest.mark.parametrize("code", Code)
def test_a_code_is_told_as_what_it_is_given(code: Code) -> None:
    kinds = {"warning" if warning else "mistake" for name, warning in uses() if name == code}
    assert set(ROWS[code]["kind"].split(", ")) == kinds
    for column in ("means", "do"):
        assert ROWS[code][column].strip().endswith((".", "?"))


@pytest.mark.parametrize("file", GIVES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_code_is_spelled_out_beside_the_list(file: Path) -> None:
    """Take a code from the list, so that a typo cannot make another."""
    compound = {code.value for code in Code if "-" in code.value}
    spelled = [
        f"{each.lineno}: {each.value}"
        for each in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(each, ast.Constant) and each.value in compound
    ]
    assert not spelled


def test_the_page_of_the_language_leads_there() -> None:
    assert "(CODES.md)" in (SHIPPED / "README.md").read_text("utf-8")
