"""conversations.*: where people talk, and what was said there."""

from sandbox.api.arguments import flag, text
from sandbox.api.paging import page
from sandbox.live.box import Box
from sandbox.live.people import Channel
from sandbox.live.timestamps import micros
from sandbox.shapes import Json, SlackError


def one_conversation(box: Box, arguments: Json) -> Json:
    """Describe one conversation."""
    channel = box.roster.channel(text(arguments, "channel"))
    described = describe(box, channel)
    if flag(arguments, "include_num_members"):
        described["num_members"] = len(channel.members)
    return {"channel": described}


def listing(box: Box, arguments: Json) -> Json:
    """List conversations of the asked types."""
    wanted = set(text(arguments, "types", "public_channel").split(","))
    if not wanted <= {"public_channel", "private_channel", "im", "mpim"}:
        raise SlackError("invalid_types")
    found = [
        describe(box, one)
        for one in box.roster.channels.values()
        if _kind(one) in wanted
        and not (one.is_archived and flag(arguments, "exclude_archived"))
        and (not one.is_private or box.app.user in one.members)
    ]
    some, cursor = page(found, arguments, 100)
    return {"channels": some, "response_metadata": {"next_cursor": cursor}}


def members(box: Box, arguments: Json) -> Json:
    """List the members of a conversation."""
    channel = box.roster.channel(text(arguments, "channel"))
    some, cursor = page(channel.members, arguments, 100)
    return {"members": some, "response_metadata": {"next_cursor": cursor}}


def history(box: Box, arguments: Json) -> Json:
    """Return what was said, newest first."""
    channel = _readable(box, arguments)
    found = _between(box.messages.in_channel(channel.id), arguments)
    some, cursor = page(found[::-1], arguments, 100)
    return {
        "messages": [_shown(one, arguments) for one in some],
        "has_more": bool(cursor),
        "pin_count": 0,
        "response_metadata": {"next_cursor": cursor},
    }


def replies(box: Box, arguments: Json) -> Json:
    """Return a thread, oldest first."""
    channel = _readable(box, arguments)
    ts = text(arguments, "ts")
    first = box.messages.find(channel.id, ts)
    if first is None:
        raise SlackError("thread_not_found")
    thread = box.messages.thread(channel.id, first.get("thread_ts") or ts)
    found = [thread[0], *_between(thread[1:], arguments)]
    some, cursor = page(found, arguments, 1000)
    return {
        "messages": [_shown(one, arguments) for one in some],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def open_direct(box: Box, arguments: Json) -> Json:
    """Open direct messages with one person."""
    if name := text(arguments, "channel"):
        return {"channel": {"id": box.roster.channel(name).id}}
    users = [one for one in text(arguments, "users").split(",") if one]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    if box.roster.person(users[0]).deleted:
        raise SlackError("user_disabled")
    known_before = box.roster.has_direct(users[0])
    channel = box.roster.direct(users[0])
    known = describe(box, channel) if flag(arguments, "return_im") else {"id": channel.id}
    return {"channel": known, **({"no_op": True, "already_open": True} if known_before else {})}


def join(box: Box, arguments: Json) -> Json:
    """Make the app a member of a public channel."""
    channel = box.roster.channel(text(arguments, "channel"))
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.is_private or channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    rest: Json = {}
    if box.app.user in channel.members:
        rest = {"warning": "already_in_channel"}
    else:
        channel.members.append(box.app.user)
        box.roster.keep_channel(channel)
    return {"channel": describe(box, channel), **rest}


def describe(box: Box, channel: Channel) -> Json:
    """Return a conversation as Slack describes it."""
    described: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_im": channel.is_im,
        "is_org_shared": False,
        "context_team_id": box.team,
        "updated": channel.created * 1000,
    }
    if channel.is_im:
        return {**described, "user": channel.members[0], "is_user_deleted": False, "priority": 0}
    return {**described, **_named(box, channel)}


def _named(box: Box, channel: Channel) -> Json:
    about = {"creator": "U0ELIF", "last_set": channel.created}
    return {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_general": channel.id == "C0GENERAL",
        "unlinked": 0,
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "shared_team_ids": [box.team, *(["T0PARTNER"] if channel.is_ext_shared else [])],
        "parent_conversation": None,
        "creator": "U0ELIF",
        "is_member": box.app.user in channel.members,
        "topic": {"value": channel.topic, **about},
        "purpose": {"value": channel.topic, **about},
        "previous_names": [],
    }


def _kind(channel: Channel) -> str:
    if channel.is_im:
        return "im"
    return "private_channel" if channel.is_private else "public_channel"


def _readable(box: Box, arguments: Json) -> Channel:
    channel = box.roster.channel(text(arguments, "channel"))
    if box.app.user not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _between(messages: list[Json], arguments: Json) -> list[Json]:
    oldest = _moment(arguments, "oldest", "invalid_ts_oldest")
    latest = _moment(arguments, "latest", "invalid_ts_latest")
    inclusive = flag(arguments, "inclusive")
    found = []
    for message in messages:
        at = micros(message["ts"])
        late = oldest is None or at > oldest or (inclusive and at == oldest)
        early = latest is None or at < latest or (inclusive and at == latest)
        if late and early:
            found.append(message)
    return found


def _moment(arguments: Json, name: str, code: str) -> int | None:
    value = text(arguments, name)
    if not value:
        return None
    try:
        return micros(value)
    except ValueError:
        raise SlackError(code) from None


def _shown(message: Json, arguments: Json) -> Json:
    if flag(arguments, "include_all_metadata") or "metadata" not in message:
        return message
    # Slack names the kind of metadata, and gives its content only when it is asked for.
    kept = {"event_type": message["metadata"]["event_type"]}
    return {**{k: v for k, v in message.items() if k != "metadata"}, "metadata": kept}
