"""The one way in for proposals, however they arrive: read, judge, route, commit."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.agents.desk import Told
from bot.agents.desk import told as told_of
from bot.agents.keys import Agent
from bot.agents.objections import objections
from bot.judging.circumstances import circumstances, count_as_passed, overtaken
from bot.judging.live_manifest import LiveManifest
from bot.judging.rejections import Wanted, routed
from manifests.manifest import Manifest
from manifests.naming import FORMS, person_named
from manifests.parameters import Complaint
from manifests.plan import ReviewPlan
from manifests.vocabulary import Digest, Scrutiny
from store import door
from store.checkpoint import Checkpoint, Follows
from store.digest import NotCanonical, request_digest, revision_digest
from store.holding import why_held
from store.lifecycle import Intake as Opening
from store.people import Parties
from store.ports import Reading, Store, Transaction
from store.proposal import Proposal, ProposalId
from store.wire import InvalidProposal, TooLarge, Unreadable, read_proposal

_KEY = re.compile(r"^[^\x00-\x1f\x7f]{1,255}$")


class Fault(StrEnum):
    """Why a proposal is not taken in; sending the same again cannot help."""

    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    INVALID = "invalid"
    NOT_ALLOWED = "not_allowed"
    WRONG_KIND = "wrong_kind"
    KEY_REUSED = "key_reused"


class Declined(Exception):
    """A proposal that is not taken in, and why, in words for whoever wrote the agent."""

    def __init__(
        self,
        fault: Fault,
        words: str,
        complaints: tuple[Complaint, ...] = (),
        existing: ProposalId | None = None,
    ) -> None:
        said = "; ".join(f"{each.where} {each.words}" for each in complaints)
        super().__init__(f"{words} {said}".rstrip())
        self.fault = fault
        self.words = words
        self.complaints = complaints
        self.existing = existing


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What may come in, with everything that is worked out before the transaction."""

    agent: Agent
    parties: Parties
    proposal: Proposal
    key: str
    digest: Digest
    request_digest: Digest

    def opening(self, workspace: str, proposal: ProposalId, plan: ReviewPlan) -> Opening:
        """Give what its checkpoint is opened with."""
        return Opening(
            id=proposal,
            workspace=workspace,
            proposal=self.proposal,
            parties=self.parties,
            plan=plan,
            digest=self.digest,
            request_digest=self.request_digest,
            by_queue=False,
        )


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A proposal that is in; `again` when it was in already."""

    checkpoint: Checkpoint
    again: bool = False


class Intake:
    """Reads and judges proposals, and opens their checkpoints."""

    def __init__(
        self, store: Store, manifest: LiveManifest, new_id: Callable[[], ProposalId]
    ) -> None:
        self._store = store
        self._manifest = manifest
        self._new_id = new_id

    async def take(
        self, agent: Agent, raw: bytes | str, header_key: str | None = None
    ) -> tuple[TakenIn, Told]:
        """Take one proposal in and tell how it stands after its commit, or raise `Declined`."""
        judged = self.judge(agent, raw, header_key)
        proposal = self._new_id()

        def taken(tx: Transaction) -> tuple[TakenIn, Told]:
            found = self.open(tx, judged, proposal)
            return found, told_of(tx, found.checkpoint)

        return await self._store.write(taken)

    def judge(self, agent: Agent, raw: bytes | str, header_key: str | None = None) -> Judged:
        """Read a proposal and refuse what no store is needed for, all complaints at once."""
        if agent.kind == "engine":
            words = (
                f"{agent.name} is a policy engine: its key reports denials at /v1/denials and "
                "proposes nothing. An agent needs a key of its own."
            )
            raise Declined(Fault.WRONG_KIND, words)
        proposal = _read(raw)
        key, found = key_of(proposal.idempotency_key, header_key)
        if not agent.may(proposal.action):
            words = (
                f"The key of {agent.name} does not cover the action {proposal.action}; "
                "add it under actions in the agents' key file."
            )
            raise Declined(Fault.NOT_ALLOWED, words)
        parties = _parties(self._manifest.current, agent, proposal)
        found += objections(self._manifest.current, agent, parties, proposal)
        if found:
            words = "The proposal cannot be taken in as it is."
            raise Declined(Fault.INVALID, words, tuple(found))
        return digested(agent, parties, proposal.model_copy(update={"idempotency_key": key}))

    def open(
        self, tx: Transaction, judged: Judged, proposal: ProposalId, *, by_queue: bool = False
    ) -> TakenIn:
        """Open a checkpoint, or find the one this key has; raise `Declined` on a conflict."""
        known = known_as(tx, judged)
        if known is not None:
            return known
        _refuse_a_stray_alternative(tx, judged)
        plan, follows = self._routed(tx, judged)
        opening = judged.opening(self._store.workspace, proposal, plan)
        door.let_in(tx, plan, judged.agent.name, judged.proposal.action)
        hold = why_held(tx, plan, judged.agent.name, judged.proposal.action)
        opening = replace(opening, by_queue=by_queue, follows=follows, hold=hold)
        return TakenIn(door.take_in(tx, opening))

    def _routed(self, tx: Transaction, judged: Judged) -> tuple[ReviewPlan, Follows | None]:
        """Route the proposal; what a rule allows is added up in the same transaction."""
        manifest, followed = self._manifest.followed
        agent, proposal = judged.agent.name, judged.proposal
        told = circumstances(tx, manifest, agent, proposal)
        told = replace(told, paused=told.paused or overtaken(tx, followed))
        wanted = Wanted(agent=agent, proposal=proposal, digest=judged.digest)
        plan, follows = routed(tx, manifest, told, wanted)
        if plan.scrutiny is Scrutiny.AUTO_APPROVE:
            count_as_passed(tx, told)
        return plan, follows


def _read(raw: bytes | str) -> Proposal:
    try:
        return read_proposal(raw)
    except TooLarge as error:
        raise Declined(Fault.TOO_LARGE, str(error)) from error
    except Unreadable as error:
        raise Declined(Fault.MALFORMED, str(error)) from error
    except InvalidProposal as error:
        words = "The proposal's fields are not right."
        raise Declined(Fault.INVALID, words, error.complaints) from error


def key_of(inside: str | None, header_key: str | None) -> tuple[str, list[Complaint]]:
    """Find the one idempotency key, or say what is wrong with those there are."""
    where = "/idempotency_key"
    if header_key is not None and not _KEY.match(header_key):
        hint = "Send 1 to 255 printable characters."
        return "", [Complaint(where, "The header Idempotency-Key cannot be a key.", hint)]
    if inside is not None and header_key is not None and inside != header_key:
        problem = "The header Idempotency-Key and this field differ."
        return "", [Complaint(where, problem, "Send one of them, or the same in both.")]
    key = inside if inside is not None else header_key
    if key is None:
        problem = "An idempotency key is missing; without one a retry would count as another."
        hint = "Send this field or the header Idempotency-Key, such as your order's number."
        return "", [Complaint(where, problem, hint)]
    return key, []


def digested(agent: Agent, parties: Parties, proposal: Proposal) -> Judged:
    """Digest what may come in, or raise `Declined` for a value that has no canonical form."""
    try:
        return Judged(
            agent=agent,
            parties=parties,
            proposal=proposal,
            key=proposal.idempotency_key or "",
            digest=revision_digest(proposal.action, proposal.parameters),
            request_digest=request_digest(proposal),
        )
    except NotCanonical as error:
        raise Declined(Fault.INVALID, f"A value has no canonical form: {error}.") from error


def known_as(tx: Reading, judged: Judged) -> TakenIn | None:
    """Find what this key brought in before; raise `Declined` when that was something else."""
    known = tx.checkpoints.by_key(judged.agent.name, judged.key)
    return None if known is None else _same(known, judged)


def _same(known: Checkpoint, judged: Judged) -> TakenIn:
    if known.request_digest == judged.request_digest:
        return TakenIn(known, again=True)
    words = (
        f"The idempotency key belongs to proposal {known.id} already, with other content "
        f"({known.request_digest}, now {judged.request_digest}). Use another key for another "
        "proposal."
    )
    raise Declined(Fault.KEY_REUSED, words, existing=known.id)


def _refuse_a_stray_alternative(tx: Transaction, judged: Judged) -> None:
    """Let a proposal be an alternative only to one of its own agent's."""
    named = judged.proposal.alternative_to
    if named is None:
        return
    other = tx.checkpoints.get(named)
    if other is None or other.parties.agent != judged.agent.name:
        words = "The proposal cannot be taken in as it is."
        hint = "Send the id of the proposal this one stands in for."
        problem = "This names no proposal of yours."
        raise Declined(Fault.INVALID, words, (Complaint("/alternative_to", problem, hint),))


def _parties(manifest: Manifest, agent: Agent, proposal: Proposal) -> Parties:
    """Name who may not approve; an owner nobody knows stops the agent, for they could approve."""
    asked = proposal.on_behalf_of
    owner = person_named(manifest, agent.owner) if agent.owner else None
    if agent.owner and owner is None:
        words = (
            f"The owner {agent.owner} of {agent.name} in the agents' key file is nobody known. "
            f"{FORMS}"
        )
        raise Declined(Fault.NOT_ALLOWED, words)
    requester = person_named(manifest, asked) if asked else None
    name = "" if requester is None else manifest.names.get(requester, "")
    return Parties(agent=agent.name, owner=owner, requester=requester, requester_name=name)
