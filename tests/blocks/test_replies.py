"""Replies that people may take for a decision are known; what merely begins alike is not."""

import pytest

from blocks.telling.replies import reads_like_decision


@pytest.mark.parametrize(
    "text",
    [
        "looks good",
        "Looks good to me, thanks!",
        "LGTM 🚀",
        "approved",
        "I approve.",
        "ok go",
        "+1",
        ":+1:",
        ":+1::skin-tone-3:",
        "👍",
        "👍🏽",
        "ok",
        "Yes!",
        ":white_check_mark:",
        "go ahead",
        "rejected",
        ":x:",
        "❌",
        "ＬＧＴＭ",
    ],
)
def test_it_sounds_like_a_decision(text: str) -> None:
    assert reads_like_decision(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "Which customer is this?",
        "No idea who that is.",
        "Yesterday this failed twice.",
        "Okay, but who pays for it?",
        "11 of these today",
        "approval is not mine to give",
        "looks goodish",
        "Approved budgets for this quarter are in the sheet that Mira shared on Monday morning.",
        "🎉",
    ],
)
def test_it_is_a_remark(text: str) -> None:
    assert not reads_like_decision(text)
