"""What policy must be told besides the proposal, read in the deciding transaction."""

from manifests.manifest import Manifest, Spent
from manifests.policy import windows_of
from manifests.proposed import Circumstances, Proposed
from manifests.vocabulary import AgentName, Digest
from store.checkpoint import Checkpoint
from store.ports import Reading, Transaction
from store.refusals import Reason, Refusal

OVERTAKEN = "Another manifest has come into force, and this instance has not read it yet."


def circumstances(
    tx: Reading, manifest: Manifest, agent: AgentName, proposed: Proposed
) -> Circumstances:
    """Add up what passed lately in every window that plays a part."""
    now = tx.now()
    spent = {
        each: Spent(*tx.spending.spent(each.name, each.currency, now - each.length))
        for each in windows_of(manifest, proposed, agent)
    }
    paused = tx.pauses.reason_for(agent, proposed.action)
    return Circumstances(agent=agent, spent=spent, paused=paused)


def overtaken(look: Reading, followed: Digest) -> str | None:
    """Say that something else is in force by now than what this instance goes by."""
    live = look.manifests.live()
    return None if live is None or live.digest == followed else OVERTAKEN


def pause_objection(look: Reading, checkpoint: Checkpoint, *others: AgentName) -> Refusal | None:
    """Let nothing start that an administrator paused, whoever proposed it and whoever starts it."""
    words = pause_in_words(look, checkpoint, *others)
    if not words:
        return None
    later = f"{words} The approval stands; consume it once this is resumed."
    return Refusal(Reason.PAUSED_BY_OPERATOR, later)


def pause_in_words(look: Reading, checkpoint: Checkpoint, *others: AgentName) -> str:
    """Say who paused what may not start; empty where nothing is in its way."""
    plan, agent = checkpoint.plan, checkpoint.parties.agent
    for name in dict.fromkeys((agent, plan.executed_by or agent, *others)):
        words = look.pauses.reason_for(name, checkpoint.proposal.action)
        if words is not None:
            return words
    return ""


def count_as_passed(tx: Transaction, told: Circumstances) -> None:
    """Add what passes now to every sum it counts in; windows of several lengths share one."""
    passed = {(each.name, each.currency, each.amount) for each in told.spent or ()}
    for name, currency, amount in sorted(passed):
        tx.spending.add(name, currency, amount, tx.now())
