"""The shipped rules, with approvals that reach the agent at once: a wait is no work."""

from functools import cache
from pathlib import Path

from manifests.loading import SHIPPED, load, load_files
from manifests.manifest import Manifest


@cache
def files() -> dict[str, str]:
    """Give every file by its name below the manifests' folder."""
    shipped = dict(load(SHIPPED).files)
    roles = shipped["roles.yaml"].replace("defaults:\n", "defaults:\n  release_delay: none\n", 1)
    return {**shipped, "roles.yaml": roles}


@cache
def manifest() -> Manifest:
    """Load them."""
    return load_files(files()).manifest


def written_below(folder: Path) -> Path:
    """Write them into a folder of their own, as an owner keeps them."""
    kept = folder / "manifests"
    for name, text in files().items():
        file = kept / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return kept
