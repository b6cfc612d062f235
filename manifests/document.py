"""The manifest as it is written in YAML: which keys there are, and what each may hold."""

from datetime import time, timedelta
from typing import Annotated

from pydantic import Discriminator, Field, StrictBool, StrictInt, StrictStr, Tag

from manifests.document_people import HoursPart as HoursPart
from manifests.document_people import PersonPart as PersonPart
from manifests.document_people import RolePart as RolePart
from manifests.document_rules import CheckPart, EvidencePart, RulePart, WindowLimitPart
from manifests.document_values import ACTION_NAME as ACTION_NAME
from manifests.document_values import (
    AGENT_NAME,
    Amount,
    Audited,
    Bound,
    ClockTime,
    Count,
    CurrencyCode,
    Day,
    Delay,
    Duration,
    Few,
    HoldAbove,
    Line,
    MoneyPart,
    Part,
    Roles,
    RoleWord,
    Seconds,
    Sentence,
    Share,
    TimeZone,
    Word,
    Words,
)
from manifests.parameters import ParameterType, Sensitivity
from manifests.vocabulary import Friction, Mode, Oversight, Severity, Urgency, WhenSilent

TAG = "="
"""Begins the names of what may be written in several ways; no path in a file has such a step."""
_ONE = f"{TAG}length"


class RungPart(Part):
    """One level of the ladder."""

    within: Annotated[
        Annotated[Duration, Tag(_ONE)]
        | Annotated[dict[Urgency, Duration], Field(min_length=1), Tag(f"{TAG}lengths")],
        Discriminator(lambda written: f"{TAG}lengths" if isinstance(written, dict) else _ONE),
    ]
    """One length, or one for each urgency; an urgency that is not named has the normal one's."""
    roles: Annotated[tuple[RoleWord, ...], Field(max_length=10)] = ()


Ladder = Annotated[tuple[RungPart, ...], Field(min_length=1, max_length=10)]
Reminders = Annotated[tuple[Share, ...], Field(max_length=5)]


class SeatPart(Part):
    """Several seats of one role, each for another person."""

    role: RoleWord
    people: Few = 1


Seat = Annotated[
    Annotated[RoleWord, Tag(f"{TAG}role")] | Annotated[SeatPart, Tag(f"{TAG}seats")],
    Discriminator(
        lambda written: f"{TAG}seats" if isinstance(written, dict | SeatPart) else f"{TAG}role"
    ),
]
Seats = Annotated[tuple[Seat, ...], Field(min_length=1, max_length=10)]


class RollbackPart(Part):
    """How an action is undone, and when that was last tried out."""

    how: Sentence
    tested_on: Day


class OverridePart(Part):
    """Who may grant a one-time override of what an external policy engine denied."""

    seats: Seats
    ladder: Ladder | None = None
    execute_within: Duration | None = None


class InformationPart(Part):
    """How often and how long reviewers may ask back."""

    rounds: Annotated[StrictInt, Field(ge=0, le=20)] = 3
    answer_within: Duration = timedelta(hours=4)
    total_pause: Duration = timedelta(hours=24)
    """For how long questions may stop the clock in all."""
    roles: Annotated[tuple[RoleWord, ...], Field(max_length=10)] = ()
    """Roles that may be asked besides those who may decide."""
    systems: Annotated[
        tuple[Annotated[StrictStr, Field(pattern=AGENT_NAME)], ...], Field(max_length=10)
    ] = ()
    """Programs that may be asked, by the names of their keys."""


class QuietPart(Part):
    """When nobody is reminded, unless it is about something critical."""

    from_: Annotated[ClockTime, Field(alias="from")]
    to: ClockTime
    """Before `from` means the next morning."""
    timezone: TimeZone


class DigestPart(Part):
    """When each channel is told of low severity that waits there and of what is held back."""

    at: ClockTime = time(8, 30)
    timezone: TimeZone = "UTC"


class WindowPart(Part):
    """How much may be auto-approved in any stretch of time, per action, agent and currency."""

    length: Duration = timedelta(hours=24)
    caps: dict[CurrencyCode, Amount] = Field(default_factory=dict)


class AlternativesPart(Part):
    """What an agent may do after a no."""

    at_most: Annotated[StrictInt, Field(ge=0, le=20)] = 3
    """How many alternatives to one rejected proposal come before people as such."""
    target: Annotated[tuple[StrictStr, ...], Field(max_length=10)] = ()
    """The parameters that say what an action is done to, such as customer and order_id."""
    remembered_for: Duration = timedelta(days=7)


class DefaultsPart(Part):
    """What holds wherever an action says nothing else."""

    role: RoleWord
    operations: RoleWord
    administrators: RoleWord
    ladder: Ladder = (RungPart(within=timedelta(hours=1)),)
    window: WindowPart = WindowPart()
    escalate_below: Share = 0.60
    alert_every: Duration = timedelta(minutes=15)
    execute_within: Duration = timedelta(hours=24)
    information: InformationPart = InformationPart()
    uncertainty_factors_at_most: Annotated[StrictInt, Field(ge=0, le=50)] = 2
    max_life: Duration = timedelta(days=30)
    reminders: Reminders = (0.5, 0.85)
    business_hours: Word | None = None
    veto_within: Duration = timedelta(minutes=15)
    alternatives: AlternativesPart = AlternativesPart()
    weights: dict[Severity, Annotated[StrictInt, Field(ge=1, le=1_000)]] = Field(
        default_factory=lambda: dict.fromkeys(Severity, 1)
    )
    """How much a waiting proposal of each severity counts when reviewers' loads are compared."""
    release_delay: Delay | None = None
    """Without one it is 5 seconds where a single person approves something severe."""
    hold_above: HoldAbove | None = None
    takeover_within: Duration = timedelta(minutes=30)
    quiet_hours: QuietPart | None = None
    digest: DigestPart = DigestPart()
    human_words: Words = ("talk to a human", "speak to a human", "speak to a person", "real person")
    """Phrases in the original request by which a customer asks for a human."""


class ConditionsPart(Part):
    """Limits on an amount; the `_usd` keys are the short form for US dollars."""

    auto_approve_below: MoneyPart | None = None
    auto_approve_below_usd: Amount | None = None
    always_approve_above: MoneyPart | None = None
    always_approve_above_usd: Amount | None = None
    window_cap: Amount | None = None
    window_length: Duration | None = None


class ConfidencePart(Part):
    """What the agent's own confidence may do: raise scrutiny, or, if granted, spare a review."""

    auto_approve_above: Share | None = None
    escalate_below: Share | None = None
    uncertainty_factors_at_most: Annotated[StrictInt, Field(ge=0, le=50)] | None = None
    signals: dict[Word, Share] = Field(default_factory=dict)
    """Other signals that must reach their share as well before confidence spares a review."""


class TierPart(Part):
    """Other seats for larger amounts."""

    above: MoneyPart
    seats: Seats
    ladder: Ladder | None = None


class WordingPart(Part):
    """Sentences for the card; `{parameter}` is filled in."""

    headline: Line | None = None
    approve_label: Annotated[StrictStr, Field(min_length=1, max_length=30)] | None = None
    if_approved: Sentence | None = None
    if_rejected: Sentence | None = None
    undo: Sentence | None = None


class ParameterPart(Part):
    """One parameter."""

    type: ParameterType
    title: Line | None = None
    description: Annotated[StrictStr, Field(max_length=500)] = ""
    required: StrictBool = False
    editable: StrictBool = True
    sensitive: Sensitivity = Sensitivity.PLAIN
    choices: Annotated[tuple[Line, ...], Field(max_length=100)] = ()
    minimum: Bound | None = None
    maximum: Bound | None = None
    min_length: Count | None = None
    max_length: Count | None = None
    pattern: Annotated[StrictStr, Field(min_length=1, max_length=500)] | None = None
    currency: CurrencyCode | None = None
    currency_parameter: StrictStr | None = None
    by_reference: StrictBool = False
    """The value is `{url, sha256}`: too large to show, pinned by its digest."""


class ActionPart(Part):
    """One action."""

    title: Line | None = None
    description: Annotated[StrictStr, Field(max_length=2_000)] = ""
    severity: Severity
    reversible: StrictBool
    approval_required: StrictBool | None = None
    audit_log: Audited = True
    announce: StrictBool | None = None
    block: StrictBool = False
    block_reason: Sentence | None = None
    oversight: Oversight | None = None
    rollback: RollbackPart | None = None
    veto_within: Duration | None = None
    mode: Mode = Mode.EXECUTE
    executed_by: Annotated[StrictStr, Field(pattern=AGENT_NAME)] | None = None
    """The only agent that may consume the approval; the one that proposes never holds the pen."""
    seats: Seats | None = None
    tiers: Annotated[tuple[TierPart, ...], Field(max_length=10)] = ()
    amount_parameter: StrictStr = "amount"
    conditions: ConditionsPart | None = None
    confidence: ConfidencePart = ConfidencePart()
    rules: Annotated[dict[Word, RulePart], Field(max_length=50)] = Field(default_factory=dict)
    limits: Annotated[tuple[WindowLimitPart, ...], Field(max_length=10)] = ()
    required_evidence: Annotated[tuple[EvidencePart, ...], Field(max_length=10)] = ()
    required_checks: Annotated[tuple[CheckPart, ...], Field(max_length=20)] = ()
    ladder: Ladder | None = None
    max_life: Duration | None = None
    reminders: Reminders | None = None
    business_hours: Word | None = None
    alternatives: AlternativesPart | None = None
    override: OverridePart | None = None
    escalation_path: Roles | None = None
    approval_timeout_seconds: Seconds | None = None
    when_silent: WhenSilent | None = None
    alert_every: Duration | None = None
    friction: Friction | None = None
    retype: StrictStr | None = None
    """The parameter that is typed once more, where friction is typed."""
    release_delay: Delay | None = None
    hold_above: HoldAbove | None = None
    takeover_within: Duration | None = None
    editor_may_sign: StrictBool | None = None
    information: InformationPart | None = None
    execute_within: Duration | None = None
    parameters: dict[StrictStr, ParameterPart] | None = None
    wording: WordingPart = WordingPart()
