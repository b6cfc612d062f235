"""The pictures of what people are told, what they find, what is held back, and the kill switch."""

from datetime import UTC, datetime, timedelta

from bot.demo.story import story
from tests.gallery.album import Album
from tests.gallery.test_cards import a_documented_refund
from tests.scenarios.desk import Desk
from tests.scenarios.lists import Lists, chooses_shortcut
from tests.scenarios.programs import AGENT
from tests.scenarios.proposals import Idea, a_cache_flush, a_refund
from tests.scenarios.telling import a_renewal, direct_message
from tests.scenarios.test_comments import DECIDES_NOTHING, says
from tests.scenarios.test_digest import morning_comes
from tests.scenarios.test_holding import a_ticket
from tests.scenarios.test_pausing import asked
from tests.scenarios.test_reloading import notice_says

ASK = {"Category": "Evidence", "Your question": "Is there a photo of the crate?"}
TICKETS = ("build-2 is short of disk", "db-1 is backed up slowly", "mail needs a new certificate")


def of_the_demo(key: str, channel: str) -> Idea:
    """Propose what the demo's agent proposes, which has more to show than the stories' ideas."""
    (scene,) = (each for act in story("") for each in act.scenes if each.key == key)
    return Idea(scene.action, scene.parameters, channel, {**scene.details})


async def test_what_is_held_back_and_what_is_said_under_a_card(desk: Desk, album: Album) -> None:
    await desk.knows_everybody()
    first, second, third = [await desk.agent_proposes(a_ticket(each)) for each in TICKETS]
    await second.card()
    await third.stands("held")
    home = await Lists(desk.dev).opens()
    await home.presses("Held back (1)")
    await home.entries(1)
    await album.home("home-held", "Held", TICKETS[2], seen_by="dev")
    await morning_comes(desk)
    await album.said("digest", "Today's digest", seen_by="dev", channel="#sre-review")
    await says(desk.ben, first, "Looks good to me!")
    await desk.ben.hears(DECIDES_NOTHING)
    await album.answered("thread-comment", "Looks good to me!", DECIDES_NOTHING, first, by="ben")
    await album.menu("menu-message", first, "Open in full", seen_by="dev")
    await chooses_shortcut(desk.dev, "open_proposal", on=first)
    await album.modal("modal-in-full", TICKETS[0], seen_by="dev")
    await desk.dev.closes()
    await (await chooses_shortcut(desk.dev, "my_queue")).entries(2)
    await album.modal("modal-what-waits", TICKETS[1], seen_by="dev")


async def test_the_other_lists_and_how_it_ended(desk: Desk, album: Album) -> None:
    await desk.knows_everybody()
    refund = await desk.agent_proposes(a_documented_refund(), on_behalf_of="lena.voss")
    await album.on_a_phone().card("card-phone", refund, "Will run", seen_by="finn")
    taken = await desk.agent_proposes(a_refund("790.00"))
    await desk.ben.chooses("I'm on it", taken)
    await taken.says("Ben Okafor (on it)")
    other = await desk.agent_proposes(a_refund("350.00"))
    await desk.finn.fills("Request info", other, ASK)
    await desk.finn.approves(refund)
    decision = await refund.agent_hears("approved")
    async with desk.agent.executing(await refund.decision()) as doing:
        doing.detail = "Paid by bank transfer."
    assert decision.approved
    await direct_message(desk.lena, "Approved and executed", "Paid by bank transfer.")
    await album.direct("direct-outcome", "Paid by bank transfer.", seen_by="lena")
    home = await Lists(desk.finn).opens()
    await home.presses("Waiting on the agent (1)")
    await home.says("Finn Maguire asked")
    await album.home("home-agent", "Finn Maguire asked", "Answer due", seen_by="finn")
    await home.presses("Your team's")
    await home.says("Turn of Ben Okafor")
    await album.home("home-team", "Turn of Ben Okafor", seen_by="finn")
    await home.presses("Decided today")
    await home.says("By Finn Maguire")
    await album.home("home-decided", "By Finn Maguire", seen_by="finn")
    back = datetime.now(UTC) + timedelta(days=6)
    await desk.finn.types(f"ooo until {back:%Y-%m-%d} to <@U0BEN>", "#support-review")
    await home.presses("Waiting on you")
    await album.home("home-away", "You are out of office", "Ben Okafor stands in", seen_by="finn")


async def test_the_whole_page_and_a_reminder(desk: Desk, album: Album) -> None:
    await desk.knows_everybody()
    refund = await desk.agent_proposes(of_the_demo("demo-refund-ORD-19960", "#finance-approvals"))
    await desk.ana.approves(refund)
    await album.window("page", refund, "1 of 2", "Northwind Traders", seen_by="ana")
    renewal = await desk.agent_proposes(a_renewal())
    await album.thread("thread-reminder", renewal, "20% of the time for it", seen_by="dev")


async def test_the_kill_switch(desk: Desk, album: Album) -> None:
    flush = await desk.agent_proposes(a_cache_flush())
    await desk.dev.clicks("Flush", flush)
    await flush.agent_hears("approved")
    await desk.elif_.types(f"pause {AGENT} because it pays twice")
    await notice_says(desk, f"PAUSED: the agent {AGENT}")
    await album.said("notice-paused", "PAUSED", seen_by="elif_", channel="#keyturn-admins")
    await album.card("card-paused", flush, "but paused", "it pays twice", seen_by="dev")
    await desk.elif_.types(f"resume {AGENT}")
    resume = await asked(desk)
    await album.card("card-resume", resume, "Resume the agent", seen_by="cora")
