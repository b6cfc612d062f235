"""What differs is told step by step, key by key and line by line, and never as two blobs."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from blocks.wording.aligning import aligned
from blocks.wording.differences import differences, drawn, noun_of
from blocks.wording.veil import Veil
from manifests.parameters import Parameter, ParameterSchema, ParameterType, Sensitivity
from store.lifecycle.revising import difference
from tests.blocks.strategies import parameters
from tests.blocks.walking import all_text

STEPS = Parameter(name="steps", type=ParameterType.LIST, title="Steps")
TEXT = Parameter(name="body", type=ParameterType.TEXT, title="Body")


def rows(before: Any, after: Any, parameter: Parameter = STEPS, limit: int = 80) -> list[str]:
    schema = ParameterSchema(parameters=(parameter,))
    sides = ({parameter.name: before}, {parameter.name: after})
    return [found.row for found in differences(schema, *sides, Veil(), limit=limit)]


def test_a_changed_step_is_told_by_its_number() -> None:
    assert rows(["a", "b", "c"], ["a", "x", "c"]) == ["Step 2: b → x"]


def test_steps_that_come_and_go_are_told_apart_from_those_that_change() -> None:
    before = ["stop", "copy", "check", "start"]
    after = ["stop", "back up", "copy", "start", "tell everybody"]
    assert rows(before, after) == [
        "Step 2 added: back up",
        "Step 3 removed: check",
        "Step 5 added: tell everybody",
    ]


def test_a_step_that_only_moved_is_not_told_as_new() -> None:
    assert rows(["a", "b", "c", "d"], ["b", "c", "d", "a"]) == ["Step 4 was step 1 before: a"]


def test_of_two_equal_steps_one_may_move_and_one_go() -> None:
    assert sorted(rows(["a", "a", "b"], ["b", "a"])) == [
        "Step 1 removed: a",
        "Step 2 was step 1 before: a",
    ] or sorted(rows(["a", "a", "b"], ["b", "a"])) == [
        "Step 2 removed: a",
        "Step 2 was step 1 before: a",
    ]


def test_steps_that_are_objects_show_what_changed_inside() -> None:
    before = [{"run": "ALTER TABLE a", "why": "w" * 200}]
    after = [{"run": "ALTER TABLE b", "why": "w" * 200}]
    (row,) = rows(before, after, limit=120)
    assert row.startswith('Step 1: {"run": "ALTER TABLE a"')
    assert "→" in row
    assert "sha256" not in row


def test_true_is_not_one() -> None:
    assert rows([1], [True]) == ["Step 1: 1 → true"]


def test_an_object_is_told_key_by_key() -> None:
    kind = Parameter(name="scripts", type=ParameterType.OBJECT, title="Scripts")
    assert rows({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}, kind) == [
        "scripts, b: 2 → 3",
        "scripts, c: (none) → 4",
    ]


def test_of_a_long_text_only_the_changed_passage_is_shown() -> None:
    before = "It began well. " * 40 + "We refund $480 to you." + " It ended well." * 40
    (row,) = rows(before, before.replace("$480", "$450"), TEXT)
    assert "$480 → " in row.replace(" to you. It ended we…", "")
    assert "$450" in row
    assert len(row) < 200


def test_lines_that_changed_are_told_by_their_numbers() -> None:
    before = [f"This is line {number} of a rather long letter.\n" for number in range(1, 40)]
    after = [*before]
    after[3], after[20] = "A new fourth line.\n", "Another twenty-first.\n"
    found = rows("".join(before), "".join(after), TEXT)
    assert [row.split(":")[0] for row in found] == ["body, line 4", "body, line 21"]


def test_something_put_in_shows_nothing_before() -> None:
    text = "word " * 60
    schema = ParameterSchema(parameters=(TEXT,))
    before, after = text + "the end", text + "the very end"
    (found,) = differences(schema, {"body": before}, {"body": after}, Veil(), limit=200)
    assert found.sides[1].text == "very "
    assert "before: \n…" in all_text(drawn(found))
    assert "(nothing)" in all_text(drawn(found))


def test_a_hidden_value_stays_hidden() -> None:
    secret = Parameter(
        name="to", type=ParameterType.LIST, title="Recipients", sensitive=Sensitivity.HIDE
    )
    hidden = ["Recipients (to): (hidden) → (hidden)"]
    assert rows(["a@example.com"], ["b@example.com"], secret) == hidden


def test_an_entry_is_called_after_its_list() -> None:
    titles = {"Questions": "Question", "Entries": "Entry", "Plan": "Step", "Steps": "Step"}
    for title, noun in titles.items():
        assert noun_of(Parameter(name="x", type=ParameterType.LIST, title=title)) == noun


sequences = st.lists(st.sampled_from("abcd"), max_size=12)


@given(sequences, sequences)
def test_an_alignment_loses_nothing_and_keeps_all_that_is_common(
    before: list[str], after: list[str]
) -> None:
    pairs = aligned(before, after)
    assert [old for old, _ in pairs if old is not None] == list(range(len(before)))
    assert [new for _, new in pairs if new is not None] == list(range(len(after)))
    kept = sum(
        1 for old, new in pairs if old is not None and new is not None and before[old] == after[new]
    )
    assert kept >= _longest(before, after)


def _longest(before: list[str], after: list[str]) -> int:
    """Count the longest common subsequence the plain way."""
    row = [0] * (len(after) + 1)
    for one in before:
        last = 0
        for at, other in enumerate(after):
            last, row[at + 1] = row[at + 1], last + 1 if one == other else max(row[at], row[at + 1])
    return row[-1]


@given(parameters, parameters)
def test_something_is_told_of_whatever_differs(before: Any, after: Any) -> None:
    schema = ParameterSchema(open=True)
    found = list(differences(schema, before, after, Veil(), limit=60))
    assert bool(found) == bool(difference(before, after))
    for each in found:
        assert each.label
        assert "\n" not in each.label
        drawn(each)
