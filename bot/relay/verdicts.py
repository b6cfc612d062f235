"""What came of an errand."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot.messenger import Hindered, Messenger, Permanent, Retryable, Search, Uncertain, Undelivered
from store.ports import Outgoing

MISSING = "unknown_method"
"""What a workspace answers that has no such thing; waiting does not help."""
SETTLING = 2.0
"""Seconds until something that may have arrived can be found in a channel's history."""
BACKOFF = (1.0, 2.0, 5.0, 15.0, 60.0)
SLOW = (2.0, 5.0, 15.0, 60.0, 300.0)
"""Seconds between the tries of one errand that fails for a reason of its own."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Done:
    """It is so now, or it need not be any more."""


@dataclass(frozen=True, slots=True)
class Later:
    """Try this one again; others in the lane may go first."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Halt:
    """Nothing in this lane can go for a while."""

    seconds: float


DONE = Done()
Verdict = Done | Later | Halt
Carrier = Callable[[Outgoing], Awaitable[Verdict]]


async def arrived(messenger: Messenger, search: Search) -> tuple[str, ...]:
    """List what arrived of an earlier attempt, where the workspace lets us look.

    Posting does not need what searching needs, so a search that fails pauses no lane; where it is
    refused, a second message is the lesser evil than none.
    """
    try:
        return await messenger.find(search)
    except Retryable as error:
        raise Uncertain(error.code) from error
    except (Permanent, Hindered) as error:
        log.warning("search_refused", channel=search.channel, code=error.code)
        return ()


def after_failure(error: Undelivered, attempts: int) -> Later | Halt:
    """Say when to try again after a failure that time may heal."""
    patience = BACKOFF[min(attempts, len(BACKOFF) - 1)]
    if isinstance(error, Retryable):
        return Halt(error.after if error.after is not None else patience)
    if isinstance(error, Uncertain):
        return Later(max(SETTLING, patience))
    return Later(SLOW[min(attempts, len(SLOW) - 1)])
