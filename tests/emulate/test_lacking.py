"""What a Slack lacks is said once in the log, and the day goes on without it.

The stand-in itself knows no user groups, no Socket Mode and no addresses for answers to clicks;
whatever else is missing here was taken out of it before the story.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from store.effects import Happening
from tests.emulate.conftest import Foreign, ForeignDesk
from tests.scenarios.lists import Lists
from tests.scenarios.proposals import (
    a_cache_flush,
    a_key_rotation,
    a_refund,
    an_index_rebuild,
)
from tests.scenarios.seeing import Json, cards_about
from tests.scenarios.telling import direct_message, links

pytestmark = pytest.mark.asyncio(loop_scope="module")

Said = pytest.CaptureFixture[str]
ALWAYS = 1_000
NO = {"Category": "Wrong facts", "Reason": "The crate was fine."}


@pytest_asyncio.fixture(loop_scope="module")
async def own_desk(foreign: Foreign, tmp_path: Path) -> AsyncIterator[ForeignDesk]:
    """Set up a desk whose bot has said nothing yet; a role of it is held by a user group."""
    async with foreign.desk(tmp_path) as desk:
        yield desk


def said_once(log: Said, *words: str) -> str:
    """Find the one line of the log that says all of this."""
    found = [each for each in log.readouterr().out.splitlines() if all(w in each for w in words)]
    assert len(found) == 1, found
    return found[0]


async def test_without_user_groups_whom_the_manifest_lists_goes_on(
    own_desk: ForeignDesk, capsys: Said
) -> None:
    desk = own_desk
    rebuild = await desk.agent_proposes(an_index_rebuild())
    await rebuild.card()
    for _ in range(2):
        home = await Lists(desk.dev).opens()
        await home.says("One proposal waits for you")
        assert rebuild.id in await desk.dev.types("list", "#sre-review")
        # Mira is an engineer by the group alone, and holds other roles by the lists.
        assert "could not confirm" not in await desk.mira.types("list", "#sre-review")
    await desk.dev.clicks("Approve", rebuild)
    await rebuild.agent_hears("approved")
    assert not desk.workspace.recorder.of("usergroups.users.list")
    line = said_once(capsys, "no_user_groups")
    assert "S0ENG" in line
    assert "unknown_method" in line


@pytest.mark.parametrize("code", ["unknown_method", "plan_upgrade_required"])
async def test_a_role_that_only_a_group_holds_is_held_by_nobody(
    foreign: Foreign, tmp_path: Path, capsys: Said, code: str
) -> None:
    async with foreign.desk(tmp_path, furnish=_only_a_group) as desk:
        await desk.workspace.fault(code, "usergroups.users.list", times=ALWAYS)
        flush = await desk.agent_proposes(a_cache_flush())
        await desk.dev.clicks("Flush", flush)
        await desk.dev.clicks("Flush", flush)
        await desk.dev.hears("you are not listed for that role")
        assert set(await flush.refusals()) == {"wrong_role"}
        assert (await flush.decision()).status in {"pending_review", "escalated"}
        line = said_once(capsys, "no_user_groups", "S0SRE")
        assert code in line


def _only_a_group(manifests: Path) -> None:
    listed = "    channel: C0SRE\n    members: [U0DEV]\n"
    file = manifests / "roles.yaml"
    text = file.read_text("utf-8")
    assert text.count(listed) == 1
    file.write_text(text.replace(listed, "    channel: C0SRE\n    user_group: S0SRE\n"), "utf-8")


async def test_without_socket_mode_proposals_come_in_and_cards_appear(
    foreign: Foreign, tmp_path: Path, capsys: Said
) -> None:
    async with foreign.desk(tmp_path, mode="socket") as desk:
        flush = await desk.agent_proposes(a_cache_flush())
        await flush.card()
        await desk.workspace.until_so(lambda: _asked(desk, "apps.connections.open", 2), "two tries")
        ready = await desk.workspace.client.get(f"{desk.address}/readyz")
        assert ready.status_code == 503
        assert "not connected" in ready.text
        await desk.agent.pending(flush.id).withdraw("Nobody can click.")
        await flush.says("Withdrawn")
        said_once(capsys, "slack_door_closed")


async def test_without_an_address_for_answers_every_card_follows(
    own_desk: ForeignDesk, capsys: Said
) -> None:
    for _ in range(2):
        rebuild = await own_desk.agent_proposes(an_index_rebuild())
        await own_desk.dev.clicks("Approve", rebuild)
        await rebuild.no_longer_offers("Approve")
        await rebuild.says("Approved")
    assert await _asked(own_desk, "response_url_that_is_not", 2)
    said_once(capsys, "swift_redraw_lost", "http_404")


async def test_without_homes_and_links_people_are_told_all_the_same(
    own_desk: ForeignDesk, capsys: Said
) -> None:
    desk = own_desk
    for method in ("views.publish", "chat.getPermalink"):
        await desk.workspace.fault("unknown_method", method, times=ALWAYS)
    await desk.knows_everybody()
    for _ in range(2):
        await desk.workspace.does("open_home", user=desk.dev.user)
        rebuild = await desk.agent_proposes(an_index_rebuild())
        told = await direct_message(desk.dev, "It is your turn", "Its card is in")
        assert not links(told)
        assert rebuild.id in await desk.dev.types("list", "#sre-review")
        await desk.dev.clicks("Approve", rebuild)
        await rebuild.agent_hears("approved")
    log = capsys.readouterr().out.splitlines()
    for method in ("views.publish", "chat.getPermalink"):
        assert len([each for each in log if "method_missing" in each and method in each]) == 1


async def test_without_whispers_a_refusal_is_still_a_refusal(
    own_desk: ForeignDesk, capsys: Said
) -> None:
    desk = own_desk
    await desk.workspace.fault("unknown_method", "chat.postEphemeral", times=ALWAYS)
    rebuild = await desk.agent_proposes(an_index_rebuild())
    for _ in range(2):
        await desk.finn.clicks("Approve", rebuild)
    await desk.workspace.until_so(lambda: _asked(desk, "chat.postEphemeral", 2), "two whispers")
    assert await rebuild.refusals() == ["wrong_role", "wrong_role"]
    await desk.dev.clicks("Approve", rebuild)
    await rebuild.agent_hears("approved")
    said_once(capsys, "whisper_lost", "unknown_method")


async def test_without_direct_messages_the_card_and_its_thread_are_there(
    own_desk: ForeignDesk, capsys: Said
) -> None:
    desk = own_desk
    await desk.workspace.fault("unknown_method", "conversations.open", times=ALWAYS)
    for usd in ("480.00", "481.00"):
        refund = await desk.agent_proposes(a_refund(usd, on_behalf_of="lena.voss"))
        await refund.seen_in("#support-review").card()
        await desk.agent.pending(refund.id).withdraw("Found out by myself.")
        await refund.says("Withdrawn")
        await refund.thread_says("Found out by myself.")
    await desk.workspace.until_so(lambda: _asked(desk, "conversations.open", 2), "both were tried")
    await desk.bot.stop()
    said_once(capsys, "direct_message_undeliverable", "unknown_method")


async def test_a_channel_archived_between_escalation_and_post_loses_nothing(
    own_desk: ForeignDesk, capsys: Said
) -> None:
    desk = own_desk
    rotation = await desk.agent_proposes(a_key_rotation())
    await rotation.card()
    await desk.workspace.does("archive", channel="C0FALLBACK")
    try:
        operations = rotation.seen_in("#ops-alerts")
        await operations.says("Escalated")
        await desk.cora.clicks("Approve", operations)
        await rotation.agent_hears("approved")
    finally:
        await desk.workspace.does("archive", channel="C0FALLBACK", back=True)
    (line,) = await rotation.audit(Happening.CARD_UNDELIVERABLE)
    assert "is_archived" in str(line.event.detail["why"])
    said_once(capsys, "card_moved", "is_archived")


async def test_a_card_whose_answer_is_lost_is_found_and_not_posted_twice(
    own_desk: ForeignDesk,
) -> None:
    desk = own_desk
    await desk.workspace.fault("lost_reply", "chat.postMessage", channel="C0SRE")
    rebuild = await desk.agent_proposes(an_index_rebuild())
    await desk.workspace.until_so(lambda: _asked(desk, "conversations.history", 1), "a search")
    await desk.dev.clicks("Approve", rebuild)
    await rebuild.agent_hears("approved")
    await rebuild.says("Approved")
    assert len(cards_about(await desk.workspace.state(), "#sre-review", rebuild.id)) == 1
    assert not desk.workspace.recorder.troubles[0].times


async def test_a_card_that_came_twice_and_stays_twice_is_decided_all_the_same(
    own_desk: ForeignDesk, capsys: Said
) -> None:
    desk = own_desk
    await desk.workspace.fault("lost_reply", "chat.postMessage", channel="C0SRE", times=2)
    await desk.workspace.fault("missing_scope", "conversations.history")
    await desk.workspace.fault("unknown_method", "chat.delete", times=ALWAYS)
    rebuild = await desk.agent_proposes(an_index_rebuild())
    await desk.workspace.until_so(lambda: _asked(desk, "chat.delete", 1), "a double is found")
    await desk.agent.pending(rebuild.id).withdraw("No longer needed.")

    def first_follows(state: Json) -> bool:
        cards = cards_about(state, "#sre-review", rebuild.id)
        return len(cards) == 2 and cards[0].says("Withdrawn")

    await desk.workspace.until(first_follows, "the first of the two is redrawn")
    said_once(capsys, "double_left", "unknown_method")


async def _asked(desk: ForeignDesk, method: str, times: int) -> bool:
    """Say whether the bot has tried a method so often."""
    return len(await desk.workspace.calls(method)) >= times
