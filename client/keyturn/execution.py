"""Execute what was approved, once, or undo it when asked, and tell people how it went."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from keyturn.decision import Decision, NothingToUndo
from keyturn.errors import GatewayUnreachable, KeyturnError, OutcomeUnreported
from keyturn.flow import Flow, Tempo
from keyturn.protocol import Report, report

LONGEST_DETAIL = 500


@dataclass(kw_only=True)
class Run:
    """One attempt to execute a decision; what stands in `detail` at the end is told to people."""

    proposal: str
    attempt: str
    parameters: Mapping[str, Any]
    execution_token: str | None = field(repr=False)
    detail: str | None = None


@dataclass(kw_only=True)
class Undoing:
    """Undoing what was executed; what stands in `detail` at the end is told to people."""

    proposal: str
    parameters: Mapping[str, Any]
    reason: str | None
    """Why people want it undone, in their words."""
    detail: str | None = None


def new_run(decision: Decision, attempt: str | None) -> Run:
    """Begin an attempt, under a name of its own where none is given."""
    return Run(
        proposal=decision.id,
        attempt=attempt or uuid4().hex,
        parameters=decision.parameters,
        execution_token=decision.execution_token,
    )


def new_undoing(decision: Decision) -> Undoing:
    """Begin to undo what people asked to be undone; raise `NothingToUndo` where nobody did."""
    asked = decision.after.rollback
    if asked is None or asked.state != "requested":
        raise NothingToUndo(decision)
    return Undoing(
        proposal=decision.id, parameters=decision.current_parameters, reason=asked.reason
    )


def conclude(run: Run, failure: BaseException | None, tempo: Tempo) -> Flow[None]:
    """Report how a run went."""
    outcome: Report = "executed" if failure is None else "failed"
    detail = run.detail if failure is None else _what_failed(failure)
    telling = report(run.proposal, outcome, detail, run.attempt, tempo)
    done = f"proposal {run.proposal} was executed (attempt {run.attempt})"
    yield from _tell(telling, done, failure)


def conclude_undoing(undoing: Undoing, failure: BaseException | None, tempo: Tempo) -> Flow[None]:
    """Report how undoing went."""
    outcome: Report = "rolled_back" if failure is None else "rollback_failed"
    detail = undoing.detail if failure is None else _what_failed(failure)
    telling = report(undoing.proposal, outcome, detail, None, tempo)
    yield from _tell(telling, f"proposal {undoing.proposal} was rolled back", failure)


def _tell(telling: Flow[Decision], done: str, failure: BaseException | None) -> Flow[None]:
    """Tell it; where it failed, its own error goes before one of telling."""
    try:
        yield from telling
    except KeyturnError as unreported:
        if failure is not None:
            failure.add_note(f"Keyturn was not told that this failed: {unreported}")
            return
        if isinstance(unreported, GatewayUnreachable):
            words = f"{done}, but could not be reported: {unreported}"
            raise OutcomeUnreported(words) from unreported
        raise


def _what_failed(failure: BaseException) -> str:
    return f"{type(failure).__name__}: {failure}"[:LONGEST_DETAIL]
