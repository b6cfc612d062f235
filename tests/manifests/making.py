"""Proposals and manifests for the tests of policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

from pydantic import JsonValue

from manifests import policy
from manifests.loading import SHIPPED, Loaded, load
from manifests.manifest import Manifest, Spent
from manifests.plan import ReviewPlan
from manifests.proposed import Circumstances, Proposed, Window
from manifests.vocabulary import ActionName, AgentName, Parameters, Urgency
from store.proposal import Context, Denial, Proposal

ROLES = """
defaults:
  role: reviewer
  operations: operations
  administrators: administrator
  ladder:
    - within: 1h
    - within: 2h
      roles: [backup]
roles:
  reviewer: {title: Reviewer, channel: C0REVIEW, members: [U0ANA]}
  backup: {title: Backup, channel: C0BACKUP, members: [U0BEN]}
  boss: {title: Boss, channel: C0BOSS, members: [U0CORA]}
  operations: {title: Operations, channel: C0OPS, members: [U0DEV]}
  administrator: {title: Administrator, channel: C0ADMINS, members: [U0ELIF]}
"""

PAY = ActionName("pay")
AGENT = AgentName("tester")
NOTHING_SPENT = Spent()
SHIPPED_MANIFEST = load(SHIPPED).manifest


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A proposal as hostile as a test wants it; no validation stands before policy."""

    action: ActionName = PAY
    parameters: Mapping[str, JsonValue] = field(default_factory=dict)
    missing: Sequence[str] = ()
    question: str | None = None
    confidence: float | None = None
    uncertainty_factors: Sequence[str] = ()
    recommended_review: bool = False
    reason: str = ""
    urgency: Urgency = Urgency.NORMAL
    flags: Sequence[str] = ()
    signals: Mapping[str, float] = field(default_factory=dict)
    affected: Sequence[str] = ()
    tool_calls: int | None = None
    retries: int | None = None
    denied_by: Denial | None = None
    context: Context = field(default_factory=Context)


def plan_for(
    manifest: Manifest, proposed: Proposed, spent: Spent | None = NOTHING_SPENT, **told: Any
) -> ReviewPlan:
    """Ask policy; what was spent is the same for every window."""
    windows = policy.windows_of(manifest, proposed, AGENT)
    sums = None if spent is None else dict.fromkeys(windows, spent)
    return policy.plan_for(manifest, proposed, Circumstances(agent=AGENT, spent=sums, **told))


def window_of(manifest: Manifest, proposed: Proposed) -> Window | None:
    """Give the first window that must be added up."""
    return next(iter(policy.windows_of(manifest, proposed, AGENT)), None)


def a_proposal(
    action: str, parameters: Mapping[str, JsonValue] | None = None, **sent: object
) -> Proposal:
    return Proposal.model_validate({"action": action, "parameters": parameters or {}, **sent})


def a_refund(amount: JsonValue, currency: str = "USD", **sent: object) -> Proposal:
    parameters: Parameters = {
        "amount": amount,
        "currency": currency,
        "customer": "Acme GmbH",
        "order_id": "A-1042",
    }
    return a_proposal("process_refund", parameters, **sent)


def loaded(folder: Path, actions: str, roles: str = ROLES) -> Loaded:
    """Load rules from text; the actions may be indented as they stand in the test."""
    (folder / "roles.yaml").write_text(roles, "utf-8")
    (folder / "actions.yaml").write_text(dedent(actions), "utf-8")
    return load(folder)
