"""`keyturn manifest check`: every mistake at once, for people, programs and code reviews."""

import asyncio
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.manifests.asking_slack import what_slack_says
from bot.cli.manifests.reading import from_here, place_of
from bot.cli.showing import visible
from bot.settings import needed, read_settings
from manifests.codes import Code
from manifests.loading import Loaded, load
from manifests.mistakes import ManifestBroken, Mistake, render


class Format(StrEnum):
    """How what was found is written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


@dataclass(frozen=True, slots=True)
class Report:
    """Everything found in one manifest."""

    path: Path
    loaded: Loaded | None
    """None when it cannot be used."""
    mistakes: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...]


def check(
    path: Annotated[
        Path | None, typer.Argument(help="A folder or a file; KEYTURN_MANIFESTS by default.")
    ] = None,
    *,
    form: Annotated[
        Format, typer.Option("--format", help="github annotates a pull request.")
    ] = Format.TEXT,
    online: Annotated[
        bool, typer.Option("--online", help="Ask Slack, too, for channels, people and groups.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Let warnings count as mistakes.")
    ] = False,
) -> None:
    """Load the manifest and print every mistake with its place.

    Exit code 0: it can be used. 1: it holds mistakes. 2: it could not be looked at.
    """
    report = _examined(place_of(path), online=online)
    match form:
        case Format.TEXT:
            _print_text(report)
        case Format.JSON:
            typer.echo(json.dumps(_as_json(report), ensure_ascii=False, indent=2))
        case Format.GITHUB:
            _print_annotations(report)
    if any(each.code is Code.NO_MANIFEST for each in report.mistakes):
        raise typer.Exit(2)
    if report.mistakes or (strict and report.warnings):
        raise typer.Exit(1)


def _examined(path: Path, *, online: bool) -> Report:
    try:
        loaded = load(path)
    except ManifestBroken as broken:
        return Report(path, None, from_here(broken.mistakes, path), ())
    mistakes: tuple[Mistake, ...] = ()
    warnings = loaded.warnings
    if online:
        settings = read_settings()
        needed(settings, "SLACK_BOT_TOKEN")
        found = asyncio.run(what_slack_says(settings, loaded))
        mistakes, warnings = found.mistakes, (*warnings, *found.warnings)
    return Report(path, loaded, from_here(mistakes, path), from_here(warnings, path))


def _print_text(report: Report) -> None:
    for each in (report.mistakes, report.warnings):
        if each:
            lines = render(each).splitlines()
            typer.echo("\n".join(visible(line) for line in lines), err=True)
    if report.mistakes:
        typer.echo(f"{_counted(report.mistakes, 'mistake')} in {report.path}.", err=True)
    if report.warnings:
        typer.echo(f"{_counted(report.warnings, 'warning')} in {report.path}.", err=True)
    if report.loaded is not None and not report.mistakes:
        found = report.loaded.manifest
        typer.echo(
            f"{report.path}: {len(found.actions)} actions, {len(found.roles)} roles, "
            f"{len(found.names)} people. {found.digest}"
        )


def _counted(mistakes: tuple[Mistake, ...], name: str) -> str:
    return f"{len(mistakes)} {name}{'' if len(mistakes) == 1 else 's'}"


def _as_json(report: Report) -> dict[str, object]:
    digest = report.loaded.manifest.digest if report.loaded else None
    return {
        "path": str(report.path),
        "usable": not report.mistakes,
        "digest": digest,
        "mistakes": [asdict(each) for each in report.mistakes],
        "warnings": [asdict(each) for each in report.warnings],
    }


def _print_annotations(report: Report) -> None:
    for line in (
        *_annotations("error", report.mistakes),
        *_annotations("warning", report.warnings),
    ):
        typer.echo(line)


def _annotations(command: str, mistakes: Iterable[Mistake]) -> Iterator[str]:
    """Write workflow commands: `::error file=…,line=…,col=…,title=…::message`."""
    for each in mistakes:
        place = f"file={_property(each.file)},line={each.line},col={each.column}"
        message = _message(f"{each.message} {each.hint}".rstrip())
        yield f"::{command} {place},title={_property(each.code)}::{message}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
