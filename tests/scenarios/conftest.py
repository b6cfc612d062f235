"""Desks: every story runs over Socket Mode; the core one over everything there is."""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from tests.fixtures.services import own_database
from tests.scenarios.desk import Desk, Setting, Way, desk_of
from tests.scenarios.programs import Mode

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every story as one."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("scenario")


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    """Give the default desk's setting; a module may give another."""
    return Setting(database=f"sqlite:///{tmp_path}/keyturn.db", folder=tmp_path)


@pytest.fixture
async def desk(setting: Setting) -> AsyncIterator[Desk]:
    """Set up a desk for one story."""
    async with desk_of(setting) as desk:
        yield desk


@pytest.fixture(
    params=[
        pytest.param((mode, engine, way), marks=[pytest.mark.postgres] * (engine == "postgresql"))
        for mode, engine, way in product(get_args(Mode), ("sqlite", "postgresql"), get_args(Way))
    ],
    ids="-".join,
)
async def any_desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    """Set the desk up in every way there is."""
    mode, engine, way = request.param
    with ExitStack() as stack:
        database = f"sqlite:///{tmp_path}/keyturn.db"
        if engine == "postgresql":
            database = stack.enter_context(own_database())
        async with desk_of(Setting(database, tmp_path, mode, way)) as desk:
            yield desk
