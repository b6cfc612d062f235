import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

from tests.architecture.source import PACKAGES, ROOT, Function, Module, modules

# The places that import what may not be installed: the client's extras, and conditions in CEL.
LOADS_EXTRAS = ("client/keyturn/extras.py", "manifests/loading_cel.py")

ROOTS = tuple(place.rsplit("/", 1)[-1] for place in PACKAGES)


def test_the_layers_hold() -> None:
    """Every module has its place in pyproject.toml's contracts, and calls only what lies below."""
    looked = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert looked.returncode == 0, looked.stdout + looked.stderr


def test_no_two_modules_need_each_other() -> None:
    graph = grimp.build_graph(*ROOTS, cache_dir=None)
    needed = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    try:
        TopologicalSorter(needed).prepare()
    except CycleError as error:
        pytest.fail(f"import cycle: {' <- '.join(error.args[1])}")


def test_imports_stand_at_the_top() -> None:
    hidden = [
        f"{module}::{name}: {ast.unparse(node)}"
        for module in modules(*PACKAGES, "tests")
        if not module.is_in(*LOADS_EXTRAS)
        for name, function in module.functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) or _imports_by_name(node)
    ]
    assert not hidden, f"imports inside functions: {hidden}"


def _imports_by_name(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in {"__import__", "import_module"}
        case _:
            return False


def test_functions_are_found_wherever_they_stand() -> None:
    source = "class A:\n    def b(self):\n        async def c(): ...\n"
    found = Module("a.py", source, ast.parse(source)).functions()
    assert [name for name, node in found if isinstance(node, Function)] == ["A.b", "A.b.c"]
