"""Whatever happens, in whatever order: the loads are what the open seats come to."""

import asyncio
from collections import Counter
from functools import partial
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from manifests.vocabulary import RoleName, UserId
from store import door
from store.assigning import assignments_of
from store.checkpoint import Status
from store.commands import (
    Approve,
    Claim,
    Command,
    Escalate,
    Reassign,
    Reject,
    TakeOver,
    WithdrawSignOff,
)
from store.effects import KEYTURN
from store.ports import Listing, Reading, Transaction
from store.proposal import ProposalId
from store.sql import SqlStore
from store.staffing import NOBODY, Load
from tests.contracts.conftest import House
from tests.store.making import (
    CFO,
    FINANCE,
    HOUR,
    a_person,
    a_plan,
    a_proposal,
    an_intake,
    on,
)
from tests.store.staffed import Clock, a_holder, an_absence

PEOPLE = {"ana": ("finance",), "ben": ("finance", "cfo"), "cleo": ("cfo",), "dan": ("deputy",)}
DOES = ("approve", "reject", "claim", "reassign", "escalate", "take over", "take back")
people = st.sampled_from(sorted(PEOPLE))
numbers = st.integers(0, 5)
moves = st.lists(
    st.one_of(
        st.tuples(st.just("open"), st.sets(st.sampled_from(["finance", "cfo"]), min_size=1),
                  st.integers(1, 8)),
        st.tuples(st.sampled_from(DOES), people, numbers),
        st.tuples(st.sampled_from(["away", "back", "leave", "join"]), people, people),
        st.tuples(st.just("wait"), people, st.integers(1, 3)),
    ),
    min_size=3,
    max_size=30,
)  # fmt: skip
SEATS = {"finance": FINANCE, "cfo": CFO}
OPEN = (Status.PENDING_REVIEW, Status.ESCALATED, Status.NEEDS_INFORMATION, Status.TAKEN_OVER)


class Walk:
    """One history on one store, step by step."""

    def __init__(self, store: SqlStore, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.ids = count()

    async def begins(self) -> None:
        def staff(tx: Transaction) -> None:
            for role in ("finance", "cfo", "deputy"):
                tx.staff.know(RoleName(role))
            for user, roles in PEOPLE.items():
                for role in roles:
                    tx.staff.put(a_holder(role, user))

        await self.store.write(staff)

    async def takes(self, move: tuple[str, object, object]) -> None:
        what, who, more = move
        await self.store.write(partial(self._taken, what, who, more))
        await self._passed_on()

    def _taken(self, what: str, who: object, more: object, tx: Transaction) -> None:
        match what, who, more:
            case "open", set(), int():
                seats = tuple(SEATS[name] for name in sorted(who))
                plan = a_plan(seats=seats, weight=more)
                name = f"p{next(self.ids)}"
                sent = a_proposal(idempotency_key=name, live_view_url="https://view.example/1")
                door.take_in(tx, an_intake(sent, plan, proposal_id=name))
            case "away", str(), str():
                tx.staff.be_away(an_absence(who, to=more, starts_at=self.clock.at, ends_at=None))
            case "back", str(), _:
                tx.staff.be_back(an_absence(who).person)
            case "leave", str(), _:
                for role in PEOPLE[who]:
                    tx.staff.remove(RoleName(role), UserId(who))
            case "join", str(), _:
                for role in PEOPLE[who]:
                    tx.staff.put(a_holder(role, who))
            case "wait", _, int():
                self.clock.at += more * HOUR / 2
            case _, str(), int():
                self._acts(tx, what, who, more)
            case _:
                raise AssertionError(f"Nobody knows how to {what}.")

    def _acts(self, tx: Transaction, what: str, who: str, number: int) -> None:
        checkpoint = tx.checkpoints.get(ProposalId(f"p{number}"))
        if checkpoint is None:
            return
        crowd = {
            user: a_person(user, *roles, as_of=self.clock.at) for user, roles in PEOPLE.items()
        }
        known = on(checkpoint, crowd[who], *crowd.values())
        commands: dict[str, Command] = {
            "approve": Approve(**known),
            "reject": Reject(**known, reason="No.", category="other"),
            "claim": Claim(**known),
            "reassign": Reassign(**known, to=crowd[sorted(PEOPLE)[number % len(PEOPLE)]]),
            "escalate": Escalate(**known, reason="Too large."),
            "take over": TakeOver(**known),
            "take back": WithdrawSignOff(**known),
        }
        door.act(tx, checkpoint.id, commands[what], KEYTURN)

    async def _passed_on(self) -> None:
        for user in (*PEOPLE, NOBODY):
            person = an_absence(user).person if user else NOBODY
            for proposal in await self.store.read(partial(_waiting, person)):
                await self.store.write(partial(_pass_on, proposal))


def _waiting(person: str, look: Reading) -> tuple[ProposalId, ...]:
    return look.staff.waiting_for(person)  # type: ignore[arg-type]  # nobody's is a person's id too


def _pass_on(proposal: ProposalId, tx: Transaction) -> None:
    door.pass_on(tx, proposal)


def _adds_up(look: Reading) -> None:
    """Compare the checkpoints with the assignments, and the assignments with the loads."""
    weights: Counter[str] = Counter()
    seats: Counter[str] = Counter()
    for checkpoint in look.checkpoints.page(Listing(limit=200)):
        rows = look.staff.assignments(checkpoint.id)
        assert rows == assignments_of(checkpoint)
        assert bool(rows) == (checkpoint.state.status in OPEN)
        for row in rows:
            if row.user != NOBODY:
                weights[row.person] += row.weight
                seats[row.person] += 1
    loads = {person: load for person, load in look.staff.loads().items() if load != Load()}
    assert loads == {
        person: Load(weight=weights[person], proposals=seats[person]) for person in weights
    }
    assert look.staff.drift() == 0


@settings(max_examples=40)
@given(history=moves)
def test_the_loads_are_what_the_open_seats_come_to(
    database: str, history: list[tuple[str, object, object]]
) -> None:
    async def told() -> None:
        clock = Clock()
        house = House(database)
        store = await house.opens(clock=clock)
        try:
            walk = Walk(store, clock)
            await walk.begins()
            for move in history:
                await walk.takes(move)
                await store.read(_adds_up)
        finally:
            await store.close()

    asyncio.run(told())
