"""The main story and what may follow it, in a Slack that nobody here wrote."""

import pytest

from tests.emulate.conftest import ForeignDesk
from tests.emulate.stories import Story, title
from tests.scenarios import (
    test_afterwards,
    test_editing,
    test_friction,
    test_information,
    test_refused_clicks,
    test_reviewing,
    test_seeing,
    test_takeover,
    test_undo,
)
from tests.scenarios.proposals import a_refund

pytestmark = pytest.mark.asyncio(loop_scope="module")

STORIES: list[Story] = [
    test_reviewing.test_one_person_fills_one_seat_only,
    test_reviewing.test_a_reviewer_rejects_and_says_why,
    test_reviewing.test_what_is_missing_is_filled_in_and_approved,
    test_friction.test_one_click_is_enough_where_little_can_go_wrong,
    test_friction.test_a_dialog_repeats_what_is_at_stake,
    test_friction.test_a_typed_approval_done_wrong_and_then_right,
    test_friction.test_a_value_that_is_cut_is_paged_through_before_it_is_approved,
    test_editing.test_an_edit_of_high_severity_is_signed_by_somebody_else,
    test_editing.test_two_edits_at_once_lose_nothing_that_was_typed,
    test_information.test_the_clock_waits_for_the_agents_answer,
    test_undo.test_an_approval_is_undone_and_the_agent_heard_nothing,
    test_undo.test_who_undoes_it_too_late_is_told_of_recall,
    test_afterwards.test_an_approval_is_recalled_before_it_is_used,
    test_afterwards.test_what_was_executed_is_rolled_back_on_request,
    test_takeover.test_control_is_taken_and_handed_back_with_a_state,
    test_takeover.test_nobody_else_decides_meanwhile,
    test_refused_clicks.test_a_click_on_a_closed_card_is_told_how_it_ended,
    test_seeing.test_history_tells_what_happened_so_far,
]


@pytest.mark.parametrize("story", STORIES, ids=title)
async def test_it_is_told_elsewhere_too(desk: ForeignDesk, story: Story) -> None:
    await story(desk)


async def test_a_refund_is_reviewed_and_approved(desk: ForeignDesk) -> None:
    refund = await desk.agent_proposes(a_refund())
    card = await refund.says("Refund $480.00 to Acme GmbH?", "damaged on arrival")
    await desk.finn.approves(refund)
    heard = await refund.agent_hears("approved")
    assert heard.parameters["amount"] == "480.00"
    closed = await refund.no_longer_offers("Review & approve")
    assert closed.says("Approved")
    assert closed.ts == card.ts
    await refund.thread_says("Finn Maguire")
