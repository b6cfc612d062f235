import hashlib
import stat
from pathlib import Path

import pytest

from bot.agents.keys import KeyRing, NoSuchAgent, create_key, hash_of, read_file, revoke_keys
from manifests.loading_keys import AgentEntry
from manifests.mistakes import ManifestBroken
from manifests.vocabulary import ActionName, AgentName

SUPPORT, OPERATIONS = AgentName("support"), AgentName("operations")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "agents.yaml"


def test_a_key_opens_its_agent_and_only_its_hash_is_kept(path: Path) -> None:
    key = create_key(path, SUPPORT, AgentEntry(owner="U0ANA", actions=("process_refund",)))
    agent = KeyRing(path).agent_with(key)
    assert agent is not None
    assert (agent.name, agent.owner) == (SUPPORT, "U0ANA")
    assert agent.may(ActionName("process_refund"))
    assert not agent.may(ActionName("flush_cache"))
    assert key not in path.read_text()
    assert hashlib.sha256(key.encode()).hexdigest() in path.read_text()


def test_nobody_else_may_read_the_file(path: Path) -> None:
    create_key(path, SUPPORT, AgentEntry(actions="*"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("shown", ["", "keyturn_", "wrong", "ü"])
def test_a_wrong_key_opens_nobody(path: Path, shown: str) -> None:
    create_key(path, SUPPORT, AgentEntry(actions="*"))
    assert KeyRing(path).agent_with(shown) is None


def test_an_agent_may_have_two_keys_while_they_are_changed(path: Path) -> None:
    first = create_key(path, SUPPORT, AgentEntry(owner="ana", actions="*"))
    second = create_key(path, SUPPORT, AgentEntry())
    ring = KeyRing(path)
    assert ring.agent_with(first) == ring.agent_with(second)
    assert revoke_keys(path, SUPPORT, hash_of(first)[:12]) == 1
    assert ring.agent_with(first) is None
    agent = ring.agent_with(second)
    assert agent is not None
    assert agent.owner == "ana"


def test_a_key_made_while_the_bot_runs_is_seen(path: Path) -> None:
    create_key(path, SUPPORT, AgentEntry(actions="*"))
    ring = KeyRing(path)
    assert ring.agent_named(OPERATIONS) is None
    key = create_key(path, OPERATIONS, AgentEntry(actions="*"))
    assert ring.agent_named(OPERATIONS) == ring.agent_with(key) is not None


def test_a_revoked_key_opens_nobody_any_more(path: Path) -> None:
    key = create_key(path, SUPPORT, AgentEntry(actions="*"))
    ring = KeyRing(path)
    assert revoke_keys(path, SUPPORT) == 1
    assert ring.agent_with(key) is None
    assert ring.agent_named(SUPPORT) is not None


def test_a_typo_in_the_file_leaves_the_last_good_one_in_force(path: Path) -> None:
    key = create_key(path, SUPPORT, AgentEntry(actions="*"))
    ring = KeyRing(path)
    good = path.read_text()
    path.write_text("agents: [")
    assert ring.agent_with(key) is not None
    assert "agents.yaml:1" in str(ring.broken)
    path.write_text(good + "\n")
    assert ring.agent_with(key) is not None
    assert ring.broken is None


def test_a_file_that_vanishes_leaves_the_last_good_one_in_force(path: Path) -> None:
    key = create_key(path, SUPPORT, AgentEntry(actions="*"))
    ring = KeyRing(path)
    path.unlink()
    assert ring.agent_with(key) is not None
    assert ring.broken


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("agents:\n  support:\n    owner: ana\n    colour: red\n", 4),
        ("agents:\n  support:\n    key_sha256: abc\n", 3),
        ("agents:\n  'not a name!':\n    owner: ana\n", 2),
        ("agents:\n  support:\n    actions: everything\n", 3),
        ("agents:\n  support:\n    callback_hosts: ['https://x']\n", 3),
        ("agents:\n\tsupport: {}\n", 2),
    ],
)
def test_a_mistake_is_told_with_its_line(path: Path, text: str, line: int) -> None:
    path.write_text(text)
    with pytest.raises(ManifestBroken) as caught:
        read_file(path)
    assert f"agents.yaml:{line}:" in str(caught.value)


def test_one_hash_may_stand_without_brackets(path: Path) -> None:
    path.write_text(f"agents:\n  support: {{key_sha256: {hash_of('k')}, actions: '*'}}\n")
    assert KeyRing(path).agent_with("k") is not None


def test_a_name_the_file_cannot_hold_leaves_the_file_as_it_was(path: Path) -> None:
    create_key(path, SUPPORT, AgentEntry(actions="*"))
    before = path.read_text()
    with pytest.raises(ManifestBroken):
        create_key(path, AgentName("no name!"), AgentEntry(actions="*"))
    assert path.read_text() == before


def test_revoking_a_stranger_says_so(path: Path) -> None:
    with pytest.raises(NoSuchAgent, match="keyturn keys list"):
        revoke_keys(path, SUPPORT)
