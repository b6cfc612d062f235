"""What must be there before anything passes: evidence, and checks that somebody ran."""

from collections.abc import Iterator

from manifests.conditions import Checked, Evidenced, HouseRule, OnFail
from manifests.opining.doubts import share
from manifests.opining.holding import supporting
from manifests.opining.opinion import Case, Opinion
from manifests.proposed import CheckRun
from manifests.vocabulary import Scrutiny

_SCRUTINIES = {
    OnFail.REVISE: Scrutiny.REVIEW,
    OnFail.REVIEW: Scrutiny.REVIEW,
    OnFail.ESCALATE: Scrutiny.ESCALATE,
    OnFail.BLOCK: Scrutiny.BLOCK,
}


def evidence_missing(case: Case) -> Iterator[Opinion]:
    """Ask the agent for evidence that must be there; what it answers, a person looks at."""
    shown = supporting(case.proposed)
    for index, wanted in enumerate(case.action.required_evidence):
        found = sum(each.kind == wanted.kind for each in shown)
        if found < wanted.at_least:
            yield Opinion(
                Scrutiny.REVIEW,
                HouseRule.REQUIRED_EVIDENCE,
                f"Evidence is missing: {_wanted(wanted)}; {found or 'none'} came with it.",
                ask=f"Please send what is missing: {_wanted(wanted)}.",
                path=case.written("required_evidence", index),
            )


def _wanted(wanted: Evidenced) -> str:
    return f"{wanted.kind} (at least {wanted.at_least})" if wanted.at_least > 1 else wanted.kind


def checks_not_passed(case: Case) -> Iterator[Opinion]:
    """Hold against a proposal every required check that did not pass, or was never run."""
    for index, wanted in enumerate(case.action.required_checks):
        because = _shortcoming(wanted, case)
        if because is not None:
            revise = wanted.on_fail is OnFail.REVISE
            yield Opinion(
                _SCRUTINIES[wanted.on_fail],
                HouseRule.REQUIRED_CHECK,
                because,
                ask=f"{because} Please send parameters that pass it." if revise else "",
                path=case.written("required_checks", index),
            )


def _shortcoming(wanted: Checked, case: Case) -> str | None:
    """Say what is wrong; one run that passed does not make up for another that did not."""
    name = f"The check “{wanted.name}”"
    named = [each for each in case.proposed.context.checks if each.name == wanted.name]
    runs = [each for each in named if wanted.source is None or each.source == wanted.source]
    if not runs:
        if named:
            return f"{name} was not run by {wanted.source}."
        return f"{name} was not run."
    if any(not each.passed for each in named):
        return f"{name} failed."
    if wanted.at_least is None:
        return None
    return next((low for each in runs if (low := _too_low(each, wanted.at_least, name))), None)


def _too_low(run: CheckRun, least: float, name: str) -> str | None:
    if run.score is None:
        return f"{name} came without a score, and needs {share(least)}."
    # Not `<`, which would let through what is no number.
    if run.score >= least:
        return None
    return f"{name} scored {share(run.score)}, below {share(least)}."
