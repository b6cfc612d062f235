"""The commands of `keyturn manifest`, together."""

import typer

from bot.cli.manifests import beginning, checking, comparing, explaining, replaying, trying

app = typer.Typer(help="Check, explain, test and compare manifests.", no_args_is_help=True)


@app.callback()
def about() -> None:
    """Check, explain, test and compare manifests."""


app.command("check")(checking.check)
app.command("diff")(comparing.diff)
app.command("schema")(beginning.schema)
app.command("init")(beginning.init)
app.command("test")(trying.try_cases)
app.command("replay")(replaying.replay)
app.command("explain")(explaining.explain)
