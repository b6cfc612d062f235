from collections.abc import Sequence
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from manifests.plan import ReviewPlan, Rung
from store.people import Person
from store.seats import may_fill_some_seat, seating, titles_of_fillers
from tests.store.making import CFO, DEPUTY, FINANCE, HOUR, a_person, a_plan, a_role

ROLES = [a_role(name) for name in "abcd"]
plans = st.builds(
    lambda seats, fallbacks: a_plan(
        seats=tuple(seats), ladder=tuple(Rung(sla=HOUR, fallback=tuple(each)) for each in fallbacks)
    ),
    st.lists(st.sampled_from(ROLES), min_size=1, max_size=4),
    st.lists(st.lists(st.sampled_from(ROLES), max_size=2), min_size=1, max_size=2),
)
crowds = st.lists(st.frozensets(st.sampled_from("abcd"), max_size=4), max_size=5).map(
    lambda held: [a_person(f"u{number}", *roles) for number, roles in enumerate(held)]
)


def possible(plan: ReviewPlan, rung: int, people: Sequence[Person]) -> bool:
    """Try every way of giving each person a seat of their own."""
    return any(
        all(
            person.roles & plan.fillers(plan.seats[seat], rung)
            for person, seat in zip(people, order, strict=True)
        )
        for order in permutations(range(len(plan.seats)), len(people))
    )


@given(plan=plans, people=crowds, data=st.data())
def test_people_are_seated_whenever_they_can_be(
    plan: ReviewPlan, people: list[Person], data: st.DataObject
) -> None:
    rung = data.draw(st.integers(0, len(plan.ladder) - 1))
    seats = seating(plan, rung, people)
    assert (seats is not None) == possible(plan, rung, people)
    if seats is not None:
        assert set(seats) == set(range(len(people)))
        assert len(set(seats.values())) == len(people)
        for person, seat in seats.items():
            assert people[person].roles & plan.fillers(plan.seats[seat], rung)


def test_one_who_holds_both_roles_makes_room_for_the_other() -> None:
    plan = a_plan(seats=(FINANCE, CFO))
    both, only_finance = a_person("both", "finance", "cfo"), a_person("one", "finance")
    assert seating(plan, 0, [both, only_finance]) == {0: 1, 1: 0}
    assert seating(plan, 0, [only_finance, a_person("two", "finance")]) is None


@given(plan=plans, people=crowds)
def test_a_rung_only_ever_widens_who_may_sign(plan: ReviewPlan, people: list[Person]) -> None:
    last = len(plan.ladder) - 1
    for person in people:
        assert may_fill_some_seat(plan, last, person) >= may_fill_some_seat(plan, 0, person)


def test_an_empty_role_is_nobody() -> None:
    assert not may_fill_some_seat(a_plan(), 0, a_person("nobody"))


def test_a_refusal_names_each_role_once() -> None:
    plan = a_plan(seats=(FINANCE, FINANCE, CFO), ladder=(Rung(sla=HOUR, fallback=(DEPUTY,)),))
    assert titles_of_fillers(plan, 0) == "Finance or Cfo or Deputy"
