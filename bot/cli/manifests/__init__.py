"""`keyturn manifest`: an administrator's tools, from a first look at the rules to their history."""

from bot.cli.manifests.commands import app

__all__ = ["app"]
