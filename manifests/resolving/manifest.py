"""All parts together into one manifest."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import rfc8785
from pydantic import BaseModel

from manifests.codes import Code
from manifests.document import (
    ACTION_NAME,
    ActionPart,
    DefaultsPart,
    HoursPart,
    PersonPart,
    RolePart,
)
from manifests.document_rules import RulePart
from manifests.hours import DailyTime, Hours
from manifests.manifest import Manifest, StaffedRole
from manifests.resolving.actions import resolved_action
from manifests.resolving.calendars import CalendarBook, calendars_of
from manifests.resolving.findings import Findings
from manifests.resolving.ladders import Standard, ladder_of, warn_of_idle_rungs
from manifests.resolving.outlines import unclassified
from manifests.resolving.parts import part, parts
from manifests.resolving.quorum import staff_of
from manifests.resolving.roles import RoleBook, accounts, staffed_roles, working_hours
from manifests.resolving.rules import refuse_stray_rules
from manifests.resolving.surroundings import Surroundings
from manifests.resolving.times import Times
from manifests.vocabulary import ActionName, CalendarName, Digest, PersonId, RoleName, UserId

SECTIONS = ("defaults", "calendars", "people", "roles", "rules", "actions")

_NOBODY = "?"  # no role can be called this
_WORD = re.compile(r"[A-Za-z][\w-]{0,79}", re.ASCII)
_PERSON = re.compile(r"[a-z][a-z0-9_.-]{0,79}", re.ASCII)
_ACTION = re.compile(ACTION_NAME, re.ASCII)
_OURS = "keyturn."
_AS_A_WORD = "Use letters, digits, _ and -, beginning with a letter."
_NAMES = {
    "calendars": (_WORD, "a calendar", _AS_A_WORD),
    "people": (_PERSON, "a person", "Use small letters, digits, dots and dashes: ana.ruiz."),
    "roles": (_WORD, "a role", _AS_A_WORD),
    "rules": (_WORD, "a rule", _AS_A_WORD),
    "actions": (_ACTION, "an action", "Use letters, digits, _, . and -, beginning with a letter."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything written that could be read."""

    defaults: DefaultsPart | None
    calendars: Mapping[str, HoursPart]
    people: Mapping[str, PersonPart]
    roles: Mapping[str, RolePart]
    rules: Mapping[str, RulePart]
    actions: Mapping[str, ActionPart]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everybody and every calendar that actions may speak of."""

    staff: dict[RoleName, StaffedRole]
    owners: dict[UserId, PersonId]
    names: dict[PersonId, str]
    calendars: dict[CalendarName, Hours]


def resolved(sections: Mapping[str, Mapping[str, object]], findings: Findings) -> Manifest | None:
    """Resolve what was written; None, with the mistakes noted, when it cannot be used."""
    read = Parts(
        defaults=_defaults(sections, findings),
        calendars=parts(HoursPart, sections.get("calendars", {}), "calendars", findings),
        people=parts(PersonPart, sections.get("people", {}), "people", findings),
        roles=parts(RolePart, sections.get("roles", {}), "roles", findings),
        rules=parts(RulePart, sections.get("rules", {}), "rules", findings),
        actions=parts(ActionPart, sections.get("actions", {}), "actions", findings),
    )
    _refuse_bad_names(sections, findings)
    # Without usable defaults the rest is still looked at, so that every mistake is told at once.
    defaults = read.defaults or _named_in(sections.get("defaults", {}))
    manifest = _manifest(read, defaults, sections, findings)
    return None if read.defaults is None else manifest


def _defaults(
    sections: Mapping[str, Mapping[str, object]], findings: Findings
) -> DefaultsPart | None:
    if "defaults" in sections:
        return part(DefaultsPart, sections["defaults"], ("defaults",), findings)
    findings.mistake_in_key(
        (), Code.MISSING_SECTION, "Nothing says who reviews by default, and who runs things.",
        "Write defaults with role, operations and administrators, best in roles.yaml.",
    )  # fmt: skip
    return None


def _named_in(written: Mapping[str, object]) -> DefaultsPart:
    role, operations, administrators = (
        name if isinstance(name := written.get(key), str) else _NOBODY
        for key in ("role", "operations", "administrators")
    )
    return DefaultsPart.model_construct(
        role=role, operations=operations, administrators=administrators
    )


def _refuse_bad_names(sections: Mapping[str, Mapping[str, object]], findings: Findings) -> None:
    for section, (pattern, what, hint) in _NAMES.items():
        for name in sections.get(section, {}):
            if not pattern.fullmatch(name):
                message = f"“{name}” cannot name {what}."
                findings.mistake_in_key((section, name), Code.BAD_NAME, message, hint)
    for name in sections.get("actions", {}):
        if name.casefold().startswith(_OURS):
            message = f"“{name}” is a name of Keyturn's own."
            hint = f"Leave {_OURS}* to what Keyturn itself asks administrators."
            findings.mistake_in_key(("actions", name), Code.BAD_NAME, message, hint)


def _manifest(
    read: Parts,
    defaults: DefaultsPart,
    sections: Mapping[str, Mapping[str, object]],
    findings: Findings,
) -> Manifest:
    known = _known(read, findings)
    around = _surroundings(read, defaults, known, sections, findings)
    _look_at_defaults(around)
    actions = {
        ActionName(name): resolved_action(name, written, around)
        for name, written in read.actions.items()
    }
    refuse_stray_rules(read.rules, [each.schema for each in actions.values()], findings)
    manifest = Manifest(
        digest=around.digest,
        actions=MappingProxyType(actions),
        roles=MappingProxyType(known.staff),
        people=MappingProxyType(known.owners),
        names=MappingProxyType(known.names),
        operations=around.operations,
        administrators=around.administrators,
        unclassified=unclassified(around.standard.ladder, around),
        calendars=MappingProxyType(known.calendars),
        working_hours=MappingProxyType(working_hours(read.people, around.calendars)),
        human_words=defaults.human_words,
        digest_at=DailyTime(defaults.digest.at, defaults.digest.timezone),
    )
    around.book.warn_of_unused()
    around.calendars.warn_of_unused()
    return manifest


def _known(read: Parts, findings: Findings) -> Known:
    return Known(
        staff=staffed_roles(read.roles, findings),
        owners=accounts(read.people, findings),
        names={PersonId(name): each.name for name, each in read.people.items()},
        calendars=calendars_of(read.calendars, findings),
    )


def _surroundings(
    read: Parts,
    defaults: DefaultsPart,
    known: Known,
    sections: Mapping[str, Mapping[str, object]],
    findings: Findings,
) -> Surroundings:
    book = RoleBook(known.staff, _unreadable("roles", sections, read.roles), findings)
    ladder = ladder_of(defaults.ladder, book, ("defaults", "ladder"))
    return Surroundings(
        defaults=defaults,
        standard=Standard(book.defined(defaults.role, ("defaults", "role")), ladder),
        operations=book.defined(defaults.operations, ("defaults", "operations")),
        administrators=book.defined(defaults.administrators, ("defaults", "administrators")),
        digest=_digest(read, defaults),
        book=book,
        calendars=CalendarBook(
            known.calendars, _unreadable("calendars", sections, read.calendars), findings
        ),
        staff=staff_of(known.staff, known.owners, known.names),
        shared_rules=read.rules,
        findings=findings,
    )


def _look_at_defaults(around: Surroundings) -> None:
    defaults, findings = around.defaults, around.findings
    Times(findings).of_defaults(defaults)
    path = ("defaults", "ladder")
    warn_of_idle_rungs((around.standard.role,), around.standard.ladder, path, findings)
    around.calendars.named(defaults.business_hours, ("defaults", "business_hours"))


def _unreadable(
    section: str, sections: Mapping[str, Mapping[str, object]], read: Mapping[str, BaseModel]
) -> frozenset[str]:
    """Name what was defined but could not be read; that was told already."""
    return frozenset(sections.get(section, {})) - frozenset(read) | {_NOBODY}


def _digest(read: Parts, defaults: DefaultsPart) -> Digest:
    """Digest the meaning, not the text: comments, order and spelled-out defaults change nothing."""
    canonical = rfc8785.dumps(
        {
            "defaults": defaults.model_dump(mode="json"),
            "calendars": _dumped(read.calendars),
            "people": _dumped(read.people),
            "roles": _dumped(read.roles),
            "rules": _dumped(read.rules),
            "actions": _dumped(read.actions),
        }
    )
    return Digest("sha256:" + hashlib.sha256(canonical).hexdigest())


def _dumped(written: Mapping[str, BaseModel]) -> dict[str, Any]:
    return {name: each.model_dump(mode="json") for name, each in written.items()}
