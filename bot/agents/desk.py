"""What agents ask after intake: how a proposal stands, and what they tell about it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from hmac import compare_digest
from typing import Literal

from bot.agents.keys import Agent
from bot.judging.circumstances import pause_objection
from bot.judging.live_manifest import LiveManifest
from bot.judging.rejections import Wanted, routed
from bot.program.draining import Drain
from manifests.checking import complaints
from manifests.parameters import Complaint
from manifests.proposed import Circumstances
from manifests.vocabulary import AgentName, Digest, Parameters
from store import door
from store.checkpoint import Checkpoint, is_granted, is_open
from store.commands import (
    AfterCommand,
    Command,
    Consume,
    ProvideInformation,
    ReportOutcome,
    ReportRollback,
    Withdraw,
)
from store.decision import Json, decision_of, version_of
from store.digest import execution_token, revision_digest
from store.door import EXECUTION_KEY
from store.effects import Actor, ActorKind, Event, Happening
from store.ports import Listing, Reading, Store, Transaction
from store.proposal import ProposalId
from store.refusals import Reason, Refusal

Report = Literal["executed", "failed", "rolled_back", "rollback_failed"]


class BadParameters(Exception):
    """Changed parameters do not fit the action; `complaints` say why."""

    def __init__(self, complaints: tuple[Complaint, ...]) -> None:
        super().__init__("; ".join(f"{each.where}: {each.problem}" for each in complaints))
        self.complaints = complaints


@dataclass(frozen=True, slots=True, kw_only=True)
class Information:
    """An agent's answer to a reviewer; `parameters` are laid over those in force."""

    answer: str
    question_id: str | None = None
    parameters: Parameters | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An agent's claim to execute what was approved."""

    attempt: str
    digest: Digest
    execution_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A decision as an agent reads it, and whether waiting for it is over."""

    decision: Json
    version: int
    closed: bool
    granted: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some of an agent's decisions, newest first, and the id that the next page begins after."""

    decisions: tuple[Json, ...]
    following: ProposalId | None


def told(tx: Reading, checkpoint: Checkpoint, reader: AgentName | None = None) -> Told:
    """Write down how a checkpoint stands, for its agent or for another that may read it."""
    aftermath = tx.aftermaths.of(checkpoint.id)
    return Told(
        decision=decision_of(checkpoint, aftermath, tx.secret(EXECUTION_KEY), reader),
        version=version_of(checkpoint, aftermath),
        closed=not is_open(checkpoint.state),
        granted=is_granted(checkpoint.state),
    )


class AgentDesk:
    """Answers one agent about what it proposed or is to execute; nothing else exists for it."""

    def __init__(
        self,
        store: Store,
        manifest: LiveManifest,
        drain: Drain,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._manifest = manifest
        self._drain = drain
        self._monotonic = monotonic

    async def show(self, agent: Agent, proposal: ProposalId) -> Told | Refusal:
        """Read how a proposal stands."""

        def shown(tx: Reading) -> Told | Refusal:
            checkpoint = tx.checkpoints.get(proposal)
            if checkpoint is None or not _concerns(checkpoint, agent):
                return door.unknown(proposal)
            return told(tx, checkpoint, agent.name)

        return await self._store.read(shown)

    async def wait(
        self, agent: Agent, proposal: ProposalId, seconds: float, after_version: int | None
    ) -> Told | Refusal:
        """Read once the version has passed, nothing more can follow, or time is up.

        A granted decision can still be recalled or rolled back, so whoever names the version they
        know goes on waiting; without a version, closing ends the wait. The subscription comes
        before the first look, so that no change falls between them.
        """
        until = self._monotonic() + seconds
        knows_a_version = after_version is not None
        with self._store.watch(f"proposal:{proposal}") as watch:
            while True:
                seen = await self.show(agent, proposal)
                if isinstance(seen, Refusal):
                    return seen
                known = seen.version if after_version is None else after_version
                left = until - self._monotonic()
                over = seen.closed and not (knows_a_version and seen.granted)
                if seen.version > known or over or left <= 0 or self._drain.started:
                    return seen
                after_version = known
                await self._drain.unless_stopping(watch.wait(left))

    async def page(self, agent: Agent, listing: Listing, *, to_execute: bool = False) -> Page:
        """List what an agent proposed, or what the manifest gave it to execute for others."""
        own = replace(
            listing,
            agent=None if to_execute else agent.name,
            executor=agent.name if to_execute else None,
            limit=listing.limit + 1,
        )

        def listed(tx: Reading) -> Page:
            found = tx.checkpoints.page(own)
            shown = found[: listing.limit]
            more = len(found) > listing.limit
            decisions = tuple(told(tx, each, agent.name).decision for each in shown)
            return Page(decisions, shown[-1].id if more else None)

        return await self._store.read(listed)

    async def answer(
        self, agent: Agent, proposal: ProposalId, information: Information
    ) -> Told | Refusal:
        """Answer a reviewer; changed parameters are checked and routed again."""
        return await self._change(
            agent, proposal, lambda tx, checkpoint: self._informing(tx, checkpoint, information)
        )

    async def withdraw(self, agent: Agent, proposal: ProposalId, reason: str) -> Told | Refusal:
        """Take a proposal back."""
        return await self._change(agent, proposal, lambda *_: Withdraw(reason=reason))

    async def consume(self, agent: Agent, proposal: ProposalId, claim: Claim) -> Told | Refusal:
        """Claim the one right to execute."""

        def claimed(tx: Transaction, checkpoint: Checkpoint) -> AfterCommand | Refusal:
            paused = pause_objection(tx, checkpoint, agent.name)
            if paused is not None:
                return paused
            key = tx.secret(EXECUTION_KEY)
            right = execution_token(key, checkpoint.id, checkpoint.revision.digest)
            return Consume(
                agent=agent.name,
                attempt=claim.attempt,
                digest=claim.digest,
                token_is_right=compare_digest(right.encode(), claim.execution_token.encode()),
            )

        return await self._follow(agent, proposal, claimed)

    async def report(
        self, agent: Agent, proposal: ProposalId, outcome: Report, detail: str, attempt: str | None
    ) -> Told | Refusal:
        """Take down how executing, or undoing, went."""
        command = _reported(agent, outcome, detail, attempt)
        return await self._follow(agent, proposal, lambda *_: command)

    def _informing(
        self, tx: Transaction, checkpoint: Checkpoint, information: Information
    ) -> ProvideInformation:
        said = ProvideInformation(answer=information.answer, question_id=information.question_id)
        if information.parameters is None:
            return said
        parameters = {**checkpoint.revision.parameters, **information.parameters}
        missing = tuple(name for name in checkpoint.proposal.missing if name not in parameters)
        update = {"parameters": parameters, "missing": missing}
        changed = checkpoint.proposal.model_copy(update=update)
        found = complaints(checkpoint.plan.schema, parameters, missing)
        if found:
            raise BadParameters(found)
        digest, by = revision_digest(changed.action, parameters), checkpoint.parties.agent
        wanted = Wanted(agent=by, proposal=changed, digest=digest)
        # What was spent plays no part: an answer can only make the plan stricter.
        told = Circumstances(agent=by)
        plan, follows = routed(tx, self._manifest.current, told, wanted, checkpoint.follows)
        return replace(
            said, parameters=parameters, revised_digest=digest, plan=plan, follows=follows
        )

    async def _change(
        self,
        agent: Agent,
        proposal: ProposalId,
        command: Callable[[Transaction, Checkpoint], Command],
    ) -> Told | Refusal:
        def changed(tx: Transaction) -> Told | Refusal:
            checkpoint = _concerning(tx, agent, proposal)
            if isinstance(checkpoint, Refusal):
                return checkpoint
            if checkpoint.parties.agent != agent.name:
                return door.refuse(tx, proposal, _of_another(checkpoint), _actor(agent))
            verdict = door.act(tx, proposal, command(tx, checkpoint), _actor(agent))
            return verdict if isinstance(verdict, Refusal) else told(tx, verdict)

        return await self._store.write(changed)

    async def _follow(
        self,
        agent: Agent,
        proposal: ProposalId,
        command: Callable[[Transaction, Checkpoint], AfterCommand | Refusal],
    ) -> Told | Refusal:
        def followed(tx: Transaction) -> Told | Refusal:
            checkpoint = _concerning(tx, agent, proposal)
            if isinstance(checkpoint, Refusal):
                return checkpoint
            asked = command(tx, checkpoint)
            if isinstance(asked, Refusal):
                return door.refuse(tx, proposal, asked, _actor(agent))
            verdict = door.act_after(tx, proposal, asked, _actor(agent))
            if isinstance(verdict, Refusal):
                return verdict
            return told(tx, tx.checkpoints.get(proposal) or checkpoint, agent.name)

        return await self._store.write(followed)


def _concerns(checkpoint: Checkpoint, agent: Agent) -> bool:
    """Say whether an agent proposed this, or is the one that the manifest lets execute it."""
    return agent.name in (checkpoint.parties.agent, checkpoint.plan.executed_by)


def _of_another(checkpoint: Checkpoint) -> Refusal:
    words = f"Only {checkpoint.parties.agent}, which proposed this, may answer or withdraw it."
    return Refusal(Reason.NOT_THE_PROPOSER, words)


def _concerning(tx: Transaction, agent: Agent, proposal: ProposalId) -> Checkpoint | Refusal:
    """Find what concerns an agent; reaching for another agent's proposal is audited."""
    checkpoint = tx.checkpoints.get(proposal)
    if checkpoint is not None and _concerns(checkpoint, agent):
        return checkpoint
    if checkpoint is not None:
        detail = {"reason": Reason.UNKNOWN_PROPOSAL.value, "words": "Another agent's proposal."}
        refused = Event(
            happening=Happening.REFUSED, actor=_actor(agent), at=tx.now(), detail=dict(detail)
        )
        door.note(tx, checkpoint, refused)
    return door.unknown(proposal)


def _actor(agent: Agent) -> Actor:
    return Actor(ActorKind.AGENT, agent.name)


def _reported(agent: Agent, outcome: Report, detail: str, attempt: str | None) -> AfterCommand:
    match outcome:
        case "executed" | "failed":
            return ReportOutcome(
                agent=agent.name, executed=outcome == "executed", detail=detail, attempt=attempt
            )
        case "rolled_back" | "rollback_failed":
            return ReportRollback(agent=agent.name, done=outcome == "rolled_back", detail=detail)
