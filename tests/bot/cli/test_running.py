"""Programs that run until they are stopped: started as a person would, stopped by a signal."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bot.agents.keys import create_key
from manifests.loading import SHIPPED
from manifests.loading_keys import AgentEntry
from manifests.vocabulary import AgentName
from sandbox import Options, Sandbox
from tests.bot.cli.conftest import Keyturn
from tests.bot.gateway import refund

ROOT = Path(__file__).resolve().parents[3]
WITHIN = 30.0


@asynccontextmanager
async def started(
    folder: Path, *words: str, **settings: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start a command in a folder, and leave none behind."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        cwd=folder,
        env=_environment(settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    paths = f"{ROOT}{os.pathsep}{ROOT / 'client'}"
    return {**os.environ, "PYTHONPATH": paths, "PYTHONUNBUFFERED": "1", **settings}


async def said(process: asyncio.subprocess.Process, words: str) -> str:
    """Read what a program says until it has said this."""
    assert process.stdout is not None
    heard = ""
    async with asyncio.timeout(WITHIN):
        while words not in heard:
            line = await process.stdout.readline()
            assert line, f"it ended without saying {words!r}: {heard}"
            heard += line.decode()
    return heard


async def stopped(process: asyncio.subprocess.Process, number: signal.Signals) -> int:
    process.send_signal(number)
    async with asyncio.timeout(WITHIN):
        return await process.wait()


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    async with Sandbox(Options()) as running:
        yield running


def settings(box: Sandbox, port: int) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_APP_TOKEN": "xapp-sandbox",
        "SLACK_API_URL": box.api_url,
        "KEYTURN_MANIFESTS": str(SHIPPED),
        "KEYTURN_HTTP_PORT": str(port),
    }


async def test_a_stopping_bot_answers_what_waits_and_leaves_in_order(
    box: Sandbox, tmp_path: Path, free_port: int
) -> None:
    key = create_key(tmp_path / "agents.yaml", AgentName("support"), AgentEntry(actions="*"))
    async with (
        started(tmp_path, "run", **settings(box, free_port)) as bot,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{free_port}", headers={"Authorization": f"Bearer {key}"}
        ) as agent,
    ):
        await said(bot, "running")
        made = (await agent.post("/v1/proposals", json=refund())).json()
        asking = {"wait": 60, "after_version": made["version"]}
        poll = asyncio.create_task(
            agent.get(f"/v1/proposals/{made['id']}", params=asking, timeout=70)
        )
        done, _ = await asyncio.wait({poll}, timeout=0.5)
        assert not done
        assert await stopped(bot, signal.SIGTERM) == 0
        assert (await poll).json() == made


async def test_what_was_taken_in_is_there_after_a_kill(
    box: Sandbox, tmp_path: Path, free_port: int
) -> None:
    key = create_key(tmp_path / "agents.yaml", AgentName("support"), AgentEntry(actions="*"))
    headers = {"Authorization": f"Bearer {key}"}
    url = f"http://127.0.0.1:{free_port}"
    async with httpx.AsyncClient(base_url=url, headers=headers) as agent:
        async with started(tmp_path, "run", **settings(box, free_port)) as bot:
            await said(bot, "running")
            made = (await agent.post("/v1/proposals", json=refund())).json()
            await stopped(bot, signal.SIGKILL)
        async with started(tmp_path, "run", **settings(box, free_port)) as bot:
            await said(bot, "running")
            again = await agent.post("/v1/proposals", json=refund())
            assert (again.status_code, again.json()["id"]) == (200, made["id"])
            assert await stopped(bot, signal.SIGINT) == 0


async def test_a_busy_port_is_one_sentence(box: Sandbox, tmp_path: Path) -> None:
    create_key(tmp_path / "agents.yaml", AgentName("support"), AgentEntry(actions="*"))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        async with started(tmp_path, "run", **settings(box, port)) as bot:
            out, _ = await asyncio.wait_for(bot.communicate(), WITHIN)
    assert bot.returncode == 2
    assert out.decode().count("\n") == 1
    assert "KEYTURN_HTTP_PORT" in out.decode()


async def test_a_refused_token_is_one_sentence(
    box: Sandbox, tmp_path: Path, free_port: int
) -> None:
    create_key(tmp_path / "agents.yaml", AgentName("support"), AgentEntry(actions="*"))
    wrong = {**settings(box, free_port), "SLACK_BOT_TOKEN": "xoxb-wrong"}
    async with started(tmp_path, "run", **wrong) as bot:
        out, _ = await asyncio.wait_for(bot.communicate(), WITHIN)
    assert bot.returncode == 2
    assert "SLACK_BOT_TOKEN" in out.decode()
    assert "Traceback" not in out.decode()
    assert "xoxb-wrong" not in out.decode()


async def test_a_key_file_that_is_not_there_is_one_sentence(
    box: Sandbox, tmp_path: Path, free_port: int
) -> None:
    async with started(tmp_path, "run", **settings(box, free_port)) as bot:
        out, _ = await asyncio.wait_for(bot.communicate(), WITHIN)
    assert (bot.returncode, out.decode().count("\n")) == (2, 1), out.decode()
    assert "keyturn keys create" in out.decode()


def test_without_tokens_nothing_starts(keyturn: Keyturn) -> None:
    told = keyturn("run")
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert told.err.startswith("SLACK_BOT_TOKEN is not set: put there ")


async def test_the_sandbox_runs_until_it_is_stopped(tmp_path: Path, free_port: int) -> None:
    async with started(tmp_path, "sandbox", "--port", str(free_port)) as running:
        await said(running, f"http://127.0.0.1:{free_port}")
        async with httpx.AsyncClient() as browser:
            assert (await browser.get(f"http://127.0.0.1:{free_port}/")).status_code == 200
        async with started(tmp_path, "sandbox", "--port", str(free_port)) as second:
            out, _ = await asyncio.wait_for(second.communicate(), WITHIN)
        assert (second.returncode, out.decode().count("\n")) == (2, 1)
        assert await stopped(running, signal.SIGTERM) == 0


async def test_a_port_that_is_taken_is_named_by_the_option_that_moves_it(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        ports = ("--port", "0", "--api-port", "0", "--live-port", port)
        async with started(tmp_path, "demo", *ports) as demo:
            out, _ = await asyncio.wait_for(demo.communicate(), WITHIN)
    assert (demo.returncode, out.decode().count("\n")) == (2, 1)
    assert f"Port {port} is taken" in out.decode()
    assert 'DEMO_ARGS="--live-port ' in out.decode()


async def test_the_demo_stops_in_order_and_starts_again(tmp_path: Path) -> None:
    words = ("demo", "--port", "0", "--api-port", "0", "--live-port", "0")
    async with started(tmp_path, *words) as demo:
        # It pauses only when everything before was taken in.
        await said(demo, "An ordinary day  follows")
        assert await stopped(demo, signal.SIGINT) == 0
    async with started(tmp_path, *words) as demo:
        await said(demo, "a $480 refund  was proposed earlier")
        async with started(tmp_path, *words) as second:
            out, _ = await asyncio.wait_for(second.communicate(), WITHIN)
        assert second.returncode == 2
        assert out.decode().startswith("A demo is running in .keyturn-demo already; stop that one")
        await stopped(demo, signal.SIGKILL)
    async with started(tmp_path, *words) as demo:
        await said(demo, "a $480 refund  was proposed earlier")
        assert await stopped(demo, signal.SIGTERM) == 0
