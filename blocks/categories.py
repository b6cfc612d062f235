"""Why reviewers reject, edit, ask and escalate, in categories that reports can count."""

from enum import StrEnum
from typing import Final


class RejectCategory(StrEnum):
    """Why a proposal was turned down."""

    WRONG_FACTS = "wrong_facts"
    AGAINST_POLICY = "against_policy"
    TOO_RISKY = "too_risky"
    NOT_NEEDED = "not_needed"
    DUPLICATE = "duplicate"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"
    OTHER = "other"


class EditCategory(StrEnum):
    """Why a reviewer changed parameters."""

    WRONG_AMOUNT = "wrong_amount"
    WRONG_TARGET = "wrong_target"
    WRONG_DETAIL = "wrong_detail"
    AGAINST_POLICY = "against_policy"
    WORDING = "wording"
    MISSING_DETAIL = "missing_detail"
    OTHER = "other"


class QuestionCategory(StrEnum):
    """What a reviewer wants to know before deciding."""

    REASON = "reason"
    EVIDENCE = "evidence"
    SCOPE = "scope"
    CONSEQUENCES = "consequences"
    ALTERNATIVES = "alternatives"
    CONTRADICTION = "contradiction"
    OTHER = "other"


REGENERATE: Final = "regenerate"
"""The category of asking the agent to make one step of its plan anew; no form offers it."""


class EscalateCategory(StrEnum):
    """Why a reviewer hands a decision on to the next level."""

    BEYOND_MY_AUTHORITY = "beyond_my_authority"
    NEEDS_EXPERTISE = "needs_expertise"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    UNUSUAL = "unusual"
    HIGH_STAKES = "high_stakes"
    WE_DISAGREE = "we_disagree"
    OTHER = "other"


def in_words(category: StrEnum | str) -> str:
    """Write a category for a person."""
    return str(category).replace("_", " ").capitalize()
