"""The kill switch, as people use it: one word stops, two people start again."""

import pytest

from keyturn import ActionPaused
from store.ports import Listing, Reading
from tests.scenarios.desk import Desk
from tests.scenarios.matter import Matter
from tests.scenarios.programs import AGENT
from tests.scenarios.proposals import a_refund
from tests.scenarios.test_reloading import ADMINS, notice_says


async def asked(desk: Desk) -> Matter:
    """Find the card on which administrators are asked to resume."""

    def newest(look: Reading) -> str:
        return look.checkpoints.page(Listing(limit=50))[0].id

    return Matter(await desk.store.read(newest), ADMINS, desk)


async def test_an_administrator_stops_an_agent_and_two_let_it_go_on(desk: Desk) -> None:
    approved = await desk.agent_proposes(a_refund("20.00"))
    decision = await approved.stands("auto_approved")

    said = await desk.elif_.types(f"pause {AGENT} because it pays twice")

    assert said.startswith(f"Paused: the agent {AGENT}.")
    for channel in (ADMINS, "#ops-alerts"):
        await notice_says(
            desk, f"PAUSED: the agent {AGENT}", "Elif Kaya", "it pays twice", channel=channel
        )
    with pytest.raises(ActionPaused, match="it pays twice"):
        await desk.agent.consume(decision, attempt="a1")
    held = await desk.agent_proposes(a_refund("21.00"))
    await held.stands("pending_review")
    assert "Elif Kaya paused" in await desk.ben.types(f"why {held.id}", "#support-review")

    assert "Another administrator must agree" in await desk.elif_.types(f"resume {AGENT}")
    matter = await asked(desk)
    await matter.says(f"Resume the agent {AGENT}?", "it pays twice")
    await desk.cora.approves(matter)

    await notice_says(desk, f"Resumed: the agent {AGENT}.")
    await desk.agent.consume(decision, attempt="a1")
    await (await desk.agent_proposes(a_refund("22.00"))).stands("auto_approved")


async def test_everything_stops_at_one_word(desk: Desk) -> None:
    await desk.cora.types("pause everything")
    held = await desk.agent_proposes(a_refund("20.00"))
    await held.stands("pending_review")


async def test_a_command_that_is_delivered_twice_is_done_once(desk: Desk) -> None:
    first = await desk.elif_.types("pause everything because drill")
    delivery = await desk.workspace.last_delivery()
    again = await desk.workspace.does("redeliver", n=delivery["n"])
    assert again["ok"], again
    assert first.startswith("Paused: everything.")
    lines = await desk.store.read(lambda look: look.pauses.every())
    assert [each.why for each in lines] == ["drill"]


async def test_nobody_else_stops_anything(desk: Desk) -> None:
    said = await desk.ben.types(f"pause {AGENT}", "#support-review")
    assert said.startswith("Only people with the role Administrator")
    await (await desk.agent_proposes(a_refund("20.00"))).stands("auto_approved")


async def test_a_name_nobody_knows_is_met_with_the_nearest(desk: Desk) -> None:
    said = await desk.elif_.types("pause suport-agent")
    assert f"Did you mean “{AGENT}”?" in said
    assert await desk.elif_.types("pause") == (
        "What? Type /keyturn pause NAME|everything [because WHY]."
    )
