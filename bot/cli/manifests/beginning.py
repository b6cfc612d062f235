"""`keyturn manifest init` and `schema`: what an administrator begins with."""

import json
import re
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.spoken import Wrong
from manifests.loading import SHIPPED
from manifests.schema import manifest_schema

STARTING = SHIPPED / "starting"
_USER = re.compile(r"[UW][A-Z0-9]{2,20}", re.ASCII)
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,20}", re.ASCII)
_USER_HELP = "A member id, U…: “Copy member ID” in their profile."
_CHANNEL_HELP = "A channel id, C…: at the end of its “About” tab."

User = Annotated[str, typer.Option(help=_USER_HELP)]
Channel = Annotated[str, typer.Option(help=_CHANNEL_HELP)]


def schema() -> None:
    """Print the manifest's JSON Schema, so that an editor completes and explains every key.

    Save it as manifest.schema.json and begin each file with the line
    # yaml-language-server: $schema=manifest.schema.json
    """
    typer.echo(json.dumps(manifest_schema(), ensure_ascii=False, indent=2))


def init(
    folder: Annotated[Path, typer.Argument(help="Where to write it; nothing is overwritten.")],
    *,
    reviewer: User = "U0REVIEWER",
    fallback: User = "U0FALLBACK",
    administrator: User = "U0ADMIN1",
    second_administrator: User = "U0ADMIN2",
    review_channel: Channel = "C0REVIEW",
    operations_channel: Channel = "C0OPERATIONS",
) -> None:
    """Write a small manifest to begin with, with comments that explain it.

    Give your own ids, or put them in the place of U0… and C0… afterwards.
    """
    ids = {
        "SECOND_ADMINISTRATOR": _one(second_administrator, _USER, "--second-administrator"),
        "ADMINISTRATOR": _one(administrator, _USER, "--administrator"),
        "REVIEWER": _one(reviewer, _USER, "--reviewer"),
        "FALLBACK": _one(fallback, _USER, "--fallback"),
        "REVIEW_CHANNEL": _one(review_channel, _CHANNEL, "--review-channel"),
        "OPERATIONS_CHANNEL": _one(operations_channel, _CHANNEL, "--operations-channel"),
    }
    _refuse_shared_accounts(ids)
    files = {path.relative_to(STARTING): path for path in sorted(STARTING.rglob("*.yaml"))}
    for name in files:
        if (folder / name).exists():
            raise Wrong(f"{folder / name} is there already; choose another folder.")
    for name, path in files.items():
        _write(folder / name, _filled(path.read_text("utf-8"), ids))
        typer.echo(f"{folder / name} written.")
    typer.echo(f"Now look through them, and run: keyturn manifest check {folder}")


def _one(given: str, form: re.Pattern[str], option: str) -> str:
    if form.fullmatch(given):
        return given
    hint = _USER_HELP if form is _USER else _CHANNEL_HELP
    raise Wrong(f"{option} is no id: {given}. {hint}")


def _refuse_shared_accounts(ids: dict[str, str]) -> None:
    """Each of the four is somebody else, so that nobody signs alone or in two seats."""
    users = [each for each in ids.values() if _USER.fullmatch(each)]
    twice = next((each for each in users if users.count(each) > 1), None)
    if twice is not None:
        raise Wrong(f"{twice} is named twice; the four people must be four.")


def _filled(text: str, ids: dict[str, str]) -> str:
    words = re.compile(r"\b(" + "|".join(ids) + r")\b")
    return words.sub(lambda match: ids[match.group()], text)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise Wrong(f"{path} cannot be written: {error.strerror}.") from error
