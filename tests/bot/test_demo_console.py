"""The console of the demo's agent calls people by their names."""

from datetime import UTC, datetime

from rich.console import Console

from bot.demo.console import AgentConsole


def test_people_are_called_by_their_names() -> None:
    names = {"U0FINN": "Finn Maguire"}
    console = AgentConsole(Console(quiet=True), lambda: datetime.now(UTC), names)
    assert console.named("U0FINN") == "Finn Maguire"
    assert console.named("U0NEW") == "U0NEW"
    assert console.named(None) == "Somebody"
