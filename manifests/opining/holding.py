"""Whether one condition holds for one proposal; what cannot be told says why."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, assert_never

import regex
from pydantic import JsonValue

from manifests.conditions import (
    Affects,
    ByAgents,
    Condition,
    Count,
    Expression,
    FewerEvidence,
    Flagged,
    Mentions,
    MoreThan,
    OfParameter,
    OfUrgency,
    Shows,
    SignalBelow,
    Trouble,
)
from manifests.folding import NO_WORDS, mentioned, phrases_of
from manifests.money import decimal_amount
from manifests.opining.opinion import Case
from manifests.proposed import EvidenceShown, Proposed
from manifests.weighing import Unclear, money_of

Held = bool | Unclear
"""Whether something holds, or why that cannot be told."""

CONFIDENCE = "confidence"
"""The one signal that agents send in a field of its own."""
_PATIENCE = 0.2
"""Seconds a pattern may take; hostile text must not hold up everybody else."""
_FAILED = frozenset({"error", "failed"})


def holds(condition: Condition, case: Case) -> Held:
    """Say whether a condition holds."""
    return LOOKS[type(condition)](condition, case)


def _mentions(condition: Mentions, case: Case) -> Held:
    phrases, texts = phrases_of(condition.words), case.texts
    for where in condition.within:
        text = texts.within(where, case.proposed)
        if text != NO_WORDS and mentioned(phrases, text):
            return True
    return False


def _flagged(condition: Flagged, case: Case) -> Held:
    return not condition.flags.isdisjoint(case.proposed.flags)


def _by_agents(condition: ByAgents, case: Case) -> Held:
    return case.told.agent in condition.agents


def _of_urgency(condition: OfUrgency, case: Case) -> Held:
    return case.proposed.urgency in condition.urgencies


def _affects(condition: Affects, case: Case) -> Held:
    affected = case.proposed.affected
    if not affected:
        return False
    return any(_is_like(pattern, each) for each in affected for pattern in condition.patterns)


def _more_than(condition: MoreThan, case: Case) -> Held:
    return counted(condition.what, case.proposed) > condition.limit


def _fewer_evidence(condition: FewerEvidence, case: Case) -> Held:
    return len(supporting(case.proposed)) < condition.limit


def supporting(proposed: Proposed) -> list[EvidenceShown]:
    """List the evidence that does not speak against what is proposed; only this can be enough."""
    return [each for each in proposed.context.evidence if not each.contradicts]


def _shows(condition: Shows, case: Case) -> Held:
    return shows(condition.trouble, case.proposed)


def _signal_below(condition: SignalBelow, case: Case) -> Held:
    share = signal(condition.name, case)
    return share if isinstance(share, Unclear) else share < condition.limit


def signal(name: str, case: Case) -> float | Unclear:
    """Read a signal, Keyturn's own before the agent's; only a share between 0 and 1 is clear."""
    if name == CONFIDENCE:
        share: object = case.proposed.confidence
    else:
        share = case.told.signals.get(name, case.proposed.signals.get(name))
    if share is None:
        return Unclear(f"The signal “{name}” was not sent.", absent=True)
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        return Unclear(f"The signal “{name}” is no number between 0 and 1.")
    return share


def counted(what: Count, proposed: Proposed) -> int:
    """Count something; an agent that says less than its steps show is not believed."""
    match what:
        case Count.TOOL_CALLS:
            return max(proposed.tool_calls or 0, _calls(proposed))
        case Count.RETRIES:
            return max(proposed.retries or 0, _failures(proposed))
        case Count.AFFECTED:
            return len(proposed.affected)
        case Count.UNCERTAINTY_FACTORS:
            return len(proposed.uncertainty_factors)
        case _:
            assert_never(what)


def _calls(proposed: Proposed) -> int:
    steps = proposed.context.steps
    return sum(step.tool is not None for step in steps) if steps else 0


def _failures(proposed: Proposed) -> int:
    steps = proposed.context.steps
    if not steps:
        return 0
    return sum(s.status is not None and s.status.strip().lower() in _FAILED for s in steps)


def shows(trouble: Trouble, proposed: Proposed) -> bool:
    """Say whether a proposal shows some trouble, by its flag or by what came with it."""
    if trouble in proposed.flags:
        return True
    match trouble:
        case Trouble.CONFLICTING_EVIDENCE:
            evidence = proposed.context.evidence
            return bool(evidence) and any(each.contradicts for each in evidence)
        case Trouble.FAILED_CHECK:
            checks = proposed.context.checks
            return bool(checks) and any(not each.passed for each in checks)
        case Trouble.TOOL_ERROR:
            return _failures(proposed) > 0
        case _:
            assert_never(trouble)


def _is_true(condition: Expression, case: Case) -> Held:
    proposed = case.proposed
    sent: dict[str, JsonValue] = {
        "parameters": dict(proposed.parameters),
        "flags": list(proposed.flags),
        "signals": {**proposed.signals, **case.told.signals},
        "affected": list(proposed.affected),
        "agent": case.told.agent,
        "urgency": proposed.urgency.value,
    }
    if proposed.confidence is not None:
        sent["confidence"] = proposed.confidence
    try:
        return condition.evaluate(sent)
    except ValueError as error:
        return Unclear(f"The condition “{condition.text}” cannot be worked out: {error}.")


@lru_cache(maxsize=16_384)
def _pieces(pattern: str) -> tuple[str, ...]:
    return tuple(pattern.casefold().split("*"))


def _is_like(pattern: str, name: str) -> bool:
    """Compare a name with a pattern in which only * is special; never slow, whatever the name."""
    name = name.casefold()
    first, *others = _pieces(pattern)
    if not others:
        return name == first
    *middle, last = others
    if len(name) < len(first) + len(last) or not (name.startswith(first) and name.endswith(last)):
        return False
    at, end = len(first), len(name) - len(last)
    for piece in middle:
        found = name.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _parameter_is(condition: OfParameter, case: Case) -> Held:
    value = case.proposed.parameters.get(condition.name)
    if value is None:
        return Unclear(f"“{condition.name}” is missing.", absent=True)
    doubt: Held = True
    for held in _comparisons(condition, value, case):
        if held is False:
            return False
        if isinstance(held, Unclear):
            doubt = held
    return doubt


def _comparisons(condition: OfParameter, value: JsonValue, case: Case) -> Iterator[Held]:
    if condition.one_of is not None:
        yield _is_one_of(condition.name, _folded(condition.one_of), value)
    if condition.none_of is not None:
        yield _is_none_of(condition.name, condition.none_of, value)
    if condition.matches is not None:
        yield _matches(condition.name, condition.matches, value)
    if condition.above is not None or condition.below is not None:
        yield _is_outside(condition, value)
    if condition.above_amount is not None:
        yield _is_above_amount(condition, case.proposed.parameters)
    if condition.is_ is not None:
        known = isinstance(value, bool)
        yield value is condition.is_ if known else _odd(condition.name, "true or false")


@lru_cache(maxsize=16_384)
def _folded(words: frozenset[str]) -> frozenset[str]:
    return frozenset(each.strip().casefold() for each in words)


def _is_one_of(name: str, folded: frozenset[str], value: JsonValue) -> Held:
    """Look for any of these words, whatever their case: a person rather once too often."""
    words = _words(value)
    if words is None:
        return _odd(name, "a word or a list of words")
    return any(each.strip().casefold() in folded for each in words)


def _is_none_of(name: str, known: frozenset[str], value: JsonValue) -> Held:
    """Look for anything but exactly these words."""
    words = _words(value)
    if words is None:
        return _odd(name, "a word or a list of words")
    return any(each not in known for each in words)


def _words(value: JsonValue) -> list[str] | None:
    match value:
        case list():
            words = [_word(each) for each in value]
            known = [each for each in words if each is not None]
            return known if len(known) == len(words) else None
        case _:
            word = _word(value)
            return None if word is None else [word]


def _word(value: JsonValue) -> str | None:
    if isinstance(value, str):
        return value
    number = decimal_amount(value)
    return None if number is None else str(number)


@lru_cache(maxsize=16_384)
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern, regex.MULTILINE)


def _matches(name: str, pattern: str, value: JsonValue) -> Held:
    """Look for a pattern anywhere in a text; one that takes too long cannot be told."""
    words = _words(value)
    if words is None:
        return _odd(name, "text")
    # A list is searched as lines of one text, so that patience is not granted for every entry.
    text = "\n".join(words)
    try:
        # Not concurrent: waiting for the interpreter would count as the pattern's own time.
        found = _compiled(pattern).search(text, timeout=_PATIENCE, concurrent=False)
    except TimeoutError:
        return Unclear(f"“{name}” takes too long to compare with a pattern.")
    return found is not None


def _is_outside(condition: OfParameter, value: JsonValue) -> Held:
    number = _number(value)
    if number is None:
        return _odd(condition.name, "a number")
    above = condition.above is None or number > condition.above
    return above and (condition.below is None or number < condition.below)


def _number(value: JsonValue) -> Decimal | None:
    if isinstance(value, float):
        number = Decimal(repr(value))
        return number if number.is_finite() else None
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return decimal_amount(value)


def _is_above_amount(condition: OfParameter, parameters: Mapping[str, JsonValue]) -> Held:
    limit = condition.above_amount
    assert limit is not None
    amount = money_of(condition.name, condition.declared, parameters, limit.currency)
    if isinstance(amount, Unclear):
        return amount
    if amount.currency != limit.currency:
        return Unclear(f"{amount} cannot be compared with {limit}.")
    return amount.amount > limit.amount


def _odd(name: str, expected: str) -> Unclear:
    return Unclear(f"“{name}” is not {expected}.")


LOOKS: Mapping[type[Condition], Callable[[Any, Case], Held]] = {
    OfParameter: _parameter_is,
    Mentions: _mentions,
    Flagged: _flagged,
    ByAgents: _by_agents,
    OfUrgency: _of_urgency,
    Affects: _affects,
    MoreThan: _more_than,
    FewerEvidence: _fewer_evidence,
    Shows: _shows,
    SignalBelow: _signal_below,
    Expression: _is_true,
}
"""A table rather than a match: hundreds of conditions may be looked at for one proposal."""
