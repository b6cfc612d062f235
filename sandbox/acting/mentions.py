"""What Slack makes of a name that somebody types: the id behind it."""

import re

from sandbox.live.people import Channel, Person
from sandbox.live.roster import Roster

_NAMED = re.compile(r"(?<![\w<|])([@#])([\w][\w.-]*)")


def mentioned(roster: Roster, words: str) -> str:
    """Turn every @handle and #channel that exists into the form in which an app gets it."""

    def escaped(found: re.Match[str]) -> str:
        sign, typed = found.groups()
        name = typed.rstrip(".-")
        known = _person(roster, name) if sign == "@" else _channel(roster, name)
        return f"<{sign}{known.id}|{name}>{typed[len(name) :]}" if known else found[0]

    return _NAMED.sub(escaped, words)


def _person(roster: Roster, handle: str) -> Person | None:
    """Find by handle, or by a first name that only one person has, as the list that opens would."""
    people = [one for one in roster.people.values() if not one.deleted]
    exact = [one for one in people if one.handle == handle]
    first = [one for one in people if one.name.split()[0].casefold() == handle.casefold()]
    return next((found[0] for found in (exact, first) if len(found) == 1), None)


def _channel(roster: Roster, name: str) -> Channel | None:
    return next((one for one in roster.channels.values() if one.name and one.name == name), None)
