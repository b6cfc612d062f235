"""How two review plans for one proposal combine: always into the stricter of the two."""

from dataclasses import replace

from manifests.plan import ReviewPlan, Role
from manifests.vocabulary import Friction

_FRICTIONS = list(Friction)


def stricter(pinned: ReviewPlan, fresh: ReviewPlan) -> ReviewPlan:
    """Keep every demand of the pinned plan, add every demand of the fresh one, speak the fresh one's words."""
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
    for role in dict.fromkeys(fresh):
        seats += [role] * (fresh.count(role) - pinned.count(role))
    return tuple(seats)
