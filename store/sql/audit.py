"""The audit log: written through the chain, read by proposal, verified line by line."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from store.digest import canonical
from store.effects import Event
from store.events import from_json
from store.ports import AuditLine
from store.proposal import ProposalId
from store.sql.chain import GENESIS, Chain, linked
from store.sql.statements import Statement, Wire
from store.sql.tables import audit, audit_head
from store.sql.troubles import ReadOnly

_T = audit.c
_OF = Statement(
    select(_T.seq, _T.line, _T.hash)
    .where(_T.workspace == bindparam("workspace"), _T.proposal == bindparam("proposal"))
    .order_by(_T.seq)
)
_AFTER = Statement(
    select(_T.seq, _T.proposal, _T.line, _T.hash)
    .where(_T.workspace == bindparam("workspace"), _T.seq > bindparam("after"))
    .order_by(_T.seq)
    .limit(bindparam("limit"))
)
_HEAD = Statement(
    select(audit_head.c.seq, audit_head.c.hash).where(
        audit_head.c.workspace == bindparam("workspace")
    )
)
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What walking the chain found: how many lines are sound, and the first that is not."""

    lines: int
    head: str
    broken_at: int | None = None
    why: str = ""

    @property
    def sound(self) -> bool:
        """Say whether every line is as it was written."""
        return self.broken_at is None


class SqlAudit:
    """The log of everything that happened, and of every refusal."""

    def __init__(self, wire: Wire, workspace: str, chain: Chain | None = None) -> None:
        self._wire = wire
        self._workspace = workspace
        self._chain = chain

    def append(self, proposal: ProposalId | None, version: int | None, event: Event) -> None:
        """Chain one line to the log."""
        if self._chain is None:
            raise ReadOnly("A query cannot write to the audit log.")
        self._chain.append(proposal, version, event)

    def of(self, proposal: ProposalId) -> tuple[AuditLine, ...]:
        """Read a proposal's lines in order."""
        if self._chain is not None:
            self._chain.write()
        rows = self._wire.rows(_OF, workspace=self._workspace, proposal=proposal)
        return tuple(_line(seq, line, hash_) for seq, line, hash_ in rows)

    def verify(self) -> Verdict:
        """Walk the whole chain and find the first line that is not as it was written."""
        seq, before = 0, GENESIS
        while rows := self._wire.rows(_AFTER, workspace=self._workspace, after=seq, limit=_AT_ONCE):
            for row in rows:
                why = self._fault(row, seq, before)
                if why:
                    return Verdict(seq, before, seq + 1, why)
                seq, before = row[0], row[3]
        return self._compared_with_head(seq, before)

    def _fault(self, row: tuple[Any, ...], last: int, before: str) -> str:
        seq, proposal, line, hash_ = row
        if seq != last + 1:
            return f"Line {last + 1} is missing."
        if linked(before, line) != hash_:
            return f"Line {seq} was changed, or a line before it."
        told = json.loads(line)
        if (told["seq"], told["proposal"], told["workspace"]) != (seq, proposal, self._workspace):
            return f"Line {seq} was moved: it belongs to line {told['seq']}, {told['proposal']}."
        return (
            "" if canonical(told).decode() == line else f"Line {seq} is not in its canonical form."
        )

    def _compared_with_head(self, seq: int, last: str) -> Verdict:
        head = self._wire.row(_HEAD, workspace=self._workspace)
        if head != (seq, last):
            stands = "nowhere" if head is None else f"at line {head[0]}"
            why = f"The log ends at line {seq}, but its head stands {stands}."
            return Verdict(seq, last, seq + 1, why)
        return Verdict(seq, last)


def _line(seq: int, line: str, hash_: str) -> AuditLine:
    told = json.loads(line)
    event: Event = from_json(told["event"])
    return AuditLine(
        seq=seq, proposal=told["proposal"], version=told["version"], event=event, hash=hash_
    )
