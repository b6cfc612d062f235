"""`keyturn deadletters`: messages nobody could take in, and why."""

from typing import Annotated

import typer

from bot.cli.database import look
from bot.cli.showing import visible
from bot.cli.spoken import Wrong

app = typer.Typer(help="Look at messages that could not be taken in.", no_args_is_help=True)


@app.command("list")
def list_letters(limit: Annotated[int, typer.Option(min=1, max=1000)] = 50) -> None:
    """List dead letters, newest first."""
    letters = look(lambda tx: tx.dead_letters.page(limit))
    if not letters:
        typer.echo("There are none.")
    for each in letters:
        line = f"{each.id}  {each.at:%Y-%m-%d %H:%M:%S} UTC  {each.agent}: {each.reason}"
        typer.echo(visible(line))


@app.command()
def show(message: Annotated[str, typer.Argument(help="The message's id.")]) -> None:
    """Show one dead letter with what was sent."""
    letter = look(lambda tx: tx.dead_letters.get(message))
    if letter is None:
        raise Wrong(f"There is no dead letter {message}; see keyturn deadletters list.")
    times = f"tried {letter.attempts} {'time' if letter.attempts == 1 else 'times'}"
    typer.echo(visible(f"{letter.id} from {letter.agent}, {times}: {letter.reason}"))
    typer.echo("\n".join(map(visible, letter.body.splitlines())))
