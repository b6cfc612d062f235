"""Whatever the demo's list “Try” suggests can be done, by the person and on the card it names."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

import httpx
import pytest
import pytest_asyncio

from bot.demo.tour import TOUR
from sandbox import Step
from tests.bot.visiting import Visit, visiting
from tests.scenarios.lists import Lists
from tests.scenarios.matter import Matter
from tests.scenarios.people import Seat
from tests.scenarios.seeing import Acknowledged

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOME = "home"
NO = "Why must it not run, or not stand?"
LIVE = re.compile(r"http://127\.0\.0\.1:\d+/")

Act = Callable[[Visit, Seat, Matter], Awaitable[None]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def visit(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Visit]:
    """Run one demo for everything that is tried."""
    async with visiting(tmp_path_factory.mktemp("demo") / "demo") as visit:
        yield visit


async def approves(visit: Visit, me: Seat, card: Matter) -> None:
    await me.approves(card)
    await visit.demo.says("a $480 refund  approved by Finn Maguire", "480.00 USD sent back")


async def answers(visit: Visit, me: Seat, card: Matter) -> None:
    await me.fills("Answer", card, {"Answer": "Both"})
    assert (await card.agent_hears("answered")).guidance == "Both"


async def asks_back(visit: Visit, me: Seat, card: Matter) -> None:
    asking = {"Category": "Evidence", "Your question": "How much do they order?"}
    role, person = "The role Finance manager", "The person behind it (Lena Voss)"
    await me.fills("Request info", card, {**asking, "Ask whom?": "The system ledger"})
    await card.says("31 invoices in two years")
    await me.fills("Request info", card, {**asking, "Ask whom?": role})
    there = card.seen_in("#finance-approvals")
    await visit.of("ana").fills("Answer", there, {"Your answer": "Plenty."})
    await card.says("Plenty.")
    form = await me.opens("Request info", card)
    assert form.says(person, "The agent")
    await me.submits({**asking, "Ask whom?": person})
    await visit.of("lena").fills("Answer", card.seen_in("@lena"), {"Your answer": "Ask Ana."})
    await card.says("Answer of Lena Voss", "Ask Ana.")


async def undoes(visit: Visit, me: Seat, card: Matter) -> None:
    await me.clicks("Book", card)
    await me.clicks("Undo", card)
    await card.says("Waiting for Support reviewer")
    assert (await card.decision()).status == "pending_review"


async def makes_room(visit: Visit, me: Seat, card: Matter) -> None:
    await me.clicks("Approve", card)
    held = await visit.finds("C0SUPPORT", "Omar Haddad")
    assert (await held.decision()).status == "pending_review"


async def takes_over(visit: Visit, me: Seat, card: Matter) -> None:
    await me.clicks("Take over", card)
    shown = await card.says("has control until")
    link = LIVE.search(shown.words)
    assert link is not None, shown.words
    async with httpx.AsyncClient(follow_redirects=True) as browser:
        assert "I am a person" in (await browser.get(link[0])).text
        assert "You are a person" in (await browser.post(link[0])).text
    await me.clicks("Return control", card)
    await me.submits({"Where do things stand?": "The captcha is solved."})
    await card.says("The captcha is solved.")


async def says_no(visit: Visit, me: Seat, card: Matter) -> None:
    why = {"Category": "Wrong facts", "Reason": "Name no day."}
    await me.fills("Reject", card, {**why, "What now?": ["Ask the agent for another draft"]})
    await visit.demo.says("another draft of the email  proposed")


async def types_it(visit: Visit, me: Seat, card: Matter) -> None:
    wanted = "Type “Kieran Walsh” to approve"
    await me.opens("Review & approve", card)
    assert (await me.submits({wanted: "Kieran"})).errors
    assert (await me.submits({wanted: "Kieran Walsh"})).action is None
    await card.agent_hears("approved")


async def signs_with_another(visit: Visit, me: Seat, card: Matter) -> None:
    await me.approves(card)
    await card.says("1 of 2")
    await visit.of("cora").approves(card.seen_in("#executive-approvals"))
    await card.agent_hears("approved")


async def confirms(visit: Visit, me: Seat, card: Matter) -> None:
    shown = await card.card(lambda seen: "Extend" in seen.buttons)
    elements = [one for each in shown.content["blocks"] for one in each.get("elements", [])]
    (button,) = (one for one in elements if one.get("action_id") == shown.buttons["Extend"])
    assert "900.00" in button["confirm"]["text"]["text"]
    await me.clicks("Extend", card)
    await card.agent_hears("approved")


async def refines(visit: Visit, me: Seat, card: Matter) -> None:
    await me.clicks("Edit a step…", card)
    await me.presses("Edit", "step 4:")
    await me.submits({"Step 4": "Move orders at night.", "Category": "Missing detail"})
    await me.submits()
    await me.modal("Saved as revision 2")
    await me.presses("Regenerate", "step 12")
    await me.submits({"What should be different?": "Do it at night."})
    await card.says("revision 3", "between 2 and 3 at night")


async def vetoes(visit: Visit, me: Seat, card: Matter) -> None:
    await visit.demo.says("The machines are up: 3")
    await me.fills("Veto", card, {NO: "Not before the freeze."})
    await visit.demo.says("The machines were torn down again")


async def overrides(visit: Visit, me: Seat, card: Matter) -> None:
    await me.approves(card)
    await card.says("1 of 2")
    await visit.of("elif").approves(card.seen_in("#keyturn-admins"))
    await card.agent_hears("approved")


async def classifies(visit: Visit, me: Seat, card: Matter) -> None:
    await me.opens("Classify", card)
    answers = {
        "How bad is the worst outcome?": "critical",
        "Can it be undone?": "No",
        "Must a person approve it?": "Yes",
        "Which role approves it?": "administrator",
    }
    assert (await me.submits(answers)).action == "update"
    await card.thread_says("classified the action delete_customer_account")


async def looks_at_own_list(visit: Visit, me: Seat) -> None:
    home = await Lists(me).opens()
    await home.presses("Approve several: mute_alert (3)")
    form = await me.modal("Tick those you approve")
    ticked = {block_id: ["true"] for block_id in form.inputs.values()}
    sent = {"user": me.user, "view_id": form.content["id"], "values": ticked}
    assert Acknowledged.read(await visit.workspace.does("submit", **sent)).action == "update"
    assert (await me.modal("approved")).says("3 approved")


ACTS: Mapping[str, Act] = {
    "Approve a refund": approves,
    "Answer the agent": answers,
    "Ask back": asks_back,
    "Undo in 20 seconds": undoes,
    "Make room": makes_room,
    "Take over": takes_over,
    "Say no": says_no,
    "Type it": types_it,
    "Sign with another": signs_with_another,
    "Confirm": confirms,
    "Refine a plan": refines,
    "Veto": vetoes,
    "Override a denial": overrides,
    "Classify": classifies,
}


@pytest.mark.parametrize("step", TOUR, ids=lambda step: step.title)
async def test_what_the_list_suggests_can_be_done(visit: Visit, step: Step) -> None:
    me = Seat(step.user, visit.workspace)
    if step.channel == HOME:
        await looks_at_own_list(visit, me)
    else:
        await ACTS[step.title](visit, me, await visit.finds(step.channel, step.find))


async def test_a_suggestion_is_carried_out_by_a_person(visit: Visit) -> None:
    bridge = await visit.finds("C0SRE", "Open a bridge")
    await visit.of("lena").clicks("I open it", bridge)
    await visit.demo.says("was only a suggestion; a person does it")
    await visit.of("lena").fills("Done", bridge, {"Note": "Bridge 4 is open."})
    await visit.demo.says("a person did it: Bridge 4 is open.")
