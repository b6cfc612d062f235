"""All commands together, and the one place where errors become sentences."""

import sys
from collections.abc import Sequence
from typing import NoReturn

import typer

from bot.cli import asking, checking, governing, keys, letters, manifests, running, spoken

app = typer.Typer(
    name="keyturn",
    help="Agents propose; people turn the key in Slack.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(running.demo)
app.command("run")(running.run)
app.command("sandbox")(running.sandbox)
app.command("migrate")(running.migrate_database)
app.command("pause")(governing.pause)
app.command("resume")(governing.resume)
app.command("reload")(governing.reload)
app.command("propose")(asking.propose)
app.command("list")(asking.list_proposals)
app.command("show")(asking.show)
app.command("wait")(asking.wait)
app.command("withdraw")(asking.withdraw)
app.add_typer(keys.app, name="keys")
app.add_typer(manifests.app, name="manifest")
app.add_typer(letters.app, name="deadletters")
app.command("doctor")(checking.doctor)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and leave with its exit code."""
    try:
        app(args=arguments)
    except BaseException as error:
        sentence = spoken.sentence_for(error)
        if sentence is None:
            raise
        typer.echo(sentence, err=True)
        sys.exit(2)
    sys.exit(0)
