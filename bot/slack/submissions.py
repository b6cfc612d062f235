"""What each submitted modal means: read it, carry it out, and say in the modal how that went."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from blocks import modals, reading
from blocks.ids import Modal, Unreadable
from blocks.reading import Edit, FieldErrors
from blocks.types import View
from bot.asked import (
    BuildAfterCommand,
    BuildCommand,
    Quorum,
    Verdict,
    recall,
    request_rollback,
)
from bot.classifying import Classifying
from bot.editing import change_to, complaints_about_edit
from bot.identifiers import Identifiers
from bot.live_manifest import LiveManifest
from bot.review import Review
from bot.slack.payloads import Submission
from store.checkpoint import Checkpoint, is_open
from store.commands import (
    Answer,
    Approve,
    Escalate,
    Reject,
    RequestInformation,
    ReturnControl,
    Revise,
)
from store.lifecycle import already_closed
from store.refusals import Refusal

Response = dict[str, Any]
"""The arguments of `ack`; none of them closes the modal."""


class Submissions:
    """One method a modal; each answers how Slack is to go on."""

    def __init__(
        self,
        review: Review,
        classifying: Classifying,
        manifest: LiveManifest,
        ids: Identifiers,
    ) -> None:
        self._review = review
        self._classifying = classifying
        self._manifest = manifest
        self._ids = ids
        self.handlers: Mapping[Modal, Callable[[Submission], Awaitable[Response]]] = {
            Modal.REVIEW: self._approve,
            Modal.APPROVE_WITH_NOTE: self._approve,
            Modal.REJECT: self._reject,
            Modal.EDIT: self._edit,
            Modal.EDIT_DIFF: self._edit,
            Modal.FILL_IN: self._fill_in,
            Modal.REQUEST_INFORMATION: self._request_information,
            Modal.ANSWER: self._answer,
            Modal.ESCALATE: self._escalate,
            Modal.RECALL: self._recall,
            Modal.ROLLBACK: self._roll_back,
            Modal.RETURN_CONTROL: self._return_control,
            Modal.CLASSIFY: self._classify,
        }

    async def answer(self, submission: Submission | Unreadable) -> Response:
        """Carry a submission out and say how the modal goes on."""
        if isinstance(submission, Unreadable):
            return _update(modals.notice("Not understood", submission.why))
        return await self.handlers[submission.modal](submission)

    async def _approve(self, sent: Submission) -> Response:
        note = reading.read_approval(sent.state).note
        return await self._act(sent, lambda quorum: Approve(**quorum.seen, note=note))

    async def _reject(self, sent: Submission) -> Response:
        read = reading.read_rejection(sent.state)
        if isinstance(read, FieldErrors):
            return _errors(read)

        def command(quorum: Quorum) -> Reject:
            return Reject(**quorum.seen, reason=read.reason, category=read.category)

        return await self._act(sent, command)

    async def _request_information(self, sent: Submission) -> Response:
        read = reading.read_question(sent.state)
        if isinstance(read, FieldErrors):
            return _errors(read)
        question = self._ids.question()

        def command(quorum: Quorum) -> RequestInformation:
            return RequestInformation(**quorum.seen, question_id=question, question=read.text)

        return await self._act(sent, command)

    async def _answer(self, sent: Submission) -> Response:
        checkpoint = await self._checkpoint(sent)
        if isinstance(checkpoint, Refusal):
            return _refused(checkpoint)
        read = reading.read_answer(checkpoint, sent.state)
        if isinstance(read, FieldErrors):
            return _errors(read)

        def command(quorum: Quorum) -> Answer:
            return Answer(**quorum.seen, guidance=read.guidance, choice=read.choice)

        return await self._act(sent, command)

    async def _escalate(self, sent: Submission) -> Response:
        read = reading.read_reason(sent.state)
        if isinstance(read, FieldErrors):
            return _errors(read)
        return await self._act(sent, lambda quorum: Escalate(**quorum.seen, reason=read.reason))

    async def _return_control(self, sent: Submission) -> Response:
        read = reading.read_reason(sent.state)
        if isinstance(read, FieldErrors):
            return _errors(read)
        return await self._act(sent, lambda quorum: ReturnControl(**quorum.seen, note=read.reason))

    async def _recall(self, sent: Submission) -> Response:
        return await self._act_after(sent, recall)

    async def _roll_back(self, sent: Submission) -> Response:
        return await self._act_after(sent, request_rollback)

    async def _edit(self, sent: Submission) -> Response:
        """Form, then diff, then save: nothing is in force before the person saw what changes."""
        checkpoint = await self._still_open(sent)
        if not isinstance(checkpoint, Checkpoint):
            return checkpoint
        edit = reading.read_edit(checkpoint, sent.context, sent.state)
        answer = _objections(checkpoint, sent, edit)
        if isinstance(edit, FieldErrors) or answer is not None:
            return answer or {}
        change = change_to(self._manifest.current, checkpoint, edit.parameters)
        if sent.modal is Modal.EDIT or change.digest != sent.context.draft:
            return _update(modals.edit_diff(checkpoint, sent.context, edit))
        return await self._act(sent, self._revision(checkpoint, edit))

    async def _fill_in(self, sent: Submission) -> Response:
        checkpoint = await self._still_open(sent)
        if not isinstance(checkpoint, Checkpoint):
            return checkpoint
        edit = reading.read_fill_in(checkpoint, sent.context, sent.state)
        answer = _objections(checkpoint, sent, edit)
        if isinstance(edit, FieldErrors) or answer is not None:
            return answer or {}
        return await self._act(sent, self._revision(checkpoint, edit))

    def _revision(self, checkpoint: Checkpoint, edit: Edit) -> BuildCommand:
        change = change_to(self._manifest.current, checkpoint, edit.parameters)

        def command(quorum: Quorum) -> Revise:
            return Revise(
                **quorum.seen,
                parameters=change.parameters,
                revised_digest=change.digest,
                plan=change.plan,
                category=edit.category,
                note=edit.note,
            )

        return command

    async def _classify(self, sent: Submission) -> Response:
        read = reading.read_classification(sent.state)
        if isinstance(read, FieldErrors):
            return _errors(read)
        checkpoint = await self._checkpoint(sent)
        if isinstance(checkpoint, Refusal):
            return _refused(checkpoint)
        text = modals.snippet(checkpoint.proposal.action, read)
        verdict = await self._classifying.record(sent.request, {"snippet": text})
        if verdict is not None:
            return _told(verdict)
        return _update(modals.classified(checkpoint, sent.context, text))

    async def _still_open(self, sent: Submission) -> Checkpoint | Response:
        """Read what is edited, unless it was decided meanwhile or this was answered before."""
        known = await self._review.answer_to(sent.request)
        if known is not None:
            return _told(known)
        checkpoint = await self._checkpoint(sent)
        if isinstance(checkpoint, Refusal):
            return _refused(checkpoint)
        if is_open(checkpoint.state):
            return checkpoint
        return _told(await self._review.turn_down(sent.request, already_closed(checkpoint)))

    async def _checkpoint(self, sent: Submission) -> Checkpoint | Refusal:
        sight = await self._review.look(sent.request)
        return sight if isinstance(sight, Refusal) else sight.checkpoint

    async def _act(self, sent: Submission, command: BuildCommand) -> Response:
        return _told(await self._review.act(sent.request, command))

    async def _act_after(
        self, sent: Submission, command: Callable[[str], BuildAfterCommand]
    ) -> Response:
        read = reading.read_reason(sent.state)
        if isinstance(read, FieldErrors):
            return _errors(read)
        return _told(await self._review.act_after(sent.request, command(read.reason)))


def _objections(
    checkpoint: Checkpoint, sent: Submission, edit: Edit | FieldErrors
) -> Response | None:
    """Find what keeps an edit from being taken: wrong values, or a revision made meanwhile."""
    if isinstance(edit, FieldErrors):
        return _errors(edit)
    base = next(
        (each for each in checkpoint.revisions if each.number == sent.context.revision), None
    )
    if base is None:
        return _update(modals.notice("Not understood", "There is no such revision."))
    complaints = complaints_about_edit(checkpoint, base, edit.parameters)
    if complaints:
        return _errors(reading.complaints_on(checkpoint, sent.context, complaints))
    if base != checkpoint.revision:
        return _update(modals.conflict(checkpoint, sent.context, edit))
    return None


def _update(view: View) -> Response:
    return {"response_action": "update", "view": view}


def _errors(found: FieldErrors) -> Response:
    return {"response_action": "errors", "errors": dict(found.errors)}


def _told(verdict: Verdict) -> Response:
    return {} if verdict.refusal is None else _refused(verdict.refusal)


def _refused(refusal: Refusal) -> Response:
    return _update(modals.notice("Not done", refusal.words))
