"""How two review plans for one proposal combine: always into the stricter of the two."""

from collections import Counter
from dataclasses import replace

from manifests.plan import ReviewPlan, Role
from manifests.vocabulary import Friction

_FRICTIONS = list(Friction)


def stricter(pinned: ReviewPlan, fresh: ReviewPlan) -> ReviewPlan:
    """Keep every demand of the pinned plan, add the fresh one's, and speak its words."""
    demanding = fresh if fresh.scrutiny > pinned.scrutiny else pinned
    return replace(
        pinned,
        scrutiny=demanding.scrutiny,
        rule=demanding.rule,
        because=demanding.because,
        severity=max(pinned.severity, fresh.severity, key=lambda each: each.rank),
        reversible=pinned.reversible and fresh.reversible,
        seats=_all_seats(pinned.seats, fresh.seats),
        friction=max(pinned.friction, fresh.friction, key=_FRICTIONS.index),
        editor_may_sign=pinned.editor_may_sign and fresh.editor_may_sign,
        execute_within=min(pinned.execute_within, fresh.execute_within),
        wording=fresh.wording,
        signals=tuple(dict.fromkeys([*pinned.signals, *fresh.signals])),
    )


def _all_seats(pinned: tuple[Role, ...], fresh: tuple[Role, ...]) -> tuple[Role, ...]:
    """Join two quorums, counting a role as often as the more demanding of them does."""
    seats = list(pinned)
    held = Counter(role.name for role in pinned)
    for role in fresh:
        # By name: a role whose channel or title changed is still the same role.
        if held[role.name] > 0:
            held[role.name] -= 1
        else:
            seats.append(role)
    return tuple(seats)
