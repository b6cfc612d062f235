"""Where everything was written, and all that was found wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from manifests.codes import Code
from manifests.mistakes import Mistake, Place, mistake_at

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Findings:
    """Collects mistakes and warnings, each at the place where it was written."""

    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    unreadable: set[Path] = field(default_factory=set)
    mistakes: list[Mistake] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)

    def mistake(self, path: Path, code: Code, message: str, hint: str = "") -> None:
        """Note something that must be corrected before the manifest can be used."""
        if not self._already_said(path) and not self._said_within(path):
            self.mistakes.append(mistake_at(self.value_place(path), code, message, hint))

    def mistake_in_key(self, path: Path, code: Code, message: str, hint: str = "") -> None:
        """Note that a key itself is wrong, or that something below it is missing."""
        if not self._already_said(path):
            self.mistakes.append(mistake_at(self.key_place(path), code, message, hint))

    def warning(self, path: Path, code: Code, message: str, hint: str = "") -> None:
        """Note something an administrator should know."""
        self.warnings.append(mistake_at(self.value_place(path), code, message, hint))

    def value_place(self, path: Path) -> Place:
        """Find where a value stands, or else what it would be part of."""
        return self.values[path] if path in self.values else self.key_place(path)

    def key_place(self, path: Path) -> Place:
        """Find where a key stands, or else what it would be part of."""
        for length in range(len(path), 0, -1):
            place = self.keys.get(path[:length]) or self.values.get(path[:length])
            if place is not None:
                return place
        return self.values.get((), Place(file="manifest"))

    def _already_said(self, path: Path) -> bool:
        return any(path[:length] in self.unreadable for length in range(1, len(path) + 1))

    def _said_within(self, path: Path) -> bool:
        return any(said[: len(path)] == path for said in self.unreadable)


def in_order(mistakes: Iterable[Mistake]) -> tuple[Mistake, ...]:
    """Sort by file and line, each said once."""
    unique = dict.fromkeys(mistakes)
    return tuple(sorted(unique, key=lambda each: (each.file, each.line, each.column)))
