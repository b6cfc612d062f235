"""The project's own files, read once, for the tests that look at their shape."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "blocks", "store", "manifests", "sandbox", "client/keyturn")
HIDDEN_BUT_OURS = {".ci", ".editorconfig", ".env.example", ".gitignore"}
MIGRATIONS = "store/sql/migrations/versions"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file: its path from the project's root, its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    def __str__(self) -> str:
        return self.path

    def is_in(self, *places: str) -> bool:
        """Tell whether the file is one of these, or stands under one of these folders."""
        own = PurePosixPath(self.path)
        return any(own.is_relative_to(place) or own.match(place) for place in places)

    def lines(self) -> int:
        """Count the file's lines."""
        return self.text.count("\n")

    def functions(self) -> Iterator[tuple[str, Function]]:
        """Yield every function with its dotted name inside the file."""
        yield from _functions(self.tree, "")

    def imports(self) -> Iterator[tuple[int, str]]:
        """Yield the line and dotted name of everything that the file imports."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, name.name) for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


@cache
def files() -> tuple[str, ...]:
    """List the files that are, or would be, in the repository."""
    listed = _tracked() if (ROOT / ".git").exists() and shutil.which("git") else _unpacked()
    return tuple(sorted(name for name in set(listed) if (ROOT / name).is_file()))


def _tracked() -> Iterator[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    yield from filter(None, listed.stdout.split("\0"))


def _unpacked() -> Iterator[str]:
    """List an archive's files, without what make and the tools have put beside them."""
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if parts[0] in HIDDEN_BUT_OURS or not any(map(_is_made, parts)):
            yield "/".join(parts)


def _is_made(part: str) -> bool:
    return part.startswith(".") or part == "__pycache__" or part.endswith(".egg-info")


@cache
def modules(*places: str) -> tuple[Module, ...]:
    """Read the Python files under these folders, by default all that is shipped."""
    wanted = places or PACKAGES
    return tuple(
        _read(name)
        for name in files()
        if name.endswith(".py") and any(name.startswith(f"{place}/") for place in wanted)
    )


@cache
def _read(name: str) -> Module:
    text = (ROOT / name).read_text(encoding="utf-8")
    return Module(name, text, ast.parse(text, name))


def _functions(parent: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
    for node in ast.iter_child_nodes(parent):
        inner = prefix
        if isinstance(node, Function | ast.ClassDef):
            inner = f"{prefix}{node.name}."
        if isinstance(node, Function):
            yield prefix + node.name, node
        yield from _functions(node, inner)
