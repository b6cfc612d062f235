"""What the board keeps under one mark: of a queue, a system, or a channel's digest."""

from sqlalchemy import bindparam, func, or_, select

from manifests.vocabulary import ChannelId
from store.board import CHANNELS, Gathering, Part
from store.proposal import ProposalId
from store.sql.statements import Statement, Wire
from store.sql.tables import stakes

_S = stakes.c
_MARKED = (
    _S.workspace == bindparam("workspace"),
    _S.who == bindparam("who"),
    _S.part == bindparam("part"),
)
_COUNT = Statement(select(func.count()).select_from(stakes).where(*_MARKED))
_ONES = select(_S.proposal).where(*_MARKED).limit(bindparam("limit"))
_FIRST_DUE = Statement(_ONES.order_by(_S["at"], _S.proposal))
# Ids are made in the order of time.
_OLDEST = Statement(_ONES.order_by(_S.proposal))
# One pass over an index, once a day; what comes back is two rows a channel at most.
_GATHERED = Statement(
    select(_S.who, _S.part, func.count())
    .where(
        _S.workspace == bindparam("workspace"),
        or_(_S.part == Part.DIGEST_WAITING.value, _S.part == Part.DIGEST_HELD.value),
    )
    .group_by(_S.who, _S.part)
)


class Marked:
    """Reads by a mark and a part."""

    def __init__(self, wire: Wire, workspace: str) -> None:
        self._wire = wire
        self._workspace = workspace

    def count(self, who: str, part: Part) -> int:
        """Count them."""
        told = {"who": who, "part": part.value}
        row = self._wire.row(_COUNT, workspace=self._workspace, **told)
        return 0 if row is None else int(row[0])

    def first_due(self, who: str, part: Part, limit: int) -> tuple[ProposalId, ...]:
        """List some, what is due first, first."""
        return self._some(_FIRST_DUE, who, part, limit)

    def oldest(self, who: str, part: Part, limit: int) -> tuple[ProposalId, ...]:
        """List some, the oldest first."""
        return self._some(_OLDEST, who, part, limit)

    def gathered(self) -> tuple[Gathering, ...]:
        """Count what there is for each channel's digest."""
        rows = self._wire.rows(_GATHERED, workspace=self._workspace)
        return tuple(
            Gathering(ChannelId(who.removeprefix(CHANNELS)), Part(part), int(many))
            for who, part, many in rows
        )

    def _some(
        self, statement: Statement, who: str, part: Part, limit: int
    ) -> tuple[ProposalId, ...]:
        told = {"who": who, "part": part.value, "limit": limit}
        rows = self._wire.rows(statement, workspace=self._workspace, **told)
        return tuple(ProposalId(proposal) for (proposal,) in rows)
