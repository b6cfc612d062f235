"""Everything a single action is resolved against."""

from collections.abc import Mapping
from dataclasses import dataclass

from manifests.document import DefaultsPart
from manifests.document_rules import RulePart
from manifests.plan import Role
from manifests.resolving.calendars import CalendarBook
from manifests.resolving.findings import Findings
from manifests.resolving.ladders import Standard
from manifests.resolving.quorum import Staff
from manifests.resolving.roles import RoleBook
from manifests.vocabulary import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The defaults, everybody known, and the rules that hold for every action."""

    defaults: DefaultsPart
    standard: Standard
    operations: Role
    administrators: Role
    digest: Digest
    book: RoleBook
    calendars: CalendarBook
    staff: Staff
    shared_rules: Mapping[str, RulePart]
    findings: Findings
