"""One door to each thing outside: the database, Slack, YAML, the environment, the clock."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.source import Module, modules

# What may be imported -> the only places that may.
DOORS = {
    "sqlalchemy": ("store/sql", "bot/wiring.py"),
    "alembic": ("store/sql",),
    # The sandbox keeps a workspace's history in a file of its own.
    "sqlite3": ("store/sql", "client/keyturn/queue", "sandbox"),
    "psycopg": ("store/sql", "client/keyturn/queue"),
    "slack_sdk": ("bot/slack", "bot/wiring.py"),
    "slack_bolt": ("bot/slack", "bot/wiring.py"),
    "yaml": ("manifests/loading", "manifests/loading*.py"),
    "dotenv": ("bot/settings.py",),
}
ENVIRONMENT = ("bot/settings.py",)
WRITES = re.compile(r"\s*(INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b")
# The queue is where an agent may write; the sandbox knows only its own file.
MAY_WRITE = ("store/sql", "client/keyturn/queue", "sandbox")

PURE = ("manifests", "store", "blocks")
SHELL_WITHIN = ("manifests/loading", "manifests/loading*.py", "store/sql")
IMPURE_MODULES = {
    "asyncio",
    "concurrent",
    "http",
    "httpx",
    "io",
    "logging",
    "os",
    "pathlib",
    "random",
    "secrets",
    "shutil",
    "socket",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "structlog",
    "urllib.request",
}
IMPURE_CALLS = re.compile(
    r"(open|print|input)|(.+\.)?(now|utcnow|today|uuid1|uuid4|uuid6|uuid7|urandom|monotonic)"
)


@pytest.mark.parametrize("package", DOORS)
def test_each_package_has_one_door(package: str) -> None:
    through = {
        f"{module}:{line}"
        for module in modules()
        for line, name in module.imports()
        if name.split(".")[0] == package and not module.is_in(*DOORS[package])
    }
    assert not through, f"{package} is for {DOORS[package]} only"


def test_the_environment_is_read_in_one_place() -> None:
    asked = {
        f"{module}:{node.lineno}"
        for module in modules()
        if not module.is_in(*ENVIRONMENT)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute | ast.Name)
        and re.fullmatch(r"(os\.)?(environ|environb|getenv)", ast.unparse(node))
    }
    assert not asked, "settings come in as arguments; bot/settings.py alone reads the environment"


def test_only_the_store_writes_to_its_tables() -> None:
    writes = {
        f"{module}:{node.lineno}"
        for module in modules()
        if not module.is_in(*MAY_WRITE)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and WRITES.match(node.value)
    }
    assert not writes


def test_pure_rooms_have_no_clock_no_chance_and_no_way_out() -> None:
    ways = [
        f"{module}, {way}"
        for module in modules(*PURE)
        if not module.is_in(*SHELL_WITHIN)
        for way in _ways_out(module)
    ]
    assert not ways


def _is_impure(call: str) -> bool:
    # A transaction's clock is the one that deadlines are compared with, and it is handed in.
    return call != "tx.now" and IMPURE_CALLS.fullmatch(call) is not None


def _ways_out(module: Module) -> Iterator[str]:
    for line, name in module.imports():
        if any(f"{name}.".startswith(f"{impure}.") for impure in IMPURE_MODULES):
            yield f"line {line}: imports {name}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and _is_impure(ast.unparse(node.func)):
            yield f"line {node.lineno}: calls {ast.unparse(node.func)}"


@pytest.mark.parametrize(
    "source",
    ["import time", "from datetime import datetime\ndatetime.now(UTC)", "open('x')", "uuid4()"],
)
def test_a_way_out_is_seen(source: str) -> None:
    assert list(_ways_out(Module("blocks/cards/card.py", source, ast.parse(source))))
