"""Ask the shipped manifest, the way an agent's proposal does."""

from typing import Any

from manifests.manifest import Action, Spent
from manifests.plan import ReviewPlan
from manifests.vocabulary import ActionName, Scrutiny
from store.proposal import Check, Context, Evidence, Step
from tests.manifests.making import NOTHING_SPENT, SHIPPED_MANIFEST, a_proposal, plan_for

PASSES, REVIEW, ESCALATE, BLOCK = (
    Scrutiny.AUTO_APPROVE,
    Scrutiny.REVIEW,
    Scrutiny.ESCALATE,
    Scrutiny.BLOCK,
)
DETAILS = frozenset({"request", "steps", "evidence", "checks"})


def shipped(action: str) -> Action:
    """Give an action of the shipped manifest."""
    return SHIPPED_MANIFEST.actions[ActionName(action)]


def answer(
    action: str,
    parameters: dict[str, Any] | None = None,
    *,
    spent: Spent = NOTHING_SPENT,
    **sent: Any,
) -> ReviewPlan:
    """Propose it, and give the plan; what belongs to the context may stand beside the rest."""
    context = Context(**{name: sent.pop(name) for name in DETAILS & sent.keys()})
    told = {name: sent.pop(name) for name in ("repeat", "paused") if name in sent}
    proposal = a_proposal(action, parameters, context=context, **sent)
    return plan_for(SHIPPED_MANIFEST, proposal, spent, **told)


def refund(amount: str, **sent: Any) -> ReviewPlan:
    """Propose a refund in dollars."""
    parameters = {"amount": amount, "currency": "USD", "customer": "Acme", "order_id": "A-1042"}
    return answer("process_refund", parameters, **sent)


def seats(plan: ReviewPlan) -> list[str]:
    """Name the seats."""
    return [seat.name for seat in plan.seats]


def told(plan: ReviewPlan) -> str:
    """Give every reason, in the order a reviewer reads them."""
    return "\n".join((plan.because, *plan.signals))


def evidence(*kinds: str) -> tuple[Evidence, ...]:
    """Show one source of each kind."""
    return tuple(Evidence(title=kind, kind=kind) for kind in kinds)


def check(name: str, source: str | None = None, score: float | None = None) -> Check:
    """Give a check that passed."""
    return Check(name=name, source=source, score=score, passed=True)


def failed(name: str, source: str | None = None, score: float | None = None) -> Check:
    """Give a check that did not pass."""
    return Check(name=name, source=source, score=score, passed=False)


def called(tool: str, status: str = "ok") -> Step:
    """Give one thing the agent did."""
    return Step(title=tool, tool=tool, status=status)
