"""What changes between two classifications of one action."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from decimal import Decimal

from manifests.differing.changes import (
    NEUTRAL,
    STRICTER,
    WEAKER,
    Told,
    limited,
    moved,
    otherwise,
    switched,
    turned,
)
from manifests.differing.outlines import outline_changes
from manifests.differing.parameters import schema_changes
from manifests.differing.plans import OVERSIGHTS, severity_changes
from manifests.differing.rules import check_changes, evidence_changes, limit_changes, rule_changes
from manifests.durations import spoken
from manifests.manifest import Action, Cap
from manifests.money import Money, in_words
from manifests.vocabulary import Oversight, Severity
from manifests.wording import Template, WordingTemplate

_RANKS = {oversight: rank for rank, oversight in enumerate(OVERSIGHTS)}
_SENTENCES = ("headline", "if_approved", "if_rejected", "undo")
_BY_THEMSELVES = frozenset({"name", "plan", "tiers", "urgent_ladders", "override", "amount"})
"""What is compared as a whole, because each part means something only beside the others."""


def action_changes(old: Action, new: Action) -> Iterator[Told]:
    """Tell every change of one action."""
    for each in fields(Action):
        if each.name in _BY_THEMSELVES:
            continue
        before, after = getattr(old, each.name), getattr(new, each.name)
        if before != after:
            look = _LOOKS.get(each.name)
            yield from look(old, new) if look else otherwise(each.name, before, after)
    yield from _reading_changes(old, new)
    yield from outline_changes(old, new)


def added_action(new: Action) -> Told:
    """Tell a new action: unknown ones are blocked, so it can only be weaker, unless blocked too."""
    if new.blocked is not None:
        return NEUTRAL, "is added, and blocked like every unknown action"
    passing = "may pass without a person" if _passes(new) else "people review it"
    return WEAKER, f"is added: {passing}, where an unknown action is blocked"


def removed_action(old: Action) -> Told:
    """Tell that an action is gone: whoever proposes it is blocked."""
    if old.blocked is not None:
        return NEUTRAL, "is removed, and stays blocked like every unknown action"
    return STRICTER, "is removed, and blocked like every unknown action"


def _oversight_changes(old: Action, new: Action) -> Iterator[Told]:
    """Tell where people stand now; what still passes must be watched no less, and no more pass."""
    closer = _RANKS[new.oversight] >= _RANKS[old.oversight] and not (
        _passes_by_itself(new) and not _passes_by_itself(old)
    )
    vetoed = new.oversight is Oversight.ON_THE_LOOP and new.confidence.auto_approve_above
    yield (
        STRICTER if closer and not vetoed else WEAKER,
        turned("oversight", old.oversight, new.oversight),
    )


def _passes_by_itself(action: Action) -> bool:
    """Say whether the oversight alone may let it pass."""
    if action.approval_required:
        return False
    harmless = action.oversight is Oversight.LOG_AND_ALERT and action.severity is Severity.LOW
    return action.reversible or harmless


def _blocked_changes(old: Action, new: Action) -> Iterator[Told]:
    if old.blocked is None:
        yield STRICTER, f"is blocked: {new.blocked}"
    elif new.blocked is None:
        yield WEAKER, "is no longer blocked"
    else:
        yield NEUTRAL, turned("block_reason", old.blocked, new.blocked)


def _limits_changes(old: Action, new: Action) -> Iterator[Told]:
    yield from _spared_changes(old.limits.auto_approve_below, new.limits.auto_approve_below, new)
    name, before, after = (
        "always_approve_above", old.limits.always_approve_above, new.limits.always_approve_above
    )  # fmt: skip
    if before is not None and after is not None and before.currency != after.currency:
        yield WEAKER, turned(name, before, after)
    else:
        yield from limited(name, _amount(before), _amount(after), WEAKER, _in(before or after))
    if old.limits.cap is not None and new.limits.cap is not None:
        yield from _cap_changes(old.limits.cap, new.limits.cap)


def _spared_changes(before: Money | None, after: Money | None, new: Action) -> Iterator[Told]:
    name = "auto_approve_below"
    if before is None and after is not None:
        yield WEAKER, turned(name, "none", after)
    elif before is not None and after is None:
        # The limit also held the sum and the clarity of what passes for another reason.
        yield WEAKER if _passes(new) else STRICTER, turned(name, before, "none")
    elif before is not None and after is not None and before != after:
        smaller = after.currency == before.currency and after.amount < before.amount
        yield STRICTER if smaller else WEAKER, turned(name, before, after)


def _cap_changes(old: Cap, new: Cap) -> Iterator[Told]:
    if old.money.currency != new.money.currency:
        yield WEAKER, turned("window_cap", old.money, new.money)
    else:
        shown = _in(new.money)
        yield from moved("window_cap", old.money.amount, new.money.amount, WEAKER, shown)
    yield from moved("window_length", old.length, new.length, STRICTER, spoken)


def _confidence_changes(old: Action, new: Action) -> Iterator[Told]:
    before, after = old.confidence, new.confidence
    name = "confidence."
    yield from moved(f"{name}escalate_below", before.escalate_below, after.escalate_below, STRICTER)
    yield from _granted(f"{name}auto_approve_above", old, new)
    yield from moved(
        f"{name}uncertainty_factors_at_most",
        before.uncertainty_factors_at_most,
        after.uncertainty_factors_at_most,
        WEAKER,
    )
    for signal in sorted(before.signals.keys() | after.signals.keys()):
        least = before.signals.get(signal), after.signals.get(signal)
        yield from limited(f"{name}signals.{signal}", *least, STRICTER)


def _granted(name: str, old: Action, new: Action) -> Iterator[Told]:
    before, after = old.confidence.auto_approve_above, new.confidence.auto_approve_above
    if before is not None and after is not None:
        yield from moved(name, before, after, STRICTER)
    elif after is not None:
        yield WEAKER, turned(name, "none", after)
    elif before is not None:
        # The cap also held what the agent was sure of; now something else may let it pass.
        held = new.limits.cap is not None and not new.approval_required
        yield WEAKER if held else STRICTER, turned(name, before, "none")


def _wording_changes(old: Action, new: Action) -> Iterator[Told]:
    before, after = old.wording, new.wording
    yield from otherwise("approve_label", before.approve_label, after.approve_label, NEUTRAL)
    for name in _SENTENCES:
        was, is_ = _sentence(before, name), _sentence(after, name)
        if _text(was) != _text(is_):
            hidden = _named(was) - _named(is_)
            yield (
                WEAKER if hidden or not is_.pieces else NEUTRAL,
                turned(f"wording.{name}", _text(was) or "none", _text(is_) or "none"),
            )


def _sentence(wording: WordingTemplate, name: str) -> Template:
    sentence: Template = getattr(wording, name)
    return sentence


def _text(sentence: Template) -> str:
    return "".join(
        piece if isinstance(piece, str) else f"{{{piece.name}}}" for piece in sentence.pieces
    )


def _named(sentence: Template) -> set[str]:
    return {piece.name for piece in sentence.pieces if not isinstance(piece, str)}


@dataclass(frozen=True, slots=True)
class _Reading:
    """How an amount is found and in which currency it is taken."""

    parameter: str
    currency: str | None
    currency_parameter: str | None
    open: bool
    assumed: str | None


def _reading(action: Action) -> _Reading:
    declared = action.amount
    return _Reading(
        parameter=action.amount_parameter,
        currency=declared.currency if declared else None,
        currency_parameter=declared.currency_parameter if declared else None,
        open=declared is None,
        assumed=action.currency if declared is None else None,
    )


def _reading_changes(old: Action, new: Action) -> Iterator[Told]:
    if not (old.weighs_amounts and new.weighs_amounts):
        return
    if _reading(old) != _reading(new):
        yield WEAKER, f"amounts are read otherwise: {_read(old)} → {_read(new)}"


def _read(action: Action) -> str:
    reading = _reading(action)
    by = f"by {reading.currency_parameter}" if reading.currency_parameter else None
    return f"{reading.parameter} in {reading.currency or by or reading.assumed or 'any currency'}"


def _passes(action: Action) -> bool:
    """Say whether something may pass for another reason than a small amount."""
    return (
        action.confidence.auto_approve_above is not None
        or action.oversight is not Oversight.IN_THE_LOOP
        or action.limits.auto_approve_below is not None
    )


def _amount(money: Money | None) -> Decimal | None:
    return None if money is None else money.amount


def _in(money: Money | None) -> Callable[[Decimal], str]:
    return lambda amount: str(amount) if money is None else in_words(amount, money.currency)


def _target_changes(old: Action, new: Action) -> Iterator[Told]:
    before, after = (", ".join(each.target) or "all parameters" for each in (old, new))
    yield WEAKER, turned("alternatives.target", before, after)


_LOOKS: dict[str, Callable[[Action, Action], Iterator[Told]]] = {
    "title": lambda old, new: otherwise("title", old.title, new.title, NEUTRAL),
    "description": lambda _old, _new: iter([(NEUTRAL, "description is worded otherwise")]),
    "severity": lambda old, new: severity_changes(old.severity, new.severity),
    "reversible": lambda old, new: switched("reversible", old.reversible, new.reversible, WEAKER),
    "blocked": _blocked_changes,
    "amount_parameter": lambda _old, _new: iter(()),  # told with how amounts are read
    "limits": _limits_changes,
    "confidence": _confidence_changes,
    "schema": lambda old, new: schema_changes(old.schema, new.schema),
    "wording": _wording_changes,
    "oversight": _oversight_changes,
    "rules": lambda old, new: rule_changes(old.rules, new.rules),
    "window_limits": lambda old, new: limit_changes(old.window_limits, new.window_limits),
    "required_evidence": lambda old, new: evidence_changes(
        old.required_evidence, new.required_evidence
    ),
    "required_checks": lambda old, new: check_changes(old.required_checks, new.required_checks),
    "target": _target_changes,
}
"""How each part of an action changes; any other part that changes counts as weaker."""
