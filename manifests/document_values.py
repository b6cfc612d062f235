"""Single values as they are written in YAML: lengths of time, amounts, shares, ids."""

import re
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StrictInt,
    StrictStr,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from manifests.codes import Code
from manifests.durations import read_duration
from manifests.money import DIGITS, Currency, Money, decimal_amount

_SECONDS_IN_A_YEAR = 366 * 86_400
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
ACTION_NAME = r"^[A-Za-z][\w.-]{0,99}$"
AGENT_NAME = r"^[A-Za-z][\w.-]{0,63}$"


def _duration(value: object) -> timedelta:
    length = read_duration(value) if isinstance(value, str) else value
    if isinstance(length, timedelta):
        return length
    raise PydanticCustomError(
        Code.BAD_DURATION, "this is no length of time; write it as 45s, 15m, 4h, 2d or 1h30m"
    )


def _delay(value: object) -> timedelta:
    return timedelta(0) if value == "none" or value == timedelta(0) else _duration(value)


def _seconds(value: object) -> timedelta:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _SECONDS_IN_A_YEAR:
        return timedelta(seconds=value)
    raise PydanticCustomError(
        Code.BAD_DURATION, "this key takes a whole number of seconds, such as 900"
    )


def _amount(value: object) -> Decimal:
    amount = value if isinstance(value, Decimal) else decimal_amount(value)
    if amount is None or amount <= 0:
        raise PydanticCustomError(
            Code.BAD_AMOUNT, "this is no amount; write a number such as 49.99"
        )
    return amount


def _currency(value: str) -> Currency:
    if value not in DIGITS:
        raise PydanticCustomError(
            Code.BAD_CURRENCY, "“{value}” is no currency; write its three letters, such as USD",
            {"value": value},
        )  # fmt: skip
    return Currency(value)


def _share(value: object) -> float:
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise PydanticCustomError(
        Code.BAD_CONFIDENCE, "this takes a number between 0 and 1, such as 0.95"
    )


def _audited(value: object) -> bool:
    if value is True:
        return True
    raise PydanticCustomError(
        Code.AUDIT_REQUIRED, "everything is audited; this cannot be switched off"
    )


def _bound(value: object) -> str:
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        return str(value)
    raise PydanticCustomError(Code.WRONG_TYPE, "a bound is a number or a date")


def _clock_time(value: object) -> time:
    if isinstance(value, time):
        return value
    if isinstance(value, str) and _CLOCK.fullmatch(value):
        return time.fromisoformat(value)
    raise PydanticCustomError(
        Code.BAD_TIME, 'this is no time of day; write it in quotes, as "09:00"'
    )


def _day(value: object) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    elif isinstance(value, date):
        return value
    raise PydanticCustomError(Code.BAD_DATE, 'this is no date; write it in quotes, as "2026-11-21"')


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise PydanticCustomError(
            Code.BAD_TIMEZONE, "“{value}” is no time zone; write one such as Europe/Berlin",
            {"value": value},
        ) from None  # fmt: skip
    return value


def _written(**schema: JsonValue) -> WithJsonSchema:
    """Say how a value looks in YAML, for editors."""
    return WithJsonSchema(schema)


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    _written(
        type="string",
        pattern=r"^(?=.)(\d{1,4}d)?(\d{1,5}h)?(\d{1,6}m)?(\d{1,8}s)?$",
        examples=["45s", "15m", "4h", "2d", "1h30m"],
    ),
]
Delay = Annotated[
    timedelta,
    BeforeValidator(_delay),
    _written(
        type="string",
        pattern=r"^(none|(?=.)(\d{1,4}d)?(\d{1,5}h)?(\d{1,6}m)?(\d{1,8}s)?)$",
        examples=["none", "5s", "1m"],
    ),
]
"""A length of time, or none at all."""
ClockTime = Annotated[
    time, BeforeValidator(_clock_time), _written(type="string", pattern=f"^({_CLOCK.pattern})$")
]
Day = Annotated[
    date,
    BeforeValidator(_day),
    _written(type="string", pattern=r"^\d{4}-\d{2}-\d{2}$", examples=["2026-11-21"]),
]
TimeZone = Annotated[StrictStr, AfterValidator(_timezone)]
Seconds = Annotated[
    timedelta,
    BeforeValidator(_seconds),
    _written(type="integer", minimum=1, maximum=_SECONDS_IN_A_YEAR),
]
Amount = Annotated[
    Decimal, BeforeValidator(_amount), _written(type=["number", "string"], exclusiveMinimum=0)
]
CurrencyCode = Annotated[
    StrictStr, AfterValidator(_currency), _written(type="string", pattern=r"^[A-Z]{3}$")
]
Share = Annotated[float, BeforeValidator(_share), _written(type="number", minimum=0, maximum=1)]
Bound = Annotated[str, BeforeValidator(_bound), _written(type=["number", "string"])]
Audited = Annotated[Literal[True], BeforeValidator(_audited), _written(const=True)]
Line = Annotated[StrictStr, Field(min_length=1, max_length=150)]
Sentence = Annotated[StrictStr, Field(min_length=1, max_length=500)]
Channel = Annotated[StrictStr, Field(pattern=r"^[CG][A-Z0-9]{2,20}$")]
User = Annotated[StrictStr, Field(pattern=r"^[UW][A-Z0-9]{2,20}$")]
UserGroup = Annotated[StrictStr, Field(pattern=r"^S[A-Z0-9]{2,20}$")]
Count = Annotated[StrictInt, Field(ge=0, le=100_000)]
RoleWord = Annotated[StrictStr, Field(pattern=r"^[A-Za-z][\w-]{0,79}$")]
Roles = Annotated[tuple[RoleWord, ...], Field(min_length=1, max_length=10)]
Word = Annotated[StrictStr, Field(pattern=r"^[A-Za-z][\w-]{0,79}$")]
Words = Annotated[tuple[Line, ...], Field(min_length=1, max_length=50)]
Pattern = Annotated[StrictStr, Field(min_length=1, max_length=500)]
Few = Annotated[StrictInt, Field(ge=1, le=20)]
HoldAbove = Annotated[StrictInt, Field(ge=1, le=1_000)]


class Part(BaseModel):
    """The base of everything written: no key we do not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class MoneyPart(Part):
    """An amount and its currency."""

    amount: Amount
    currency: CurrencyCode

    @property
    def money(self) -> Money:
        """Give the amount with its currency."""
        return Money(self.amount, Currency(self.currency))
