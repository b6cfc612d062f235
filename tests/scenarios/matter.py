"""One proposal as it is followed: on its cards, in its threads, by its agent, in the store."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from keyturn import AsyncDecided, AsyncKeyturn, Decision, StillWaiting
from keyturn.queue import SqlQueue
from store.effects import Happening
from store.ports import AuditLine, Store
from store.proposal import ProposalId
from tests.scenarios.seeing import (
    PATIENCE,
    Json,
    Shown,
    Workspace,
    cards_about,
    said_in_thread,
)


class Surroundings(Protocol):
    """What following a proposal needs of the desk."""

    @property
    def workspace(self) -> Workspace: ...

    @property
    def agent(self) -> AsyncKeyturn: ...

    @property
    def queue(self) -> SqlQueue | None: ...

    @property
    def store(self) -> Store: ...


@dataclass(frozen=True)
class Matter:
    """A proposal that was made, seen from one channel."""

    id: str
    channel: str
    desk: Surroundings

    def seen_in(self, channel: str) -> "Matter":
        return replace(self, channel=channel)

    async def card(self, when: Callable[[Shown], bool] = lambda seen: True) -> Shown:
        """Wait for the one card in this channel, or the latest question, in the shape asked for."""
        latest = ""

        def found(state: Json) -> Shown | None:
            nonlocal latest
            cards = cards_about(state, self.channel, self.id)
            asked = all(each.is_a_question for each in cards)  # each has a message of its own
            assert len(cards) <= 1 or asked, f"{len(cards)} cards for {self.id} in {self.channel}"
            latest = cards[-1].words if cards else "(no card)"
            return next((card for card in reversed(cards) if when(card)), None)

        try:
            return await self.desk.workspace.until(found, f"the card in {self.channel}")
        except AssertionError as error:
            raise AssertionError(f"{error}\nIt reads:\n{latest}") from None

    async def says(self, *words: str) -> Shown:
        """Wait until the card says all of this."""
        return await self.card(lambda seen: seen.says(*words))

    async def no_longer_offers(self, label: str) -> Shown:
        """Wait until a button is gone."""
        return await self.card(lambda seen: label not in seen.buttons)

    async def has_no_card(self) -> bool:
        return not cards_about(await self.desk.workspace.state(), self.channel, self.id)

    async def thread_says(self, *words: str) -> None:
        """Wait until the thread under the card says all of this."""
        card = await self.card()
        await self.desk.workspace.until(
            lambda state: all(
                each in said_in_thread(state, self.channel, card.ts) for each in words
            ),
            f"“{words}” in the thread under {self.id}",
        )

    async def decision(self) -> AsyncDecided:
        """Read how it stands, as its agent does."""
        return await self.desk.agent.read(self.id)

    async def stands(self, status: str) -> AsyncDecided:
        """Wait until it has this status, open or closed."""
        deadline = time.monotonic() + PATIENCE
        seen = await self.known()
        while seen.status != status:
            assert time.monotonic() < deadline, f"{self.id} is {seen.status}, not {status}"
            with suppress(StillWaiting):
                seen = await self.desk.agent.change(seen, 1.0)
        return seen

    async def agent_hears(self, status: str) -> Decision:
        """Wait until the agent is told the end of it, by the way it proposed."""
        if self.desk.queue is not None:
            heard = await asyncio.to_thread(self.desk.queue.pending(self.id).wait, PATIENCE)
        else:
            heard = await self.desk.agent.pending(self.id).wait(PATIENCE)
        assert heard.status == status, heard
        return heard

    async def known(self) -> AsyncDecided:
        """Wait until the gateway has taken it in."""
        deadline = time.monotonic() + PATIENCE
        with self.desk.store.watch(f"proposal:{self.id}") as watch:
            while True:
                taken = await self.desk.store.read(
                    lambda look: look.checkpoints.get(ProposalId(self.id))
                )
                if taken is not None:
                    return await self.decision()
                assert time.monotonic() < deadline, f"{self.id} was never taken in"
                await watch.wait(0.2)

    async def audit(self, *happenings: Happening) -> list[AuditLine]:
        """Read the audit log's lines about it, of some kinds or of all."""
        lines = await self.desk.store.read(lambda look: look.audit.of(ProposalId(self.id)))
        return [each for each in lines if not happenings or each.event.happening in happenings]

    async def refusals(self) -> list[str]:
        """Read why requests about it were turned down."""
        return [str(each.event.detail["reason"]) for each in await self.audit(Happening.REFUSED)]
