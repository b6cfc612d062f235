"""In the morning each channel is told what may wait and still does, and what is held back."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.clock.digests import Digests
from bot.judging.live_manifest import LiveManifest
from manifests.hours import DailyTime
from manifests.loading import load
from store.effects import Happening
from tests.scenarios.desk import Desk
from tests.scenarios.proposals import Idea, a_cluster_drain, an_index_rebuild
from tests.scenarios.seeing import CHANNELS, Acknowledged, Json, Shown
from tests.scenarios.telling import links

SRE = CHANNELS["#sre-review"]


def a_ticket(summary: str) -> Idea:
    """At most two of them are before people at once."""
    return Idea("file_ticket", {"summary": summary}, "#sre-review")


async def morning_comes(desk: Desk) -> int:
    """Let it be the time of day at which the manifest wants digests."""
    manifest = load(desk.premises.folder / "manifests").manifest
    at = DailyTime(datetime.now(UTC).time().replace(second=0, microsecond=0), "UTC")
    return await Digests(desk.store, LiveManifest(replace(manifest, digest_at=at))).look()


def digests(state: Json) -> list[Json]:
    told = state["messages"].get(SRE, [])
    return [each for each in told if Shown(each).says("Today's digest of this channel")]


async def the_digest(desk: Desk) -> Json:
    return (await desk.workspace.until(digests, "the digest in #sre-review"))[0]


async def test_a_channel_hears_once_what_still_waits_and_where(desk: Desk) -> None:
    rebuild = await desk.agent_proposes(an_index_rebuild())
    drain = await desk.agent_proposes(a_cluster_drain())
    card = await rebuild.card()
    await drain.card()
    assert await morning_comes(desk) == 1
    told = await the_digest(desk)
    assert Shown(told).says("1 of low severity still waiting", "Rebuild the index orders")
    # Whatever is graver has reminders of its own.
    assert "cluster" not in Shown(told).words
    (link,) = links(told)
    assert link.endswith(f"p{card.ts.replace('.', '')}")
    assert await morning_comes(desk) == 0
    marker = await desk.agent_proposes(an_index_rebuild())
    await marker.card()
    assert len(digests(await desk.workspace.state())) == 1


async def test_a_quiet_channel_hears_nothing(desk: Desk) -> None:
    rebuild = await desk.agent_proposes(an_index_rebuild())
    await desk.dev.clicks("Approve", rebuild)
    await rebuild.agent_hears("approved")
    assert await morning_comes(desk) == 0


async def test_what_is_held_is_put_before_people_from_the_digest(desk: Desk) -> None:
    for number in (1, 2):
        shown = await desk.agent_proposes(a_ticket(f"Ticket {number}"))
        await shown.card()
    held = await desk.agent_proposes(a_ticket("Ticket 3"))
    assert (await held.stands("held")).status == "held"
    assert await held.has_no_card()
    await morning_comes(desk)
    told = await the_digest(desk)
    assert Shown(told).says("2 of low severity still waiting, 1 held back", "“Ticket 3”")

    async def clicks(user: str) -> Acknowledged:
        seen = Shown(await the_digest(desk))
        answer = await desk.workspace.does(
            "click",
            user=user,
            channel=SRE,
            ts=seen.ts,
            action_id=seen.buttons["Show the card now"],
            confirmed=True,
        )
        return Acknowledged.read(answer)

    # Whoever may not decide it cannot put it before others either.
    await clicks("U0FINN")
    await desk.finn.hears("you are not listed for that role")
    assert (await held.decision()).status == "held"
    await clicks("U0DEV")
    await held.stands("pending_review")
    (line,) = await held.audit(Happening.UNHELD)
    assert line.event.actor.id == "U0DEV"
    # The digest stays what it is, and the card is a message of its own.
    after = await the_digest(desk)
    assert Shown(after).says("Today's digest of this channel")
    cards = [
        each
        for each in (await desk.workspace.state())["messages"][SRE]
        if Shown(each).says("File the ticket “Ticket 3”?", "File it")
    ]
    assert all(each["ts"] != after["ts"] for each in cards)
    await clicks("U0DEV")
    await desk.dev.hears("It is before people already.")
