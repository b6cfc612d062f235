"""What an agent can do with the gateway, each as one conversation."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from keyturn.decision import Decision, NotApproved, Question, Status, StillWaiting
from keyturn.errors import AlreadyClosed, Conflict, UnexpectedReply
from keyturn.flow import Answer, Ask, Exchanged, Flow, Pause, Request, Tempo, exchange
from keyturn.problems import accepted
from keyturn.proposal import Proposal
from keyturn.reading import read_decision

PROPOSALS = "/v1/proposals"
LONGEST_HOLD = 25
"""Seconds that one request waits at the gateway; proxies cut off what is silent for longer."""
GRACE_OF_A_HOLD = 15.0
GRACE_AT_THE_END = 2.0
SPIN_GUARD = 1.0

Report = Literal["executed", "failed", "rolled_back", "rollback_failed"]


@dataclass(frozen=True, slots=True)
class Page:
    """Some of an agent's proposals, newest first, and where the next page begins."""

    proposals: tuple[Decision, ...]
    next_cursor: str | None


def propose(sent: Proposal, tempo: Tempo) -> Flow[Decision]:
    """Put a proposal before people; the same key again gives the same proposal."""
    return (yield from _ask(Request("POST", PROPOSALS, body=sent.body), tempo))


def read(proposal: str, tempo: Tempo) -> Flow[Decision]:
    """Read how a proposal stands now."""
    return (yield from _ask(Request("GET", _path(proposal)), tempo))


def page(query: Mapping[str, str], tempo: Tempo) -> Flow[Page]:
    """Read one page of the agent's own proposals."""
    request = Request("GET", PROPOSALS, query=query)
    body = accepted((yield from exchange(request, tempo)).reply)
    if not isinstance(body, Mapping) or not isinstance(body.get("proposals"), list):
        raise UnexpectedReply(f"this is no page of proposals: {str(body)[:200]}")
    return Page(tuple(map(read_decision, body["proposals"])), body.get("next_cursor"))


def wait(
    proposal: str, known: Decision | None, timeout: float | None, tempo: Tempo
) -> Flow[Decision]:
    """Wait until the proposal is closed; silence raises `StillWaiting` and never approves."""
    until = _until(timeout, tempo)
    asked: set[str] = set()
    looked = False
    while True:
        question = known.question if known else None
        if known and question and question.asked.kind == "agent" and question.id not in asked:
            asked.add(question.id)
            known = yield from _pass_on(known, question, tempo)
        if known and known.closed:
            return known
        if looked and _is_past(until, tempo):
            raise StillWaiting(known, proposal)
        known = yield from _hold(proposal, known.version if known else 0, until, tempo)
        looked = True


def change(
    proposal: str, after_version: int, timeout: float | None, tempo: Tempo
) -> Flow[Decision]:
    """Wait for a version past the one known, also after closing: a recall, a rollback."""
    until = _until(timeout, tempo)
    while True:
        latest = yield from _hold(proposal, after_version, until, tempo)
        if latest.version > after_version:
            return latest
        if _is_past(until, tempo):
            raise StillWaiting(latest, proposal)


def final(known: Decision, timeout: float | None, tempo: Tempo) -> Flow[Decision]:
    """Wait while people may still veto; what cannot be vetoed is final already."""
    until = _until(timeout, tempo)
    while known.vetoable:
        latest = yield from _hold(known.id, known.version, until, tempo)
        if latest.vetoable and _is_past(until, tempo):
            raise StillWaiting(latest, known.id)
        known = latest
    return known


def answer(proposal: str, said: Answer, question: str | None, tempo: Tempo) -> Flow[Decision]:
    """Answer what a reviewer asked; changed parameters are a new revision."""
    body: dict[str, Any] = {"answer": said.text}
    if question is not None:
        body["question_id"] = question
    if said.parameters is not None:
        body["parameters"] = dict(said.parameters)
    request = Request("POST", f"{_path(proposal)}/answers", body=body)
    return (yield from _ask_once(request, proposal, tempo))


def withdraw(proposal: str, reason: str, tempo: Tempo) -> Flow[Decision]:
    """Take a proposal back before anybody has decided."""
    request = Request("POST", f"{_path(proposal)}/withdraw", body={"reason": reason})
    latest = yield from _ask_once(request, proposal, tempo)
    if latest.status != Status.WITHDRAWN:
        raise AlreadyClosed(
            type="urn:keyturn:problem:already-closed",
            title=f"Proposal {proposal} is {latest.status.replace('_', ' ')} already",
            status=409,
        )
    return latest


def consume(decision: Decision, attempt: str, tempo: Tempo) -> Flow[Decision]:
    """Claim the one right to execute; the same attempt may claim it again."""
    if not decision.approved:
        raise NotApproved(decision)
    body = {
        "attempt": attempt,
        "digest": decision.digest,
        "execution_token": decision.execution_token,
    }
    latest = yield from _ask(Request("POST", f"{_path(decision.id)}/consume", body=body), tempo)
    claimed = latest.after.consumed
    if claimed is None or claimed.attempt != attempt or latest.digest != decision.digest:
        raise UnexpectedReply(f"the gateway did not confirm attempt {attempt} at {decision.id}")
    return latest


def report(
    proposal: str, outcome: Report, detail: str | None, attempt: str | None, tempo: Tempo
) -> Flow[Decision]:
    """Tell people how executing, or undoing, went."""
    said = {"outcome": outcome, "detail": detail, "attempt": attempt}
    body = {name: value for name, value in said.items() if value is not None}
    return (yield from _ask(Request("POST", f"{_path(proposal)}/outcome", body=body), tempo))


def _hold(proposal: str, version: int, until: float | None, tempo: Tempo) -> Flow[Decision]:
    """Let the gateway hold one request until something changes, or the time is up."""
    began = tempo.clock()
    left = math.inf if until is None else until - began
    seconds = int(max(0, min(LONGEST_HOLD, left)))
    if 0 < left < 1:
        yield Pause(left)
    query = {"wait": str(seconds), "after_version": str(version)}
    # A gateway that neither answers nor hangs up must not hold us much longer than we were given.
    timeout = min(seconds + GRACE_OF_A_HOLD, left + GRACE_AT_THE_END)
    request = Request("GET", _path(proposal), query, timeout=timeout)
    latest = _decided((yield from exchange(request, tempo, until)))
    if latest.version <= version and seconds > SPIN_GUARD > tempo.clock() - began:
        yield Pause(SPIN_GUARD)  # the gateway did not wait, so we must
    return latest


def _pass_on(known: Decision, question: Question, tempo: Tempo) -> Flow[Decision]:
    said = yield Ask(question)
    if not isinstance(said, Answer):
        return known
    try:
        return (yield from answer(known.id, said, question.id, tempo))
    except Conflict:  # decided, or asked anew, while the agent was thinking
        return (yield from read(known.id, tempo))


def _ask(request: Request, tempo: Tempo) -> Flow[Decision]:
    return _decided((yield from exchange(request, tempo)))


def _ask_once(request: Request, proposal: str, tempo: Tempo) -> Flow[Decision]:
    """Send what the gateway takes once: a conflict after a lost reply may be our own doing."""
    exchanged = yield from exchange(request, tempo)
    try:
        return _decided(exchanged)
    except Conflict:
        if not exchanged.repeated:
            raise
        return (yield from read(proposal, tempo))


def _decided(exchanged: Exchanged) -> Decision:
    return read_decision(accepted(exchanged.reply))


def _until(timeout: float | None, tempo: Tempo) -> float | None:
    return None if timeout is None else tempo.clock() + timeout


def _is_past(until: float | None, tempo: Tempo) -> bool:
    return until is not None and tempo.clock() >= until


def _path(proposal: str) -> str:
    return f"{PROPOSALS}/{quote(proposal, safe='')}"
