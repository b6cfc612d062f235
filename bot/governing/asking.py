"""What Keyturn itself asks of administrators: a proposal like every other, with a plan of its own.

It is recorded, shown, escalated and answered as agents' proposals are. Keyturn consumes what was
granted in the transaction that carries it out, so it happens once, with any number of instances.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from pydantic import JsonValue

from manifests.manifest import Manifest
from manifests.parameters import Parameter, ParameterSchema, ParameterType
from manifests.plan import InformationLimits, ReviewPlan, Role, Rung, Wording
from manifests.vocabulary import (
    ActionName,
    Digest,
    Friction,
    Parameters,
    PersonId,
    Scrutiny,
    Severity,
    UserId,
    WhenSilent,
)
from store import door
from store.checkpoint import Checkpoint, Expired, Rejected, Withdrawn, is_granted, is_open
from store.commands import Consume, ReportOutcome, Withdraw
from store.digest import request_digest, revision_digest
from store.effects import KEYTURN, Actor, ActorKind, Event, Happening
from store.lifecycle import Intake
from store.noticing import Notice
from store.people import KEYTURN_ITSELF, Parties
from store.ports import Transaction
from store.proposal import Proposal, ProposalId
from store.refusals import Refusal

CHANGE_MANIFEST = ActionName("keyturn.change_manifest")
RESUME = ActionName("keyturn.resume")
LADDER = (Rung(sla=timedelta(days=1)), Rung(sla=timedelta(days=2)))
"""Administrators have three days in all, and are called again after the first."""
CARRIED_OUT_WITHIN = timedelta(days=3)
ATTEMPT = "keyturn"
TOPIC = "governing"
"""Announced whenever something here was asked, answered or changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """An administrator who asked for something, and so may not be the one who grants it."""

    user: UserId
    person: PersonId
    name: str

    @property
    def actor(self) -> Actor:
        """Name them as the one who made something happen."""
        return Actor(ActorKind.PERSON, self.user, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Who is asked, by the rules in force, and where this is kept."""

    administrators: Role
    operations: Role
    manifest: Digest
    workspace: str

    @classmethod
    def under(cls, manifest: Manifest, workspace: str) -> "Authority":
        """Take the administrators of a manifest."""
        return cls(
            administrators=manifest.administrators,
            operations=manifest.operations,
            manifest=manifest.digest,
            workspace=workspace,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What administrators are asked to agree to."""

    action: ActionName
    headline: str
    because: str
    if_approved: str
    if_rejected: str
    undo: str
    reason: str
    """How it came that this is asked."""
    parameters: Parameters
    titles: Mapping[str, str]
    """What each parameter is called on the card."""
    asked_by: Asker | None
    """None when nobody knows who asked; then two administrators must agree."""


class Answer(StrEnum):
    """What came of a question so far."""

    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a question, and in which words that is told."""

    answer: Answer
    words: str = ""


def ask(tx: Transaction, question: Question, of: Authority, proposal: ProposalId) -> None:
    """Open a proposal of Keyturn's own."""
    asker = question.asked_by
    sent = Proposal(
        action=question.action,
        parameters=question.parameters,
        reason=question.reason,
        on_behalf_of=asker.name if asker else None,
        idempotency_key=f"{question.action}:{proposal}",
    )
    door.take_in(
        tx,
        Intake(
            id=proposal,
            workspace=of.workspace,
            proposal=sent,
            parties=Parties(agent=KEYTURN_ITSELF, requester=asker.person if asker else None),
            plan=plan_of(question, of),
            digest=revision_digest(sent.action, sent.parameters),
            request_digest=request_digest(sent),
            by_queue=False,
        ),
    )


def plan_of(question: Question, of: Authority) -> ReviewPlan:
    """Ask two administrators, of whom one may be who asked for it."""
    seats = 1 if question.asked_by else 2
    return ReviewPlan(
        scrutiny=Scrutiny.REVIEW,
        rule=question.action,
        because=question.because,
        severity=Severity.CRITICAL,
        reversible=True,
        seats=(of.administrators,) * seats,
        ladder=LADDER,
        when_silent=WhenSilent.EXPIRE,
        alert_every=timedelta(hours=1),
        operations=of.operations,
        administrators=of.administrators,
        friction=Friction.REVIEW_MODAL,
        editor_may_sign=False,
        # Nobody would answer: everything that is known stands on the card.
        information=InformationLimits(rounds=0),
        execute_within=CARRIED_OUT_WITHIN,
        wording=Wording(
            headline=question.headline,
            if_approved=question.if_approved,
            if_rejected=question.if_rejected,
            undo=question.undo,
        ),
        schema=ParameterSchema(
            parameters=tuple(
                Parameter(
                    name=name,
                    type=ParameterType.TEXT,
                    title=question.titles[name],
                    required=True,
                    editable=False,
                )
                for name in question.parameters
            )
        ),
        manifest_digest=of.manifest,
    )


def answer(tx: Transaction, proposal: ProposalId, done: str) -> Answered:
    """Say what came of a question; what was granted is consumed now, with `done` as the outcome."""
    checkpoint = door.settled(tx, proposal)
    if checkpoint is None:
        return Answered(Answer.REFUSED, f"There is no proposal {proposal} any more.")
    if is_open(checkpoint.state):
        return Answered(Answer.WAITING)
    if not is_granted(checkpoint.state):
        return Answered(Answer.REFUSED, _ending(checkpoint))
    claim = Consume(
        agent=KEYTURN_ITSELF,
        attempt=ATTEMPT,
        digest=checkpoint.revision.digest,
        token_is_right=True,
    )
    consumed = door.act_after(tx, proposal, claim, KEYTURN)
    if isinstance(consumed, Refusal):
        return Answered(Answer.REFUSED, consumed.words)
    outcome = ReportOutcome(agent=KEYTURN_ITSELF, executed=True, detail=done, attempt=ATTEMPT)
    door.act_after(tx, proposal, outcome, KEYTURN)
    return Answered(Answer.GRANTED)


def withdraw(tx: Transaction, proposal: ProposalId, why: str) -> None:
    """Take a question back, as far as it still waits for an answer."""
    checkpoint = door.settled(tx, proposal)
    if checkpoint is not None and is_open(checkpoint.state):
        door.act(tx, proposal, Withdraw(reason=why), KEYTURN)


def notice(of: Authority, title: str, lines: Sequence[str] = ()) -> Notice:
    """Say something in the administrators' channel, or else in the operators'."""
    return Notice(
        channel=of.administrators.channel,
        otherwise=of.operations.channel,
        title=title,
        lines=tuple(lines),
    )


def bounded(lines: Sequence[str], most: int) -> list[str]:
    """Give the first lines, and say how many more there are."""
    left = len(lines) - most
    return [*lines[:most], *([f"… and {left} more."] if left > 0 else [])]


def record(
    tx: Transaction, happening: Happening, actor: Actor, detail: dict[str, JsonValue]
) -> None:
    """Audit something that governs every proposal and is about none."""
    tx.audit.append(None, None, Event(happening=happening, actor=actor, at=tx.now(), detail=detail))


def _ending(checkpoint: Checkpoint) -> str:
    match checkpoint.state:
        case Rejected(by=by, reason=reason):
            return f"{by.name} rejected it: {reason}"
        case Expired():
            return "Nobody decided in time."
        case Withdrawn(why=why):
            return f"It was withdrawn: {why}"
        case state:
            return f"It is {state.status.value.replace('_', ' ')}."
