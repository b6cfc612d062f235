"""What each submitted modal means: read it, carry it out, and say in the modal how that went."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from blocks.forms import modals, reading
from blocks.forms.reading import FieldErrors
from blocks.ids import Modal, Unreadable
from bot.judging.live_manifest import LiveManifest
from bot.program.identifiers import Identifiers
from bot.reviewing.answering import Answering
from bot.reviewing.asked import (
    BuildAfterCommand,
    BuildCommand,
    Quorum,
    recall,
    record_done,
    record_failed,
    request_rollback,
    veto,
)
from bot.reviewing.classifying import Classifying
from bot.reviewing.review import Review
from bot.slack.askings import Askings
from bot.slack.edits import Edits
from bot.slack.payloads import Submission
from bot.slack.refinements import Refinements
from bot.slack.responses import Response, errors, refused, told, update
from bot.slack.saving import Saving
from store.checkpoint import Checkpoint
from store.commands import (
    Answer,
    Approve,
    Reassign,
    Reject,
)
from store.refusals import Refusal


class Submissions:
    """One method a modal; each answers how Slack is to go on."""

    def __init__(
        self,
        review: Review,
        classifying: Classifying,
        answering: Answering,
        manifest: LiveManifest,
        ids: Identifiers,
    ) -> None:
        self._review = review
        self._classifying = classifying
        self._manifest = manifest
        askings = Askings(review, answering, ids)
        saving = Saving(review, manifest)
        edits, refinements = Edits(saving), Refinements(review, saving, ids)
        self.handlers: Mapping[Modal, Callable[[Submission], Awaitable[Response]]] = {
            Modal.REVIEW: self._approve,
            Modal.APPROVE_WITH_NOTE: self._approve,
            Modal.REJECT: self._reject,
            Modal.EDIT: edits.edit,
            Modal.EDIT_DIFF: edits.edit,
            Modal.FILL_IN: edits.fill_in,
            Modal.STEP: refinements.step,
            Modal.STEP_DIFF: refinements.step,
            Modal.REGENERATE: refinements.regenerate,
            Modal.REQUEST_INFORMATION: askings.ask,
            Modal.ANSWER: self._answer,
            Modal.ANSWER_QUESTION: askings.reply,
            Modal.ESCALATE: askings.escalate,
            Modal.REASSIGN: self._reassign,
            Modal.RECALL: self._recall,
            Modal.ROLLBACK: self._roll_back,
            Modal.VETO: self._veto,
            Modal.RECORD_DONE: self._record_done,
            Modal.RECORD_FAILED: self._record_failed,
            Modal.RETURN_CONTROL: askings.return_control,
            Modal.CLASSIFY: self._classify,
        }

    async def answer(self, submission: Submission | Unreadable) -> Response:
        """Carry a submission out and say how the modal goes on."""
        if isinstance(submission, Unreadable):
            return update(modals.notice("Not understood", submission.why))
        return await self.handlers[submission.modal](submission)

    async def _approve(self, sent: Submission) -> Response:
        read = reading.read_approval(sent.state)

        def command(quorum: Quorum) -> Approve:
            return Approve(
                **quorum.seen,
                note=read.note,
                retyped=read.retyped,
                in_full=sent.modal is Modal.REVIEW,
            )

        verdict = await self._review.act(sent.request, command)
        mistyped = reading.mistyped(sent.state, verdict.refusal)
        return told(verdict) if mistyped is None else errors(mistyped)

    async def _reject(self, sent: Submission) -> Response:
        read = reading.read_rejection(sent.state)
        if isinstance(read, FieldErrors):
            return errors(read)

        def command(quorum: Quorum) -> Reject:
            return Reject(
                **quorum.seen,
                reason=read.reason,
                category=read.category,
                wants_alternative=read.wants_alternative,
            )

        return await self._act(sent, command)

    async def _answer(self, sent: Submission) -> Response:
        checkpoint = await self._checkpoint(sent)
        if isinstance(checkpoint, Refusal):
            return refused(checkpoint)
        read = reading.read_answer(checkpoint, sent.state)
        if isinstance(read, FieldErrors):
            return errors(read)

        def command(quorum: Quorum) -> Answer:
            return Answer(**quorum.seen, guidance=read.guidance, choice=read.choice)

        return await self._act(sent, command)

    async def _reassign(self, sent: Submission) -> Response:
        read = reading.read_passing_on(sent.state)
        if isinstance(read, FieldErrors):
            return errors(read)

        def command(quorum: Quorum) -> Reassign:
            to = quorum.named or quorum.reviewer
            return Reassign(**quorum.seen, to=to, note=read.note)

        request = replace(sent.request, about=read.to)
        verdict = await self._review.act(request, command)
        wrong = reading.wrong_person(verdict.refusal)
        return told(verdict) if wrong is None else errors(wrong)

    async def _recall(self, sent: Submission) -> Response:
        return await self._act_after(sent, recall)

    async def _roll_back(self, sent: Submission) -> Response:
        return await self._act_after(sent, request_rollback)

    async def _veto(self, sent: Submission) -> Response:
        return await self._act_after(sent, veto)

    async def _record_done(self, sent: Submission) -> Response:
        note = reading.read_approval(sent.state).note
        return told(await self._review.act_after(sent.request, record_done(note)))

    async def _record_failed(self, sent: Submission) -> Response:
        return await self._act_after(sent, record_failed)

    async def _classify(self, sent: Submission) -> Response:
        read = reading.read_classification(sent.state, self._manifest.current.roles.keys())
        if isinstance(read, FieldErrors):
            return errors(read)
        checkpoint = await self._checkpoint(sent)
        if isinstance(checkpoint, Refusal):
            return refused(checkpoint)
        text = modals.snippet(checkpoint.proposal.action, read)
        verdict = await self._classifying.record(sent.request, {"snippet": text})
        if verdict is not None:
            return told(verdict)
        into = self._classifying.destination(checkpoint.proposal.action)
        return update(modals.classified(checkpoint, sent.context, text, into))

    async def _checkpoint(self, sent: Submission) -> Checkpoint | Refusal:
        sight = await self._review.look(sent.request)
        return sight if isinstance(sight, Refusal) else sight.checkpoint

    async def _act(self, sent: Submission, command: BuildCommand) -> Response:
        return told(await self._review.act(sent.request, command))

    async def _act_after(
        self, sent: Submission, command: Callable[[str], BuildAfterCommand]
    ) -> Response:
        read = reading.read_reason(sent.state)
        if isinstance(read, FieldErrors):
            return errors(read)
        return told(await self._review.act_after(sent.request, command(read.reason)))
