"""What must be typed once more before something is approved: an amount, a target, or a name."""

import unicodedata
from collections.abc import Iterator

from pydantic import JsonValue

from manifests.parameters import Sensitivity
from store.checkpoint import Checkpoint
from store.digest import canonical

_LONGEST = 60
_END = 28
"""Characters of a longer value that are typed of its beginning, and as many of its end."""
_BETWEEN = " … "
_MARKS = 4
_TYPED = "LMNPSZ"
"""Letters with their marks, digits, punctuation, symbols and spaces: what a person types and sees.

Controls, joiners, directions, private and unassigned characters are none of them.
"""
_UNSEEN = frozenset(
    chr(point)
    for point in (
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    )
)
"""Letters, marks and symbols that show nothing."""


def phrase_to_retype(checkpoint: Checkpoint) -> str:
    """Give the words: the value as far as it can be typed, or else the action's name.

    The agent chooses the value, so it must not be able to choose less care with it: what is long is
    typed at both ends, and what nobody sees is left out. A name stands in only for what the rules
    hide, what is made of parts, and what is absent or shows nothing.
    """
    plan = checkpoint.plan
    value = checkpoint.revision.parameters.get(plan.retype) if plan.retype else None
    declared = plan.schema.named(plan.retype)
    secret = declared is not None and declared.sensitive is not Sensitivity.PLAIN
    if value is None or secret or isinstance(value, dict | list):
        return checkpoint.proposal.action
    words = _bare("".join(_seen(unicodedata.normalize("NFC", _written(value)))))
    return _both_ends(words) or checkpoint.proposal.action


def is_retyped(checkpoint: Checkpoint, typed: str | None) -> bool:
    """Say whether it was typed as it stands; only spaces may differ, and how dots are written."""
    if typed is None:
        return False
    phrase = phrase_to_retype(checkpoint)
    return phrase in {_bare(typed), _bare(typed.replace("...", "…"))}


def _written(value: JsonValue) -> str:
    return value if isinstance(value, str) else canonical(value).decode()


def _bare(text: str) -> str:
    """Leave out what two ways of typing the same differ in: spaces, and how accents are made."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _seen(text: str) -> Iterator[str]:
    """Leave out what nobody sees, and marks that pile up on one letter as in no language."""
    marks = 0
    for character in text:
        kind = unicodedata.category(character)[0]
        marks = marks + 1 if kind == "M" else 0
        seen = kind in _TYPED and character not in _UNSEEN and marks <= _MARKS
        # Tabs and line ends are controls too, and count as the spaces that they are read as.
        if seen or character.isspace():
            yield character


def _both_ends(words: str) -> str:
    if len(words) <= _LONGEST:
        return words
    return _bare(f"{words[:_END]}{_BETWEEN}{words[-_END:]}")
