"""api.test, auth.test, apps.connections.open and blocks.validate: the app about itself."""

import secrets

from sandbox.api.arguments import structure, text
from sandbox.api.judging import refuse_blocks
from sandbox.live.box import Box
from sandbox.rules.blocks import block_problems, blocks_too_long
from sandbox.shapes import Json, SlackError


def api_test(_: Box, arguments: Json) -> Json:
    """Answer with what was asked."""
    if error := text(arguments, "error"):
        raise SlackError(error, args=arguments)
    return {"args": arguments}


def auth_test(box: Box, _: Json) -> Json:
    """Say who the token is."""
    return {
        "url": f"{box.url}/",
        "team": box.roster.workspace.name,
        "user": box.roster.people[box.app.user].handle,
        "team_id": box.team,
        "user_id": box.app.user,
        "bot_id": box.app.bot_id,
        "app_id": box.app.id,
        "app_name": box.app.name,
        "is_enterprise_install": False,
    }


def open_connection(box: Box, _: Json) -> Json:
    """Give out a WebSocket address that can be used once."""
    ticket = secrets.token_urlsafe(24)
    box.tickets[ticket] = box.now()
    address = box.url.replace("http://", "ws://", 1)
    return {"url": f"{address}/link/?ticket={ticket}&app_id={box.app.id}"}


def validate_blocks(_: Box, arguments: Json) -> Json:
    """Judge blocks without posting them."""
    blocks = structure(arguments, "blocks", "invalid_blocks_format")
    refuse_blocks(block_problems(blocks, "message"))
    if blocks_too_long(blocks):
        raise SlackError("msg_blocks_too_long")
    return {}
