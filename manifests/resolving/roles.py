"""Names of roles into roles, and the people behind them."""

from collections.abc import Iterable, Mapping

from manifests.document import PersonPart, RolePart
from manifests.manifest import StaffedRole, UserGroupId
from manifests.mistakes import did_you_mean
from manifests.plan import Role
from manifests.resolving.findings import Findings, Path
from manifests.vocabulary import ChannelId, PersonId, RoleName, UserId

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

    def defined(self, name: str, path: Path) -> Role:
        """Find a role that must exist."""
        staffed = self._roles.get(RoleName(name))
        if staffed is not None:
            return staffed.role
        if name not in self._unreadable:
            hint = did_you_mean(name, self._roles, "Define it under roles.")
            self._findings.mistake(path, "unknown-role", f"No role is called “{name}”.", hint)
        return _NOBODY

    def all_defined(self, names: Iterable[str], path: Path) -> tuple[Role, ...]:
        """Find roles that must all exist."""
        return tuple(self.defined(name, (*path, index)) for index, name in enumerate(names))

    def defined_or(self, name: str, stand_ins: tuple[Role, ...], path: Path) -> tuple[Role, ...]:
        """Find a role of an escalation path; for one nobody defined, others stand in."""
        staffed = self._roles.get(RoleName(name))
        if staffed is not None:
            return (staffed.role,)
        who = " and ".join(role.title for role in stand_ins)
        hint = did_you_mean(
            name, self._roles, "Define it under roles to have its own people asked."
        )
        self._findings.warning(
            path,
            "undefined-role",
            f"No role is called “{name}”; {who} will be asked instead.",
            hint,
        )
        return stand_ins


def staffed_roles(parts: Mapping[str, RolePart], findings: Findings) -> dict[RoleName, StaffedRole]:
    """Turn written roles into roles that somebody holds."""
    for name, part in parts.items():
        if not part.members and part.user_group is None:
            findings.mistake_in_key(
                ("roles", name), "empty-role", f"Nobody holds the role “{name}”.",
                "List members, or name a user group.",
            )  # fmt: skip
    return {RoleName(name): _staffed(name, part) for name, part in parts.items()}


def _staffed(name: str, part: RolePart) -> StaffedRole:
    return StaffedRole(
        role=Role(name=RoleName(name), title=part.title, channel=ChannelId(part.channel)),
        members=tuple(UserId(each) for each in dict.fromkeys(part.members)),
        user_group=None if part.user_group is None else UserGroupId(part.user_group),
    )


def accounts(parts: Mapping[str, PersonPart], findings: Findings) -> dict[UserId, PersonId]:
    """Say which person each Slack account belongs to."""
    owners: dict[UserId, PersonId] = {}
    for name, part in parts.items():
        for index, user in enumerate(part.slack):
            owner = owners.setdefault(UserId(user), PersonId(name))
            if owner != name:
                message = f"{user} belongs to “{owner}” already."
                hint = "A Slack account has one owner; remove it from one of them."
                findings.mistake(("people", name, "slack", index), "shared-account", message, hint)
    return owners
