"""A policy engine's key is made like an agent's, and is never the same one."""

from pathlib import Path

import pytest

from bot.agents.keys import KeyRing
from manifests.loading_keys import read_agents
from manifests.mistakes import ManifestBroken
from manifests.vocabulary import AgentName
from tests.bot.cli.conftest import Keyturn


def test_an_engine_needs_no_action_and_proposes_none(keyturn: Keyturn, tmp_path: Path) -> None:
    key = keyturn("keys", "create", "opa", "--engine").out.strip()
    engine = KeyRing(tmp_path / "agents.yaml").agent_with(key)
    assert engine is not None
    assert (engine.name, engine.kind) == ("opa", "engine")
    assert "opa: policy engine, reports what it denied; keys " in keyturn("keys", "list").out
    again = keyturn("keys", "create", "opa")
    assert again.code == 0
    second = KeyRing(tmp_path / "agents.yaml").agent_with(again.out.strip())
    assert second == engine


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("opa", "--action", "pay"), "opa is a policy engine and proposes nothing"),
        (("opa", "--all-actions"), "opa is a policy engine and proposes nothing"),
        (("new", "--engine", "--all-actions"), "new is a policy engine and proposes nothing"),
        (("support", "--engine"), "support is an agent already"),
        (("nobody",), "Say what nobody may propose"),
        (("keyturn", "--all-actions"), "keyturn is Keyturn's own name"),
        (("Keyturn", "--engine"), "keyturn is Keyturn's own name"),
    ],
    ids=" ".join,
)
def test_who_proposes_and_who_denies_are_kept_apart(
    keyturn: Keyturn, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    keyturn("keys", "create", "opa", "--engine")
    keyturn("keys", "create", "support", "--all-actions")
    before = (tmp_path / "agents.yaml").read_text()
    said = keyturn("keys", "create", *words)
    assert said.code == 2
    assert told in said.err
    assert (tmp_path / "agents.yaml").read_text() == before


def test_the_reserved_name_in_the_file_is_told_with_its_line() -> None:
    with pytest.raises(ManifestBroken) as caught:
        read_agents("agents:\n  keyturn: {actions: '*'}\n", "agents.yaml")
    assert "agents.yaml:2:" in str(caught.value)
    assert "reserved-name" in str(caught.value)


def test_a_kind_nobody_knows_is_told_with_its_line() -> None:
    with pytest.raises(ManifestBroken) as caught:
        read_agents("agents:\n  opa:\n    kind: robot\n", "agents.yaml")
    assert "agents.yaml:3:" in str(caught.value)


def test_an_older_file_names_agents_alone() -> None:
    known = read_agents("agents:\n  support: {actions: '*'}\n", "agents.yaml")
    assert known[AgentName("support")].kind == "agent"
