"""Sizes that a reader can hold in mind; an exemption stands here with its reason, or not at all."""

from collections.abc import Iterator

from tests.architecture.source import MIGRATIONS, Function, modules

FUNCTION_AT_MOST = 40
FUNCTION_SHOULD_BE_UNDER = 25
SHARE_THAT_SHOULD = 0.90
FILE_AT_MOST = 350
TEST_FILE_AT_MOST = 500

# path::function -> why it may be longer. Only the one exhaustive match per state belongs here.
LONG_FUNCTIONS: dict[str, str] = {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        name: lines
        for name, lines in functions()
        if lines > FUNCTION_AT_MOST and name not in LONG_FUNCTIONS
    }
    assert not long, f"longer than {FUNCTION_AT_MOST} lines: {long}"


def test_most_functions_are_short() -> None:
    lengths = sorted(lines for _, lines in functions())
    short = sum(lines <= FUNCTION_SHOULD_BE_UNDER for lines in lengths)
    assert short >= SHARE_THAT_SHOULD * len(lengths), f"only {short} of {len(lengths)} are short"


def test_no_file_is_longer_than_a_chapter() -> None:
    assert not {
        module.path: module.lines() for module in modules() if module.lines() > FILE_AT_MOST
    }
    assert not {
        module.path: module.lines()
        for module in modules("tests")
        if module.lines() > TEST_FILE_AT_MOST
    }


def test_every_exemption_is_still_needed() -> None:
    assert LONG_FUNCTIONS.keys() <= {
        name for name, lines in functions() if lines > FUNCTION_AT_MOST
    }


def functions() -> Iterator[tuple[str, int]]:
    for module in modules():
        if module.is_in(MIGRATIONS):
            continue  # a migration says in one go what it changes, and is never edited again
        for name, node in module.functions():
            yield f"{module.path}::{name}", _length(node)


def _length(node: Function) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1
