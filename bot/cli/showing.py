"""Decisions for a terminal: in lines for people, as JSON for programs."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from keyturn import Decision, Page


def as_json(decision: Decision) -> dict[str, Any]:
    """Give a decision in plain values."""
    names = (name for name in Decision.__dataclass_fields__)
    plain = {name: getattr(decision, name) for name in names if name != "current_parameters"}
    plain["parameters"] = dict(decision.current_parameters)
    told: dict[str, Any] = json.loads(json.dumps(plain, default=_plain))
    return told


def decision_in_lines(decision: Decision) -> Iterator[str]:
    """Say how a proposal stands."""
    yield f"{decision.id}  {decision.status.replace('_', ' ')}  {decision.action}"
    yield f"  revision {decision.revision}, {decision.digest}"
    for name, value in decision.current_parameters.items():
        yield f"  {name}: {visible(json.dumps(value, ensure_ascii=False))}"
    for reviewer in decision.decided_by:
        role = f" ({reviewer.role})" if reviewer.role else ""
        yield f"  by {visible(reviewer.name or reviewer.user)}{role}"
    told = {
        "reason": decision.reason,
        "note": decision.note,
        "guidance": decision.guidance,
        "asked": decision.question.text if decision.question else None,
        "waits until": _when(decision.deadline),
        "run it before": _when(decision.execute_before),
    }
    yield from (f"  {name}: {visible(value)}" for name, value in told.items() if value)
    yield from _after(decision)


def page_in_lines(page: Page) -> Iterator[str]:
    """List proposals, one a line."""
    if not page.proposals:
        yield "There are none."
    for each in page.proposals:
        until = f"  until {_when(each.deadline)}" if each.deadline else ""
        yield f"{each.id}  {each.status.replace('_', ' '):<20} {each.action}{until}"
    if page.next_cursor:
        yield f"More: --cursor {page.next_cursor}"


def _after(decision: Decision) -> Iterator[str]:
    after = decision.after
    if after.consumed:
        yield f"  consumed by attempt {visible(after.consumed.attempt)}"
    if after.outcome:
        yield f"  {after.outcome.outcome}: {visible(after.outcome.detail or '')}".rstrip(": ")
    if after.recalled:
        yield f"  recalled: {visible(after.recalled.reason or '')}".rstrip(": ")
    if after.rollback:
        yield f"  rollback {after.rollback.state}"


def visible(text: str) -> str:
    """Write out what a terminal would obey or hide instead of showing it."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def _when(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return asdict(value)  # type: ignore[call-overload]  # only dataclasses are left
