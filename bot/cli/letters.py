"""`keyturn deadletters`: messages nobody could take in, and why."""

import asyncio
from collections.abc import Callable
from typing import Annotated, TypeVar

import typer

from bot.cli.showing import visible
from bot.cli.spoken import Wrong
from bot.settings import Settings, read_settings
from store.ports import Reading
from store.sql import open_store

T = TypeVar("T")

app = typer.Typer(help="Look at messages that could not be taken in.", no_args_is_help=True)


@app.command("list")
def list_letters(limit: Annotated[int, typer.Option(min=1, max=1000)] = 50) -> None:
    """List dead letters, newest first."""
    letters = _read(lambda tx: tx.dead_letters.page(limit))
    if not letters:
        typer.echo("There are none.")
    for each in letters:
        line = f"{each.id}  {each.at:%Y-%m-%d %H:%M:%S} UTC  {each.agent}: {each.reason}"
        typer.echo(visible(line))


@app.command()
def show(message: Annotated[str, typer.Argument(help="The message's id.")]) -> None:
    """Show one dead letter with what was sent."""
    letter = _read(lambda tx: tx.dead_letters.get(message))
    if letter is None:
        raise Wrong(f"There is no dead letter {message}; see keyturn deadletters list.")
    times = f"tried {letter.attempts} {'time' if letter.attempts == 1 else 'times'}"
    typer.echo(visible(f"{letter.id} from {letter.agent}, {times}: {letter.reason}"))
    typer.echo("\n".join(map(visible, letter.body.splitlines())))


def _read(query: Callable[[Reading], T]) -> T:
    return asyncio.run(_ask(read_settings(), query))


async def _ask(settings: Settings, query: Callable[[Reading], T]) -> T:
    store = await open_store(settings.database_url, workspace=settings.workspace)
    try:
        return await store.read(query)
    finally:
        await store.close()
