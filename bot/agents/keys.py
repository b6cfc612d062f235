"""Which agents there are, and the keys they show. The file holds hashes; a key is shown once."""

import contextlib
import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path
from typing import Literal

import structlog

from manifests.loading_keys import AgentEntry, read_agents, write_agents
from manifests.mistakes import ManifestBroken
from manifests.vocabulary import ActionName, AgentName

KEY_PREFIX = "keyturn_"
_KEY_BYTES = 32

log = structlog.get_logger()


class NoSuchAgent(LookupError):
    """The key file names no such agent."""


class NoKeyFile(Exception):
    """The key file cannot be read; the message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A program that may propose, or a policy engine that reports what it denied."""

    name: AgentName
    kind: Literal["agent", "engine"] = "agent"
    owner: str | None = None
    """A person of the manifest, or a Slack user id."""
    actions: frozenset[ActionName] | None = None
    """What it may propose; None means everything."""
    callback_hosts: frozenset[str] = frozenset()
    """Where its decisions may be sent: HOST, or HOST:PORT for a port other than 443."""
    webhook_secrets: tuple[int, ...] = (1,)
    """Numbers of the secrets that sign what is sent there; two while one replaces the other."""

    def may(self, action: ActionName) -> bool:
        """Say whether its key covers an action."""
        return self.actions is None or action in self.actions


def hash_of(key: str) -> str:
    """Hash a key the way the file holds it; keys are random, so one round is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


class KeyRing:
    """The agents as the file names them now; a change of the file is seen at the next look."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int, int] | None = None
        self._agents: dict[AgentName, Agent] = {}
        self._by_hash: dict[str, AgentName] = {}
        self.broken: str | None = None
        """What is wrong with the file, while the last good one stays in force."""
        try:
            self._take_over(self._stamped(), read_file(path))
        except (OSError, UnicodeDecodeError) as error:
            raise NoKeyFile(
                f"The agents' key file {path} cannot be read ({_why(error)}): "
                "keyturn keys create NAME makes it, KEYTURN_AGENT_KEYS_FILE names another."
            ) from error

    def agent_with(self, key: str) -> Agent | None:
        """Find the agent that shows this key, or nobody."""
        self._look_again()
        shown = hash_of(key)
        # Every entry is compared, each in constant time, so that how long it takes says nothing.
        matching = [name for held, name in self._by_hash.items() if compare_digest(held, shown)]
        return self._agents[matching[0]] if matching else None

    @property
    def names(self) -> frozenset[AgentName]:
        """Name every agent of the file."""
        self._look_again()
        return frozenset(self._agents)

    def agent_named(self, name: AgentName) -> Agent | None:
        """Find an agent by the name its queue messages carry."""
        self._look_again()
        return self._agents.get(name)

    def _look_again(self) -> None:
        stamp = self._stamped()
        if stamp == self._stamp:
            return
        try:
            self._take_over(stamp, read_file(self._path))
            log.info("agent_keys_read", agents=len(self._agents))
        except (ManifestBroken, OSError, UnicodeDecodeError) as error:
            self._stamp, self.broken = stamp, str(error)
            log.error("agent_keys_broken", file=str(self._path), problem=str(error))  # noqa: TRY400 # a person's typo, not a fault of ours

    def _stamped(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _take_over(
        self, stamp: tuple[int, int, int] | None, entries: Mapping[AgentName, AgentEntry]
    ) -> None:
        self._agents = {name: _agent(name, entry) for name, entry in entries.items()}
        self._by_hash = {each: name for name, entry in entries.items() for each in entry.key_sha256}
        self._stamp, self.broken = stamp, None


def _agent(name: AgentName, entry: AgentEntry) -> Agent:
    listed = frozenset(ActionName(each) for each in entry.actions)
    return Agent(
        name=name,
        kind=entry.kind,
        owner=entry.owner,
        actions=None if entry.actions == "*" else listed,
        callback_hosts=frozenset(entry.callback_hosts),
        webhook_secrets=entry.webhook_secrets,
    )


def _why(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else "it is not UTF-8"


def read_file(path: Path) -> Mapping[AgentName, AgentEntry]:
    """Read the key file."""
    return read_agents(path.read_text(encoding="utf-8"), path.name)


def create_key(path: Path, name: AgentName, wanted: AgentEntry) -> str:
    """Add a key for a new or known agent and give it, this once; other keys of it stay valid."""
    entries = dict(read_file(path)) if path.exists() else {}
    key = KEY_PREFIX + secrets.token_urlsafe(_KEY_BYTES)
    known = entries.get(name, AgentEntry())
    hashes = (*known.key_sha256, hash_of(key))
    said = {each: getattr(wanted, each) for each in wanted.model_fields_set}
    entries[name] = AgentEntry.model_validate({**known.model_dump(), **said, "key_sha256": hashes})
    # Read back before it is written: a name the file could not hold must not break the others.
    text = write_agents(entries)
    read_agents(text, path.name)
    _replace(path, text)
    return key


def revoke_keys(path: Path, name: AgentName, prefix: str = "") -> int:
    """Remove an agent's keys whose hash begins with a prefix, and count them."""
    entries = dict(read_file(path)) if path.exists() else {}
    if name not in entries:
        raise NoSuchAgent(f"There is no agent {name} in {path}; see keyturn keys list.")
    kept = tuple(
        each for each in entries[name].key_sha256 if prefix and not each.startswith(prefix)
    )
    gone = len(entries[name].key_sha256) - len(kept)
    entries[name] = entries[name].model_copy(update={"key_sha256": kept})
    _replace(path, write_agents(entries))
    return gone


def _replace(path: Path, text: str) -> None:
    """Put a new file in the old one's place at once, readable by its owner alone."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise
