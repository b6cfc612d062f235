"""How two review plans for one proposal combine: always into the stricter of the two."""

from collections import Counter
from dataclasses import replace

from manifests.plan import ReviewPlan, Role
from manifests.vocabulary import Friction, Mode

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
        seats=all_seats(pinned.seats, fresh.seats),
        friction=max(pinned.friction, fresh.friction, key=_FRICTIONS.index),
        editor_may_sign=pinned.editor_may_sign and fresh.editor_may_sign,
        execute_within=min(pinned.execute_within, fresh.execute_within),
        mode=Mode.SUGGEST if Mode.SUGGEST in {pinned.mode, fresh.mode} else pinned.mode,
        executed_by=pinned.executed_by or fresh.executed_by,
        overrides=pinned.overrides or fresh.overrides,
        max_life=min(pinned.max_life, fresh.max_life),
        alternatives=min(pinned.alternatives, fresh.alternatives),
        release_after=max(pinned.release_after, fresh.release_after),
        retype=fresh.retype if fresh.friction is Friction.TYPED else pinned.retype,
        takeover_within=min(pinned.takeover_within, fresh.takeover_within),
        remembered_for=max(pinned.remembered_for, fresh.remembered_for),
        wording=fresh.wording,
        signals=tuple(dict.fromkeys([*pinned.signals, *fresh.signals])),
    )


def of_revision(pinned: ReviewPlan, fresh: ReviewPlan) -> ReviewPlan:
    """Combine them for changed parameters, with the reasons that are true of these."""
    plan = stricter(pinned, fresh)
    asked_less = fresh.scrutiny < pinned.scrutiny or len(fresh.seats) < len(plan.seats)
    before = pinned.still_because or pinned.because
    return replace(
        plan,
        rule=fresh.rule,
        because=fresh.because,
        signals=fresh.signals,
        still_because=before if asked_less and before != fresh.because else "",
    )


def all_seats(pinned: tuple[Role, ...], fresh: tuple[Role, ...]) -> tuple[Role, ...]:
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
