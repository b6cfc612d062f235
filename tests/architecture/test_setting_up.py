"""What a newcomer's machine is told when it lacks something; `make` calls these scripts."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, files

WITHOUT_ENSUREPIP = """#!/bin/sh
case "$2" in *ensurepip*) exit 1 ;; esac
"""
SHIPPED = (".yaml", ".js", ".css", ".html", ".mako", ".svg")


def venv(python: str, at: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / ".ci/venv", at],
        env={**os.environ, "PYTHON": python},
        check=False,
        capture_output=True,
        text=True,
    )


def test_a_machine_without_a_new_python_is_told_in_one_sentence(tmp_path: Path) -> None:
    told = venv("no-such-python", tmp_path / "venv")
    assert told.returncode == 2
    assert told.stderr.startswith("Keyturn needs Python 3.11 or newer, and none of no-such-python")
    assert told.stderr.count("\n") == 1


def test_a_python_without_ensurepip_is_told_what_to_install(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(WITHOUT_ENSUREPIP)
    python.chmod(0o755)
    told = venv(str(python), tmp_path / "venv")
    assert told.returncode == 2
    assert "apt-get install python3-venv" in told.stderr
    assert told.stderr.count("\n") == 1


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_its_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    pinned = [line for line in text.splitlines() if line and line[0].isalnum()]
    assert pinned
    assert all("==" in line and line.endswith("\\") for line in pinned)
    assert "://" not in text


def test_no_package_is_locked_twice() -> None:
    names = [
        line.split("==")[0]
        for lock in ("requirements.lock", "requirements-dev.lock")
        for line in (ROOT / lock).read_text(encoding="utf-8").splitlines()
        if line and line[0].isalnum()
    ]
    assert len(names) == len(set(names))
    assert "keyturn" not in names


def test_the_wheel_holds_everything_that_is_read_at_run_time(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    rooms = ("bot/", "blocks/", "store/", "manifests/", "sandbox/")
    needed = {name for name in files() if name.startswith(rooms) and name.endswith(SHIPPED)}
    assert needed
    assert needed <= held
