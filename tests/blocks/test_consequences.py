"""What a card says of approving, where the manifest is silent: who acts then."""

from dataclasses import replace

import pytest

from blocks.cards.card import card
from blocks.parts.checks import checks_in_words, consequences_in_words
from blocks.parts.parameters import will_run
from blocks.wording.room import ROOMS
from blocks.wording.values import clipped, itemised, shortened, value_text
from blocks.wording.veil import Veil, veil_of
from manifests.parameters import Parameter, ParameterSchema, ParameterType
from manifests.plan import InformationLimits, Wording
from manifests.vocabulary import AgentName, Mode
from tests.blocks.scenes import SCENES, Scene
from tests.blocks.walking import all_text
from tests.store.making import a_checkpoint, a_plan, a_proposal


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({}, "The agent runs exactly what is shown above."),
        ({"executed_by": AgentName("bank")}, "Only bank runs exactly what is shown above."),
        (
            {"mode": Mode.SUGGEST},
            "The agent gets no leave to act: one of you does it and records Done or Failed.",
        ),
    ],
)
def test_a_card_says_who_acts_once_it_is_approved(plan: dict[str, object], said: str) -> None:
    checkpoint = a_checkpoint(plan=a_plan(wording=Wording(headline="Do it?"), **plan))
    assert dict(consequences_in_words(checkpoint))["If approved"] == said


def test_a_card_that_cuts_something_says_where_all_of_it_stands() -> None:
    plan = a_plan(wording=Wording(headline="Do it?"), overrides="guard")
    said = dict(consequences_in_words(a_checkpoint(plan=plan), cut=True))
    assert said["If approved"] == (
        "The agent runs exactly what View everything shows; above, some of it is cut."
    )
    assert "exactly as View everything shows it" in said["Override"]
    long = a_proposal(parameters={"note": "Dear Acme, " * 200})
    scene = Scene(a_checkpoint(long, a_plan(wording=Wording(headline="Do it?"))))
    drawn = card(scene.checkpoint, scene.aftermath, scene.card, scene.now)
    assert "above, some of it is cut" in all_text(drawn.blocks)


def test_a_list_that_is_cut_counts_its_items() -> None:
    said, cut = as_planned(40)
    assert cut
    assert "steps (40 items; 11 shown): " in said
    assert [number for number in range(1, 41) if f"{number}. " not in said] == [*range(11, 40)]
    # What is left out stands on a line of its own, and can belong to no step.
    rows = said.split("\n")
    gap = next(at for at, row in enumerate(rows) if row.startswith("… 29 more … ("))
    assert rows[gap - 1] == '10. "Move table 9 to the new server."'
    assert rows[gap + 1] == '40. "Move table 39 to the new server."'


def test_a_list_stands_whole_where_next_to_nothing_would_be_saved() -> None:
    said, cut = as_planned(14)
    assert not cut
    assert [number for number in range(1, 15) if f"{number}. " not in said] == []
    assert "shown" not in said


def test_two_long_items_have_nothing_left_out_between_them() -> None:
    shown, whole = itemised(["y" * 200, "z" * 200], 120, 4)
    assert [row[0] for row in shown.text.split("\n")] == ["y", "z"]
    assert (shown.cut, whole) == (True, 0)


def test_a_suggestion_is_not_said_to_run() -> None:
    for mode, said in ((Mode.SUGGEST, "Suggested: "), (Mode.EXECUTE, "Will run ")):
        drawn, _ = will_run(a_checkpoint(plan=a_plan(mode=mode)), Veil(), ROOMS[0])
        assert said in all_text([drawn])
        assert ("Will run" in all_text([drawn])) is (mode is not Mode.SUGGEST)


def test_a_long_item_is_shortened_within_its_own_line() -> None:
    said, cut = as_planned(3, "very " * 200)
    assert cut
    assert "steps (3 items; 0 shown): " in said
    assert [row[:3] for row in said.split("\n") if row[1:2] == "."] == ["1. ", "2. ", "3. "]


def as_planned(count: int, how: str = "") -> tuple[str, bool]:
    steps: list[object] = [f"Move table {at} {how}to the new server." for at in range(count)]
    parameter = Parameter(name="steps", type=ParameterType.LIST, title="Steps")
    plan = a_plan(schema=ParameterSchema(parameters=(parameter,)))
    checkpoint = a_checkpoint(a_proposal(parameters={"steps": steps}), plan)
    drawn, cut = will_run(checkpoint, veil_of(checkpoint), ROOMS[0])
    return all_text([drawn]), cut


def test_a_line_break_never_looks_like_a_cut() -> None:
    address = "Main St 1\n80331 München"
    assert shortened(address, 60, 1).text == "Main St 1 ⏎ 80331 München"
    assert clipped(address, 60, 1) == "Main St 1 ⏎ 80331 München"
    assert shortened(address, 60, 4).text == address
    assert shortened("a\nb\nc\nd", 60, 3).cut


def test_a_card_counts_its_questions_and_says_when_the_last_was_asked() -> None:
    asked = SCENES["pending_after_answer"]().checkpoint
    assert "Questions: 1 of 2 asked." in [*checks_in_words(asked)]
    last = replace(asked, plan=replace(asked.plan, information=InformationLimits(rounds=1)))
    assert "Questions: 1 of 1 asked, so no more can be asked." in [*checks_in_words(last)]
    assert not any("Questions" in each for each in checks_in_words(SCENES["pending"]().checkpoint))


def test_a_currency_is_not_said_twice() -> None:
    money = Parameter(name="amount", type=ParameterType.MONEY, title="", currency_parameter="in")
    said = [
        value_text(money, "-900.00", {"in": currency}, Veil()) for currency in ("EUR", "CHF", "USD")
    ]
    assert said == ["-€900.00", "-CHF 900.00", "-$900.00 USD"]
