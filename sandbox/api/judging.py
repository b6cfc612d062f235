"""Putting the rules of Block Kit before a call, and answering refusals in Slack's shape."""

from typing import Any

from sandbox.api.arguments import structure, text
from sandbox.live.messages import with_ids
from sandbox.rules import limits
from sandbox.rules.blocks import block_problems, blocks_too_long
from sandbox.rules.schema import Problem
from sandbox.rules.views import view_problems, view_too_large
from sandbox.shapes import Json, SlackError


def accepted_blocks(arguments: Json) -> list[Json] | None:
    """Return a message's blocks as they will be kept, or refuse them as Slack would."""
    blocks = structure(arguments, "blocks", "invalid_blocks_format")
    if blocks is None:
        return None
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    refuse_blocks(block_problems(blocks, "message"))
    if blocks_too_long(blocks):
        raise SlackError("msg_blocks_too_long")
    return with_ids(blocks)


def refuse_blocks(problems: list[Problem]) -> None:
    """Raise `invalid_blocks` when there are problems."""
    if problems:
        lines = [str(one) for one in problems]
        raise SlackError(
            "invalid_blocks",
            errors=lines,
            response_metadata={"messages": [f"[ERROR] {line}" for line in lines]},
        )


def accepted_view(arguments: Json, kind: str) -> Json:
    """Return a view, or refuse it as Slack would."""
    view = structure(arguments, "view", "invalid_arguments")
    return judged_view(view, kind)


def judged_view(view: Any, kind: str) -> Json:
    """Return a view that keeps the rules, or refuse it as Slack would."""
    if view_too_large(view):
        raise SlackError("view_too_large")
    problems = view_problems(view, kind)
    if problems:
        lines = [f"[ERROR] {one}" for one in problems]
        raise SlackError("invalid_arguments", response_metadata={"messages": lines})
    accepted: Json = view
    return accepted


def accepted_metadata(arguments: Json) -> Json | None:
    """Return a message's metadata, or refuse it."""
    metadata = structure(arguments, "metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    named = isinstance(metadata.get("event_type"), str) and metadata["event_type"]
    if not named or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    if len(str(metadata)) > limits.METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return metadata


def accepted_text(arguments: Json) -> str:
    """Return a message's text, cut where Slack cuts it."""
    if arguments.get("markdown_text") is not None:
        if arguments.get("text") or arguments.get("blocks"):
            raise SlackError("markdown_text_conflict")
        return text(arguments, "markdown_text")[: limits.MARKDOWN_TEXT]
    return text(arguments, "text")[: limits.MESSAGE_TEXT]
