"""What people are told beside the cards: mentions in threads, direct messages, links."""

from collections.abc import Iterator
from typing import Any

from tests.scenarios.matter import Matter
from tests.scenarios.people import Seat
from tests.scenarios.proposals import Idea
from tests.scenarios.seeing import CHANNELS, Json, Shown


def a_renewal(**details: Any) -> Idea:
    """An engineer and a finance manager decide; reminders come after four and eight seconds."""
    parameters = {"licence": "Atlas", "card_number": "4111111111111111"}
    return Idea("renew_licence", parameters, "#sre-review", details)


def a_new_name() -> Idea:
    """Whoever is asked about it has two seconds."""
    return Idea("rename_host", {"host": "db-7"}, "#sre-review")


def elements(value: Any, kind: str) -> Iterator[Json]:
    """Find every element of a kind, in reading order."""
    if isinstance(value, list):
        for each in value:
            yield from elements(each, kind)
    elif isinstance(value, dict):
        if value.get("type") == kind:
            yield value
        for each in value.values():
            yield from elements(each, kind)


def lines_under(state: Json, matter: Matter, ts: str, words: str) -> list[Json]:
    """List the lines in the thread under a card that say something."""
    replies = state["threads"].get(CHANNELS[matter.channel], {}).get(ts, [])
    return [each for each in replies if Shown(each).says(words)]


async def line_under(matter: Matter, words: str) -> Json:
    """Wait for the line in the thread under a card that says this."""
    card = await matter.card()

    def found(state: Json) -> Json | None:
        return next(iter(lines_under(state, matter, card.ts, words)), None)

    return await matter.desk.workspace.until(found, f"“{words}” under {matter.id}")


def mentioned(message: Json) -> list[str]:
    """List whom a message mentions so that they hear of it."""
    return [each["user_id"] for each in elements(message["blocks"], "user")]


def links(message: Json) -> list[str]:
    """List where a message leads."""
    return [each["url"] for each in elements(message["blocks"], "link")]


def direct_messages(state: Json, seat: Seat) -> list[Json]:
    """List what the bot wrote to one person directly, oldest first."""
    channel = f"D{seat.user.removeprefix('U')}"
    return [each for each in state["messages"].get(channel, []) if each.get("bot_id")]


async def direct_message(seat: Seat, *words: str) -> Json:
    """Wait for a direct message that says all of this."""

    def found(state: Json) -> Json | None:
        told = (each for each in direct_messages(state, seat) if Shown(each).says(*words))
        return next(told, None)

    return await seat.workspace.until(found, f"“{words}” told to {seat.user}")
