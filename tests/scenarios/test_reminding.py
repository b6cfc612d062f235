"""Whoever can still act is reminded in the thread, twice a rung, and nobody else is."""

from store.effects import Happening
from tests.scenarios.desk import Desk
from tests.scenarios.seeing import Json, Shown
from tests.scenarios.telling import a_new_name, a_renewal, line_under, lines_under, mentioned


async def test_whoever_can_still_act_is_reminded_at_each_share(desk: Desk) -> None:
    await desk.knows_everybody()
    renewal = await desk.agent_proposes(a_renewal())
    finance = renewal.seen_in("#finance-approvals")
    await desk.dev.clicks("Approve", renewal)
    await finance.says("1 of 2")
    first = await line_under(finance, "20% of the time for it has passed")
    # Dev has signed; of the finance managers it is one's turn, and only that one is called.
    assert mentioned(first) in (["U0ANA"], ["U0BEN"])
    second = await line_under(finance, "40% of the time for it has passed")
    assert mentioned(second) == mentioned(first)
    # The engineers' card has the same lines in its thread, and calls nobody a second time.
    beside = await line_under(renewal, "40% of the time for it has passed")
    assert mentioned(beside) == []
    assert "Who can act is called in" in Shown(beside).words
    told = await renewal.audit(Happening.REMINDED)
    assert [each.event.detail["share"] for each in told] == ["0.2", "0.4"]
    assert {each.event.actor.kind.value for each in told} == {"clock"}


async def test_a_restarted_bot_repeats_no_reminder(desk: Desk) -> None:
    renewal = await desk.agent_proposes(a_renewal())
    card = await renewal.card()
    await line_under(renewal, "20% of the time for it has passed")
    await desk.bot.stop()
    await desk.bot.start()
    await line_under(renewal, "40% of the time for it has passed")

    def reminders(state: Json) -> int:
        return len(lines_under(state, renewal, card.ts, "Reminder:"))

    assert reminders(await desk.workspace.state()) == 2


async def test_nobody_is_reminded_of_what_was_decided(desk: Desk) -> None:
    renewal = await desk.agent_proposes(a_renewal())
    card = await renewal.card()
    await desk.dev.fills("Reject", renewal, {"Category": "Not needed", "Reason": "Not now."})
    await renewal.agent_hears("rejected")
    marker = await desk.agent_proposes(a_renewal())
    await line_under(marker, "40% of the time for it has passed")
    assert await renewal.audit(Happening.REMINDED) == []
    assert not lines_under(await desk.workspace.state(), renewal, card.ts, "Reminder:")


async def test_whoever_was_asked_is_reminded_of_the_question(desk: Desk) -> None:
    await desk.knows_everybody()
    renaming = await desk.agent_proposes(a_new_name())
    asking = {
        "Category": "Evidence",
        "Your question": "Who pays for it?",
        "Ask whom?": "The role Finance manager",
    }
    await desk.dev.fills("Request info", renaming, asking)
    there = renaming.seen_in("#finance-approvals")
    line = await line_under(there, "the role Finance manager has not answered yet; 50%")
    assert set(mentioned(line)) == {"U0ANA", "U0BEN"}
    await renaming.says("did not answer in time")
