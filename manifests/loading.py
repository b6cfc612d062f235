"""Load a manifest from a folder or a file: all of it, or every mistake in it at once."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from manifests.codes import Code
from manifests.loading_yaml import Path as Key
from manifests.loading_yaml import Written, read_yaml
from manifests.manifest import Manifest
from manifests.mistakes import ManifestBroken, Mistake, Place, did_you_mean, mistake_at, render
from manifests.resolving.findings import Findings, in_order
from manifests.resolving.manifest import SECTIONS, resolved

__all__ = [
    "SHIPPED",
    "Loaded",
    "ManifestBroken",
    "Mistake",
    "Snapshot",
    "files_of",
    "load",
    "load_files",
    "render",
    "snapshot_of",
]

SHIPPED = Path(__file__).parent
"""The manifest that comes with Keyturn, made for the sandbox's people and channels."""

_ROLES = "roles.yaml"
_NOT_RULES = frozenset({"cases.yaml", "slack_app.yaml"})
_LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """A usable manifest, what its author should know about it, and what it was read from."""

    manifest: Manifest
    warnings: tuple[Mistake, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    """Every file's text by its name, such as `actions/finance.yaml`."""
    places: Mapping[Key, Place] = field(default_factory=dict)
    """Where each key and each entry of a list was written: ("actions", "pay", "severity")."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files as they were at one moment, usable or not."""

    files: Mapping[str, str]
    mistakes: tuple[Mistake, ...]
    """What could not be read at all."""

    @property
    def fingerprint(self) -> str:
        """Tell this content from every other, also where it is broken."""
        content = json.dumps([sorted(self.files.items()), render(self.mistakes)])
        return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"

    def loaded(self) -> Loaded:
        """Load what was read; raise ManifestBroken with every mistake found."""
        if not self.files:
            raise ManifestBroken(self.mistakes)
        return _loaded(self.files, Findings(mistakes=[*self.mistakes]))


def snapshot_of(path: Path) -> Snapshot:
    """Read a folder or a file as `load` does, and judge nothing yet."""
    files = _files(path)
    if not files:
        return Snapshot({}, (_nothing_there(path),))
    findings = Findings()
    root = path if path.is_dir() else path.parent
    read = {each.relative_to(root).as_posix(): each for each in files}
    texts = ((name, _text(name, each, findings)) for name, each in read.items())
    known = {name: text for name, text in texts if text is not None}
    return Snapshot(known, in_order(findings.mistakes))


def load(path: Path) -> Loaded:
    """Load a folder (`*.yaml` and `actions/**/*.yaml`) or one file with the `roles.yaml` beside it.

    Raises ManifestBroken with every mistake found, each at its file, line and column.
    """
    return snapshot_of(path).loaded()


def files_of(path: Path) -> dict[str, str]:
    """Read what `load` would load, as text by file name; raise ManifestBroken if it cannot be."""
    snapshot = snapshot_of(path)
    if snapshot.mistakes:
        raise ManifestBroken(snapshot.mistakes)
    return dict(snapshot.files)


def load_files(files: Mapping[str, str]) -> Loaded:
    """Load a manifest from texts by file name; raise ManifestBroken with every mistake found."""
    return _loaded(files, Findings())


def _loaded(files: Mapping[str, str], findings: Findings) -> Loaded:
    written = (read_yaml(text, name) for name, text in files.items())
    sections = _joined(written, findings)
    manifest = resolved(sections, findings)
    if findings.mistakes or manifest is None:
        raise ManifestBroken(in_order(findings.mistakes))
    places = {**findings.values, **findings.keys}
    return Loaded(manifest, in_order(findings.warnings), dict(files), places)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        roles = path.parent / _ROLES
        return [roles, path] if roles.is_file() and path.name != _ROLES else [path]
    top = [each for each in path.glob("*.y*ml") if each.name not in _NOT_RULES]
    return sorted(top) + sorted((path / "actions").rglob("*.y*ml"))


def _nothing_there(path: Path) -> Mistake:
    what = "This folder holds no *.yaml." if path.is_dir() else "There is no such file or folder."
    hint = "Set KEYTURN_MANIFESTS to the folder that holds roles.yaml and actions/."
    return mistake_at(Place(file=str(path)), Code.NO_MANIFEST, what, hint)


def _text(name: str, path: Path, findings: Findings) -> str | None:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) <= _LARGEST:
            return content.decode("utf-8-sig")
        message = "This file is larger than a megabyte; split it."
    except OSError as error:
        message = f"This file cannot be read: {error.strerror}."
    except UnicodeDecodeError:
        message = "This file is not written in UTF-8."
    findings.mistakes.append(mistake_at(Place(file=name), Code.UNREADABLE, message))
    return None


def _joined(files: Iterable[Written], findings: Findings) -> dict[str, dict[str, object]]:
    """Lay several files over each other; nothing may be defined twice."""
    sections: dict[str, dict[str, object]] = {}
    for written in files:
        findings.mistakes += written.mistakes
        _join(written, sections, findings)
        for path, place in written.values.items():
            findings.values.setdefault(path, place)
        for path, place in written.keys.items():
            findings.keys.setdefault(path, place)
        findings.unreadable |= written.unreadable
    return sections


def _join(written: Written, sections: dict[str, dict[str, object]], findings: Findings) -> None:
    if written.value is None:
        return
    if not isinstance(written.value, dict):
        hint = f"Begin with one of: {', '.join(SECTIONS)}."
        message = "A manifest file holds sections."
        findings.mistakes.append(mistake_at(written.values[()], Code.WRONG_TYPE, message, hint))
        return
    for section, entries in written.value.items():
        place = written.keys[section,]
        if section not in SECTIONS:
            hint = did_you_mean(section, SECTIONS, f"Sections: {', '.join(SECTIONS)}.")
            message = f"“{section}” is not a section of a manifest."
            findings.mistakes.append(mistake_at(place, Code.UNKNOWN_KEY, message, hint))
        elif not isinstance(entries, dict):
            if (section,) not in written.unreadable:
                message = f"“{section}” takes names with what belongs to them."
                findings.mistakes.append(mistake_at(place, Code.WRONG_TYPE, message))
        else:
            _add(section, entries, written, sections, findings)


def _add(
    section: str,
    entries: dict[str, object],
    written: Written,
    sections: dict[str, dict[str, object]],
    findings: Findings,
) -> None:
    known = sections.setdefault(section, {})
    for name, value in entries.items():
        if name in known:
            first = findings.key_place((section, name))
            message = f"“{name}” is defined twice."
            hint = f"It stands in {first.file}:{first.line} already; keep one of them."
            place = written.keys[section, name]
            findings.mistakes.append(mistake_at(place, Code.DUPLICATE_KEY, message, hint))
        else:
            known[name] = value
