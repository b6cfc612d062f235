"""What people find on the board: whose move it is, by deadline, and nothing they may not see."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, text

from manifests.parameters import Parameter, ParameterSchema, ParameterType, Sensitivity
from manifests.plan import InformationLimits, Wording
from manifests.vocabulary import AgentName, Mode, PersonId, RoleName, Severity, UserId, WhenSilent
from store import door
from store.asking import person_behind
from store.board import Entry, Filters, Gathering, Look, Part, Place, View
from store.checkpoint import Addressee, Checkpoint
from store.commands import (
    Approve,
    Command,
    ProvideInformation,
    Reject,
    RequestInformation,
    TakeOver,
)
from store.effects import KEYTURN
from store.placing import entry_of, place_of
from store.ports import Reading, Transaction
from store.proposal import ProposalId
from store.refusals import Refusal
from store.sql import SqlStore
from store.sql.looking import Shape, counting, paging
from tests.contracts.conftest import House
from tests.contracts.test_schema import _plan
from tests.store.making import (
    CFO,
    FINANCE,
    HOUR,
    NOON,
    a_person,
    a_plan,
    a_proposal,
    an_intake,
    on,
)
from tests.store.staffed import Clock, staff_up

ROLES = {"ana": "finance", "ben": "finance", "cleo": "cfo", "olga": "operations"}
CROWD = {user: a_person(user, role) for user, role in ROLES.items()}


async def opened(store: SqlStore, name: str, **known: object) -> Checkpoint:
    plan = known.pop("plan", a_plan())
    sent = a_proposal(idempotency_key=name, live_view_url="https://view.example/1")
    intake = an_intake(sent, plan, proposal_id=name, **known)  # type: ignore[arg-type]
    return await store.write(lambda tx: door.take_in(tx, intake))


async def done(store: SqlStore, name: str, command: Callable[[Checkpoint], Command]) -> Checkpoint:
    def act(tx: Transaction) -> Checkpoint | Refusal:
        checkpoint = tx.checkpoints.get(ProposalId(name))
        assert checkpoint is not None
        return door.act(tx, checkpoint.id, command(checkpoint), KEYTURN)

    after = await store.write(act)
    assert not isinstance(after, Refusal), after
    return after


async def seen(
    store: SqlStore,
    user: str,
    view: View,
    text: str = "",
    after: Place | None = None,
    **more: object,
) -> list[str]:
    look = Look(
        view=view,
        person=PersonId(f"person-{user}"),
        roles=frozenset({RoleName(ROLES[user])} if user in ROLES else ()),
        only=Filters(text=text),
        **more,  # type: ignore[arg-type]
    )
    return [*await store.read(lambda reading: reading.board.page(look, 10, after))]


async def test_it_waits_for_whose_turn_it_is_and_is_open_to_the_others(house: House) -> None:
    store = await house.opens(Clock())
    await store.write(lambda tx: staff_up(tx, finance="ana ben", cfo="cleo"))
    await opened(store, "p1")

    assert await seen(store, "ana", View.YOURS) == ["p1"]
    assert await seen(store, "ben", View.YOURS) == []
    assert await seen(store, "ben", View.TEAMS) == ["p1"]
    assert await seen(store, "ana", View.TEAMS) == []
    assert await seen(store, "cleo", View.TEAMS) == []


async def test_each_channel_has_what_its_digest_is_to_tell(house: House) -> None:
    store = await house.opens(Clock())
    small, grave = a_plan(severity=Severity.LOW), a_plan(severity=Severity.HIGH)
    await opened(store, "p2", plan=a_plan(severity=Severity.LOW, seats=(FINANCE, CFO)))
    await opened(store, "p1", plan=small)
    await opened(store, "p3", plan=grave)

    def told(look: Reading) -> tuple[object, ...]:
        first = look.board.foremost_in(FINANCE.channel, Part.DIGEST_WAITING, 1)
        return {*look.board.gathered()}, first

    waiting = Part.DIGEST_WAITING
    both = {Gathering(FINANCE.channel, waiting, 2), Gathering(CFO.channel, waiting, 1)}
    assert await store.read(told) == (both, ("p1",))
    ana = CROWD["ana"]
    await done(store, "p1", lambda at: Reject(**on(at, ana), reason="No.", category="other"))
    one = {Gathering(FINANCE.channel, waiting, 1), Gathering(CFO.channel, waiting, 1)}
    assert await store.read(told) == (one, ("p2",))


async def test_a_digest_tells_the_gravest_first_then_what_is_due_first_then_the_oldest(
    house: House,
) -> None:
    clock = Clock()
    store = await house.opens(clock)

    async def held(name: str, hours: int, severity: Severity = Severity.LOW) -> None:
        plan = a_plan(severity=severity, max_life=hours * HOUR)
        intake = an_intake(a_proposal(idempotency_key=name), plan, proposal_id=name)
        await store.write(lambda tx: door.take_in(tx, replace(intake, hold="Two wait already.")))

    # No order of ids gives what is expected, forwards or backwards.
    await held("p5", 9)
    await held("p3", 3)
    clock.at += HOUR
    await held("p2", 8)
    await held("p6", 9, Severity.MEDIUM)
    await held("p1", 2)
    await held("p4", 2)
    told = await store.read(
        lambda look: look.board.foremost_in(FINANCE.channel, Part.DIGEST_HELD, 6)
    )
    assert told == ("p6", "p3", "p1", "p4", "p5", "p2")
    few = await store.read(
        lambda look: look.board.foremost_in(FINANCE.channel, Part.DIGEST_HELD, 2)
    )
    assert few == told[:2]


async def test_what_is_nobodys_turn_waits_for_everybody_who_may_sign_it(house: House) -> None:
    store = await house.opens(Clock())
    await opened(store, "p1", requester="person-ben")

    assert await seen(store, "ana", View.YOURS) == ["p1"]
    assert await seen(store, "ben", View.YOURS) == []  # who asked for it may not sign
    assert await seen(store, "ben", View.TEAMS) == ["p1"]


async def test_the_first_to_fall_due_comes_first_and_what_never_does_comes_last(
    house: House,
) -> None:
    clock = Clock()
    store = await house.opens(clock)
    await opened(store, "late")
    clock.at += timedelta(hours=2, seconds=1)
    patient = a_plan(when_silent=WhenSilent.STAY_BLOCKED, ladder=(a_plan().ladder[0],))
    await opened(store, "never", plan=patient)
    clock.at += 2 * HOUR
    await store.write(lambda tx: door.settled(tx, ProposalId("never")))
    await opened(store, "soon")

    assert await seen(store, "ana", View.YOURS) == ["late", "soon", "never"]


async def test_a_question_waits_for_whoever_is_asked(house: House) -> None:
    store = await house.opens(Clock())
    await opened(store, "p1", requester="person-hana")
    await opened(store, "p2")

    def asking(whom: Addressee) -> Callable[[Checkpoint], Command]:
        return lambda checkpoint: RequestInformation(
            **on(checkpoint, CROWD["ana"]), question_id="q", question="Why?", asked=whom
        )

    hana = person_behind(PersonId("person-hana"), UserId("hana"), "Hana")
    await done(store, "p1", asking(hana))
    await done(store, "p2", asking(Addressee()))

    assert await seen(store, "hana", View.YOURS) == ["p1"]
    assert await seen(store, "ana", View.AGENTS) == ["p1", "p2"]
    assert await seen(store, "ana", View.YOURS) == []


async def test_a_system_finds_what_it_is_asked_and_nothing_else(house: House) -> None:
    store = await house.opens(Clock())
    crm, erp = AgentName("crm"), AgentName("erp")
    plan = a_plan(information=InformationLimits(systems=(crm, erp)))
    for name, system in (("p1", crm), ("p2", erp), ("p3", crm)):
        await opened(store, name, plan=plan)
        asked = Addressee(kind="system", name=system)
        await done(
            store,
            name,
            lambda now, asked=asked: RequestInformation(  # type: ignore[misc]
                **on(now, CROWD["ana"]), question_id="q", question="Why?", asked=asked
            ),
        )

    assert await store.read(lambda look: look.board.put_to(crm, 9)) == ("p1", "p3")
    assert await store.read(lambda look: look.board.put_to(crm, 1)) == ("p1",)
    answer = ProvideInformation(answer="So.", question_id="q", system=crm)
    await done(store, "p1", lambda _: answer)
    assert await store.read(lambda look: look.board.put_to(crm, 9)) == ("p3",)


async def test_whoever_has_control_has_the_move(house: House) -> None:
    store = await house.opens(Clock())
    await opened(store, "p1")
    await done(store, "p1", lambda now: TakeOver(**on(now, CROWD["ben"])))

    assert await seen(store, "ben", View.YOURS) == ["p1"]
    assert await seen(store, "ana", View.YOURS) == []
    assert await seen(store, "ana", View.TEAMS) == ["p1"]


async def test_decided_today_begins_at_a_moment_and_ends_with_the_newest(house: House) -> None:
    clock = Clock()
    store = await house.opens(clock)
    for name in ("p1", "p2", "p3"):
        await opened(store, name)
        await done(store, name, _no)
        clock.at += HOUR

    since = NOON + HOUR
    assert await seen(store, "ben", View.DECIDED, since=since) == ["p3", "p2"]
    assert await seen(store, "ana", View.DECIDED) == ["p3", "p2", "p1"]
    assert await seen(store, "cleo", View.DECIDED) == []
    assert await seen(store, "ana", View.YOURS) == []


async def test_what_is_to_be_carried_out_comes_when_it_is_due_not_before_all_else(
    house: House,
) -> None:
    clock = Clock()
    store = await house.opens(clock)
    await store.write(lambda tx: staff_up(tx, finance="ben"))
    for name, hours in (("p1", 24), ("p2", 3)):
        suggested = a_plan(mode=Mode.SUGGEST, execute_within=hours * HOUR)
        await opened(store, name, plan=suggested)
        await done(store, name, lambda now: Approve(**on(now, CROWD["ben"])))
    clock.at += HOUR
    await opened(store, "p3")

    assert await seen(store, "ben", View.YOURS) == ["p3", "p2", "p1"]
    assert await seen(store, "ben", View.DECIDED) == ["p2", "p1"]
    names = [ProposalId(each) for each in ("p3", "p2", "p1")]
    entries = await store.read(lambda look: look.checkpoints.several(names))
    for at, entry in enumerate(entries):
        behind = await seen(store, "ben", View.YOURS, after=place_of(View.YOURS, entry))
        assert behind == names[at + 1 :]


async def test_half_signed_it_waits_for_the_other_role_alone(house: House) -> None:
    store = await house.opens(Clock())
    await opened(store, "p1", plan=a_plan(seats=(FINANCE, CFO)))
    await done(store, "p1", lambda now: Approve(**on(now, CROWD["ana"])))

    assert await seen(store, "cleo", View.YOURS) == ["p1"]
    assert await seen(store, "ben", View.YOURS) == []


async def test_a_search_finds_the_beginnings_of_words_among_what_one_may_see(
    store: SqlStore,
) -> None:
    await opened(store, "p_01abc", agent="billing")
    for words in ("refund", "ACME", "billing 480", "p 01ab", "gmbh refund"):
        assert await seen(store, "ana", View.EVERYTHING, words) == ["p_01abc"], words
    for words in ("fund", "acne", "refund shipping", "01abcd"):
        assert await seen(store, "ana", View.EVERYTHING, words) == [], words
    assert await seen(store, "hana", View.EVERYTHING, "refund") == []
    assert await seen(store, "olga", View.EVERYTHING, "refund") == ["p_01abc"]


async def test_a_search_in_a_script_without_spaces_finds_what_stands_inside(
    store: SqlStore,
) -> None:
    plan = a_plan(wording=Wording(headline="向東京公司退款480美元"))
    await opened(store, "p1", plan=plan)
    assert await seen(store, "ana", View.EVERYTHING, "退款") == ["p1"]
    assert await seen(store, "ana", View.EVERYTHING, "付款") == []


async def test_signs_in_a_search_are_letters_and_no_patterns(store: SqlStore) -> None:
    await opened(store, "p1")
    for words in ("%", "_efund", "re%d", "'; DROP TABLE board", '"', "\\", "\x00"):
        found = await seen(store, "ana", View.EVERYTHING, words)
        assert found == (["p1"] if not any(map(str.isalnum, words)) else []), words


async def test_a_name_that_is_part_of_another_sees_nothing_of_it(store: SqlStore) -> None:
    await opened(store, "p1", requester='person-hana" x')
    await opened(store, "p2", requester="person-a_b")
    assert await seen(store, "hana", View.EVERYTHING) == []
    assert await seen(store, 'hana" x', View.EVERYTHING) == ["p1"]
    assert await seen(store, "axb", View.EVERYTHING) == []
    assert await seen(store, "A_B", View.EVERYTHING) == []


async def test_nothing_sensitive_can_be_searched_for(store: SqlStore) -> None:
    secret = Parameter(
        name="customer",
        type=ParameterType.STRING,
        title="Customer",
        sensitive=Sensitivity.MASK,
    )
    await opened(store, "p1", plan=a_plan(
        schema=ParameterSchema(parameters=(secret,)),
        wording=Wording(headline="Pay somebody back?"),
    ))  # fmt: skip
    assert await seen(store, "ana", View.EVERYTHING, "pay somebody") == ["p1"]
    assert await seen(store, "ana", View.EVERYTHING, "acme") == []


@pytest.mark.parametrize("view", [view for view in View if view is not View.EVERYTHING])
def test_a_persons_lists_are_found_by_their_index(view: View, engine: Engine) -> None:
    for statement in (paging(Shape(view=view, marks=3)), counting(Shape(view=view, marks=3))):
        with engine.connect() as connection:
            plan = "\n".join(str(row) for row in _plan(connection, statement))
        assert "pk_stakes" in plan or "stakes USING PRIMARY KEY (who=? AND part=?" in plan
        for slow in ("SCAN stakes", "SCAN yours", "Seq Scan"):
            assert slow not in plan


async def test_what_was_there_before_the_board_is_found_missing(
    store: SqlStore, engine: Engine
) -> None:
    open_ = await opened(store, "p1")
    closed = await opened(store, "p2")
    closed = await done(store, "p2", _no)
    with engine.begin() as connection:
        for table in ("board", "stakes"):
            connection.execute(
                text(f"DELETE FROM {table} WHERE workspace = :own"), {"own": store.workspace}
            )

    async def astray(since: timedelta) -> set[str]:
        moment = closed.updated_at + since
        return {*await store.read(lambda look: look.board.astray(moment, 10))}

    assert await astray(-HOUR) == {"p1", "p2"}
    assert await astray(HOUR) == {"p1"}  # what closed long ago may be missing
    for each in (open_, closed):
        entry = entry_of(each)
        await store.write(partial(_renew, entry))
    assert await astray(-HOUR) == set()
    assert await store.read(lambda look: look.board.entry(open_.id)) == entry_of(open_)
    assert await store.read(lambda look: look.board.entry(closed.id)) == entry_of(closed)


async def test_a_step_that_changes_nothing_people_look_for_writes_nothing(
    store: SqlStore, engine: Engine
) -> None:
    await store.write(lambda tx: staff_up(tx, finance="ana"))
    checkpoint = await opened(store, "p1")
    with engine.begin() as connection:
        connection.execute(
            text("DELETE FROM stakes WHERE workspace = :own"), {"own": store.workspace}
        )
    same = replace(checkpoint, version=2)

    def step(tx: Transaction) -> None:
        tx.board.put(entry_of(checkpoint).position, entry_of(same).position, None)

    await store.write(step)
    entry = await store.read(lambda look: look.board.entry(checkpoint.id))
    assert entry is not None
    assert entry.position.stakes == frozenset()


def _renew(entry: Entry, tx: Transaction) -> None:
    tx.board.renew(entry)


def _no(checkpoint: Checkpoint) -> Command:
    ana = replace(CROWD["ana"], as_of=checkpoint.updated_at)
    return Reject(**on(checkpoint, ana), reason="No.", category="other")
