"""Open proposals whose cards stand in Slack already, written through the store's own door."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from blocks.cards.card import card as drawn_card
from bot.agents.intake import Intake, Judged
from bot.agents.keys import Agent
from bot.judging.live_manifest import LiveManifest
from bot.program.identifiers import Identifiers
from manifests.vocabulary import AgentName
from store.aftermath import Aftermath
from store.checkpoint import Checkpoint
from store.ports import Card, Store, Transaction
from store.proposal import ProposalId
from store.sql import SqlStore, migrate, open_store
from tests.bench import rules
from tests.bench.agents import AGENT
from tests.bench.programs import WORKSPACE

TOGETHER = 64
FIRST_TS = 1_790_000_000
Write = Callable[[str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Standing:
    """One open proposal and the card that shows it."""

    proposal: str
    digest: str
    channel: str
    nonce: str
    ts: str
    blocks: str


def now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


def sqlite_url(file: Path) -> str:
    """Write the address of a database file."""
    return f"sqlite:///{file}"


def intake_into(store: Store) -> Intake:
    """Give the way in that the bot itself uses."""
    return Intake(store, LiveManifest(rules.manifest()), Identifiers(now).proposal)


async def opened_store(url: str, clock: Callable[[], datetime] | None = None) -> SqlStore:
    """Bring a database to the newest schema and open it."""
    migrate(url)
    return await open_store(url, workspace=WORKSPACE, clock=clock)


async def seed(file: Path, write: Write, count: int, prefix: str) -> None:
    """Open this many proposals, as if each had its card and nothing were left to be told."""
    store = await opened_store(sqlite_url(file))
    try:
        await take_in(store, [write(f"{prefix}-{number}") for number in range(count)])
    finally:
        await store.close()
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("DELETE FROM outbox")


async def take_in(store: Store, sent: Sequence[dict[str, Any]]) -> None:
    """Take proposals in, many to a transaction, and put their cards up."""
    intake, ids = intake_into(store), Identifiers(now)
    agent = Agent(name=AgentName(AGENT))
    picture: list[str] = []
    for start in range(0, len(sent), TOGETHER):
        batch = [
            (ids.proposal(), intake.judge(agent, json.dumps(each)))
            for each in sent[start : start + TOGETHER]
        ]
        await store.write(partial(_opened, intake, batch, start, picture))


def _opened(
    intake: Intake,
    batch: Sequence[tuple[ProposalId, Judged]],
    start: int,
    picture: list[str],
    tx: Transaction,
) -> None:
    for number, (proposal, judged) in enumerate(batch, start):
        checkpoint = intake.open(tx, judged, proposal).checkpoint
        for card in tx.cards.of(proposal):
            if not picture:
                picture[:] = [_picture(checkpoint, card), proposal, card.nonce]
            tx.cards.put(_standing(card, checkpoint, picture, number))


def _picture(checkpoint: Checkpoint, card: Card) -> str:
    shown = drawn_card(checkpoint, Aftermath(), card, checkpoint.updated_at)
    return json.dumps(list(shown.blocks), ensure_ascii=False, separators=(",", ":"))


def _standing(card: Card, checkpoint: Checkpoint, picture: Sequence[str], number: int) -> Card:
    """Put a card up; all of them are alike but for their names, so that drawing one is enough."""
    text, first, nonce = picture
    return replace(
        card,
        ts=f"{FIRST_TS + number}.000100",
        posted_at=checkpoint.created_at,
        drawn_version=checkpoint.version,
        drawn_blocks=text.replace(first, checkpoint.id).replace(nonce, card.nonce),
    )


_STANDING = """
    SELECT c.proposal, p.body, c.channel, c.nonce, c.ts, c.drawn_blocks
    FROM checkpoints p JOIN cards c ON c.workspace = p.workspace AND c.proposal = p.id
    WHERE p.status = 'pending_review' AND c.drawn_blocks IS NOT NULL
    ORDER BY c.id LIMIT ?
"""


def standing(file: Path, count: int) -> Iterator[Standing]:
    """Give the oldest open proposals and their cards."""
    with closing(sqlite3.connect(file)) as database:
        rows = database.execute(_STANDING, (count,)).fetchall()
    for proposal, body, *card in rows:
        yield Standing(proposal, json.loads(body)["revisions"][-1]["digest"], *card)


def counted(file: Path, statuses: Sequence[str]) -> int:
    """Count proposals that stand one of these ways."""
    marks = ",".join("?" * len(statuses))
    with closing(sqlite3.connect(file)) as database:
        row = database.execute(
            f"SELECT count(*) FROM checkpoints WHERE status IN ({marks})", list(statuses)
        ).fetchone()
    return int(row[0])
