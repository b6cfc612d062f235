"""Which function answers which method."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from sandbox.api import chat, conversations, files, people, session, views
from sandbox.live.box import Box
from sandbox.shapes import Json

Answer: TypeAlias = Callable[[Box, Json], Json]

ANSWERS: Final[Mapping[str, Answer]] = {
    "api.test": session.api_test,
    "apps.connections.open": session.open_connection,
    "auth.test": session.auth_test,
    "blocks.validate": session.validate_blocks,
    "bots.info": people.bot_info,
    "chat.delete": chat.delete,
    "chat.getPermalink": chat.get_permalink,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update,
    "conversations.history": conversations.history,
    "conversations.info": conversations.one_conversation,
    "conversations.join": conversations.join,
    "conversations.list": conversations.listing,
    "conversations.members": conversations.members,
    "conversations.open": conversations.open_direct,
    "conversations.replies": conversations.replies,
    "files.completeUploadExternal": files.complete_upload,
    "files.getUploadURLExternal": files.get_upload_url,
    "reactions.add": files.add_reaction,
    "team.info": people.team_info,
    "usergroups.list": people.groups,
    "usergroups.users.list": people.group_users,
    "users.info": people.one_person,
    "users.list": people.listing,
    "users.lookupByEmail": people.lookup_by_email,
    "views.open": views.open_view,
    "views.publish": views.publish,
    "views.push": views.push,
    "views.update": views.update,
}
