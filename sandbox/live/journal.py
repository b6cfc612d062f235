"""Where the workspace is kept between two runs: one SQLite file, or nowhere."""

import json
import sqlite3
from pathlib import Path
from typing import Protocol

from sandbox.shapes import Json


class Journal(Protocol):
    """Keep records by kind and key."""

    def put(self, kind: str, key: str, body: Json | None) -> None:
        """Keep a record, or forget it when the body is None; return when it is safe."""
        ...

    def all(self, kind: str) -> list[tuple[str, Json]]:
        """Return every record of a kind, in the order of its key's first writing."""
        ...

    def close(self) -> None:
        """Let the file go."""
        ...


class NoJournal:
    """Keep nothing."""

    def put(self, kind: str, key: str, body: Json | None) -> None:
        """Accept and forget."""

    def all(self, kind: str) -> list[tuple[str, Json]]:  # noqa: ARG002 - the port's signature
        """Return nothing."""
        return []

    def close(self) -> None:
        """Do nothing."""


class FileJournal:
    """Keep records in one SQLite file; what was put survives the program's death."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # A committed write is in the operating system's hands: enough against kill -9, and fast.
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=NORMAL")
        self._file.execute(
            "CREATE TABLE IF NOT EXISTS records ("
            "position INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, "
            "body TEXT NOT NULL, UNIQUE (kind, key))"
        )

    def put(self, kind: str, key: str, body: Json | None) -> None:
        """Write or delete one record, committed on return."""
        if body is None:
            self._file.execute("DELETE FROM records WHERE kind = ? AND key = ?", (kind, key))
            return
        self._file.execute(
            "INSERT INTO records (kind, key, body) VALUES (?, ?, ?) "
            "ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
            (kind, key, json.dumps(body, ensure_ascii=False)),
        )

    def all(self, kind: str) -> list[tuple[str, Json]]:
        """Read every record of a kind."""
        rows = self._file.execute(
            "SELECT key, body FROM records WHERE kind = ? ORDER BY position", (kind,)
        )
        return [(key, json.loads(body)) for key, body in rows]

    def close(self) -> None:
        """Close the file."""
        self._file.close()
