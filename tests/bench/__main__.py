"""`make bench`: measure in temporary databases, and print one table with its conditions."""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.bench.conditions import conditions
from tests.bench.figures import Row
from tests.bench.ground import Ground
from tests.bench.measures import (
    api,
    assigning,
    clicks,
    drawing,
    home,
    memory,
    polls,
    queue,
    routing,
    sweep,
)
from tests.bench.programs import slack_side
from tests.bench.scale import FULL, QUICK, Scale
from tests.bench.table import table

OPEN_FILES = 8_192
MEASURES: Mapping[str, Callable[[Ground], list[Row]]] = {
    "api": api.measure,
    "queue": queue.measure,
    "clicks": clicks.measure,
    "sweep": sweep.measure,
    "polls": polls.measure,
    "memory": memory.measure,
    "drawing": drawing.measure,
    "home": home.measure,
    "routing": routing.measure,
    "assigning": assigning.measure,
}


def main(arguments: Sequence[str]) -> None:
    """Measure what was asked for, and print the table."""
    asked = _parser().parse_args(arguments)
    scale = QUICK if asked.quick else FULL
    _allow_open_files()
    began = time.monotonic()
    said = conditions(scale)
    with tempfile.TemporaryDirectory(prefix="keyturn-bench-") as folder:
        rows = _measured(Path(folder), scale, asked.only or list(MEASURES))
    said.append(("the whole run took", f"{time.monotonic() - began:.0f} s"))
    written = table(said, rows)
    print(written)
    if asked.output:
        asked.output.write_text(written + "\n", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes: does it work at all?")
    parser.add_argument("--only", action="append", choices=MEASURES, help="one part; repeatable")
    parser.add_argument("--output", type=Path, help="a file to write the table to, as Markdown")
    return parser


def _measured(folder: Path, scale: Scale, names: Sequence[str]) -> list[Row]:
    rows = []
    with slack_side(folder) as slack:
        ground = Ground(folder, scale, slack)
        for name in names:
            print(f"measuring {name} …", file=sys.stderr)
            rows += MEASURES[name](ground)
    return rows


def _allow_open_files() -> None:
    """Let a thousand connections stand open, here and in the programs started from here."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


if __name__ == "__main__":
    main(sys.argv[1:])
