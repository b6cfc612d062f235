"""Who is asked, reminded, called and told, in a Slack that nobody here wrote."""

from typing import Any

import pytest

from store.effects import Happening
from tests.emulate.conftest import ForeignDesk
from tests.emulate.emulator import BOT_USER
from tests.emulate.stories import Story, title
from tests.scenarios import (
    test_asking,
    test_comments,
    test_digest,
    test_direct_messages,
    test_reminding,
    test_time,
)
from tests.scenarios.proposals import an_index_rebuild
from tests.scenarios.seeing import CHANNELS

pytestmark = pytest.mark.asyncio(loop_scope="module")

STORIES: list[Story] = [
    test_digest.test_a_channel_hears_once_what_still_waits_and_where,
    test_asking.test_a_role_is_asked_in_its_own_channel_and_decides_nothing,
    test_asking.test_the_person_behind_it_is_asked_in_a_direct_message,
    test_asking.test_a_reviewer_need_not_wait_for_the_answer,
    test_asking.test_a_system_is_asked_over_its_own_key,
    test_time.test_time_runs_out_on_every_rung,
    test_time.test_the_fallback_decides_in_time,
    test_reminding.test_whoever_can_still_act_is_reminded_at_each_share,
    test_direct_messages.test_whose_turn_it_is_hears_what_how_grave_until_when_and_where,
    test_direct_messages.test_the_person_behind_it_hears_the_decision_and_what_came_of_it,
    test_comments.test_a_comment_is_kept_with_who_said_it_and_shown_in_the_history,
    test_comments.test_what_is_changed_or_taken_away_is_kept_as_what_it_is,
]


@pytest.mark.parametrize("story", STORIES, ids=title)
async def test_it_is_told_elsewhere_too(desk: ForeignDesk, story: Story) -> None:
    await story(desk)


async def test_words_that_sound_like_a_decision_get_one_whisper(desk: ForeignDesk) -> None:
    story: Any = test_comments.test_words_that_sound_like_a_decision_get_one_whisper
    await story(desk, "Looks good!")


async def test_lines_of_our_own_are_nobodys_comment(desk: ForeignDesk) -> None:
    """Slack marks what an app said; this one says only which user it was."""
    rebuild = await desk.agent_proposes(an_index_rebuild())
    card = await rebuild.card()
    asking = {"Category": "Scope", "Your question": "All of it?"}
    await desk.dev.fills("Request info", rebuild, asking)
    await rebuild.thread_says("All of it?")
    room = CHANNELS[rebuild.channel]
    (line,) = await desk.workspace.emulator.replies(room, card.ts)
    assert line["user"] == BOT_USER
    assert "bot_id" not in line
    assert (await desk.workspace.tells(room, line))["acked"]
    await test_comments.says(desk.ben, rebuild, "Not before noon, please.")
    await test_comments.kept(rebuild, "Not before noon, please.")
    (kept,) = await rebuild.audit(Happening.COMMENTED)
    assert kept.event.actor.id == "U0BEN"
