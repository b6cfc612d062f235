"""What the doctor looks at: each thing by itself, so that one trouble hides no other."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from bot.agents.keys import read_file
from bot.cli.workspace import ask, connected
from bot.settings import Settings, WrongSetting, needed_to_run
from manifests.loading import load
from manifests.manifest import Manifest
from manifests.mistakes import ManifestBroken
from manifests.naming import FORMS, person_named
from store.sql import BadDatabaseUrl, StoreUnavailable, WrongSchema, open_store

SKEW = timedelta(seconds=30)
"""Signatures are good for five minutes; a clock further off than this soon leaves that window."""
SAMPLE = '[{"type":"section","text":{"type":"plain_text","text":"Keyturn"}}]'
# Scopes without which something that is promised does not happen.
SCOPES = frozenset({"chat:write", "channels:read", "files:write", "groups:read", "users:read"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: well, not well, or not to be told."""

    subject: str
    well: bool | None
    words: str


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything."""
    manifest = _manifest(settings)
    known = manifest if isinstance(manifest, Manifest) else None
    findings = [_settings(settings), _manifest_finding(settings, manifest), _keys(settings, known)]
    findings.append(await _database(settings))
    if settings.slack_bot_token is None:
        words = "not looked at, because SLACK_BOT_TOKEN is not set"
        return [*findings, Finding("Slack", None, words)]
    async with connected(settings, settings.slack_bot_token) as slack:
        return [*findings, *[each async for each in _of_slack(slack, known)]]


def _settings(settings: Settings) -> Finding:
    try:
        needed_to_run(settings)
    except WrongSetting as wrong:
        return Finding("settings", False, str(wrong))
    return Finding("settings", True, f"enough to run in the mode {settings.slack_mode}")


def _manifest(settings: Settings) -> Manifest | ManifestBroken:
    try:
        return load(settings.manifests).manifest
    except ManifestBroken as broken:
        return broken


def _manifest_finding(settings: Settings, manifest: Manifest | ManifestBroken) -> Finding:
    if isinstance(manifest, ManifestBroken):
        words = f"{len(manifest.mistakes)} mistakes; see keyturn manifest check"
        return Finding("manifest", False, words)
    return Finding("manifest", True, f"{len(manifest.actions)} actions in {settings.manifests}")


def _keys(settings: Settings, manifest: Manifest | None) -> Finding:
    path = settings.agent_keys_file
    try:
        agents = read_file(path)
    except FileNotFoundError:
        return Finding("agents", False, f"{path} is not there; keyturn keys create NAME makes it")
    except (OSError, ManifestBroken, UnicodeDecodeError) as error:
        return Finding("agents", False, str(error))
    exposed = path.stat().st_mode & 0o077
    if exposed:
        return Finding("agents", False, f"others can read {path}; run chmod 600 {path}")
    strangers = [
        f"{name} is owned by {entry.owner}"
        for name, entry in agents.items()
        if manifest and entry.owner and person_named(manifest, entry.owner) is None
    ]
    if strangers:
        return Finding("agents", False, f"{'; '.join(strangers)}, who is nobody known. {FORMS}")
    return Finding("agents", bool(agents), f"{len(agents)} in {path}")


async def _database(settings: Settings) -> Finding:
    try:
        store = await open_store(settings.database_url, workspace=settings.workspace)
    except (BadDatabaseUrl, StoreUnavailable, WrongSchema) as error:
        return Finding("database", False, str(error))
    try:
        there = await store.write(lambda tx: tx.now())
        waiting, _ = await store.read(lambda tx: tx.outbox.waiting(tx.now()))
    except StoreUnavailable as error:
        return Finding("database", False, str(error))
    finally:
        await store.close()
    if _apart(there) > SKEW:
        return Finding("database", False, f"its clock is {_apart(there)} away from this one")
    return Finding("database", True, f"takes writes; {waiting} errands wait")


async def _of_slack(slack: httpx.AsyncClient, manifest: Manifest | None) -> AsyncIterator[Finding]:
    try:
        answer = await slack.post("auth.test")
        body = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        yield Finding("Slack", False, f"{slack.base_url} does not answer ({type(error).__name__})")
        return
    if not body.get("ok"):
        yield Finding("Slack", False, f"refuses SLACK_BOT_TOKEN ({body.get('error')})")
        return
    yield Finding("Slack", True, f"{body.get('team')}, as {body.get('user')}")
    yield _scopes(answer)
    yield _clock(answer)
    yield await _blocks(slack)
    for name, channel in sorted(_channels(manifest)):
        yield await _channel(slack, name, channel)


def _scopes(answer: httpx.Response) -> Finding:
    told = answer.headers.get("x-oauth-scopes")
    if told is None:
        return Finding("scopes", None, "Slack did not say which there are")
    lacking = SCOPES - {each.strip() for each in told.split(",")}
    if lacking:
        return Finding("scopes", False, f"add {', '.join(sorted(lacking))} and install again")
    return Finding("scopes", True, told)


def _clock(answer: httpx.Response) -> Finding:
    try:
        there = parsedate_to_datetime(answer.headers["date"])
    except (KeyError, ValueError):
        return Finding("clock", None, "Slack did not say what time it is")
    if _apart(there) > SKEW:
        return Finding("clock", False, f"{_apart(there)} away from Slack's; set it by NTP")
    return Finding("clock", True, "agrees with Slack's")


async def _blocks(slack: httpx.AsyncClient) -> Finding:
    body = await ask(slack, "blocks.validate", blocks=SAMPLE)
    if body.get("ok"):
        return Finding("blocks", True, "Slack takes them")
    if body.get("error") in {"unknown_method", "not_found", None}:
        return Finding("blocks", None, "blocks.validate is not offered there")
    return Finding("blocks", False, str(body.get("error")))


def _channels(manifest: Manifest | None) -> set[tuple[str, str]]:
    if manifest is None:
        return set()
    return {(staffed.role.title, staffed.role.channel) for staffed in manifest.roles.values()}


async def _channel(slack: httpx.AsyncClient, role: str, channel: str) -> Finding:
    subject = f"channel {channel} of {role}"
    body = await ask(slack, "conversations.info", channel=channel)
    found = body.get("channel")
    if not body.get("ok") or not isinstance(found, dict):
        return Finding(subject, False, f"Slack says {body.get('error')}")
    if found.get("is_archived"):
        return Finding(subject, False, f"#{found.get('name')} is archived")
    if not found.get("is_member"):
        return Finding(subject, False, f"invite the bot: /invite it in #{found.get('name')}")
    return Finding(subject, True, f"the bot is in #{found.get('name')}")


def _apart(there: datetime) -> timedelta:
    return abs(datetime.now(UTC) - there)
