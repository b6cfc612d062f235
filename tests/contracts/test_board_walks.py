"""Whatever happens, in whatever order: the board is what a look at every checkpoint says."""

import asyncio
from collections.abc import Iterable
from functools import partial
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from manifests.folding import folded
from manifests.vocabulary import ActionName, AgentName, Mode, PersonId, RoleName, Severity
from store import door
from store.board import (
    EVERY,
    Choices,
    Entry,
    Filters,
    Look,
    Part,
    Place,
    Stake,
    View,
    marks,
    person_mark,
)
from store.checkpoint import NeedsInformation
from store.commands import (
    Approve,
    Claim,
    Command,
    Escalate,
    ProvideInformation,
    Reassign,
    Reject,
    RequestInformation,
    ReturnControl,
    Revise,
    TakeOver,
    Withdraw,
    WithdrawSignOff,
)
from store.effects import KEYTURN
from store.placing import entry_of, place_of
from store.ports import Listing, Reading, Transaction
from store.proposal import ProposalId
from store.sql import SqlStore
from tests.contracts.conftest import House
from tests.store.making import (
    CFO,
    FINANCE,
    HOUR,
    a_person,
    a_plan,
    a_proposal,
    an_intake,
    edited,
    on,
)
from tests.store.staffed import Clock, a_holder, an_absence

PEOPLE = {"ana": ("finance",), "ben": ("finance", "cfo"), "cleo": ("cfo",), "dan": ("deputy",)}
SEATS = {"finance": FINANCE, "cfo": CFO}
ACTIONS = ("process_refund", "ship_order")
AGENTS = ("billing", "dispatch")
DOES = ("approve", "reject", "claim", "reassign", "escalate", "take over", "give back", "take back",
        "ask", "answer", "edit", "withdraw")  # fmt: skip
people = st.sampled_from(sorted(PEOPLE))
moves = st.lists(
    st.one_of(
        st.tuples(
            st.just("open"),
            st.sets(st.sampled_from(sorted(SEATS)), min_size=1),
            st.tuples(st.sampled_from(ACTIONS), st.sampled_from(AGENTS), st.sampled_from(Severity),
                      st.booleans(), st.none() | people),
        ),
        st.tuples(st.sampled_from(DOES), people, st.integers(0, 5)),
        st.tuples(st.sampled_from(["away", "back"]), people, people),
        st.tuples(st.just("wait"), people, st.integers(1, 3)),
    ),
    min_size=3,
    max_size=30,
)  # fmt: skip
narrowings = st.builds(
    Filters,
    severity=st.none() | st.sampled_from(Severity),
    action=st.none() | st.sampled_from([ActionName(each) for each in ACTIONS]),
    agent=st.none() | st.sampled_from([AgentName(each) for each in AGENTS]),
    reversible=st.none() | st.booleans(),
    text=st.sampled_from(["", "refund", "REFU acme", "p1", "Dispatch $480", "fund"]),
)


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
        await self.store.write(partial(self._taken, *move))

    def _taken(self, what: str, who: object, more: object, tx: Transaction) -> None:
        match what, who, more:
            case "open", set(), (action, str(agent), severity, reversible, requester):
                seats = tuple(SEATS[name] for name in sorted(who))
                mode = Mode.SUGGEST if action == "ship_order" else Mode.EXECUTE
                plan = a_plan(seats=seats, severity=severity, reversible=reversible, mode=mode)
                name = f"p{next(self.ids)}"
                sent = a_proposal(
                    action=action, idempotency_key=name, live_view_url="https://view.example/1"
                )
                asked = None if requester is None else f"person-{requester}"
                intake = an_intake(sent, plan, proposal_id=name, agent=agent, requester=asked)
                door.take_in(tx, intake)
            case "away", str(), str():
                tx.staff.be_away(an_absence(who, to=more, starts_at=self.clock.at, ends_at=None))
            case "back", str(), _:
                tx.staff.be_back(an_absence(who).person)
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
        state = checkpoint.state
        question = state.question_id if isinstance(state, NeedsInformation) else "q"
        commands: dict[str, Command] = {
            "approve": Approve(**known),
            "reject": Reject(**known, reason="No.", category="other"),
            "claim": Claim(**known),
            "reassign": Reassign(**known, to=crowd[sorted(PEOPLE)[number % len(PEOPLE)]]),
            "escalate": Escalate(**known, reason="Too large."),
            "take over": TakeOver(**known),
            "give back": ReturnControl(**known, note="Done."),
            "take back": WithdrawSignOff(**known),
            "ask": RequestInformation(**known, question_id=f"q{number}", question="Why?"),
            "answer": ProvideInformation(question_id=question, answer="Because."),
            "edit": Revise(**known, **edited(checkpoint, customer=who), category="other", note=""),
            "withdraw": Withdraw(reason="No longer."),
        }
        door.act(tx, checkpoint.id, commands[what], KEYTURN)


def _agrees(look: Reading) -> tuple[Entry, ...]:
    """Compare every entry with its checkpoint, and say what all of them are."""
    found = look.checkpoints.page(Listing(limit=200))
    for checkpoint in found:
        assert look.board.entry(checkpoint.id) == entry_of(checkpoint)
    assert look.board.astray(found[-1].created_at, 10) == () if found else True
    return tuple(map(entry_of, found))


def _shown(entries: Iterable[Entry], asked: Look) -> list[ProposalId]:
    """Find by looking at everything what a view must show, in its order."""
    mine = frozenset(marks(asked.person, asked.roles))
    wanted = [each for each in entries if _passes(each, asked.only) and _is_in(each, asked, mine)]
    if asked.view is View.EVERYTHING:
        ordered = sorted(wanted, key=lambda each: (each.description.opened_at, _id(each)))
        return [_id(each) for each in reversed(ordered)]
    if asked.view is View.DECIDED:
        ordered = sorted(wanted, key=lambda each: (each.position.decided_at, _id(each)))
        return [_id(each) for each in reversed(ordered)]
    due = [(each.position.due_at is None, each.position.due_at, _id(each)) for each in wanted]
    return [proposal for _, _, proposal in sorted(due)]


def _id(entry: Entry) -> ProposalId:
    return entry.position.proposal


def _is_in(entry: Entry, asked: Look, mine: frozenset[str]) -> bool:
    position = entry.position
    if asked.view is View.EVERYTHING:
        return not mine.isdisjoint(entry.description.seen_by)
    held = {each.part for each in position.stakes if each.who in mine}
    barred = Stake(Part.BARRED, person_mark(asked.person)) in position.stakes
    yours = Part.YOURS in held and not barred
    if asked.view is View.YOURS:
        return yours
    late = asked.since is not None and (
        position.decided_at is None or position.decided_at < asked.since
    )
    return Part(asked.view.value) in held and not yours and not late


def _passes(entry: Entry, only: Filters) -> bool:
    described = entry.description
    there = described.words
    return (
        only.severity in {None, described.severity}
        and only.action in {None, described.action}
        and only.agent in {None, described.agent}
        and only.reversible in {None, described.reversible}
        and all(f" {word}" in there for word in folded(only.text).split())
    )


def _is_read_so(entries: tuple[Entry, ...], only: Filters, since: object, look: Reading) -> None:
    for user, roles in PEOPLE.items():
        for view in View:
            asked = Look(
                view=view,
                person=PersonId(f"person-{user}"),
                roles=frozenset(map(RoleName, roles)),
                only=only,
                since=since if view is View.DECIDED else None,  # type: ignore[arg-type]
            )
            expected = _shown(entries, asked)
            assert list(look.board.page(asked, 200)) == expected
            assert look.board.count(asked) == len(expected)
            assert _turned(look, asked) == expected
            assert look.board.choices(asked) == _choices(entries, expected)


def _turned(look: Reading, asked: Look) -> list[ProposalId]:
    """Read a view two entries at a time."""
    found: list[ProposalId] = []
    after: Place | None = None
    while page := look.board.page(asked, 2, after):
        found += page
        last = look.checkpoints.get(page[-1])
        assert last is not None
        after = place_of(asked.view, last)
    return found


def _choices(entries: tuple[Entry, ...], shown: list[ProposalId]) -> Choices:
    described = [each.description for each in entries if _id(each) in shown]
    return Choices(
        actions=tuple(sorted({each.action for each in described})),
        agents=tuple(sorted({each.agent for each in described})),
    )


@settings(max_examples=25)
@given(history=moves, only=narrowings)
def test_the_board_is_what_a_look_at_every_checkpoint_says(
    database: str, history: list[tuple[str, object, object]], only: Filters
) -> None:
    async def told() -> None:
        clock = Clock()
        store = await House(database).opens(clock=clock)
        try:
            walk = Walk(store, clock)
            await walk.begins()
            entries: tuple[Entry, ...] = ()
            for move in history:
                await walk.takes(move)
                entries = await store.read(_agrees)
            since = clock.at - HOUR
            await store.read(partial(_is_read_so, entries, EVERY, since))
            await store.read(partial(_is_read_so, entries, only, None))
        finally:
            await store.close()

    asyncio.run(told())
