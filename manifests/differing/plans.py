"""What changes between two review plans: who must agree, and how long they have."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace

from manifests.differing.changes import (
    NEUTRAL,
    STRICTER,
    WEAKER,
    Told,
    apart,
    limited,
    members,
    moved,
    otherwise,
    raised,
    switched,
    turned,
)
from manifests.durations import spoken
from manifests.hours import Hours
from manifests.plan import InformationLimits, ReviewPlan, Role, Rung
from manifests.vocabulary import CalendarName, Friction, Mode, Oversight, Severity

OVERSIGHTS = tuple(reversed(Oversight))
"""From the least to the most strict."""

ELSEWHERE = frozenset(
    {
        "administrators", "because", "manifest_digest", "operations", "reversible", "rule",
        "schema", "scrutiny", "severity", "signals", "still_because", "wording",
    }
)  # fmt: skip
"""What is the whole manifest's or the action's, or follows from the proposal alone."""

IN_FEW = frozenset({"ask_first", "overrides", "target"})
"""What only a finished plan has."""


def plan_changes(old: ReviewPlan, new: ReviewPlan) -> Iterator[Told]:
    """Tell every change from one outline to another."""
    for each in fields(ReviewPlan):
        if each.name in ELSEWHERE | IN_FEW:
            continue
        before, after = getattr(old, each.name), getattr(new, each.name)
        if before != after:
            look = _LOOKS.get(each.name)
            yield from look(old, new) if look else otherwise(each.name, before, after)


def severity_changes(old: Severity, new: Severity) -> Iterator[Told]:
    """Tell that something is taken for more, or less, severe."""
    yield from raised("severity", old, new, Severity)


def seat_changes(old: Iterable[Role], new: Iterable[Role]) -> Iterator[Told]:
    """Tell other seats; only more of them are certainly stricter."""
    before, after = (Counter(role.name for role in seats) for seats in (old, new))
    if before != after:
        effect = STRICTER if before <= after else WEAKER
        yield effect, turned("seats", _named(old), _named(new))


def ladder_changes(old: tuple[Rung, ...], new: tuple[Rung, ...]) -> Iterator[Told]:
    """Tell other rungs, one by one."""
    for number, (before, after) in enumerate(zip(old, new, strict=False), 1):
        yield from _longer(number, before, after, new)
        yield from _called(number, before.fallback, after.fallback)
    for number, rung in enumerate(new[len(old) :], len(old) + 1):
        yield WEAKER, f"rung {number} is added: {_rung(rung)}"
    for number, rung in enumerate(old[len(new) :], len(new) + 1):
        yield STRICTER, f"rung {number} is removed: {_rung(rung)}"


def _longer(number: int, before: Rung, after: Rung, ladder: tuple[Rung, ...]) -> Iterator[Told]:
    said = turned(f"rung {number}", spoken(before.sla), spoken(after.sla))
    sooner = dict.fromkeys(role.title for rung in ladder[number:] for role in rung.fallback)
    if after.sla > before.sla:
        yield WEAKER, said
    elif after.sla < before.sla and sooner:
        yield WEAKER, f"{said}, so {' and '.join(sooner)} may sign sooner"
    elif after.sla < before.sla:
        yield STRICTER, said


def _called(number: int, old: tuple[Role, ...], new: tuple[Role, ...]) -> Iterator[Told]:
    before, after = ({role.name: role for role in roles} for roles in (old, new))
    _, came, gone = apart(before, after)
    for name in came:
        yield WEAKER, f"rung {number}: {after[name].title} may fill any seat as well"
    for name in gone:
        yield STRICTER, f"rung {number}: {before[name].title} is no longer called"


def _rung(rung: Rung) -> str:
    called = f", {_named(rung.fallback)} may fill any seat" if rung.fallback else ""
    return f"{spoken(rung.sla)}{called}"


def _named(roles: Iterable[Role]) -> str:
    return " and ".join(role.title for role in roles) or "nobody"


def _information(old: InformationLimits, new: InformationLimits) -> Iterator[Told]:
    """Fewer questions leave reviewers knowing less; more only cost time, which has its own end."""
    for told in (
        moved("information.rounds", old.rounds, new.rounds, STRICTER),
        moved("information.answer_within", old.answer_within, new.answer_within, STRICTER, spoken),
        moved("information.total_pause", old.total_pause, new.total_pause, STRICTER, spoken),
    ):
        yield from ((NEUTRAL if effect is STRICTER else effect, words) for effect, words in told)
    # Whoever is asked is shown what it is about.
    before, after = ([role.title for role in limits.roles] for limits in (old, new))
    yield from members("information.roles", before, after, WEAKER)
    yield from members("information.systems", old.systems, new.systems, WEAKER)


def _release(old: ReviewPlan, new: ReviewPlan) -> Iterator[Told]:
    """Tell another wait; one more person who must sign makes up for a shorter one."""
    more = Counter(role.name for role in old.seats) < Counter(role.name for role in new.seats)
    if new.release_after > old.release_after or not more:
        yield from moved("release_delay", old.release_after, new.release_after, STRICTER, spoken)


def _quiet(plan: ReviewPlan) -> str:
    quiet = plan.quiet
    return f"{quiet.starts:%H:%M} to {quiet.ends:%H:%M} {quiet.timezone}" if quiet else ""


def _reminders(old: ReviewPlan, new: ReviewPlan) -> Iterator[Told]:
    before, after = (", ".join(f"{each:g}" for each in p.reminders) for p in (old, new))
    fewer = len(new.reminders) < len(old.reminders)
    yield WEAKER if fewer else NEUTRAL, turned("reminders", before or "none", after or "none")


def _hours(old: ReviewPlan, new: ReviewPlan) -> Iterator[Told]:
    """Another calendar makes some rungs longer and others shorter."""
    if _unnamed(old.hours) != _unnamed(new.hours):
        before, after = (plan.hours.name if plan.hours else "none" for plan in (old, new))
        if before == after:
            yield WEAKER, f"business_hours: the calendar {after} is another one"
        else:
            yield WEAKER, turned("business_hours", before, after)


def _unnamed(hours: Hours | None) -> Hours | None:
    return hours and replace(hours, name=CalendarName(""))


def _veto(old: ReviewPlan, new: ReviewPlan) -> Iterator[Told]:
    """Tell another time to veto, which only matters where things run before anybody looks."""
    if new.oversight is Oversight.ON_THE_LOOP:
        yield from limited("veto_within", old.veto_within, new.veto_within, STRICTER, spoken)


def _executor(old: ReviewPlan, new: ReviewPlan) -> Iterator[Told]:
    # Whoever is named is handed the parameters and the leave to act.
    before, after = (plan.executed_by or "the agent that proposes" for plan in (old, new))
    yield WEAKER, turned("executed_by", before, after)


_LOOKS: dict[str, Callable[[ReviewPlan, ReviewPlan], Iterator[Told]]] = {
    "seats": lambda old, new: seat_changes(old.seats, new.seats),
    "ladder": lambda old, new: ladder_changes(old.ladder, new.ladder),
    "alert_every": lambda old, new: moved(
        "alert_every", old.alert_every, new.alert_every, WEAKER, spoken
    ),
    "friction": lambda old, new: raised("friction", old.friction, new.friction, Friction),
    "editor_may_sign": lambda old, new: switched(
        "editor_may_sign", old.editor_may_sign, new.editor_may_sign, WEAKER
    ),
    "information": lambda old, new: _information(old.information, new.information),
    "execute_within": lambda old, new: moved(
        "execute_within", old.execute_within, new.execute_within, WEAKER, spoken
    ),
    "announce": lambda old, new: switched("announce", old.announce, new.announce, STRICTER),
    "oversight": lambda old, new: raised("oversight", old.oversight, new.oversight, OVERSIGHTS),
    "veto_within": _veto,
    "mode": lambda old, new: raised("mode", old.mode, new.mode, Mode),
    "executed_by": _executor,
    "max_life": lambda old, new: moved("max_life", old.max_life, new.max_life, WEAKER, spoken),
    "reminders": _reminders,
    "hours": _hours,
    "alternatives": lambda old, new: moved(
        "alternatives.at_most", old.alternatives, new.alternatives, WEAKER
    ),
    "remembered_for": lambda old, new: moved(
        "alternatives.remembered_for", old.remembered_for, new.remembered_for, STRICTER, spoken
    ),
    "release_after": _release,
    "takeover_within": lambda old, new: moved(
        "takeover_within", old.takeover_within, new.takeover_within, WEAKER, spoken
    ),
    "hold_above": lambda old, new: otherwise("hold_above", old.hold_above, new.hold_above),
    "quiet": lambda old, new: otherwise("quiet_hours", _quiet(old), _quiet(new)),
    "weight": lambda old, new: otherwise("weights", old.weight, new.weight, NEUTRAL),
}
"""How each part of a plan changes; any other part that changes counts as weaker."""
