"""A workspace in a box: a local stand-in for Slack for the demo, development and tests."""

from sandbox.live.people import (
    Application,
    Channel,
    Person,
    Shortcut,
    UserGroup,
    Workspace,
)
from sandbox.live.seed import seed_workspace
from sandbox.options import Options, Step
from sandbox.server import PortBusyError, Sandbox, create_app, serve

__all__ = [
    "Application",
    "Channel",
    "Options",
    "Person",
    "PortBusyError",
    "Sandbox",
    "Shortcut",
    "Step",
    "UserGroup",
    "Workspace",
    "create_app",
    "seed_workspace",
    "serve",
]
