"""All parts together into one manifest."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import rfc8785
from pydantic import BaseModel

from manifests.document import ACTION_NAME, ActionPart, DefaultsPart, PersonPart, RolePart
from manifests.manifest import Manifest, StaffedRole
from manifests.resolving.actions import Surroundings, resolved_action, unclassified
from manifests.resolving.findings import Findings
from manifests.resolving.ladders import Standard, rungs
from manifests.resolving.parts import part, parts
from manifests.resolving.roles import RoleBook, accounts, staffed_roles
from manifests.vocabulary import ActionName, Digest, PersonId, RoleName

SECTIONS = ("defaults", "people", "roles", "actions")

_NOBODY = "?"  # no role can be called this
_PERSON = re.compile(r"[a-z][a-z0-9_.-]{0,79}", re.ASCII)
_ACTION = re.compile(ACTION_NAME, re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything written that could be read."""

    defaults: DefaultsPart | None
    people: Mapping[str, PersonPart]
    roles: Mapping[str, RolePart]
    actions: Mapping[str, ActionPart]


def resolved(sections: Mapping[str, Mapping[str, object]], findings: Findings) -> Manifest | None:
    """Resolve what was written; None, with the mistakes noted, when it cannot be used."""
    read = Parts(
        defaults=_defaults(sections, findings),
        people=parts(PersonPart, sections.get("people", {}), "people", findings),
        roles=parts(RolePart, sections.get("roles", {}), "roles", findings),
        actions=parts(ActionPart, sections.get("actions", {}), "actions", findings),
    )
    _refuse_bad_names(sections, findings)
    staff = staffed_roles(read.roles, findings)
    unreadable = frozenset(sections.get("roles", {})) - frozenset(read.roles)
    book = RoleBook(staff, unreadable | {_NOBODY}, findings)
    # Without usable defaults the rest is still looked at, so that every mistake is told at once.
    defaults = read.defaults or _named_in(sections.get("defaults", {}))
    manifest = _manifest(read, defaults, staff, book, findings)
    return None if read.defaults is None else manifest


def _defaults(
    sections: Mapping[str, Mapping[str, object]], findings: Findings
) -> DefaultsPart | None:
    if "defaults" in sections:
        return part(DefaultsPart, sections["defaults"], ("defaults",), findings)
    findings.mistake_in_key(
        (), "missing-section", "Nothing says who reviews by default, and who runs things.",
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
    for name in sections.get("people", {}):
        if not _PERSON.fullmatch(name):
            message = f"“{name}” cannot name a person."
            hint = "Use small letters, digits, dots and dashes, such as ana.ruiz."
            findings.mistake_in_key(("people", name), "bad-name", message, hint)
    for name in sections.get("actions", {}):
        if not _ACTION.fullmatch(name):
            message = f"“{name}” cannot name an action."
            hint = "Use letters, digits, _, . and -, beginning with a letter."
            findings.mistake_in_key(("actions", name), "bad-name", message, hint)


def _manifest(
    read: Parts,
    defaults: DefaultsPart,
    staff: dict[RoleName, StaffedRole],
    book: RoleBook,
    findings: Findings,
) -> Manifest:
    ladder = rungs(defaults.ladder, book, ("defaults", "ladder"))
    around = Surroundings(
        defaults=defaults,
        standard=Standard(book.defined(defaults.role, ("defaults", "role")), ladder),
        operations=book.defined(defaults.operations, ("defaults", "operations")),
        administrators=book.defined(defaults.administrators, ("defaults", "administrators")),
        digest=_digest(read, defaults),
        book=book,
        findings=findings,
    )
    actions = {
        ActionName(name): resolved_action(name, written, around)
        for name, written in read.actions.items()
    }
    return Manifest(
        digest=around.digest,
        actions=MappingProxyType(actions),
        roles=MappingProxyType(staff),
        people=MappingProxyType(accounts(read.people, findings)),
        names=MappingProxyType({PersonId(n): each.name for n, each in read.people.items()}),
        operations=around.operations,
        administrators=around.administrators,
        unclassified=unclassified(ladder, around),
    )


def _digest(read: Parts, defaults: DefaultsPart) -> Digest:
    """Digest the meaning, not the text: comments, order and spelled-out defaults change nothing."""
    canonical = rfc8785.dumps(
        {
            "defaults": defaults.model_dump(mode="json"),
            "people": _dumped(read.people),
            "roles": _dumped(read.roles),
            "actions": _dumped(read.actions),
        }
    )
    return Digest("sha256:" + hashlib.sha256(canonical).hexdigest())


def _dumped(written: Mapping[str, BaseModel]) -> dict[str, Any]:
    return {name: each.model_dump(mode="json") for name, each in written.items()}
