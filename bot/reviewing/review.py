"""What a reviewer asks for, carried out: look at the facts, decide in one transaction, answer.

A click is committed before it is acknowledged. Nothing here speaks to Slack; a refusal becomes a
whisper in the outbox of the same transaction.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.judging.circumstances import pause_objection
from bot.people.directory import Directory, Inquiry
from bot.program.observability import Metrics
from bot.reviewing.asked import (
    DONE,
    NOT_LOOKED_UP,
    UNCONFIRMED,
    Answered,
    BuildAfterCommand,
    BuildCommand,
    Quorum,
    Request,
    Seen,
    Sight,
    Verdict,
)
from bot.reviewing.witnessing import (
    actor_of,
    has_moved,
    matching_card,
    note_opened,
    note_redrawn,
    remembered,
    shown_on_its_card,
    sight_of,
)
from manifests.vocabulary import Digest, RoleName, Severity, Standing
from store import door
from store.aftermath import Followed, follow
from store.checkpoint import (
    Checkpoint,
    Escalated,
    Held,
    NeedsInformation,
    PendingReview,
    Releasing,
    TakenOver,
    is_open,
    review_of,
)
from store.commands import AfterCommand, RecordExecution, ReviewerCommand
from store.lifecycle import Transition, already_closed, decide
from store.lifecycle.eligibility import CACHED_FOR
from store.people import Person
from store.ports import Reading, Store, Transaction
from store.refusals import Reason, Refusal
from store.turns import takers

TRIES = 3
OUTSIDERS = Refusal(
    Reason.NOT_A_MEMBER, "People from other organisations are shown no more than the card."
)

Vouch = Callable[[Transaction, Request, Person], door.Witness | Refusal]
"""Says what a person was shown, or why a request does not come from anything that we drew."""


class Review:
    """Carries out what reviewers ask for."""

    def __init__(
        self,
        store: Store,
        directory: Directory,
        metrics: Metrics,
        judge: door.Judge | None = None,
    ) -> None:
        self._store = store
        self._directory = directory
        self._metrics = metrics
        self._judge = judge

    async def act(
        self, request: Request, build: BuildCommand, vouch: Vouch = shown_on_its_card
    ) -> Verdict:
        """Carry out a reviewer's command on an open proposal."""
        refusal = UNCONFIRMED
        for _ in range(TRIES):
            quorum = await self._quorum(request)
            if isinstance(quorum, Refusal):
                return await self.turn_down(request, quorum)
            acted = partial(_acted, request, quorum, build, vouch, judge=self._judge)
            verdict = await self._store.write(acted)
            if not _outdated(verdict):
                return self._counted(verdict)
            refusal = verdict.refusal or refusal
        return await self.turn_down(request, refusal)

    def _counted(self, verdict: Verdict) -> Verdict:
        """Count what a person decided, and what they were refused."""
        if verdict.closed is not None:
            self._metrics.decided(verdict.closed)
        if verdict.refusal is not None:
            self._metrics.refused("person", verdict.refusal.reason)
        return verdict

    async def act_after(self, request: Request, build: BuildAfterCommand) -> Verdict:
        """Carry out a reviewer's request about a decision that was made."""
        checkpoint, now = await self._store.read(partial(_current, request))
        if checkpoint is None:
            return await self.turn_down(request, door.unknown(request.proposal))
        inquiry = replace(_inquiry(checkpoint, now), within=timedelta(0))
        people = await self._directory.people([request.user], inquiry)
        if not people:
            return await self.turn_down(request, UNCONFIRMED)
        command = build(people[0])
        return await self._store.write(lambda tx: _followed(tx, request, people[0], command))

    async def look(
        self, request: Request, *, history: bool = False, people: bool = False
    ) -> Sight | Refusal:
        """Read what a view shows; nothing is committed, because nothing is decided."""
        sight = await self._store.read(lambda look: sight_of(look, request, history=history))
        if isinstance(sight, Refusal) or not people:
            return sight
        known = await self._store.read(lambda look: takers(look, sight.checkpoint))
        return replace(sight, takers=known)

    async def answer_to(self, request: Request) -> Verdict | None:
        """Give the answer this very request got before, if it is delivered again."""
        known = await self._store.read(lambda look: look.clicks.answer_to(request.key))
        return None if known is None else Verdict.decode(known)

    async def may_act(
        self, request: Request, sight: Sight, probe: Callable[[Seen, Checkpoint], ReviewerCommand]
    ) -> Refusal | None:
        """Say beforehand why this person could not submit what they are about to open."""
        checkpoint = sight.checkpoint
        people = await self._directory.people([request.user], _inquiry(checkpoint, sight.now))
        if not is_open(checkpoint.state):
            return already_closed(checkpoint, next(iter(people), None))
        if not people:
            return UNCONFIRMED
        seen = Seen(
            reviewer=people[0],
            revision=request.revision,
            digest=_digest_of_seen(checkpoint, request),
            signers=(),
            opened_at=None,
        )
        return _foreseen(decide(checkpoint, probe(seen, checkpoint), sight.now))

    async def may_follow(
        self, request: Request, sight: Sight, probe: Callable[[Person], AfterCommand]
    ) -> Refusal | None:
        """Say the same beforehand of a view about a decision that was made."""
        people = await self._directory.people([request.user], _inquiry(sight.checkpoint, sight.now))
        if not people:
            return UNCONFIRMED
        return _foreseen(follow(sight.checkpoint, sight.aftermath, probe(people[0]), sight.now))

    async def may_read(self, request: Request, sight: Sight) -> Refusal | None:
        """Say why this person is shown no more than the card in their channel."""
        inquiry = Inquiry(at=sight.now, within=CACHED_FOR, roles=frozenset())
        people = await self._directory.people([request.user], inquiry)
        if not people:
            return UNCONFIRMED
        # A guest was let into the channel by this workspace; another one decides about its own.
        inside = people[0].standing in {Standing.MEMBER, Standing.GUEST}
        return None if inside else OUTSIDERS

    async def note_view(self, request: Request, view: str) -> None:
        """Audit that a person opened a view, and when."""
        await self._store.write(lambda tx: note_opened(tx, request, view))

    async def note_drawn(self, request: Request, version: int, drawn: str | None) -> None:
        """Note what a clicked card shows now, or may show; what moved since is drawn again."""
        if drawn is not None or await self._store.read(
            lambda look: has_moved(look, request, version)
        ):
            await self._store.write(lambda tx: note_redrawn(tx, request, version, drawn))

    async def _quorum(self, request: Request) -> Quorum | Refusal:
        """Look up everybody whose say counts, before the transaction."""
        checkpoint, now = await self._store.read(partial(_current, request))
        if checkpoint is None:
            return door.unknown(request.proposal)
        review = _review(checkpoint)
        signed = [each.by.user for each in review.sign_offs] if review else []
        wanted = [request.user, *signed, *([request.about] if request.about else [])]
        people = await self._directory.people(wanted, _inquiry(checkpoint, now))
        found = {person.user: person for person in people}
        if request.user not in found:
            return UNCONFIRMED
        if request.about is not None and request.about not in found:
            return NOT_LOOKED_UP
        return Quorum(
            Seen(
                reviewer=found[request.user],
                revision=request.revision,
                digest=request.digest or _digest_of_seen(checkpoint, request),
                signers=tuple(found[user] for user in signed if user in found),
                opened_at=request.opened_at,
            ),
            named=None if request.about is None else found[request.about],
        )

    async def turn_down(self, request: Request, refusal: Refusal) -> Verdict:
        """Audit a refusal and tell it to the person."""

        def told(tx: Transaction) -> Verdict:
            known = tx.clicks.answer_to(request.key)
            if known is not None:
                return Verdict.decode(known)
            door.refuse(tx, request.proposal, refusal, actor_of(request))
            return remembered(tx, request, Verdict(Answered.REFUSED, refusal))

        return await self._store.write(told)


def _current(request: Request, look: Reading) -> tuple[Checkpoint | None, datetime]:
    """Read a checkpoint, and what time it is by the clock that will decide."""
    return look.checkpoints.get(request.proposal), look.now()


def _inquiry(checkpoint: Checkpoint, now: datetime) -> Inquiry:
    """Ask for facts that are still fresh enough once the transaction runs."""
    plan = checkpoint.plan
    high = plan.severity.at_least(Severity.HIGH)
    # Of several seats, which one somebody may fill can depend on every role they hold.
    enough = plan.fillers(plan.seats[0], 0) if len(plan.seats) == 1 else frozenset[RoleName]()
    within = timedelta(0) if high else CACHED_FOR / 2
    return Inquiry(at=now, within=within, roles=plan.roles, enough=enough)


def _digest_of_seen(checkpoint: Checkpoint, request: Request) -> Digest:
    """Name what the clicked revision would run; a revision that never was has no digest."""
    revisions = {each.number: each.digest for each in checkpoint.revisions}
    return revisions.get(request.revision, Digest(""))


def _review(checkpoint: Checkpoint) -> PendingReview | Escalated | None:
    match checkpoint.state:
        case (
            PendingReview() | Escalated() | NeedsInformation() | TakenOver() | Held() | Releasing()
        ) as state:
            return review_of(state)
        case _:
            return None


def _foreseen(verdict: Transition | Followed | Refusal) -> Refusal | None:
    """Give what is sure to be refused; other signers are looked up only when it is sent."""
    if not isinstance(verdict, Refusal) or verdict.reason is Reason.STALE_FACTS:
        return None
    return verdict


def _outdated(verdict: Verdict) -> bool:
    """Say whether somebody signed since the look-up, so that it is to be decided again."""
    return verdict.refusal is not None and verdict.refusal.reason is Reason.STALE_FACTS


def _acted(
    request: Request,
    quorum: Quorum,
    build: BuildCommand,
    vouch: Vouch,
    tx: Transaction,
    *,
    judge: door.Judge | None,
) -> Verdict:
    known = tx.clicks.answer_to(request.key)
    if known is not None:
        return Verdict.decode(known)
    witness = vouch(tx, request, quorum.reviewer)
    if isinstance(witness, Refusal):
        door.refuse(tx, request.proposal, witness, actor_of(request))
        return remembered(tx, request, Verdict(Answered.REFUSED, witness))
    command = build(quorum)
    actor = actor_of(request, quorum.reviewer)
    outcome = door.act(tx, request.proposal, command, actor, witness, judge=judge)
    if isinstance(outcome, Refusal):
        verdict = Verdict(Answered.REFUSED, outcome)
        # Looked up again and decided again, so this answer is not the last word.
        return verdict if _outdated(verdict) else remembered(tx, request, verdict)
    closed = None if is_open(outcome.state) else outcome.state.status
    return replace(remembered(tx, request, DONE), closed=closed)


def _followed(tx: Transaction, request: Request, person: Person, command: AfterCommand) -> Verdict:
    known = tx.clicks.answer_to(request.key)
    if known is not None:
        return Verdict.decode(known)
    card = matching_card(tx, request)
    if isinstance(card, Refusal):
        door.refuse(tx, request.proposal, card, actor_of(request))
        return remembered(tx, request, Verdict(Answered.REFUSED, card))
    actor = actor_of(request, person)
    held = _held(tx, request, command)
    outcome = (
        door.act_after(tx, request.proposal, command, actor)
        if held is None
        else door.refuse(tx, request.proposal, held, actor)
    )
    refusal = outcome if isinstance(outcome, Refusal) else None
    return remembered(tx, request, Verdict(Answered.REFUSED, refusal) if refusal else DONE)


def _held(look: Reading, request: Request, command: AfterCommand) -> Refusal | None:
    """Hold by a pause what would start now; what cannot start anyway gets its own answer."""
    checkpoint = look.checkpoints.get(request.proposal)
    if checkpoint is None or not isinstance(command, RecordExecution):
        return None
    would = follow(checkpoint, look.aftermaths.of(checkpoint.id), command, look.now())
    return None if isinstance(would, Refusal) else pause_objection(look, checkpoint)
