"""One store contract, and every kind of database that must keep it."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from store.sql import SqlStore, migrate, open_store
from store.sql.engine import database_url, writing_engine

KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@pytest.fixture(scope="module", params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give a migrated database to one module; each test has a workspace of its own in it."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("module_postgres_url")
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('store')}/keyturn.db"
    migrate(url)
    return url


@dataclass
class House:
    """A database with a workspace of its own, and the stores that were opened on it."""

    url: str
    workspace: str = field(default_factory=lambda: f"T{uuid4().hex[:10]}")
    stores: list[SqlStore] = field(default_factory=list)

    async def opens(
        self, clock: Callable[[], datetime] | None = None, *, patience: float = 10.0
    ) -> SqlStore:
        store = await open_store(
            self.url, workspace=self.workspace, clock=clock, patience_seconds=patience
        )
        self.stores.append(store)
        return store

    @property
    def on_postgresql(self) -> bool:
        return self.url.startswith("postgresql")


@pytest.fixture
async def house(database: str) -> AsyncIterator[House]:
    found = House(database)
    yield found
    for store in found.stores:
        await store.close()


@pytest.fixture
async def store(house: House) -> SqlStore:
    return await house.opens()


@pytest.fixture
def own_database(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> str:
    """Give one test an empty database that nobody else uses, of the kind its module runs on."""
    if database.startswith("postgresql"):
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path}/own.db"


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """Reach behind the door, as somebody with the database's credentials could."""
    found = writing_engine(database_url(database))
    yield found
    found.dispose()
