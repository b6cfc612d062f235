"""What may stand in no file: vague names, unfinished work, naive times, this machine's paths."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.source import PACKAGES, ROOT, files, modules

VAGUE = re.compile(
    r"(?:^|_)(?:manager|helper|util)s?(?=$|_)|(?:Manager|Helper|Util)s?(?=$|[A-Z])"
    r"|^(?:process|data|info)$"
)
# Somebody else's names, which we must speak to use their library; path::name -> whose it is.
SPOKEN_BY_OTHERS: dict[str, str] = {}

# Written in pieces, so that this file does not find itself.
UNFINISHED = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")))
MACHINE_PATHS = re.compile(r"(?<![\w.:/*}])/(?:work|farm|root|home|Users)/")
REGISTRIES = re.compile("|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.")))
MOCKS = re.compile("|".join(("unittest" + r"\.mock", "Magic" + "Mock", "Async" + r"Mock\b")))
MAKES_A_TIME = {"now", "utcnow", "today", "fromtimestamp", "utcfromtimestamp"}
NAIVE = re.compile(
    r"(?:\w+\.)?datetime\.(?:utcnow|utcfromtimestamp|today)\(.*\)"
    r"|(?:\w+\.)?datetime\.now\(\)"
    r"|(?:\w+\.)?datetime\.fromtimestamp\([^,]*\)"
    r"|(?:\w+\.)?date\.today\(\)",
    re.DOTALL,
)


def test_names_say_what_a_thing_is() -> None:
    vague = {
        f"{module}::{name}"
        for module in modules(*PACKAGES, "tests")
        for name in {module.path.rsplit("/", 1)[-1].removesuffix(".py"), *_defined(module.tree)}
        if VAGUE.search(name) and f"{module}::{name}" not in SPOKEN_BY_OTHERS
    }
    assert not vague


def test_every_time_knows_its_zone() -> None:
    naive = [
        f"{module}:{node.lineno}: {ast.unparse(node)}"
        for module in modules(*PACKAGES, "tests")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in MAKES_A_TIME
        and NAIVE.fullmatch(ast.unparse(node))
    ]
    assert not naive


def test_nothing_is_left_unfinished() -> None:
    assert not list(_lines(UNFINISHED))
    left = {
        f"{module}:{node.lineno}"
        for module in modules(*PACKAGES, "tests")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Name) and node.id == "NotImplementedError"
    }
    assert not left


def test_nothing_of_ours_is_mocked() -> None:
    assert not list(_lines(MOCKS, ending=".py"))


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    assert not list(_lines(MACHINE_PATHS))


def test_no_file_says_where_packages_come_from() -> None:
    assert not list(_lines(REGISTRIES))


@pytest.mark.parametrize(
    "name", ["SessionManager", "helpers", "text_util", "Utils", "url_helper", "process"]
)
def test_a_vague_name_is_seen(name: str) -> None:
    assert VAGUE.search(name)


@pytest.mark.parametrize("name", ["utilisation", "finance_management", "process_refund"])
def test_a_plain_name_is_not_taken_for_a_vague_one(name: str) -> None:
    assert not VAGUE.search(name)


@pytest.mark.parametrize(
    "call", ["datetime.now()", "datetime.datetime.utcnow()", "datetime.fromtimestamp(0)"]
)
def test_a_naive_time_is_seen(call: str) -> None:
    assert NAIVE.fullmatch(call)


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def _lines(unwanted: re.Pattern[str], ending: str = "") -> Iterator[str]:
    for name in files():
        if not name.endswith(ending):
            continue
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        for number, line in enumerate(text.splitlines(), 1):
            if unwanted.search(line):
                yield f"{name}:{number}: {line.strip()[:80]}"
