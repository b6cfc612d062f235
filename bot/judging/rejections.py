"""Which no a proposal comes after: the one its agent names, or the one it says nothing of."""

from dataclasses import dataclass, replace

from manifests.manifest import Manifest
from manifests.plan import ReviewPlan
from manifests.policy import plan_for
from manifests.proposed import Circumstances, Repeat
from manifests.vocabulary import AgentName, Digest
from store.checkpoint import Checkpoint, Follows, Rejected
from store.intents import first_intent, intent_of
from store.ports import Reading
from store.proposal import Proposal, ProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an agent asks for, as far as it tells whether it has asked before."""

    agent: AgentName
    proposal: Proposal
    digest: Digest


def routed(
    tx: Reading,
    manifest: Manifest,
    told: Circumstances,
    wanted: Wanted,
    known: Follows | None = None,
) -> tuple[ReviewPlan, Follows | None]:
    """Route what an agent asks for, and give the no it comes after; `known` is what it came after.

    Policy names the target, by which a no before this one is found, and then judges with it.
    """
    plan = plan_for(manifest, wanted.proposal, told)
    follows = rejection_before(tx, wanted, plan.target) or known
    if follows is None:
        return plan, None
    if known is not None and known.proposal == follows.proposal:
        follows = replace(follows, number=known.number)
    return plan_for(manifest, wanted.proposal, replace(told, repeat=repeat_of(follows))), follows


def rejection_before(tx: Reading, wanted: Wanted, target: str) -> Follows | None:
    """Find the no that a proposal comes after, and its place in the row of those that did."""
    named = _named(tx, wanted)
    again, alike = _asked_before(tx, wanted, target)
    last = again or alike or named
    no = None if last is None else _last_no(last)
    if last is None or no is None:
        return None
    first = tx.checkpoints.get(_first(last)) or last
    return replace(
        no,
        proposal=first.id,
        number=tx.intents.followed(first_intent(first).content, first.id) + 1,
        # An agent that names one no to get around another has named nothing.
        named=named is not None and _first(named) == first.id,
        same=again is not None or (named is not None and _is_that(named, wanted)),
    )


def repeat_of(follows: Follows) -> Repeat:
    """Say to policy what a proposal comes after; the same once more is no alternative."""
    return Repeat(
        proposal=follows.proposal,
        number=follows.number,
        named=follows.named and not follows.same,
        same=follows.same,
    )


def _named(tx: Reading, wanted: Wanted) -> Checkpoint | None:
    """Read the no that an agent names, or what came after one and ended some other way."""
    named = wanted.proposal.alternative_to
    found = None if named is None else tx.checkpoints.get(named)
    return found if found is not None and _last_no(found) is not None else None


def _asked_before(
    tx: Reading, wanted: Wanted, target: str
) -> tuple[Checkpoint | None, Checkpoint | None]:
    """Find what was rejected lately with the same content, and with the same target."""
    intent = intent_of(wanted.agent, wanted.proposal, wanted.digest, target)
    same, alike = tx.intents.rejected(intent)
    again = _held(tx, same)
    return again, (again if alike == same else _held(tx, alike))


def _held(tx: Reading, proposal: ProposalId | None) -> Checkpoint | None:
    """Read a rejected proposal for as long as its plan holds the no against the same intent."""
    found = None if proposal is None else tx.checkpoints.get(proposal)
    if found is None or not isinstance(found.state, Rejected):
        return None
    return found if tx.now() - found.state.by.at < found.plan.remembered_for else None


def _first(checkpoint: Checkpoint) -> ProposalId:
    return checkpoint.id if checkpoint.follows is None else checkpoint.follows.proposal


def _last_no(checkpoint: Checkpoint) -> Follows | None:
    """Say who said no last, why and to what; a proposal that was not rejected has only heard it."""
    if not isinstance(checkpoint.state, Rejected):
        return checkpoint.follows
    return Follows(
        proposal=checkpoint.id,
        number=0,
        named=False,
        action=checkpoint.proposal.action,
        parameters=checkpoint.revision.parameters,
        by=checkpoint.state.by,
        why=checkpoint.state.reason,
    )


def _is_that(named: Checkpoint, wanted: Wanted) -> bool:
    """Say whether an alternative is the very thing it stands in for."""
    asked = named.proposal.question == wanted.proposal.question
    return asked and any(each.digest == wanted.digest for each in named.revisions)
