"""The manifest as it is written in YAML: which keys there are, and what each may hold."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
)
from pydantic_core import PydanticCustomError

from manifests.durations import read_duration
from manifests.money import DIGITS, Currency, Money, decimal_amount
from manifests.parameters import ParameterType, Sensitivity
from manifests.vocabulary import Friction, Severity, WhenSilent

_SECONDS_IN_A_YEAR = 366 * 86_400
ACTION_NAME = r"^[A-Za-z][\w.-]{0,99}$"


def _duration(value: object) -> timedelta:
    length = read_duration(value) if isinstance(value, str) else value
    if isinstance(length, timedelta):
        return length
    raise PydanticCustomError(
        "bad-duration", "this is no length of time; write it as 45s, 15m, 4h, 2d or 1h30m"
    )


def _seconds(value: object) -> timedelta:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _SECONDS_IN_A_YEAR:
        return timedelta(seconds=value)
    raise PydanticCustomError(
        "bad-duration", "this key takes a whole number of seconds, such as 900"
    )


def _amount(value: object) -> Decimal:
    amount = value if isinstance(value, Decimal) else decimal_amount(value)
    if amount is None or amount <= 0:
        raise PydanticCustomError("bad-amount", "this is no amount; write a number such as 49.99")
    return amount


def _currency(value: str) -> Currency:
    if value not in DIGITS:
        raise PydanticCustomError(
            "bad-currency", "“{value}” is no currency; write its three letters, such as USD",
            {"value": value},
        )  # fmt: skip
    return Currency(value)


def _share(value: object) -> float:
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise PydanticCustomError(
        "bad-confidence", "a confidence is a number between 0 and 1, such as 0.95"
    )


def _audited(value: object) -> bool:
    if value is True:
        return True
    raise PydanticCustomError(
        "audit-required", "everything is audited; this cannot be switched off"
    )


def _bound(value: object) -> str:
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        return str(value)
    raise PydanticCustomError("wrong-type", "a bound is a number or a date")


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Seconds = Annotated[timedelta, BeforeValidator(_seconds)]
Amount = Annotated[Decimal, BeforeValidator(_amount)]
CurrencyCode = Annotated[StrictStr, AfterValidator(_currency)]
Share = Annotated[float, BeforeValidator(_share)]
Bound = Annotated[str, BeforeValidator(_bound)]
Line = Annotated[StrictStr, Field(min_length=1, max_length=150)]
Sentence = Annotated[StrictStr, Field(min_length=1, max_length=500)]
RoleWord = Annotated[StrictStr, Field(pattern=r"^[A-Za-z][\w-]{0,79}$")]
Channel = Annotated[StrictStr, Field(pattern=r"^[CG][A-Z0-9]{2,20}$")]
User = Annotated[StrictStr, Field(pattern=r"^[UW][A-Z0-9]{2,20}$")]
UserGroup = Annotated[StrictStr, Field(pattern=r"^S[A-Z0-9]{2,20}$")]
Count = Annotated[StrictInt, Field(ge=0, le=100_000)]
Roles = Annotated[tuple[RoleWord, ...], Field(min_length=1, max_length=10)]


class Part(BaseModel):
    """The base of everything written: no key we do not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class MoneyPart(Part):
    """An amount and its currency."""

    amount: Amount
    currency: CurrencyCode

    @property
    def money(self) -> Money:
        """Give the amount with its currency."""
        return Money(self.amount, Currency(self.currency))


class RungPart(Part):
    """One level of the ladder."""

    within: Duration
    roles: Annotated[tuple[RoleWord, ...], Field(max_length=10)] = ()


class InformationPart(Part):
    """How often and how long reviewers may ask back."""

    rounds: Annotated[StrictInt, Field(ge=0, le=20)] = 3
    answer_within: Duration = timedelta(hours=4)


class WindowPart(Part):
    """How much may be auto-approved in any stretch of time, per action, agent and currency."""

    length: Duration = timedelta(hours=24)
    caps: dict[CurrencyCode, Amount] = Field(default_factory=dict)


class DefaultsPart(Part):
    """What holds wherever an action says nothing else."""

    role: RoleWord
    operations: RoleWord
    administrators: RoleWord
    ladder: Annotated[tuple[RungPart, ...], Field(min_length=1, max_length=10)] = (
        RungPart(within=timedelta(hours=1)),
    )
    window: WindowPart = WindowPart()
    escalate_below: Share = 0.60
    alert_every: Duration = timedelta(minutes=15)
    execute_within: Duration = timedelta(hours=24)
    information: InformationPart = InformationPart()


class PersonPart(Part):
    """One person, by every Slack account they have."""

    name: Line
    slack: Annotated[tuple[User, ...], Field(min_length=1)]


class RolePart(Part):
    """Something people may sign for."""

    title: Line
    channel: Channel
    members: tuple[User, ...] = ()
    user_group: UserGroup | None = None


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


class TierPart(Part):
    """Other seats for larger amounts."""

    above: MoneyPart
    seats: Roles


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


class ActionPart(Part):
    """One action."""

    title: Line | None = None
    description: Annotated[StrictStr, Field(max_length=2_000)] = ""
    severity: Severity
    reversible: StrictBool
    approval_required: StrictBool = True
    audit_log: Annotated[Literal[True], BeforeValidator(_audited)] = True
    announce: StrictBool | None = None
    block: StrictBool = False
    block_reason: Sentence | None = None
    seats: Roles | None = None
    tiers: Annotated[tuple[TierPart, ...], Field(max_length=10)] = ()
    amount_parameter: StrictStr = "amount"
    conditions: ConditionsPart | None = None
    confidence: ConfidencePart = ConfidencePart()
    ladder: Annotated[tuple[RungPart, ...], Field(min_length=1, max_length=10)] | None = None
    escalation_path: Roles | None = None
    approval_timeout_seconds: Seconds | None = None
    when_silent: WhenSilent | None = None
    alert_every: Duration | None = None
    friction: Friction | None = None
    editor_may_sign: StrictBool | None = None
    information: InformationPart | None = None
    execute_within: Duration | None = None
    parameters: dict[StrictStr, ParameterPart] | None = None
    wording: WordingPart = WordingPart()
