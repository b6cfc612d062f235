"""What can be reached from Slack's own menus, wherever somebody is."""

from pathlib import Path
from typing import Any

import yaml

from manifests.loading import SHIPPED
from tests.scenarios.desk import Desk
from tests.scenarios.lists import chooses_shortcut
from tests.scenarios.proposals import a_muted_alert, a_refund, an_index_rebuild
from tests.scenarios.seeing import CHANNELS, Acknowledged, Json


def menus() -> dict[str, Any]:
    """Read what the Slack app's own manifest puts into Slack's menus."""
    return dict(yaml.safe_load((Path(SHIPPED) / "slack_app.yaml").read_text("utf-8"))["features"])


async def test_whatever_the_app_puts_into_slacks_menus_is_answered(desk: Desk) -> None:
    alert = await desk.agent_proposes(a_muted_alert())
    for entry in menus()["shortcuts"]:
        on = alert if entry["type"] == "message" else None
        await chooses_shortcut(desk.dev, entry["callback_id"], on=on)
        await desk.dev.closes()
    assert await desk.dev.has_no_modal()


async def test_the_command_does_what_its_hint_in_slack_says(desk: Desk) -> None:
    (command,) = menus()["slash_commands"]
    said = await desk.elif_.types("help")
    hinted = [each.split()[0] for each in command["usage_hint"].split(" | ")]
    assert len(hinted) > 1
    missing = [verb for verb in hinted if f"{command['command']} {verb}" not in said]
    assert missing == []


async def test_what_waits_for_me_opens_from_anywhere(desk: Desk) -> None:
    for idea in (a_muted_alert(), an_index_rebuild()):
        await (await desk.agent_proposes(idea)).card()
    mine = await chooses_shortcut(desk.dev, "my_queue")
    await mine.entries(2)
    await mine.chooses("rebuild_index")
    assert await mine.entries(1) == ["Rebuild the index orders?"]
    whole = await mine.opens_entry("Rebuild the index")
    assert whole.says("Will run", "rebuild_index", "go to the card")


async def test_several_are_approved_from_there_too(desk: Desk) -> None:
    found = [await desk.agent_proposes(a_muted_alert(f"disk-{at}")) for at in range(2)]
    for each in found:
        await each.card()
    mine = await chooses_shortcut(desk.dev, "my_queue")
    await mine.presses("Approve several: mute_alert (2)")
    view = await desk.dev.modal("Tick those you approve")
    boxes = {block_id: ["true"] for block_id in view.inputs.values()}
    answer = await desk.workspace.does(
        "submit", user=desk.dev.user, view_id=view.content["id"], values=boxes
    )
    assert Acknowledged.read(answer).action == "update"
    assert (await desk.dev.modal("approved")).says("2 approved")
    for each in found:
        await each.agent_hears("approved")


async def test_a_proposal_is_found_by_its_words(desk: Desk) -> None:
    for idea in (a_muted_alert("disk-full"), a_muted_alert("fan-speed")):
        await (await desk.agent_proposes(idea)).card()
    await chooses_shortcut(desk.dev, "find_proposal")
    answer = await desk.dev.submits({"What is it about?": "fan"})
    assert answer.action == "update"
    found = await desk.dev.modal("Looked for “fan”: found 1")
    assert found.says("Mute the alert fan-speed?")
    # None of these concerns Lena, whatever words she knows.
    await chooses_shortcut(desk.lena, "find_proposal")
    await desk.lena.submits({"What is it about?": "fan"})
    assert (await desk.lena.modal("found 0")).says("Nothing that you may see is like that.")


async def test_looking_again_and_again_never_runs_out_of_room(desk: Desk) -> None:
    alert = await desk.agent_proposes(a_muted_alert())
    await alert.card()
    mine = await chooses_shortcut(desk.dev, "my_queue")
    for words in ("mute", "disk", "alert"):
        await mine.presses("Find…")
        await desk.dev.modal("What is it about?")
        await desk.dev.submits({"What is it about?": words})
        await mine.says(f"Looked for “{words}”")
    assert (await mine.opens_entry("Mute the alert")).says("Will run")


async def test_a_card_opens_in_full_from_its_message(desk: Desk) -> None:
    alert = await desk.agent_proposes(a_muted_alert(minutes=30))
    await chooses_shortcut(desk.dev, "open_proposal", on=alert)
    assert (await desk.dev.modal()).says("Mute the alert disk-full?", "mute_alert", "30")


async def test_a_reply_under_a_card_is_about_the_same_proposal(desk: Desk) -> None:
    alert = await desk.agent_proposes(a_muted_alert())
    card = await alert.card()
    place = {"user": desk.dev.user, "channel": CHANNELS["#sre-review"]}
    said = await desk.workspace.does("say", **place, text="Which disk?", thread_ts=card.ts)
    chosen = {**place, "callback_id": "open_proposal", "ts": said["ts"]}
    assert Acknowledged.read(await desk.workspace.does("shortcut", **chosen)).acked
    assert (await desk.dev.modal()).says("Mute the alert disk-full?")


async def test_a_closed_card_opens_in_full_too(desk: Desk) -> None:
    alert = await desk.agent_proposes(a_muted_alert())
    await desk.dev.clicks("Approve", alert)
    await alert.agent_hears("approved")
    await alert.says("Approved")
    await chooses_shortcut(desk.dev, "open_proposal", on=alert)
    assert (await desk.dev.modal()).says("Approved", "mute_alert")


async def test_a_direct_message_that_points_to_a_card_opens_it_too(desk: Desk) -> None:
    await desk.knows_everybody()
    alert = await desk.agent_proposes(a_muted_alert())
    await alert.card()

    def pointer(state: Json) -> str | None:
        told = state["messages"].get("D0DEV", [])
        return next((each["ts"] for each in told if "It is your turn" in each["text"]), None)

    ts = await desk.workspace.until(pointer, "a direct message to Dev")
    chosen = {"user": desk.dev.user, "channel": "D0DEV", "callback_id": "open_proposal", "ts": ts}
    assert Acknowledged.read(await desk.workspace.does("shortcut", **chosen)).acked
    assert (await desk.dev.modal()).says("Mute the alert disk-full?", "go to the card")


async def test_any_other_message_says_that_it_shows_none(desk: Desk) -> None:
    place = {"user": desk.dev.user, "channel": CHANNELS["#sre-review"]}
    said = await desk.workspace.does("say", **place, text="Lunch?")
    chosen = {**place, "callback_id": "open_proposal", "ts": said["ts"]}
    assert Acknowledged.read(await desk.workspace.does("shortcut", **chosen)).acked
    assert (await desk.dev.modal()).says("This message shows no proposal.")


async def test_whoever_is_in_the_channel_reads_what_stands_there(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await refund.card()
    await desk.workspace.does(
        "channel", id="C0SUPPORT", changes={"members": ["U0FINN", "U0BEN", "U0LENA", "U0KEYTURN"]}
    )
    await chooses_shortcut(desk.lena, "open_proposal", on=refund)
    assert (await desk.lena.modal()).says("process_refund", "480.00")
    # Elsewhere it is none of hers.
    mine = await chooses_shortcut(desk.lena, "my_queue")
    await mine.says("Nothing waits for you.")
