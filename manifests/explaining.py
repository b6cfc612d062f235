"""Why policy answered as it did: everything it looked at, with what it saw there."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from manifests.conditions import (
    Affects,
    ByAgents,
    Condition,
    Expression,
    FewerEvidence,
    Flagged,
    Mentions,
    MoreThan,
    OfParameter,
    OfUrgency,
    Rule,
    Shows,
    SignalBelow,
    WindowLimit,
)
from manifests.durations import spoken
from manifests.manifest import Manifest
from manifests.money import in_words
from manifests.opining.holding import counted, signal
from manifests.opining.opinion import Case
from manifests.opining.rules import looks
from manifests.opining.windows import limit_window
from manifests.parameters import Sensitivity
from manifests.phrasing import condition_in_words
from manifests.policy import Judgement, case_of, judged
from manifests.proposed import Circumstances, Proposed, Window
from manifests.weighing import Unclear
from manifests.wording import clipped

Key = tuple[str | int, ...]
_LONGEST = 120
_COVERED = "(covered, because it is sensitive)"


@dataclass(frozen=True, slots=True)
class Seen:
    """One condition, what was there, and whether it held; None where that cannot be told."""

    words: str
    actual: str
    held: bool | None


@dataclass(frozen=True, slots=True)
class LookedAt:
    """One rule or limit of the manifest: where it stands, what it saw, and whether it spoke."""

    name: str
    path: Key
    follows: str
    spoke: bool
    seen: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A judgement with everything that was looked at."""

    judgement: Judgement
    looked_at: tuple[LookedAt, ...]


def explained(manifest: Manifest, proposed: Proposed, told: Circumstances) -> Explanation:
    """Judge a proposal, and tell what every rule and limit of its action saw."""
    judgement = judged(manifest, proposed, told)
    action = manifest.actions.get(proposed.action)
    if action is None:
        return Explanation(judgement, ())
    case = case_of(manifest, action, proposed, told)
    spoke = {opinion.path for opinion in judgement.opinions}
    rules = (_rule(rule, case) for rule in action.rules)
    limits = (
        LookedAt(name, path, follows, path in spoke, (Seen(words, actual, path in spoke),))
        for name, path, follows, words, actual in _limits(case)
    )
    return Explanation(judgement, (*rules, *limits))


def _rule(rule: Rule, case: Case) -> LookedAt:
    seen = tuple(
        Seen(
            condition_in_words(look.condition),
            actual(look.condition, case),
            None if isinstance(look.held, Unclear) else look.held,
        )
        for look in looks(rule, case)
    )
    spoke = all(each.held is not False for each in seen)
    return LookedAt(f"rule {rule.name}", rule.path, rule.then, spoke, seen)


def actual(condition: Condition, case: Case) -> str:
    """Say what a proposal holds where a condition looks."""
    proposed = case.proposed
    match condition:
        case OfParameter(name=name):
            return _value(name, case)
        case Mentions(within=within):
            there = [each for each in within if case.texts.within(each, proposed).strip()]
            return f"text in {', '.join(there)}" if there else "no text there"
        case Flagged():
            return _list(proposed.flags)
        case ByAgents():
            return case.told.agent
        case OfUrgency():
            return proposed.urgency
        case Affects():
            return _list(proposed.affected)
        case MoreThan(what=what):
            return str(counted(what, proposed))
        case FewerEvidence():
            return str(len(proposed.context.evidence))
        case SignalBelow(name=name):
            share = signal(name, case)
            return "not sent" if isinstance(share, Unclear) else f"{share:g}"
        case Shows() | Expression():
            return ""  # the proposal holds no one value that could be shown
        case _:
            assert_never(condition)


def _value(name: str, case: Case) -> str:
    declared = case.action.schema.named(name)
    if name not in case.proposed.parameters:
        return "not sent"
    if declared is not None and declared.sensitive is not Sensitivity.PLAIN:
        return _COVERED
    value = case.proposed.parameters[name]
    return clipped(json.dumps(value, ensure_ascii=False), _LONGEST)


def _list(words: object) -> str:
    texts = [str(each) for each in words] if isinstance(words, list | tuple) else []
    return clipped(", ".join(texts), _LONGEST) or "none"


Row = tuple[str, Key, str, str, str]
"""Name, path, what follows, the condition in words, and what was there."""


def _limits(case: Case) -> Iterator[Row]:
    yield from _of_confidence(case)
    yield from _of_amounts(case)
    for index, limit in enumerate(case.action.window_limits):
        yield (
            f"limit {index + 1}", case.written("limits", index), "review",
            f"with this one, more than {_most(limit)} pass", _spent_on(limit, case),
        )  # fmt: skip
    for index, wanted in enumerate(case.action.required_evidence):
        found = sum(each.kind == wanted.kind for each in case.proposed.context.evidence)
        yield (
            "required_evidence", case.written("required_evidence", index), "ask_agent",
            f"there are fewer than {wanted.at_least} of {wanted.kind}", str(found),
        )  # fmt: skip
    for index, check in enumerate(case.action.required_checks):
        runs = [each for each in case.proposed.context.checks if each.name == check.name]
        results = ["passed" if each.passed else "failed" for each in runs]
        yield (
            "required_check", case.written("required_checks", index), check.on_fail,
            f"the check {check.name} did not pass", ", ".join(results) or "not run",
        )  # fmt: skip


def _of_confidence(case: Case) -> Iterator[Row]:
    rule, proposed = case.action.confidence, case.proposed
    sure = "not sent" if proposed.confidence is None else f"{proposed.confidence:g}"
    low = case.written("confidence", "escalate_below")
    yield "escalate_below", low, "escalate", f"confidence is below {rule.escalate_below:g}", sure
    most = rule.uncertainty_factors_at_most
    yield (
        "uncertainty_factors", case.written("confidence", "uncertainty_factors_at_most"),
        "escalate", f"the agent is unsure about more than {most} things",
        str(len(proposed.uncertainty_factors)),
    )  # fmt: skip
    if rule.auto_approve_above is not None:
        granted = case.written("confidence", "auto_approve_above")
        words = f"confidence is at least {rule.auto_approve_above:g}"
        yield "auto_approve_above", granted, "auto_approve", words, sure


def _of_amounts(case: Case) -> Iterator[Row]:
    if case.amount is None:
        return
    limits = case.action.limits
    amount = case.amount.why if isinstance(case.amount, Unclear) else str(case.amount)
    for name, limit, follows, word in (
        ("auto_approve_below", limits.auto_approve_below, "auto_approve", "below"),
        ("always_approve_above", limits.always_approve_above, "review", "above"),
    ):
        if limit is not None:
            path = case.written("conditions", name)
            yield name, path, follows, f"the amount is {word} {limit}", amount
    if limits.cap is not None:
        path = case.written("conditions", "window_cap")
        words = f"with this one, more than {limits.cap.money} pass in {spoken(limits.cap.length)}"
        yield "window_cap", path, "review", words, _passed(case.cap, case)
    for tier in case.action.tiers:
        seats = " and ".join(role.title for role in tier.plan.seats)
        words = f"the amount is above {tier.above}, so that {seats} sign"
        path = (
            case.written("tiers") if tier is case.tier else case.written("tiers", str(tier.above))
        )
        yield "tier", path, "review", words, amount


def _most(limit: WindowLimit) -> str:
    most = f"{limit.count} times" if limit.sum is None else str(limit.sum)
    return f"{most} in {spoken(limit.length)} per {' and '.join(limit.per)}"


def _spent_on(limit: WindowLimit, case: Case) -> str:
    window = limit_window(limit, case.action, case.amount, case.told.agent, case.target)
    return window.why if isinstance(window, Unclear) else _passed(window, case)


def _passed(window: Window | None, case: Case) -> str:
    """Say what counts already; nothing is added up for what cannot pass by itself anyway."""
    if window is None:
        return "not added up, because this could not pass by itself"
    spent = case.spent(window)
    if spent is None:
        return "not known"
    if not window.currency:
        return f"{spent.count} passed already"
    passed = in_words(spent.amount, window.currency)
    return f"{passed} passed already, {in_words(window.amount, window.currency)} would come"
