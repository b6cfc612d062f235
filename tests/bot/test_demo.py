"""The demo, clicked through as its viewer would: stopped and started again in the middle."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console

from bot.demo.agent import Pace
from bot.demo.stage import Stage, play
from bot.demo.story import STORY
from bot.draining import Drain
from store.ports import Listing
from store.sql import open_store

QUICK = Pace(between_proposals=0, before_executing=1.5, executing=0, looking_around=0.2)
WITHIN = 60.0


class Viewer:
    """Somebody in front of the sandbox and the console."""

    def __init__(self, slack: httpx.AsyncClient, said: io.StringIO) -> None:
        self._slack = slack
        self._said = said
        self._cursor = 0

    async def until(self, *words: str) -> None:
        """Wait until the console has said all of this."""
        try:
            async with asyncio.timeout(WITHIN):
                while not all(each in self._said.getvalue() for each in words):
                    await self._news(0.1)
        except TimeoutError:
            pytest.fail(f"{words} was never said, but this:\n{self._said.getvalue()}")

    async def card(self, channel: str, text: str, action: str) -> dict[str, Any]:
        """Wait for a card with some text that offers a button."""
        async with asyncio.timeout(WITHIN):
            while True:
                state = (await self._slack.get("/_sandbox/state")).json()
                for message in state["messages"].get(channel, ()):
                    written = json.dumps(message, ensure_ascii=False)
                    if text in written and f'"action_id": "{action}"' in written:
                        found: dict[str, Any] = message
                        return found
                await self._news(0.5)

    async def click(self, user: str, channel: str, text: str, action: str) -> None:
        """Click a button on a card."""
        card = await self.card(channel, text, action)
        body = {"user": user, "channel": channel, "ts": card["ts"], "action_id": action}
        told = (await self._slack.post("/_sandbox/click", json={**body, "confirmed": True})).json()
        assert (told["ok"], told["acked"]) == (True, True), told

    async def submit(self, user: str, values: dict[str, Any]) -> None:
        """Submit the modal that a person sees on top."""
        async with asyncio.timeout(WITHIN):
            while not (views := await self._views(user)):
                await self._news(0.2)
        body = {"user": user, "view_id": views[-1]["id"], "values": values}
        told = (await self._slack.post("/_sandbox/submit", json=body)).json()
        assert (told["ok"], told["acked"]) == (True, True), told

    async def fields(self, user: str) -> list[str]:
        """List the inputs of the modal on top."""
        async with asyncio.timeout(WITHIN):
            while not (views := await self._views(user)):
                await self._news(0.2)
        return [each["block_id"] for each in views[-1]["blocks"] if each["type"] == "input"]

    async def _views(self, user: str) -> list[dict[str, Any]]:
        views: list[dict[str, Any]] = (
            (await self._slack.get("/_sandbox/state")).json()["views"].get(user, [])
        )
        return views

    async def _news(self, seconds: float) -> None:
        asked = {"after": self._cursor, "timeout": seconds}
        told = await self._slack.get("/_sandbox/events", params=asked)
        self._cursor = told.json()["cursor"]


@asynccontextmanager
async def playing(folder: Path, *, fresh: bool = False) -> AsyncIterator[Viewer]:
    """Run the demo for as long as the block lasts."""
    said, drain = io.StringIO(), Drain()
    stage = Stage(
        folder=folder,
        sandbox_port=0,
        api_port=0,
        fresh=fresh,
        pace=QUICK,
        console=Console(file=said, width=300),
    )
    running = asyncio.create_task(play(stage, drain))
    try:
        async with asyncio.timeout(WITHIN):
            while "Open http" not in said.getvalue():
                assert not running.done(), running.result()
                await asyncio.sleep(0.05)
        url = said.getvalue().split("Open ")[1].split(": ")[0]
        async with httpx.AsyncClient(base_url=url, timeout=30) as slack:
            yield Viewer(slack, said)
    finally:
        drain.start()
        await running


async def proposals(folder: Path) -> dict[str | None, str]:
    store = await open_store(f"sqlite:///{folder / 'keyturn.db'}", workspace="demo")
    try:
        page = await store.read(lambda tx: tx.checkpoints.page(Listing(limit=200)))
    finally:
        await store.close()
    assert len({each.id for each in page}) == len(page)
    return {each.proposal.idempotency_key: each.state.status.value for each in page}


async def test_the_story_can_be_clicked_through_and_survives_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    async with playing(folder) as viewer:
        await viewer.until(
            "$48.00 sent back",
            "an action nobody knows  blocked",
            "a cache to flush, with seconds to decide  proposed",
        )
        await viewer.click("U0FINN", "C0SUPPORT", "Maria Keller", "review")
        await viewer.submit("U0FINN", {})
        await viewer.until("a $480 refund  approved by Finn Maguire", "$480.00 sent back")
    before = await proposals(folder)
    assert before.keys() == {scene.key for scene in STORY}

    async with playing(folder) as viewer:
        await viewer.until(
            "a $480 refund  was proposed earlier and is approved",
            "a cache to flush, with seconds to decide  was proposed earlier",
        )
        await viewer.click("U0BEN", "C0SUPPORT", "T-5533", "answer")
        await viewer.submit("U0BEN", {(await viewer.fields("U0BEN"))[-1]: "Both."})
        await viewer.until("a question  answered by Ben Okafor: Both.")
        await viewer.click("U0FINN", "C0SUPPORT", "Refund $480.00", "request_rollback")
        await viewer.submit("U0FINN", {(await viewer.fields("U0FINN"))[0]: "Wrong customer."})
        await viewer.until("The refund was stopped at the bank before it was booked.")
    after = await proposals(folder)
    assert after.keys() == before.keys()


async def test_starting_afresh_forgets_what_was_proposed(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    async with playing(folder) as viewer:
        await viewer.until("a $48 refund  proposed")
    (folder / "mine.txt").write_text("not the demo's")
    async with playing(folder, fresh=True) as viewer:
        await viewer.until("a $48 refund  proposed")
    assert (folder / "mine.txt").exists()
    assert oct((folder / "agent.key").stat().st_mode)[-3:] == "600"
