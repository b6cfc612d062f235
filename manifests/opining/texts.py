"""The texts of a proposal in which rules look for words."""

from collections.abc import Iterable

from pydantic import JsonValue

from manifests.conditions import Where
from manifests.folding import folded
from manifests.proposed import Proposed


class Texts:
    """The texts of one proposal, each folded when it is first asked for."""

    __slots__ = ("_folded",)

    def __init__(self) -> None:
        self._folded: dict[Where, str] = {}

    def within(self, where: Where, proposed: Proposed) -> str:
        """Give what stands at one place of the proposal."""
        known = self._folded.get(where)
        if known is None:
            known = self._folded[where] = folded(_text(where, proposed))
        return known


def _text(where: Where, proposed: Proposed) -> str:
    match where:
        case "request":
            return proposed.context.request or ""
        case "reason":
            return proposed.reason
        case "question":
            return proposed.question or ""
        case "parameters":
            # A phrase found across two values puts it before a person, which is safe.
            return "\n".join(_strings(proposed.parameters.values()))


def _strings(values: Iterable[JsonValue]) -> list[str]:
    """List every text in nested values, and the names inside them; those at the top are ours."""
    found: list[str] = []
    waiting: list[Iterable[JsonValue]] = [values]
    while waiting:
        for value in waiting.pop():
            if isinstance(value, str):
                found.append(value)
            elif isinstance(value, list):
                waiting.append(value)
            elif isinstance(value, dict):
                found += value
                waiting.append(value.values())
    return found
