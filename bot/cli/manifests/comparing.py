"""`keyturn manifest diff`: what a change does, before it is in force."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.manifests.reading import loaded_from
from bot.cli.showing import visible
from manifests.difference import Effect, differences

WEAKENED = 3


def diff(
    old: Annotated[Path, typer.Argument(help="The manifest as it is: a folder or a file.")],
    new: Annotated[Path, typer.Argument(help="The manifest as it would be.")],
) -> None:
    """Say what changes between two manifests, each line STRICTER, WEAKER or NEUTRAL.

    What cannot be told is WEAKER. Exit code 0: nothing is weaker. 3: something is, so a second
    administrator will have to approve it. 2: one of them cannot be used.
    """
    changes = differences(loaded_from(old).manifest, loaded_from(new).manifest)
    for each in changes:
        typer.echo(visible(str(each)))
    found = Counter(each.effect for each in changes)
    typer.echo(_summary(found))
    if found[Effect.WEAKER]:
        raise typer.Exit(WEAKENED)


def _summary(found: Counter[Effect]) -> str:
    if not found:
        return "Both mean the same."
    total = found.total()
    counted = ", ".join(f"{found[each]} {each}" for each in Effect if found[each])
    return f"{total} {'change' if total == 1 else 'changes'}: {counted}."
