"""A program that writes until it is killed, and says what it was promised."""

import asyncio
import sys
from functools import partial

from store.effects import KEYTURN, Event, Happening
from store.ports import Timer, TimerKind, Transaction
from store.proposal import ProposalId
from store.sql import open_store
from tests.store.making import NOON

CLIENTS = 16


def write(number: int, tx: Transaction) -> None:
    """Write two things that belong together."""
    proposal = ProposalId(f"p{number}")
    event = Event(happening=Happening.PROPOSED, actor=KEYTURN, at=NOON, detail={"n": number})
    tx.timers.put(Timer(proposal, TimerKind.REVIEW, NOON))
    tx.audit.append(proposal, 1, event)


async def stream(url: str, workspace: str) -> None:
    store = await open_store(url, workspace=workspace)

    async def client(first: int) -> None:
        number = first
        while True:
            await store.write(partial(write, number))
            print(number, flush=True)
            number += CLIENTS

    await asyncio.gather(*map(client, range(CLIENTS)))


if __name__ == "__main__":
    asyncio.run(stream(sys.argv[1], sys.argv[2]))
