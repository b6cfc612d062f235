"""Two people change the same value: neither change is lost unless both touched the same part."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.forms.merging import both_changes
from store.digest import canonical
from tests.blocks.strategies import values


@pytest.mark.parametrize(
    ("base", "theirs", "yours", "both"),
    [
        ("a", "b", "c", "c"),
        (["a", "b", "c"], ["a", "B", "c"], ["a", "b", "C"], ["a", "B", "C"]),
        (["a", "b", "c"], ["b", "c"], ["a", "b", "C"], ["b", "C"]),
        (["a", "b", "c"], ["a", "b", "c", "d"], ["x", "a", "c"], ["x", "a", "c", "d"]),
        (["a", "b"], ["a", "B"], ["a", "b!"], ["a", "b!"]),
        (["a", "b", "c"], ["a", "c"], ["a", "b!", "c"], ["a", "b!", "c"]),
        ([], ["a"], ["b"], ["b", "a"]),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, {"a": 5, "b": 2}, {"a": 5, "b": 3}),
        ({"a": 1, "b": 2}, {"a": 1}, {"b": 2, "c": 4}, {"c": 4}),
        (
            {"a": {"x": 1, "y": 1}},
            {"a": {"x": 2, "y": 1}},
            {"a": {"x": 1, "y": 2}},
            {"a": {"x": 2, "y": 2}},
        ),
        ([1], [1, 2], [True], [True, 2]),
    ],
)
def test_both_changes_are_kept(base: Any, theirs: Any, yours: Any, both: Any) -> None:
    assert canonical(both_changes(base, theirs, yours)) == canonical(both)


steps = st.lists(st.sampled_from("abcdef"), max_size=8)


@given(values | steps, values | steps)
def test_whoever_changed_nothing_changes_nothing(base: Any, other: Any) -> None:
    for theirs, yours in ((other, base), (base, other)):
        if type(base) is type(other) or yours is other:
            assert canonical(both_changes(base, theirs, yours)) == canonical(other)


@given(steps, steps, steps)
def test_every_step_somebody_added_is_there(
    base: list[str], theirs: list[str], yours: list[str]
) -> None:
    both = both_changes(list(base), list(theirs), [*yours, "mine"])
    assert isinstance(both, list)
    assert both.count("mine") == 1
