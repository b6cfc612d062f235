"""`keyturn manifest explain`: which rule decides about one proposal, and what comes of it."""

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.agents.keys import KeyRing
from bot.cli.database import look
from bot.cli.manifests.drafting import draft_of, imagined, objections
from bot.cli.manifests.history import Sums, since
from bot.cli.manifests.reading import ManifestPath, loaded_from, place_of
from bot.cli.manifests.telling import Asked, explanation_in_lines
from bot.cli.manifests.timing import Clock
from bot.cli.showing import visible
from bot.cli.spoken import Wrong
from bot.settings import read_settings
from manifests.manifest import Manifest
from manifests.naming import person_named
from manifests.policy import windows_of
from manifests.proposed import Circumstances
from manifests.vocabulary import AgentName, PersonId, Scrutiny
from store.checkpoint import Checkpoint
from store.people import Parties
from store.ports import Reading
from store.proposal import ProposalId

Subject = Annotated[str, typer.Argument(help="A proposal's id, or a JSON file; - reads it here.")]
At = Annotated[str | None, typer.Option(help="When it comes in, such as 2026-11-21T09:00+01:00.")]
Zone = Annotated[
    str | None, typer.Option("--timezone", help="Local times of, such as Europe/Berlin.")
]


def explain(
    subject: Subject,
    *,
    manifest: ManifestPath = None,
    at: At = None,
    agent: Annotated[str, typer.Option(help="Who proposes a draft.")] = "draft",
    timezone: Zone = None,
) -> None:
    """Say which rule decides about a proposal, what every rule saw, and what comes of it.

    A proposal that came in is looked up in the store, with the sums as they were; a file is a
    draft, before which nothing has passed. Nothing is written.
    """
    zone = None if timezone is None else _zone(timezone)
    moment = None if at is None else _moment(at)
    loaded = loaded_from(manifest)
    if subject == "-" or subject.endswith(".json") or Path(subject).is_file():
        asked = _draft(subject, loaded.manifest, AgentName(agent), moment or datetime.now(UTC))
    else:
        asked = look(lambda tx: _past(tx, ProposalId(subject), loaded.manifest, moment))
    for line in explanation_in_lines(asked, loaded, Clock(zone), place_of(manifest)):
        typer.echo(visible(line))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Wrong(
            f"--timezone is no time zone: {name}. Write one such as Europe/Berlin."
        ) from None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Wrong(f"--at is no moment: {text}. Write it with its offset: 2026-11-21T09:00+01:00.")
    return moment.astimezone(UTC)


def _draft(file: str, manifest: Manifest, agent: AgentName, at: datetime) -> Asked:
    proposal, wrong = draft_of(_json_in(file))
    wrong = wrong or objections(manifest, proposal) if proposal else wrong
    if proposal is None or wrong:
        said = "; ".join(f"{each.where} {each.words}".strip() for each in wrong)
        raise Wrong(f"{file} would be refused: {said}")
    asked = proposal.on_behalf_of
    parties = Parties(
        agent=agent,
        owner=_owner(manifest, agent),
        requester=person_named(manifest, asked) if asked else None,
    )
    return Asked(proposal, parties, imagined(manifest, proposal, agent), at)


def _json_in(file: str) -> object:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        return json.loads(text)
    except OSError as error:
        raise Wrong(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Wrong(f"{file} is not UTF-8.") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Wrong(f"{file} is not JSON at {where}: {error.msg}.") from error


def _owner(manifest: Manifest, agent: AgentName) -> PersonId | None:
    path = read_settings().agent_keys_file
    known = KeyRing(path).agent_named(agent) if path.exists() else None
    return person_named(manifest, known.owner) if known and known.owner else None


def _past(tx: Reading, id_: ProposalId, manifest: Manifest, at: datetime | None) -> Asked:
    found = tx.checkpoints.get(id_)
    if found is None:
        raise Wrong(f"There is no proposal {id_}, and no such file; see keyturn list.")
    told = _told(tx, found, manifest)
    return Asked(found.proposal, found.parties, told, at or found.created_at, found)


def _told(tx: Reading, checkpoint: Checkpoint, manifest: Manifest) -> Circumstances:
    """Add up what had really passed when it came in, and say what is paused now."""
    sums = Sums()
    windows = windows_of(manifest, checkpoint.proposal, checkpoint.parties.agent)
    if windows:
        start = checkpoint.created_at - max(each.length for each in windows)
        for each in since(tx, start):
            if each.id == checkpoint.id:
                break
            if each.plan.scrutiny is Scrutiny.AUTO_APPROVE:
                sums.add(sums.told(manifest, each), each.created_at)
    paused = tx.pauses.reason_for(checkpoint.parties.agent, checkpoint.proposal.action)
    return replace(sums.told(manifest, checkpoint), paused=paused)
