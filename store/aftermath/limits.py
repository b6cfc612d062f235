"""Until when, and by whom, a granted decision may be used or stopped."""

from datetime import datetime

from manifests.vocabulary import AgentName, Mode, Oversight
from store.aftermath.records import Aftermath
from store.checkpoint import Approved, ApprovedWithEdits, AutoApproved, Checkpoint, Signature


def execute_before(checkpoint: Checkpoint) -> datetime | None:
    """Say until when a granted decision may be consumed."""
    match checkpoint.state:
        case Approved(at=at) | ApprovedWithEdits(at=at) | AutoApproved(at=at):
            return at + checkpoint.plan.execute_within
        case _:
            return None


def veto_until(checkpoint: Checkpoint) -> datetime | None:
    """Say until when people may veto; None for all that people released themselves."""
    plan, state = checkpoint.plan, checkpoint.state
    if not isinstance(state, AutoApproved) or plan.oversight is not Oversight.ON_THE_LOOP:
        return None
    return None if plan.veto_within is None else state.at + plan.veto_within


def executor_of(checkpoint: Checkpoint) -> AgentName | None:
    """Name the only program that may execute; None where a person does."""
    if checkpoint.plan.mode is Mode.SUGGEST:
        return None
    return checkpoint.plan.executed_by or checkpoint.parties.agent


def to_carry_out(checkpoint: Checkpoint) -> tuple[Signature, ...]:
    """Name those who said yes to a suggestion: one of them is waited for, as no program runs it."""
    state = checkpoint.state
    if checkpoint.plan.mode is Mode.SUGGEST and isinstance(state, Approved | ApprovedWithEdits):
        return tuple(each.by for each in state.sign_offs)
    return ()


def is_stopped(aftermath: Aftermath) -> bool:
    """Say whether it was taken back, before or after it ran, or can no longer run."""
    lapsed = aftermath.lapsed_at is not None
    return lapsed or bool(aftermath.recalled or aftermath.vetoed or aftermath.rollback)


def lapses_at(checkpoint: Checkpoint, aftermath: Aftermath) -> datetime | None:
    """Say when the clock must notice that a decision was not used in time."""
    used = aftermath.consumed is not None or is_stopped(aftermath)
    return None if used else execute_before(checkpoint)


def veto_closes_at(checkpoint: Checkpoint, aftermath: Aftermath) -> datetime | None:
    """Say when the clock must notice that nobody can veto any more."""
    over = aftermath.veto_closed_at is not None or is_stopped(aftermath)
    return None if over else veto_until(checkpoint)
