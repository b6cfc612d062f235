"""Submitted changes of one step of a plan: form, then difference, then save; or ask for another."""

from blocks.categories import REGENERATE
from blocks.controls.steps import Place, step_field
from blocks.forms import modals, reading
from blocks.ids import Button, Modal, ModalContext
from blocks.meaning import FieldErrors, StepEdit
from blocks.types import View
from bot.judging.editing import complaints_about_edit
from bot.program.identifiers import Identifiers
from bot.reviewing.asked import Quorum, Sight
from bot.reviewing.review import Review
from bot.slack.payloads import Pick, Submission
from bot.slack.responses import Response, errors, update
from bot.slack.saving import Saving, base_of, not_saved
from store.checkpoint import Checkpoint, Escalated, PendingReview, is_open
from store.commands import RequestInformation
from store.lifecycle import already_closed
from store.refusals import Reason

_GONE = "There is no such step any more. Somebody else took it out; open the steps again."


class Refinements:
    """Takes what people do to single steps."""

    def __init__(self, review: Review, saving: Saving, ids: Identifiers) -> None:
        self._review = review
        self._saving = saving
        self._ids = ids

    async def step(self, sent: Submission) -> Response:
        """Show what a changed step changes, and save it once exactly that was seen."""
        checkpoint = await self._saving.known(sent)
        if not isinstance(checkpoint, Checkpoint):
            return checkpoint
        read = reading.read_step(checkpoint, sent.context, sent.state)
        answer = await self._saving.closed(
            sent, checkpoint, read.edit if isinstance(read, StepEdit) else None
        )
        answer = answer or self._objections(checkpoint, sent, read)
        if answer is not None or not isinstance(read, StepEdit):
            return answer or {}
        change = self._saving.change(checkpoint, read.edit.parameters)
        if sent.modal is Modal.STEP or change.digest != sent.context.draft:
            return update(modals.step_diff(checkpoint, sent.context, read, change.plan))
        return await self._save(sent, checkpoint, read)

    async def regenerate(self, sent: Submission) -> Response:
        """Ask the agent to make one step anew; the clock stops until it answers."""
        read = reading.read_regeneration(sent.state)
        if isinstance(read, FieldErrors):
            return errors(read)
        checkpoint = await self._saving.known(sent)
        if not isinstance(checkpoint, Checkpoint):
            return checkpoint
        question = reading.regeneration_in_words(checkpoint, sent.context, read)
        question_id = self._ids.question()

        def command(quorum: Quorum) -> RequestInformation:
            return RequestInformation(
                **quorum.seen,
                question_id=question_id,
                question=question,
                category=REGENERATE,
                about=sent.context.about,
            )

        refusal = (await self._review.act(sent.request, command)).refusal
        if refusal is None:
            return {}
        return update(modals.kept("Not asked", refusal.words, {"To the agent": question}))

    async def _save(self, sent: Submission, checkpoint: Checkpoint, read: StepEdit) -> Response:
        """Save a step, and show all steps as they stand now, so that the next can be changed."""
        refusal = await self._saving.save(sent, checkpoint, read.edit)
        now = await self._saving.again(sent, checkpoint)
        if refusal is None:
            return update(_steps(now, sent.context)) if is_open(now.state) else {}
        if refusal.reason is Reason.STALE_REVISION and now.revision != checkpoint.revision:
            return self._conflict(now, sent, read)
        return not_saved(now, read.edit, refusal)

    def _objections(
        self, checkpoint: Checkpoint, sent: Submission, read: StepEdit | FieldErrors | None
    ) -> Response | None:
        base = base_of(checkpoint, sent)
        if read is None or base is None:
            return update(modals.notice("Not saved", _GONE))
        if isinstance(read, FieldErrors):
            return errors(read)
        complaints = complaints_about_edit(checkpoint, base, read.edit.parameters)
        if complaints:
            return errors(reading.complaints_on_step(checkpoint, sent.context, complaints))
        return None if base == checkpoint.revision else self._conflict(checkpoint, sent, read)

    def _conflict(self, checkpoint: Checkpoint, sent: Submission, read: StepEdit) -> Response:
        """Put the change on top of what is in force now, at the place where its step stands now."""
        rebased = reading.rebased(checkpoint, sent.context, read)
        if rebased is None:
            return update(modals.not_saved(checkpoint, read.edit.parameters, _GONE))
        here, moved = rebased
        change = self._saving.change(checkpoint, moved.edit.parameters)
        view = modals.step_conflict(checkpoint, (sent.context, here), moved, change.plan)
        return update(view)


def picked(sight: Sight, pick: Pick) -> View:
    """Draw what a step's button asks for; steps that changed meanwhile are listed anew."""
    checkpoint, place = sight.checkpoint, Place.read(pick.about)
    if not isinstance(checkpoint.state, PendingReview | Escalated):
        return modals.notice("Not now", _not_now(checkpoint))
    now = checkpoint.revision
    here = place is not None and step_field(checkpoint, now, place) is not None
    if pick.context.revision != now.number or place is None or not here:
        said = f"The steps have changed: these are those of revision {now.number}."
        return modals.steps(checkpoint, pick.context, page=pick.context.page, said=said)
    draw = modals.regenerate if pick.meaning is Button.REGENERATE_STEP else modals.step
    return draw(checkpoint, pick.context, place)


def _not_now(checkpoint: Checkpoint) -> str:
    if is_open(checkpoint.state):
        return "Its clock stands still just now, so its steps wait too. Look at the card."
    return already_closed(checkpoint).words


def _steps(checkpoint: Checkpoint, context: ModalContext) -> View:
    said = f"Saved as revision {checkpoint.revision.number}."
    return modals.steps(checkpoint, context, page=context.page, said=said)
