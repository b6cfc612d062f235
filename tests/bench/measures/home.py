"""App Home: one reviewer's lists, read and drawn, while ten thousand proposals are open."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import cast

import pytest

from blocks.home_ids import Looking
from blocks.lists import home as drawing
from blocks.lists.entries import Entry
from blocks.lists.entries import drawn as drawn_entry
from bot.judging.live_manifest import LiveManifest
from bot.messenger import Account, Messenger
from bot.people.directory import Directory
from bot.people.overview import Overview
from bot.reviewing.home import Home
from manifests.loading import SHIPPED, load
from manifests.manifest import UserGroupId
from manifests.vocabulary import PersonId, RoleName, Standing, UserId
from store.aftermath import NOTHING_YET
from store.assigning import assignments_of
from store.checkpoint import OPEN, Checkpoint
from store.door import take_in
from store.placing import due_at
from store.ports import Listing, Reading, Store, Transaction
from store.refusals import Refusal
from store.sql import migrate, open_store
from store.wire import read_proposal
from tests.bench.agents import refund
from tests.bench.figures import Row, milliseconds
from tests.bench.ground import Ground
from tests.bench.seeding import sqlite_url
from tests.fixtures.services import own_database
from tests.store.making import a_plan, a_role, an_intake
from tests.store.staffed import a_holder

TARGET = "< 50 ms"
REVIEWERS = 10
"""So that a tenth of what is open waits for each of them."""
LOOKS = 20
TOGETHER = 64
ROLE = a_role("finance_manager")
ANA = UserId("U0ANA")
_PEER = "a look at every open checkpoint"

Look = Callable[[], Awaitable[int]]


class Workspace:
    """Knows everybody at once, so that reading and drawing is all that is measured."""

    async def account(self, user: UserId) -> Account:
        """Look a user up."""
        return Account(user, user, Standing.MEMBER, "Europe/Berlin")

    async def group(self, group: UserGroupId) -> frozenset[UserId]:
        """Name nobody: the roles of these lists are held by name."""
        return frozenset()


def measure(ground: Ground) -> list[Row]:
    """Look at App Home on SQLite, and on PostgreSQL where there is one."""
    rows = asyncio.run(_measured("SQLite", sqlite_url(ground.file("home")), ground))
    try:
        with own_database() as url:
            rows += asyncio.run(_measured("PostgreSQL", url, ground))
    except pytest.skip.Exception as missing:
        print(f"App Home was not measured on PostgreSQL: {missing}")
    return rows


async def _measured(engine: str, url: str, ground: Ground) -> list[Row]:
    migrate(url)
    store = await open_store(url, workspace="T1")
    try:
        manifest = LiveManifest(load(SHIPPED).manifest)
        person = manifest.current.person_of(ANA)
        await _opened(store, ground.scale.open, person)
        directory = Directory(cast(Messenger, Workspace()), manifest, time.monotonic)
        overview = Overview(store, directory, manifest)
        home = Home(store, overview)
        ours = [await _timed(partial(_seen, home), LOOKS) for _ in range(ground.scale.rounds)]
        naive = [await _timed(partial(_scanned, store, person), 1)]
        waiting = await _seen(home)
    finally:
        await store.close()
    what = f"App Home, {waiting:,} waiting of {ground.scale.open:,} open, {engine}"
    return [
        Row(
            what=what,
            figure=milliseconds(ours),
            peer=_PEER,
            beside=milliseconds(naive),
            target=TARGET,
        )
    ]


async def _timed(look: Look, times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        await look()
    return (time.perf_counter() - began) / times


async def _seen(home: Home) -> int:
    """Read and draw the lists as the bot does, and say how many wait."""
    lists = await home.lists(ANA, Looking())
    if isinstance(lists, Refusal):
        raise TypeError(lists.words)
    drawing.home(lists)
    return lists.total


async def _scanned(store: Store, person: PersonId) -> int:
    """Find the same entries without the board, and draw as many."""
    waiting = await store.read(lambda look: [*_waiting(look, person)])
    waiting.sort(key=lambda each: (due_at(each) is None, due_at(each), each.id))
    for checkpoint in waiting[: drawing.PAGE]:
        drawn_entry(Entry(checkpoint, NOTHING_YET))
    return len(waiting)


def _waiting(look: Reading, person: PersonId) -> Iterator[Checkpoint]:
    listing: Listing | None = Listing(statuses=OPEN, limit=200)
    while listing is not None:
        page = look.checkpoints.page(listing)
        for each in page:
            if any(turn.person == person for turn in assignments_of(each)):
                yield each
        full = len(page) == listing.limit
        listing = Listing(statuses=OPEN, limit=200, before=page[-1].id) if full else None


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some of the proposals, written together."""

    first: int
    many: int

    def __call__(self, tx: Transaction) -> None:
        """Open them."""
        plan = a_plan(seats=(ROLE,), ladder=a_plan().ladder[:1])
        for number in range(self.first, self.first + self.many):
            sent = read_proposal(json.dumps(refund(f"k-{number}")))
            take_in(tx, an_intake(sent, plan, proposal_id=f"p_{number:06d}"))


async def _opened(store: Store, many: int, person: PersonId) -> None:
    await store.write(partial(_staffed, person))
    for first in range(0, many, TOGETHER):
        await store.write(_Batch(first, min(TOGETHER, many - first)))


def _staffed(person: PersonId, tx: Transaction) -> None:
    tx.staff.know(RoleName(ROLE.name))
    tx.staff.put(a_holder(ROLE.name, ANA, person=person))
    for number in range(1, REVIEWERS):
        tx.staff.put(a_holder(ROLE.name, f"u{number:02d}"))
