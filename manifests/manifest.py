"""The rules in force, typed and immutable: what was written, resolved and checked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from decimal import Decimal
from typing import NewType

from manifests.conditions import Checked, Evidenced, Rule, WindowLimit
from manifests.hours import DailyTime, Hours, Rota
from manifests.money import Currency, Money
from manifests.parameters import Parameter, ParameterSchema
from manifests.plan import ReviewPlan, Role, Rung
from manifests.vocabulary import (
    ActionName,
    CalendarName,
    Digest,
    Oversight,
    PersonId,
    RoleName,
    Severity,
    Urgency,
    UserId,
)
from manifests.wording import WordingTemplate

UserGroupId = NewType("UserGroupId", str)


BREAKFAST = DailyTime(time(8, 30), "UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffedRole:
    """A role, and who holds it: a fixed list, a user group of the workspace, or both."""

    role: Role
    members: tuple[UserId, ...] = ()
    user_group: UserGroupId | None = None
    rota: Rota | None = None
    """Who of the holders is on call; None when all are there alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """How much of one currency may be auto-approved within any stretch of this length."""

    money: Money
    length: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Where an amount is small enough for nobody, and large enough that a person must decide."""

    auto_approve_below: Money | None = None
    always_approve_above: Money | None = None
    cap: Cap | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidenceRule:
    """Below one share a proposal goes straight up; from the other, if granted, it passes."""

    escalate_below: float
    auto_approve_above: float | None = None
    uncertainty_factors_at_most: int = 2
    signals: Mapping[str, float] = field(default_factory=dict)
    """Other signals that must reach their share as well before confidence spares a review."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """The plan for amounts above a limit."""

    above: Money
    plan: ReviewPlan
    urgent_ladders: Mapping[Urgency, tuple[Rung, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One kind of thing agents may do, with everything policy needs to answer at once.

    `plan` and the tiers' plans are outlines: complete but for what depends on the proposal.
    """

    name: ActionName
    title: str
    description: str
    severity: Severity
    reversible: bool
    blocked: str | None
    """Why the manifest blocks it; None when it does not."""
    amount_parameter: str
    amount: Parameter | None
    """The declared amount; None when the schema is open or holds no amount."""
    limits: Limits
    confidence: ConfidenceRule
    schema: ParameterSchema
    wording: WordingTemplate
    plan: ReviewPlan
    tiers: tuple[Tier, ...] = ()
    """By currency, the highest limit first."""
    oversight: Oversight = Oversight.IN_THE_LOOP
    """Where people stand when no condition asks for more."""
    rules: tuple[Rule, ...] = ()
    """The manifest's own rules for every action first, then the action's."""
    window_limits: tuple[WindowLimit, ...] = ()
    required_evidence: tuple[Evidenced, ...] = ()
    required_checks: tuple[Checked, ...] = ()
    target: tuple[str, ...] = ()
    """The parameters that say what the action is done to."""
    urgent_ladders: Mapping[Urgency, tuple[Rung, ...]] = field(default_factory=dict)
    """The ladder for each urgency that has times of its own."""
    override: ReviewPlan | None = None
    """The outline for a one-time override of a policy engine's denial."""

    @property
    def approval_required(self) -> bool:
        """Say whether a person is asked where no rule spares them."""
        return self.oversight is Oversight.IN_THE_LOOP

    @property
    def weighs_amounts(self) -> bool:
        """Say whether the amount plays any part in who decides."""
        return (
            bool(self.tiers)
            or self.limits.auto_approve_below is not None
            or self.limits.always_approve_above is not None
            or any(limit.sum is not None for limit in self.window_limits)
        )

    @property
    def currency(self) -> Currency | None:
        """Give the currency the manifest's own limits speak of."""
        limit = self.limits.auto_approve_below or self.limits.always_approve_above
        if limit is None and self.tiers:
            limit = self.tiers[0].above
        if limit is None:
            limit = next((each.sum for each in self.window_limits if each.sum is not None), None)
        return limit.currency if limit is not None else None

    def may_spare(self, amount: Money) -> bool:
        """Say whether an amount could pass without a person, so that the cap must hold its sum."""
        cap, limit = self.limits.cap, self.limits.auto_approve_below
        if cap is None or limit is None or amount.currency != limit.currency:
            return False
        return amount.amount < limit.amount or self.confidence.auto_approve_above is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Every action, every role, every person known, and the digest that identifies them all."""

    digest: Digest
    actions: Mapping[ActionName, Action]
    roles: Mapping[RoleName, StaffedRole]
    people: Mapping[UserId, PersonId]
    names: Mapping[PersonId, str]
    operations: Role
    administrators: Role
    unclassified: ReviewPlan
    """The outline for what nobody has classified."""
    calendars: Mapping[CalendarName, Hours] = field(default_factory=dict)
    working_hours: Mapping[PersonId, Hours] = field(default_factory=dict)
    """When each person works; whoever is not listed counts as always there."""
    human_words: tuple[str, ...] = ()
    """Phrases by which a customer asks for a human."""
    digest_at: DailyTime = BREAKFAST
    """When each channel is told of low severity that waits there and of what is held back."""

    def person_of(self, user: UserId) -> PersonId:
        """Say whose a Slack account is; an account nobody listed is its own person."""
        return self.people.get(user, PersonId(user))

    def accounts_of(self, person: PersonId) -> frozenset[UserId]:
        """List every Slack account of a person."""
        listed = frozenset(user for user, owner in self.people.items() if owner == person)
        return listed or frozenset({UserId(person)})

    def groups_of(self, roles: Collection[RoleName]) -> tuple[UserGroupId, ...]:
        """List the user groups whose members hold some of these roles."""
        held = (each.user_group for name, each in self.roles.items() if name in roles)
        return tuple(dict.fromkeys(group for group in held if group is not None))

    def roles_of(self, user: UserId, groups: Collection[UserGroupId] = ()) -> frozenset[RoleName]:
        """Name the roles a person holds through any account of theirs, or through these groups."""
        accounts = self.accounts_of(self.person_of(user))
        return frozenset(
            name
            for name, staffed in self.roles.items()
            if not accounts.isdisjoint(staffed.members) or staffed.user_group in groups
        )


@dataclass(frozen=True, slots=True)
class Spent:
    """What was auto-approved already within a window."""

    amount: Decimal = Decimal(0)
    count: int = 0
