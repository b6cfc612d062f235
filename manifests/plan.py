"""The review plan: policy's answer about one proposal, frozen into its checkpoint at intake."""

from dataclasses import dataclass, field
from datetime import timedelta

from manifests.hours import Hours, Quiet
from manifests.parameters import ParameterSchema
from manifests.vocabulary import (
    AgentName,
    ChannelId,
    Digest,
    Friction,
    Mode,
    Oversight,
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
    total_pause: timedelta = timedelta(hours=24)
    """For how long questions may stop the clock in all."""
    roles: tuple[Role, ...] = ()
    """Other roles that may be asked; whoever is asked answers and decides nothing by it."""
    systems: tuple[AgentName, ...] = ()
    """Programs with a key of their own that may be asked."""


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
    still_because: str = ""
    """Why an earlier revision came to people, where it asked for more than the one in force."""
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
    oversight: Oversight = Oversight.IN_THE_LOOP
    veto_within: timedelta | None = None
    """For how long an action that runs at once may be vetoed; only when on the loop."""
    mode: Mode = Mode.EXECUTE
    executed_by: AgentName | None = None
    """The only agent that may consume the approval; None means the one that proposed."""
    overrides: str = ""
    """The policy engine whose denial this would override once; empty for ordinary proposals."""
    ask_first: str = ""
    """What the agent must answer before people look; empty when nothing is asked."""
    max_life: timedelta = timedelta(days=30)
    """After this an open proposal expires, however often its clock was stopped."""
    reminders: tuple[float, ...] = (0.5, 0.85)
    """Shares of a rung's length after which whoever can still act is reminded."""
    hours: Hours | None = None
    """The calendar that rungs' lengths are counted in; None counts every hour."""
    alternatives: int = 3
    """How many alternatives may follow one rejection."""
    target: str = ""
    """What this is done to, in canonical form: tells the same intent asked again."""
    remembered_for: timedelta = timedelta(days=7)
    """How long a rejection is held against the same intent."""
    weight: int = 1
    """How much this counts when reviewers' loads are compared."""
    release_after: timedelta = timedelta(0)
    """How long a filled quorum waits before the agent hears of it, so that it can be undone."""
    retype: str = ""
    """The parameter whose value is typed once more where friction asks for it; empty means the
    action's own name."""
    takeover_within: timedelta = timedelta(minutes=30)
    """How long one reviewer may hold control of the agent's environment."""
    hold_above: int | None = None
    """How many open proposals of one agent for this action have live cards; the rest is held."""
    quiet: Quiet | None = None
    """When reminders wait, unless the action is critical."""

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
