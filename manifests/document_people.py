"""People, roles and working hours as they are written in YAML."""

from typing import Annotated, Literal

from pydantic import Field, StrictStr

from manifests.document_values import (
    Channel,
    ClockTime,
    Day,
    Duration,
    Line,
    Part,
    TimeZone,
    User,
    UserGroup,
    Word,
)

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class HoursPart(Part):
    """A named calendar: when people work somewhere."""

    timezone: TimeZone
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = ("mon", "tue", "wed", "thu", "fri")
    opens: ClockTime
    closes: ClockTime
    """Before `opens` means the next day: a night shift."""
    holidays: Annotated[StrictStr, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")] | None = None
    """A country, or a country and a part of it: DE, DE-BE, US-CA."""
    closed_on: tuple[Day, ...] = ()


class PersonPart(Part):
    """One person, by every Slack account they have."""

    name: Line
    slack: Annotated[tuple[User, ...], Field(min_length=1)]
    working_hours: Word | None = None
    """The name of a calendar; without one they are taken to be there always."""


class OnCallPart(Part):
    """Members who take turns; whoever's turn it is counts as the only available one."""

    people: Annotated[tuple[User, ...], Field(min_length=1)]
    every: Duration
    starts: Day
    at: ClockTime
    timezone: TimeZone


class RolePart(Part):
    """Something people may sign for."""

    title: Line
    channel: Channel
    members: tuple[User, ...] = ()
    user_group: UserGroup | None = None
    on_call: OnCallPart | None = None
