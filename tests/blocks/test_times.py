"""A closed card says honestly how long it waited, and for whom."""

from dataclasses import replace
from datetime import timedelta

from store.checkpoint import NeedsInformation, Releasing
from store.commands import NoticeDeadline, Reject, Release, ReturnControl, TakeOver
from store.lifecycle import opened
from tests.blocks.care import releasing
from tests.blocks.scenes import ANA, MINUTE, Scene, a_careful_plan, after, as_of, asked
from tests.blocks.test_cards import says
from tests.store.making import NOON, a_proposal, an_intake, on


def test_what_was_held_back_and_taken_over_kept_no_reviewer_waiting() -> None:
    proposal = a_proposal(live_view_url="https://agent.example/1")
    intake = replace(an_intake(proposal, plan=a_careful_plan()), hold="Three wait already.")
    held = opened(intake, NOON).after
    shown_at = NOON + 90 * MINUTE
    shown = after(held, Release(**on(held, as_of(ANA, shown_at))), shown_at)
    taken_at, back_at = NOON + 100 * MINUTE, NOON + 120 * MINUTE
    taken = after(shown, TakeOver(**on(shown, as_of(ANA, taken_at))), taken_at)
    back = ReturnControl(**on(taken, as_of(ANA, back_at)), note="I logged in.")
    returned = after(taken, back, back_at)
    end = NOON + 125 * MINUTE
    no = Reject(**on(returned, as_of(ANA, end)), reason="No.", category="other")
    assert (
        "Waited 15 minutes for reviewers, 20 minutes while a person had control and "
        "1 hour 30 minutes held back."
    ) in says(Scene(after(returned, no, end), now=end))


def test_waiting_for_an_answer_that_never_came_kept_no_reviewer_waiting() -> None:
    before = asked()
    assert isinstance(before.state, NeedsInformation)
    late = before.state.deadline
    went_on = after(before, NoticeDeadline(), late)
    end = late + 5 * MINUTE
    no = Reject(**on(went_on, as_of(ANA, end)), reason="No.", category="other")
    assert "Waited 15 minutes for reviewers and" in says(Scene(after(went_on, no, end), now=end))


def test_a_few_seconds_are_told_as_a_length_alone() -> None:
    checkpoint = releasing()
    assert isinstance(checkpoint.state, Releasing)
    soon = checkpoint.state.at + timedelta(seconds=5)
    told = says(Scene(replace(checkpoint, state=replace(checkpoint.state, release_at=soon))))
    assert "The agent hears of it 5 seconds later\n. Until then" in told
    assert "Reaches the agent 5 seconds after the approval\n" in told
    assert "Reaches the agent 2 minutes after the approval: <!date^" in says(Scene(checkpoint))
