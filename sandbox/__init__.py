"""A workspace in a box: a local stand-in for Slack for the demo, development and tests."""

from sandbox.live.people import Application, Channel, Person, UserGroup, Workspace
from sandbox.live.seed import seed_workspace
from sandbox.options import Options
from sandbox.server import PortBusyError, Sandbox, create_app, serve

__all__ = [
    "Application",
    "Channel",
    "Options",
    "Person",
    "PortBusyError",
    "Sandbox",
    "UserGroup",
    "Workspace",
    "create_app",
    "seed_workspace",
    "serve",
]
