"""Limits on amounts: what may pass by itself, and the cap that holds its sum."""

from dataclasses import dataclass
from decimal import Decimal

from manifests.codes import Code
from manifests.document import ActionPart, ConditionsPart, WindowPart
from manifests.document_values import MoneyPart
from manifests.manifest import Cap, Limits
from manifests.mistakes import did_you_mean
from manifests.money import Currency, Money
from manifests.parameters import Parameter, ParameterSchema, ParameterType
from manifests.resolving.findings import Findings, Path
from manifests.vocabulary import Severity

_USD = Currency("USD")
_ASSUMED_CAP = 10
"""How many times the limit may be auto-approved in a window when nobody wrote a cap."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """What an action's amounts mean."""

    parameter: Parameter | None
    limits: Limits


def amounts(
    part: ActionPart, path: Path, schema: ParameterSchema, window: WindowPart, findings: Findings
) -> Amounts:
    """Resolve an action's limits, and find the amount they speak of."""
    limits = _limits(part, path, window, findings)
    summed = any(each.sum is not None for each in part.limits)
    weighed = bool(part.tiers) or limits != Limits() or summed
    parameter = _declared(part, path, schema, findings) if weighed else None
    if parameter is not None and parameter.currency is not None:
        _refuse_other_currencies(part, parameter.currency, limits, path, findings)
    return Amounts(parameter, limits)


def _limits(part: ActionPart, path: Path, window: WindowPart, findings: Findings) -> Limits:
    written = part.conditions
    if written is None:
        return Limits()
    here = (*path, "conditions")
    below = _one(written.auto_approve_below, written.auto_approve_below_usd)
    above = _one(written.always_approve_above, written.always_approve_above_usd)
    for name in ("auto_approve_below", "always_approve_above"):
        if getattr(written, name) is not None and getattr(written, f"{name}_usd") is not None:
            message = f"“{name}” is written twice, with and without _usd."
            findings.mistake_in_key((*here, f"{name}_usd"), Code.CONTRADICTION, message)
    if below and above and (below.currency != above.currency or below.amount > above.amount):
        message = f"Below {below} nobody looks, yet above {above} a person always does."
        findings.mistake(
            here, Code.CONTRADICTION, message, "Use one currency, the lower limit first."
        )
    if below is not None and part.approval_required is False:
        message = "“approval_required: false” leaves nothing for “auto_approve_below” to limit."
        hint = "Write approval_required: true; amounts below the limit still pass by themselves."
        findings.mistake((*path, "approval_required"), Code.CONTRADICTION, message, hint)
    cap = None if below is None else _cap(below, written, window, here, findings)
    return Limits(auto_approve_below=below, always_approve_above=above, cap=cap)


def _one(part: MoneyPart | None, dollars: object) -> Money | None:
    if part is not None:
        return part.money
    return Money(dollars, _USD) if isinstance(dollars, Decimal) else None


def _cap(
    below: Money, written: ConditionsPart, window: WindowPart, path: Path, findings: Findings
) -> Cap:
    length = written.window_length or window.length
    amount = written.window_cap or window.caps.get(below.currency)
    if amount is None:
        amount = below.amount * _ASSUMED_CAP
        assumed = Money(amount, below.currency)
        message = f"Nobody wrote how much may pass by itself in all; {assumed} is assumed."
        hint = f"Write window_cap here, or defaults.window.caps.{below.currency}."
        findings.warning(path, Code.ASSUMED_CAP, message, hint)
    return Cap(money=Money(amount, below.currency), length=length)


def _declared(
    part: ActionPart, path: Path, schema: ParameterSchema, findings: Findings
) -> Parameter | None:
    if schema.open:
        return None
    parameter = schema.named(part.amount_parameter)
    if parameter is not None and parameter.type is ParameterType.MONEY:
        return parameter
    money = [each.name for each in schema.parameters if each.type is ParameterType.MONEY]
    hint = did_you_mean(
        part.amount_parameter, money, "Name a parameter of type money in amount_parameter."
    )
    message = f"The limits speak of “{part.amount_parameter}”, which is no parameter of type money."
    key = "amount_parameter" if "amount_parameter" in part.model_fields_set else "conditions"
    findings.mistake_in_key((*path, key), Code.UNKNOWN_PARAMETER, message, hint)
    return None


def _refuse_other_currencies(
    part: ActionPart, currency: str, limits: Limits, path: Path, findings: Findings
) -> None:
    spoken = [
        ((*path, "conditions"), limit.currency)
        for limit in (limits.auto_approve_below, limits.always_approve_above)
        if limit is not None
    ]
    spoken += [
        ((*path, "tiers", index, "above", "currency"), Currency(tier.above.currency))
        for index, tier in enumerate(part.tiers)
    ]
    for where, other in spoken:
        if other != currency:
            message = f"The amount is in {currency}, so a limit in {other} never applies."
            findings.mistake(where, Code.OTHER_CURRENCY, message, f"Write {currency}.")


def refuse_unsafe_grants(part: ActionPart, path: Path, limits: Limits, findings: Findings) -> None:
    """Refuse permissions that would let through unseen what is grave or cannot be undone."""
    granted = part.confidence.auto_approve_above
    if granted is not None and (not part.reversible or part.severity.at_least(Severity.HIGH)):
        what = "is of high severity" if part.reversible else "cannot be undone"
        findings.mistake(
            (*path, "confidence", "auto_approve_above"), Code.UNSAFE_GRANT,
            f"What {what} is never approved because the agent feels sure.",
            "Remove this, or set an amount limit under conditions.",
        )  # fmt: skip
    if limits.auto_approve_below is not None and part.severity is Severity.CRITICAL:
        findings.mistake(
            (*path, "conditions"), Code.UNSAFE_GRANT,
            "What is critical stays blocked until a person has looked, whatever the amount.",
            "Remove auto_approve_below, or write a lower severity.",
        )  # fmt: skip
    if granted is None and part.confidence.signals:
        findings.warning(
            (*path, "confidence", "signals"), Code.IDLE_SIGNALS,
            "These signals only hold back “auto_approve_above”, which is not written.",
            "Write auto_approve_above, or a rule with signal: to have doubtful ones looked at.",
        )  # fmt: skip


def look_at_tiers(part: ActionPart, path: Path, limits: Limits, findings: Findings) -> None:
    """Refuse tiers of the same amount, and those that begin where nobody is asked yet."""
    seen: set[Money] = set()
    below = limits.auto_approve_below
    for index, tier in enumerate(part.tiers):
        here, money = (*path, "tiers", index, "above"), tier.above.money
        if money in seen:
            message = f"Two tiers begin above {money}, so one of them never applies."
            findings.mistake(here, Code.SAME_TIER, message, "Put their seats together in one.")
        seen.add(money)
        if below and below.currency == money.currency and below.amount > money.amount:
            message = f"Below {below} nobody looks, yet above {money} this tier asks people."
            findings.mistake(here, Code.CONTRADICTION, message, "Lower auto_approve_below.")
