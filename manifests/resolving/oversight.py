"""Where people stand: the defaults by severity and reversibility, and what may be written instead.

Low and reversible runs by itself, low and irreversible runs and is told to people, medium and
worse waits for a person. An action of high severity that can be undone might run under people's
eyes; here it waits for them too, the stricter of two schools, unless a tested rollback is written.
"""

from collections.abc import Iterator

from manifests.codes import Code
from manifests.document import ActionPart
from manifests.resolving.calendars import refuse_odd_year
from manifests.resolving.findings import Findings, Path
from manifests.vocabulary import Mode, Oversight, Severity

_ASKS = Oversight.IN_THE_LOOP
_HIGH = Severity.HIGH

Objection = tuple[str, str]
"""What is wrong, and what to do."""


def oversight_of(part: ActionPart, path: Path, findings: Findings) -> Oversight:
    """Say where people stand when no condition asks for more."""
    _look_at_rollback(part, path, findings)
    if part.oversight is None:
        chosen = _unwritten(part)
        _refuse_idle_veto(part, chosen, path, findings)
        if part.approval_required is False and chosen is _ASKS:
            _warn_of_the_person(part, path, findings)
        return chosen
    written = part.oversight
    here = (*path, "oversight")
    for code, (message, hint) in _objections(part, written):
        findings.mistake(here, code, message, hint)
    _refuse_idle_veto(part, written, path, findings)
    return written


def _unwritten(part: ActionPart) -> Oversight:
    """Choose for an action that does not say; limits that spare a person mean that one is asked."""
    free = _by_quadrant(part)
    if part.approval_required or _spares_somebody(part) or part.mode is Mode.SUGGEST:
        return _ASKS
    if part.approval_required is False and part.severity is Severity.MEDIUM and part.reversible:
        return Oversight.AUTONOMOUS
    return free


def _by_quadrant(part: ActionPart) -> Oversight:
    if part.severity is not Severity.LOW:
        return _ASKS
    return Oversight.AUTONOMOUS if part.reversible else Oversight.LOG_AND_ALERT


def _spares_somebody(part: ActionPart) -> bool:
    limits = part.conditions
    below = limits and (limits.auto_approve_below or limits.auto_approve_below_usd)
    return below is not None or part.confidence.auto_approve_above is not None


def _objections(part: ActionPart, written: Oversight) -> Iterator[tuple[Code, Objection]]:
    asks = written is _ASKS
    if part.approval_required is not None and part.approval_required is not asks:
        word = str(part.approval_required).lower()
        message = f"“oversight: {written}” and “approval_required: {word}” contradict each other."
        yield Code.CONTRADICTION, (message, "Keep one of them; oversight says more.")
    if not asks and _spares_somebody(part):
        message = f"With “oversight: {written}” there is no review for a limit to spare."
        yield Code.CONTRADICTION, (message, "Write oversight: in_the_loop, or remove the limit.")
    if not asks and part.mode is Mode.SUGGEST:
        message = "What is only suggested is carried out by a person, so a person must see it."
        yield Code.CONTRADICTION, (message, "Write oversight: in_the_loop, or mode: execute.")
    if not asks:
        yield from ((Code.UNSAFE_OVERSIGHT, each) for each in _dangers(part, written))


def _dangers(part: ActionPart, written: Oversight) -> Iterator[Objection]:
    """Say why an action of this kind may not run before a person has looked."""
    wait = "Write oversight: in_the_loop."
    if part.severity is Severity.CRITICAL:
        yield "What is critical stays blocked until a person has looked.", wait
    elif part.severity is _HIGH and not part.reversible:
        yield "What is of high severity and cannot be undone waits for a person.", wait
    elif part.severity is _HIGH and written is not Oversight.ON_THE_LOOP:
        message = f"“{written}” is only for less than high severity."
        yield message, f"{wait[:-1]}, or on_the_loop with a rollback that was tried out."
    elif not part.reversible and part.severity is Severity.MEDIUM:
        yield "What cannot be undone runs by itself only if its severity is low.", wait
    elif written is Oversight.AUTONOMOUS and not part.reversible:
        message = "What cannot be undone is at least told to people."
        yield message, "Write oversight: log_and_alert, or in_the_loop."
    elif written is Oversight.ON_THE_LOOP and not part.reversible:
        message = "A veto would come too late: this cannot be undone."
        yield message, wait
    elif written is Oversight.ON_THE_LOOP and part.rollback is None:
        message = "A veto must be able to undo it, but nothing says how."
        yield message, 'Write rollback: {how: "...", tested_on: "2026-11-21"}.'


def _warn_of_the_person(part: ActionPart, path: Path, findings: Findings) -> None:
    why = f"this is of {part.severity} severity"
    if part.mode is Mode.SUGGEST:
        why = "a person carries it out"
    elif not part.reversible:
        why = f"this cannot be undone (severity {part.severity})"
    findings.warning(
        (*path, "approval_required"), Code.UNSAFE_GRANT, f"A person is asked all the same: {why}.",
        "Only amounts under a cap pass by themselves then: see auto_approve_below.",
    )  # fmt: skip


def look_at_mode(part: ActionPart, path: Path, findings: Findings) -> None:
    """Refuse suggestions that nobody would see, or that a program should carry out."""
    if part.mode is not Mode.SUGGEST:
        return
    if _spares_somebody(part):
        message = "What is only suggested is carried out by a person, so a person must see it."
        hint = "Remove the limit below which nobody looks, or write mode: execute."
        findings.mistake_in_key((*path, "mode"), Code.CONTRADICTION, message, hint)
    if part.executed_by is not None:
        message = f"A person carries out what is suggested, so “{part.executed_by}” never could."
        hint = "Remove executed_by, or write mode: execute."
        findings.mistake_in_key((*path, "executed_by"), Code.CONTRADICTION, message, hint)


def _look_at_rollback(part: ActionPart, path: Path, findings: Findings) -> None:
    if part.rollback is None:
        return
    refuse_odd_year(part.rollback.tested_on, (*path, "rollback", "tested_on"), findings)
    if not part.reversible:
        findings.mistake_in_key(
            (*path, "rollback"), Code.CONTRADICTION,
            "“reversible: false” leaves no way to roll back.",
            "Write reversible: true if it can be undone, or leave the rollback out.",
        )  # fmt: skip


def _refuse_idle_veto(part: ActionPart, chosen: Oversight, path: Path, findings: Findings) -> None:
    if part.veto_within is not None and chosen is not Oversight.ON_THE_LOOP:
        findings.mistake_in_key(
            (*path, "veto_within"), Code.MISFIT,
            f"With “oversight: {chosen}” nothing can be vetoed.",
            "Write oversight: on_the_loop, or remove this.",
        )  # fmt: skip
