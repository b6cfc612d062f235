"""Why reviewers reject and edit, in categories that reports can count."""

from enum import StrEnum


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


def in_words(category: StrEnum | str) -> str:
    """Write a category for a person."""
    return str(category).replace("_", " ").capitalize()
