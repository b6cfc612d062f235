"""The command line: `keyturn`. Errors are one sentence, exit code 2."""

from bot.cli.application import app, main

__all__ = ["app", "main"]
