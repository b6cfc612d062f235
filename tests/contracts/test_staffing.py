"""Whose turn it is, on every kind of database: chosen, counted, moved and released exactly."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from manifests.plan import Rung
from manifests.vocabulary import PersonId, RoleName, Severity, UserId
from store import door
from store.checkpoint import Checkpoint, Escalated, PendingReview, review_of
from store.commands import Approve, Claim, Reassign, Reject, Revise, TakeOver
from store.effects import KEYTURN
from store.ports import Errand, Reading, Transaction
from store.proposal import ProposalId
from store.refusals import Reason, Refusal
from store.sql import SqlStore
from store.staffing import Load
from tests.contracts.conftest import House
from tests.store.making import (
    CFO,
    DEPUTY,
    FINANCE,
    HOUR,
    NOON,
    a_person,
    a_plan,
    a_proposal,
    an_intake,
    edited,
    on,
)
from tests.store.staffed import Clock, a_holder, an_absence, staff_up

CROWD = 50


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(house: House, clock: Clock) -> SqlStore:
    return await house.opens(clock=clock)


def taken_in(name: str, tx: Transaction, **known: Any) -> Checkpoint:
    plan = known.pop("plan", None)
    proposal = a_proposal(idempotency_key=name, **known.pop("sent", {}))
    return door.take_in(tx, an_intake(proposal, plan, proposal_id=name, **known))


async def opened(store: SqlStore, name: str = "p1", **known: Any) -> Checkpoint:
    return await store.write(partial(taken_in, name, **known))


async def staffed(store: SqlStore, **roles: str) -> None:
    await store.write(lambda tx: staff_up(tx, **roles))


async def current(store: SqlStore, name: str = "p1") -> Checkpoint:
    found = await store.read(lambda look: look.checkpoints.get(ProposalId(name)))
    assert found is not None
    return found


async def acts(store: SqlStore, command: Callable[[Checkpoint], Any], name: str = "p1") -> Any:
    """Let a reviewer act on what stands there now."""
    checkpoint = await current(store, name)
    return await store.write(lambda tx: door.act(tx, checkpoint.id, command(checkpoint), KEYTURN))


async def happened(store: SqlStore, name: str = "p1") -> list[str]:
    lines = await store.read(lambda look: look.audit.of(ProposalId(name)))
    return [line.event.happening.value for line in lines]


async def loads(store: SqlStore) -> dict[str, int]:
    found = await store.read(lambda look: look.staff.loads())
    return {person: load.weight for person, load in found.items() if load != Load()}


def turns(checkpoint: Checkpoint) -> list[str]:
    state = checkpoint.state
    assert isinstance(state, PendingReview | Escalated), state
    return [each.user for each in state.assignees]


def adds_up(look: Reading) -> bool:
    """Say whether the loads are what the open seats of all checkpoints come to."""
    weights: Counter[str] = Counter()
    for person in look.staff.loads():
        for proposal in look.staff.waiting_for(person):
            for each in look.staff.assignments(proposal):
                weights[each.person] += each.weight * (each.person == person)
    kept = {person: load.weight for person, load in look.staff.loads().items()}
    return {k: v for k, v in kept.items() if v} == {k: v for k, v in weights.items() if v}


async def test_the_least_loaded_gets_it_and_ties_go_by_name(store: SqlStore) -> None:
    await staffed(store, finance="cleo ana ben")
    given = [turns(await opened(store, f"p{number}")) for number in range(4)]
    assert given == [["ana"], ["ben"], ["cleo"], ["ana"]]
    assert await loads(store) == {"person-ana": 2, "person-ben": 1, "person-cleo": 1}


async def test_a_weighty_proposal_counts_for_more(store: SqlStore) -> None:
    await staffed(store, finance="ana ben")
    heavy = a_plan(weight=5, severity=Severity.HIGH)
    assert turns(await opened(store, "p0", plan=heavy)) == ["ana"]
    assert [turns(await opened(store, f"p{number}")) for number in range(1, 7)] == [
        *[["ben"]] * 5,
        ["ana"],
    ]


async def test_neither_the_requester_nor_the_owner_is_chosen(store: SqlStore) -> None:
    await staffed(store, finance="ana ben cleo")
    checkpoint = await opened(store, owner="person-ana", requester="person-ben")
    assert turns(checkpoint) == ["cleo"]


async def test_several_seats_go_to_different_people(store: SqlStore) -> None:
    """Ben is the least loaded for both seats; he gets the one that only he can fill."""
    await staffed(store, finance="ana ben", cfo="ben")
    checkpoint = await opened(store, plan=a_plan(seats=(FINANCE, CFO)))
    assert turns(checkpoint) == ["ana", "ben"]


async def test_nobody_is_assigned_while_nothing_is_known_of_a_role(store: SqlStore) -> None:
    checkpoint = await opened(store)
    assert (checkpoint.state.status, turns(checkpoint)) == ("pending_review", [])
    assert await happened(store) == ["proposed"]
    await staffed(store, finance="ana")
    assert await store.write(lambda tx: door.pass_on(tx, ProposalId("p1")))
    assert turns(await current(store)) == ["ana"]
    assert await happened(store) == ["proposed", "assigned"]


async def test_closing_releases_the_load(store: SqlStore) -> None:
    await staffed(store, finance="ana ben")
    checkpoint = await opened(store)
    ben = a_person("ben", "finance")
    await acts(store, lambda seen: Reject(**on(seen, ben), reason="No.", category="other"))
    assert await loads(store) == {}
    assert await store.read(lambda look: look.staff.assignments(checkpoint.id)) == ()


async def test_a_sign_off_releases_whoever_was_to_fill_that_seat(store: SqlStore) -> None:
    await staffed(store, finance="ana ben", cfo="cora")
    await opened(store, plan=a_plan(seats=(FINANCE, CFO)))
    ben = a_person("ben", "finance")
    await acts(store, lambda seen: Approve(**on(seen, ben)))
    assert turns(await current(store)) == ["cora"]
    assert await loads(store) == {"person-cora": 1}


async def test_whoever_signs_for_another_seat_leaves_their_own_to_somebody(store: SqlStore) -> None:
    await staffed(store, finance="ana", cfo="ana cora")
    await opened(store, plan=a_plan(seats=(FINANCE, CFO)))
    assert turns(await current(store)) == ["ana", "cora"]
    cora = a_person("cora", "cfo")
    await acts(store, lambda seen: Approve(**on(seen, cora)))
    assert turns(await current(store)) == ["ana"]
    assert await loads(store) == {"person-ana": 1}


async def test_an_empty_role_calls_the_next_rung_at_once(store: SqlStore) -> None:
    await staffed(store, finance="", deputy="dan")
    checkpoint = await opened(store)
    state = checkpoint.state
    assert isinstance(state, Escalated)
    assert (state.rung, turns(checkpoint)) == (1, ["dan"])
    assert state.deadline == NOON + 2 * HOUR
    assert state.why == "Nobody holds the role: Finance."
    assert await happened(store) == ["proposed", "escalated", "assigned"]


async def test_people_who_are_away_call_the_next_rung_at_once(store: SqlStore) -> None:
    await staffed(store, finance="ana ben", deputy="dan")
    await store.write(lambda tx: tx.staff.be_away(an_absence("ana")))
    checkpoint = await opened(store, owner="person-ben")
    state = checkpoint.state
    assert isinstance(state, Escalated)
    assert state.why == (
        "Nobody is available as Finance: Ana is out of office; Ben may not decide this one."
    )


async def test_where_nobody_is_on_any_rung_operations_hear_of_it(store: SqlStore) -> None:
    await staffed(store, finance="ana", deputy="")
    await store.write(lambda tx: tx.staff.be_away(an_absence("ana")))
    checkpoint = await opened(store)
    assert (checkpoint.state.status, turns(checkpoint)) == ("pending_review", [])
    assert await happened(store) == ["proposed", "nobody_available"]
    lines = await store.read(lambda look: look.audit.of(checkpoint.id))
    assert lines[-1].event.detail == {
        "why": "Nobody is available as Finance: Ana is out of office."
    }
    errands = await queued(store)
    assert (Errand.ALERT, "C_OPERATIONS") in errands
    assert (Errand.CARD, "C_FINANCE") in errands


async def queued(store: SqlStore) -> list[tuple[Errand, str]]:
    def look(tx: Transaction) -> list[tuple[Errand, str]]:
        found = []
        for lane in ("C_OPERATIONS", "C_FINANCE", "C_DEPUTY"):
            while (errand := tx.outbox.next_in(lane, NOON)) is not None:
                found.append((errand.errand, lane))
                tx.outbox.done(errand)
        return found

    return await store.write(look)


async def test_operations_hear_of_it_once(store: SqlStore) -> None:
    await staffed(store, finance="", deputy="")
    await opened(store)
    for _ in range(3):
        assert not await store.write(lambda tx: door.pass_on(tx, ProposalId("p1")))
    assert await happened(store) == ["proposed", "nobody_available"]


async def test_silence_makes_it_the_turn_of_those_who_are_called(
    store: SqlStore, clock: Clock
) -> None:
    await staffed(store, finance="ana ben", deputy="dan")
    await opened(store)
    clock.at += HOUR
    await store.write(lambda tx: (door.settled(tx, ProposalId("p1")), None)[1])
    assert turns(await current(store)) == ["dan"]
    state = (await current(store)).state
    assert isinstance(state, Escalated)
    (turn,) = state.assignees
    assert (turn.seat, turn.role) == (FINANCE.name, DEPUTY.name)
    assert await loads(store) == {"person-dan": 1}
    assert await happened(store) == ["proposed", "assigned", "escalated", "assigned"]


async def test_a_rung_whose_people_are_away_is_passed_over(store: SqlStore, clock: Clock) -> None:
    plan = a_plan(
        ladder=(Rung(sla=HOUR), Rung(sla=HOUR, fallback=(DEPUTY,)), Rung(sla=HOUR, fallback=(CFO,)))
    )
    await staffed(store, finance="ana", deputy="dan", cfo="cora")
    await opened(store, plan=plan)
    await store.write(lambda tx: tx.staff.be_away(an_absence("dan", ends_at=None)))
    clock.at += HOUR
    await store.write(lambda tx: (door.settled(tx, ProposalId("p1")), None)[1])
    state = (await current(store)).state
    assert isinstance(state, Escalated)
    assert (state.rung, [each.user for each in state.assignees]) == (2, ["cora"])


async def test_whoever_goes_away_passes_it_on_to_their_delegate(store: SqlStore) -> None:
    await staffed(store, finance="ana ben cleo")
    for number in range(3):
        await opened(store, f"p{number}")
    await opened(store, "p3")
    assert turns(await current(store, "p3")) == ["ana"]
    await store.write(lambda tx: tx.staff.be_away(an_absence("ana", to="cleo")))
    assert await passed_on(store, "ana") == 2
    assert turns(await current(store, "p0")) == turns(await current(store, "p3")) == ["cleo"]
    assert await loads(store) == {"person-ben": 1, "person-cleo": 3}
    assert (await happened(store, "p0"))[-1] == "assigned"


async def passed_on(store: SqlStore, user: str) -> int:
    person = PersonId(f"person-{user}")
    waiting = await store.read(lambda look: look.staff.waiting_for(person))
    moved = [await store.write(partial(_pass_on, proposal)) for proposal in waiting]
    return len([each for each in moved if each is not None])


def _pass_on(proposal: ProposalId, tx: Transaction) -> Checkpoint | None:
    return door.pass_on(tx, proposal)


@pytest.mark.parametrize(
    ("chain", "chosen"),
    [
        ("ana>ben", "ben"),
        ("ana>ben ben>dora", "dora"),  # through somebody who is away as well
        ("ana>xia xia>dora", "dora"),  # through somebody outside of the role
        ("ana>xia", "ben"),  # who may not sign: the least loaded then
        ("ana>ben ben>ana", "cleo"),  # a circle leads nowhere
        ("ana>x1 x1>x2 x2>x3 x3>x4 x4>dora", "dora"),  # five hops
        ("ana>x1 x1>x2 x2>x3 x3>x4 x4>x5 x5>dora", "ben"),  # and no more
    ],
)
async def test_delegations_are_followed(store: SqlStore, chain: str, chosen: str) -> None:
    await staffed(store, finance="ana ben cleo dora")
    await opened(store)

    def go(tx: Transaction) -> None:
        for each in chain.split():
            user, to = each.split(">")
            tx.staff.be_away(an_absence(user, to=to))

    await store.write(go)
    await passed_on(store, "ana")
    assert turns(await current(store)) == [chosen]


async def test_what_waits_behind_a_takeover_moves_too(store: SqlStore) -> None:
    await staffed(store, finance="ana ben")
    await opened(store, sent={"live_view_url": "https://view.example/1"})
    ben = a_person("ben", "finance")
    await acts(store, lambda seen: TakeOver(**on(seen, ben)))
    await store.write(lambda tx: tx.staff.be_away(an_absence("ana")))
    assert await passed_on(store, "ana") == 1
    state = (await current(store)).state
    assert state.status == "taken_over"
    assert [each.user for each in review_of(state).assignees] == ["ben"]  # type: ignore[arg-type]  # just looked


async def test_whoever_holds_the_role_no_longer_loses_the_turn(store: SqlStore) -> None:
    await staffed(store, finance="ana ben")
    await opened(store)
    await store.write(lambda tx: tx.staff.put(a_holder("finance", "ana", leaving=True)))
    assert await passed_on(store, "ana") == 1
    assert turns(await current(store)) == ["ben"]


async def test_a_role_that_empties_while_it_waits_climbs_without_an_alarm(store: SqlStore) -> None:
    await staffed(store, finance="ana", deputy="dan")
    await opened(store)
    await store.write(lambda tx: tx.staff.remove(RoleName("finance"), UserId("ana")))
    assert await passed_on(store, "ana") == 1
    assert turns(await current(store)) == ["dan"]
    assert (await happened(store))[2:] == ["escalated", "assigned"]
    assert (Errand.ALERT, "C_OPERATIONS") not in await queued(store)


async def test_somebody_says_that_they_are_on_it(store: SqlStore) -> None:
    await staffed(store, finance="ana ben")
    await opened(store)
    ben = a_person("ben", "finance")
    claimed = await acts(store, lambda seen: Claim(**on(seen, ben)))
    (turn,) = claimed.state.assignees
    assert (turn.user, turn.claimed) == ("ben", True)
    assert await loads(store) == {"person-ben": 1}
    again = await acts(store, lambda seen: Claim(**on(seen, ben)))
    assert isinstance(again, Refusal)
    assert again.reason is Reason.YOUR_TURN_ALREADY
    assert await happened(store) == ["proposed", "assigned", "claimed", "refused"]


async def test_whoever_edits_what_they_may_then_not_approve_leaves_it_to_another(
    store: SqlStore,
) -> None:
    await staffed(store, finance="ana ben")
    await opened(store, plan=a_plan(editor_may_sign=False))
    ana = a_person("ana", "finance")
    await acts(store, lambda seen: Claim(**on(seen, ana)))
    await acts(store, lambda seen: Revise(**on(seen, ana), **edited(seen, amount="400.00")))
    assert turns(await current(store)) == ["ben"]
    assert await loads(store) == {"person-ben": 1}
    assert await pointed_to(store, "ben") == ["turn"]


async def test_whoever_edits_what_they_may_approve_as_well_keeps_the_turn(store: SqlStore) -> None:
    await staffed(store, finance="ana ben", cfo="cora")
    await opened(store, plan=a_plan(seats=(FINANCE, CFO), editor_may_sign=True))
    ana = a_person("ana", "finance")
    await acts(
        store,
        lambda seen: Revise(**on(seen, ana), **edited(seen, amount="400.00"), approve=False),
    )
    assert turns(await current(store)) == ["ana", "cora"]


async def test_where_the_editor_was_the_only_one_the_next_rung_is_called(store: SqlStore) -> None:
    await staffed(store, finance="ana", deputy="dan")
    await opened(store, plan=a_plan(editor_may_sign=False))
    ana = a_person("ana", "finance")
    await acts(store, lambda seen: Revise(**on(seen, ana), **edited(seen, amount="400.00")))
    state = (await current(store)).state
    assert isinstance(state, Escalated)
    assert state.why == "Nobody with the role Finance may decide it any more."
    assert turns(await current(store)) == ["dan"]
    assert (Errand.ALERT, "C_OPERATIONS") not in await queued(store)


async def pointed_to(store: SqlStore, user: str) -> list[str]:
    """List the direct messages that wait to be sent to somebody, by what they are about."""

    def look(tx: Transaction) -> list[str]:
        found = []
        while (errand := tx.outbox.next_in(user, NOON)) is not None:
            found.append(str(errand.body["matter"]))
            tx.outbox.done(errand)
        return found

    return await store.write(look)


async def test_a_turn_is_given_to_somebody_else(store: SqlStore) -> None:
    await staffed(store, finance="ana ben cleo")
    await opened(store)
    ana, cleo = a_person("ana", "finance"), a_person("cleo", "finance")
    await acts(store, lambda seen: Reassign(**on(seen, ana), to=cleo, note="You know Acme."))
    assert turns(await current(store)) == ["cleo"]
    assert await loads(store) == {"person-cleo": 1}


async def test_nobody_gives_a_turn_to_somebody_who_is_away(store: SqlStore) -> None:
    await staffed(store, finance="ana ben")
    await opened(store)
    await store.write(lambda tx: tx.staff.be_away(an_absence("ben")))
    ana, ben = a_person("ana", "finance"), a_person("ben", "finance")
    refusal = await acts(store, lambda seen: Reassign(**on(seen, ana), to=ben))
    assert refusal == Refusal(Reason.AWAY, "Ben is out of office. Choose somebody who is there.")
    assert turns(await current(store)) == ["ana"]


async def test_drift_is_counted_and_put_right(store: SqlStore) -> None:
    await staffed(store, finance="ana ben")
    first = await opened(store, "p1")
    await opened(store, "p2")
    assert await store.write(lambda tx: tx.staff.recount()) == 0
    extra = replace(
        (await store.read(lambda look: look.staff.assignments(first.id)))[0],
        proposal=ProposalId("gone"),
        weight=9,
    )
    await store.write(lambda tx: tx.staff.assign((), (extra,)))
    assert await loads(store) == {"person-ana": 10, "person-ben": 1}
    assert await store.write(lambda tx: tx.staff.recount()) == 2
    assert await loads(store) == {"person-ana": 1, "person-ben": 1}
    assert await store.read(adds_up)


async def test_many_proposals_are_shared_out_evenly_by_four_instances(house: House) -> None:
    stores = [await house.opens(clock=lambda: NOON) for _ in range(4)]
    crowd = " ".join(f"u{number:02d}" for number in range(CROWD))
    await staffed(stores[0], finance=crowd)
    await asyncio.gather(
        *(stores[number % 4].write(partial(taken_in, f"p{number}")) for number in range(1_001))
    )
    found = await loads(stores[0])
    assert len(found) == CROWD
    assert sum(found.values()) == 1_001
    assert max(found.values()) - min(found.values()) <= 1


async def test_weighty_ones_are_shared_out_within_one_proposals_weight(house: House) -> None:
    stores = [await house.opens(clock=lambda: NOON) for _ in range(4)]
    await staffed(stores[0], finance=" ".join(f"u{number:02d}" for number in range(10)))
    plans = [a_plan(weight=weight) for weight in (1, 2, 4, 8)]
    await asyncio.gather(
        *(
            stores[number % 4].write(
                partial(taken_in, f"p{number}", plan=plans[number * number % 7 % 4])
            )
            for number in range(200)
        )
    )
    found = await loads(stores[0])
    assert max(found.values()) - min(found.values()) <= 8


async def test_one_workspace_shares_no_people_with_another(house: House, store: SqlStore) -> None:
    await staffed(store, finance="ana")
    await opened(store)
    other = await House(house.url, stores=house.stores).opens(clock=lambda: NOON)
    assert turns(await opened(other, "p1")) == []
    assert await loads(other) == {}
