"""Commands that look whether everything is in order, and change nothing."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.examining import Finding, examine
from bot.settings import read_settings
from manifests.loading import load, render
from manifests.mistakes import ManifestBroken

MARKS = {True: "ok     ", False: "WRONG  ", None: "unknown"}

manifest = typer.Typer(help="Look at the manifest.", no_args_is_help=True)


@manifest.callback()
def about() -> None:
    """Look at the manifest."""


@manifest.command()
def check(
    path: Annotated[
        Path | None, typer.Argument(help="A folder or a file; KEYTURN_MANIFESTS by default.")
    ] = None,
) -> None:
    """Load the manifest and print every mistake with its place. Exit code 1 if there is one."""
    looked_at = path or read_settings().manifests
    try:
        loaded = load(looked_at)
    except ManifestBroken as broken:
        typer.echo(str(broken), err=True)
        count = len(broken.mistakes)
        typer.echo(f"{count} {'mistake' if count == 1 else 'mistakes'} in {looked_at}.", err=True)
        raise typer.Exit(1) from None
    if loaded.warnings:
        typer.echo(render(loaded.warnings), err=True)
    found = loaded.manifest
    typer.echo(
        f"{looked_at}: {len(found.actions)} actions, {len(found.roles)} roles, "
        f"{len(found.names)} people. {found.digest}"
    )


def doctor() -> None:
    """Look at settings, database, manifest, keys, Slack and clock. Exit code 1 if one is wrong."""
    settings = read_settings()
    findings = asyncio.run(examine(settings))
    for finding in findings:
        _print(finding)
    if any(finding.well is False for finding in findings):
        raise typer.Exit(1)


def _print(finding: Finding) -> None:
    typer.echo(f"{MARKS[finding.well]}  {finding.subject}: {finding.words}")
