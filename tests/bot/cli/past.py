"""A store with a past: proposals that really came in, one after the other, hours apart."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.bot.gateway import SUPPORT, Gateway, gateway

AGO = timedelta(days=2)


@dataclass
class Past:
    """A gateway that took proposals in before, and the commands' settings set to its store."""

    gateway: Gateway
    url: str

    async def proposes(self, sent: dict[str, Any], *, minutes: int = 1) -> str:
        """Take one proposal in, some minutes after the one before."""
        self.gateway.clock.at += timedelta(minutes=minutes)
        agent = self.gateway.ring.agent_named(SUPPORT)
        assert agent is not None
        taken, _ = await self.gateway.intake.take(agent, json.dumps(sent))
        return taken.checkpoint.id

    async def propose_all(self, sent: Sequence[dict[str, Any]]) -> list[str]:
        """Take several in."""
        return [await self.proposes(each) for each in sent]


@asynccontextmanager
async def past(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Past]:
    """Begin two days ago."""
    async with gateway(url, folder) as made:
        made.clock.at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - AGO
        monkeypatch.setenv("KEYTURN_DATABASE_URL", url)
        monkeypatch.setenv("KEYTURN_WORKSPACE", "test")
        yield Past(made, url)
