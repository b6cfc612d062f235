"""Desks: every story runs over Socket Mode and HTTP, on both databases, by queue and by API."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.desk import Desk, Setting, desk_of


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    setting = Setting(database=f"sqlite:///{tmp_path}/keyturn.db", folder=tmp_path)
    async with desk_of(setting) as desk:
        yield desk
