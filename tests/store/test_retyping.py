"""What must be typed once more: something a person can read, type and compare."""

from dataclasses import replace
from typing import Any

import pytest

from manifests.parameters import Parameter, ParameterSchema, ParameterType, Sensitivity
from manifests.vocabulary import Friction
from store.checkpoint import Checkpoint
from store.commands import Approve
from store.lifecycle import Transition, decide
from store.refusals import Reason, Refusal
from store.retyping import is_retyped, phrase_to_retype
from tests.store.making import NOON, a_checkpoint, a_person, a_plan, a_proposal, on

ANA = a_person("U_ANA", "finance")


def asking(value: Any, **declared: Any) -> Checkpoint:
    """Ask to type the parameter `target`."""
    known: dict[str, Any] = {"name": "target", "type": ParameterType.STRING, "title": "Target"}
    schema = ParameterSchema(parameters=(Parameter(**known | declared),))
    plan = a_plan(friction=Friction.TYPED, retype="target", schema=schema)
    return a_checkpoint(a_proposal(parameters={"target": value}), plan)


@pytest.mark.parametrize(
    ("value", "phrase"),
    [
        ("Acme GmbH", "Acme GmbH"),
        ("  Acme \n GmbH ", "Acme GmbH"),
        ("12000.00", "12000.00"),
        (12000, "12000"),
        (True, "true"),
        ("Åre", "Åre"),
        ("A\u030are", "Åre"),
        ("मुंबई", "मुंबई"),
        # Nobody can lengthen it, or hide something in it, so that only the action's name is typed.
        ("Acme\u200b GmbH", "Acme GmbH"),
        ("\u202eemcA", "emcA"),
        ("Acme\u3164", "Acme"),
        ("pay\u2800pal", "paypal"),
        ("a\ufe0fb\x00c", "abc"),
        ("x" * 60, "x" * 60),
        ("e" + "\u0323" * 9, "ẹ" + "\u0323" * 4),
        (
            f"Acme GmbH, {'very ' * 20}nice, Berlin",
            "Acme GmbH, very very very ve … very very very nice, Berlin",
        ),
    ],
)
def test_the_value_is_typed_as_it_stands(value: Any, phrase: str) -> None:
    assert phrase_to_retype(asking(value)) == phrase


@pytest.mark.parametrize(
    "value",
    [
        "",
        None,
        "   ",
        "\u200b\u2800\u3164",
        {"name": "Acme"},
        ["Acme"],
    ],
)
def test_what_nobody_can_type_or_see_is_replaced_by_the_actions_name(value: Any) -> None:
    assert phrase_to_retype(asking(value)) == "process_refund"


@pytest.mark.parametrize("how", [Sensitivity.MASK, Sensitivity.HASH, Sensitivity.HIDE])
def test_a_secret_is_never_to_be_typed(how: Sensitivity) -> None:
    assert phrase_to_retype(asking("s3cret", sensitive=how)) == "process_refund"


def test_what_is_absent_or_was_never_named_is_the_actions_name() -> None:
    checkpoint = asking("Acme")
    nowhere = replace(checkpoint, plan=replace(checkpoint.plan, retype="elsewhere"))
    unnamed = replace(checkpoint, plan=replace(checkpoint.plan, retype=""))
    assert phrase_to_retype(nowhere) == phrase_to_retype(unnamed) == "process_refund"


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("Acme GmbH", True),
        (" Acme  GmbH\n", True),
        ("acme gmbh", False),
        ("Acme", False),
        ("Аcme GmbH", False),  # a Cyrillic A
        ("", False),
        (None, False),
    ],
)
def test_only_spaces_may_differ(typed: str | None, right: bool) -> None:
    assert is_retyped(asking("Acme GmbH"), typed) is right


BOTH_ENDS = "Cut the blue wire in the bas … ever the red one by the door"


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        (BOTH_ENDS, True),
        (BOTH_ENDS.replace("…", "..."), True),
        ("Cut the blue wire in the bas", False),
        ("process_refund", False),
    ],
)
def test_a_long_value_is_typed_at_both_ends(typed: str, right: bool) -> None:
    checkpoint = asking(
        "Cut the blue wire in the basement, once you have looked, never the red one by the door"
    )
    assert phrase_to_retype(checkpoint) == BOTH_ENDS
    assert is_retyped(checkpoint, typed) is right


def test_an_approval_counts_only_once_it_was_typed() -> None:
    checkpoint = asking("Acme GmbH")
    wrong = decide(checkpoint, Approve(**on(checkpoint, ANA), in_full=True, retyped="Acme"), NOON)
    assert isinstance(wrong, Refusal)
    assert wrong.reason is Reason.NOT_RETYPED
    assert "Acme GmbH" in wrong.words
    known = {**on(checkpoint, ANA), "in_full": True}
    right = decide(checkpoint, Approve(**known, retyped="Acme GmbH"), NOON)
    assert isinstance(right, Transition)
