"""Routing: one proposal through 200 actions, beside a dictionary and two thresholds."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

import yaml

from manifests.loading import SHIPPED, load
from manifests.manifest import Manifest, Spent
from manifests.policy import plan_for, windows_of
from manifests.proposed import Circumstances
from manifests.vocabulary import AgentName
from store.proposal import Proposal
from tests.bench.figures import Figure, Row, rates
from tests.bench.ground import Ground

ACTIONS = 200
TARGET = "≥ 20,000/s"
LOAD_TARGET = "< 2 s"
_AGENT = AgentName("bench")
_NOTHING = Spent()
_REQUEST = "“The frame is bent and the desk wobbles. I would like my money back, please.”"
_REFUND = {"currency": "USD", "customer": "Acme GmbH", "order_id": "A-1042"}
# Half of a day's proposals are routine, as they are where people see only what needs them.
_SENT: tuple[dict[str, Any], ...] = (
    {"action": "query_crm", "parameters": {"query": "orders of Acme GmbH"}},
    {"action": "summarise_conversation", "parameters": {"conversation": "T-5519"}},
    {"action": "classify_ticket", "parameters": {"ticket": "T-5519", "class": "delivery"}},
    {"action": "update_crm_record", "parameters": {"customer": "Acme GmbH", "field": "note"}},
    {"action": "update_ticket", "parameters": {"ticket": "T-5519", "field": "tags"}},
    {"action": "process_refund", "parameters": {"amount": "48.00", **_REFUND}},
    {"action": "process_refund", "parameters": {"amount": "480.00", **_REFUND}},
    {"action": "process_refund", "parameters": {"amount": "12000.00", **_REFUND}},
    {
        "action": "send_customer_email",
        "parameters": {"to": "anna@acme.example", "customer": "Acme GmbH", "subject": "Your desk"},
        "confidence": 0.55,
    },
    {
        "action": "change_permissions",
        "parameters": {"email": "dev@example.com", "resource": "ledger", "grant": "owner"},
        "uncertainty_factors": ("Who asked for it is not written down.",),
    },
    {"action": "shut_down_server", "parameters": {"server": "batch-7"}, "affected": ("batch-7",)},
    {"action": "drop_everything", "parameters": {}},
)


@dataclass(frozen=True, slots=True)
class _Naive:
    """What a first version would do: look the action up, and compare two numbers."""

    actions: Mapping[str, Mapping[str, Any]]

    def route(self, proposal: Proposal) -> str:
        """Answer with one word; nobody knows why, who, or for how long."""
        written = self.actions.get(proposal.action)
        if written is None:
            return "block"
        if written.get("approval_required") is False:
            return "auto_approve"
        confidence = proposal.confidence or 0.0
        if confidence >= 0.95 and not proposal.recommended_review:
            return "auto_approve"
        if confidence < 0.60 or len(proposal.uncertainty_factors) > 2:
            return "escalate"
        return "human_review"


def measure(ground: Ground) -> list[Row]:
    """Load a manifest of 200 actions, and send the same mix of proposals through both routers."""
    folder = ground.folder / "rules"
    written = _write(folder)
    scale = ground.scale
    loads = [_seconds(lambda: load(folder)) for _ in range(scale.rounds)]
    manifest, naive = load(folder).manifest, _Naive(written)
    mix = [Proposal.model_validate({**each, "context": {"request": _REQUEST}}) for each in _SENT]
    proposals = list(islice(cycle(mix), scale.routings))
    ours, theirs = [], []
    for _ in range(scale.rounds):
        ours.append(_rate(proposals, lambda each: _routed(manifest, each)))
        theirs.append(_rate(proposals, naive.route))
    return [
        Row(
            what=f"routing through {len(manifest.actions)} actions, one core",
            figure=rates(ours),
            peer="a dictionary and two thresholds",
            beside=rates(theirs),
            target=TARGET,
        ),
        Row(
            what="  loading and checking them",
            figure=Figure(tuple(loads), " s"),
            target=LOAD_TARGET,
        ),
    ]


def _routed(manifest: Manifest, proposal: Proposal) -> object:
    """Route as intake does: ask which sums play a part, then for the whole plan."""
    spent = dict.fromkeys(windows_of(manifest, proposal, _AGENT), _NOTHING)
    return plan_for(manifest, proposal, Circumstances(agent=_AGENT, spent=spent))


def _write(folder: Path) -> dict[str, Any]:
    """Write the shipped roles, and the shipped actions again and again under other names."""
    shipped = [yaml.safe_load(each.read_text("utf-8")) for each in _action_files()]
    actions = {name: part for file in shipped for name, part in file["actions"].items()}
    written = dict(islice(_copies(actions), ACTIONS))
    (folder / "actions").mkdir(parents=True)
    text = yaml.safe_dump({"actions": written}, allow_unicode=True, sort_keys=False)
    (folder / "actions" / "all.yaml").write_text(text, "utf-8")
    (folder / "roles.yaml").write_text((SHIPPED / "roles.yaml").read_text("utf-8"), "utf-8")
    return written


def _copies(actions: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give each under its own name, and then copies; one that shares parts would be an alias."""
    yield from actions.items()
    for number in count(2):
        yield from ((f"{name}_{number}", deepcopy(part)) for name, part in actions.items())


def _action_files() -> Sequence[Path]:
    return sorted((SHIPPED / "actions").glob("*.yaml"))


def _rate(proposals: Sequence[Proposal], route: Callable[[Proposal], object]) -> float:
    return len(proposals) / _seconds(lambda: [route(each) for each in proposals])


def _seconds(work: Callable[[], object]) -> float:
    """Say how long one core was busy with it, whatever else the machine does meanwhile."""
    began = time.process_time()
    work()
    return time.process_time() - began
