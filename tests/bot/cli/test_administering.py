"""Keys, manifest, dead letters, migration: what an administrator types."""

import asyncio
import re
import shutil
from pathlib import Path

import pytest

from bot.agents.keys import KeyRing
from manifests.loading import SHIPPED
from manifests.vocabulary import AgentName
from store.ports import DeadLetter
from store.sql import open_store
from tests.bot.cli.conftest import Keyturn
from tests.bot.gateway import Clock

COMMANDS = {
    "demo",
    "run",
    "sandbox",
    "migrate",
    "pause",
    "resume",
    "reload",
    "propose",
    "list",
    "show",
    "wait",
    "withdraw",
    "keys",
    "manifest",
    "deadletters",
    "doctor",
}


def test_every_command_is_explained(keyturn: Keyturn) -> None:
    listed = keyturn("--help").out
    for command in sorted(COMMANDS):
        assert re.search(rf"^  {command} +\S", listed, re.MULTILINE), command
        assert keyturn(command, "--help").code == 0


@pytest.mark.parametrize("words", [("fly",), ("show",), ("list", "--limit", "0"), ("keys", "fly")])
def test_a_command_nobody_knows_ends_with_2(keyturn: Keyturn, words: tuple[str, ...]) -> None:
    assert keyturn(*words).code == 2


def test_a_key_is_printed_once_alone_and_opens_its_agent(keyturn: Keyturn, tmp_path: Path) -> None:
    said = keyturn("keys", "create", "support", "--action", "process_refund", "--owner", "U0ANA")
    assert said.code == 0
    key = said.out.strip()
    agent = KeyRing(tmp_path / "agents.yaml").agent_with(key)
    assert agent is not None
    assert (agent.name, agent.owner) == ("support", "U0ANA")
    listed = keyturn("keys", "list").out
    assert "support: may propose process_refund, owned by U0ANA" in listed
    assert key not in listed


def test_the_secret_of_callbacks_is_the_agents_own_and_stays(keyturn: Keyturn) -> None:
    keyturn("migrate")
    for name in ("support", "billing"):
        keyturn("keys", "create", name, "--all-actions")
    secret = keyturn("keys", "webhook-secret", "support").out.strip()
    assert secret.startswith("whsec_")
    assert keyturn("keys", "webhook-secret", "support").out.strip() == secret
    assert keyturn("keys", "webhook-secret", "billing").out.strip() != secret
    told = keyturn("keys", "webhook-secret", "nobody")
    assert told.code == 2
    assert "no agent nobody" in told.err


def test_a_second_key_needs_no_second_description(keyturn: Keyturn, tmp_path: Path) -> None:
    keyturn("keys", "create", "support", "--all-actions", "--callback-host", "hooks.example.com")
    keyturn("keys", "create", "support")
    agent = KeyRing(tmp_path / "agents.yaml").agent_named(AgentName("support"))
    assert agent is not None
    assert agent.actions is None
    assert set(agent.callback_hosts) == {"hooks.example.com"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("create", "support"), "--all-actions"),
        (("create", "no name", "--all-actions"), "key file cannot hold this"),
        (("create", "a", "--all-actions", "--callback-host", "https://x"), "cannot hold"),
        (("revoke", "nobody"), "no agent nobody"),
    ],
)
def test_a_wrong_key_command_is_one_sentence(
    keyturn: Keyturn, words: tuple[str, ...], said: str
) -> None:
    told = keyturn("keys", *words)
    assert (told.code, told.err.count("\n")) == (2, 1), told.err
    assert said in told.err


def test_keys_are_revoked_one_or_all(keyturn: Keyturn, tmp_path: Path) -> None:
    keys = [keyturn("keys", "create", "a", "--all-actions").out.strip() for _ in range(3)]
    prefix = keyturn("keys", "list").out.split("keys ")[1][:12]
    assert keyturn("keys", "revoke", "a", "--hash", prefix).out == "1 key of a revoked.\n"
    ring = KeyRing(tmp_path / "agents.yaml")
    assert [ring.agent_with(key) is None for key in keys] == [True, False, False]
    assert keyturn("keys", "revoke", "a").out == "2 keys of a revoked.\n"
    assert keyturn("keys", "revoke", "a").code == 2


def test_no_agents_yet(keyturn: Keyturn) -> None:
    assert "keyturn keys create" in keyturn("keys", "list").out


def test_the_shipped_manifest_is_sound(keyturn: Keyturn) -> None:
    said = keyturn("manifest", "check", str(SHIPPED))
    assert said.code == 0
    assert re.search(r": \d+ actions, \d+ roles, \d+ people\. sha256:", said.out)


def test_a_manifest_with_a_typo_is_told_with_its_line(keyturn: Keyturn, tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(SHIPPED / "actions", folder / "actions")
    roles = (SHIPPED / "roles.yaml").read_text().replace("administrators:", "administrator:", 1)
    (folder / "roles.yaml").write_text(roles)
    said = keyturn("manifest", "check", str(folder))
    assert said.code == 1
    assert "roles.yaml:" in said.err
    assert re.search(r"\d+ mistakes? in ", said.err)


def test_migrating_twice_is_migrating_once(keyturn: Keyturn, tmp_path: Path) -> None:
    assert keyturn("migrate").code == 0
    assert keyturn("migrate").code == 0
    assert (tmp_path / "keyturn.db").exists()


def test_a_database_that_was_never_made_is_one_sentence(keyturn: Keyturn) -> None:
    said = keyturn("deadletters", "list")
    assert said.code == 2
    assert "keyturn migrate" in said.err


@pytest.mark.parametrize("command", ["migrate", "run", "deadletters list", "doctor", "keys list"])
def test_a_wrong_setting_is_one_sentence_wherever_it_is_read(
    keyturn: Keyturn, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("KEYTURN_HTTP_PORT", "eighty")
    said = keyturn(*command.split())
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert said.err.startswith("KEYTURN_HTTP_PORT is wrong")


def test_dead_letters_are_listed_and_shown(
    keyturn: Keyturn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyturn("migrate")
    assert keyturn("deadletters", "list").out == "There are none.\n"
    asyncio.run(bury(f"sqlite:///{tmp_path}/keyturn.db"))
    listed = keyturn("deadletters", "list").out
    shown = keyturn("deadletters", "show", "m_1").out
    assert "m_1" in listed
    assert "Not JSON" in listed
    assert "tried 1 time: Not JSON" in shown
    assert "{broken\n" in shown
    assert "\x1b" not in listed + shown
    assert keyturn("deadletters", "show", "m_2").code == 2


async def bury(url: str) -> None:
    store = await open_store(url, workspace="default")
    letter = DeadLetter(
        id="m_1",
        agent=AgentName("support"),
        body="{broken\n\x1b[2J",
        reason="Not JSON\x1b[2J",
        attempts=1,
        at=Clock()(),
    )
    await store.write(lambda tx: tx.dead_letters.put(letter))
    await store.close()
