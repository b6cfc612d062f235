"""What people write in a thread, where it reads like a decision though it decides nothing."""

from typing import Final

from manifests.folding import folded

_MOST_WORDS = 8
"""A longer reply says something besides yes or no."""

_WHOLE: Final = frozenset({"yes", "ok", "okay", "no", "1", "thumbsup", "ja", "nope", "fine", "go"})
_BEGINS: Final = (
    "approve",
    "approved",
    "i approve",
    "looks good",
    "look good",
    "lgtm",
    "go ahead",
    "ok go",
    "okay go",
    "do it",
    "ship it",
    "sounds good",
    "good to go",
    "thumbs up",
    "thumbsup skin tone",
    "1 skin tone",
    "white check mark",
    "heavy check mark",
    "reject",
    "rejected",
    "i reject",
    "denied",
    "declined",
    "x",
)
_THUMBS: Final = frozenset("👍✅✔👌👎❌")


def reads_like_decision(text: str) -> bool:
    """Say whether somebody may believe that they decided by writing this."""
    said = folded(text).strip()
    if not said:
        return bool(_THUMBS & set(text))
    if len(said.split()) > _MOST_WORDS:
        return False
    return said in _WHOLE or any(f"{said} ".startswith(f"{each} ") for each in _BEGINS)
