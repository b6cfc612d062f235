"""Every happening in our own words, with the words of a person or an agent kept apart."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from blocks.categories import in_words
from blocks.telling.reminding import reminded
from blocks.wording.differences import differences
from blocks.wording.parties import role_in_words, runner
from blocks.wording.text import joined, one_line
from blocks.wording.veil import Veil
from manifests.vocabulary import RoleName
from store.checkpoint import THE_AGENT, Checkpoint
from store.effects import ActorKind, Event, Happening

_NAME = 60
_VALUE = 120
_REASON = 300
_MOST_CHANGES = 10
_COMMENT = {"changed": "changed a comment", "deleted": "deleted a comment"}


@dataclass(frozen=True, slots=True)
class Tale:
    """What happened, in our words, and what somebody said about it, in theirs."""

    words: str
    said: str = ""
    person: str = ""
    """Slack id of whom it is about, where our words do not name them."""
    left: str = ""
    """The state that somebody left for the agent to go on from, in their words."""
    by: str = ""
    """Slack id of the person whose name our words begin with."""
    name: str = ""
    """That name, as it was when it happened."""


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
    Happening.RELEASING: _Told(
        "Every seat is filled for revision {revision}. Until it reaches the agent, whoever "
        "approved can undo it."
    ),
    Happening.HELD: _Told("Held until there is room; its clock does not run.", "why"),
    Happening.UNHELD: _Told("It is before people now, and its clock runs."),
    Happening.REMINDED: _Told("{reminded}"),
    Happening.COMMENTED: _Told(
        "{who} {comment}; nothing is decided by it:", "text", in_thread=False
    ),
    Happening.REVISED: _Told("{who} made revision {revision}{category}: {changes}", "note"),
    Happening.ANSWERED: _Told("{who} answered the question{choice}.", "guidance"),
    Happening.REJECTED: _Told("{who} rejected it{category}{another_draft}.", "reason"),
    Happening.INFORMATION_REQUESTED: _Told(
        "{who} asked {asked}{category}; the clock waits.", "question"
    ),
    Happening.INFORMATION_PROVIDED: _Told("{answerer} answers (unverified):", "answer"),
    Happening.INFORMATION_LATE: _Told(
        "{Asked} did not answer in time; the review goes on without an answer."
    ),
    Happening.STOPPED_WAITING: _Told(
        "{who} no longer waits for an answer of {asked}; the clock runs again."
    ),
    Happening.ESCALATED: _Told("{escalation}", "reason"),
    Happening.STAYED_BLOCKED: _Told(
        "Nobody decided on any rung. It stays blocked until somebody does, and alerts repeat."
    ),
    Happening.EXPIRED: _Told(
        "Nobody decided in time, so nothing runs. Nobody rejected it either.", "why"
    ),
    Happening.WITHDRAWN: _Told("{who} took its proposal back. It says:", "reason"),
    Happening.TAKEN_OVER: _Told("{who} took over; the clock waits."),
    Happening.CONTROL_RETURNED: _Told("{who} returned control; the clock runs again.", "note"),
    Happening.TAKEOVER_ABANDONED: _Told(
        "{holder} did not return control in time; the review goes on, and its clock runs again."
    ),
    Happening.CONSUMED: _Told("{who} started to execute it."),
    Happening.EXECUTED: _Told("{who} reports that it was executed:", "detail"),
    Happening.FAILED: _Told("{who} reports that executing FAILED:", "detail"),
    Happening.RECALLED: _Told("{who} recalled the approval before it was used.", "reason"),
    Happening.LAPSED: _Told("The approval was not used in time and can no longer be used."),
    Happening.VETOED: _Told("{who} vetoed it.", "reason"),
    Happening.VETO_WINDOW_CLOSED: _Told("The time to veto it has passed.", in_thread=False),
    Happening.ROLLBACK_REQUESTED: _Told("{who} asked {runner} to undo it.", "reason"),
    Happening.ROLLBACK_DONE: _Told("{who} reports that it was undone:", "detail"),
    Happening.ROLLBACK_FAILED: _Told("{who} reports that undoing it FAILED:", "detail"),
    Happening.ASSIGNED: _Told("{turn}"),
    Happening.CLAIMED: _Told("{who} is on it: it is their turn as {seat}."),
    Happening.REASSIGNED: _Told("{who} {gave}: it is their turn as {seat}.", "note"),
    Happening.NOBODY_AVAILABLE: _Told(
        "Nobody who may decide it is there now. Anybody who may can still do it.", "why"
    ),
    Happening.TIGHTENED: _Told("The rules became stricter while this was open.", "demands"),
    Happening.WENT_AWAY: _Told("{who} is out of office.", in_thread=False),
    Happening.CAME_BACK: _Told("{who} is back.", in_thread=False),
    Happening.MANIFEST_CHANGED: _Told("Another manifest is in force.", in_thread=False),
    Happening.MANIFEST_BROKEN: _Told("A manifest could not be read.", "why", in_thread=False),
    Happening.CANDIDATE_DROPPED: _Told("A manifest was dropped.", "why", in_thread=False),
    Happening.PAUSED: _Told("{who} paused something.", "why", in_thread=False),
    Happening.RESUMED: _Told("Something was resumed.", in_thread=False),
    Happening.REFUSED: _Told("{who} was refused{refused}.", "words", in_thread=False),
    Happening.VIEW_OPENED: _Told("{who} opened a view.", in_thread=False),
    Happening.CLASSIFIED: _Told("{who} classified the action {action}.", "snippet"),
    Happening.CARD_UNDELIVERABLE: _Told("Slack did not take the card.", "why"),
    Happening.FILE_UNDELIVERABLE: _Told(
        "Slack did not take the whole text of revision {revision} as a file. "
        "The view that the card opens shows all of it, page by page.",
        "why",
    ),
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
    if not said and event.happening is Happening.ESCALATED and not _went_on(event):
        said = veil.over(_text(event.detail, "why"))
    words = entry.words.format_map(_Places(checkpoint, event, veil))
    left = veil.over(_text(event.detail, "continue_from"))
    by, name = event.actor.id, veil.over(_who(event))
    if event.actor.kind is not ActorKind.PERSON or not words.startswith(name):
        by = name = ""
    return Tale(words, said, _text(event.detail, "user"), left, by, name)


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
            case "runner":
                return runner(checkpoint)
            case "seat":
                return _seat(checkpoint, detail)
            case "asked":
                return one_line(_text(detail, "asked_name"), _NAME) or THE_AGENT.title
            case "Asked":
                return _capital(self["asked"])
            case "answerer":
                return _answerer(self.event)
            case "category":
                return _category(self.event)
            case "another_draft":
                return " and asked for another draft" if detail.get("wants_alternative") else ""
            case "choice":
                choice = _text(detail, "choice")
                return f" with “{one_line(choice, _VALUE)}”" if choice else ""
            case "changes":
                return _changes(checkpoint, detail.get("changes"), self.veil)
            case "escalation":
                return _escalation(checkpoint, self.event)
            case "reminded":
                return reminded(self.event)
            case "comment":
                return _COMMENT.get(_text(detail, "change"), "commented")
            case "turn":
                return _turn(checkpoint, detail.get("turns"))
            case "gave":
                return _gave(self.event)
            case "refused":
                return "" if _text(detail, "words") else f" ({_reason(detail)})"
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


def _answerer(event: Event) -> str:
    """Name whose answer it is; there is one agent, and systems have names."""
    if event.actor.kind is ActorKind.PERSON:
        return _who(event)
    system = event.detail.get("asked") == "system"
    return f"The system {one_line(event.actor.id, _NAME)}" if system else _capital(THE_AGENT.title)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _seat(checkpoint: Checkpoint, detail: Mapping[str, JsonValue]) -> str:
    """Name the role in which somebody acts, and the seat they fill where that is another's."""
    role = RoleName(_text(detail, "role")) or None
    return role_in_words(checkpoint.plan, RoleName(_text(detail, "seat")), role)


def _turn(checkpoint: Checkpoint, turns: JsonValue) -> str:
    """Say whose turn it is, with the seat where there are several."""
    found = [each for each in turns if isinstance(each, dict)] if isinstance(turns, list) else []
    if not found:
        return "It is nobody's turn: whoever may decide it can."
    several = len(checkpoint.plan.seats) > 1
    named = [
        one_line(_text(each, "name"), _NAME)
        + (f" as {_seat(checkpoint, each)}" if several or _stands_in(each) else "")
        for each in found
    ]
    return f"It is now the turn of {joined(named)}."


def _stands_in(turn: Mapping[str, JsonValue]) -> bool:
    return turn.get("role") not in (None, turn.get("seat"))


def _category(event: Event) -> str:
    category = _text(event.detail, "category")
    return f" ({in_words(one_line(category, _NAME)).lower()})" if category else ""


def _escalation(checkpoint: Checkpoint, event: Event) -> str:
    plan = checkpoint.plan
    below = event.detail.get("from_rung")
    rung = (below if isinstance(below, int) else 0) + 1
    called = plan.fallback_of(rung) if rung < len(plan.ladder) else ()
    who = joined([one_line(role.title, _NAME) for role in called]) or "the same people"
    match event.actor.kind:
        case ActorKind.PERSON:
            return f"{_who(event)} escalated it{_category(event)}: {who} may now decide too."
        case ActorKind.CLOCK:
            return f"Nobody decided in time: {who} may now decide too."
        case ActorKind.KEYTURN if _went_on(event):
            why = one_line(_text(event.detail, "why"), _REASON).rstrip(".")
            return f"{why}, so it went to {who}."
        case _:
            return f"It went straight up: {who} may decide too."


def _went_on(event: Event) -> bool:
    """Say whether it climbed because nobody of the rung was there; our words hold the reason."""
    return event.actor.kind is ActorKind.KEYTURN and "stood_on" in event.detail


def _gave(event: Event) -> str:
    """Say whose turn somebody made it, which may be their own."""
    if _text(event.detail, "to_user") == event.actor.id:
        return "took it"
    return f"gave it to {one_line(_text(event.detail, 'to'), _VALUE)}"


def _reason(detail: Mapping[str, JsonValue]) -> str:
    return one_line(_text(detail, "reason").replace("_", " "), _NAME)


def _changes(checkpoint: Checkpoint, changes: JsonValue, veil: Veil) -> str:
    """Tell old and new values as one sentence, the first few; a value may bring its full stop."""
    sides = changes if isinstance(changes, dict) else {}
    before, after = dict(checkpoint.revision.parameters), dict(checkpoint.revision.parameters)
    for name, pair in sides.items():
        old, new = (pair[0], pair[-1]) if isinstance(pair, list) and pair else (None, pair)
        for side, value in ((before, old), (after, new)):
            # An absent value is told as null.
            side.pop(name, None)
            if value is not None:
                side[name] = value
    schema = checkpoint.plan.schema
    rows = [each.row for each in differences(schema, before, after, veil, limit=_VALUE)]
    left = len(rows) - _MOST_CHANGES
    more = f"; and {left} more" if left > 0 else ""
    told = "; ".join(rows[:_MOST_CHANGES]) + more if rows else "nothing changed"
    return told if told.endswith((".", "!", "?")) else f"{told}."
