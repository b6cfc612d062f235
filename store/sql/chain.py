r"""The audit chain: each line's hash covers the line before it, so nothing can be changed unseen.

`hash = SHA-256(hash of the line before + "\n" + line)`, where a line is RFC 8785 JSON. The head is
locked first in every transaction, which also puts the transactions of several instances in order.
"""

import hashlib
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from store.digest import canonical
from store.effects import Event
from store.events import as_json
from store.proposal import ProposalId
from store.sql.statements import Statement, Wire
from store.sql.tables import audit, audit_head

GENESIS = hashlib.sha256(b"keyturn audit chain 1").hexdigest()

_LOCK = Statement(
    select(audit_head.c.seq, audit_head.c.hash)
    .where(audit_head.c.workspace == bindparam("workspace"))
    .with_for_update()
)
_ADVANCE = Statement(
    update(audit_head)
    .where(audit_head.c.workspace == bindparam("own_workspace"))
    .values(seq=bindparam("seq"), hash=bindparam("hash"))
)
_ADD = Statement(insert(audit).values({column.name: bindparam(column.name) for column in audit.c}))

Mark = tuple[int, str, int, int]


class Chain:
    """The chain while one transaction holds its head; lines are kept back and written together."""

    def __init__(self, wire: Wire, workspace: str) -> None:
        self._wire = wire
        self._workspace = workspace
        self._seq = self._locked_seq = 0
        self._hash = GENESIS
        self._lines: list[dict[str, Any]] = []
        self._written = 0

    def lock(self) -> None:
        """Take hold of the head; whoever has it is alone until the end of the transaction."""
        row = self._wire.row(_LOCK, workspace=self._workspace)
        if row is None:
            raise LookupError(f"The audit log of workspace {self._workspace!r} has no head.")
        self._seq, self._hash = row
        self._locked_seq = self._seq
        self._lines.clear()
        self._written = 0

    def append(self, proposal: ProposalId | None, version: int | None, event: Event) -> None:
        """Chain one line."""
        line = canonical(
            {
                "event": as_json(event),
                "proposal": proposal,
                "seq": self._seq + 1,
                "version": version,
                "workspace": self._workspace,
            }
        ).decode()
        self._seq += 1
        self._hash = linked(self._hash, line)
        self._lines.append(
            {
                "workspace": self._workspace,
                "seq": self._seq,
                "proposal": proposal,
                "line": line,
                "hash": self._hash,
            }
        )

    def mark(self) -> Mark:
        """Remember where the chain stands before an operation."""
        return self._seq, self._hash, len(self._lines), self._written

    def back_to(self, mark: Mark) -> None:
        """Forget what an operation chained; the database has rolled back what was written of it."""
        self._seq, self._hash, kept, self._written = mark
        del self._lines[kept:]

    def write(self) -> None:
        """Write the lines kept back."""
        if self._written < len(self._lines):
            self._wire.many(_ADD, self._lines[self._written :])
            self._written = len(self._lines)

    def close(self) -> None:
        """Write the lines and the new head, before the commit."""
        self.write()
        if self._seq != self._locked_seq:
            self._wire.later(
                _ADVANCE, own_workspace=self._workspace, seq=self._seq, hash=self._hash
            )


def linked(before: str, line: str) -> str:
    """Hash a line together with the hash of the line before it."""
    return hashlib.sha256(f"{before}\n{line}".encode()).hexdigest()
