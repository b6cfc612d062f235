"""A reminder in words: how much of which time has passed, until when it lasts, and who can act."""

from collections.abc import Iterator
from datetime import datetime

from pydantic import JsonValue

from blocks.types import Block
from blocks.wording.rich import moment, place, user, words
from blocks.wording.text import one_line
from manifests.vocabulary import ChannelId
from store.asking import slack_place
from store.effects import Event

_WHO = 300


def reminded(event: Event) -> str:
    """Say what is still waited for, and how much of the time for it has passed."""
    detail = event.detail
    share, wait = _share(detail.get("share")), str(detail.get("wait", ""))
    who = one_line(str(detail.get("who", "")), _WHO)
    passed = f"{share} of the time for it has passed."
    if wait.startswith("question:"):
        return f"Reminder: {who} has not answered yet; {passed}"
    if wait.startswith("takeover:"):
        return f"Reminder: {who} still has control; {passed}"
    nobody = "" if detail.get("users") else f" Nobody who may decide it is there now: {who}."
    return f"Reminder: it still waits for a decision; {passed}{nobody}"


def called(event: Event, channel: ChannelId | None) -> Iterator[Block]:
    """Say until when there is time; under one card alone whoever can act is named by account."""
    until, users, more = (event.detail.get(key) for key in ("until", "users", "more"))
    if isinstance(until, str):
        yield words(" There is time until ")
        yield moment(datetime.fromisoformat(until))
        yield words(".")
    if not isinstance(users, list) or not users:
        return
    where = event.detail.get("where")
    there = where if isinstance(where, dict) else {}
    here = [str(each) for each in users if there.get(str(each), channel) == channel]
    if not here:
        places = {str(each): slack_place(ChannelId(str(there[str(each)]))) for each in users}
        yield from _elsewhere({place for who, place in places.items() if place and place != who})
        return
    for each in here:
        yield words(" ")
        yield user(each)
    others = len(users) - len(here) + (more if isinstance(more, int) else 0)
    yield words(f" and {others} more can act." if others else " can act.")


def _elsewhere(channels: set[ChannelId]) -> Iterator[Block]:
    """Say where people are called; what is said to one person alone has no channel to name."""
    for number, channel in enumerate(sorted(channels)):
        yield words(", " if number else " Who can act is called in ")
        yield place(channel)
    if channels:
        yield words(".")


def _share(share: JsonValue) -> str:
    try:
        return f"{float(str(share)):.0%}"
    except ValueError:
        return "Some"
