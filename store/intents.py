"""What people said no to, so that the same asked again is known for what it is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pydantic import JsonValue

from manifests.folding import respelled
from manifests.vocabulary import AgentName, Digest
from store.checkpoint import Checkpoint, Rejected, Revision
from store.digest import digest_of
from store.proposal import Proposal, ProposalId


@dataclass(frozen=True, slots=True)
class Intent:
    """What an agent wants, by two names: that very content, and whatever is done to that target.

    Where an action names no target, the same content in any spelling is the same intent.
    """

    content: Digest
    target: Digest


class Intents(Protocol):
    """What was rejected, and how often something came after it."""

    def remember(self, intent: Digest, proposal: ProposalId, rejected_at: datetime) -> None:
        """Keep that a proposal with this intent was rejected; again changes nothing."""

    def rejected(self, intent: Intent) -> tuple[ProposalId | None, ProposalId | None]:
        """Name the latest rejected proposal with this content, and that with this target."""

    def followed(self, intent: Digest, proposal: ProposalId) -> int:
        """Say how many proposals have come after a rejected one."""

    def count(self, intent: Digest, proposal: ProposalId, rejected_at: datetime) -> None:
        """Count one more that comes after a rejected proposal, also of one that was forgotten."""


def intent_of(agent: AgentName, proposal: Proposal, digest: Digest, target: str) -> Intent:
    """Name what an agent wants; `target` is the plan's, empty where the action has none."""
    wanted: dict[str, JsonValue] = {"agent": agent, "action": proposal.action}
    alike = dict(wanted)
    if proposal.question is not None:
        wanted["question"] = proposal.question
        alike["question"] = respelled(proposal.question)
    named = {"target": target} if target else {"parameters": respelled(proposal.parameters)}
    content = digest_of({**wanted, "content": digest})
    return Intent(content=content, target=digest_of({**alike, **named}))


def first_intent(checkpoint: Checkpoint) -> Intent:
    """Name what was wanted at first, whatever became of it in review."""
    return _intent_of(checkpoint, checkpoint.revisions[0])


def remember(intents: Intents, checkpoint: Checkpoint) -> None:
    """Keep every intent a rejected proposal had: each of its revisions was turned down."""
    if not isinstance(checkpoint.state, Rejected):
        return
    named = [_intent_of(checkpoint, each) for each in checkpoint.revisions]
    for intent in sorted({name for each in named for name in (each.content, each.target)}):
        intents.remember(intent, checkpoint.id, checkpoint.state.by.at)


def count_after(intents: Intents, first: Checkpoint | None) -> None:
    """Count one more proposal that comes after the first no of a row."""
    if first is not None and isinstance(first.state, Rejected):
        intents.count(first_intent(first).content, first.id, first.state.by.at)


def _intent_of(checkpoint: Checkpoint, revision: Revision) -> Intent:
    wanted = checkpoint.proposal.model_copy(update={"parameters": revision.parameters})
    return intent_of(checkpoint.parties.agent, wanted, revision.digest, revision.target)
