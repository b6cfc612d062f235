"""What was proposed, in order, with the sums of what passed added up again."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from manifests.conditions import HouseRule
from manifests.manifest import Manifest, Spent
from manifests.policy import windows_of
from manifests.proposed import Circumstances, Repeat, SumName, Window
from store.checkpoint import Checkpoint, Follows
from store.people import KEYTURN_ITSELF
from store.ports import Listing, Reading
from store.proposal import ProposalId

PAGE = 200
NOTHING = Spent()


def since(tx: Reading, moment: datetime) -> Iterator[Checkpoint]:
    """Give every agent's proposals from a moment on, oldest first, a page at a time in memory."""
    starts: list[ProposalId | None] = [None]
    while page := _page(tx, starts[-1]):
        if page[-1].created_at < moment:
            break
        starts.append(page[-1].id)
    for before in reversed(starts):
        for each in reversed(_page(tx, before)):
            if each.created_at >= moment and _is_asked(each):
                yield each


def _is_asked(checkpoint: Checkpoint) -> bool:
    """Leave out Keyturn's own questions, and denials that engines report: no rule routes them."""
    return (
        checkpoint.parties.agent != KEYTURN_ITSELF
        and checkpoint.plan.rule != HouseRule.POLICY_ENGINE
    )


def _page(tx: Reading, before: ProposalId | None) -> tuple[Checkpoint, ...]:
    return tx.checkpoints.page(Listing(before=before, limit=PAGE))


@dataclass(slots=True)
class Sums:
    """What passed, by whole hours, as the store counts it."""

    passed: dict[tuple[SumName, str], dict[datetime, Spent]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def told(self, manifest: Manifest, checkpoint: Checkpoint) -> Circumstances:
        """Say what policy would have been told when a proposal came in."""
        agent = checkpoint.parties.agent
        windows = windows_of(manifest, checkpoint.proposal, agent)
        follows = checkpoint.follows
        return Circumstances(
            agent=agent,
            spent={each: self._spent(each, checkpoint.created_at) for each in windows},
            repeat=None if follows is None else _repeat(follows),
        )

    def add(self, told: Circumstances, at: datetime) -> None:
        """Count what passed in every sum it plays a part in."""
        kept = {(each.name, each.currency, each.amount) for each in told.spent or ()}
        for name, currency, amount in sorted(kept):
            hours = self.passed[name, currency]
            known = hours.get(_hour(at), NOTHING)
            hours[_hour(at)] = Spent(known.amount + amount, known.count + 1)

    def _spent(self, window: Window, now: datetime) -> Spent:
        first = _hour(now - window.length)
        hours = self.passed.get((window.name, window.currency), {})
        known = [spent for at, spent in hours.items() if at >= first]
        return Spent(
            sum((each.amount for each in known), NOTHING.amount), sum(each.count for each in known)
        )


def _repeat(follows: Follows) -> Repeat:
    return Repeat(proposal=follows.proposal, number=follows.number, named=follows.named)


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
