"""A desk with the whole bot, and a browser in which to see it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.gallery.album import HEIGHT, WIDTH, Album
from tests.sandbox.browsing import browser, looking
from tests.scenarios.desk import Desk, Setting, desk_of

__all__ = ["browser"]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Set up a desk for one story."""
    database = f"sqlite:///{tmp_path}/keyturn.db"
    async with desk_of(Setting(database=database, folder=tmp_path)) as desk:
        yield desk


@pytest.fixture
async def album(desk: Desk, browser: Browser) -> AsyncIterator[Album]:
    """Open a window on the desk's workspace."""
    async with looking(browser, desk.sandbox.url, WIDTH, HEIGHT) as page:
        yield Album(page, desk.sandbox.url)
