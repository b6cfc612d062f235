"""Manifests with one action and the conditions a test wants, and policy's whole answer."""

from collections.abc import Mapping
from textwrap import indent
from typing import Any

import pytest

from manifests import policy
from manifests.loading import Loaded, ManifestBroken, Mistake, load_files
from manifests.manifest import Manifest, Spent
from manifests.plan import ReviewPlan
from manifests.policy import Judgement
from manifests.proposed import Circumstances, Proposed
from manifests.vocabulary import Scrutiny
from tests.manifests.making import AGENT, NOTHING_SPENT, ROLES, Asked

PASSES, REVIEW, ESCALATE, BLOCK = Scrutiny

PARAMETERS = """\
parameters:
  region: {type: string}
  size: {type: string, choices: [small, large]}
  tags: {type: list}
  count: {type: integer}
  ratio: {type: number}
  urgent: {type: boolean}
  note: {type: text}
  extra: {type: object}
  euros: {type: money, currency: EUR}
  amount: {type: money, currency_parameter: currency}
  currency: {type: string, required: true}
"""


def written(
    conditions: str, *, severity: str = "low", reversible: bool = True, parameters: str = PARAMETERS
) -> str:
    """Write the action `pay`; of low severity and reversible, it passes unless a rule speaks."""
    head = f"severity: {severity}\nreversible: {str(reversible).lower()}\n"
    return "actions:\n  pay:\n" + indent(head + parameters + conditions, "    ")


def read(actions: str, shared: str = "", roles: str = ROLES) -> Loaded:
    return load_files({"roles.yaml": roles, "actions.yaml": actions, "rules.yaml": shared})


def manifest(conditions: str, **how: Any) -> Manifest:
    return read(written(conditions, **how)).manifest


def ruled(rule: str, **how: Any) -> Manifest:
    """Make a manifest whose action has one rule, `watched`, written on one line."""
    return manifest(f"rules:\n  watched: {{{rule}}}\n", **how)


def mistakes(actions: str, shared: str = "") -> list[Mistake]:
    with pytest.raises(ManifestBroken) as broken:
        read(actions, shared)
    return list(broken.value.mistakes)


def judged(
    rules: Manifest,
    proposed: Proposed,
    spent: Spent | Mapping[str, Spent] | None = NOTHING_SPENT,
    **told: Any,
) -> Judgement:
    """Ask policy; what was spent may be given for each sum by its name."""
    told.setdefault("agent", AGENT)
    sums = None
    if spent is not None:
        windows = policy.windows_of(rules, proposed, told["agent"])
        named = spent if isinstance(spent, Mapping) else {}
        usual = spent if isinstance(spent, Spent) else NOTHING_SPENT
        sums = {each: named.get(each.name, usual) for each in windows}
    return policy.judged(rules, proposed, Circumstances(spent=sums, **told))


def plan(rules: Manifest, proposed: Proposed, **told: Any) -> ReviewPlan:
    return judged(rules, proposed, **told).plan


def scrutiny(rules: Manifest, **sent: Any) -> Scrutiny:
    return plan(rules, Asked(**sent)).scrutiny
