"""Every happening in our own words, with the words of a person or an agent kept apart."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from blocks.categories import in_words
from blocks.text import joined, one_line
from blocks.values import label_of, shortened, value_text
from blocks.veil import Veil
from manifests.vocabulary import RoleName
from store.checkpoint import Checkpoint
from store.effects import ActorKind, Event, Happening

_NAME = 60
_VALUE = 120
_MOST_CHANGES = 10


@dataclass(frozen=True, slots=True)
class Tale:
    """What happened, in our words, and what somebody said about it, in theirs."""

    words: str
    said: str = ""
    person: str = ""
    """Slack id of whom it is about, where our words do not name them."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A sentence of ours with places to fill in, and the detail that holds somebody's words."""

    words: str
    said: str = ""
    in_thread: bool = True


_TABLE: Mapping[Happening, _Told] = {
    Happening.PROPOSED: _Told("{who} proposed {action}.", in_thread=False),
    Happening.AUTO_APPROVED: _Told("Rule {rule} allowed it without a person.", "why"),
    Happening.BLOCKED: _Told("Rule {rule} blocked it.", "why"),
    Happening.SIGNED_OFF: _Told("{who} approved as {seat} ({filled} of {wanted}).", "note"),
    Happening.SIGN_OFF_WITHDRAWN: _Told("{who} took their approval back."),
    Happening.SIGN_OFF_VOIDED: _Told("An approval as {seat} no longer counts.", "why"),
    Happening.APPROVED: _Told("Approved: every seat is filled for revision {revision}."),
    Happening.REVISED: _Told("{who} made revision {revision}{category}: {changes}.", "note"),
    Happening.ANSWERED: _Told("{who} answered the question{choice}.", "guidance"),
    Happening.REJECTED: _Told("{who} rejected it{category}.", "reason"),
    Happening.INFORMATION_REQUESTED: _Told("{who} asked the agent; the clock waits.", "question"),
    Happening.INFORMATION_PROVIDED: _Told("The agent answers (unverified):", "answer"),
    Happening.INFORMATION_LATE: _Told(
        "The agent did not answer in time; the review goes on without its answer."
    ),
    Happening.ESCALATED: _Told("{escalation}", "reason"),
    Happening.STAYED_BLOCKED: _Told(
        "Nobody decided on any rung. It stays blocked until somebody does, and alerts repeat."
    ),
    Happening.EXPIRED: _Told("Nobody decided in time, so nothing runs. Nobody rejected it either."),
    Happening.WITHDRAWN: _Told("{who} took its proposal back. It says:", "reason"),
    Happening.TAKEN_OVER: _Told("{who} took control; the clock waits."),
    Happening.CONTROL_RETURNED: _Told("{who} returned control; the clock runs again.", "note"),
    Happening.TAKEOVER_ABANDONED: _Told(
        "Control was not returned in time; the review goes on, and its clock runs again."
    ),
    Happening.CONSUMED: _Told("{who} started to execute it."),
    Happening.EXECUTED: _Told("{who} reports that it was executed:", "detail"),
    Happening.FAILED: _Told("{who} reports that executing FAILED:", "detail"),
    Happening.RECALLED: _Told("{who} recalled the approval before it was used.", "reason"),
    Happening.LAPSED: _Told("The approval was not used in time and can no longer be used."),
    Happening.ROLLBACK_REQUESTED: _Told("{who} asked the agent to undo it.", "reason"),
    Happening.ROLLBACK_DONE: _Told("{who} reports that it was undone:", "detail"),
    Happening.ROLLBACK_FAILED: _Told("{who} reports that undoing it FAILED:", "detail"),
    Happening.REFUSED: _Told("{who} was refused ({refused}).", "words", in_thread=False),
    Happening.VIEW_OPENED: _Told("{who} opened a view.", in_thread=False),
    Happening.CLASSIFIED: _Told("{who} classified the action {action}.", "snippet"),
    Happening.CARD_UNDELIVERABLE: _Told("Slack did not take the card.", "why"),
    Happening.CALLBACK_UNDELIVERABLE: _Told(
        "The agent could not be told at {host}; it may not know how the proposal stands.", "why"
    ),
}


def is_told_in_thread(event: Event) -> bool:
    """Say whether a happening has a line in the thread."""
    return _TABLE[event.happening].in_thread


def told(checkpoint: Checkpoint, event: Event, veil: Veil) -> Tale:
    """Tell one event."""
    entry = _TABLE[event.happening]
    said = veil.over(_text(event.detail, entry.said))
    if not said and event.happening is Happening.ESCALATED:
        said = veil.over(_text(event.detail, "why"))
    words = entry.words.format_map(_Places(checkpoint, event, veil))
    return Tale(words, said, _text(event.detail, "user"))


class _Places(dict[str, str]):
    """Fills a sentence's places from an event, each made safe for one line."""

    __slots__ = ("checkpoint", "event", "veil")

    def __init__(self, checkpoint: Checkpoint, event: Event, veil: Veil) -> None:
        super().__init__()
        self.checkpoint, self.event, self.veil = checkpoint, event, veil

    def __missing__(self, place: str) -> str:
        return self.veil.over(self._filled(place))

    def _filled(self, place: str) -> str:
        checkpoint, detail = self.checkpoint, self.event.detail
        match place:
            case "who":
                return _who(self.event)
            case "action":
                return one_line(checkpoint.proposal.action, _NAME)
            case "seat":
                return _seat(checkpoint, _text(detail, "seat"))
            case "category":
                category = _text(detail, "category")
                return f" ({in_words(one_line(category, _NAME)).lower()})" if category else ""
            case "choice":
                choice = _text(detail, "choice")
                return f" with “{one_line(choice, _VALUE)}”" if choice else ""
            case "changes":
                return _changes(checkpoint, detail.get("changes"), self.veil)
            case "escalation":
                return _escalation(checkpoint, self.event)
            case "refused":
                return one_line(_text(detail, "reason").replace("_", " "), _NAME)
            case _:
                return one_line(self.veil.over(_text(detail, place)), _VALUE)


def _text(detail: Mapping[str, JsonValue], key: str) -> str:
    value = detail.get(key) if key else None
    return value if isinstance(value, str) else "" if value is None else str(value)


def _who(event: Event) -> str:
    actor = event.actor
    match actor.kind:
        case ActorKind.PERSON:
            return one_line(actor.name or actor.id, _NAME)
        case ActorKind.AGENT:
            return f"The agent {one_line(actor.id, _NAME)}"
        case ActorKind.CLOCK:
            return "The clock"
        case ActorKind.KEYTURN:
            return "Keyturn"


def _seat(checkpoint: Checkpoint, name: str) -> str:
    titles = {seat.name: seat.title for seat in checkpoint.plan.seats}
    return one_line(titles.get(RoleName(name), name), _NAME)


def _escalation(checkpoint: Checkpoint, event: Event) -> str:
    plan = checkpoint.plan
    below = event.detail.get("from_rung")
    rung = (below if isinstance(below, int) else 0) + 1
    called = plan.fallback_of(rung) if rung < len(plan.ladder) else ()
    who = joined([one_line(role.title, _NAME) for role in called]) or "the same people"
    match event.actor.kind:
        case ActorKind.PERSON:
            return f"{_who(event)} escalated it: {who} may now decide too."
        case ActorKind.CLOCK:
            return f"Nobody decided in time: {who} may now decide too."
        case _:
            return f"It went straight up: {who} may decide too."


def _changes(checkpoint: Checkpoint, changes: JsonValue, veil: Veil) -> str:
    if not isinstance(changes, dict) or not changes:
        return "nothing changed"
    rows = [
        _change(checkpoint, name, sides, veil)
        for name, sides in list(changes.items())[:_MOST_CHANGES]
    ]
    left = len(changes) - len(rows)
    return "; ".join(rows) + (f"; and {left} more" if left else "")


def _change(checkpoint: Checkpoint, name: str, sides: JsonValue, veil: Veil) -> str:
    parameter = checkpoint.plan.schema.named(name)
    all_ = checkpoint.revision.parameters
    both = sides if isinstance(sides, list) else [sides]
    shown = [
        "(none)"
        if side is None
        else shortened(value_text(parameter, side, all_, veil), _VALUE, 1).text
        for side in both
    ]
    return f"{one_line(label_of(parameter, name), _NAME)} {' → '.join(shown)}"
