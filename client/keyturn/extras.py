"""The one place that imports what may not be installed."""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType


def load_extra(module: str, *, needs: str, extra: str, purpose: str) -> ModuleType:
    """Import a module that stands on an optional package, or say how to install that."""
    if find_spec(needs) is None:
        raise ValueError(f"{purpose} needs {needs}: pip install 'keyturn[{extra}]'")
    return import_module(module)
