"""What must be added up before a proposal can pass: the cap's sum, and each windowed limit's."""

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from json.encoder import encode_basestring as _quoted

import rfc8785

from manifests.conditions import WindowLimit
from manifests.folding import respelled
from manifests.manifest import Action
from manifests.money import Money
from manifests.proposed import Proposed, SumName, Window
from manifests.vocabulary import AgentName
from manifests.weighing import Unclear


def target_of(action: Action, proposed: Proposed) -> str:
    """Write what is done to what in one canonical spelling; empty when nobody can tell."""
    if not action.target:
        return ""
    values = [proposed.parameters.get(name) for name in action.target]
    if any(value is None for value in values):
        return ""
    named = list(zip(action.target, map(respelled, values), strict=True))
    try:
        # For texts alone this gives the same as the library, much faster.
        pairs = [f"[{_quoted(n)},{_quoted(v)}]" for n, v in named if isinstance(v, str)]
        if len(pairs) == len(named):
            return f"[{','.join(pairs)}]".encode().decode()
        return rfc8785.dumps([list(pair) for pair in named]).decode()
    except ValueError:
        return ""  # no canonical form, so that two alike could look unlike


def cap_window(action: Action, amount: Money | Unclear | None, agent: AgentName) -> Window | None:
    """Say what the cap adds up; nothing for an amount that cannot pass by itself anyway."""
    cap = action.limits.cap
    if cap is None or not isinstance(amount, Money) or not action.may_spare(amount):
        return None
    name = SumName(f"action={action.name} agent={agent}")
    return Window(name=name, currency=amount.currency, amount=amount.amount, length=cap.length)


def limit_window(
    limit: WindowLimit,
    action: Action,
    amount: Money | Unclear | None,
    agent: AgentName,
    target: str,
) -> Window | Unclear | None:
    """Say what one limit adds up; None where another limit holds this currency."""
    if "target" in limit.per and not target:
        return Unclear("What this is done to cannot be told, so it cannot be counted.")
    name = _sum_name(limit, action, agent, target)
    if limit.sum is None:
        return Window(name=name, currency="", amount=Decimal(1), length=limit.length)
    if not isinstance(amount, Money):
        return amount or Unclear("The amount cannot be told, so it cannot be added up.")
    if amount.currency != limit.sum.currency:
        if any(each.sum and each.sum.currency == amount.currency for each in action.window_limits):
            return None
        return Unclear(f"{amount} is not in {limit.sum.currency}, so it cannot be added up.")
    return Window(name=name, currency=amount.currency, amount=amount.amount, length=limit.length)


def _sum_name(limit: WindowLimit, action: Action, agent: AgentName, target: str) -> SumName:
    """Name the sum after its dimensions, so that limits of several lengths share one."""
    parts = []
    if "action" in limit.per:
        parts.append(f"action={action.name}")
    if "agent" in limit.per:
        parts.append(f"agent={agent}")
    if "target" in limit.per:
        parts.append(f"target={hashlib.sha256(target.encode()).hexdigest()}")
    return SumName(" ".join(parts))


def windows(
    action: Action,
    proposed: Proposed,
    amount: Money | Unclear | None,
    agent: AgentName,
) -> Iterator[Window]:
    """List every sum that plays a part, the cap's first."""
    held = cap_window(action, amount, agent)
    if held is not None:
        yield held
    if action.window_limits:
        target = target_of(action, proposed)
        for limit in action.window_limits:
            window = limit_window(limit, action, amount, agent, target)
            if isinstance(window, Window):
                yield window
