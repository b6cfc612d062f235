"""Plain, valid things to begin a story with; a test names only what its story is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from manifests.parameters import ParameterSchema
from manifests.plan import InformationLimits, ReviewPlan, Role, Rung, Wording
from manifests.vocabulary import (
    ActionName,
    AgentName,
    ChannelId,
    Digest,
    Friction,
    PersonId,
    RoleName,
    Scrutiny,
    Severity,
    Standing,
    UserId,
    WhenSilent,
)
from store.checkpoint import Checkpoint
from store.digest import request_digest, revision_digest
from store.lifecycle import Intake, opened
from store.people import Parties, Person
from store.proposal import Proposal, ProposalId

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WORKSPACE = "T1"


def a_role(name: str, channel: str | None = None) -> Role:
    return Role(
        name=RoleName(name),
        title=name.replace("_", " ").capitalize(),
        channel=ChannelId(channel or f"C_{name.upper()}"),
    )


FINANCE = a_role("finance")
CFO = a_role("cfo")
DEPUTY = a_role("deputy")
OPERATIONS = a_role("operations")
ADMINISTRATORS = a_role("administrators")
TWO_RUNGS = (Rung(sla=HOUR), Rung(sla=2 * HOUR, fallback=(DEPUTY,)))


def a_plan(**changed: Any) -> ReviewPlan:
    """Ask one person of finance, then their deputy, then nobody."""
    known: dict[str, Any] = {
        "scrutiny": Scrutiny.REVIEW,
        "rule": "between_the_limits",
        "because": "Refunds over $50 need a person.",
        "severity": Severity.MEDIUM,
        "reversible": True,
        "seats": (FINANCE,),
        "ladder": TWO_RUNGS,
        "when_silent": WhenSilent.EXPIRE,
        "alert_every": timedelta(minutes=15),
        "operations": OPERATIONS,
        "administrators": ADMINISTRATORS,
        "friction": Friction.CONFIRM,
        "editor_may_sign": True,
        "information": InformationLimits(rounds=2, answer_within=4 * HOUR),
        "execute_within": 24 * HOUR,
        "wording": Wording(headline="Refund $480.00 to Acme GmbH?"),
        "schema": ParameterSchema(open=True),
        "manifest_digest": Digest("sha256:" + "0" * 64),
    }
    return ReviewPlan(**known | changed)


def a_proposal(**changed: Any) -> Proposal:
    known: dict[str, Any] = {
        "action": "process_refund",
        "parameters": {"amount": "480.00", "currency": "USD", "customer": "Acme GmbH"},
        "reason": "Charged twice for order 4711.",
        "idempotency_key": "order-4711",
    }
    return Proposal(**known | changed)


def an_intake(
    proposal: Proposal | None = None,
    plan: ReviewPlan | None = None,
    *,
    proposal_id: str = "p1",
    agent: str = "billing",
    owner: str | None = None,
    requester: str | None = None,
    by_queue: bool = False,
) -> Intake:
    sent = proposal or a_proposal()
    return Intake(
        id=ProposalId(proposal_id),
        workspace=WORKSPACE,
        proposal=sent,
        parties=Parties(
            agent=AgentName(agent),
            owner=None if owner is None else PersonId(owner),
            requester=None if requester is None else PersonId(requester),
        ),
        plan=plan or a_plan(),
        digest=revision_digest(sent.action, sent.parameters),
        request_digest=request_digest(sent),
        by_queue=by_queue,
    )


def a_checkpoint(
    proposal: Proposal | None = None, plan: ReviewPlan | None = None, **known: Any
) -> Checkpoint:
    """Open a checkpoint at noon."""
    return opened(an_intake(proposal, plan, **known), NOON).after


def a_person(user: str, *roles: str, person: str | None = None, **changed: Any) -> Person:
    known: dict[str, Any] = {"standing": Standing.MEMBER, "as_of": NOON}
    return Person(
        user=UserId(user),
        id=PersonId(person or f"person-{user}"),
        name=user.capitalize(),
        roles=frozenset(map(RoleName, roles)),
        **known | changed,
    )


def on(checkpoint: Checkpoint, person: Person, *signers: Person) -> dict[str, Any]:
    """Give what every reviewer's command carries, as seen on the card in force."""
    return {
        "reviewer": person,
        "revision": checkpoint.revision.number,
        "digest": checkpoint.revision.digest,
        "signers": signers,
    }


def edited(checkpoint: Checkpoint, **parameters: Any) -> dict[str, Any]:
    """Give what an edit of some parameters carries, with the plan as policy's fresh answer."""
    changed = {**checkpoint.revision.parameters, **parameters}
    return {
        "parameters": changed,
        "revised_digest": revision_digest(ActionName(checkpoint.proposal.action), changed),
        "plan": checkpoint.plan,
    }
