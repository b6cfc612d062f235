"""Every moment of a plan, if its proposal comes in at a given one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.cli.manifests.drafting import first_rung
from manifests.calendars import deadline_after
from manifests.durations import spoken
from manifests.plan import ReviewPlan
from manifests.vocabulary import Scrutiny, WhenSilent


class Moment(NamedTuple):
    """Something that happens at a moment, or after another thing."""

    what: str
    at: datetime | None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """Writes moments in UTC and in one local time."""

    zone: ZoneInfo | None
    """None means the time zone of this machine."""

    def shown(self, at: datetime) -> str:
        """Write a moment twice."""
        local = at.astimezone(self.zone)
        name = self.zone.key if self.zone else local.tzname()
        return f"{at:%Y-%m-%d %H:%M:%S} UTC, {local:%a %Y-%m-%d %H:%M:%S} {name}"


def moments(plan: ReviewPlan, at: datetime) -> Iterator[Moment]:
    """List what the clock does if nobody does anything."""
    if plan.scrutiny is Scrutiny.BLOCK:
        return
    if plan.scrutiny is Scrutiny.AUTO_APPROVE and not plan.ask_first:
        yield from _afterwards(plan, at)
        return
    limits = plan.information
    if plan.ask_first:
        until = at + min(limits.answer_within, limits.total_pause)
        yield Moment("the agent must have answered by", until)
    yield from _rungs(plan, at)
    if plan.when_silent is not WhenSilent.STAY_BLOCKED:
        yield Moment("expires at the latest", at + plan.max_life)
    yield Moment("the approval may be used for", None, spoken(plan.execute_within))


def _rungs(plan: ReviewPlan, at: datetime) -> Iterator[Moment]:
    begins = at
    for number in range(first_rung(plan), len(plan.ladder)):
        rung = plan.ladder[number]
        for share in plan.reminders:
            moment = deadline_after(plan.hours, begins, rung.sla * share)
            yield Moment(f"rung {number + 1}: reminder at {share:.0%}", moment)
        ends = deadline_after(plan.hours, begins, rung.sla)
        yield Moment(f"rung {number + 1}: {_end(plan, number)}", ends)
        begins = ends


def _end(plan: ReviewPlan, number: int) -> str:
    if number + 1 < len(plan.ladder):
        called = " and ".join(role.title for role in plan.ladder[number + 1].fallback)
        return f"{called or 'nobody else'} is called as well"
    if plan.when_silent is WhenSilent.STAY_BLOCKED:
        return f"stays blocked; operations hear of it every {spoken(plan.alert_every)}"
    return "expires, and operations are told"


def _afterwards(plan: ReviewPlan, at: datetime) -> Iterator[Moment]:
    if plan.veto_within is not None:
        yield Moment("may be vetoed until", at + plan.veto_within)
    yield Moment("may be used until", at + plan.execute_within)
