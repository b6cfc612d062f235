"""Identifiers that sort by the time they were made in."""

import secrets
from collections.abc import Callable
from datetime import datetime

from store.proposal import ProposalId

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_RANDOM_BITS = 80


class Identifiers:
    """Makes identifiers that rise, also within one millisecond and while the clock steps back."""

    def __init__(
        self, clock: Callable[[], datetime], chance: Callable[[int], int] = secrets.randbits
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._last = 0

    def proposal(self) -> ProposalId:
        """Name a new proposal."""
        return ProposalId(f"p_{self._next()}")

    def question(self) -> str:
        """Name a new information request."""
        return f"q_{self._next()}"

    def _next(self) -> str:
        milliseconds = int(self._clock().timestamp() * 1000)
        made = (milliseconds << _RANDOM_BITS) | self._chance(_RANDOM_BITS)
        self._last = made if made >> _RANDOM_BITS > self._last >> _RANDOM_BITS else self._last + 1
        return _written(self._last)


def _written(number: int) -> str:
    """Write 130 bits in 26 digits that sort as the number does (Crockford's base 32)."""
    digits = []
    for _ in range(26):
        number, digit = divmod(number, 32)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
