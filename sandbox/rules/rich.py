"""The table of rich_text: sections, lists, quotes, preformatted text, and what stands in them."""

from collections.abc import Mapping
from typing import Final

from sandbox.rules import limits
from sandbox.rules.schema import ByType, Flag, Int, Many, Rule, Shape, Str, typed

_STYLE: Final = Shape(
    {},
    {
        key: Flag()
        for key in (
            "bold",
            "italic",
            "strike",
            "code",
            "underline",
            "highlight",
            "client_highlight",
            "unlink",
        )
    },
)
_STYLED: Final[Mapping[str, Rule]] = {"style": _STYLE}
INLINE: Final[Mapping[str, Rule]] = {
    "text": typed("text", {"text": Str(low=1)}, _STYLED),
    "link": typed(
        "link", {"url": Str(limits.URL, 1)}, {**_STYLED, "text": Str(), "unsafe": Flag()}
    ),
    "user": typed("user", {"user_id": Str(low=1)}, _STYLED),
    "channel": typed("channel", {"channel_id": Str(low=1)}, _STYLED),
    "usergroup": typed("usergroup", {"usergroup_id": Str(low=1)}, _STYLED),
    "emoji": typed(
        "emoji", {"name": Str(low=1)}, {**_STYLED, "unicode": Str(), "skin_tone": Int(1, 6)}
    ),
    "date": typed(
        "date",
        {"timestamp": Int(0), "format": Str(low=1)},
        {**_STYLED, "url": Str(limits.URL), "fallback": Str()},
    ),
    "broadcast": typed(
        "broadcast", {"range": Str(words=frozenset({"here", "channel", "everyone"}))}, _STYLED
    ),
    "color": typed("color", {"value": Str(form=r"#[0-9A-Fa-f]{6}")}, _STYLED),
}
_ANY_INLINE: Final = Many(ByType(INLINE), low=0)
_CODE_INLINE: Final = Many(ByType(INLINE, frozenset({"text", "link"})), low=0)
_SECTION: Final = typed("rich_text_section", {"elements": _ANY_INLINE})
PARTS: Final[Mapping[str, Rule]] = {
    "rich_text_section": _SECTION,
    "rich_text_list": typed(
        "rich_text_list",
        {
            "style": Str(words=frozenset({"bullet", "ordered"})),
            "elements": Many(ByType({"rich_text_section": _SECTION}), low=0),
        },
        {"indent": Int(0, 8), "offset": Int(0), "border": Int(0, 1)},
    ),
    "rich_text_preformatted": typed(
        "rich_text_preformatted",
        {"elements": _CODE_INLINE},
        {"border": Int(0, 1), "language": Str()},
    ),
    "rich_text_quote": typed("rich_text_quote", {"elements": _ANY_INLINE}, {"border": Int(0, 1)}),
}
RICH_TEXT: Final = typed(
    "rich_text",
    {"elements": Many(ByType(PARTS), low=0)},
    {"block_id": Str(limits.IDENTIFIER, 1)},
)
