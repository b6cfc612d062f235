"""What follows a decision: consumed, executed, recalled, vetoed, undone. Never by reopening."""

from store.aftermath.by_clock import as_of
from store.aftermath.by_people import BY_HAND, classified_by, veto_objection
from store.aftermath.following import follow
from store.aftermath.limits import (
    execute_before,
    executor_of,
    lapses_at,
    to_carry_out,
    veto_closes_at,
    veto_until,
)
from store.aftermath.records import (
    NOTHING_YET,
    Aftermath,
    Consumption,
    Followed,
    Outcome,
    Recalled,
    Rollback,
    Vetoed,
)

__all__ = [
    "BY_HAND",
    "NOTHING_YET",
    "Aftermath",
    "Consumption",
    "Followed",
    "Outcome",
    "Recalled",
    "Rollback",
    "Vetoed",
    "as_of",
    "classified_by",
    "execute_before",
    "executor_of",
    "follow",
    "lapses_at",
    "to_carry_out",
    "veto_closes_at",
    "veto_objection",
    "veto_until",
]
