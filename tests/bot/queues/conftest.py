from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.gateway import Gateway, gateway


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Gateway]:
    """Put the agents' side together over a fresh SQLite file, served to nobody."""
    async with gateway(f"sqlite:///{tmp_path}/keyturn.db", tmp_path) as one:
        yield one


@pytest.fixture
async def made_postgres(tmp_path: Path, postgres_url: str) -> AsyncIterator[Gateway]:
    """Put the agents' side together over an empty PostgreSQL database."""
    async with gateway(postgres_url, tmp_path) as one:
        yield one
