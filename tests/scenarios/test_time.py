"""Silence climbs the ladder and falls off it; it never approves."""

from store.effects import Happening
from tests.scenarios.desk import Desk
from tests.scenarios.matter import Matter
from tests.scenarios.proposals import (
    a_cluster_drain,
    a_key_rotation,
    an_access_grant,
)
from tests.scenarios.seeing import CHANNELS, Json, Shown


async def test_time_runs_out_on_every_rung(desk: Desk) -> None:
    rotation = await desk.agent_proposes(a_key_rotation())
    first = await rotation.card()
    fallback = rotation.seen_in("#fallback-review")
    assert await fallback.has_no_card()
    await fallback.says("Escalated to you", "Nobody decided within 1 second")
    escalated = await rotation.says("Escalated", "Fallback reviewer may now decide too")
    assert escalated.ts == first.ts
    await rotation.thread_says("Nobody decided in time", "Fallback reviewer")
    heard = await rotation.agent_hears("expired")
    assert not heard.approved
    assert heard.decided_by == ()
    for place in (rotation, fallback):
        card = await place.says("Nobody decided", "Nobody rejected it either")
        assert not card.buttons
    await _operations_hear(desk, rotation, "Nobody decided in time")
    assert (await rotation.audit(Happening.EXPIRED))[0].event.actor.kind == "clock"


async def test_the_fallback_decides_in_time(desk: Desk) -> None:
    rotation = await desk.agent_proposes(a_key_rotation())
    fallback = rotation.seen_in("#fallback-review")
    await desk.cora.clicks("Approve", fallback)
    heard = await rotation.agent_hears("approved")
    assert [(each.user, each.role) for each in heard.decided_by] == [("U0CORA", "sre")]
    await rotation.says("Approved")


async def test_a_fallback_reviewer_has_no_say_before_it_is_called(desk: Desk) -> None:
    drain = await desk.agent_proposes(a_cluster_drain())
    card = await drain.card()
    button = card.buttons["Review & approve"]
    await desk.ben.clicks_element(button, drain, card.ts, stale=True)
    await desk.ben.hears("you are not listed for that role")
    assert "wrong_role" in await drain.refusals()


async def test_a_critical_action_stays_blocked_and_alerts_repeat(desk: Desk) -> None:
    drain = await desk.agent_proposes(a_cluster_drain())
    alerts = await _operations_hear(desk, drain, "stays blocked until somebody does", times=2)
    assert len({each.ts for each in alerts}) >= 2
    assert (await drain.decision()).status == "escalated"
    assert len(await drain.audit(Happening.STAYED_BLOCKED)) >= 2
    await drain.says("Still blocked", "Stays blocked until somebody decides")
    await desk.dev.approves(drain)
    heard = await drain.agent_hears("approved")
    assert [each.user for each in heard.decided_by] == ["U0DEV"]


async def test_an_approval_that_is_not_used_in_time_is_void(desk: Desk) -> None:
    grant = await desk.agent_proposes(an_access_grant())
    await desk.dev.clicks("Approve", grant)
    await grant.agent_hears("approved")
    card = await grant.says("but not used in time")
    assert not card.buttons
    await grant.thread_says("was not used in time")
    assert len(await grant.audit(Happening.LAPSED)) == 1


async def _operations_hear(desk: Desk, matter: Matter, words: str, times: int = 1) -> list[Shown]:
    """Wait until the operators' channel was told this, so many times."""

    def found(state: Json) -> list[Shown] | None:
        said = [Shown(each) for each in state["messages"][CHANNELS["#ops-alerts"]]]
        about = [each for each in said if each.says("Needs attention", words, matter.id)]
        return about if len(about) >= times else None

    return await desk.workspace.until(found, f"“{words}” in #ops-alerts")
