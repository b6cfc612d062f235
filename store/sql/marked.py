"""What the board keeps under one mark: of a queue, a system, or a channel's digest."""

from sqlalchemy import and_, bindparam, func, or_, select

from manifests.vocabulary import ChannelId
from store.board import CHANNELS, Gathering, Part
from store.proposal import ProposalId
from store.sql.statements import Statement, Wire
from store.sql.tables import board, stakes

_S, _B = stakes.c, board.c
_MARKED = (
    _S.workspace == bindparam("workspace"),
    _S.who == bindparam("who"),
    _S.part == bindparam("part"),
)
_COUNT = Statement(select(func.count()).select_from(stakes).where(*_MARKED))
_ONES = select(_S.proposal).where(*_MARKED).limit(bindparam("limit"))
_FIRST_DUE = Statement(_ONES.order_by(_S["at"], _S.proposal))
_DESCRIBED = and_(_B.workspace == _S.workspace, _B.proposal == _S.proposal)
_FOREMOST = Statement(
    _ONES.select_from(stakes.join(board, _DESCRIBED)).order_by(
        _B.severity.desc(), _S["at"], _B.opened_at, _S.proposal
    )
)
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

    def foremost(self, who: str, part: Part, limit: int) -> tuple[ProposalId, ...]:
        """List some, the gravest first, of these what is due first, of these the oldest."""
        return self._some(_FOREMOST, who, part, limit)

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
