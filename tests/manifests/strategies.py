"""Any manifest at all, as its author might write it, mended as far as it would not load."""

import json
from copy import deepcopy
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from manifests.loading import load_files
from manifests.manifest import Manifest
from manifests.resolving.findings import Findings
from manifests.resolving.manifest import resolved
from manifests.vocabulary import (
    Friction,
    Mode,
    Oversight,
    Severity,
    Urgency,
    WhenSilent,
)

PEOPLE = ("U0ANA", "U0BEN", "U0CORA", "U0DEV", "U0ELIF", "U0FINN")
ROLES = ("reviewer", "backup", "boss", "operations", "administrator")

lengths = st.sampled_from(["1s", "5m", "45m", "4h", "1d", "3d"])
lengths_by_urgency = st.dictionaries(
    st.sampled_from([each.value for each in Urgency]), lengths, min_size=1
)
shares = st.floats(0, 1).map(lambda each: round(each, 3))
role_names = st.sampled_from(ROLES)
called = st.lists(role_names, min_size=1, max_size=2)
clock_times = st.times().map(lambda each: each.strftime("%H:%M"))
amounts = st.integers(1, 9_999)
dollars = amounts.map(lambda amount: {"amount": amount, "currency": "USD"})


def some(known: dict[str, SearchStrategy[Any]]) -> SearchStrategy[dict[str, Any]]:
    """Write any of these keys, or none."""
    return st.fixed_dictionaries({}, optional=known)


def word_of(kind: Any) -> SearchStrategy[str]:
    return st.sampled_from([each.value for each in kind])


ladders = st.lists(
    st.fixed_dictionaries({"within": lengths | lengths_by_urgency}, optional={"roles": called}),
    min_size=1,
    max_size=4,
)
seats = st.lists(
    role_names | st.fixed_dictionaries({"role": role_names, "people": st.integers(1, 3)}),
    min_size=1,
    max_size=3,
)
information = some({"rounds": st.integers(0, 4), "answer_within": lengths, "total_pause": lengths})
rules = st.dictionaries(
    st.sampled_from(["vip", "lawyer", "many"]),
    st.one_of(
        st.fixed_dictionaries(
            {"flags": st.just(["vip"])},
            optional={"then": st.sampled_from(["review", "escalate", "block"]), "seats": seats},
        ),
        st.just({"keywords": ["lawyer"], "then": "ask_agent", "ask": "Which law?"}),
        st.just({"retries_above": 3, "then": "escalate"}),
    ),
    max_size=2,
)
CHOICES: dict[str, SearchStrategy[Any]] = {
    "approval_required": st.booleans(),
    "oversight": word_of(Oversight),
    "rollback": st.just({"how": "Pay it back.", "tested_on": "2026-11-02"}),
    "veto_within": lengths,
    "mode": word_of(Mode),
    "when_silent": word_of(WhenSilent),
    "friction": word_of(Friction),
    "editor_may_sign": st.booleans(),
    "seats": seats,
    "tiers": st.lists(
        st.fixed_dictionaries({"above": dollars, "seats": seats}, optional={"ladder": ladders}),
        max_size=2,
    ),
    "ladder": ladders,
    "escalation_path": st.lists(role_names, min_size=1, max_size=3),
    "approval_timeout_seconds": st.integers(1, 86_400),
    "conditions": some({"auto_approve_below_usd": amounts, "always_approve_above_usd": amounts}),
    "confidence": some({"auto_approve_above": shares, "escalate_below": shares}),
    "override": st.fixed_dictionaries({"seats": seats}, optional={"ladder": ladders}),
    "max_life": lengths | st.just("60d"),
    "alert_every": lengths,
    "reminders": st.lists(shares, max_size=2),
    "business_hours": st.just("office"),
    "information": information,
    "rules": rules,
    "required_evidence": st.just([{"kind": "invoice"}]),
    "announce": st.booleans(),
}
actions = st.builds(
    lambda always, chosen: {**always, **dict(chosen)},
    st.fixed_dictionaries({"severity": word_of(Severity), "reversible": st.booleans()}),
    st.lists(
        st.sampled_from(sorted(CHOICES)).flatmap(lambda key: st.tuples(st.just(key), CHOICES[key])),
        max_size=7,
    ),
)
calendars = st.fixed_dictionaries(
    {
        "timezone": st.sampled_from(["Europe/Berlin", "America/Santiago", "Asia/Kolkata"]),
        "opens": clock_times,
        "closes": clock_times,
        "days": st.lists(
            st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]),
            min_size=1,
            max_size=7,
            unique=True,
        ),
    },
    optional={"holidays": st.sampled_from(["DE", "US-CA"])},
)
roles = st.fixed_dictionaries(
    {
        name: st.fixed_dictionaries(
            {
                "title": st.just(name),
                "channel": st.just(f"C0{name.upper()}"),
                "members": st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4, unique=True),
            }
        )
        for name in ROLES
    }
)
defaults = st.builds(
    lambda more: {
        "role": "reviewer", "operations": "operations", "administrators": "administrator", **more
    },
    some({"ladder": ladders, "max_life": lengths | st.just("90d"), "business_hours":
          st.just("office"), "information": information, "alert_every": lengths}),
)  # fmt: skip
sections = st.fixed_dictionaries(
    {
        "defaults": defaults,
        "calendars": st.fixed_dictionaries({"office": calendars}),
        "roles": roles,
        "rules": rules,
        "actions": st.fixed_dictionaries({"pay": actions, "look": actions}),
    }
)


def _mistakes(written: dict[str, Any]) -> int:
    """Count them as loading would, but without the slow way through YAML."""
    findings = Findings()
    resolved(json.loads(json.dumps(written), parse_float=Decimal), findings)
    return len(findings.mistakes)


def _mended(written: dict[str, Any], turn: int) -> Manifest | None:
    """Strike out keys, beginning anywhere, until what is left loads; None if nothing helps."""
    wrong = _mistakes(written)
    parts = [*written["actions"].values(), written["rules"], written["defaults"]]
    keys = [(part, key) for part in parts for key in part if key not in _NEEDED]
    for part, key in keys[turn % 7 :] + keys[: turn % 7]:
        if not wrong:
            break
        struck = part.pop(key)
        left = _mistakes(written)
        if left < wrong:
            wrong = left
        else:
            part[key] = struck
    return None if wrong else load_files({"all.yaml": json.dumps(written)}).manifest


_NEEDED = frozenset({"severity", "reversible", "role", "operations", "administrators"})

manifests = st.builds(_mended, sections.map(deepcopy), st.integers(0, 6))
"""Manifests of every shape; None for the few that could not be mended."""
