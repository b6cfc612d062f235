"""Submitted edits: form, then difference, then save; nothing is in force before it was seen."""

from blocks.forms import modals, reading
from blocks.forms.reading import Edit, FieldErrors
from blocks.ids import Modal
from bot.judging.editing import complaints_about_edit
from bot.slack.payloads import Submission
from bot.slack.responses import Response, errors, update
from bot.slack.saving import Saving, base_of, not_saved
from store.checkpoint import Checkpoint
from store.refusals import Reason


class Edits:
    """Takes forms over parameters, and saves what a person saw the difference of."""

    def __init__(self, saving: Saving) -> None:
        self._saving = saving

    async def edit(self, sent: Submission) -> Response:
        """Show what a form changes, and save it once exactly that was seen."""
        checkpoint = await self._saving.known(sent)
        if not isinstance(checkpoint, Checkpoint):
            return checkpoint
        edit = _read(checkpoint, sent)
        answer = await self._saving.closed(sent, checkpoint, edit)
        answer = answer or self._objections(checkpoint, sent, edit)
        if answer is not None or not isinstance(edit, Edit):
            return answer or {}
        change = self._saving.change(checkpoint, edit.parameters)
        if change.digest == checkpoint.revision.digest:
            return errors(reading.nothing_changed())
        if sent.modal is Modal.EDIT or change.digest != sent.context.draft:
            return update(modals.edit_diff(checkpoint, sent.context, edit, change.plan))
        return await self._save(sent, checkpoint, edit)

    async def fill_in(self, sent: Submission) -> Response:
        """Take what was missing; submitting it is the sign-off."""
        checkpoint = await self._saving.known(sent)
        if not isinstance(checkpoint, Checkpoint):
            return checkpoint
        edit = _read(checkpoint, sent)
        answer = await self._saving.closed(sent, checkpoint, edit)
        answer = answer or self._objections(checkpoint, sent, edit)
        if answer is not None or not isinstance(edit, Edit):
            return answer or {}
        return await self._save(sent, checkpoint, edit)

    async def _save(self, sent: Submission, checkpoint: Checkpoint, edit: Edit) -> Response:
        refusal = await self._saving.save(sent, checkpoint, edit)
        if refusal is None:
            return {}
        now = await self._saving.again(sent, checkpoint)
        if refusal.reason is Reason.STALE_REVISION and now.revision != checkpoint.revision:
            return self._conflict(now, sent, edit)
        return not_saved(now, edit, refusal)

    def _objections(
        self, checkpoint: Checkpoint, sent: Submission, edit: Edit | FieldErrors | None
    ) -> Response | None:
        """Find what keeps an edit from being taken: wrong values, or a revision made meanwhile."""
        base = base_of(checkpoint, sent)
        if edit is None or base is None:
            return update(modals.notice("Not understood", "There is no such revision."))
        if isinstance(edit, FieldErrors):
            return errors(edit)
        complaints = complaints_about_edit(checkpoint, base, edit.parameters)
        if complaints:
            return errors(reading.complaints_on(checkpoint, sent.context, complaints))
        return None if base == checkpoint.revision else self._conflict(checkpoint, sent, edit)

    def _conflict(self, checkpoint: Checkpoint, sent: Submission, edit: Edit) -> Response:
        both = modals.merged(checkpoint, sent.context, edit)
        change = self._saving.change(checkpoint, both.parameters)
        return update(modals.conflict(checkpoint, sent.context, both, change.plan))


def _read(checkpoint: Checkpoint, sent: Submission) -> Edit | FieldErrors | None:
    """Read a form against the revision it was drawn from, if there is such a one."""
    if base_of(checkpoint, sent) is None:
        return None
    read = reading.read_fill_in if sent.modal is Modal.FILL_IN else reading.read_edit
    return read(checkpoint, sent.context, sent.state)
