"""One answer to every request about what follows a decision."""

from datetime import datetime

from store.aftermath.by_clock import close_veto, lapse
from store.aftermath.by_people import by_person
from store.aftermath.by_programs import by_program
from store.aftermath.records import Aftermath, Followed
from store.checkpoint import Checkpoint, is_granted
from store.commands import (
    AfterCommand,
    Consume,
    NoticeLapse,
    NoticeVetoWindow,
    ReportOutcome,
    ReportRollback,
)
from store.refusals import Reason, Refusal


def follow(
    checkpoint: Checkpoint, aftermath: Aftermath, command: AfterCommand, now: datetime
) -> Followed | Refusal:
    """Answer a request about what follows a decision."""
    if not is_granted(checkpoint.state):
        words = f"This proposal is {checkpoint.state.status.replace('_', ' ')}, not approved."
        return Refusal(Reason.NOT_GRANTED, words)
    match command:
        case Consume() | ReportOutcome() | ReportRollback():
            return by_program(checkpoint, aftermath, command, now)
        case NoticeLapse():
            return lapse(checkpoint, aftermath, now)
        case NoticeVetoWindow():
            return close_veto(checkpoint, aftermath, now)
        case _:
            return by_person(checkpoint, aftermath, command, now)
