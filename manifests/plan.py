"""The review plan: policy's answer about one proposal, frozen into its checkpoint at intake."""

from dataclasses import dataclass, field
from datetime import timedelta

from manifests.parameters import ParameterSchema
from manifests.vocabulary import (
    ChannelId,
    Digest,
    Friction,
    RoleName,
    Scrutiny,
    Severity,
    WhenSilent,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Something people may sign for, and the channel where its cards appear."""

    name: RoleName
    title: str
    channel: ChannelId


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One level of the ladder: its length, and who else may fill any seat from here on."""

    sla: timedelta
    fallback: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationLimits:
    """How often reviewers may stop the clock to ask, and how long an answer may take."""

    rounds: int = 3
    answer_within: timedelta = timedelta(hours=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Our own sentences for the card, already filled in from typed parameters."""

    headline: str
    approve_label: str = "Approve"
    if_approved: str = ""
    if_rejected: str = ""
    undo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPlan:
    """Who must agree, how long they have, and why it came to them.

    `ladder[0]` is the first review; each later rung widens who may fill a seat and never takes a
    seat away.
    """

    scrutiny: Scrutiny
    rule: str
    """Name of the opinion that decided, such as `auto_approve_below`."""
    because: str
    """The rule in words for a person."""
    severity: Severity
    reversible: bool
    seats: tuple[Role, ...]
    ladder: tuple[Rung, ...]
    when_silent: WhenSilent
    alert_every: timedelta
    operations: Role
    administrators: Role
    friction: Friction
    editor_may_sign: bool
    information: InformationLimits
    execute_within: timedelta
    wording: Wording
    schema: ParameterSchema
    manifest_digest: Digest
    signals: tuple[str, ...] = field(default=())
    """Every other opinion that spoke, in words, most cautious first."""
    announce: bool = True
    """Whether an auto-approval is shown in the seats' channel; pure reads are only logged."""

    def fillers(self, seat: Role, rung: int) -> frozenset[RoleName]:
        """Name the roles that may fill a seat once the ladder has reached a rung."""
        widened = (role.name for step in self.ladder[: rung + 1] for role in step.fallback)
        return frozenset({seat.name, *widened})

    @property
    def roles(self) -> frozenset[RoleName]:
        """Name every role that may fill a seat on some rung."""
        last = len(self.ladder) - 1
        return frozenset[RoleName]().union(*(self.fillers(seat, last) for seat in self.seats))

    def channels(self, rung: int) -> tuple[ChannelId, ...]:
        """List where cards stand once the ladder has reached a rung, first seats first."""
        fallback = [role.channel for step in self.ladder[: rung + 1] for role in step.fallback]
        return tuple(dict.fromkeys([*(seat.channel for seat in self.seats), *fallback]))

    def fallback_of(self, rung: int) -> tuple[Role, ...]:
        """List the roles called at one rung."""
        return self.ladder[rung].fallback
