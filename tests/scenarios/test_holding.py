"""An agent that asks for too much at once is held back, and nothing it asked for is lost."""

import asyncio
from collections import Counter

from store.effects import Happening
from tests.scenarios.desk import Desk
from tests.scenarios.matter import Matter
from tests.scenarios.proposals import Idea


def a_ticket(summary: str) -> Idea:
    return Idea("file_ticket", {"summary": summary}, "#sre-review", {"confidence": 0.9})


async def several(desk: Desk, count: int) -> list[Matter]:
    return [await desk.agent_proposes(a_ticket(f"Ticket {number}")) for number in range(count)]


async def test_the_third_of_two_waits_without_a_card_until_one_is_decided(desk: Desk) -> None:
    first, second, third, fourth = await several(desk, 4)
    await second.card()
    assert [(await each.known()).status for each in (third, fourth)] == ["held", "held"]
    assert await third.has_no_card()

    await desk.dev.clicks("File it", first)
    await first.agent_hears("approved")
    # The one that waits the longest comes first, and its clock begins to run now.
    card = await third.card()
    assert card.says("Ticket 2")
    assert (await third.known()).status == "pending_review"
    assert (await fourth.known()).status == "held"
    (held,) = await third.audit(Happening.HELD)
    assert "2 like this before people already" in str(held.event.detail["why"])
    assert len(await third.audit(Happening.UNHELD)) == 1


async def test_whatever_ends_makes_room(desk: Desk) -> None:
    first, second, third, fourth = await several(desk, 4)
    await desk.agent.pending(first.id).withdraw("Found it myself.")
    await third.card()
    await desk.dev.fills(
        "Reject", second, {"Category": "Not needed", "Reason": "We have this one."}
    )
    await fourth.card()
    await desk.dev.clicks("File it", third)
    await third.agent_hears("approved")


async def test_what_is_held_can_be_withdrawn_and_nothing_else_takes_its_place(desk: Desk) -> None:
    _, _, third, fourth = await several(desk, 4)
    await desk.agent.pending(third.id).withdraw("No longer needed.")
    assert (await third.known()).status == "withdrawn"
    assert (await fourth.known()).status == "held"


async def test_many_at_the_same_moment_are_counted_exactly(desk: Desk) -> None:
    ideas = [a_ticket(f"Burst {number}") for number in range(12)]
    matters = await asyncio.gather(*(desk.agent_proposes(idea) for idea in ideas))
    statuses = Counter([(await each.known()).status for each in matters])
    assert statuses == {"pending_review": 2, "held": 10}


async def test_another_agent_has_places_of_its_own(desk: Desk) -> None:
    await several(desk, 3)
    other = await desk.finns_agent.propose("file_ticket", {"summary": "Mine"})
    assert (await desk.finns_agent.read(other.id)).status == "pending_review"
