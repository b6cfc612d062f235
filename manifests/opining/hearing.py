"""Every opinion about one case, the most cautious first."""

from collections.abc import Callable, Iterator

from manifests.opining.amounts import (
    falls_into_a_tier,
    is_large,
    is_unclear,
    limits_reached,
    would_overflow_the_cap,
)
from manifests.opining.demands import checks_not_passed, evidence_missing
from manifests.opining.doubts import (
    asks_a_question,
    asks_for_a_human,
    blocked,
    is_paused,
    low_confidence,
    many_uncertainties,
    names_missing_parameters,
    overrides_a_denial,
    recommends_review,
    repeats,
)
from manifests.opining.opinion import Case, Opinion
from manifests.opining.passing import a_person_looks, is_confident, is_small, needs_nobody
from manifests.opining.rules import rules_that_hold

_Look = Callable[[Case], Opinion | None]

DOUBTS: tuple[_Look, ...] = (
    blocked,
    asks_for_a_human,
    repeats,
    is_paused,
    overrides_a_denial,
    low_confidence,
    many_uncertainties,
    asks_a_question,
    names_missing_parameters,
    recommends_review,
)
AMOUNTS: tuple[_Look, ...] = (
    falls_into_a_tier,
    is_large,
    is_unclear,
    would_overflow_the_cap,
    is_small,
)
GRANTS: tuple[_Look, ...] = (is_confident, needs_nobody)
"""Each looks at one thing and may keep silent; of equals, the first gives the reason."""

_WITHOUT_AMOUNTS = (*DOUBTS, *GRANTS)
_ALL = (*DOUBTS, *AMOUNTS, *GRANTS)


def opinions_about(case: Case) -> list[Opinion]:
    """Hear everybody; when nobody speaks, a person looks."""
    heard = [*_of_the_manifest(case)]
    looks = _WITHOUT_AMOUNTS if case.amount is None else _ALL
    heard += [opinion for look in looks if (opinion := look(case)) is not None]
    heard.sort(key=_scrutiny, reverse=True)
    return heard or [a_person_looks(case)]


def _of_the_manifest(case: Case) -> Iterator[Opinion]:
    """Hear first what the administrator wrote for this action: it says most."""
    action = case.action
    if action.rules:
        yield from rules_that_hold(case)
    if action.required_checks:
        yield from checks_not_passed(case)
    if action.required_evidence:
        yield from evidence_missing(case)
    if action.window_limits:
        yield from limits_reached(case)


def _scrutiny(opinion: Opinion) -> int:
    return opinion.scrutiny
