"""Where a manifest is, and what the commands need to know of it."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bot.settings import read_settings
from manifests.loading import Loaded, load
from manifests.mistakes import ManifestBroken, Mistake

ManifestPath = Annotated[
    Path | None,
    typer.Option("--manifest", help="A folder or a file; KEYTURN_MANIFESTS by default."),
]


def place_of(path: Path | None) -> Path:
    """Give the manifest's place: as it was typed, or as it is set."""
    return path or read_settings().manifests


def loaded_from(path: Path | None) -> Loaded:
    """Load a manifest, or raise `ManifestBroken` with places as whoever typed them knows them."""
    where = place_of(path)
    try:
        return load(where)
    except ManifestBroken as broken:
        raise ManifestBroken(from_here(broken.mistakes, where)) from None


def from_here(mistakes: Iterable[Mistake], path: Path) -> tuple[Mistake, ...]:
    """Name files as they are found from the folder in which the command was typed."""
    return tuple(replace(each, file=named_from_here(each.file, path)) for each in mistakes)


def named_from_here(file: str, path: Path) -> str:
    """Name one file of a manifest as it is found from here."""
    inside = (path if path.is_dir() else path.parent) / file
    return str(inside) if inside.exists() else file
