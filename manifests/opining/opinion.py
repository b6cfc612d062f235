"""What an opinion is, and the case it is about."""

from typing import NamedTuple

from manifests.manifest import Action, Spent, Tier
from manifests.money import Money
from manifests.opining.texts import Texts
from manifests.plan import ReviewPlan, Role
from manifests.proposed import Circumstances, Proposed, Window
from manifests.vocabulary import Scrutiny
from manifests.weighing import Unclear


class Opinion(NamedTuple):
    """What one rule thinks, and why, in words for a person."""

    scrutiny: Scrutiny
    rule: str
    because: str
    ask: str = ""
    """What the agent is asked before people look."""
    seats: tuple[Role, ...] = ()
    """Who must sign as well."""
    path: tuple[str | int, ...] = ()
    """Where it is written, such as ("actions", "pay", "rules", "lawyer"); empty for what always
    holds."""


class Case(NamedTuple):
    """One proposal before the opinions, with what is worked out once for all of them."""

    action: Action
    proposed: Proposed
    told: Circumstances
    amount: Money | Unclear | None
    """None when the amount plays no part."""
    tier: Tier | None
    outline: ReviewPlan
    target: str
    """What it is done to, in canonical form; empty when that cannot be told."""
    cap: Window | None
    """The sum that the cap holds; None when the amount cannot pass by itself anyway."""
    human_words: tuple[str, ...]
    texts: Texts

    def spent(self, window: Window | None) -> Spent | None:
        """Say what counts against a window; None when it is not known."""
        return None if self.told.spent is None or window is None else self.told.spent.get(window)

    def written(self, *keys: str | int) -> tuple[str | int, ...]:
        """Name a place under the action."""
        return ("actions", self.action.name, *keys)
