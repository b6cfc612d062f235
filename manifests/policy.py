"""What policy answers about one proposal. Pure: the same question always gets the same answer."""

from dataclasses import fields, replace
from operator import attrgetter
from typing import NamedTuple

from manifests.conditions import HouseRule
from manifests.manifest import Action, Manifest
from manifests.opining.hearing import opinions_about
from manifests.opining.opinion import Case, Opinion
from manifests.opining.passing import oversight_of
from manifests.opining.texts import Texts
from manifests.opining.windows import cap_window, target_of, windows
from manifests.outlines import outline_of, tier_of
from manifests.plan import ReviewPlan, Role, Wording
from manifests.proposed import Circumstances, Proposed, Window
from manifests.tightening import all_seats
from manifests.vocabulary import AgentName, Oversight, Scrutiny
from manifests.weighing import amount_of
from manifests.wording import HEADLINE, clipped

UNKNOWN_ACTION = HouseRule.UNKNOWN_ACTION.value
_LONGEST_QUESTION = 3_000
_FIELDS = tuple(each.name for each in fields(ReviewPlan))
_values = attrgetter(*_FIELDS)


class Judgement(NamedTuple):
    """Policy's answer: the plan, the opinion that decided, and everything that was said."""

    plan: ReviewPlan
    verdict: Opinion
    opinions: tuple[Opinion, ...]
    """The most cautious first; the verdict is the first of them."""


def judged(manifest: Manifest, proposed: Proposed, told: Circumstances) -> Judgement:
    """Say who must agree and why, and what every opinion was."""
    action = manifest.actions.get(proposed.action)
    if action is None:
        return _unclassified(manifest, proposed)
    case = case_of(manifest, action, proposed, told)
    opinions = tuple(opinions_about(case))
    return Judgement(_plan(case, opinions), opinions[0], opinions)


def plan_for(manifest: Manifest, proposed: Proposed, told: Circumstances) -> ReviewPlan:
    """Say who must agree and why."""
    return judged(manifest, proposed, told).plan


def windows_of(manifest: Manifest, proposed: Proposed, agent: AgentName) -> tuple[Window, ...]:
    """Say what must be added up before this can pass; nothing when no sum plays a part."""
    action = manifest.actions.get(proposed.action)
    if action is None or (action.limits.cap is None and not action.window_limits):
        return ()
    amount = amount_of(action, proposed.parameters) if action.weighs_amounts else None
    return tuple(windows(action, proposed, amount, agent))


def case_of(manifest: Manifest, action: Action, proposed: Proposed, told: Circumstances) -> Case:
    """Work out once what all opinions look at."""
    amount = amount_of(action, proposed.parameters) if action.weighs_amounts else None
    tier = tier_of(action, proposed, amount)
    return Case(
        action=action,
        proposed=proposed,
        told=told,
        amount=amount,
        tier=tier,
        outline=outline_of(action, proposed, tier),
        target=target_of(action, proposed),
        cap=cap_window(action, amount, told.agent),
        human_words=manifest.human_words,
        texts=Texts(),
    )


def _plan(case: Case, opinions: tuple[Opinion, ...]) -> ReviewPlan:
    verdict, outline = opinions[0], case.outline
    passes = verdict.scrutiny is Scrutiny.AUTO_APPROVE
    oversight = oversight_of(case) if passes else Oversight.IN_THE_LOOP
    return _answered(
        outline,
        scrutiny=verdict.scrutiny,
        rule=str(verdict.rule),
        because=verdict.because,
        signals=tuple(dict.fromkeys([_beside(verdict, other) for other in opinions[1:]])),
        seats=_seats(outline.seats, opinions),
        ask_first=_questions(opinions),
        oversight=oversight,
        veto_within=outline.veto_within if oversight is Oversight.ON_THE_LOOP else None,
        target=case.target,
        wording=case.action.wording.filled(case.proposed.parameters),
    )


def _beside(verdict: Opinion, other: Opinion) -> str:
    """Say what else was thought, and that it does not happen where people are asked instead."""
    if other.scrutiny is Scrutiny.AUTO_APPROVE and verdict.scrutiny is not Scrutiny.AUTO_APPROVE:
        return f"But for that, nobody would be asked. {other.because}"
    return other.because


def _answered(outline: ReviewPlan, **answer: object) -> ReviewPlan:
    """Copy an outline with an answer: what `replace` does, in a little more than half the time."""
    plan = object.__new__(ReviewPlan)
    for name, value in zip(_FIELDS, _values(outline), strict=True):
        object.__setattr__(plan, name, value)
    for name, value in answer.items():
        object.__setattr__(plan, name, value)
    return plan


def _seats(seats: tuple[Role, ...], opinions: tuple[Opinion, ...]) -> tuple[Role, ...]:
    for opinion in opinions:
        if opinion.seats:
            seats = all_seats(seats, opinion.seats)
    return seats


def _questions(opinions: tuple[Opinion, ...]) -> str:
    """Join what the agent is asked first; nobody is kept waiting who asked for a human."""
    asked = dict.fromkeys([opinion.ask for opinion in opinions if opinion.ask])
    if not asked or opinions[0].scrutiny is Scrutiny.BLOCK:
        return ""
    if any(opinion.rule == HouseRule.ASKED_FOR_A_HUMAN for opinion in opinions):
        return ""
    return clipped("\n".join(asked), _LONGEST_QUESTION)


def _unclassified(manifest: Manifest, proposed: Proposed) -> Judgement:
    name = clipped(proposed.action, 80)
    because = (
        f"“{name}” is not in the manifest, so nobody has said what it could do. "
        "An administrator must classify it first."
    )
    verdict = Opinion(Scrutiny.BLOCK, UNKNOWN_ACTION, because)
    plan = replace(
        manifest.unclassified,
        scrutiny=verdict.scrutiny,
        rule=verdict.rule,
        because=verdict.because,
        wording=Wording(headline=clipped(f"Unknown action “{name}”", HEADLINE)),
    )
    return Judgement(plan, verdict, (verdict,))
