"""What followed decisions, one row a proposal, changed by compare-and-swap."""

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from store.aftermath import NOTHING_YET, Aftermath
from store.ports import Overtaken
from store.proposal import ProposalId
from store.sql.codec import aftermath_from, aftermath_json
from store.sql.statements import Statement, Wire
from store.sql.tables import executions

_T = executions.c
_OF = Statement(
    select(_T.body).where(
        _T.workspace == bindparam("workspace"), _T.proposal == bindparam("proposal")
    )
)
_FIRST = Statement(
    insert(executions)
    .values({column.name: bindparam(column.name) for column in executions.c})
    .on_conflict_do_nothing()
)
_NEXT = Statement(
    update(executions)
    .where(
        _T.workspace == bindparam("own_workspace"),
        _T.proposal == bindparam("own_proposal"),
        _T.version == bindparam("before"),
    )
    .values(version=bindparam("version"), body=bindparam("body"))
)


class SqlAftermaths:
    """What followed decisions."""

    def __init__(self, wire: Wire, workspace: str) -> None:
        self._wire = wire
        self._workspace = workspace

    def of(self, proposal: ProposalId) -> Aftermath:
        """Read what followed; nothing yet is an aftermath too."""
        row = self._wire.row(_OF, workspace=self._workspace, proposal=proposal)
        return NOTHING_YET if row is None else aftermath_from(row[0])

    def put(self, proposal: ProposalId, before: Aftermath, after: Aftermath) -> None:
        """Write what follows now; raise `Overtaken` when `before` is no longer in force."""
        version, body = after.version, aftermath_json(after)
        if before.version == 0:
            written = self._wire.change(
                _FIRST, workspace=self._workspace, proposal=proposal, version=version, body=body
            )
        else:
            written = self._wire.change(
                _NEXT,
                own_workspace=self._workspace,
                own_proposal=proposal,
                before=before.version,
                version=version,
                body=body,
            )
        if written != 1:
            raise Overtaken(f"What followed {proposal} has changed since it was read.")
