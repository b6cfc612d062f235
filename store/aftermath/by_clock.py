"""What the clock notices after a decision; it never changes the decision."""

from dataclasses import replace
from datetime import datetime

from store.aftermath.limits import lapses_at, veto_closes_at
from store.aftermath.recording import followed
from store.aftermath.records import Aftermath, Followed
from store.checkpoint import Checkpoint
from store.effects import CLOCK, Happening
from store.refusals import Reason, Refusal


def lapse(checkpoint: Checkpoint, aftermath: Aftermath, now: datetime) -> Followed | Refusal:
    """Let an approval that was not used in time be of no use."""
    limit = lapses_at(checkpoint, aftermath)
    if limit is None or now < limit:
        return Refusal(Reason.NOT_DUE, "This approval has not lapsed.")
    return followed(replace(aftermath, lapsed_at=now), Happening.LAPSED, CLOCK, now, {})


def close_veto(checkpoint: Checkpoint, aftermath: Aftermath, now: datetime) -> Followed | Refusal:
    """Write down that the time to veto has passed, so that the card and the agent say so."""
    limit = veto_closes_at(checkpoint, aftermath)
    if limit is None or now < limit:
        return Refusal(Reason.NOT_DUE, "The time to veto this has not passed.")
    closed = replace(aftermath, veto_closed_at=now)
    return followed(closed, Happening.VETO_WINDOW_CLOSED, CLOCK, now, {})


def as_of(checkpoint: Checkpoint, aftermath: Aftermath, now: datetime) -> Aftermath:
    """Give what the clock would notice now, for whoever draws it before the clock looks."""
    closes, lapses = veto_closes_at(checkpoint, aftermath), lapses_at(checkpoint, aftermath)
    if closes is not None and closes <= now and (lapses is None or closes <= lapses):
        aftermath = replace(aftermath, veto_closed_at=closes)
    if lapses is not None and lapses <= now:
        aftermath = replace(aftermath, lapsed_at=lapses)
    return aftermath
