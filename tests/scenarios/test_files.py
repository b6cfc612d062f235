"""What is far too long for a card lies in its thread as a file, once for each revision."""

from pathlib import Path

import pytest

from blocks.cards.snippet import IN_THREAD, file_text
from store.effects import Happening
from store.proposal import ProposalId
from tests.scenarios.desk import Desk, Setting, desk_of
from tests.scenarios.matter import Matter
from tests.scenarios.programs import BotProcess
from tests.scenarios.proposals import Idea, a_refund, a_report
from tests.scenarios.seeing import CHANNELS, Json, no_fault_is_left

BODY = "Revenue rose.\n" * 4_600
SOURCES = [f"Ledger of the third quarter, page {number:04}." for number in range(1_000)]
SHARING = "files.completeUploadExternal"
ANNOUNCING = "files.getUploadURLExternal"


def a_long_report() -> Idea:
    """Publish a hundred kilobytes."""
    return a_report(BODY, SOURCES)


def a_long_story() -> Idea:
    """Ask for a refund after steps whose results nobody reads on a card."""
    steps = [{"title": f"Read log {number}", "result": "line " * 4_000} for number in range(5)]
    return a_refund(context={"steps": steps})


async def test_a_hundred_kilobytes_are_read_in_a_file_and_signed_page_by_page(desk: Desk) -> None:
    report = await desk.agent_proposes(a_long_report())
    await report.says(IN_THREAD)
    file = await the_file(report, 1)
    assert file["title"] == "Revision 1 in full, to read: no sign-off"
    opened = await desk.workspace.client.get(f"/files/{file['id']}")
    assert opened.text == await text_of(report)
    assert len(opened.text) > 100_000
    assert opened.text.count("\n| Revenue rose.") == 4_600
    assert '1000. "Ledger of the third quarter, page 0999."' in opened.text
    await desk.lena.approves(report)
    heard = await report.agent_hears("approved")
    assert heard.parameters["body"] == BODY
    assert len(await files_under(report)) == 1
    # What we put there ourselves is nobody's comment.
    assert not await report.audit(Happening.COMMENTED)


async def test_another_revision_gets_a_file_of_its_own(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_long_story())
    first = await the_file(refund, 1)
    await desk.finn.opens("Edit", refund)
    await desk.finn.submits({"Amount": "450.00", "Category": "Wrong amount"})
    await desk.finn.submits()
    second = await the_file(refund, 2)
    assert first["id"] != second["id"]
    assert "| $450.00 USD" in (await desk.workspace.client.get(f"/files/{second['id']}")).text
    await desk.ben.approves(refund)
    await refund.agent_hears("approved_with_edits")
    assert len(await files_under(refund)) == 2


async def test_what_fits_into_a_view_gets_none(desk: Desk) -> None:
    short = await desk.agent_proposes(a_refund())
    await desk.finn.approves(short)
    await short.agent_hears("approved")
    await short.says("Approved by")
    assert not await desk.workspace.calls(ANNOUNCING)


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        ("missing_scope", ANNOUNCING),
        ("http_404", ANNOUNCING),
        ("file_uploads_disabled", ANNOUNCING),
        ("posting_to_channel_denied", SHARING),
    ],
)
async def test_where_slack_takes_no_file_the_review_goes_on_untouched(
    desk: Desk, capsys: pytest.CaptureFixture[str], kind: str, method: str
) -> None:
    await desk.workspace.fault(kind, method, times=1_000)
    report = await desk.agent_proposes(a_long_report())
    await report.thread_says(
        "Slack did not take the whole text of revision 1 as a file.",
        "The view that the card opens shows all of it, page by page.",
    )
    assert len(await report.audit(Happening.FILE_UNDELIVERABLE)) == 1
    await desk.lena.approves(report)
    assert (await report.agent_hears("approved")).parameters["body"] == BODY
    await report.says("Approved by")
    assert not await files_under(report)
    assert capsys.readouterr().out.count("file_undeliverable") == 1


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        ("http_503", "upload"),
        ("http_500", ANNOUNCING),
        ("ratelimited", SHARING),
        ("lost_reply", SHARING),
        ("late_500", SHARING),
    ],
)
async def test_a_file_that_fails_on_its_way_arrives_once(
    desk: Desk, kind: str, method: str
) -> None:
    await desk.workspace.fault(kind, method)
    report = await desk.agent_proposes(a_long_report())
    await the_file(report, 1)
    await desk.workspace.until_so(lambda: nothing_waits(desk), "nothing waits to be told")
    assert len(await files_under(report)) == 1
    assert not await report.audit(Happening.FILE_UNDELIVERABLE)


async def test_what_may_be_there_is_not_sent_again_where_nobody_may_look(desk: Desk) -> None:
    await desk.workspace.fault("missing_scope", "conversations.replies", times=1_000)
    await desk.workspace.fault("lost_reply", SHARING)
    report = await desk.agent_proposes(a_long_report())
    await report.thread_says("missing_scope; it may have arrived all the same")
    assert len(await files_under(report)) == 1


async def test_a_stranger_cannot_keep_a_file_away_by_its_name(desk: Desk) -> None:
    await desk.workspace.fault("http_503", "upload", times=2)
    report = await desk.agent_proposes(a_long_report())
    card = await report.card()
    said = await desk.workspace.does(
        "say", user="U0LENA", channel="C0ENG", text="Mine!", thread_ts=card.ts
    )
    assert said["ok"]
    forged = {"id": "F0LENA", "name": f"{report.id}-revision-1.txt", "user": "U0LENA"}
    [mine] = [
        each
        for each in desk.sandbox.box.messages.thread("C0ENG", card.ts)
        if "Mine" in each["text"]
    ]
    desk.sandbox.box.messages.change("C0ENG", {**mine, "files": [forged]})
    await desk.workspace.until_so(lambda: is_there_twice(report), "ours is there too")


@pytest.mark.chaos
@pytest.mark.parametrize("kind", ["slow", "timeout"])
async def test_killed_between_bringing_a_file_and_showing_it(tmp_path: Path, kind: str) -> None:
    """One was shown and nobody knows, the other was brought and never shown."""
    setting = Setting(f"sqlite:///{tmp_path}/keyturn.db", tmp_path, apart=True)
    async with desk_of(setting) as desk:
        assert isinstance(desk.bot, BotProcess)
        await desk.workspace.fault(kind, SHARING, delay=1.0)
        report = await desk.agent_proposes(a_long_report())
        await report.card()
        await desk.workspace.until_so(
            lambda: no_fault_is_left(desk.workspace), "the file is on its way"
        )
        await desk.bot.kill()
        await desk.bot.start()
        await the_file(report, 1)
        await desk.workspace.until_so(lambda: nothing_waits(desk), "nothing waits to be told")
        assert len(await files_under(report)) == 1


async def the_file(matter: Matter, revision: int) -> Json:
    """Wait for the file of a revision in the thread."""
    card, name = await matter.card(), f"{matter.id}-revision-{revision}.txt"

    def found(state: Json) -> Json | None:
        shown = files_in(state, matter, card.ts)
        return next((each for each in shown if each["name"] == name), None)

    return await matter.desk.workspace.until(found, f"{name} in the thread")


async def files_under(matter: Matter) -> list[Json]:
    card = await matter.card()
    return files_in(await matter.desk.workspace.state(), matter, card.ts)


def files_in(state: Json, matter: Matter, ts: str) -> list[Json]:
    replies = state["threads"].get(CHANNELS[matter.channel], {}).get(ts, [])
    return [file for each in replies for file in each.get("files", [])]


async def is_there_twice(matter: Matter) -> bool:
    return len(await files_under(matter)) == 2


async def text_of(matter: Matter) -> str:
    checkpoint = await matter.desk.store.read(
        lambda look: look.checkpoints.get(ProposalId(matter.id))
    )
    assert checkpoint is not None
    return file_text(checkpoint)


async def nothing_waits(desk: Desk) -> bool:
    waiting, _ = await desk.store.read(lambda look: look.outbox.waiting(look.now()))
    return waiting == 0
