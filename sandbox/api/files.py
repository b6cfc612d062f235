"""files.* and reactions.add: snippets in threads, and marks on messages."""

import secrets

from sandbox.api.arguments import structure, text, whole
from sandbox.api.chat import authored, visible, writable
from sandbox.live.box import Box
from sandbox.rules import limits
from sandbox.shapes import Json, SlackError


def get_upload_url(box: Box, arguments: Json) -> Json:
    """Announce a file and return where to send its content."""
    length, kind = whole(arguments, "length", 0), text(arguments, "snippet_type") or None
    if length <= 0:
        raise SlackError("missing_argument")
    if length > limits.FILE_BYTES:
        raise SlackError("file_upload_size_restricted")
    if kind and length > limits.SNIPPET_BYTES:
        raise SlackError("snippet_too_large")
    file_id = f"F0{secrets.token_hex(5).upper()}"
    ticket = secrets.token_urlsafe(16)
    box.files[file_id] = {
        "id": file_id,
        "name": text(arguments, "filename"),
        "length": length,
        "snippet_type": kind,
        "ticket": ticket,
        "content": None,
    }
    return {"upload_url": f"{box.url}/upload/{file_id}/{ticket}", "file_id": file_id}


def complete_upload(box: Box, arguments: Json) -> Json:
    """Share uploaded files in a channel or thread."""
    files = structure(arguments, "files", "invalid_arguments")
    if not isinstance(files, list) or not files:
        raise SlackError("invalid_arguments")
    name = text(arguments, "channel_id") or text(arguments, "channels")
    if name:
        writable(box, name)
    shared = [_uploaded(box, one) for one in files]
    if name:
        _share(box, arguments, name, shared)
    return {"files": [{"id": one["id"], "title": one["title"]} for one in shared]}


def take_content(box: Box, file_id: str, ticket: str, content: bytes) -> str | None:
    """Take the bytes of an announced file; say what is wrong with them, if anything is."""
    file = box.files.get(file_id)
    if file is None or file["ticket"] != ticket:
        return "There is no such upload."
    if len(content) != file["length"]:
        return f"{file['length']} bytes were announced, and {len(content)} came."
    file["content"] = content.decode("utf-8", "replace")
    return None


def add_reaction(box: Box, arguments: Json) -> Json:
    """Put the app's reaction on a message."""
    channel = writable(box, text(arguments, "channel"))
    name = text(arguments, "name").strip(":")
    if not name:
        raise SlackError("invalid_name")
    message = box.messages.get(channel.id, text(arguments, "timestamp"))
    reactions = [dict(one) for one in message.get("reactions", [])]
    mine = next((one for one in reactions if one["name"] == name), None)
    if mine and box.app.user in mine["users"]:
        raise SlackError("already_reacted")
    if mine:
        mine |= {"users": [*mine["users"], box.app.user], "count": mine["count"] + 1}
    else:
        reactions.append({"name": name, "users": [box.app.user], "count": 1})
    box.messages.change(channel.id, {**message, "reactions": reactions})
    return {}


def _uploaded(box: Box, asked: Json) -> Json:
    found = box.files.get(str(asked.get("id")) if isinstance(asked, dict) else "")
    # An upload is completed once; what Slack answers the second time, it does not say.
    if found is None or found["content"] is None or "title" in found:
        raise SlackError("file_not_found")
    kept = {**found, "title": asked.get("title") or found["name"]}
    box.files[kept["id"]] = kept
    box.journal.put("file", kept["id"], kept)
    return kept


def _share(box: Box, arguments: Json, name: str, shared: list[Json]) -> None:
    channel = writable(box, name)
    message = authored(box, text(arguments, "initial_comment"), None)
    message["files"] = [_described(box, one) for one in shared]
    if thread_ts := text(arguments, "thread_ts"):
        message["thread_ts"] = thread_ts
    posted = box.messages.post(channel.id, message, box.now())
    event = {**visible(posted), "subtype": "file_share", "event_ts": posted["ts"]}
    box.message_event(channel, event)


def _described(box: Box, file: Json) -> Json:
    return {
        "id": file["id"],
        "name": file["name"],
        "title": file["title"],
        "mode": "snippet" if file["snippet_type"] else "hosted",
        "filetype": file["snippet_type"] or "text",
        "size": len(file["content"]),
        "preview": file["content"][:4_000],
        "user": box.app.user,
        "permalink": f"{box.url}/files/{file['id']}",
    }
