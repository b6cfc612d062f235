"""Submitted questions, answers and handovers: what stops a review's clock or lets it run again."""

from blocks.forms import asking
from blocks.meaning import FieldErrors
from bot.program.identifiers import Identifiers
from bot.reviewing.answering import Answering
from bot.reviewing.asked import Quorum
from bot.reviewing.review import Review
from bot.slack.payloads import Submission
from bot.slack.responses import Response, errors, refused, told
from store.asking import PERSON_BEHIND, key_of, may_be_asked
from store.checkpoint import THE_AGENT, Addressee, Checkpoint
from store.commands import Escalate, RequestInformation, ReturnControl
from store.refusals import Refusal


class Askings:
    """One method a form."""

    def __init__(self, review: Review, answering: Answering, ids: Identifiers) -> None:
        self._review = review
        self._answering = answering
        self._ids = ids

    async def ask(self, sent: Submission) -> Response:
        """Put a question to whoever was chosen."""
        sight = await self._review.look(sent.request)
        if isinstance(sight, Refusal):
            return refused(sight)
        read = asking.read_question(sight.checkpoint, sent.state)
        if isinstance(read, FieldErrors):
            return errors(read)
        asked = await self._addressee(sight.checkpoint, read.asked)
        if isinstance(asked, Refusal):
            return told(await self._review.turn_down(sent.request, asked))
        question = self._ids.question()

        def command(quorum: Quorum) -> RequestInformation:
            return RequestInformation(
                **quorum.seen,
                question_id=question,
                question=read.text,
                category=read.category,
                asked=asked,
            )

        return told(await self._review.act(sent.request, command))

    async def reply(self, sent: Submission) -> Response:
        """Take the answer of whoever was asked."""
        read = asking.read_reply(sent.state)
        if isinstance(read, FieldErrors):
            return errors(read)
        question = sent.context.question_id
        return told(await self._answering.answer(sent.request, question, read.reason))

    async def escalate(self, sent: Submission) -> Response:
        """Call the next level, with a category and a reason."""
        read = asking.read_escalation(sent.state)
        if isinstance(read, FieldErrors):
            return errors(read)

        def command(quorum: Quorum) -> Escalate:
            return Escalate(**quorum.seen, reason=read.reason, category=read.category)

        return told(await self._review.act(sent.request, command))

    async def return_control(self, sent: Submission) -> Response:
        """Give control back, with a note and the state to continue from."""
        read = asking.read_handing_back(sent.state)
        if isinstance(read, FieldErrors):
            return errors(read)

        def command(quorum: Quorum) -> ReturnControl:
            return ReturnControl(**quorum.seen, note=read.note, continue_from=read.continue_from)

        return told(await self._review.act(sent.request, command))

    async def _addressee(self, checkpoint: Checkpoint, key: str) -> Addressee | Refusal:
        if key == PERSON_BEHIND:
            return await self._answering.behind(checkpoint)
        known = {key_of(each): each for each in may_be_asked(checkpoint)}
        return known.get(key, THE_AGENT)
