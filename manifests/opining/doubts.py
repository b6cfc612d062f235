"""Doubts about a proposal: what the agent says of itself, what customers ask, what came before."""

from manifests.conditions import HouseRule
from manifests.folding import mentioned, phrases_of
from manifests.opining.opinion import Case, Opinion
from manifests.proposed import ASKED_FOR_A_HUMAN
from manifests.vocabulary import Scrutiny


def blocked(case: Case) -> Opinion | None:
    """Refuse what the manifest forbids."""
    if case.action.blocked is None:
        return None
    because = f"The manifest blocks this: {case.action.blocked}"
    return Opinion(Scrutiny.BLOCK, HouseRule.BLOCK, because, path=case.written("block"))


def asks_for_a_human(case: Case) -> Opinion | None:
    """Honour a customer who wants a person, at once; no manifest can switch this off."""
    because = "The customer asked for a human, so a person takes over at once."
    if ASKED_FOR_A_HUMAN not in case.proposed.flags:
        request = case.texts.within("request", case.proposed)
        phrase = mentioned(phrases_of(case.human_words), request)
        if phrase is None:
            return None
        because = f"The request says “{phrase.strip()}”, so a person takes over at once."
    return Opinion(Scrutiny.ESCALATE, HouseRule.ASKED_FOR_A_HUMAN, because)


def is_paused(case: Case) -> Opinion | None:
    """Let nothing pass while an administrator paused it."""
    if case.told.paused is None:
        return None
    return Opinion(Scrutiny.REVIEW, HouseRule.PAUSED, f"This is paused: {case.told.paused}")


def repeats(case: Case) -> Opinion | None:
    """Never show what was rejected as something new."""
    repeat = case.told.repeat
    if repeat is None:
        return None
    path = case.written("alternatives")
    most = case.outline.alternatives
    if repeat.named and not repeat.same and repeat.number <= most:
        because = (
            f"This is alternative {repeat.number} of at most {most} to what was rejected before."
        )
        return Opinion(Scrutiny.REVIEW, HouseRule.REPEAT, because, path=path)
    if repeat.same:
        because = "This is once more what was rejected before."
    elif repeat.named:
        because = (
            f"This is alternative {repeat.number} to what was rejected before; "
            f"at most {most} are looked at as such."
        )
    else:
        because = "This asks for the same as what was rejected before."
    return Opinion(Scrutiny.ESCALATE, HouseRule.REPEAT, because, path=path)


def overrides_a_denial(case: Case) -> Opinion | None:
    """Put every override of a policy engine before people."""
    denial = case.proposed.denied_by
    if denial is None:
        return None
    because = f"{denial.engine} denied this; only people may override that, once."
    return Opinion(Scrutiny.REVIEW, HouseRule.OVERRIDE, because, path=case.written("override"))


def low_confidence(case: Case) -> Opinion | None:
    """Send straight up what the agent itself doubts."""
    confidence, limit = case.proposed.confidence, case.action.confidence.escalate_below
    if confidence is None or limit <= confidence <= 1:
        return None
    because = f"The agent's confidence is {share(confidence)}, below {share(limit)}."
    if not 0 <= confidence <= 1:
        because = "The agent's confidence is no number between 0 and 1."
    path = case.written("confidence", "escalate_below")
    return Opinion(Scrutiny.ESCALATE, HouseRule.ESCALATE_BELOW, because, path=path)


def share(number: float) -> str:
    """Write a share with two digits, or with all of them where two would round a limit away."""
    rounded = f"{number:.2f}"
    return rounded if float(rounded) == number else str(number)


def many_uncertainties(case: Case) -> Opinion | None:
    """Send straight up what the agent is unsure about in too many ways."""
    count = len(case.proposed.uncertainty_factors)
    most = case.action.confidence.uncertainty_factors_at_most
    if count <= most:
        return None
    because = f"The agent is unsure about {count} things; more than {most} escalate."
    path = case.written("confidence", "uncertainty_factors_at_most")
    return Opinion(Scrutiny.ESCALATE, HouseRule.UNCERTAINTY_FACTORS, because, path=path)


def asks_a_question(case: Case) -> Opinion | None:
    """Put questions before a person."""
    if case.proposed.question is None:
        return None
    because = "The agent asks a question, and only a person can answer it."
    return Opinion(Scrutiny.REVIEW, HouseRule.QUESTION, because)


def names_missing_parameters(case: Case) -> Opinion | None:
    """Let a person fill in what the agent could not."""
    if not case.proposed.missing:
        return None
    names = ", ".join(case.proposed.missing)
    because = f"The agent could not fill in: {names}."
    return Opinion(Scrutiny.REVIEW, HouseRule.MISSING, because)


def recommends_review(case: Case) -> Opinion | None:
    """Follow an agent that asks for a person."""
    if not case.proposed.recommended_review:
        return None
    because = "The agent itself asks for a person to look."
    return Opinion(Scrutiny.REVIEW, HouseRule.RECOMMENDED_REVIEW, because)
