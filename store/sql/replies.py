"""Decisions for agents that came by the queue, and answers that Slack was given already."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from manifests.vocabulary import AgentName
from store.proposal import ProposalId
from store.sql.codec import micros
from store.sql.statements import Statement, Wire
from store.sql.tables import clicks, deliveries

_D, _C = deliveries.c, clicks.c
_DELIVER = insert(deliveries).values(
    {column.name: bindparam(column.name) for column in deliveries.c}
)
_PUT = Statement(
    _DELIVER.on_conflict_do_update(
        index_elements=["proposal", "version", "workspace"],
        set_={name: _DELIVER.excluded[name] for name in ("agent", "body", "delivered_at")},
    )
)
_LATEST = Statement(
    select(_D.body)
    .where(_D.workspace == bindparam("workspace"), _D.proposal == bindparam("proposal"))
    .order_by(_D.version.desc())
    .limit(1)
)
_ANSWER = Statement(
    select(_C.answer).where(_C.workspace == bindparam("workspace"), _C.key == bindparam("key"))
)
_REMEMBER = Statement(
    insert(clicks)
    .values({column.name: bindparam(column.name) for column in clicks.c})
    .on_conflict_do_nothing()
)
_FORGET = Statement(
    delete(clicks).where(
        _C.workspace == bindparam("workspace"), _C.answered_at < bindparam("before")
    )
)


class SqlReplies:
    """Decisions for agents that came by the queue, one row a version."""

    def __init__(self, wire: Wire, workspace: str, now: Callable[[], datetime]) -> None:
        self._wire = wire
        self._workspace = workspace
        self._now = now

    def put(self, proposal: ProposalId, agent: AgentName, version: int, body: str) -> None:
        """Leave a decision where its agent looks for it."""
        self._wire.later(
            _PUT,
            workspace=self._workspace,
            proposal=proposal,
            version=version,
            agent=agent,
            body=body,
            delivered_at=micros(self._now()),
        )

    def latest(self, proposal: ProposalId) -> str | None:
        """Read the newest decision left for a proposal."""
        row = self._wire.row(_LATEST, workspace=self._workspace, proposal=proposal)
        return None if row is None else row[0]


class SqlClicks:
    """Which requests from Slack were answered already, and how."""

    def __init__(self, wire: Wire, workspace: str, now: Callable[[], datetime]) -> None:
        self._wire = wire
        self._workspace = workspace
        self._now = now

    def answer_to(self, key: str) -> str | None:
        """Give the answer stored for a request."""
        row = self._wire.row(_ANSWER, workspace=self._workspace, key=key)
        return None if row is None else row[0]

    def remember(self, key: str, answer: str) -> None:
        """Store the answer to a request; the first answer stands."""
        self._wire.later(
            _REMEMBER,
            workspace=self._workspace,
            key=key,
            answer=answer,
            answered_at=micros(self._now()),
        )

    def forget_before(self, moment: datetime) -> int:
        """Drop answers older than a moment and count them."""
        return self._wire.change(_FORGET, workspace=self._workspace, before=micros(moment))
