"""Opinions about amounts: tiers, limits, and how much passed lately."""

from collections.abc import Iterator

from manifests.conditions import HouseRule, WindowLimit
from manifests.durations import spoken
from manifests.manifest import Action, Cap, Spent
from manifests.money import Money, in_words
from manifests.opining.opinion import Case, Opinion
from manifests.opining.windows import limit_window
from manifests.proposed import Window
from manifests.vocabulary import Scrutiny
from manifests.weighing import Unclear


def falls_into_a_tier(case: Case) -> Opinion | None:
    """Ask other seats for large amounts."""
    if case.tier is None:
        return None
    titles = " and ".join(seat.title for seat in case.tier.plan.seats)
    because = f"Above {case.tier.above}, {titles} must sign."
    if isinstance(case.amount, Money) and case.amount.currency == case.tier.above.currency:
        because = f"{case.amount} is above {case.tier.above}, so {titles} must sign."
    return Opinion(Scrutiny.REVIEW, HouseRule.TIER, because, path=case.written("tiers"))


def is_large(case: Case) -> Opinion | None:
    """Keep large amounts before a person, whatever else would spare the review."""
    limit, amount = case.action.limits.always_approve_above, case.amount
    if limit is None or not isinstance(amount, Money) or amount.currency != limit.currency:
        return None
    if amount.amount <= limit.amount:
        return None
    because = f"{amount} is above {limit}, where a person always decides."
    path = case.written("conditions", "always_approve_above")
    return Opinion(Scrutiny.REVIEW, HouseRule.ALWAYS_APPROVE_ABOVE, because, path=path)


def is_unclear(case: Case) -> Opinion | None:
    """Never hold a limit against an amount that cannot be told."""
    amount = case.amount
    if amount is None:
        return None
    path = case.written("conditions")
    if isinstance(amount, Unclear):
        if amount.absent and (case.proposed.question is not None or _is_missing(case)):
            return None
        return Opinion(Scrutiny.REVIEW, HouseRule.UNCLEAR_AMOUNT, amount.why, path=path)
    ours = case.action.currency
    if ours is None or amount.currency == ours or amount.currency in _other_currencies(case.action):
        return None
    because = f"{amount} is not in {ours}, the currency of the manifest's limits."
    return Opinion(Scrutiny.REVIEW, HouseRule.UNCLEAR_AMOUNT, because, path=path)


def _is_missing(case: Case) -> bool:
    return case.action.amount_parameter in case.proposed.missing


def _other_currencies(action: Action) -> set[str]:
    if action.limits.auto_approve_below or action.limits.always_approve_above:
        return set()
    summed = {limit.sum.currency for limit in action.window_limits if limit.sum is not None}
    return summed | {tier.above.currency for tier in action.tiers}


def would_overflow_the_cap(case: Case) -> Opinion | None:
    """Stop many small amounts from adding up to a large one."""
    cap, window = case.action.limits.cap, case.cap
    if cap is None or window is None or not isinstance(case.amount, Money):
        return None
    path = case.written("conditions", "window_cap")
    spent = case.spent(window)
    if spent is None:
        because = "How much was auto-approved lately is not known here."
        return Opinion(Scrutiny.REVIEW, HouseRule.WINDOW_CAP, because, path=path)
    total = spent.amount + window.amount
    if total <= cap.money.amount:
        return None
    because = _over(cap, Money(total, case.amount.currency))
    return Opinion(Scrutiny.REVIEW, HouseRule.WINDOW_CAP, because, path=path)


def _over(cap: Cap, total: Money) -> str:
    return (
        f"With this one, {total} would be auto-approved within {spoken(cap.length)}; "
        f"the cap is {cap.money}."
    )


def limits_reached(case: Case) -> Iterator[Opinion]:
    """Stop what would go over a windowed limit; what cannot be added up is stopped as well."""
    for index, limit in enumerate(case.action.window_limits):
        because = _reached(limit, case)
        if because is not None:
            path = case.written("limits", index)
            yield Opinion(Scrutiny.REVIEW, HouseRule.WINDOW_LIMIT, because, path=path)


def _reached(limit: WindowLimit, case: Case) -> str | None:
    window = limit_window(limit, case.action, case.amount, case.told.agent, case.target)
    if window is None:
        return None
    if isinstance(window, Unclear):
        return window.why
    spent = case.spent(window)
    if spent is None:
        return "How much passed lately is not known here."
    return _beyond(limit, window, spent)


def _beyond(limit: WindowLimit, window: Window, spent: Spent) -> str | None:
    scope = f"within {spoken(limit.length)} per {' and '.join(limit.per)}"
    if limit.count is not None and spent.count + 1 > limit.count:
        return f"This would be number {spent.count + 1} {scope}; the limit is {limit.count}."
    total = spent.amount + window.amount
    if limit.sum is not None and total > limit.sum.amount:
        words = in_words(total, limit.sum.currency)
        return f"With this one, {words} would pass {scope}; the limit is {limit.sum}."
    return None
