"""The pictures of the reviewer's day: care, asking others, refining, taking over, own lists."""

from tests.gallery.album import Album
from tests.scenarios.desk import Desk
from tests.scenarios.lists import Lists, chooses_shortcut
from tests.scenarios.proposals import (
    a_migration,
    a_muted_alert,
    a_parcel,
    a_refund,
    a_sample,
    a_wiped_disk,
    an_index_rebuild,
)
from tests.scenarios.telling import direct_message

LIVE = "https://live.example.com/session/7"
TYPE = "Type “sda-7” to approve"
ASKED = {"Category": "Evidence", "Your question": "Is there a photo of the crate?"}
ROLE = "The role Fallback reviewer"


async def test_typed_once_more(desk: Desk, album: Album) -> None:
    disk = await desk.agent_proposes(a_wiped_disk())
    await desk.finn.opens("Review & approve", disk)
    await album.refused("modal-typed", {TYPE: "sda-8"}, "exactly as it stands", seen_by="finn")


async def test_a_moment_to_undo(desk: Desk, album: Album) -> None:
    parcel = await desk.agent_proposes(a_parcel())
    await desk.finn.clicks("Approve", parcel)
    await parcel.says("1 of 2")
    await desk.ana.clicks("Approve", parcel.seen_in("#finance-approvals"))
    await album.card("card-releasing", parcel, "Approved, not released yet", seen_by="finn")


async def test_asking_a_role_and_a_person(desk: Desk, album: Album) -> None:
    await desk.knows_everybody()
    refund = await desk.agent_proposes(a_refund(on_behalf_of="lena.voss"))
    await desk.finn.opens("Request info", refund)
    await album.modal("modal-ask-whom", ROLE, "person behind it", seen_by="finn")
    await desk.finn.submits({**ASKED, "Ask whom?": ROLE})
    there = refund.seen_in("#fallback-review")
    await album.card("card-asked-role", there, "Question from Finn Maguire", seen_by="cora")
    await desk.cora.opens("Answer", there)
    await album.modal("modal-answer-question", "Your answer", seen_by="cora")
    await desk.cora.submits({"Your answer": "Yes, in the ticket."})
    await album.card("card-answered-by-role", refund, "Yes, in the ticket.", seen_by="finn")
    asked = {**ASKED, "Ask whom?": "The person behind it (Lena Voss)"}
    await desk.finn.fills("Request info", refund, asked)
    await refund.seen_in("@lena").says("Please answer by")
    await album.direct("direct-question", "Is there a photo", seen_by="lena")


async def test_asking_a_system(desk: Desk, album: Album) -> None:
    sample = await desk.agent_proposes(a_sample())
    asked = {**ASKED, "Ask whom?": "The system finns-agent"}
    await desk.dev.fills("Request info", sample, asked)
    await album.card("card-asked-system", sample, "the system finns-agent", seen_by="dev")


async def test_refining_a_plan(desk: Desk, album: Album) -> None:
    plan = await desk.agent_proposes(a_migration(steps=14))
    await desk.lena.clicks("Edit a step…", plan)
    await album.modal("modal-steps", "Step 12", seen_by="lena")
    await desk.lena.presses("Edit", "step 4:")
    await album.modal("modal-step", "Step 4", seen_by="lena")
    backup = {"Step 4": "Take a backup of every table first.", "Category": "Missing detail"}
    await desk.lena.submits(backup)
    await album.modal("modal-step-diff", "Take a backup", seen_by="lena")
    await desk.lena.submits()
    await desk.lena.modal("Saved as revision 2")
    await desk.lena.presses("Regenerate", "step 12")
    await album.modal("modal-regenerate", "As it is now", seen_by="lena")
    await desk.lena.submits({"What should be different?": "Do it at night."})
    asked = await plan.stands("needs_information")
    steps = [*asked.current_parameters["steps"]]
    steps[11] = "Move table 12 at 2 in the morning."
    await desk.agent.pending(plan.id).answer(
        "Moved to the night.", parameters={**asked.current_parameters, "steps": steps}
    )
    await album.card("card-refined", plan, "revision 3", "2 in the morning", seen_by="lena")


async def test_taking_over(desk: Desk, album: Album) -> None:
    refund = await desk.agent_proposes(a_refund(live_view_url=LIVE))
    await desk.finn.clicks("Take over", refund)
    await album.card("card-taken-over", refund, "has control until", seen_by="finn")
    await desk.finn.clicks("Return control", refund)
    await album.modal("modal-return-control", "State to continue from", seen_by="finn")
    await desk.finn.submits({"Where do things stand?": "The captcha is solved."})
    await album.card("card-returned", refund, "The captcha is solved.", seen_by="finn")


async def test_handing_on(desk: Desk, album: Album) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.finn.chooses("Escalate", refund)
    await album.modal("modal-escalate", "Category", seen_by="finn")
    await desk.finn.closes()
    await desk.finn.chooses("Reassign…", refund)
    await album.modal("modal-reassign", "Give it to", seen_by="finn")


async def test_ones_own_lists(desk: Desk, album: Album) -> None:
    await desk.knows_everybody()
    for idea in (a_muted_alert("disk-full"), a_muted_alert("fan-speed"), an_index_rebuild()):
        await (await desk.agent_proposes(idea)).card()
    await direct_message(desk.dev, "It is your turn: Rebuild the index orders?")
    await album.direct("direct-your-turn", "It is your turn", seen_by="dev")
    home = await Lists(desk.dev).opens()
    await home.entries(3)
    await album.home("home", "Waiting on you (3)", seen_by="dev")
    await home.presses("Approve several: mute_alert (2)")
    await album.modal("modal-several", "Tick those you approve", seen_by="dev")
    await desk.dev.closes()
    await home.presses("Out of office")
    await album.modal("modal-out-of-office", "Until", seen_by="dev")
    await desk.dev.closes()
    await chooses_shortcut(desk.dev, "find_proposal")
    await desk.dev.submits({"What is it about?": "fan"})
    await album.modal("modal-found", "found 1", seen_by="dev")
