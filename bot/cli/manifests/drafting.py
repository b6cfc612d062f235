"""Proposals that nobody sent: read from files, judged as if they came in."""

import json
from collections.abc import Mapping
from decimal import Decimal

from pydantic import JsonValue

from manifests.checking import complaints
from manifests.manifest import Manifest, Spent
from manifests.parameters import Complaint
from manifests.plan import ReviewPlan
from manifests.policy import windows_of
from manifests.proposed import Circumstances, Proposed, Repeat
from manifests.vocabulary import AgentName, Scrutiny
from store.proposal import Proposal
from store.wire import InvalidProposal, Unreadable, read_proposal

NOTHING = Spent()


def draft_of(body: object) -> tuple[Proposal | None, tuple[Complaint, ...]]:
    """Read a proposal the way the API does; None, and every complaint, when it cannot be."""
    try:
        return read_proposal(json.dumps(plain(body), allow_nan=False)), ()
    except InvalidProposal as error:
        return None, error.complaints
    except Unreadable as error:
        return None, (Complaint("", str(error)),)


def objections(manifest: Manifest, proposal: Proposal) -> tuple[Complaint, ...]:
    """Say what intake would refuse; an unknown action takes anything, and is blocked."""
    action = manifest.actions.get(proposal.action)
    if action is None:
        return ()
    return complaints(action.schema, proposal.parameters, proposal.missing)


def imagined(
    manifest: Manifest,
    proposed: Proposed,
    agent: AgentName,
    *,
    spent: Spent = NOTHING,
    paused: str | None = None,
    repeat: Repeat | None = None,
    signals: Mapping[str, float] | None = None,
) -> Circumstances:
    """Tell policy what to take for granted; every window has passed the same already."""
    windows = windows_of(manifest, proposed, agent)
    return Circumstances(
        agent=agent,
        spent=dict.fromkeys(windows, spent),
        paused=paused,
        repeat=repeat,
        signals=signals or {},
    )


def first_rung(plan: ReviewPlan) -> int:
    """Say on which rung a proposal begins."""
    return min(1, len(plan.ladder) - 1) if plan.scrutiny is Scrutiny.ESCALATE else 0


def scrutiny_in_words(scrutiny: Scrutiny) -> str:
    """Name policy's answer the way cases do."""
    return scrutiny.name.lower()


def plain(value: object) -> JsonValue:
    """Turn what YAML gave into JSON; its fractions become numbers that JSON has."""
    match value:
        case Decimal():
            return float(value)
        case dict():
            return {str(key): plain(each) for key, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case str() | int() | float() | None:
            return value
        case _:
            return str(value)
