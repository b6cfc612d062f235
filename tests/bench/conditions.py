"""Under which conditions a run took place: without them a figure says nothing."""

import os
import platform
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench.scale import Scale

LIBRARIES = ("sqlalchemy", "psycopg", "slack-bolt", "slack-sdk", "starlette", "uvicorn", "uvloop")


def conditions(scale: Scale) -> list[tuple[str, str]]:
    """List what the figures depend on, as it is at the start."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    load = " / ".join(f"{each:.2f}" for each in os.getloadavg())
    cores = len(os.sched_getaffinity(0))
    return [
        ("date", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"),
        ("processor", f"{cores} cores shared by bot, load and Slack's side; {_model()}"),
        ("load at start", f"{load} (1, 5, 15 minutes)"),
        ("Python", f"{platform.python_version()}, {platform.system()} {platform.release()}"),
        ("libraries", libraries),
        ("database", f"SQLite {sqlite3.sqlite_version}, WAL, synchronous=FULL, one file a part"),
        ("sizes", _sizes(scale)),
    ]


def _model() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _sizes(scale: Scale) -> str:
    return (
        f"{scale.rounds} rounds; a round: {scale.proposals:,} proposals, "
        f"{scale.messages:,} messages, {scale.clicks:,} clicks with {scale.open:,} more open, "
        f"{scale.changes:,} wakes with {scale.waiting:,} waiting, {scale.routings:,} routings"
    )
