"""The answers of people who were asked: whoever they are, they need no seat and get none by it."""

from datetime import datetime, timedelta
from functools import partial

from bot.judging.live_manifest import LiveManifest
from bot.people.directory import Directory, Inquiry
from bot.program.observability import Metrics
from bot.reviewing.asked import DONE, UNCONFIRMED, Answered, Request, Sight, Verdict
from bot.reviewing.review import Review
from bot.reviewing.witnessing import actor_of, matching_card, remembered, witness_of
from manifests.vocabulary import RoleName, Standing
from store import door
from store.asking import person_behind, who_is_asked
from store.checkpoint import Addressee, Checkpoint
from store.commands import GiveInformation
from store.lifecycle.eligibility import CACHED_FOR
from store.lifecycle.informing import no_longer_open, not_addressed
from store.people import Person
from store.ports import Reading, Store, Transaction
from store.refusals import Reason, Refusal

_NOW = timedelta(0)
NOBODY_BEHIND = Refusal(
    Reason.NOT_TO_BE_ASKED, "Slack knows no active account of theirs. Ask somebody else."
)


class Answering:
    """Looks up who wants to answer, every time anew, and carries their answer out."""

    def __init__(
        self,
        store: Store,
        directory: Directory,
        manifest: LiveManifest,
        metrics: Metrics,
        review: Review,
    ) -> None:
        self._store = store
        self._directory = directory
        self._manifest = manifest
        self._metrics = metrics
        self._review = review

    async def behind(self, checkpoint: Checkpoint) -> Addressee | Refusal:
        """Find an account of the person that a proposal was made for."""
        requester = checkpoint.parties.requester
        accounts = self._manifest.current.accounts_of(requester) if requester is not None else ()
        for user in sorted(accounts):
            account = await self._directory.account(user)
            if requester and account is not None and account.standing is Standing.MEMBER:
                return person_behind(requester, user, account.name)
        return NOBODY_BEHIND

    async def may_answer(self, request: Request, sight: Sight) -> Refusal | None:
        """Say beforehand why this person could not answer what they are about to open."""
        asked = who_is_asked(sight.checkpoint)
        if asked is None:
            return no_longer_open()
        # The trigger that opens a form lives for seconds; what is sent is looked up anew.
        person = await self._person(request, asked, sight.now, within=CACHED_FOR)
        return UNCONFIRMED if person is None else not_addressed(asked, person)

    async def answer(self, request: Request, question: str, words: str) -> Verdict:
        """Take an answer, from nobody but who was asked, on facts looked up just now."""
        asked, now = await self._store.read(partial(_asked, request))
        if asked is None:
            return await self._turned_down(request, no_longer_open())
        person = await self._person(request, asked, now)
        if person is None:
            return await self._turned_down(request, UNCONFIRMED)
        command = GiveInformation(person=person, answer=words, question_id=question)
        verdict = await self._store.write(lambda tx: _answered(tx, request, command))
        if verdict.refusal is not None:
            self._metrics.refused("person", verdict.refusal.reason)
        return verdict

    async def _turned_down(self, request: Request, refusal: Refusal) -> Verdict:
        self._metrics.refused("person", refusal.reason)
        return await self._review.turn_down(request, refusal)

    async def _person(
        self, request: Request, asked: Addressee, now: datetime, within: timedelta = _NOW
    ) -> Person | None:
        roles = frozenset({RoleName(asked.name)}) if asked.kind == "role" else frozenset()
        inquiry = Inquiry(at=now, within=within, roles=roles, enough=roles)
        people = await self._directory.people([request.user], inquiry)
        return people[0] if people else None


def _asked(request: Request, look: Reading) -> tuple[Addressee | None, datetime]:
    checkpoint = look.checkpoints.get(request.proposal)
    return None if checkpoint is None else who_is_asked(checkpoint), look.now()


def _answered(tx: Transaction, request: Request, command: GiveInformation) -> Verdict:
    known = tx.clicks.answer_to(request.key)
    if known is not None:
        return Verdict.decode(known)
    actor = actor_of(request, command.person)
    card = matching_card(tx, request)
    if isinstance(card, Refusal):
        outcome: Checkpoint | Refusal = door.refuse(tx, request.proposal, card, actor)
    else:
        witness = witness_of(card, request, tx.now())
        outcome = door.act(tx, request.proposal, command, actor, witness)
    refusal = outcome if isinstance(outcome, Refusal) else None
    return remembered(tx, request, Verdict(Answered.REFUSED, refusal) if refusal else DONE)
