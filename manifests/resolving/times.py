"""How long things may take at most, so that nothing waits for ever unnoticed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from manifests.codes import Code
from manifests.document import ActionPart, DefaultsPart, InformationPart, RungPart
from manifests.durations import spoken
from manifests.hours import Hours
from manifests.plan import ReviewPlan
from manifests.resolving.findings import Findings, Path
from manifests.resolving.ladders import LONGEST_RUNG, Ladder
from manifests.vocabulary import WhenSilent

LONGEST_OVERRIDE = timedelta(minutes=15)
_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)

_CAPS = {
    "alert_every": _DAY,
    "veto_within": _DAY,
    "release_delay": timedelta(minutes=15),
    "takeover_within": _DAY,
    "execute_within": 30 * _DAY,
    "max_life": 90 * _DAY,
    "approval_timeout_seconds": LONGEST_RUNG,
    "answer_within": 30 * _DAY,
    "total_pause": 30 * _DAY,
    "within": LONGEST_RUNG,
}
"""The most that each key may be."""

Written = tuple[Path, timedelta | None]


@dataclass(frozen=True, slots=True)
class Times:
    """Looks at lengths of time, and notes those that are too long."""

    findings: Findings

    def of_defaults(self, part: DefaultsPart) -> None:
        """Look at everything the defaults give a length."""
        here: Path = ("defaults",)
        keys = (
            "alert_every", "veto_within", "execute_within", "max_life", "release_delay",
            "takeover_within",
        )  # fmt: skip
        self._cap(((*here, key), getattr(part, key)) for key in keys)
        self._cap(_in_information(part.information, here))
        self._cap(_in_ladder(part.ladder, (*here, "ladder")))
        self._reminders(part.reminders, here)

    def of_action(self, part: ActionPart, path: Path) -> None:
        """Look at everything an action gives a length."""
        keys = (
            "alert_every", "veto_within", "execute_within", "max_life", "approval_timeout_seconds",
            "release_delay", "takeover_within",
        )  # fmt: skip
        self._cap(((*path, key), getattr(part, key)) for key in keys)
        if part.information is not None:
            self._cap(_in_information(part.information, path))
        self._cap(_in_ladder(part.ladder or (), (*path, "ladder")))
        for index, tier in enumerate(part.tiers):
            self._cap(_in_ladder(tier.ladder or (), (*path, "tiers", index, "ladder")))
        if part.override is not None:
            self._cap(_in_ladder(part.override.ladder or (), (*path, "override", "ladder")))
            self._override(part.override.execute_within, (*path, "override", "execute_within"))
        self._reminders(part.reminders or (), path)

    def of_ladder(self, plan: ReviewPlan, ladder: Ladder, path: Path) -> None:
        """Refuse rungs that an open proposal does not live to see."""
        told_already = any(rung.sla > LONGEST_RUNG for way in ladder.ways for rung in way)
        if plan.when_silent is WhenSilent.STAY_BLOCKED or told_already:
            return
        takes = ladder.longest / _open_share(plan.hours)
        if takes > plan.max_life:
            counted = f", counted in {plan.hours.name} time" if plan.hours else ""
            self.findings.mistake_in_key(
                path, Code.OUTLIVED,
                f"The rungs last {spoken(ladder.longest)} in all{counted}, yet after "
                f"{spoken(plan.max_life)} (max_life) an open proposal expires.",
                "Shorten the rungs, or write a longer max_life.",
            )  # fmt: skip

    def _cap(self, lengths: Iterable[Written]) -> None:
        for path, length in lengths:
            key = next(step for step in reversed(path) if step in _CAPS)
            most = _CAPS[str(key)]
            if length is not None and length > most:
                message = f"“{key}” is {spoken(length)}; the most is {spoken(most)}."
                self.findings.mistake(path, Code.TOO_LONG, message)

    def _override(self, length: timedelta | None, path: Path) -> None:
        if length is not None and length > LONGEST_OVERRIDE:
            self.findings.mistake(
                path, Code.TOO_LONG,
                f"An override is used within {spoken(LONGEST_OVERRIDE)} or not at all.",
            )  # fmt: skip

    def _reminders(self, shares: Iterable[float], path: Path) -> None:
        for index, share in enumerate(shares):
            if not 0 < share < 1:
                self.findings.mistake(
                    (*path, "reminders", index), Code.BAD_VALUE,
                    "A reminder comes after the start of a rung and before its end.",
                    "Write a share such as 0.5.",
                )  # fmt: skip


def _in_information(part: InformationPart, path: Path) -> Iterator[Written]:
    for key in ("answer_within", "total_pause"):
        yield (*path, "information", key), getattr(part, key)


def _in_ladder(rungs: Iterable[RungPart], path: Path) -> Iterator[Written]:
    for index, rung in enumerate(rungs):
        here: Path = (*path, index, "within")
        if isinstance(rung.within, timedelta):
            yield here, rung.within
        else:
            yield from (((*here, urgency.value), each) for urgency, each in rung.within.items())


def _open_share(hours: Hours | None) -> float:
    """Say how much of a week is open time, holidays and changes of the clock left aside."""
    if hours is None:
        return 1.0
    opens, closes = (datetime.combine(date.min, each) for each in (hours.opens, hours.closes))
    shift = (closes - opens) % _DAY or _DAY
    return len(hours.days) * shift / _WEEK
