"""The few shapes that Block Kit needs: plain JSON, and what a message is made of."""

from dataclasses import dataclass

from pydantic import JsonValue

Block = dict[str, JsonValue]
View = dict[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Message:
    """What Slack posts: blocks for the eye, and a text for notifications that stands alone."""

    blocks: list[Block]
    text: str
