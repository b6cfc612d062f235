"""Events as JSON and back: in audit lines and in the outbox they are data."""

from datetime import datetime

from pydantic import JsonValue, TypeAdapter

from store.effects import Event

_EVENT = TypeAdapter(Event)


def as_json(event: Event) -> dict[str, JsonValue]:
    """Write an event as plain JSON values."""
    return {
        "happening": event.happening.value,
        "actor": {"kind": event.actor.kind.value, "id": event.actor.id, "name": event.actor.name},
        "at": event.at.isoformat(),
        "detail": event.detail,
    }


def from_json(value: dict[str, JsonValue]) -> Event:
    """Read an event back."""
    return _EVENT.validate_python({**value, "at": datetime.fromisoformat(str(value["at"]))})
