from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.program.identifiers import Identifiers
from tests.bot.gateway import Clock


def test_identifiers_sort_by_time() -> None:
    clock = Clock()
    ids = Identifiers(clock)
    made = []
    for _ in range(50):
        made.append(ids.proposal())
        clock.at += timedelta(milliseconds=1)
    assert made == sorted(made)
    assert len(set(made)) == 50


@given(steps=st.lists(st.integers(-5, 5), max_size=30))
def test_they_rise_whatever_the_clock_does(steps: list[int]) -> None:
    clock = Clock()
    ids = Identifiers(clock)
    made = [ids.proposal()]
    for step in steps:
        clock.at += timedelta(milliseconds=step)
        made.append(ids.proposal())
    assert all(earlier < later for earlier, later in pairwise(made))


def test_they_are_short_lower_case_and_say_what_they_name() -> None:
    ids = Identifiers(lambda: datetime(2026, 11, 21, tzinfo=UTC))
    proposal, question = ids.proposal(), ids.question()
    assert proposal.startswith("p_")
    assert question.startswith("q_")
    assert len(proposal) == 28
    assert proposal == proposal.lower()


def test_two_programs_do_not_meet() -> None:
    clock = Clock()
    assert Identifiers(clock).proposal() != Identifiers(clock).proposal()


def test_the_largest_chance_runs_into_no_other_moment() -> None:
    clock = Clock()
    ids = Identifiers(clock, lambda bits: 2**bits - 1)
    first, second = ids.proposal(), ids.proposal()
    clock.at += timedelta(milliseconds=2)
    assert first < second < ids.proposal()
