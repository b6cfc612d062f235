"""Plans, people's own lists and what they type, in a Slack that nobody here wrote."""

import pytest

from tests.emulate.conftest import ForeignDesk
from tests.emulate.stories import Story, title
from tests.scenarios import (
    test_batch,
    test_finding,
    test_home,
    test_refining,
    test_shortcuts,
    test_slash,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

STORIES: list[Story] = [
    # The first of all: it counts what was decided today.
    test_home.test_what_somebody_does_shows_in_their_home,
    test_home.test_out_of_office_is_said_in_a_form,
    test_batch.test_several_alike_are_approved_at_once_each_with_a_line_of_its_own,
    test_shortcuts.test_a_proposal_is_found_by_its_words,
    test_shortcuts.test_a_card_opens_in_full_from_its_message,
    test_slash.test_help_lists_what_can_be_typed,
    test_slash.test_a_reviewer_reads_why_a_proposal_came_to_them,
    test_finding.test_show_of_nothing_and_of_what_there_is_not,
    test_finding.test_a_search_finds_words_of_what_one_may_see,
    test_refining.test_step_4_is_edited_and_step_12_made_anew,
    test_refining.test_a_refined_plan_is_signed_by_two_others_and_run_as_it_stands,
    test_refining.test_two_people_refine_the_same_plan_and_nothing_is_lost,
]


@pytest.mark.parametrize("story", STORIES, ids=title)
async def test_it_is_told_elsewhere_too(desk: ForeignDesk, story: Story) -> None:
    await story(desk)
