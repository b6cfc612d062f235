"""Policy's named opinions, the most cautious first. Each looks at one thing and may keep silent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from pydantic import JsonValue

from manifests.durations import spoken
from manifests.manifest import Action, Cap, Spent, Tier
from manifests.money import Money, in_words
from manifests.vocabulary import ActionName, Scrutiny, Severity
from manifests.weighing import Unclear

MOST_UNCERTAINTIES = 2


class Proposed(Protocol):
    """What policy reads of a proposal."""

    @property
    def action(self) -> ActionName:
        """Name the action."""

    @property
    def parameters(self) -> Mapping[str, JsonValue]:
        """Give the exact arguments."""

    @property
    def missing(self) -> Sequence[str]:
        """Name the parameters the agent could not fill in."""

    @property
    def question(self) -> str | None:
        """Give the question, if it is one."""

    @property
    def confidence(self) -> float | None:
        """Give the agent's own confidence."""

    @property
    def uncertainty_factors(self) -> Sequence[str]:
        """List what the agent is unsure about."""

    @property
    def recommended_review(self) -> bool:
        """Say whether the agent itself asks for a person."""


class Opinion(NamedTuple):
    """What one rule thinks, and why, in words for a person."""

    scrutiny: Scrutiny
    rule: str
    because: str


@dataclass(frozen=True, slots=True)
class Case:
    """One proposal before the rules: the action, the weighed amount, the tier it falls into."""

    action: Action
    proposed: Proposed
    amount: Money | Unclear | None
    """None when the amount plays no part."""
    tier: Tier | None
    spent: Spent | None


def blocked(case: Case) -> Opinion | None:
    """Refuse what the manifest forbids."""
    if case.action.blocked is None:
        return None
    return Opinion(Scrutiny.BLOCK, "block", f"The manifest blocks this: {case.action.blocked}")


def low_confidence(case: Case) -> Opinion | None:
    """Send straight up what the agent itself doubts."""
    confidence, limit = case.proposed.confidence, case.action.confidence.escalate_below
    if confidence is None or limit <= confidence <= 1:
        return None
    because = f"The agent's confidence is {_shown(confidence)}, below {_shown(limit)}."
    if not 0 <= confidence <= 1:
        because = "The agent's confidence is no number between 0 and 1."
    return Opinion(Scrutiny.ESCALATE, "escalate_below", because)


def _shown(share: float) -> str:
    """Write a share with two digits, or with all of them where two would round a limit away."""
    rounded = f"{share:.2f}"
    return rounded if float(rounded) == share else str(share)


def many_uncertainties(case: Case) -> Opinion | None:
    """Send straight up what the agent is unsure about in too many ways."""
    count = len(case.proposed.uncertainty_factors)
    if count <= MOST_UNCERTAINTIES:
        return None
    because = f"The agent is unsure about {count} things; more than {MOST_UNCERTAINTIES} escalate."
    return Opinion(Scrutiny.ESCALATE, "uncertainty_factors", because)


def asks_a_question(case: Case) -> Opinion | None:
    """Put questions before a person."""
    if case.proposed.question is None:
        return None
    because = "The agent asks a question, and only a person can answer it."
    return Opinion(Scrutiny.REVIEW, "question", because)


def names_missing_parameters(case: Case) -> Opinion | None:
    """Let a person fill in what the agent could not."""
    if not case.proposed.missing:
        return None
    names = ", ".join(case.proposed.missing)
    return Opinion(Scrutiny.REVIEW, "missing", f"The agent could not fill in: {names}.")


def recommends_review(case: Case) -> Opinion | None:
    """Follow an agent that asks for a person."""
    if not case.proposed.recommended_review:
        return None
    because = "The agent itself asks for a person to look."
    return Opinion(Scrutiny.REVIEW, "recommended_review", because)


def falls_into_a_tier(case: Case) -> Opinion | None:
    """Ask other seats for large amounts."""
    if case.tier is None:
        return None
    titles = " and ".join(seat.title for seat in case.tier.plan.seats)
    because = f"Above {case.tier.above}, {titles} must sign."
    if isinstance(case.amount, Money) and case.amount.currency == case.tier.above.currency:
        because = f"{case.amount} is above {case.tier.above}, so {titles} must sign."
    return Opinion(Scrutiny.REVIEW, "tier", because)


def is_large(case: Case) -> Opinion | None:
    """Keep large amounts before a person, whatever else would spare the review."""
    limit, amount = case.action.limits.always_approve_above, case.amount
    if limit is None or not isinstance(amount, Money) or amount.currency != limit.currency:
        return None
    if amount.amount <= limit.amount:
        return None
    because = f"{amount} is above {limit}, where a person always decides."
    return Opinion(Scrutiny.REVIEW, "always_approve_above", because)


def is_unclear(case: Case) -> Opinion | None:
    """Never hold a limit against an amount that cannot be told."""
    amount = case.amount
    if amount is None:
        return None
    if isinstance(amount, Unclear):
        expected = amount.absent and (case.proposed.question is not None or _is_missing(case))
        return None if expected else Opinion(Scrutiny.REVIEW, "unclear_amount", amount.why)
    ours = case.action.currency
    if ours is None or amount.currency == ours or amount.currency in _tier_currencies(case.action):
        return None
    because = f"{amount} is not in {ours}, the currency of the manifest's limits."
    return Opinion(Scrutiny.REVIEW, "unclear_amount", because)


def _is_missing(case: Case) -> bool:
    return case.action.amount_parameter in case.proposed.missing


def _tier_currencies(action: Action) -> set[str]:
    spared = action.limits.auto_approve_below or action.limits.always_approve_above
    return set() if spared else {tier.above.currency for tier in action.tiers}


def would_overflow_the_cap(case: Case) -> Opinion | None:
    """Stop many small amounts from adding up to a large one."""
    cap, amount = case.action.limits.cap, case.amount
    if cap is None or not isinstance(amount, Money) or not case.action.may_spare(amount):
        return None
    if case.spent is None:
        because = "How much was auto-approved lately is not known here."
        return Opinion(Scrutiny.REVIEW, "window_cap", because)
    total = case.spent.amount + amount.amount
    if total <= cap.money.amount:
        return None
    return Opinion(Scrutiny.REVIEW, "window_cap", _over(cap, Money(total, amount.currency)))


def _over(cap: Cap, total: Money) -> str:
    return (
        f"With this one, {total} would be auto-approved within {spoken(cap.length)}; "
        f"the cap is {cap.money}."
    )


def is_small(case: Case) -> Opinion | None:
    """Spare people small amounts, as long as a cap holds their sum."""
    limit, cap, amount = case.action.limits.auto_approve_below, case.action.limits.cap, case.amount
    if limit is None or cap is None or case.spent is None or not isinstance(amount, Money):
        return None
    if amount.currency != limit.currency or amount.amount >= limit.amount:
        return None
    total = in_words(case.spent.amount + amount.amount, amount.currency)
    because = (
        f"{amount} is below {limit}; with it, {total} of {cap.money} are used "
        f"within {spoken(cap.length)}."
    )
    return Opinion(Scrutiny.AUTO_APPROVE, "auto_approve_below", because)


def is_confident(case: Case) -> Opinion | None:
    """Trust confidence only where the manifest grants it, and never for what cannot be undone."""
    granted, confidence = case.action.confidence.auto_approve_above, case.proposed.confidence
    if granted is None or confidence is None or not granted <= confidence <= 1:
        return None
    if not case.action.reversible:
        return None
    told = f"The agent's confidence is {_shown(confidence)}"
    because = f"{told}; the manifest trusts {_shown(granted)} and up."
    return Opinion(Scrutiny.AUTO_APPROVE, "auto_approve_above", because)


def needs_nobody(case: Case) -> Opinion | None:
    """Let pass what the manifest leaves to agents, if it can be undone."""
    action = case.action
    if action.approval_required or not action.reversible:
        return None
    because = f"The manifest leaves this to agents ({action.severity} severity, reversible)."
    return Opinion(Scrutiny.AUTO_APPROVE, "approval_not_required", because)


OPINIONS: tuple[Callable[[Case], Opinion | None], ...] = (
    blocked,
    low_confidence,
    many_uncertainties,
    asks_a_question,
    names_missing_parameters,
    recommends_review,
    falls_into_a_tier,
    is_large,
    is_unclear,
    would_overflow_the_cap,
    is_small,
    is_confident,
    needs_nobody,
)


def a_person_looks(case: Case) -> Opinion:
    """Ask a person when no rule speaks."""
    limit, amount = case.action.limits.auto_approve_below, case.amount
    because = "The manifest asks for a person's approval."
    if limit is not None and isinstance(amount, Money) and amount.currency == limit.currency:
        because = f"{amount} is not below {limit}, so a person decides."
    elif case.action.severity.at_least(Severity.HIGH) and not case.action.reversible:
        because = f"This is of {case.action.severity} severity and cannot be undone."
    return Opinion(Scrutiny.REVIEW, "approval_required", because)
