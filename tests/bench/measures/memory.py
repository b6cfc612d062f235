"""Resident memory with ten thousand proposals open."""

import asyncio
import json

from tests.bench.agents import HEADERS, shipment
from tests.bench.figures import MEBIBYTES, Figure, Row
from tests.bench.ground import Ground
from tests.bench.programs import Program
from tests.bench.seeding import seed
from tests.bench.wire import connected, request

TARGET = "< 250 MiB"


def measure(ground: Ground) -> list[Row]:
    """Look at the bot at rest, and again after an agent has paged through everything."""
    file = ground.file("memory")
    asyncio.run(seed(file, shipment, ground.scale.open, "open"))
    with ground.bot(file) as program:
        rest = program.memory()
        listed = asyncio.run(_list_all(program))
        program.settle()
        after = program.memory()
    what = f"resident memory, {ground.scale.open:,} open"
    return [
        Row(what=f"{what}, at rest", figure=Figure((rest,), MEBIBYTES), target=TARGET),
        Row(
            what=f"{what}, after listing {listed:,}",
            figure=Figure((after,), MEBIBYTES),
            target=TARGET,
        ),
    ]


async def _list_all(program: Program) -> int:
    (line,) = await connected(program.port, 1)
    count, cursor = 0, ""
    while True:
        answer = await line.send(request("GET", f"/v1/proposals?limit=200{cursor}", HEADERS))
        page = json.loads(answer.body)
        count += len(page["proposals"])
        if page["next_cursor"] is None:
            line.close()
            return count
        cursor = f"&cursor={page['next_cursor']}"
