from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.gateway import Gateway, gateway, served


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Gateway]:
    """Serve the agents' API over a fresh SQLite file."""
    async with gateway(f"sqlite:///{tmp_path}/keyturn.db", tmp_path) as made, served(made):
        yield made
