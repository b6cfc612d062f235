"""`keyturn doctor`: whether everything is in order; it changes nothing."""

import asyncio

import typer

from bot.cli.examining import Finding, examine
from bot.settings import read_settings

MARKS = {True: "ok     ", False: "WRONG  ", None: "unknown"}


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
