"""How a submitted modal goes on: it closes, says what is wrong, or becomes another view."""

from typing import Any

from blocks.forms import modals
from blocks.forms.reading import FieldErrors
from blocks.types import View
from bot.reviewing.asked import Verdict
from store.refusals import Refusal

Response = dict[str, Any]
"""The arguments of `ack`; none of them closes the modal."""


def update(view: View) -> Response:
    """Put another view in the modal's place."""
    return {"response_action": "update", "view": view}


def errors(found: FieldErrors) -> Response:
    """Say at its inputs what must be corrected."""
    return {"response_action": "errors", "errors": dict(found.errors)}


def told(verdict: Verdict) -> Response:
    """Close the modal, or say in it why nothing was done."""
    return {} if verdict.refusal is None else refused(verdict.refusal)


def refused(refusal: Refusal) -> Response:
    """Say in the modal why nothing was done."""
    return update(modals.notice("Not done", refusal.words))
