"""How fast a workspace lets us speak: token buckets on a monotonic clock."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second in the long run, so many at once."""

    per_second: float
    burst: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast one workspace is spoken to."""

    posts: Rate = Rate(per_second=1.0, burst=3)
    """Slack takes about one message a second and channel, with short bursts."""
    updates: Rate = Rate(per_second=50 / 60, burst=40)
    """Slack takes 50 changes of messages a minute and workspace."""


SLACKS_PACE = Pace()


class Bucket:
    """Grants turns at a rate and says how long to wait for the next one."""

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._left = float(rate.burst)
        self._at = clock()

    def take(self, leave: float = 0.0) -> float:
        """Take a turn and give 0, or give the seconds until there is one.

        `leave` is the share of the burst that is left to what matters more.
        """
        wanted = max(1.0, leave * self._rate.burst)
        now = self._clock()
        refilled = self._left + (now - self._at) * self._rate.per_second
        self._left = min(float(self._rate.burst), refilled)
        self._at = now
        if self._left >= wanted:
            self._left -= 1
            return 0.0
        return (wanted - self._left) / self._rate.per_second
