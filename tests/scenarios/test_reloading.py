"""An administrator's edit of a real file: in force at once, or after a colleague agreed."""

import asyncio
import os
import re
import signal
import time
from pathlib import Path

import pytest

from bot.governing.asking import CHANGE_MANIFEST
from store.effects import Happening
from store.ports import Listing, Reading
from tests.scenarios.desk import Desk, Setting
from tests.scenarios.matter import Matter
from tests.scenarios.programs import BotProcess
from tests.scenarios.proposals import a_refund
from tests.scenarios.seeing import CHANNELS, PATIENCE, Json, Shown

ADMINS = "#keyturn-admins"


def edit(desk: Desk, old: str, new: str, file: str = "actions/support.yaml") -> None:
    """Change one spot of a manifest file, as an editor would."""
    path = desk.premises.folder / "manifests" / file
    text = path.read_text("utf-8")
    assert text.count(old) >= 1, old
    path.write_text(text.replace(old, new, 1), "utf-8")


def makes_refunds_stricter(desk: Desk) -> None:
    edit(desk, "auto_approve_below: {amount: 50, currency: USD}",
         "auto_approve_below: {amount: 10, currency: USD}")  # fmt: skip


def makes_refunds_weaker(desk: Desk) -> None:
    edit(desk, "auto_approve_below: {amount: 50, currency: USD}",
         "auto_approve_below: {amount: 90, currency: USD}")  # fmt: skip


async def refunds_pass(desk: Desk) -> None:
    """Propose refunds until one passes: words may reach Slack before the rules are read anew."""

    async def passes() -> bool:
        matter = await desk.agent_proposes(a_refund("71.00"))
        return (await matter.known()).status == "auto_approved"

    await desk.workspace.until_so(passes, "a refund of $71 passes by itself")


async def notice_says(desk: Desk, *words: str, channel: str = ADMINS) -> Shown:
    """Wait for a message in a channel that says all of this."""

    def found(state: Json) -> Shown | None:
        shown = [Shown(each) for each in state["messages"].get(CHANNELS[channel], [])]
        return next((each for each in shown if each.says(*words)), None)

    return await desk.workspace.until(found, f"{words} in {channel}")


async def question(desk: Desk) -> Matter:
    """Wait for the card on which administrators are asked for a manifest."""

    def newest(look: Reading) -> str | None:
        asked = look.checkpoints.page(Listing(action=CHANGE_MANIFEST, limit=1))
        return asked[0].id if asked else None

    deadline = time.monotonic() + PATIENCE
    while (found := await desk.store.read(newest)) is None:
        assert time.monotonic() < deadline, "nobody was asked"
        await asyncio.sleep(0.05)
    return Matter(found, ADMINS, desk)


async def test_a_stricter_edit_is_in_force_and_told_without_anybodys_click(desk: Desk) -> None:
    makes_refunds_stricter(desk)

    await notice_says(desk, "Another manifest is in force", "STRICTER", "process_refund")
    matter = await desk.agent_proposes(a_refund("20.00"))
    await matter.stands("pending_review")


async def test_a_weaker_edit_is_in_force_once_a_second_administrator_agreed(desk: Desk) -> None:
    makes_refunds_weaker(desk)
    assert "stricter" not in await desk.elif_.types("reload")
    matter = await question(desk)
    card = await matter.says("Put a weaker manifest in force?", "WEAKER", "process_refund")
    assert card.says("On behalf of: Elif Kaya")
    before = await desk.agent_proposes(a_refund("70.00"))
    await before.stands("pending_review")

    await desk.elif_.clicks("Review & approve", matter)
    await desk.elif_.hears("This was proposed on your behalf, so somebody else must decide it as")
    await desk.cora.approves(matter)

    await notice_says(desk, "Administrators agreed: another manifest is in force.", "WEAKER")
    await refunds_pass(desk)
    # What came in under the old rules is still decided under them.
    await before.stands("pending_review")


async def test_what_is_stricter_beside_something_weaker_waits_too_and_that_is_said(
    desk: Desk,
) -> None:
    more_seats = ("seats: [support_reviewer]", "seats: [support_reviewer, cfo]")
    makes_refunds_weaker(desk)
    edit(desk, *more_seats)
    waits = "The stricter changes wait, too. Save them by themselves and they are in force at once."

    assert waits in await desk.elif_.types("reload")

    await (await question(desk)).says("Put a weaker manifest in force?", "STRICTER", waits)
    matter = await desk.agent_proposes(a_refund("480.00"))
    await matter.says("Waiting for Support reviewer")
    edit(desk, "auto_approve_below: {amount: 90", "auto_approve_below: {amount: 50")
    assert "Another manifest is in force" in await desk.elif_.types("reload")
    await matter.says("0 of 2: waiting for Support reviewer and CFO")


async def test_a_notice_the_administrators_channel_cannot_take_goes_to_the_operators(
    desk: Desk,
) -> None:
    await desk.workspace.fault("is_archived", "chat.postMessage", channel=CHANNELS[ADMINS])
    makes_refunds_stricter(desk)
    await notice_says(desk, "Another manifest is in force", channel="#ops-alerts")


async def test_a_notice_that_may_have_arrived_is_not_said_twice(desk: Desk) -> None:
    """F5: Slack took it, and its answer was lost."""
    await desk.workspace.fault("lost_reply", "chat.postMessage")
    makes_refunds_stricter(desk)
    await notice_says(desk, "Another manifest is in force")

    async def everything_said() -> bool:
        waiting, _ = await desk.store.read(lambda look: look.outbox.waiting(look.now()))
        return waiting == 0

    await desk.workspace.until_so(everything_said, "the outbox is empty")
    said = [Shown(each).words for each in (await desk.workspace.state())["messages"]["C0ADMINS"]]
    assert sum("Another manifest is in force" in each for each in said) == 1


async def test_a_broken_edit_is_told_with_its_place_and_changes_nothing(desk: Desk) -> None:
    edit(desk, "severity: high", "severity: hihg")

    told = await notice_says(desk, "cannot be used (1 mistake)", "actions/support.yaml:")

    assert re.search(r"actions/support\.yaml:\d+:\d+ ", told.words)
    matter = await desk.agent_proposes(a_refund("20.00"))
    await matter.stands("auto_approved")


async def test_a_broken_reload_during_a_burst_of_proposals_loses_none(desk: Desk) -> None:
    """F12: every one of them is decided by the last good manifest."""
    burst = [asyncio.create_task(desk.agent_proposes(a_refund("1.00"))) for _ in range(40)]
    edit(desk, "severity: high", "severity: hihg")
    await desk.elif_.types("reload")
    await notice_says(desk, "cannot be used (1 mistake)")
    matters = await asyncio.gather(*burst)
    for matter in matters:
        await matter.stands("auto_approved")
    lines = [await matter.audit(Happening.PROPOSED) for matter in matters]
    digests = {each.event.detail["manifest"] for told in lines for each in told}
    assert len(digests) == 1


async def test_open_proposals_are_held_to_what_became_stricter(desk: Desk) -> None:
    matter = await desk.agent_proposes(a_refund("480.00"))
    await matter.card()
    seats = "    seats: [{}]\n    conditions:\n      auto_approve_below: {{amount: 50"
    edit(desk, seats.format("support_reviewer"), seats.format("support_reviewer, cfo"))

    await matter.thread_says("The rules became stricter while this was open.", "CFO")
    await matter.says("0 of 2: waiting for Support reviewer and CFO")
    await desk.ben.approves(matter)
    await matter.says("1 of 2: waiting for CFO")
    await desk.cora.approves(matter.seen_in("#executive-approvals"))
    await matter.stands("approved")


async def test_only_administrators_reload(desk: Desk) -> None:
    said = await desk.ben.types("reload", "#support-review")
    assert said == (
        "Only people with the role Administrator may do that, and you are not listed for it."
    )
    assert "what is in force already" in await desk.elif_.types("reload")


async def starts_again(desk: Desk) -> None:
    """Cut the power, start the program again, and wait until Slack reaches it."""
    assert isinstance(desk.bot, BotProcess)
    await desk.bot.kill()
    await desk.bot.start()

    async def connected() -> bool:
        answer = await desk.workspace.client.get("/_sandbox/sockets")
        return bool(answer.json()["connections"])

    await desk.workspace.until_so(connected, "connected again")


class TestInAProcessOfItsOwn:
    """What a running program does when it is told from outside, or started again."""

    @pytest.fixture
    def setting(self, tmp_path: Path) -> Setting:
        return Setting(
            database=f"sqlite:///{tmp_path}/keyturn.db",
            folder=tmp_path,
            apart=True,
            reload_seconds=3_600.0,
        )

    async def test_a_hangup_makes_it_look_at_the_files(self, desk: Desk) -> None:
        assert isinstance(desk.bot, BotProcess)
        makes_refunds_stricter(desk)
        os.kill(desk.bot.pid, signal.SIGHUP)
        await notice_says(desk, "Another manifest is in force", "STRICTER")
        matter = await desk.agent_proposes(a_refund("20.00"))
        await matter.stands("pending_review")

    async def test_a_restart_goes_on_by_what_was_in_force(self, desk: Desk) -> None:
        makes_refunds_weaker(desk)
        await starts_again(desk)
        matter = await question(desk)
        await (await desk.agent_proposes(a_refund("70.00"))).stands("pending_review")
        await desk.elif_.approves(matter)
        await starts_again(desk)
        await desk.cora.approves(matter)
        await notice_says(desk, "Administrators agreed: another manifest is in force.")
        await refunds_pass(desk)
