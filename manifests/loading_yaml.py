"""YAML text to plain values that remember where they were written, with YAML's traps refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from manifests.codes import Code
from manifests.mistakes import Mistake, Place, mistake_at

Path = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})", re.ASCII)
_FRACTION = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,12}", re.ASCII)
_DEEPEST = 20
_DEEPEST_READ = 100
"""Deeper than this nothing is even looked at: the parser's own stack would not hold it."""
_MOST_NODES = 100_000
_LONGEST = 1_000_000


@dataclass(slots=True)
class Written:
    """One file's content: plain values (fractions as Decimal), and where each of them stands."""

    file: str
    lines: list[str]
    value: object = None
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    unreadable: set[Path] = field(default_factory=set)
    """Paths that already have a mistake, so that nothing else is said about them."""

    def place(self, mark: yaml.Mark) -> Place:
        """Turn the parser's mark into a place of ours."""
        source = self.lines[mark.line] if mark.line < len(self.lines) else ""
        return Place(file=self.file, line=mark.line + 1, column=mark.column + 1, source=source)

    def refuse(self, path: Path, node: Node, code: Code, message: str, hint: str) -> None:
        """Note a mistake at a node, and that its value says nothing."""
        self.unreadable.add(path)
        self.mistakes.append(mistake_at(self.place(node.start_mark), code, message, hint))


def read_yaml(text: str, file: str) -> Written:
    """Read one YAML document; what cannot be read is among the mistakes."""
    if len(text) > _LONGEST:
        message = "This file is longer than a million characters; split it."
        return Written(file, [], mistakes=[mistake_at(Place(file=file), Code.TOO_LARGE, message)])
    written = Written(file=file, lines=text.splitlines())
    try:
        documents = list(yaml.compose_all(text, Loader=_BoundedLoader))
    except _TooMuch as error:
        written.mistakes.append(mistake_at(written.place(error.mark), error.code, error.message))
        return written
    except yaml.YAMLError as error:
        written.mistakes.append(_syntax(written, error))
        return written
    if len(documents) > 1:
        written.refuse(
            (), documents[1], Code.SEVERAL_DOCUMENTS, "A manifest file holds one document.",
            "Remove the `---` line, or move the second part to a file of its own.",
        )  # fmt: skip
    if documents:
        written.value = _Reader(written).value(documents[0], ())
    return written


def _syntax(written: Written, error: yaml.YAMLError) -> Mistake:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        message = "This is not YAML: it holds characters that no text should."
        return mistake_at(Place(file=written.file), Code.YAML, message)
    place = written.place(error.problem_mark)
    if "\\t" in (error.problem or "") or "\t" in place.source[: place.column]:
        return mistake_at(
            place,
            Code.TAB,
            "A tab is used to indent.",
            "Use spaces; YAML does not allow tabs here.",
        )
    said = error.problem or "the text ends too early"
    hint = "Look at the indentation, the colons and the quotes around here."
    return mistake_at(place, Code.YAML, f"This is not YAML: {said}.", hint)


class _TooMuch(Exception):
    """The text is nested so deeply, or says so much, that reading on would harm others."""

    def __init__(self, mark: yaml.Mark, code: Code, message: str) -> None:
        super().__init__(message)
        self.mark = mark
        self.code = code
        self.message = message


class _BoundedLoader(yaml.SafeLoader):
    """Composes nodes as ever, and stops where a hostile text would exhaust stack or time."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._depth = 0
        self._nodes = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        """Compose one node, unless it lies too deep or is one too many."""
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # stubs lack it
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            raise _TooMuch(mark, Code.TOO_LARGE, "This file says too much; split it.")
        if self._depth >= _DEEPEST_READ:
            raise _TooMuch(mark, Code.TOO_DEEP, "This is nested too deeply.")
        self._depth += 1
        node: Node | None = super().compose_node(parent, index)
        self._depth -= 1
        return node


class _Reader:
    """Walks one document's nodes once."""

    def __init__(self, written: Written) -> None:
        self._written = written
        self._seen: set[int] = set()

    def value(self, node: Node, path: Path) -> object:
        """Give a node's plain value, and note where it stands."""
        self._written.values.setdefault(path, self._written.place(node.start_mark))
        if id(node) in self._seen:
            self._refuse(
                path, node, Code.ALIAS, "Anchors and aliases are not used in manifests.",
                "Write the value out, so that whoever reads this line sees what holds.",
            )  # fmt: skip
            return None
        self._seen.add(id(node))
        if len(path) > _DEEPEST:
            self._refuse(path, node, Code.TOO_DEEP, "This is nested too deeply.", "")
            return None
        match node:
            case MappingNode():
                return dict(self._entries(node, path))
            case SequenceNode():
                return [self.value(each, (*path, i)) for i, each in enumerate(node.value)]
            case _:
                return self._scalar(node, path)

    def _entries(self, node: MappingNode, path: Path) -> Iterator[tuple[str, object]]:
        for key_node, value_node in node.value:
            key = self._key(key_node, path)
            if key is None:
                continue
            here = (*path, key)
            place = self._written.place(key_node.start_mark)
            if here in self._written.keys:
                first = self._written.keys[here].line
                self._refuse(
                    here, key_node, Code.DUPLICATE_KEY, f"“{key}” is written twice.",
                    f"It stands on line {first} already; keep one of them.",
                )  # fmt: skip
                continue
            self._written.keys[here] = place
            yield key, self.value(value_node, here)

    def _key(self, node: Node, path: Path) -> str | None:
        key = self._scalar(node, (*path, "?")) if isinstance(node, ScalarNode) else None
        if isinstance(key, str) and key != "<<":
            return key
        if (*path, "?") not in self._written.unreadable:
            hint = "Keys are words; put quotes around it if it is meant as one."
            self._refuse((*path, "?"), node, Code.BAD_KEY, "This cannot be a key.", hint)
        self._written.unreadable.discard((*path, "?"))
        return None

    def _scalar(self, node: Node, path: Path) -> object:
        text = str(node.value)
        tag = node.tag.removeprefix(_TAG)
        if getattr(node, "style", None) and tag in {"str", "!"}:
            return text
        match tag:
            case "str" | "timestamp" | "merge" | "value":
                return text
            case "null":
                return None
            case "bool":
                return self._boolean(node, path, text)
            case "int" | "float":
                return self._number(node, path, text)
            case _:
                hint = "Remove the tag (the word that begins with !)."
                self._refuse(path, node, Code.TAG, "YAML tags are not used in manifests.", hint)
                return None

    def _boolean(self, node: Node, path: Path, text: str) -> bool | None:
        if text in {"true", "false"}:
            return text == "true"
        truth = "true" if text.lower() in {"yes", "on", "true"} else "false"
        self._refuse(
            path, node, Code.AMBIGUOUS_WORD, f"YAML takes the bare word “{text}” for {truth}.",
            f'Write {truth} if you mean that, or "{text}" in quotes if you mean the word.',
        )  # fmt: skip
        return None

    def _number(self, node: Node, path: Path, text: str) -> int | Decimal | None:
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FRACTION.fullmatch(text):
            return Decimal(text)
        if ":" in text:
            self._refuse(
                path, node, Code.SEXAGESIMAL, f"YAML takes {text} for a number in base 60.",
                f'Write "{text}" in quotes for a time of day, or 12h30m for a length of time.',
            )  # fmt: skip
            return None
        self._refuse(
            path, node, Code.ODD_NUMBER, f"{text} is read differently by different programs.",
            f'Write a plain decimal number, or "{text}" in quotes if it is a word.',
        )  # fmt: skip
        return None

    def _refuse(self, path: Path, node: Node, code: Code, message: str, hint: str) -> None:
        self._written.refuse(path, node, code, message, hint)
