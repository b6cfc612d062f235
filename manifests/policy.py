"""What policy answers about one proposal. Pure: the same question always gets the same answer."""

from dataclasses import replace

from manifests.manifest import Action, Manifest, Spent, Tier, Window
from manifests.money import Money
from manifests.opinions import OPINIONS, Case, Opinion, Proposed, a_person_looks
from manifests.plan import ReviewPlan, Wording
from manifests.vocabulary import Scrutiny
from manifests.weighing import Unclear, amount_of
from manifests.wording import HEADLINE, clipped

UNKNOWN_ACTION = "unknown_action"


def plan_for(manifest: Manifest, proposed: Proposed, spent: Spent | None) -> ReviewPlan:
    """Say who must agree and why.

    `spent` is what `window_of` asks to be added up, read in the deciding transaction; None means
    it is not known, and then nothing that needs a cap is auto-approved.
    """
    action = manifest.actions.get(proposed.action)
    if action is None:
        return _unclassified(manifest, proposed)
    amount = amount_of(action, proposed.parameters) if action.weighs_amounts else None
    tier = _tier(action, proposed, amount)
    case = Case(action, proposed, amount, tier, spent)
    spoken = [opinion for look in OPINIONS if (opinion := look(case)) is not None]
    verdict = spoken[0] if spoken else a_person_looks(case)
    outline = action.plan if tier is None else tier.plan
    return _answered(outline, verdict, spoken[1:], action.wording.filled(proposed.parameters))


def window_of(manifest: Manifest, proposed: Proposed) -> Window | None:
    """Say what must be added up before this can be auto-approved; None when no sum plays a part."""
    action = manifest.actions.get(proposed.action)
    if action is None or action.limits.cap is None:
        return None
    amount = amount_of(action, proposed.parameters)
    if isinstance(amount, Unclear) or not action.may_spare(amount):
        return None
    cap = action.limits.cap
    return Window(
        action=action.name,
        currency=amount.currency,
        amount=amount.amount,
        cap=cap.money.amount,
        length=cap.length,
    )


def _answered(
    outline: ReviewPlan, verdict: Opinion, others: list[Opinion], wording: Wording
) -> ReviewPlan:
    return replace(
        outline,
        scrutiny=verdict.scrutiny,
        rule=verdict.rule,
        because=verdict.because,
        signals=tuple(other.because for other in others),
        wording=wording,
    )


def _unclassified(manifest: Manifest, proposed: Proposed) -> ReviewPlan:
    name = clipped(proposed.action, 80)
    because = (
        f"“{name}” is not in the manifest, so nobody has said what it could do. "
        "An administrator must classify it first."
    )
    verdict = Opinion(Scrutiny.BLOCK, UNKNOWN_ACTION, because)
    wording = Wording(headline=clipped(f"Unknown action “{name}” was blocked", HEADLINE))
    return _answered(manifest.unclassified, verdict, [], wording)


def _tier(action: Action, proposed: Proposed, amount: Money | Unclear | None) -> Tier | None:
    """Find the seats an amount calls for; one that cannot be compared calls for the most."""
    if not action.tiers or proposed.question is not None:
        return None
    if isinstance(amount, Money):
        comparable = [tier for tier in action.tiers if tier.above.currency == amount.currency]
        if comparable:
            return next((t for t in comparable if amount.amount > t.above.amount), None)
    elif amount is not None and amount.absent and action.amount_parameter in proposed.missing:
        return None
    return max(action.tiers, key=lambda tier: len(tier.plan.seats))
