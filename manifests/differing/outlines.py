"""What changes in who must agree, for every amount and every urgency that is told apart."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from manifests.differing.changes import STRICTER, WEAKER, Told
from manifests.differing.plans import ladder_changes, plan_changes, severity_changes
from manifests.manifest import Action, Tier
from manifests.money import Money
from manifests.plan import ReviewPlan
from manifests.vocabulary import Urgency


@dataclass(frozen=True, slots=True)
class Band:
    """Amounts that the tiers of neither manifest tell apart, and one of them to try."""

    words: str
    example: Money | None
    """None where the amount cannot be told."""


def outline_changes(old: Action, new: Action) -> Iterator[Told]:
    """Tell each change once, with the amounts or the urgency that it holds for."""
    said: set[Told] = set()
    for words, told in _everywhere(old, new):
        if told not in said:
            said.add(told)
            yield told[0], f"{words}: {told[1]}" if words else told[1]


def whole_outline_changes(old: ReviewPlan, new: ReviewPlan) -> Iterator[Told]:
    """Tell every change of an outline that belongs to no action."""
    yield from severity_changes(old.severity, new.severity)
    yield from plan_changes(old, new)


def _everywhere(old: Action, new: Action) -> Iterator[tuple[str, Told]]:
    yield from (("", told) for told in plan_changes(old.plan, new.plan))
    for urgency in Urgency:
        ladders = (each.urgent_ladders.get(urgency, each.plan.ladder) for each in (old, new))
        yield from ((f"urgency {urgency}", told) for told in ladder_changes(*ladders))
    for band in _bands((*old.tiers, *new.tiers)):
        tiers = _tier(old, band.example), _tier(new, band.example)
        if tiers != (None, None):
            yield from ((band.words, told) for told in _between(old, new, *tiers))
    overrides = (each.override or each.plan for each in (old, new))
    yield from (("override of a denial", told) for told in plan_changes(*overrides))


def _between(old: Action, new: Action, before: Tier | None, after: Tier | None) -> Iterator[Told]:
    if before is None:
        yield STRICTER, "a tier always asks for a person"
    elif after is None:
        yield WEAKER, "no tier asks for a person any more"
    was = (before or old).plan
    is_ = (after or new).plan
    yield from plan_changes(was, is_)
    for urgency in Urgency:
        ladders = (before or old).urgent_ladders, (after or new).urgent_ladders
        yield from ladder_changes(
            ladders[0].get(urgency, was.ladder), ladders[1].get(urgency, is_.ladder)
        )


def _bands(tiers: Iterable[Tier]) -> Iterator[Band]:
    """Cut the amounts of each currency at every limit, and leave a band for what is unclear."""
    limits = sorted({(tier.above.currency, tier.above.amount) for tier in tiers})
    for index, (currency, low) in enumerate(limits):
        above = f"above {Money(low, currency)}"
        following = limits[index + 1] if index + 1 < len(limits) else None
        if following is not None and following[0] == currency:
            high = Money(following[1], currency)
            yield Band(f"{above}, up to {high}", high)
        else:
            yield Band(above, Money(low + Decimal(1), currency))
    for currency in dict.fromkeys(currency for currency, _ in limits):
        lowest = min(amount for each, amount in limits if each == currency)
        yield Band(f"up to {Money(lowest, currency)}", Money(lowest, currency))
    if limits:
        yield Band("where the amount is unclear", None)


def _tier(action: Action, amount: Money | None) -> Tier | None:
    """Find the tier that policy would take; what cannot be compared calls for the most seats."""
    if not action.tiers:
        return None
    comparable = [
        tier for tier in action.tiers if amount and tier.above.currency == amount.currency
    ]
    if amount is not None and comparable:
        return next((tier for tier in comparable if amount.amount > tier.above.amount), None)
    return max(action.tiers, key=lambda tier: len(tier.plan.seats))
