"""Submitting and closing modals."""

import re
from typing import Any

from sandbox.acting.clicks import actor
from sandbox.acting.payloads import view_closed, view_submission
from sandbox.acting.values import is_empty, state_with
from sandbox.api.judging import judged_view
from sandbox.delivery.courier import Courier
from sandbox.delivery.reply import Reply
from sandbox.live.box import Box
from sandbox.live.people import Person
from sandbox.shapes import DriverError, Json, SlackError

TROUBLE = "We had some trouble connecting. Try again?"
_REQUIRED = "Please complete this required field."


async def submit(box: Box, courier: Courier, user: str, view_id: str, values: Json) -> Json:
    """Submit the modal on top of a person's stack and do what the app answers."""
    person = actor(box, user)
    view = _top(box, person, view_id)
    state = state_with(view["blocks"], view["state"]["values"], values)
    view["state"] = {"values": state}
    errors = _form_errors(view["blocks"], state)
    if errors:
        raise DriverError("The form is not complete.", 422, errors=errors)
    reply = await courier.deliver("interactive", view_submission(box, person, view))
    return {"ok": True, **reply.report(), **_answered(box, person, view, reply)}


async def close(box: Box, courier: Courier, user: str, view_id: str, *, everything: bool) -> Json:
    """Close a modal, or the whole stack, and tell the app if it wants to know."""
    person = actor(box, user)
    view = _top(box, person, view_id)
    cleared = everything or view["clear_on_close"]
    gone = box.stacks.clear(user) if cleared else [box.stacks.close(user, view_id)]
    told = [one for one in gone if one["notify_on_close"]]
    for one in told:
        await courier.deliver("interactive", view_closed(box, person, one, cleared=cleared))
    return {"ok": True, "closed": [one["id"] for one in gone], "told": len(told)}


def _top(box: Box, person: Person, view_id: str) -> Json:
    stack = box.stacks.open.get(person.id, [])
    if not stack or stack[-1]["id"] != view_id:
        raise DriverError(f"{person.name} does not have the view {view_id} on top.", 409)
    return stack[-1]


def _answered(box: Box, person: Person, view: Json, reply: Reply) -> Json:
    if not reply.acked:
        return {"trouble": TROUBLE}
    body = reply.body if isinstance(reply.body, dict) else {}
    kind = body.get("response_action")
    try:
        return {"response_action": kind, **_act(box, person, view, kind, body)}
    except SlackError as refusal:
        return {"response_action": kind, "trouble": TROUBLE, "refused": refusal.answer()}


def _act(box: Box, person: Person, view: Json, kind: Any, body: Json) -> Json:
    match kind:
        case "errors":
            return {"errors": _known_errors(view, body.get("errors"))}
        case "update":
            box.stacks.replace(view["id"], judged_view(body.get("view"), "modal"))
        case "push":
            box.stacks.push(person.id, judged_view(body.get("view"), "modal"))
        case "clear":
            box.stacks.clear(person.id)
        case None:
            # The app may have replaced or cleared the view itself meanwhile.
            if view in box.stacks.open.get(person.id, []):
                box.stacks.close(person.id, view["id"])
        case _:
            raise SlackError("invalid_response_action")
    return {}


def _known_errors(view: Json, errors: Any) -> Json:
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackError("invalid_errors", inputs=sorted(inputs))
    return errors


def _form_errors(blocks: list[Json], state: Json) -> Json:
    errors: Json = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        value = state[block["block_id"]][element["action_id"]]
        problem = _input_problem(element, value, optional=bool(block.get("optional")))
        if problem:
            errors[block["block_id"]] = problem
    return errors


def _input_problem(element: Json, value: Json, *, optional: bool) -> str | None:
    if is_empty(value):
        return None if optional else _REQUIRED
    typed = value.get("value")
    match element["type"]:
        case "plain_text_input":
            return _length_problem(element, str(typed))
        case "number_input":
            return _number_problem(element, str(typed))
        case "email_text_input" if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", str(typed)):
            return "Please enter a valid email address."
        case "url_text_input" if not re.fullmatch(r"https?://\S+", str(typed)):
            return "Please enter a valid URL."
        case _:
            return None


def _length_problem(element: Json, typed: str) -> str | None:
    low, high = element.get("min_length", 0), element.get("max_length", 3_000)
    if len(typed) < low:
        return f"Please enter at least {low} characters."
    return f"Please enter at most {high} characters." if len(typed) > high else None


def _number_problem(element: Json, typed: str) -> str | None:
    form = r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+"
    if not re.fullmatch(form, typed):
        kind = "number" if element["is_decimal_allowed"] else "whole number"
        return f"Please enter a {kind}."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and float(typed) < float(low):
        return f"Please enter {low} or more."
    return f"Please enter {high} or less." if high and float(typed) > float(high) else None
