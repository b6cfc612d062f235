"""views.*: modals and App Homes."""

from sandbox.api.arguments import text
from sandbox.api.judging import accepted_view
from sandbox.live.box import Box
from sandbox.live.triggers import Trigger
from sandbox.shapes import Json, SlackError


def open_view(box: Box, arguments: Json) -> Json:
    """Open a modal for the person behind a trigger."""
    view = accepted_view(arguments, "modal")
    trigger = _trigger(box, arguments)
    return {"view": box.stacks.start(trigger.user, view)}


def push(box: Box, arguments: Json) -> Json:
    """Put a modal on top of the one in which the trigger arose."""
    view = accepted_view(arguments, "modal")
    trigger = _trigger(box, arguments)
    if trigger.from_view is None:
        raise SlackError("not_found")
    return {"view": box.stacks.push(trigger.user, view)}


def update(box: Box, arguments: Json) -> Json:
    """Replace an open view."""
    _, found = box.stacks.find(text(arguments, "view_id"), text(arguments, "external_id"))
    _same_hash(arguments, found)
    view = accepted_view(arguments, found["type"])
    return {"view": box.stacks.replace(found["id"], view)}


def publish(box: Box, arguments: Json) -> Json:
    """Set a person's App Home."""
    view = accepted_view(arguments, "home")
    user = box.roster.person(text(arguments, "user_id"), "user_not_found").id
    if user in box.stacks.homes:
        _same_hash(arguments, box.stacks.homes[user])
    return {"view": box.stacks.publish(user, view)}


def _trigger(box: Box, arguments: Json) -> Trigger:
    name = text(arguments, "trigger_id") or text(arguments, "interactivity_pointer")
    if not name:
        raise SlackError(
            "invalid_arguments",
            response_metadata={
                "messages": [
                    "[ERROR] missing required field: trigger_id [json-pointer:/trigger_id]"
                ]
            },
        )
    return box.triggers.exchange(name, box.now())


def _same_hash(arguments: Json, found: Json) -> None:
    if text(arguments, "hash") not in {"", found["hash"]}:
        raise SlackError("hash_conflict")
