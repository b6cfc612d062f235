"""Outlines of review plans: everything but what depends on the proposal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from manifests.codes import Code
from manifests.document import ActionPart, RungPart
from manifests.hours import Hours
from manifests.manifest import Tier
from manifests.parameters import ParameterSchema
from manifests.plan import InformationLimits, ReviewPlan, Role, Wording
from manifests.resolving.care import information_of, released_after, usual_friction, with_care
from manifests.resolving.findings import Path
from manifests.resolving.ladders import Climb, Ladder, ladder_of, warn_of_idle_rungs
from manifests.resolving.quorum import look_at_quorum
from manifests.resolving.surroundings import Surroundings
from manifests.resolving.times import LONGEST_OVERRIDE, Times
from manifests.vocabulary import (
    AgentName,
    Friction,
    Oversight,
    Scrutiny,
    Severity,
    WhenSilent,
)

UNFILLED = Wording(headline="")
_LOUD = frozenset({Oversight.LOG_AND_ALERT, Oversight.ON_THE_LOOP})
_LEAST_CARE = Friction.REVIEW_MODAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One action's own words, and what was made of them, while its outlines are drawn."""

    part: ActionPart
    path: Path
    schema: ParameterSchema
    way: Climb
    oversight: Oversight
    around: Surroundings

    def check(self, plan: ReviewPlan, ladder: Ladder, seats_at: Path, ladder_at: Path) -> None:
        """Look whether the seats can be filled, and whether the ladder's end is ever seen."""
        look_at_quorum(plan, self.around.staff, seats_at, self.around.findings)
        Times(self.around.findings).of_ladder(plan, ladder, ladder_at)


def usual_outline(drawing: Drawing) -> ReviewPlan:
    """Outline what holds for an action where no tier and no override says otherwise."""
    part, way, around = drawing.part, drawing.way, drawing.around
    lenient = not part.severity.at_least(Severity.HIGH)
    plan = ReviewPlan(
        scrutiny=Scrutiny.REVIEW,
        rule="",
        because="",
        severity=part.severity,
        reversible=part.reversible,
        seats=way.seats,
        ladder=way.ladder.rungs,
        when_silent=part.when_silent or _silence(part.severity),
        alert_every=part.alert_every or around.defaults.alert_every,
        operations=around.operations,
        administrators=around.administrators,
        friction=part.friction or usual_friction(part.severity, part.reversible),
        editor_may_sign=lenient if part.editor_may_sign is None else part.editor_may_sign,
        information=_asked(drawing),
        execute_within=part.execute_within or around.defaults.execute_within,
        wording=UNFILLED,
        schema=drawing.schema,
        manifest_digest=around.digest,
        announce=_is_announced(drawing),
    )
    whole = with_care(_with_times(drawing, plan), part, drawing.schema, drawing.path, around)
    drawing.check(whole, way.ladder, way.seats_at, way.ladder_at)
    return whole


def _with_times(drawing: Drawing, plan: ReviewPlan) -> ReviewPlan:
    """Add who executes, how long it may live, and what follows a no."""
    part, defaults = drawing.part, drawing.around.defaults
    patience = part.alternatives or defaults.alternatives
    watched = drawing.oversight is Oversight.ON_THE_LOOP
    return replace(
        plan,
        oversight=drawing.oversight,
        veto_within=(part.veto_within or defaults.veto_within) if watched else None,
        mode=part.mode,
        executed_by=None if part.executed_by is None else AgentName(part.executed_by),
        max_life=part.max_life or defaults.max_life,
        reminders=_ordered(defaults.reminders if part.reminders is None else part.reminders),
        hours=_hours(drawing),
        alternatives=patience.at_most,
        remembered_for=patience.remembered_for,
        weight=defaults.weights.get(part.severity, 1),
    )


def tiers_of(drawing: Drawing, usual: ReviewPlan) -> tuple[Tier, ...]:
    """Outline every tier, the largest amounts first."""
    tiers = []
    for index, written in enumerate(drawing.part.tiers):
        here: Path = (*drawing.path, "tiers", index)
        seats = drawing.around.book.seats(written.seats, (*here, "seats"))
        ladder, ladder_at = _ladder(drawing, written.ladder, seats, here)
        plan = released_after(
            replace(usual, seats=seats, ladder=ladder.rungs), drawing.part, drawing.around.defaults
        )
        drawing.check(plan, ladder, (*here, "seats"), ladder_at)
        tiers.append(Tier(above=written.above.money, plan=plan, urgent_ladders=ladder.urgent))
    return tuple(sorted(tiers, key=lambda each: each.above.amount, reverse=True))


def override_of(drawing: Drawing, usual: ReviewPlan) -> ReviewPlan:
    """Outline a one-time override of a policy engine's denial: with care, and used at once."""
    written, here = drawing.part.override, (*drawing.path, "override")
    seats, ladder, within = usual.seats, drawing.way.ladder, None
    if written is not None:
        seats = drawing.around.book.seats(written.seats, (*here, "seats"))
        ladder, _ = _ladder(drawing, written.ladder, seats, here)
        within = written.execute_within
    plan = replace(
        usual,
        seats=seats,
        ladder=ladder.rungs,
        friction=max(usual.friction, _LEAST_CARE, key=list(Friction).index),
        editor_may_sign=False,
        execute_within=min(within or LONGEST_OVERRIDE, LONGEST_OVERRIDE, usual.execute_within),
        announce=True,
        oversight=Oversight.IN_THE_LOOP,
        veto_within=None,
    )
    if written is not None:
        drawing.check(plan, ladder, (*here, "seats"), here)
    return released_after(plan, drawing.part, drawing.around.defaults)


def unclassified(ladder: Ladder, around: Surroundings) -> ReviewPlan:
    """Outline what nobody has classified: an administrator looks, nothing runs."""
    return ReviewPlan(
        scrutiny=Scrutiny.BLOCK,
        rule="",
        because="",
        severity=Severity.CRITICAL,
        reversible=False,
        seats=(around.administrators,),
        ladder=ladder.rungs,
        when_silent=WhenSilent.STAY_BLOCKED,
        alert_every=around.defaults.alert_every,
        operations=around.operations,
        administrators=around.administrators,
        friction=Friction.REVIEW_MODAL,
        editor_may_sign=False,
        information=information_of(around.defaults.information, ("defaults",), around.book),
        execute_within=timedelta(minutes=15),
        wording=UNFILLED,
        schema=ParameterSchema(open=True),
        manifest_digest=around.digest,
        weight=around.defaults.weights.get(Severity.CRITICAL, 1),
    )


def _ladder(
    drawing: Drawing, written: Sequence[RungPart] | None, seats: Iterable[Role], path: Path
) -> tuple[Ladder, Path]:
    """Read a ladder of its own, or take the action's; and say where it is written."""
    if written is None:
        return drawing.way.ladder, drawing.way.ladder_at
    here = (*path, "ladder")
    ladder = ladder_of(written, drawing.around.book, here)
    warn_of_idle_rungs(seats, ladder, here, drawing.around.findings)
    return ladder, here


def _is_announced(drawing: Drawing) -> bool:
    """Say whether people are told of what runs by itself; where they watch, they always are."""
    part, findings = drawing.part, drawing.around.findings
    if drawing.oversight in _LOUD:
        if part.announce is False:
            findings.mistake(
                (*drawing.path, "announce"), Code.CONTRADICTION,
                f"With “oversight: {drawing.oversight}” people are always told.",
                "Remove announce: false.",
            )  # fmt: skip
        return True
    loud = part.severity is not Severity.LOW or not part.reversible
    return loud if part.announce is None else part.announce


def _silence(severity: Severity) -> WhenSilent:
    critical = severity is Severity.CRITICAL
    return WhenSilent.STAY_BLOCKED if critical else WhenSilent.EXPIRE


def _asked(drawing: Drawing) -> InformationLimits:
    part, around = drawing.part.information, drawing.around
    if part is None:
        return information_of(around.defaults.information, ("defaults",), around.book)
    return information_of(part, drawing.path, around.book)


def _ordered(shares: Iterable[float]) -> tuple[float, ...]:
    return tuple(sorted(set(shares)))


def _hours(drawing: Drawing) -> Hours | None:
    written, calendars = drawing.part.business_hours, drawing.around.calendars
    if written is not None:
        return calendars.named(written, (*drawing.path, "business_hours"))
    return calendars.named(drawing.around.defaults.business_hours, ("defaults", "business_hours"))
