"""What every kind of edit has in common: still open, judged again, saved once, or told why not."""

from blocks.forms import modals
from blocks.forms.foreseeing import as_if
from blocks.ids import Modal
from blocks.meaning import Edit, FieldErrors
from blocks.parts.saving import approves_if_saved
from bot.judging.editing import Change, change_to
from bot.judging.live_manifest import LiveManifest
from bot.reviewing.asked import BuildCommand, Quorum
from bot.reviewing.review import Review
from bot.slack.payloads import Submission
from bot.slack.responses import Response, told, update
from manifests.vocabulary import Parameters
from store.checkpoint import Checkpoint, Revision, is_open
from store.commands import Revise
from store.lifecycle import already_closed
from store.refusals import Refusal


class Saving:
    """Puts edited parameters in force."""

    def __init__(self, review: Review, manifest: LiveManifest) -> None:
        self._review = review
        self._manifest = manifest

    async def known(self, sent: Submission) -> Checkpoint | Response:
        """Read what is edited, unless this very submission was answered before."""
        answered = await self._review.answer_to(sent.request)
        if answered is not None:
            return told(answered)
        sight = await self._review.look(sent.request)
        if isinstance(sight, Refusal):
            return update(modals.notice("Not done", sight.words))
        return sight.checkpoint

    async def again(self, sent: Submission, before: Checkpoint) -> Checkpoint:
        """Read how it stands after what was sent."""
        sight = await self._review.look(sent.request)
        return before if isinstance(sight, Refusal) else sight.checkpoint

    async def closed(
        self, sent: Submission, checkpoint: Checkpoint, edit: Edit | FieldErrors | None
    ) -> Response | None:
        """Say that a proposal was decided meanwhile, with what was typed; None while it is open."""
        if is_open(checkpoint.state):
            return None
        verdict = await self._review.turn_down(sent.request, already_closed(checkpoint))
        if verdict.refusal is None:
            return {}
        return not_saved(checkpoint, edit, verdict.refusal)

    def change(self, checkpoint: Checkpoint, parameters: Parameters) -> Change:
        """Judge new parameters by the policy in force."""
        return change_to(self._manifest.current, checkpoint, parameters)

    async def save(self, sent: Submission, checkpoint: Checkpoint, edit: Edit) -> Refusal | None:
        """Put an edit in force."""
        return (
            await self._review.act(sent.request, self._revision(sent, checkpoint, edit))
        ).refusal

    def _revision(self, sent: Submission, checkpoint: Checkpoint, edit: Edit) -> BuildCommand:
        change = self.change(checkpoint, edit.parameters)
        # What is filled in was typed by whoever approves; the form showed all the rest.
        filled_in = sent.modal is Modal.FILL_IN
        approves = approves_if_saved(
            checkpoint if filled_in else as_if(checkpoint, edit.parameters)
        )

        def command(quorum: Quorum) -> Revise:
            return Revise(
                **quorum.seen,
                parameters=change.parameters,
                revised_digest=change.digest,
                plan=change.plan,
                category=edit.category,
                note=edit.note,
                approve=approves,
            )

        return command


def base_of(checkpoint: Checkpoint, sent: Submission) -> Revision | None:
    """Find the revision that a form was drawn from."""
    number = sent.context.revision
    return next((each for each in checkpoint.revisions if each.number == number), None)


def not_saved(
    checkpoint: Checkpoint, edit: Edit | FieldErrors | None, refusal: Refusal
) -> Response:
    """Say why nothing was saved; what was typed stays where it can be copied from."""
    written = edit.parameters if isinstance(edit, Edit) else checkpoint.revision.parameters
    return update(modals.not_saved(checkpoint, written, refusal.words))
