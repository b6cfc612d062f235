"""Names of roles into roles, and the people behind them."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from manifests.codes import Code
from manifests.document import PersonPart, RolePart, SeatPart
from manifests.document_people import OnCallPart
from manifests.durations import spoken
from manifests.hours import Hours, Rota
from manifests.manifest import StaffedRole, UserGroupId
from manifests.mistakes import did_you_mean
from manifests.plan import Role
from manifests.resolving.calendars import CalendarBook, refuse_odd_year
from manifests.resolving.findings import Findings, Path
from manifests.vocabulary import ChannelId, PersonId, RoleName, UserId

_SHORTEST_TURN = timedelta(hours=1)
_NOBODY = Role(name=RoleName("nobody"), title="Nobody", channel=ChannelId("C0"))
"""Stands where a mistake was noted, so that the rest can still be looked at."""


class RoleBook:
    """Every defined role by name; asks for the rest are answered and noted."""

    def __init__(
        self,
        roles: Mapping[RoleName, StaffedRole],
        unreadable: frozenset[str],
        findings: Findings,
    ) -> None:
        self._roles = roles
        self._unreadable = unreadable
        self._findings = findings
        self._used: set[str] = set()

    def defined(self, name: str, path: Path) -> Role:
        """Find a role that must exist."""
        self._used.add(name)
        staffed = self._roles.get(RoleName(name))
        if staffed is not None:
            return staffed.role
        if name not in self._unreadable:
            hint = did_you_mean(name, self._roles, "Define it under roles.")
            self._findings.mistake(path, Code.UNKNOWN_ROLE, f"No role is called “{name}”.", hint)
        return _NOBODY

    def all_defined(self, names: Iterable[str], path: Path) -> tuple[Role, ...]:
        """Find roles that must all exist."""
        return tuple(self.defined(name, (*path, index)) for index, name in enumerate(names))

    def seats(self, written: Iterable[str | SeatPart], path: Path) -> tuple[Role, ...]:
        """Find the roles of seats, each as often as it has seats."""
        found: list[Role] = []
        for index, each in enumerate(written):
            if isinstance(each, SeatPart):
                found += [self.defined(each.role, (*path, index, "role"))] * each.people
            else:
                found.append(self.defined(each, (*path, index)))
        return tuple(found)

    def defined_or(self, name: str, stand_ins: tuple[Role, ...], path: Path) -> tuple[Role, ...]:
        """Find a role of an escalation path; for one nobody defined, others stand in."""
        self._used.add(name)
        staffed = self._roles.get(RoleName(name))
        if staffed is not None:
            return (staffed.role,)
        who = " and ".join(role.title for role in stand_ins)
        hint = did_you_mean(
            name, self._roles, "Define it under roles to have its own people asked."
        )
        self._findings.warning(
            path,
            Code.UNDEFINED_ROLE,
            f"No role is called “{name}”; {who} will be asked instead.",
            hint,
        )
        return stand_ins

    def warn_of_unused(self) -> None:
        """Point out roles that nobody is asked as."""
        for name in self._roles:
            if name not in self._used:
                self._findings.warning(
                    ("roles", name), Code.UNUSED_ROLE, f"Nothing asks the role “{name}”.",
                    "Name it among an action's seats or on a rung, or remove it.",
                )  # fmt: skip


def staffed_roles(parts: Mapping[str, RolePart], findings: Findings) -> dict[RoleName, StaffedRole]:
    """Turn written roles into roles that somebody holds."""
    for name, part in parts.items():
        if part.on_call is not None:
            _look_at_turns(part.on_call, part, ("roles", name, "on_call"), findings)
        if not part.members and part.user_group is None:
            findings.mistake_in_key(
                ("roles", name), Code.EMPTY_ROLE, f"Nobody holds the role “{name}”.",
                "List members, or name a user group.",
            )  # fmt: skip
    return {RoleName(name): _staffed(name, part) for name, part in parts.items()}


def _staffed(name: str, part: RolePart) -> StaffedRole:
    return StaffedRole(
        role=Role(name=RoleName(name), title=part.title, channel=ChannelId(part.channel)),
        members=tuple(UserId(each) for each in dict.fromkeys(part.members)),
        user_group=None if part.user_group is None else UserGroupId(part.user_group),
        rota=None if part.on_call is None else _rota(part.on_call),
    )


def _rota(part: OnCallPart) -> Rota:
    return Rota(
        turns=part.people,
        every=part.every,
        starts=part.starts,
        at=part.at,
        timezone=part.timezone,
    )


def _look_at_turns(part: OnCallPart, role: RolePart, path: Path, findings: Findings) -> None:
    refuse_odd_year(part.starts, (*path, "starts"), findings)
    if part.every < _SHORTEST_TURN:
        message = f"A turn of {spoken(part.every)} is over before anybody looks."
        findings.mistake((*path, "every"), Code.SHORT_TURN, message, "Write an hour (1h) or more.")
    for index, user in enumerate(part.people):
        if user not in role.members and role.user_group is None:
            hint = did_you_mean(user, role.members, "Add them to members as well.")
            message = f"{user} takes turns but does not hold the role."
            findings.mistake((*path, "people", index), Code.NOT_A_MEMBER, message, hint)


def working_hours(
    parts: Mapping[str, PersonPart], calendars: CalendarBook
) -> dict[PersonId, Hours]:
    """Say when each person works who has a calendar."""
    found = {
        PersonId(name): calendars.named(part.working_hours, ("people", name, "working_hours"))
        for name, part in parts.items()
    }
    return {person: hours for person, hours in found.items() if hours is not None}


def accounts(parts: Mapping[str, PersonPart], findings: Findings) -> dict[UserId, PersonId]:
    """Say which person each Slack account belongs to."""
    owners: dict[UserId, PersonId] = {}
    for name, part in parts.items():
        for index, user in enumerate(part.slack):
            owner = owners.setdefault(UserId(user), PersonId(name))
            if owner != name:
                message = f"{user} belongs to “{owner}” already."
                hint = "A Slack account has one owner; remove it from one of them."
                findings.mistake(
                    ("people", name, "slack", index), Code.SHARED_ACCOUNT, message, hint
                )
    return owners
