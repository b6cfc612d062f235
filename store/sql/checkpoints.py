"""Checkpoints as rows, changed only by compare-and-swap on their version."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from manifests.vocabulary import AgentName
from store.checkpoint import Checkpoint
from store.ports import Listing, Overtaken
from store.proposal import ProposalId
from store.sql.codec import body_json, checkpoint_from, micros, same_body, state_json
from store.sql.statements import Statement, Wire
from store.sql.tables import checkpoints, executors

_T = checkpoints.c
_COLUMNS = (
    _T.workspace,
    _T.id,
    _T.version,
    _T.status,
    _T.state,
    _T.body,
    _T.created_at,
    _T.updated_at,
)
_SELECT = select(*_COLUMNS).where(_T.workspace == bindparam("workspace"))
_GET = Statement(_SELECT.where(_T.id == bindparam("id")))
_BY_KEY = Statement(
    # What is put together with nothing is found by no index: the key's own is the right one.
    _SELECT.where(_T.agent.concat("") == bindparam("agent"), _T.idempotency_key == bindparam("key"))
)
_PLACE = Statement(
    select(_T.created_at).where(
        _T.workspace == bindparam("workspace"), _T.id == bindparam("before")
    )
)
_INSERT = Statement(
    insert(checkpoints)
    .values({column.name: bindparam(column.name) for column in checkpoints.c})
    .on_conflict_do_nothing()
)
_X = executors.c
_NAME_EXECUTOR = insert(executors).values(
    {column.name: bindparam(column.name) for column in executors.c}
)
_TO_EXECUTE = Statement(
    _NAME_EXECUTOR.on_conflict_do_update(
        index_elements=["proposal", "workspace"], set_={"agent": _NAME_EXECUTOR.excluded.agent}
    )
)
_EXECUTED_BY = _T.id.in_(
    select(_X.proposal).where(
        _X.workspace == bindparam("workspace"), _X.agent == bindparam("executor")
    )
)
_IN_FORCE = and_(
    _T.workspace == bindparam("own_workspace"),
    _T.id == bindparam("own_id"),
    _T.version == bindparam("before"),
)
_MOVE = Statement(
    update(checkpoints)
    .where(_IN_FORCE)
    .values({name: bindparam(name) for name in ("version", "status", "state", "updated_at")})
)
_REPLACE = Statement(
    update(checkpoints)
    .where(_IN_FORCE)
    .values(
        {name: bindparam(name) for name in ("version", "status", "state", "body", "updated_at")}
    )
)


class SqlCheckpoints:
    """Everything stored about proposals."""

    def __init__(self, wire: Wire, workspace: str) -> None:
        self._wire = wire
        self._workspace = workspace

    def get(self, proposal: ProposalId) -> Checkpoint | None:
        """Read one checkpoint."""
        row = self._wire.row(_GET, workspace=self._workspace, id=proposal)
        return None if row is None else checkpoint_from(row)

    def several(self, proposals: Sequence[ProposalId]) -> tuple[Checkpoint, ...]:
        """Read some checkpoints at once, in this order; one that is not there is left out."""
        if not proposals:
            return ()
        named = {f"id_{number}": each for number, each in enumerate(proposals)}
        rows = self._wire.rows(_several(len(proposals)), workspace=self._workspace, **named)
        found = {each.id: each for each in map(checkpoint_from, rows)}
        return tuple(found[each] for each in proposals if each in found)

    def by_key(self, agent: AgentName, key: str) -> Checkpoint | None:
        """Read the checkpoint an agent made with an idempotency key."""
        row = self._wire.row(_BY_KEY, workspace=self._workspace, agent=agent, key=key)
        return None if row is None else checkpoint_from(row)

    def page(self, listing: Listing) -> tuple[Checkpoint, ...]:
        """Read a page of checkpoints, newest first."""
        values: dict[str, Any] = {"workspace": self._workspace, "limit": listing.limit}
        for name in (*_FILTERS, "executor"):
            if getattr(listing, name) is not None:
                values[name] = getattr(listing, name)
        if listing.before is not None:
            place = self._wire.row(_PLACE, workspace=self._workspace, before=listing.before)
            if place is None:
                return ()
            values |= {"before": listing.before, "before_at": place[0]}
        values |= {f"status_{index}": each.value for index, each in enumerate(listing.statuses)}
        statement = _page(frozenset(values), len(listing.statuses))
        return tuple(map(checkpoint_from, self._wire.rows(statement, **values)))

    def insert(self, checkpoint: Checkpoint) -> None:
        """Write a new checkpoint; raise `Overtaken` when its key or id is taken."""
        inserted = self._wire.change(
            _INSERT,
            workspace=self._workspace,
            id=checkpoint.id,
            version=checkpoint.version,
            agent=checkpoint.parties.agent,
            action=checkpoint.proposal.action,
            idempotency_key=checkpoint.proposal.idempotency_key,
            status=checkpoint.state.status.value,
            state=state_json(checkpoint.state),
            body=body_json(checkpoint),
            created_at=micros(checkpoint.created_at),
            updated_at=micros(checkpoint.updated_at),
        )
        if inserted != 1:
            raise Overtaken(f"The id or the idempotency key of {checkpoint.id} is taken already.")
        self._name_executor(checkpoint)

    def replace(self, before: Checkpoint, after: Checkpoint) -> None:
        """Write the next version; raise `Overtaken` when `before` is no longer in force."""
        values: dict[str, Any] = {
            "own_workspace": self._workspace,
            "own_id": before.id,
            "before": before.version,
            "version": after.version,
            "status": after.state.status.value,
            "state": state_json(after.state),
            "updated_at": micros(after.updated_at),
        }
        if same_body(before, after):
            changed = self._wire.change(_MOVE, **values)
        else:
            changed = self._wire.change(_REPLACE, body=body_json(after), **values)
        if changed != 1:
            raise Overtaken(f"Version {before.version} of {before.id} is no longer in force.")
        if after.plan.executed_by != before.plan.executed_by:
            self._name_executor(after)

    def _name_executor(self, checkpoint: Checkpoint) -> None:
        """Let the agent that may execute what another one proposed find it."""
        executor = checkpoint.plan.executed_by
        if executor is not None:
            self._wire.later(
                _TO_EXECUTE, workspace=self._workspace, proposal=checkpoint.id, agent=executor
            )


_FILTERS = {"agent": _T.agent, "action": _T.action, "idempotency_key": _T.idempotency_key}


@cache
def _several(many: int) -> Statement:
    """Compile one for each number of checkpoints."""
    return Statement(_SELECT.where(_T.id.in_([bindparam(f"id_{at}") for at in range(many)])))


@cache
def _page(asked: frozenset[str], statuses: int) -> Statement:
    """Compile a listing once for each combination of filters."""
    query: Select[Any] = _SELECT
    for name, column in _FILTERS.items():
        if name in asked:
            query = query.where(column == bindparam(name))
    if "executor" in asked:
        query = query.where(_EXECUTED_BY)
    if statuses:
        wanted = [_T.status == bindparam(f"status_{index}") for index in range(statuses)]
        query = query.where(or_(*wanted))
    if "before" in asked:
        older = _T.created_at < bindparam("before_at")
        tied = and_(_T.created_at == bindparam("before_at"), _T.id < bindparam("before"))
        query = query.where(or_(older, tied))
    newest = query.order_by(_T.created_at.desc(), _T.id.desc())
    return Statement(newest.limit(bindparam("limit")))
