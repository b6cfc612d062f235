"""Load a manifest from a folder or a file: all of it, or every mistake in it at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from manifests.loading_yaml import Written, read_yaml
from manifests.manifest import Manifest
from manifests.mistakes import ManifestBroken, Mistake, Place, did_you_mean, mistake_at, render
from manifests.resolving.findings import Findings, in_order
from manifests.resolving.manifest import SECTIONS, resolved

__all__ = ["SHIPPED", "Loaded", "ManifestBroken", "Mistake", "load", "render"]

SHIPPED = Path(__file__).parent
"""The manifest that comes with Keyturn, made for the sandbox's people and channels."""

_ROLES = "roles.yaml"
_NOT_RULES = frozenset({"slack_app.yaml"})
_LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """A usable manifest, and what its author should know about it."""

    manifest: Manifest
    warnings: tuple[Mistake, ...]


def load(path: Path) -> Loaded:
    """Load a folder (`*.yaml` and `actions/**/*.yaml`) or one file with the `roles.yaml` beside it.

    Raises ManifestBroken with every mistake found, each at its file, line and column.
    """
    findings = Findings()
    files = _files(path)
    if not files:
        raise ManifestBroken((_nothing_there(path),))
    root = path if path.is_dir() else path.parent
    sections = _joined((_read(each, root, findings) for each in files), findings)
    manifest = resolved(sections, findings)
    if findings.mistakes or manifest is None:
        raise ManifestBroken(in_order(findings.mistakes))
    return Loaded(manifest, in_order(findings.warnings))


def _files(path: Path) -> list[Path]:
    if path.is_file():
        roles = path.parent / _ROLES
        return [roles, path] if roles.is_file() and path.name != _ROLES else [path]
    top = [each for each in path.glob("*.y*ml") if each.name not in _NOT_RULES]
    return sorted(top) + sorted((path / "actions").rglob("*.y*ml"))


def _nothing_there(path: Path) -> Mistake:
    what = "This folder holds no *.yaml." if path.is_dir() else "There is no such file or folder."
    hint = "Set KEYTURN_MANIFESTS to the folder that holds roles.yaml and actions/."
    return mistake_at(Place(file=str(path)), "no-manifest", what, hint)


def _read(path: Path, root: Path, findings: Findings) -> Written:
    name = path.relative_to(root).as_posix()
    try:
        content = path.read_bytes()[: _LARGEST + 1]
        text = content.decode("utf-8-sig")
    except OSError as error:
        message = f"This file cannot be read: {error.strerror}."
        findings.mistakes.append(mistake_at(Place(file=name), "unreadable", message))
        return Written(file=name, lines=[])
    except UnicodeDecodeError:
        message = "This file is not written in UTF-8."
        findings.mistakes.append(mistake_at(Place(file=name), "unreadable", message))
        return Written(file=name, lines=[])
    if len(content) > _LARGEST:
        message = "This file is larger than a megabyte; split it."
        findings.mistakes.append(mistake_at(Place(file=name), "unreadable", message))
        return Written(file=name, lines=[])
    return read_yaml(text, name)


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
        findings.mistakes.append(mistake_at(written.values[()], "wrong-type", message, hint))
        return
    for section, entries in written.value.items():
        place = written.keys[section,]
        if section not in SECTIONS:
            hint = did_you_mean(section, SECTIONS, f"Sections: {', '.join(SECTIONS)}.")
            message = f"“{section}” is not a section of a manifest."
            findings.mistakes.append(mistake_at(place, "unknown-key", message, hint))
        elif not isinstance(entries, dict):
            if (section,) not in written.unreadable:
                message = f"“{section}” takes names with what belongs to them."
                findings.mistakes.append(mistake_at(place, "wrong-type", message))
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
            findings.mistakes.append(mistake_at(place, "duplicate-key", message, hint))
        else:
            known[name] = value
