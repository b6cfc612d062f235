"""Which manifest is in force, and what is paused."""

import json
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from manifests.vocabulary import ActionName, AgentName, Digest
from store.governing import Candidate, Live, Pause, Version, scopes_of
from store.proposal import ProposalId
from store.sql.codec import micros, moment
from store.sql.statements import Statement, Wire
from store.sql.tables import live_manifest, manifests, pauses

_M = manifests.c
_L = live_manifest.c
_P = pauses.c

_KEEP = Statement(
    insert(manifests)
    .values({column.name: bindparam(column.name) for column in _M})
    .on_conflict_do_nothing(index_elements=["digest", "workspace"])
)
_VERSION = Statement(
    select(_M.files, _M.stored_at).where(
        _M.workspace == bindparam("workspace"), _M.digest == bindparam("digest")
    )
)
_WRITE_LIVE = insert(live_manifest).values({column.name: bindparam(column.name) for column in _L})
_PUT_LIVE = Statement(
    _WRITE_LIVE.on_conflict_do_update(
        index_elements=["workspace"],
        set_={
            name: _WRITE_LIVE.excluded[name]
            for name in ("digest", "since", "candidate", "proposal", "judged")
        },
    )
)
_LIVE = Statement(
    select(_L.digest, _L.since, _L.candidate, _L.proposal, _L.judged).where(
        _L.workspace == bindparam("workspace")
    )
)
_WRITE_PAUSE = insert(pauses).values({column.name: bindparam(column.name) for column in _P})
_PUT_PAUSE = Statement(
    _WRITE_PAUSE.on_conflict_do_update(
        index_elements=["scope", "workspace"],
        set_={
            name: _WRITE_PAUSE.excluded[name] for name in ("since", "said_by", "why", "proposal")
        },
    )
)
_PAUSES = select(_P.scope, _P.since, _P.said_by, _P.why, _P.proposal).where(
    _P.workspace == bindparam("workspace")
)
_EVERY = Statement(_PAUSES.order_by(_P.scope))
_OF = Statement(_PAUSES.where(_P.scope == bindparam("scope")))
_HOLDING = Statement(
    _PAUSES.where(
        _P.scope.in_([bindparam("everything"), bindparam("of_agent"), bindparam("of_action")])
    )
)
_REMOVE = Statement(
    delete(pauses).where(_P.workspace == bindparam("workspace"), _P.scope == bindparam("scope"))
)


class SqlManifests:
    """Every version that was ever in force or asked for, and the one that is."""

    def __init__(self, wire: Wire, workspace: str) -> None:
        self._wire = wire
        self._workspace = workspace

    def live(self) -> Live | None:
        """Say what is in force; None before the first start."""
        row = self._wire.row(_LIVE, workspace=self._workspace)
        if row is None:
            return None
        digest, since, candidate, proposal, judged = row
        asked = Candidate(digest=candidate, proposal=proposal) if candidate else None
        return Live(digest=digest, since=moment(since), candidate=asked, judged=judged)

    def version(self, digest: Digest) -> Version | None:
        """Read a version."""
        row = self._wire.row(_VERSION, workspace=self._workspace, digest=digest)
        if row is None:
            return None
        return Version(digest=digest, files=json.loads(row[0]), stored_at=moment(row[1]))

    def keep(self, version: Version) -> None:
        """Store a version; one that is there already stays as it is."""
        self._wire.later(
            _KEEP,
            workspace=self._workspace,
            digest=version.digest,
            files=json.dumps(dict(version.files), ensure_ascii=False),
            stored_at=micros(version.stored_at),
        )

    def put(self, live: Live) -> None:
        """Say what is in force from now on."""
        self._wire.later(
            _PUT_LIVE,
            workspace=self._workspace,
            digest=live.digest,
            since=micros(live.since),
            candidate=live.candidate.digest if live.candidate else None,
            proposal=live.candidate.proposal if live.candidate else None,
            judged=live.judged,
        )


class SqlPauses:
    """What is paused."""

    def __init__(self, wire: Wire, workspace: str) -> None:
        self._wire = wire
        self._workspace = workspace

    def every(self) -> tuple[Pause, ...]:
        """List what is paused, by scope."""
        return tuple(map(_pause, self._wire.rows(_EVERY, workspace=self._workspace)))

    def of(self, scope: str) -> Pause | None:
        """Read the pause of exactly this scope."""
        row = self._wire.row(_OF, workspace=self._workspace, scope=scope)
        return None if row is None else _pause(row)

    def reason_for(self, agent: AgentName, action: ActionName) -> str | None:
        """Say in a sentence why an agent's action is paused; the widest pause speaks."""
        scopes = scopes_of(agent, action)
        everything, of_agent, of_action = scopes
        rows = self._wire.rows(
            _HOLDING,
            workspace=self._workspace,
            everything=everything,
            of_agent=of_agent,
            of_action=of_action,
        )
        found = sorted(map(_pause, rows), key=lambda pause: scopes.index(pause.scope))
        return found[0].words if found else None

    def put(self, pause: Pause) -> None:
        """Pause a scope, or change what is known of its pause."""
        self._wire.later(
            _PUT_PAUSE,
            workspace=self._workspace,
            scope=pause.scope,
            since=micros(pause.since),
            said_by=pause.said_by,
            why=pause.why,
            proposal=pause.proposal,
        )

    def remove(self, scope: str) -> None:
        """Resume a scope."""
        self._wire.later(_REMOVE, workspace=self._workspace, scope=scope)


def _pause(row: tuple[Any, ...]) -> Pause:
    scope, since, said_by, why, proposal = row
    return Pause(
        scope=scope,
        since=moment(since),
        said_by=said_by,
        why=why,
        proposal=ProposalId(proposal) if proposal else None,
    )
