"""What the agent's console says: one line for each thing that happens to it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from rich.console import Console
from rich.text import Text

from keyturn import Decision

_STYLES = {
    "approved": "green",
    "approved_with_edits": "green",
    "auto_approved": "green",
    "answered": "cyan",
    "rejected": "red",
    "blocked": "red",
    "expired": "yellow",
    "withdrawn": "yellow",
}

_ROLLED_BACK = {"requested": "to be undone", "done": "undone", "failed": "not undone"}


class AgentConsole:
    """Writes lines; text from anywhere is text, never mark-up."""

    def __init__(
        self,
        console: Console,
        now: Callable[[], datetime],
        names: Mapping[str, str] | None = None,
    ) -> None:
        self._console = console
        self._now = now
        self._names = names or {}

    def named(self, account: str | None) -> str:
        """Name the person behind an account, or give the account where nobody is known by it."""
        return "Somebody" if account is None else self._names.get(account, account)

    def say(self, subject: str, words: str, style: str = "") -> None:
        """Write one line about one proposal."""
        line = Text(f"{self._now().astimezone():%H:%M:%S}  ", style="dim")
        line.append(_visible(subject), style="bold")
        line.append("  ")
        line.append(_visible(words), style=style)
        self._console.print(line)

    def announce(self, *lines: str) -> None:
        """Write lines to the viewer."""
        for line in lines:
            self._console.print(Text(line))

    def decided(self, subject: str, decision: Decision) -> None:
        """Say how people decided, and with which parameters."""
        status = decision.status
        by = " and ".join(_visible(each.name or each.user) for each in decision.decided_by)
        words = status.replace("_", " ") + (f" by {by}" if by else "")
        why = decision.guidance or decision.reason or decision.note
        self.say(subject, f"{words}: {why}" if why else words, _STYLES.get(status, ""))
        if decision.edited and decision.approved:
            for name, value in decision.parameters.items():
                self.say(subject, f"  {name} = {value}", "dim")


def stands(decision: Decision) -> str:
    """Say in a word or two what has become of a proposal by now."""
    after = decision.after
    if after.rollback is not None:
        return _ROLLED_BACK[after.rollback.state]
    if after.recalled is not None:
        return "recalled"
    return after.outcome.outcome if after.outcome is not None else decision.status.replace("_", " ")


def _visible(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text)
