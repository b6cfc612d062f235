"""Assigning: as many proposals as there are in a bad week, over fifty reviewers."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial

import pytest

from manifests.vocabulary import RoleName
from store.door import take_in
from store.ports import Transaction
from store.sql import SqlStore, migrate, open_store
from tests.bench.figures import Figure, Row, rates
from tests.bench.ground import Ground
from tests.bench.seeding import sqlite_url
from tests.fixtures.services import own_database
from tests.store.making import FINANCE, a_plan, a_proposal, an_intake
from tests.store.staffed import a_holder

REVIEWERS = 50
WEIGHTS = (1, 2, 4, 8)
AT_ONCE = 256
"""Proposals under way at a time."""
INSTANCES = 4
_PEER = "the same, with nobody to assign"

Weigh = Callable[[int], int]


def measure(ground: Ground) -> list[Row]:
    """Assign on SQLite, and on PostgreSQL where there is one."""
    rows = asyncio.run(_measured("SQLite", sqlite_url(ground.file("assigning")), ground))
    try:
        with own_database() as url:
            rows += asyncio.run(_measured("PostgreSQL", url, ground))
    except pytest.skip.Exception as missing:
        print(f"Assigning was not measured on PostgreSQL: {missing}")
    return rows


async def _measured(engine: str, url: str, ground: Ground) -> list[Row]:
    """Measure one instance beside itself without reviewers, then four at once."""
    migrate(url)
    many = ground.scale.assigned
    few = many // 5
    bare, _ = await _shared_out(url, "bare", 1, few, _alike, reviewers=0)
    alone, alone_apart = await _shared_out(url, "alone", 1, many, _alike)
    together, apart = await _shared_out(url, "together", INSTANCES, many, _alike)
    _, weighed = await _shared_out(url, "weighed", INSTANCES, few, _by_turns)
    what = f"{many:,} proposals over {REVIEWERS} reviewers"
    four = f"{INSTANCES} instances at once, {engine}"
    most = f"≤ {max(WEIGHTS)}"
    return [
        Row(what=f"{what}, {engine}", figure=rates([alone]), peer=_PEER, beside=rates([bare])),
        Row(what="  their loads differ by", figure=_spread(alone_apart), target="≤ 1"),
        Row(what=f"{what}, {four}", figure=rates([together])),
        Row(what="  their loads differ by", figure=_spread(apart), target="≤ 1"),
        Row(
            what=f"  with weights from 1 to {max(WEIGHTS)} by", figure=_spread(weighed), target=most
        ),
    ]


def _spread(apart: int) -> Figure:
    return Figure((float(apart),), "")


def _alike(number: int) -> int:
    return 1


def _by_turns(number: int) -> int:
    return WEIGHTS[number * number % 7 % len(WEIGHTS)]


async def _shared_out(
    url: str, workspace: str, instances: int, many: int, weigh: Weigh, reviewers: int = REVIEWERS
) -> tuple[float, int]:
    """Open so many proposals; give the rate, and how far the loads are apart at the end."""
    async with AsyncExitStack() as stack:
        stores = []
        for _ in range(instances):
            store = await open_store(url, workspace=workspace)
            stack.push_async_callback(store.close)
            stores.append(store)
        if reviewers:
            await stores[0].write(partial(_staff, reviewers))
        began = time.perf_counter()
        await _opened(stores, many, weigh)
        seconds = time.perf_counter() - began
        loads = await stores[0].read(lambda look: look.staff.loads())
    weights = [load.weight for load in loads.values()]
    if reviewers and (len(weights) != reviewers or sum(weights) != sum(map(weigh, range(many)))):
        raise RuntimeError("Not every proposal was assigned.")
    return many / seconds, max(weights, default=0) - min(weights, default=0)


def _staff(reviewers: int, tx: Transaction) -> None:
    tx.staff.know(RoleName(FINANCE.name))
    for number in range(reviewers):
        tx.staff.put(a_holder(FINANCE.name, f"u{number:02d}"))


async def _opened(stores: Sequence[SqlStore], many: int, weigh: Weigh) -> None:
    plans = {weight: a_plan(weight=weight) for weight in WEIGHTS}
    gate = asyncio.Semaphore(AT_ONCE)

    def opens(number: int, tx: Transaction) -> None:
        name = f"p_{number:06d}"
        sent = a_proposal(idempotency_key=name)
        take_in(tx, an_intake(sent, plans[weigh(number)], proposal_id=name))

    async def one(number: int) -> None:
        async with gate:
            await stores[number % len(stores)].write(partial(opens, number))

    await asyncio.gather(*map(one, range(many)))
