"""What may pass without a person, and how: the only opinions that spare a review."""

from manifests.conditions import HouseRule
from manifests.durations import spoken
from manifests.manifest import Action
from manifests.money import Money, in_words
from manifests.opining.doubts import share
from manifests.opining.holding import signal
from manifests.opining.opinion import Case, Opinion
from manifests.vocabulary import Oversight, Scrutiny, Severity
from manifests.weighing import Unclear

_WORST = Severity.CRITICAL


def is_small(case: Case) -> Opinion | None:
    """Spare people small amounts, as long as a cap holds their sum."""
    limit, cap, amount = case.action.limits.auto_approve_below, case.action.limits.cap, case.amount
    spent = case.spent(case.cap)
    if limit is None or cap is None or spent is None or not isinstance(amount, Money):
        return None
    if amount.currency != limit.currency or amount.amount >= limit.amount:
        return None
    total = in_words(spent.amount + amount.amount, amount.currency)
    because = (
        f"{amount} is below {limit}; with it, {total} of {cap.money} are used "
        f"within {spoken(cap.length)}."
    )
    path = case.written("conditions", "auto_approve_below")
    return Opinion(Scrutiny.AUTO_APPROVE, HouseRule.AUTO_APPROVE_BELOW, because, path=path)


def is_confident(case: Case) -> Opinion | None:
    """Trust confidence only where the manifest grants it, and never for what could go badly wrong.

    What cannot be undone never passes so; what is of high severity only where a person may veto it.
    """
    granted, confidence = case.action.confidence.auto_approve_above, case.proposed.confidence
    if granted is None or confidence is None or not granted <= confidence <= 1:
        return None
    if not case.action.reversible or _is_grave(case) or not _is_borne_out(case):
        return None
    because = (
        f"The agent's confidence is {share(confidence)}; the manifest trusts {share(granted)} "
        "and up."
    )
    path = case.written("confidence", "auto_approve_above")
    return Opinion(Scrutiny.AUTO_APPROVE, HouseRule.AUTO_APPROVE_ABOVE, because, path=path)


def _is_grave(case: Case) -> bool:
    watched = case.action.oversight is Oversight.ON_THE_LOOP
    return case.action.severity.at_least(Severity.HIGH) and not watched


def _is_borne_out(case: Case) -> bool:
    """Say whether every other signal that the manifest wants is there and high enough."""
    for name, least in case.action.confidence.signals.items():
        told = signal(name, case)
        if isinstance(told, Unclear) or told < least:
            return False
    return True


def needs_nobody(case: Case) -> Opinion | None:
    """Let pass what the manifest leaves to agents, as far as it can be undone or is harmless."""
    action = case.action
    if action.oversight is Oversight.IN_THE_LOOP:
        return None
    grave = action.severity.at_least(Severity.HIGH)
    what = f"({action.severity} severity, {'' if action.reversible else 'ir'}reversible)"
    match action.oversight:
        case Oversight.ON_THE_LOOP if action.reversible and action.severity is not _WORST:
            because = f"The manifest lets it run at once; it may be vetoed for a while {what}."
            rule = HouseRule.ON_THE_LOOP
        case Oversight.LOG_AND_ALERT if not grave and (action.reversible or _is_harmless(action)):
            because = f"The manifest lets it run at once, and people are told {what}."
            rule = HouseRule.LOG_AND_ALERT
        case Oversight.AUTONOMOUS if action.reversible and not grave:
            because = f"The manifest leaves this to agents {what}."
            rule = HouseRule.APPROVAL_NOT_REQUIRED
        case _:
            return None
    return Opinion(Scrutiny.AUTO_APPROVE, rule, because, path=case.written("oversight"))


def _is_harmless(action: Action) -> bool:
    return action.severity is Severity.LOW


def a_person_looks(case: Case) -> Opinion:
    """Ask a person when no rule speaks."""
    limit, amount = case.action.limits.auto_approve_below, case.amount
    because = "The manifest asks for a person's approval."
    if limit is not None and isinstance(amount, Money) and amount.currency == limit.currency:
        because = f"{amount} is not below {limit}, so a person decides."
    elif case.action.severity.at_least(Severity.HIGH) and not case.action.reversible:
        because = f"This is of {case.action.severity} severity and cannot be undone."
    path = case.written("approval_required")
    return Opinion(Scrutiny.REVIEW, HouseRule.APPROVAL_REQUIRED, because, path=path)


def oversight_of(case: Case) -> Oversight:
    """Say how people stand beside something that passes."""
    if case.action.oversight is not Oversight.IN_THE_LOOP:
        return case.action.oversight
    # A limit or a grant let it pass where a person usually decides. Its channel is shown that it
    # did; to alert operations of every small refund would teach them not to look.
    return Oversight.AUTONOMOUS
