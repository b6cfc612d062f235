"""Who is chosen: by load, by working hours through a change of the clocks, by who is on call."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifests.hours import Hours, Rota
from manifests.plan import ReviewPlan
from manifests.vocabulary import CalendarName, PersonId, RoleName
from store.assigning import Missing, Vacancy, missing, seated, stand_in
from store.staffing import Reviewer, Roster
from tests.store.making import CFO, DEPUTY, FINANCE, NOON, a_plan
from tests.store.staffed import a_holder, an_absence

COPENHAGEN = Hours(
    name=CalendarName("office"),
    timezone="Europe/Copenhagen",
    days=frozenset(range(7)),
    opens=time(9),
    closes=time(17),
)
ROLES = ("finance", "cfo", "deputy")


def a_reviewer(user: str, *roles: str, load: int = 0, **facts: Any) -> Reviewer:
    away = facts.pop("away", None)
    return Reviewer(
        person=PersonId(f"person-{user}"),
        holds=tuple(a_holder(role, user, **facts) for role in roles or ("finance",)),
        load=load,
        absence=away,
    )


def a_roster(*reviewers: Reviewer) -> Roster:
    known = frozenset(map(RoleName, ROLES))
    ordered = sorted(reviewers, key=lambda each: (each.load, each.person))
    return Roster(known=known, reviewers=tuple(ordered))


def a_vacancy(plan: ReviewPlan | None = None, **changed: Any) -> Vacancy:
    asked = plan or a_plan()
    known: dict[str, Any] = {
        "rung": 0,
        "seats": tuple(range(len(asked.seats))),
        "held": {},
        "barred": frozenset(),
        "at": NOON,
        "anew": True,
    }
    return Vacancy(plan=asked, **known | changed)


def chosen(vacancy: Vacancy, roster: Roster) -> dict[int, str]:
    found = seated(vacancy, roster).chosen
    return {seat: each.reviewer.user for seat, each in sorted(found.items())}


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        (at(2026, 10, 24, 7), True),  # the last day of summer time: nine o'clock is 07:00 UTC
        (at(2026, 10, 24, 6, 59), False),
        (at(2026, 10, 25, 7, 59), False),  # the clocks went back in the night
        (at(2026, 10, 25, 8), True),
        (at(2026, 10, 25, 15, 59), True),
        (at(2026, 10, 25, 16), False),
        (at(2026, 3, 28, 8), True),  # the last day of winter time
        (at(2026, 3, 29, 7), True),  # the clocks went forward in the night
        (at(2026, 3, 29, 15), False),
    ],
)
def test_working_hours_follow_the_reviewers_own_clock(moment: datetime, *, there: bool) -> None:
    roster = a_roster(a_reviewer("ana", hours=COPENHAGEN))
    assert chosen(a_vacancy(at=moment), roster) == ({0: "ana"} if there else {})


def test_whoever_works_now_is_preferred_to_whoever_has_less_to_do() -> None:
    roster = a_roster(a_reviewer("ana", hours=COPENHAGEN), a_reviewer("ben", load=9))
    found = seated(a_vacancy(at=at(2026, 11, 2, 3)), roster)
    assert found.chosen[0].reviewer.user == "ben"
    assert [(each.user, why) for each, why in found.passed_over] == [("ana", Missing.OFF_HOURS)]


def test_what_comes_after_a_no_goes_to_whoever_said_it_if_they_are_there() -> None:
    ana, ben = PersonId("person-ana"), a_reviewer("ben")
    busy = a_reviewer("ana", load=9)
    assert chosen(a_vacancy(knows_it=ana), a_roster(busy, ben)) == {0: "ana"}
    away = a_reviewer("ana", away=an_absence("ana"))
    assert chosen(a_vacancy(knows_it=ana), a_roster(away, ben)) == {0: "ben"}
    stranger = a_reviewer("ana", "cfo")
    assert chosen(a_vacancy(knows_it=ana), a_roster(stranger, ben)) == {0: "ben"}


def rota(*users: str) -> Rota:
    return Rota(
        turns=users, every=timedelta(days=1), starts=date(2026, 11, 1), at=time(0), timezone="UTC"
    )


def test_of_a_role_with_a_rota_only_whoever_is_on_call_is_there() -> None:
    turns = rota("ana", "ben")
    roster = a_roster(
        a_reviewer("ana", rota=turns, load=0),
        a_reviewer("ben", rota=turns, load=9, hours=COPENHAGEN),
    )
    assert chosen(a_vacancy(at=at(2026, 11, 1, 3)), roster) == {0: "ana"}
    # At three in the night, outside of his hours: being on call is what rotas are for.
    assert chosen(a_vacancy(at=at(2026, 11, 2, 3)), roster) == {0: "ben"}


def test_somebody_stands_in_for_whoever_is_on_call() -> None:
    turns = rota("ana")
    ana = a_reviewer("ana", rota=turns, away=an_absence("ana", to="cleo"))
    roster = a_roster(ana, a_reviewer("ben", rota=turns), a_reviewer("cleo", rota=turns, load=9))
    assert chosen(a_vacancy(), roster) == {0: "cleo"}


def test_an_absence_ends_on_the_dot() -> None:
    away = an_absence("ana", ends_at=NOON + timedelta(hours=1))
    roster = a_roster(a_reviewer("ana", away=away))
    assert chosen(a_vacancy(at=NOON + timedelta(minutes=59)), roster) == {}
    assert chosen(a_vacancy(at=NOON + timedelta(hours=1)), roster) == {0: "ana"}


def test_a_circle_of_delegations_leads_to_nobody() -> None:
    people = ("ana", "ben", "cleo")
    roster = a_roster(
        *(
            a_reviewer(each, away=an_absence(each, to=following))
            for each, following in zip(people, (*people[1:], people[0]), strict=True)
        )
    )
    assert stand_in(roster, PersonId("person-ana"), NOON) is None


def test_on_a_rung_just_come_to_it_is_the_turn_of_those_it_calls() -> None:
    roster = a_roster(a_reviewer("ana"), a_reviewer("dan", "deputy", load=9))
    assert chosen(a_vacancy(rung=1), roster) == {0: "dan"}
    assert chosen(a_vacancy(rung=1, anew=False), roster) == {0: "ana"}


reviewers = st.builds(
    lambda user, roles, load, hours: a_reviewer(user, *sorted(roles), load=load, hours=hours),
    st.sampled_from([f"u{number}" for number in range(9)]),
    st.sets(st.sampled_from(ROLES), min_size=1),
    st.integers(0, 20),
    st.sampled_from([None, COPENHAGEN]),
)
crowds = st.lists(reviewers, max_size=9, unique_by=lambda each: each.person)
vacancies = st.builds(
    lambda seats, rung, hour, barred: a_vacancy(
        a_plan(seats=tuple(seats)),
        rung=rung,
        at=NOON + timedelta(hours=hour),
        barred=frozenset(barred),
    ),
    st.lists(st.sampled_from([FINANCE, CFO, DEPUTY]), min_size=1, max_size=3),
    st.sampled_from([0, 1]),
    st.integers(0, 23),
    st.sets(st.sampled_from([PersonId(f"person-u{number}") for number in range(9)]), max_size=3),
)


@given(vacancies, crowds)
def test_whoever_is_chosen_may_fill_the_seat_and_nobody_has_two(
    vacancy: Vacancy, crowd: list[Reviewer]
) -> None:
    roster = a_roster(*crowd)
    found = seated(vacancy, roster).chosen
    people = [each.reviewer.person for each in found.values()]
    assert len(set(people)) == len(people)
    for seat, each in found.items():
        assert missing(each.reviewer, vacancy.fillers(seat), vacancy, roster) is None


@given(vacancies, crowds)
def test_no_other_choice_fills_more_seats_or_weighs_less(
    vacancy: Vacancy, crowd: list[Reviewer]
) -> None:
    """Try every choice there is; on a rung that calls somebody, those come before all others."""
    roster = a_roster(*crowd)
    found = seated(vacancy, roster).chosen.values()
    best = min(_every_choice(vacancy, roster, vacancy.seats, frozenset()), key=_merit(vacancy))
    own = frozenset(each.reviewer.person for each in found)
    assert _merit(vacancy)(tuple(each.reviewer for each in found)) == _merit(vacancy)(best), own


def _every_choice(
    vacancy: Vacancy, roster: Roster, seats: tuple[int, ...], taken: frozenset[PersonId]
) -> list[tuple[Reviewer, ...]]:
    if not seats:
        return [()]
    first, rest = seats[0], seats[1:]
    choices = _every_choice(vacancy, roster, rest, taken)
    for each in roster.reviewers:
        if each.person in taken or missing(each, vacancy.fillers(first), vacancy, roster):
            continue
        more = _every_choice(vacancy, roster, rest, taken | {each.person})
        choices += [(each, *others) for others in more]
    return choices


def _merit(vacancy: Vacancy) -> Any:
    def merit(people: tuple[Reviewer, ...]) -> tuple[int, int, int]:
        called = [
            each for each in people if any(held.role in vacancy.called for held in each.holds)
        ]
        return -len(people), -len(called), sum(each.load for each in people)

    return merit
