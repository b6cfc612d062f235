import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from manifests.loading import SHIPPED
from sandbox import Options, Sandbox
from tests.bot.cli.conftest import Keyturn, Said


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    async with Sandbox(Options()) as running:
        yield running


@pytest.fixture
def installed(
    keyturn: Keyturn, box: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Keyturn:
    """Install everything as the guide says, into the sandbox's workspace."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-sandbox")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-sandbox")
    monkeypatch.setenv("SLACK_API_URL", box.api_url)
    monkeypatch.setenv("KEYTURN_MANIFESTS", str(SHIPPED))
    keyturn("migrate")
    keyturn("keys", "create", "support", "--all-actions")
    return keyturn


async def look(keyturn: Keyturn) -> Said:
    return await asyncio.to_thread(keyturn, "doctor")


def marks(said: Said) -> dict[str, str]:
    lines = (line.split(": ", 1)[0] for line in said.out.splitlines())
    return {line[9:]: line[:7].strip() for line in lines}


async def test_where_all_is_well_the_doctor_says_so(installed: Keyturn) -> None:
    said = await look(installed)
    assert said.code == 0, said.out + said.err
    found = marks(said)
    assert "WRONG" not in found.values()
    assert {"settings", "manifest", "agents", "database", "Slack", "clock"} <= found.keys()
    assert found["channel C0FINANCE of Finance manager"] == "ok"


async def test_a_channel_without_the_bot_is_named(installed: Keyturn, box: Sandbox) -> None:
    box.box.roster.channel("C0FINANCE").members.remove("U0KEYTURN")
    said = await look(installed)
    assert said.code == 1
    assert marks(said)["channel C0FINANCE of Finance manager"] == "WRONG"
    assert "/invite" in said.out


async def test_an_owner_nobody_knows_is_named(installed: Keyturn) -> None:
    installed("keys", "create", "support", "--owner", "U0FINN")
    assert marks(await look(installed))["agents"] == "ok"
    installed("keys", "create", "support", "--owner", "finn@acme.example")
    said = await look(installed)
    assert marks(said)["agents"] == "WRONG"
    assert "finn@acme.example" in said.out


async def test_a_refused_token_is_named(
    installed: Keyturn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-wrong")
    said = await look(installed)
    assert said.code == 1
    assert marks(said)["Slack"] == "WRONG"
    assert "invalid_auth" in said.out
    assert "xoxb-wrong" not in said.out


async def test_slack_away_hides_no_other_trouble(
    installed: Keyturn, monkeypatch: pytest.MonkeyPatch, free_port: int, tmp_path: Path
) -> None:
    monkeypatch.setenv("SLACK_API_URL", f"http://127.0.0.1:{free_port}/api/")
    (tmp_path / "agents.yaml").chmod(0o644)
    monkeypatch.setenv("KEYTURN_MANIFESTS", "nowhere")
    said = await look(installed)
    assert said.code == 1
    found = marks(said)
    assert [found[each] for each in ("Slack", "agents", "manifest")] == ["WRONG"] * 3
    assert found["database"] == "ok"
    assert "chmod 600" in said.out


def test_in_an_empty_folder_everything_is_looked_at_all_the_same(keyturn: Keyturn) -> None:
    said = keyturn("doctor")
    assert said.code == 1
    found = marks(said)
    assert [found[each] for each in ("settings", "manifest", "agents", "database")] == ["WRONG"] * 4
    assert found["Slack"] == "unknown"
    assert "SLACK_BOT_TOKEN is not set" in said.out
    assert "keyturn migrate" in said.out


async def test_a_scope_that_is_missing_is_named(
    keyturn: Keyturn, monkeypatch: pytest.MonkeyPatch
) -> None:
    scopes = Options().scopes - {"files:write"}
    async with Sandbox(Options(scopes=scopes)) as box:
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-sandbox")
        monkeypatch.setenv("SLACK_API_URL", box.api_url)
        said = await look(keyturn)
    assert marks(said)["scopes"] == "WRONG"
    assert "add files:write and install again" in said.out
