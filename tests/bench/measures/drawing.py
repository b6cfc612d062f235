"""Drawing: from a checkpoint with much to show to the blocks of its card."""

import json
import time
from datetime import UTC, datetime

from blocks.cards.card import card
from bot.program.identifiers import Identifiers
from manifests.loading import SHIPPED, load
from manifests.policy import plan_for
from manifests.proposed import Circumstances
from manifests.vocabulary import AgentName, ChannelId
from store.aftermath import Aftermath
from store.checkpoint import Checkpoint
from store.digest import request_digest, revision_digest
from store.lifecycle import Intake, opened
from store.people import Parties
from store.ports import Card
from store.proposal import Proposal
from store.wire import read_proposal
from tests.bench.agents import AGENT, CONTEXT
from tests.bench.figures import Figure, Row, milliseconds, percentile
from tests.bench.ground import Ground
from tests.bench.programs import WORKSPACE

TARGET = "< 2 ms"
_BODY = "Dear Acme,\n\nwe are sorry that the parcel arrived damaged. " * 80
_EMAIL = {
    "action": "send_customer_email",
    "parameters": {
        "to": "anna@acme.example",
        "customer": "Acme GmbH",
        "subject": "Your replacement is on its way",
        "body": _BODY[:4_900],
    },
    "reason": "The customer waits for an answer since Monday. " * 10,
    "confidence": 0.91,
    "uncertainty_factors": ["The tone was hard to read", "The address is new", "It is urgent"],
    "idempotency_key": "large",
    "context": {
        **CONTEXT,
        "steps": CONTEXT["steps"] * 10,
        "evidence": CONTEXT["evidence"] * 10,
        "alternatives": CONTEXT["alternatives"] * 5,
    },
}


def measure(ground: Ground) -> list[Row]:
    """Draw the card of a large proposal again and again."""
    now = datetime.now(UTC)
    checkpoint = _checkpoint(read_proposal(json.dumps(_EMAIL)), now)
    shown_on = Card(proposal=checkpoint.id, channel=ChannelId("C0SUPPORT"), nonce="n" * 16)

    def drawn() -> float:
        began = time.perf_counter()
        card(checkpoint, Aftermath(), shown_on, now)
        return time.perf_counter() - began

    scale = ground.scale
    rounds = [[drawn() for _ in range(scale.drawings)] for _ in range(scale.rounds)]
    shown = card(checkpoint, Aftermath(), shown_on, now)
    size = len(json.dumps(list(shown.blocks)))
    what = f"drawing a large card ({len(shown.blocks)} blocks, {size:,} bytes)"
    return [
        Row(what=f"{what}, p50", figure=_at(rounds, 0.5), target=TARGET),
        Row(what="  p99", figure=_at(rounds, 0.99)),
    ]


def _checkpoint(proposal: Proposal, now: datetime) -> Checkpoint:
    intake = Intake(
        id=Identifiers(lambda: now).proposal(),
        workspace=WORKSPACE,
        proposal=proposal,
        parties=Parties(agent=AgentName(AGENT), owner=None, requester=None),
        plan=plan_for(load(SHIPPED).manifest, proposal, Circumstances(agent=AgentName("bench"))),
        digest=revision_digest(proposal.action, proposal.parameters),
        request_digest=request_digest(proposal),
        by_queue=False,
    )
    return opened(intake, now).after


def _at(rounds: list[list[float]], share: float) -> Figure:
    return milliseconds(percentile(each, share) for each in rounds)
