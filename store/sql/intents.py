"""What was rejected, found by what was wanted."""

from datetime import datetime

from sqlalchemy import ScalarSelect, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from manifests.vocabulary import Digest
from store.intents import Intent
from store.proposal import ProposalId
from store.sql.codec import micros
from store.sql.statements import Statement, Wire
from store.sql.tables import intents

_T = intents.c
_KEY = ["intent", "proposal", "workspace"]


def _latest(name: str) -> "ScalarSelect[str]":
    return (
        select(_T.proposal)
        .where(_T.workspace == bindparam("workspace"), _T.intent == bindparam(name))
        .order_by(_T.rejected_at.desc(), _T.proposal.desc())
        .limit(1)
        .scalar_subquery()
    )


# One round trip: this is asked of every proposal that comes in.
_REJECTED = Statement(select(_latest("content"), _latest("target")))
_FOLLOWED = Statement(
    select(_T.followed).where(
        _T.workspace == bindparam("workspace"),
        _T.intent == bindparam("intent"),
        _T.proposal == bindparam("proposal"),
    )
)
_ROW = insert(intents).values({column.name: bindparam(column.name) for column in intents.c})
_REMEMBER = Statement(_ROW.on_conflict_do_nothing(index_elements=_KEY))
_COUNT = Statement(
    _ROW.on_conflict_do_update(
        index_elements=_KEY, set_={"followed": _T.followed + _ROW.excluded.followed}
    )
)


class SqlIntents:
    """What was rejected, and how often something came after it."""

    def __init__(self, wire: Wire, workspace: str) -> None:
        self._wire = wire
        self._workspace = workspace

    def remember(self, intent: Digest, proposal: ProposalId, rejected_at: datetime) -> None:
        """Keep that a proposal with this intent was rejected; again changes nothing."""
        self._write(_REMEMBER, intent, proposal, rejected_at, 0)

    def rejected(self, intent: Intent) -> tuple[ProposalId | None, ProposalId | None]:
        """Name the latest rejected proposal with this content, and that with this target."""
        row = self._wire.row(
            _REJECTED, workspace=self._workspace, content=intent.content, target=intent.target
        )
        return (None, None) if row is None else (row[0], row[1])

    def followed(self, intent: Digest, proposal: ProposalId) -> int:
        """Say how many proposals have come after a rejected one."""
        row = self._wire.row(_FOLLOWED, workspace=self._workspace, intent=intent, proposal=proposal)
        return 0 if row is None else int(row[0])

    def count(self, intent: Digest, proposal: ProposalId, rejected_at: datetime) -> None:
        """Count one more that comes after a rejected proposal, also of one that was forgotten."""
        self._write(_COUNT, intent, proposal, rejected_at, 1)

    def _write(
        self,
        statement: Statement,
        intent: Digest,
        proposal: ProposalId,
        rejected_at: datetime,
        followed: int,
    ) -> None:
        self._wire.later(
            statement,
            workspace=self._workspace,
            intent=intent,
            proposal=proposal,
            rejected_at=micros(rejected_at),
            followed=followed,
        )
