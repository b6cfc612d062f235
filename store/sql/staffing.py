"""The people and their turns as rows: who holds what, who is away, what waits for whom."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import and_, bindparam, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from manifests.hours import Hours, Rota
from manifests.vocabulary import PersonId, RoleName, UserId
from store.proposal import ProposalId
from store.sql.codec import maybe_micros, maybe_moment, micros, moment
from store.sql.staffing_counts import drifted, recounted
from store.sql.statements import Row, Statement, Wire
from store.sql.tables import absences, assignments, loads, staff
from store.staffing import MOST_HOPS, NOBODY, Absence, Assignment, Holder, Load, Reviewer, Roster

_S, _B, _A, _L = staff.c, absences.c, assignments.c, loads.c
_AWAY = (_B.starts_at, _B.ends_at, _B.delegate, _B.said_by, _B.said_at)
_HOLDER = (_S.role, _S.user, _S.person, _S.facts)
_HOLDERS = Statement(
    select(*_HOLDER)
    .where(_S.workspace == bindparam("workspace"), _S.user != NOBODY)
    .order_by(_S.role, _S.user)
)
_KNOWN = Statement(select(_S.role).where(_S.workspace == bindparam("workspace")).distinct())
_WRITE = insert(staff).values({column.name: bindparam(column.name) for column in _S})
_PUT = Statement(
    _WRITE.on_conflict_do_update(
        index_elements=["role", "user", "workspace"],
        set_={name: _WRITE.excluded[name] for name in ("person", "facts")},
    )
)
_REMOVE = Statement(
    delete(staff).where(
        _S.workspace == bindparam("workspace"),
        _S.role == bindparam("role"),
        _S.user == bindparam("user"),
    )
)
_ABSENT = select(_B.person, *_AWAY).where(_B.workspace == bindparam("workspace"))
_ABSENCES = Statement(_ABSENT.order_by(_B.person))
_ABSENCE = Statement(_ABSENT.where(_B.person == bindparam("person")))
_GO = insert(absences).values({column.name: bindparam(column.name) for column in _B})
_BE_AWAY = Statement(
    _GO.on_conflict_do_update(
        index_elements=["person", "workspace"],
        set_={column.name: _GO.excluded[column.name] for column in _AWAY},
    )
)
_BE_BACK = Statement(
    delete(absences).where(_B.workspace == bindparam("workspace"), _B.person == bindparam("person"))
)
_CLEAR = Statement(
    delete(assignments).where(
        _A.workspace == bindparam("workspace"), _A.proposal == bindparam("proposal")
    )
)
_ASSIGN = Statement(
    insert(assignments).values({column.name: bindparam(column.name) for column in _A})
)
_OF = Statement(
    select(_A.proposal, _A.seat, _A.user, _A.person, _A.weight)
    .where(_A.workspace == bindparam("workspace"), _A.proposal == bindparam("proposal"))
    .order_by(_A.seat)
)
_WAITING = Statement(
    select(_A.proposal)
    .where(_A.workspace == bindparam("workspace"), _A.person == bindparam("person"))
    .distinct()
    .order_by(_A.proposal)
)
_ADD = insert(loads).values({column.name: bindparam(column.name) for column in _L})
_CHANGE = Statement(
    _ADD.on_conflict_do_update(
        index_elements=["person", "workspace"],
        set_={
            "weight": _L.weight + _ADD.excluded.weight,
            "proposals": _L.proposals + _ADD.excluded.proposals,
        },
    )
)
_LOADS = Statement(
    select(_L.person, _L.weight, _L.proposals).where(_L.workspace == bindparam("workspace"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What a row keeps as JSON."""

    name: str
    hours: Hours | None = None
    rota: Rota | None = None
    leaving: bool = False


_FACTS = TypeAdapter(_Facts)
_NO_FACTS = "{}"


class SqlStaff:
    """The people, as they were told last."""

    def __init__(self, wire: Wire, workspace: str) -> None:
        self._wire = wire
        self._workspace = workspace

    def roster(self, roles: frozenset[RoleName], most: int | None = None) -> Roster:
        """Read who holds these roles, or the least loaded of them, as far as so many rows go."""
        named: dict[str, Any] = {f"role_{at}": role for at, role in enumerate(sorted(roles))}
        limit = {} if most is None else {"most": most}
        statement = _roster(len(named), limited=most is not None)
        rows = self._wire.rows(statement, workspace=self._workspace, **named, **limit)
        whole = most is None or len(rows) < most
        # Of the last one there may be more rows than came.
        seen = rows if whole else [row for row in rows if row[2] != rows[-1][2]]
        reviewers = tuple(_reviewers(seen))
        return Roster(
            known=frozenset(RoleName(row[0]) for row in rows),
            reviewers=reviewers,
            elsewhere=self._elsewhere(reviewers),
            whole=whole,
        )

    def known(self) -> frozenset[RoleName]:
        """Name the roles whose holders are known."""
        rows = self._wire.rows(_KNOWN, workspace=self._workspace)
        return frozenset(RoleName(role) for (role,) in rows)

    def holders(self) -> tuple[Holder, ...]:
        """List every holder of every role, those who are leaving too."""
        return tuple(_holder(row) for row in self._wire.rows(_HOLDERS, workspace=self._workspace))

    def know(self, role: RoleName) -> None:
        """Note that a role's holders are known, were it that there are none."""
        self._put(role, NOBODY, PersonId(NOBODY), _NO_FACTS)

    def put(self, holder: Holder) -> None:
        """Write what is known of one holder of one role."""
        facts = _Facts(
            name=holder.name, hours=holder.hours, rota=holder.rota, leaving=holder.leaving
        )
        self._put(holder.role, holder.user, holder.person, _FACTS.dump_json(facts).decode())

    def remove(self, role: RoleName, user: UserId) -> None:
        """Forget one holder of one role."""
        self._wire.later(_REMOVE, workspace=self._workspace, role=role, user=user)

    def absence(self, person: PersonId) -> Absence | None:
        """Read when somebody is away, be it now, later or no longer."""
        row = self._wire.row(_ABSENCE, workspace=self._workspace, person=person)
        return None if row is None else _absence(row)

    def absences(self) -> tuple[Absence, ...]:
        """List everybody's absence."""
        return tuple(map(_absence, self._wire.rows(_ABSENCES, workspace=self._workspace)))

    def be_away(self, absence: Absence) -> None:
        """Note an absence in place of the one before."""
        self._wire.later(
            _BE_AWAY,
            workspace=self._workspace,
            person=absence.person,
            starts_at=micros(absence.starts_at),
            ends_at=maybe_micros(absence.ends_at),
            delegate=absence.delegate,
            said_by=absence.said_by,
            said_at=micros(absence.said_at),
        )

    def be_back(self, person: PersonId) -> None:
        """Drop somebody's absence."""
        self._wire.later(_BE_BACK, workspace=self._workspace, person=person)

    def assign(self, before: tuple[Assignment, ...], after: tuple[Assignment, ...]) -> None:
        """Write one proposal's assignments in place of those before, and change the loads."""
        if before == after:
            return
        if before:
            self._wire.later(_CLEAR, workspace=self._workspace, proposal=before[0].proposal)
        for each in after:
            self._wire.later(
                _ASSIGN,
                workspace=self._workspace,
                proposal=each.proposal,
                seat=each.seat,
                user=each.user,
                person=each.person,
                weight=each.weight,
            )
        for person, change in _changes(before, after):
            self._wire.later(
                _CHANGE,
                workspace=self._workspace,
                person=person,
                weight=change.weight,
                proposals=change.proposals,
            )

    def assignments(self, proposal: ProposalId) -> tuple[Assignment, ...]:
        """Read a proposal's assignments, by seat."""
        rows = self._wire.rows(_OF, workspace=self._workspace, proposal=proposal)
        return tuple(map(_assignment, rows))

    def waiting_for(self, person: PersonId) -> tuple[ProposalId, ...]:
        """List the open proposals in which it is somebody's turn, oldest first; or nobody's."""
        rows = self._wire.rows(_WAITING, workspace=self._workspace, person=person)
        return tuple(ProposalId(proposal) for (proposal,) in rows)

    def loads(self) -> Mapping[PersonId, Load]:
        """Read how much waits for each person."""
        rows = self._wire.rows(_LOADS, workspace=self._workspace)
        return {
            PersonId(person): Load(weight=weight, proposals=count) for person, weight, count in rows
        }

    def drift(self) -> int:
        """Count what does not add up, without changing anything."""
        return drifted(self._wire, self._workspace)

    def recount(self) -> int:
        """Put right what does not add up, and count how many rows were wrong."""
        return recounted(self._wire, self._workspace)

    def _put(self, role: RoleName, user: UserId, person: PersonId, facts: str) -> None:
        self._wire.later(
            _PUT, workspace=self._workspace, role=role, user=user, person=person, facts=facts
        )

    def _elsewhere(self, reviewers: Iterable[Reviewer]) -> Mapping[PersonId, Absence]:
        """Follow delegations that lead out of the roles, which is seldom."""
        here = {each.person for each in reviewers}
        found: dict[PersonId, Absence] = {}
        for each in reviewers:
            following = each.absence.delegate if each.absence else None
            for _ in range(MOST_HOPS):
                if following is None or following in here or following in found:
                    break
                absence = self.absence(following)
                if absence is None:
                    break
                found[following] = absence
                following = absence.delegate
        return found


@cache
def _roster(roles: int, *, limited: bool) -> Statement:
    """Compile the query once for each number of roles."""
    mine = and_(_L.workspace == _S.workspace, _L.person == _S.person)
    away = and_(_B.workspace == _S.workspace, _B.person == _S.person)
    wanted = or_(*(_S.role == bindparam(f"role_{index}") for index in range(roles)))
    query = (
        select(*_HOLDER, _L.weight, *_AWAY)
        .select_from(staff.outerjoin(loads, mine).outerjoin(absences, away))
        .where(_S.workspace == bindparam("workspace"), wanted)
    )
    if limited:
        first = query.order_by(func.coalesce(_L.weight, 0), _S.person)
        return Statement(first.limit(bindparam("most")))
    return Statement(query)


def _reviewers(rows: Iterable[Row]) -> list[Reviewer]:
    """Put the rows of one person together; whoever leaves is no longer there."""
    people: dict[PersonId, tuple[list[Holder], int, Absence | None]] = {}
    for *held, weight, starts_at, ends_at, delegate, said_by, said_at in rows:
        holder = _holder(tuple(held)) if held[1] != NOBODY else None
        if holder is None or holder.leaving:
            continue
        absence = None
        if starts_at is not None:
            away = (holder.person, starts_at, ends_at, delegate, said_by, said_at)
            absence = _absence(away)
        people.setdefault(holder.person, ([], weight or 0, absence))[0].append(holder)
    found = (
        Reviewer(
            person=person,
            holds=tuple(sorted(holds, key=lambda each: (each.user, each.role))),
            load=load,
            absence=absence,
        )
        for person, (holds, load, absence) in people.items()
    )
    return sorted(found, key=lambda each: (each.load, each.person))


def _holder(row: Row) -> Holder:
    role, user, person, written = row
    facts = _facts(written)
    return Holder(
        role=RoleName(role),
        user=UserId(user),
        person=PersonId(person),
        name=facts.name,
        hours=facts.hours,
        rota=facts.rota,
        leaving=facts.leaving,
    )


@lru_cache(maxsize=10_000)
def _facts(written: str) -> _Facts:
    return _FACTS.validate_json(written)


def _absence(row: Row) -> Absence:
    person, starts_at, ends_at, delegate, said_by, said_at = row
    return Absence(
        person=PersonId(person),
        starts_at=moment(starts_at),
        ends_at=maybe_moment(ends_at),
        delegate=None if delegate is None else PersonId(delegate),
        said_by=UserId(said_by),
        said_at=moment(said_at),
    )


def _assignment(row: Row) -> Assignment:
    proposal, seat, user, person, weight = row
    return Assignment(
        proposal=ProposalId(proposal),
        seat=seat,
        user=UserId(user),
        person=PersonId(person),
        weight=weight,
    )


def _changes(
    before: Iterable[Assignment], after: Iterable[Assignment]
) -> Iterable[tuple[PersonId, Load]]:
    """Give what each person's load changes by, in one order for everybody."""
    weight: Counter[PersonId] = Counter()
    count: Counter[PersonId] = Counter()
    for sign, each in [*((-1, each) for each in before), *((1, each) for each in after)]:
        if each.user != NOBODY:
            weight[each.person] += sign * each.weight
            count[each.person] += sign
    for person in sorted(weight):
        if weight[person] or count[person]:
            yield person, Load(weight=weight[person], proposals=count[person])
