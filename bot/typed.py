"""What a person types after /keyturn, and how it is answered once though it may come twice."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from blocks.types import Message
from manifests.vocabulary import ChannelId, UserId
from store.ports import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashRequest:
    """One slash command, parsed and not yet believed."""

    key: str
    """Tells this request from every other one, also when it is delivered twice."""
    user: UserId
    channel: ChannelId
    words: str
    """What follows the verb, without spaces around it."""


Handler = Callable[[SlashRequest], Awaitable[str | Message]]
"""Does what was asked, commits it, and gives what only this person sees: words, or blocks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One word that may follow /keyturn."""

    usage: str
    """How it is written, such as `pause [NAME] [because WHY]`."""
    does: str
    """What it does, as half a sentence."""
    handler: Handler
    tells_moments: bool = False
    """Its words are ours alone, so that the date marks in them may be drawn."""


def once(tx: Transaction, request: SlashRequest, act: Callable[[], str]) -> str:
    """Act and remember the answer in one transaction; a repetition gets the answer alone."""
    known = tx.clicks.answer_to(request.key)
    if known is not None:
        return known
    words = act()
    tx.clicks.remember(request.key, words)
    return words
