"""Which view each button opens, and whether only those who may act get to see it."""

from collections.abc import Callable, Mapping

from blocks.forms import modals
from blocks.ids import Button, Menu, ModalContext
from blocks.types import View
from bot.reviewing.asked import Sight

Draw = Callable[[Sight, ModalContext], View]


def _of_checkpoint(draw: Callable[..., View]) -> Draw:
    return lambda sight, context: draw(sight.checkpoint, context)


def _view(sight: Sight, context: ModalContext) -> View:
    return modals.view_only(sight.checkpoint, sight.aftermath, context, paused=sight.paused)


def _history(sight: Sight, context: ModalContext) -> View:
    return modals.history(sight.checkpoint, sight.lines, context)


def _reassign(sight: Sight, context: ModalContext) -> View:
    return modals.reassign(sight.checkpoint, context, sight.takers)


REVIEWING: Mapping[Button | Menu, Draw] = {
    Button.REVIEW: _of_checkpoint(modals.review),
    Button.REJECT: _of_checkpoint(modals.reject),
    Button.EDIT: _of_checkpoint(modals.edit),
    Button.REFINE: _of_checkpoint(modals.steps),
    Button.FILL_IN: _of_checkpoint(modals.fill_in),
    Button.REQUEST_INFORMATION: _of_checkpoint(modals.request_information),
    Button.ANSWER: _of_checkpoint(modals.answer),
    Menu.ESCALATE: _of_checkpoint(modals.escalate),
    Menu.REASSIGN: _reassign,
    Button.APPROVE_WITH_NOTE: _of_checkpoint(modals.approve_with_note),
    Button.RETURN_CONTROL: _of_checkpoint(modals.return_control),
}
"""Views whose submission changes an open proposal: eligibility is checked before they open, too."""

ANSWERING: Mapping[Button | Menu, Draw] = {
    Button.ANSWER_QUESTION: _of_checkpoint(modals.answer_question),
}
"""What opens for nobody but whoever was asked."""

AFTERWARDS: Mapping[Button | Menu, Draw] = {
    Button.RECALL: _of_checkpoint(modals.recall),
    Button.REQUEST_ROLLBACK: _of_checkpoint(modals.rollback),
    Button.VETO: _of_checkpoint(modals.veto),
    Button.RECORD_DONE: _of_checkpoint(modals.record_done),
    Button.RECORD_FAILED: _of_checkpoint(modals.record_failed),
}
"""Views about a closed proposal: who asks is checked before they open, too."""

READING: Mapping[Button | Menu, Draw] = {
    Menu.VIEW: _view,
    Menu.HISTORY: _history,
}
"""Views that anybody of this workspace may read who is in the channel."""

OPENINGS: Mapping[Button | Menu, Draw] = {**REVIEWING, **ANSWERING, **AFTERWARDS, **READING}
