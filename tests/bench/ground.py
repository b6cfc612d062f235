"""Where a run happens: its own folder, its sizes, and Slack's side."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from tests.bench.programs import Program, bot
from tests.bench.scale import Scale
from tests.bench.seeding import sqlite_url


@dataclass(frozen=True, slots=True)
class Ground:
    """What every measurement stands on."""

    folder: Path
    scale: Scale
    slack: Program

    def file(self, name: str) -> Path:
        """Name a database file of this run."""
        return self.folder / f"{name}-{uuid4().hex[:8]}.db"

    @contextmanager
    def bot(self, file: Path) -> Iterator[Program]:
        """Run the bot over a database file until the block ends."""
        with bot(self.folder, sqlite_url(file), self.slack) as program:
            program.settle()
            yield program


def one(file: Path, query: str) -> int:
    """Read one number from a database file."""
    with closing(sqlite3.connect(file, timeout=30)) as database:
        return int(database.execute(query).fetchone()[0])
