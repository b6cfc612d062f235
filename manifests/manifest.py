"""The rules in force, typed and immutable: what was written, resolved and checked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import NewType

from manifests.money import Currency, Money
from manifests.parameters import Parameter, ParameterSchema
from manifests.plan import ReviewPlan, Role
from manifests.vocabulary import ActionName, Digest, PersonId, RoleName, Severity, UserId
from manifests.wording import WordingTemplate

UserGroupId = NewType("UserGroupId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffedRole:
    """A role, and who holds it: a fixed list, a user group of the workspace, or both."""

    role: Role
    members: tuple[UserId, ...] = ()
    user_group: UserGroupId | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """The plan for amounts above a limit."""

    above: Money
    plan: ReviewPlan


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
    approval_required: bool
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

    @property
    def weighs_amounts(self) -> bool:
        """Say whether the amount plays any part in who decides."""
        return bool(self.tiers) or self.limits != _NO_LIMITS

    @property
    def currency(self) -> Currency | None:
        """Give the currency the manifest's own limits speak of."""
        limit = self.limits.auto_approve_below or self.limits.always_approve_above
        if limit is None and self.tiers:
            limit = self.tiers[0].above
        return limit.currency if limit is not None else None

    def may_spare(self, amount: Money) -> bool:
        """Say whether an amount could pass without a person, so that the cap must hold its sum."""
        cap, limit = self.limits.cap, self.limits.auto_approve_below
        if cap is None or limit is None or amount.currency != limit.currency:
            return False
        return amount.amount < limit.amount or self.confidence.auto_approve_above is not None


_NO_LIMITS = Limits()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What to add up before auto-approving: one agent's amounts of one action and currency."""

    action: ActionName
    currency: Currency
    amount: Decimal
    """What this proposal would add."""
    cap: Decimal
    length: timedelta
