"""Text made safe: what cannot be seen is shown, what could be mark-up stays text."""

import json
from datetime import UTC, datetime, timedelta
from typing import Final

import regex

from blocks.limits import clip
from blocks.types import Block

# Control, format, line separator, private, surrogate and unassigned characters by category, and
# those that show nothing although their category says they would.
_HIDDEN_CLASS: Final = (
    r"\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Cn}"
    r"\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u2800\u3164\uFFA0\uFE00-\uFE0F"
    r"\U000E0100-\U000E01EF"
)
# Marks piled up on one letter run over the lines around it; no language needs more than four.
_PILED: Final = r"(?<=\p{M}{4})\p{M}"
_PILES = regex.compile(r"\p{M}{5}")
# Those of the class above that Python takes for printable.
_FILLERS: Final = frozenset(
    chr(point)
    for point in (
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    )
)
_HIDDEN = regex.compile(rf"[{_HIDDEN_CLASS}]|{_PILED}")
_HIDDEN_BUT_NEWLINE = regex.compile(rf"(?!\n)[{_HIDDEN_CLASS}]|{_PILED}")


def visible(text: str, *, newlines: bool = False) -> str:
    """Show every character that hides: controls, directions, joiners, fillers, piled-up marks."""
    if _shows_all(text.replace("\n", "") if newlines else text):
        return text
    pattern = _HIDDEN_BUT_NEWLINE if newlines else _HIDDEN
    shown: str = pattern.sub(lambda found: f"\\u{{{ord(found[0]):X}}}", text)
    return shown


def _shows_all(text: str) -> bool:
    """Say quickly that nothing hides; most texts are plain, and the patterns are slow."""
    if not text.isprintable():
        return False
    return text.isascii() or (_FILLERS.isdisjoint(text) and _PILES.search(text) is None)


def hides_something(text: str) -> bool:
    """Say whether a text holds characters that an input field would not show; tabs may stay."""
    kept = text.replace("\t", " ").replace("\n", " ")
    return _HIDDEN.search(kept) is not None


def spelled_out(written: str) -> str:
    """Write JSON's own escapes for what a JSON text would hide."""
    spelled: str = _HIDDEN_BUT_NEWLINE.sub(lambda found: json.dumps(found[0])[1:-1], written)
    return spelled


def escaped(text: str) -> str:
    """Escape the three characters that carry meaning in a message's text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def one_line(text: str, limit: int) -> str:
    """Make an untrusted text safe for one line of a limited length."""
    return clip(visible(clip(text, limit)), limit)


def plain(text: str, limit: int) -> Block:
    """Give a plain_text object that holds no emoji codes."""
    shown = one_line(text, limit)
    return {"type": "plain_text", "text": shown if shown.strip() else "(empty)", "emoji": False}


def utc(moment: datetime) -> str:
    """Write a moment in UTC, for readers without Slack's own formatting."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def date_mark(moment: datetime, fallback: str = "") -> str:
    """Give Slack's date mark-up, which every reader sees in their own time zone."""
    stamp = int(moment.timestamp())
    return f"<!date^{stamp}^{{date_short_pretty}} {{time}}|{fallback or utc(moment)}>"


def dated(words: str, moment: datetime) -> Block:
    """Put our own words before a moment; the only mrkdwn object there is."""
    return {"type": "mrkdwn", "text": f"{escaped(words)} {date_mark(moment)}"}


def length_in_words(length: timedelta) -> str:
    """Say a length of time in its two largest units, rounded down."""
    seconds = max(0, int(length.total_seconds()))
    parts = []
    for unit, name in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        count, seconds = divmod(seconds, unit)
        if count:
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
    return " ".join(parts[:2]) or "no time"


def joined(words: list[str], last: str = "and") -> str:
    """Join words the way a sentence does."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
