"""The manifest's own rules: which hold for one proposal, and what each condition saw."""

from collections.abc import Iterator
from typing import NamedTuple

from manifests.conditions import Condition, Deed, Rule
from manifests.opining.holding import LOOKS, Held, holds
from manifests.opining.opinion import Case, Opinion
from manifests.vocabulary import Scrutiny
from manifests.weighing import Unclear

SCRUTINIES = {
    Deed.REVIEW: Scrutiny.REVIEW,
    Deed.ASK_AGENT: Scrutiny.REVIEW,
    Deed.ESCALATE: Scrutiny.ESCALATE,
    Deed.BLOCK: Scrutiny.BLOCK,
}


class Look(NamedTuple):
    """One condition, and what came of looking at it."""

    condition: Condition
    held: Held


def rules_that_hold(case: Case) -> Iterator[Opinion]:
    """Say what follows from every rule whose conditions all hold, or cannot be told."""
    for rule in case.action.rules:
        doubt: Unclear | None = None
        for condition in rule.conditions:
            held = LOOKS[type(condition)](condition, case)
            if held is False:
                break
            if doubt is None and isinstance(held, Unclear):
                doubt = held
        else:
            because = rule.because if doubt is None else _cannot_be_told(rule, doubt)
            deed = SCRUTINIES[rule.then]
            yield Opinion(deed, rule.name, because, rule.ask, rule.seats, rule.path)


def looks(rule: Rule, case: Case) -> tuple[Look, ...]:
    """Look at every condition of a rule, for whoever wants to know why it spoke or kept silent."""
    return tuple(Look(condition, holds(condition, case)) for condition in rule.conditions)


def _cannot_be_told(rule: Rule, doubt: Unclear) -> str:
    return f"{doubt.why} So whether the rule “{rule.name}” holds cannot be told, and it counts."
