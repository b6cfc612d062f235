"""Execute what was approved, once, and tell people how it went."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from keyturn.decision import Decision
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


def new_run(decision: Decision, attempt: str | None) -> Run:
    """Begin an attempt, under a name of its own where none is given."""
    return Run(
        proposal=decision.id,
        attempt=attempt or uuid4().hex,
        parameters=decision.parameters,
        execution_token=decision.execution_token,
    )


def conclude(run: Run, failure: BaseException | None, tempo: Tempo) -> Flow[None]:
    """Report how a run went; where it failed, its own error goes before one of reporting it."""
    outcome: Report = "executed" if failure is None else "failed"
    detail = run.detail if failure is None else _what_failed(failure)
    try:
        yield from report(run.proposal, outcome, detail, run.attempt, tempo)
    except KeyturnError as unreported:
        if failure is not None:
            failure.add_note(f"Keyturn was not told that this failed: {unreported}")
            return
        if isinstance(unreported, GatewayUnreachable):
            raise OutcomeUnreported(
                f"proposal {run.proposal} was executed (attempt {run.attempt}), "
                f"but could not be reported: {unreported}"
            ) from unreported
        raise


def _what_failed(failure: BaseException) -> str:
    return f"{type(failure).__name__}: {failure}"[:LONGEST_DETAIL]
