"""Which of an action's outlines a proposal gets: by its amount, its urgency, and what it overrides.

An outline is a plan complete but for what opinions add.
"""

from dataclasses import replace

from manifests.manifest import Action, Tier
from manifests.money import Money
from manifests.plan import ReviewPlan
from manifests.proposed import Proposed
from manifests.tightening import all_seats
from manifests.vocabulary import Oversight
from manifests.weighing import Unclear


def outline_for(action: Action, proposed: Proposed, amount: Money | Unclear | None) -> ReviewPlan:
    """Choose the outline: who must sign and how long they have, before any opinion is heard."""
    return outline_of(action, proposed, tier_of(action, proposed, amount))


def outline_of(action: Action, proposed: Proposed, tier: Tier | None) -> ReviewPlan:
    """Choose the outline when the tier is known already."""
    if proposed.denied_by is not None:
        return _override(action, tier, proposed, proposed.denied_by.engine)
    chosen = action if tier is None else tier
    ladder = chosen.urgent_ladders.get(proposed.urgency)
    return chosen.plan if ladder is None else replace(chosen.plan, ladder=ladder)


def tier_of(action: Action, proposed: Proposed, amount: Money | Unclear | None) -> Tier | None:
    """Find the seats an amount calls for; one that cannot be compared calls for the most."""
    if not action.tiers or proposed.question is not None:
        return None
    if isinstance(amount, Money):
        comparable = [tier for tier in action.tiers if tier.above.currency == amount.currency]
        if comparable:
            return next((t for t in comparable if amount.amount > t.above.amount), None)
    elif amount is not None and amount.absent and action.amount_parameter in proposed.missing:
        return None
    return max(action.tiers, key=lambda tier: len(tier.plan.seats))


def _override(action: Action, tier: Tier | None, proposed: Proposed, engine: str) -> ReviewPlan:
    """Ask everybody the override asks for, and everybody the amount would have called for."""
    outline = action.plan if action.override is None else action.override
    ladder = outline.ladder
    if ladder == action.plan.ladder:  # it has none of its own
        ladder = action.urgent_ladders.get(proposed.urgency, ladder)
    seats = outline.seats if tier is None else all_seats(outline.seats, tier.plan.seats)
    return replace(
        outline,
        seats=seats,
        ladder=ladder,
        overrides=engine,
        oversight=Oversight.IN_THE_LOOP,
        veto_within=None,
    )
