"""How an accepted change is written: one version further, with what happened and who did it."""

from dataclasses import replace
from datetime import datetime

from pydantic import JsonValue

from manifests.vocabulary import AgentName
from store.aftermath.records import Aftermath, Followed
from store.checkpoint import Signature
from store.effects import Actor, ActorKind, Event, Happening
from store.people import Person


def followed(
    after: Aftermath,
    happening: Happening,
    actor: Actor,
    now: datetime,
    detail: dict[str, JsonValue],
) -> Followed:
    """Accept a change that is told as one event."""
    event = Event(happening=happening, actor=actor, at=now, detail=detail)
    return Followed(replace(after, version=after.version + 1), (event,))


def program(name: AgentName) -> Actor:
    """Name an agent or an executor as who did it."""
    return Actor(ActorKind.AGENT, name)


def human(person: Person) -> Actor:
    """Name a person as who did it."""
    return Actor(ActorKind.PERSON, person.user, person.name)


def signature(person: Person, now: datetime) -> Signature:
    """Write down who did something, and when."""
    return Signature(user=person.user, person=person.id, name=person.name, at=now)
