"""Every view that can be drawn of any proposal."""

from collections.abc import Callable, Iterator, Mapping

from blocks.controls.steps import Place
from blocks.forms import modals
from blocks.types import View
from store.aftermath import Aftermath
from store.checkpoint import Checkpoint
from tests.blocks.test_whatever_is_sent import context_for

Draw = Callable[[Checkpoint, Aftermath], View]


def _of_checkpoint(draw: Callable[..., View]) -> Draw:
    return lambda checkpoint, _: draw(checkpoint, context_for(checkpoint))


VIEWS: Mapping[str, Draw] = {
    "view_only": lambda checkpoint, aftermath: modals.view_only(
        checkpoint, aftermath, context_for(checkpoint)
    ),
    "classify": lambda checkpoint, _: modals.classify(
        checkpoint, context_for(checkpoint), list(dict.fromkeys(checkpoint.plan.seats))
    ),
    "step": lambda checkpoint, _: modals.step(
        checkpoint, context_for(checkpoint), Place("steps", 0)
    ),
    "regenerate": lambda checkpoint, _: modals.regenerate(
        checkpoint, context_for(checkpoint), Place("steps", 0)
    ),
    **{
        draw.__name__: _of_checkpoint(draw)
        for draw in (
            modals.review,
            modals.approve_with_note,
            modals.reject,
            modals.request_information,
            modals.answer,
            modals.answer_question,
            modals.answer_question,
            modals.escalate,
            modals.reassign,
            modals.recall,
            modals.rollback,
            modals.veto,
            modals.record_done,
            modals.record_failed,
            modals.return_control,
            modals.edit,
            modals.fill_in,
            modals.steps,
        )
    },
}


def every_view(checkpoint: Checkpoint, aftermath: Aftermath) -> Iterator[View]:
    for draw in VIEWS.values():
        yield draw(checkpoint, aftermath)
