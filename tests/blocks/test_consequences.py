"""What a card says of approving, where the manifest is silent: who acts then."""

from dataclasses import replace

import pytest

from blocks.cards.card import card
from blocks.parts.checks import checks_in_words, consequences_in_words
from blocks.parts.parameters import will_run
from blocks.wording.room import ROOMS
from blocks.wording.values import clipped, shortened, value_text
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
    steps: list[object] = [f"Move table {number} to the new server." for number in range(14)]
    parameter = Parameter(name="steps", type=ParameterType.LIST, title="Steps")
    plan = a_plan(schema=ParameterSchema(parameters=(parameter,)))
    checkpoint = a_checkpoint(a_proposal(parameters={"steps": steps}), plan)
    drawn, cut = will_run(checkpoint, veil_of(checkpoint), ROOMS[0])
    said = all_text([drawn])
    assert cut
    assert "steps (14 items; 11 shown): " in said
    assert [number for number in range(1, 15) if f"{number}. " not in said] == [12, 13]


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
