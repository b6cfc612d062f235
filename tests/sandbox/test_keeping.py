"""What was said is still there after kill -9; a busy port is one sentence."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sandbox import Options, Sandbox
from sandbox.__main__ import main
from tests.sandbox.driver import Driver, a_card, web_client

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Run the sandbox as a program of its own, and give its process and address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        "--port",
        "0",
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
    try:
        yield process, line.split()[-1]
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.mark.chaos
async def test_an_answered_call_survives_kill_9(tmp_path: Path) -> None:
    state = tmp_path / "workspace.sqlite"
    async with running("--state", str(state)) as (process, url), Driver(url) as driver:
        said = {"token": "xoxb-sandbox", "channel": "C0OPS", "text": "kept"}
        answer = await driver.http.post("/api/chat.postMessage", json=said)
        assert answer.json()["ok"] is True
        process.send_signal(signal.SIGKILL)
        await process.wait()
    async with running("--state", str(state)) as (_, url), Driver(url) as driver:
        kept = (await driver.state())["messages"]["C0OPS"]
    assert [one["text"] for one in kept] == ["kept"]


async def test_everything_that_lasts_is_there_after_a_restart(tmp_path: Path) -> None:
    options = Options(state=tmp_path / "workspace.sqlite")
    async with Sandbox(options) as sandbox, Driver(sandbox.url) as driver:
        slack = web_client(sandbox)
        said = await slack.chat_postMessage(channel="C0OPS", text="x", blocks=a_card())
        away = await slack.chat_postMessage(channel="C0OPS", text="gone")
        await slack.chat_delete(channel="C0OPS", ts=away["ts"])
        await slack.chat_postMessage(channel="C0OPS", text="reply", thread_ts=said["ts"])
        await slack.chat_update(channel="C0OPS", ts=said["ts"], text="closed")
        await slack.chat_postMessage(channel="U0ANA", text="direct")
        home = {"type": "home", "blocks": [{"type": "divider"}]}
        await slack.views_publish(user_id="U0ANA", view=home)
        await driver.asks("person", id="U0BEN", changes={"deleted": True})
        await driver.asks("channel", id="C0SRE", changes={"is_archived": True})
        await driver.asks("group", id="S0SRE", members=["U0ANA"])
        await driver.asks("read", user="U0ANA", channel="C0OPS")
        before = await driver.state()
    async with Sandbox(options) as sandbox, Driver(sandbox.url) as driver:
        after = await driver.state()
        seen = await driver.look("state", user="U0ANA")
        later = await web_client(sandbox).chat_postMessage(channel="C0OPS", text="next")
    for kept in ("messages", "threads", "homes", "people", "channels", "groups"):
        assert after[kept] == before[kept]
    assert {one["id"]: one["unread"] for one in seen["channels"]}["C0OPS"] == 0
    assert later["ts"] > said["ts"]


async def test_a_busy_port_is_one_clear_sentence(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    port = sandbox.url.rpartition(":")[2]
    assert await asyncio.to_thread(main, ["--port", port]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in said[0]


async def test_a_stopped_sandbox_frees_its_port_and_answers_who_waits(sandbox: Sandbox) -> None:
    async with Sandbox() as other, Driver(other.url) as driver:
        parked = asyncio.create_task(driver.look("events", after=10_000, timeout=30))
        await driver.state()
        await other.stop()
        assert (await parked)["events"] == []
    async with Sandbox(Options(port=int(other.url.rpartition(":")[2]))) as again:
        assert again.url == other.url
