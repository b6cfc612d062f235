"""One scene of the demo: a proposal, and what its agent says and does around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from keyturn import Details

AS_APPROVED = "Done, exactly as it was approved."


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One proposal of the story, and what the agent says and does around it."""

    action: str
    title: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    details: Details = field(default_factory=Details)
    answer: str = "I looked again and have nothing to add to what the card shows."
    """What it answers when a reviewer asks."""
    redone: Mapping[str, str] = field(default_factory=dict)
    """What a step becomes when a reviewer wants it made anew, by its JSON pointer."""
    done: str = AS_APPROVED
    """What it reports after carrying the action out; {name} is a parameter as it was approved."""
    undone: str = "Undone."
    """What it reports after rolling back; a {name} as above."""
    then: str = ""
    """What the viewer can try."""
    otherwise: "Scene | None" = None
    """What it proposes instead when whoever rejects this asks for another draft."""

    def reports(self, words: str, approved: Mapping[str, Any]) -> str:
        """Fill in what was approved; words that name something else tell of another proposal."""
        try:
            return words.format_map(approved)
        except KeyError:
            return AS_APPROVED

    @property
    def key(self) -> str:
        """Name the proposal, so that it is the same one whenever the demo starts again."""
        return self.details["idempotency_key"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Scenes that are proposed together, and what the viewer is told before them."""

    title: str
    words: tuple[str, ...]
    scenes: tuple[Scene, ...]
