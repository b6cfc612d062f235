"""The link to Slack breaks, goes deaf, says things twice, or is not there at the start."""

from pathlib import Path

import pytest

from bot.program.pacing import SLACKS_PACE
from store.effects import Happening
from tests.scenarios.desk import Desk, Setting, desk_of
from tests.scenarios.matter import Matter
from tests.scenarios.proposals import a_cache_flush, a_refund
from tests.scenarios.seeing import Workspace


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    """Let Slack lose patience with a click after half a second."""
    database = f"sqlite:///{tmp_path}/keyturn.db"
    return Setting(database=database, folder=tmp_path, ack_seconds=0.5)


@pytest.mark.parametrize("how", ["cut", "disconnect"])
async def test_a_connection_that_ends_is_replaced(desk: Desk, how: str) -> None:
    flush = await desk.agent_proposes(a_cache_flush())
    await flush.card()
    before = await _connections(desk.workspace)
    await desk.workspace.does("sockets", action=how)
    await desk.workspace.until_so(
        lambda: _replaced(desk.workspace, before), "the bot connects anew"
    )
    # A click that still went to the old connection is told to the person, who clicks again.
    await desk.workspace.until_so(lambda: _acknowledged(desk, flush), "a click gets through")
    await flush.agent_hears("approved")
    await flush.says("Approved by")
    assert len(await flush.audit(Happening.SIGNED_OFF)) == 1


async def test_a_deaf_connection_loses_no_decision_in_silence(desk: Desk) -> None:
    flush = await desk.agent_proposes(a_cache_flush())
    await flush.card()
    await desk.workspace.does("sockets", action="deafen")
    lost = await desk.dev.clicks("Flush", flush)
    # Slack tells the person that nothing came of it.
    assert not lost.acked
    assert "did not respond" in str(lost.problem)
    assert (await flush.decision()).status == "pending_review"
    await desk.workspace.does("sockets", action="hear")
    assert (await desk.dev.clicks("Flush", flush)).acked
    await flush.agent_hears("approved")
    assert len(await flush.audit(Happening.SIGNED_OFF)) == 1


async def test_everything_that_comes_twice_counts_once(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await refund.card()
    await desk.workspace.fault("duplicate", "deliver", times=1000)
    await desk.finn.clicks("Review & approve", refund)
    # The trigger was used by the first; the person has the one modal in front of them.
    assert (await desk.finn.submits()).acked
    await refund.agent_hears("approved")
    await refund.says("Approved by")
    assert len(await refund.audit(Happening.SIGNED_OFF)) == 1


async def test_at_slacks_own_pace_every_card_comes_in_its_turn(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/keyturn.db"
    slow = Setting(database=database, folder=tmp_path, pace=SLACKS_PACE)
    async with desk_of(slow) as desk:
        desk.sandbox.box.rate_limits = True
        flushes = [await desk.agent_proposes(a_cache_flush()) for _ in range(5)]
        for flush in flushes:
            await flush.card()
        answers = [each["answer"] for each in await desk.workspace.calls("chat.postMessage")]
        assert all(answer["ok"] for answer in answers), answers


async def test_slack_is_away_at_the_start(tmp_path: Path) -> None:
    setting = Setting(f"sqlite:///{tmp_path}/keyturn.db", tmp_path)
    async with desk_of(setting, slack_away=3) as desk:
        flush = await desk.agent_proposes(a_cache_flush())
        assert (await flush.decision()).status == "pending_review"
        await flush.card()
        await desk.workspace.until_so(lambda: _acknowledged(desk, flush), "the bot connects")
        await flush.agent_hears("approved")


async def test_a_click_before_the_workspace_is_known_is_not_acknowledged(
    tmp_path: Path,
) -> None:
    setting = Setting(f"sqlite:///{tmp_path}/keyturn.db", tmp_path, mode="http")
    async with desk_of(setting) as desk:
        flush = await desk.agent_proposes(a_cache_flush())
        await flush.card()
        await desk.workspace.fault("http_500", "auth.test", times=2)
        await desk.bot.stop()
        await desk.bot.start()
        early = await desk.dev.clicks("Flush", flush)
        assert not early.acked
        assert (await flush.decision()).status == "pending_review"
        await desk.workspace.until_so(
            lambda: _acknowledged(desk, flush), "the bot finds out where it is"
        )
        await flush.agent_hears("approved")


async def _connections(workspace: Workspace) -> set[str]:
    answer = (await workspace.client.get("/_sandbox/sockets")).json()
    return {each["name"] for each in answer["connections"]}


async def _replaced(workspace: Workspace, before: set[str]) -> bool:
    return bool(await _connections(workspace) - before)


async def _acknowledged(desk: Desk, flush: Matter) -> bool:
    return (await desk.dev.clicks("Flush", flush)).acked
