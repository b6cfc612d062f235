import hashlib
import json
from typing import Any

import pytest
import rfc8785
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from store.digest import NotCanonical
from store.door import take_in
from store.effects import KEYTURN, Event, Happening
from store.proposal import ProposalId
from store.sql import SqlStore
from store.sql.chain import GENESIS
from store.sql.guards import POSTGRESQL, SQLITE, create_guards, drop_guards
from tests.contracts.conftest import House
from tests.store.making import NOON, an_intake

P1 = ProposalId("p1")


def an_event(happening: Happening = Happening.PROPOSED, **detail: Any) -> Event:
    return Event(happening=happening, actor=KEYTURN, at=NOON, detail=detail)


@pytest.mark.parametrize("happening", Happening)
async def test_every_happening_is_read_as_it_was_written(
    happening: Happening, store: SqlStore
) -> None:
    event = an_event(
        happening, amount="480.00", deep=[{"é": 0.1, "a": None}], words="“yes”\n\u202e"
    )
    await store.write(lambda tx: tx.audit.append(P1, 7, event))
    (line,) = await store.read(lambda look: look.audit.of(P1))
    assert (line.seq, line.proposal, line.version, line.event) == (1, P1, 7, event)


async def test_a_line_is_seen_by_its_own_operation(store: SqlStore) -> None:
    def look_back(tx: Any) -> int:
        tx.audit.append(P1, 1, an_event())
        tx.audit.append(None, None, an_event())
        seen = len(tx.audit.of(P1))
        tx.audit.append(P1, 2, an_event())
        return seen

    assert await store.write(look_back) == 1
    lines = await store.read(lambda look: look.audit.of(P1))
    assert [(line.seq, line.version) for line in lines] == [(1, 1), (3, 2)]
    assert (await store.verify()).sound


async def test_lines_an_operation_read_and_undid_leave_no_gap(store: SqlStore) -> None:
    def regretted(tx: Any) -> None:
        tx.audit.append(P1, 1, an_event())
        assert tx.audit.of(P1)
        raise RuntimeError("undone")

    await store.write(lambda tx: tx.audit.append(P1, 1, an_event(n=1)))
    with pytest.raises(RuntimeError, match="undone"):
        await store.write(regretted)
    await store.write(lambda tx: tx.audit.append(P1, 1, an_event(n=2)))
    verdict = await store.verify()
    assert (verdict.sound, verdict.lines) == (True, 2)


async def test_the_chain_can_be_checked_without_our_code(
    house: House, store: SqlStore, engine: Engine
) -> None:
    """Anybody with SHA-256 and RFC 8785 can walk it."""
    await store.write(lambda tx: take_in(tx, an_intake()))
    await store.write(lambda tx: tx.audit.append(P1, 1, an_event(amount=0.1, é="ü")))
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT line, hash FROM audit WHERE workspace = :w ORDER BY seq"),
            {"w": house.workspace},
        ).fetchall()
    before = GENESIS
    for line, told in rows:
        assert rfc8785.dumps(json.loads(line)).decode() == line
        before = hashlib.sha256(f"{before}\n{line}".encode()).hexdigest()
        assert told == before


async def test_an_empty_log_is_sound(store: SqlStore) -> None:
    verdict = await store.verify()
    assert (verdict.sound, verdict.lines, verdict.head) == (True, 0, GENESIS)


async def test_what_has_no_canonical_form_is_refused_whole(store: SqlStore) -> None:
    with pytest.raises(NotCanonical):
        await store.write(lambda tx: tx.audit.append(P1, 1, an_event(words="\ud800")))
    with pytest.raises(NotCanonical):
        await store.write(lambda tx: tx.audit.append(P1, 1, an_event(amount=float("nan"))))
    assert (await store.verify()).lines == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET line = '{}' WHERE workspace = :w",
        "DELETE FROM audit WHERE workspace = :w",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE workspace = :w",
        "TRUNCATE audit",
    ],
)
async def test_audit_lines_refuse_raw_sql(
    statement: str, house: House, store: SqlStore, engine: Engine
) -> None:
    if ("REPLACE" in statement) == house.on_postgresql or (
        "TRUNCATE" in statement and not house.on_postgresql
    ):
        return  # the statement belongs to the other kind of database
    await store.write(lambda tx: tx.audit.append(P1, 1, an_event()))
    with (
        engine.begin() as connection,
        pytest.raises(DBAPIError, match="audit lines are only ever added"),
    ):
        connection.execute(text(statement), {"w": house.workspace})
    assert (await store.verify()).lines == 1


TAMPERING = {
    "a changed line": (
        "UPDATE audit SET line = replace(line, 'keyturn', 'someone') WHERE workspace = :w",
        1,
        "was changed",
    ),
    "a removed line": ("DELETE FROM audit WHERE workspace = :w AND seq = 2", 2, "is missing"),
    "a line given to another proposal": (
        "UPDATE audit SET proposal = 'p2' WHERE workspace = :w AND seq = 2",
        2,
        "was moved",
    ),
    "a tail cut off": ("DELETE FROM audit WHERE workspace = :w AND seq >= 4", 4, "ends at line 3"),
    "a changed hash": (
        "UPDATE audit SET hash = 'beef' WHERE workspace = :w AND seq = 5",
        5,
        "was changed",
    ),
}


@pytest.mark.parametrize("name", TAMPERING)
async def test_the_first_broken_line_is_named(
    name: str, house: House, store: SqlStore, engine: Engine
) -> None:
    statement, broken_at, why = TAMPERING[name]

    def five(tx: Any) -> None:
        for number in range(5):
            tx.audit.append(P1, number, an_event(n=number))

    await store.write(five)
    with engine.begin() as connection:
        # Whoever owns the database can take its triggers away; the chain still tells.
        drop_guards(connection)
        connection.execute(text(statement), {"w": house.workspace})
        create_guards(None, connection)
    verdict = await store.verify()
    assert (verdict.sound, verdict.broken_at) == (False, broken_at)
    assert why in verdict.why


async def test_two_lines_swapped_are_found(house: House, store: SqlStore, engine: Engine) -> None:
    def two(tx: Any) -> None:
        tx.audit.append(P1, 1, an_event(n=1))
        tx.audit.append(P1, 2, an_event(n=2))

    await store.write(two)
    with engine.begin() as connection:
        drop_guards(connection)
        for old, new in ((1, -1), (2, 1), (-1, 2)):
            connection.execute(
                text("UPDATE audit SET seq = :new WHERE workspace = :w AND seq = :old"),
                {"w": house.workspace, "old": old, "new": new},
            )
        create_guards(None, connection)
    assert (await store.verify()).broken_at == 1


def test_each_kind_of_database_guards_the_same_tables() -> None:
    guarded = {"checkpoints", "audit"}
    for triggers in (SQLITE, POSTGRESQL):
        assert guarded <= {name.split("_")[0] for name in triggers}
