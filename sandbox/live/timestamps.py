"""Message timestamps: unique, rising, and never taken twice."""

from dataclasses import dataclass

_STEP = 100  # microseconds, so that a timestamp reads like 1732158000.000100


@dataclass
class Timestamps:
    """Give out Slack timestamps in strictly rising order."""

    last: int = 0

    def next(self, now: float) -> str:
        """Return a timestamp later than every one before it."""
        wanted = int(now * 1_000_000) // _STEP * _STEP
        self.last = max(wanted, self.last + _STEP)
        return written(self.last)

    def seen(self, ts: str) -> None:
        """Remember a timestamp that was given out before a restart."""
        self.last = max(self.last, micros(ts))


def micros(ts: str) -> int:
    """Return a timestamp's microseconds."""
    whole, _, part = ts.partition(".")
    return int(whole) * 1_000_000 + int(part.ljust(6, "0")[:6] or 0)


def written(moment: int) -> str:
    """Return microseconds the way Slack writes them."""
    return f"{moment // 1_000_000}.{moment % 1_000_000:06d}"
