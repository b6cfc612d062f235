"""Slack's rates: a bucket of calls for each method, refilled as time passes."""

import math
from dataclasses import dataclass, field

from sandbox.rules.methods import METHODS, Rate


@dataclass
class _Bucket:
    left: float
    at: float


@dataclass
class Rates:
    """Count calls and say how long a caller must wait."""

    buckets: dict[tuple[str, str], _Bucket] = field(default_factory=dict)

    def wait(self, method: str, subject: str, now: float) -> int | None:
        """Take one call; return the whole seconds to wait, or None when it may go."""
        rate = METHODS[method].rate
        bucket = self._refilled((method, subject if rate.per else ""), rate, now)
        if bucket.left >= 1:
            bucket.left -= 1
            return None
        return max(1, math.ceil((1 - bucket.left) * 60 / rate.a_minute))

    def forget(self) -> None:
        """Start counting anew."""
        self.buckets.clear()

    def _refilled(self, key: tuple[str, str], rate: Rate, now: float) -> _Bucket:
        bucket = self.buckets.setdefault(key, _Bucket(rate.burst, now))
        gained = max(0.0, now - bucket.at) * rate.a_minute / 60
        bucket.left, bucket.at = min(rate.burst, bucket.left + gained), now
        return bucket
