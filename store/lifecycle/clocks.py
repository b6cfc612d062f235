"""How long things may take: rungs in working hours, lives and questions in hours of every kind."""

from datetime import datetime, timedelta

from manifests.calendars import deadline_after
from manifests.plan import ReviewPlan
from manifests.vocabulary import WhenSilent
from store.checkpoint import Checkpoint

_NO_TIME = timedelta(0)


def rung_ends_at(plan: ReviewPlan, rung: int, now: datetime) -> datetime:
    """Say when a rung that is reached now has had its time; nights off do not count."""
    return deadline_after(plan.hours, now, plan.ladder[rung].sla)


def life_ends_at(checkpoint: Checkpoint) -> datetime | None:
    """Say when an open proposal expires, however often its clock was stopped.

    What stays blocked in silence has no such end: only a person closes it, or its agent.
    """
    if checkpoint.plan.when_silent is WhenSilent.STAY_BLOCKED:
        return None
    return checkpoint.created_at + checkpoint.plan.max_life


def may_be_asked_more(checkpoint: Checkpoint) -> bool:
    """Say whether a reviewer may stop the clock once more: by rounds, and by time."""
    most = checkpoint.plan.information.rounds
    return checkpoint.rounds < most and may_pause_for(checkpoint) > _NO_TIME


def may_pause_for(checkpoint: Checkpoint) -> timedelta:
    """Say how long the next question may stop the clock: all questions share one allowance."""
    limits = checkpoint.plan.information
    left = limits.total_pause
    for exchange in checkpoint.exchanges:
        granted = min(limits.answer_within, left)
        stopped = exchange.stopped_by.at if exchange.stopped_by is not None else None
        # An answer that came late stopped the clock no longer than it was allowed to.
        for ended in (exchange.answered_at, stopped):
            if ended is not None:
                granted = min(granted, ended - exchange.asker.at)
        left -= max(granted, _NO_TIME)
    return min(limits.answer_within, left)
