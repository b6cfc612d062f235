"""The one way in for proposals, however they arrive: read, judge, route, commit."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from bot.addresses import NotACallback, callback_url
from bot.agents import Told, told
from bot.keys import Agent
from bot.live_manifest import LiveManifest
from manifests.checking import complaints, pointer
from manifests.manifest import Manifest, Spent
from manifests.naming import FORMS, person_named
from manifests.parameters import Complaint
from manifests.plan import ReviewPlan
from manifests.policy import plan_for, window_of
from manifests.vocabulary import Digest, Scrutiny
from store import door
from store.checkpoint import Checkpoint
from store.digest import NotCanonical, request_digest, revision_digest
from store.lifecycle import Intake as Opening
from store.people import Parties
from store.ports import Store, Transaction
from store.proposal import Proposal, ProposalId
from store.wire import InvalidProposal, TooLarge, Unreadable, read_proposal

_KEY = re.compile(r"^[^\x00-\x1f\x7f]{1,255}$")


class Fault(StrEnum):
    """Why a proposal is not taken in; sending the same again cannot help."""

    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    INVALID = "invalid"
    NOT_ALLOWED = "not_allowed"
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
        said = "; ".join(
            f"{each.where}: {each.problem} {each.hint}".rstrip() for each in complaints
        )
        super().__init__(f"{words} {said}".rstrip())
        self.fault = fault
        self.words = words
        self.complaints = complaints
        self.existing = existing


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A proposal that may come in, with everything that is worked out before the transaction."""

    agent: Agent
    parties: Parties
    proposal: Proposal
    key: str
    digest: Digest
    request_digest: Digest


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
            return found, told(tx, found.checkpoint)

        return await self._store.write(taken)

    def judge(self, agent: Agent, raw: bytes | str, header_key: str | None = None) -> Judged:
        """Read a proposal and refuse what no store is needed for, all complaints at once."""
        proposal = _read(raw)
        key, found = _key_of(proposal, header_key)
        if not agent.may(proposal.action):
            words = (
                f"The key of {agent.name} does not cover the action {proposal.action}; "
                "add it under actions in the agents' key file."
            )
            raise Declined(Fault.NOT_ALLOWED, words)
        parties = _parties(self._manifest.current, agent, proposal)
        found = [
            *found,
            *_about_the_requester(parties, proposal),
            *_about_the_kind(proposal),
            *_about_the_callback(agent, proposal),
            *_about_the_live_view(proposal),
            *_about_the_parameters(self._manifest.current, proposal),
        ]
        if found:
            words = "The proposal cannot be taken in as it is."
            raise Declined(Fault.INVALID, words, tuple(found))
        keyed = proposal.model_copy(update={"idempotency_key": key})
        try:
            digest = revision_digest(proposal.action, proposal.parameters)
            whole = request_digest(keyed)
        except NotCanonical as error:
            raise Declined(Fault.INVALID, f"A value has no canonical form: {error}.") from error
        return Judged(
            agent=agent,
            parties=parties,
            proposal=keyed,
            key=key,
            digest=digest,
            request_digest=whole,
        )

    def open(
        self, tx: Transaction, judged: Judged, proposal: ProposalId, *, by_queue: bool = False
    ) -> TakenIn:
        """Open a checkpoint, or find the one this key has; raise `Declined` on a conflict."""
        known = tx.checkpoints.by_key(judged.agent.name, judged.key)
        if known is not None:
            return _same(known, judged)
        _refuse_a_stray_alternative(tx, judged)
        plan = self._plan(tx, judged)
        opening = Opening(
            id=proposal,
            workspace=self._store.workspace,
            proposal=judged.proposal,
            parties=judged.parties,
            plan=plan,
            digest=judged.digest,
            request_digest=judged.request_digest,
            by_queue=by_queue,
        )
        return TakenIn(door.take_in(tx, opening))

    def _plan(self, tx: Transaction, judged: Judged) -> ReviewPlan:
        """Route the proposal; what a rule allows is added up in the same transaction."""
        manifest, agent = self._manifest.current, judged.agent.name
        window = window_of(manifest, judged.proposal)
        if window is None:
            return plan_for(manifest, judged.proposal, None)
        now = tx.now()
        spent = tx.spending.spent(agent, window.action, window.currency, now - window.length)
        plan = plan_for(manifest, judged.proposal, Spent(*spent))
        if plan.scrutiny is Scrutiny.AUTO_APPROVE:
            tx.spending.add(agent, window.action, window.currency, window.amount, now)
        return plan


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


def _key_of(proposal: Proposal, header_key: str | None) -> tuple[str, list[Complaint]]:
    inside = proposal.idempotency_key
    where = "/idempotency_key"
    if header_key is not None and not _KEY.match(header_key):
        hint = "Send 1 to 255 printable characters."
        return "", [Complaint(where, "The header Idempotency-Key cannot be a key.", hint)]
    if inside is not None and header_key is not None and inside != header_key:
        problem = "The header Idempotency-Key and this field differ."
        return "", [Complaint(where, problem, "Send one of them, or the same in both.")]
    key = inside if inside is not None else header_key
    if key is None:
        problem = "A proposal needs an idempotency key, so that a retry is not a second proposal."
        hint = "Send this field or the header Idempotency-Key, such as your order's number."
        return "", [Complaint(where, problem, hint)]
    return key, []


def _about_the_callback(agent: Agent, proposal: Proposal) -> list[Complaint]:
    if proposal.callback is None:
        return []
    try:
        callback_url(agent, proposal.callback)
    except NotACallback as error:
        return [Complaint("/callback", error.problem, error.hint)]
    return []


def _about_the_live_view(proposal: Proposal) -> list[Complaint]:
    """Let reviewers follow a link only where a link can lead."""
    if proposal.live_view_url is None:
        return []
    try:
        parts = urlsplit(proposal.live_view_url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        sound = False
    problem, hint = "A live view is an http or https address.", "Send https://HOST/PATH."
    return [] if sound else [Complaint("/live_view_url", problem, hint)]


def _about_the_kind(proposal: Proposal) -> list[Complaint]:
    found = []
    if proposal.choices and proposal.question is None:
        found.append(Complaint("/choices", "Choices need a question.", "Send question, too."))
    for index, name in enumerate(proposal.missing):
        if name in proposal.parameters or name in proposal.missing[:index]:
            problem = f"{name} is in parameters, or named twice."
            found.append(Complaint(pointer("missing", index), problem, "Name what is missing."))
    return found


def _about_the_parameters(manifest: Manifest, proposal: Proposal) -> tuple[Complaint, ...]:
    action = manifest.actions.get(proposal.action)
    if action is None:
        return ()  # nobody has said what it takes; it will be blocked and classified by a person
    return complaints(action.schema, proposal.parameters, proposal.missing)


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
    return Parties(agent=agent.name, owner=owner, requester=requester)


def _about_the_requester(parties: Parties, proposal: Proposal) -> list[Complaint]:
    """Let nobody who asked for it approve it by being spelt in a way we do not know."""
    if proposal.on_behalf_of is None or parties.requester is not None:
        return []
    hint = f"{FORMS} A customer who asked belongs in context.request."
    return [Complaint("/on_behalf_of", "This names nobody known, or more than one.", hint)]
