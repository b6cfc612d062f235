"""What a database must hold before the first operation: the chain's head and the root secret."""

import secrets as chance
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from store.sql.chain import GENESIS
from store.sql.codec import micros
from store.sql.statements import Statement, Wire
from store.sql.tables import audit_head, commits, secrets

ROOT = "root"
SECRET_BYTES = 32

_HEAD = Statement(
    insert(audit_head)
    .values({column.name: bindparam(column.name) for column in audit_head.c})
    .on_conflict_do_nothing()
)
_MAKE = Statement(
    insert(secrets)
    .values({column.name: bindparam(column.name) for column in secrets.c})
    .on_conflict_do_nothing()
)
_ROOT = Statement(
    select(secrets.c.value).where(
        secrets.c.workspace == bindparam("workspace"), secrets.c.name == bindparam("name")
    )
)
_FORGET_WRITERS = Statement(
    delete(commits).where(
        commits.c.workspace == bindparam("workspace"), commits.c.committed_at < bindparam("before")
    )
)


def prepare(wire: Wire, workspace: str, now: datetime, forget_before: datetime) -> bytes:
    """Make what is missing, once, and give the root secret."""
    wire.change(_HEAD, workspace=workspace, seq=0, hash=GENESIS)
    wire.change(
        _MAKE,
        workspace=workspace,
        name=ROOT,
        value=chance.token_bytes(SECRET_BYTES),
        made_at=micros(now),
    )
    wire.change(_FORGET_WRITERS, workspace=workspace, before=micros(forget_before))
    row = wire.row(_ROOT, workspace=workspace, name=ROOT)
    if row is None:
        raise LookupError(f"The root secret of workspace {workspace!r} is neither there nor made.")
    return bytes(row[0])
