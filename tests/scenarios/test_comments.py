"""What people write under a card is kept as a comment; only the buttons decide."""

import pytest

from store.effects import Happening
from tests.scenarios.desk import Desk
from tests.scenarios.matter import Matter
from tests.scenarios.people import Seat
from tests.scenarios.proposals import a_contract, an_index_rebuild
from tests.scenarios.seeing import CHANNELS, Json

DECIDES_NOTHING = "Only the buttons on the card decide"


async def says(seat: Seat, matter: Matter, words: str) -> Json:
    """Write under the card."""
    card = await matter.card()
    return await seat.workspace.does(
        "say", user=seat.user, channel=CHANNELS[matter.channel], text=words, thread_ts=card.ts
    )


async def kept(matter: Matter, *texts: str) -> list[Json]:
    """Wait until exactly these comments are in the audit log."""

    async def comments() -> list[Json]:
        lines = await matter.audit(Happening.COMMENTED)
        return [dict(each.event.detail) for each in lines]

    async def so() -> bool:
        return [each["text"] for each in await comments()] == [*texts]

    await matter.desk.workspace.until_so(so, f"kept of {matter.id}: {texts}")
    return await comments()


async def its_place_is_unknown(desk: Desk) -> None:
    """Let Slack post the next card, and lose the answer that would have told where."""
    await desk.workspace.fault("lost_reply", "chat.postMessage", channel=CHANNELS["#sre-review"])


async def number_of(desk: Desk, words: str) -> int:
    """Find the delivery that brought these words."""
    found: list[int] = []

    async def delivered() -> bool:
        log = (await desk.workspace.client.get("/_sandbox/deliveries")).json()["deliveries"]
        found[:] = [each["n"] for each in log if words in str(each["payload"])]
        return bool(found)

    await desk.workspace.until_so(delivered, f"delivered: {words}")
    (number,) = found
    return number


async def test_a_comment_is_kept_with_who_said_it_and_shown_in_the_history(desk: Desk) -> None:
    rebuild = await desk.agent_proposes(an_index_rebuild())
    await says(desk.ben, rebuild, "Is the <https://example.com|index> *big*?")
    await kept(rebuild, "Is the <https://example.com|index> *big*?")
    (line,) = await rebuild.audit(Happening.COMMENTED)
    assert (line.event.actor.id, line.event.actor.name) == ("U0BEN", "Ben Okafor")
    await desk.dev.chooses("History", rebuild)
    await desk.dev.modal("Is the <https://example.com|index> *big*?")
    assert (await rebuild.decision()).status == "pending_review"
    assert DECIDES_NOTHING not in await desk.ben.heard()


async def test_what_was_said_in_one_channel_is_read_in_no_other(desk: Desk) -> None:
    contract = await desk.agent_proposes(a_contract(), on_behalf_of="U0MIRA")
    finance = contract.seen_in("#finance-approvals")
    await says(desk.ana, finance, "Between us: they are broke.")
    await says(desk.ben, contract, "Twelve months is long.")
    await kept(contract, "Between us: they are broke.", "Twelve months is long.")
    await desk.finn.chooses("History", contract)
    assert not (await desk.finn.modal("Twelve months is long.")).says("they are broke")
    await desk.ana.chooses("History", finance)
    assert not (await desk.ana.modal("they are broke")).says("Twelve months")
    told = await desk.mira.types(f"show {contract.id}", "#engineering-review")
    assert "sign_contract" in told
    assert "they are broke" not in told
    assert "Twelve months" not in told
    assert "Twelve months" in await desk.finn.types(f"show {contract.id}", "#support-review")


@pytest.mark.parametrize("words", ["Looks good!", "LGTM", ":+1:", "approved", "👍"])
async def test_words_that_sound_like_a_decision_get_one_whisper(desk: Desk, words: str) -> None:
    rebuild = await desk.agent_proposes(an_index_rebuild())
    await says(desk.dev, rebuild, words)
    await desk.dev.hears(DECIDES_NOTHING)
    await says(desk.dev, rebuild, "ok go")
    await says(desk.ben, rebuild, "ship it")
    await kept(rebuild, words, "ok go", "ship it")
    await desk.ben.hears(DECIDES_NOTHING)
    assert (await desk.dev.heard()).count(DECIDES_NOTHING) == 1
    assert (await rebuild.decision()).status == "pending_review"
    assert not await rebuild.audit(Happening.APPROVED, Happening.SIGNED_OFF)


async def test_what_is_said_before_we_know_where_the_card_stands_is_kept(desk: Desk) -> None:
    await its_place_is_unknown(desk)
    rebuild = await desk.agent_proposes(an_index_rebuild())
    await says(desk.ben, rebuild, "Wait for me.")
    await kept(rebuild, "Wait for me.")
    await says(desk.ben, rebuild, "I look at it.")
    await kept(rebuild, "Wait for me.", "I look at it.")
    # The first of the two told where the card is: nobody asks again, or looks for it.
    assert len(await desk.workspace.calls("conversations.replies")) == 1
    await desk.dev.clicks("Approve", rebuild)
    await rebuild.agent_hears("approved")


async def test_what_nobody_can_place_just_now_is_kept_when_slack_sends_it_again(desk: Desk) -> None:
    await its_place_is_unknown(desk)
    await desk.workspace.fault("ratelimited", "conversations.replies")
    rebuild = await desk.agent_proposes(an_index_rebuild())
    await says(desk.ben, rebuild, "Wait for me.")
    again = await desk.workspace.does("redeliver", n=await number_of(desk, "Wait for me."))
    assert again["acked"], again
    await kept(rebuild, "Wait for me.")


async def test_slack_is_asked_nothing_about_other_peoples_threads(desk: Desk) -> None:
    await its_place_is_unknown(desk)
    rebuild = await desk.agent_proposes(an_index_rebuild())
    await rebuild.card()
    place = {"user": "U0BEN", "channel": CHANNELS[rebuild.channel]}
    told = await desk.workspace.does("say", **place, text="Lunch?")
    await desk.workspace.does("say", **place, text="looks good", thread_ts=told["ts"])
    await says(desk.ben, rebuild, "Here.")
    await kept(rebuild, "Here.")
    (asked,) = await desk.workspace.calls("conversations.replies")
    assert told["ts"] not in str(asked)


async def test_a_comment_that_slack_sends_again_is_kept_once(desk: Desk) -> None:
    rebuild = await desk.agent_proposes(an_index_rebuild())
    await says(desk.ben, rebuild, "Not before noon, please.")
    await kept(rebuild, "Not before noon, please.")
    number = await number_of(desk, "Not before noon")
    for _ in range(2):
        again = await desk.workspace.does("redeliver", n=number)
        assert again["acked"], again
    await says(desk.ben, rebuild, "Thanks.")
    await kept(rebuild, "Not before noon, please.", "Thanks.")


async def test_what_is_changed_or_taken_away_is_kept_as_what_it_is(desk: Desk) -> None:
    rebuild = await desk.agent_proposes(an_index_rebuild())
    said = await says(desk.ben, rebuild, "Never on a Monday.")
    place = {"user": desk.ben.user, "channel": CHANNELS[rebuild.channel], "ts": said["ts"]}
    await kept(rebuild, "Never on a Monday.")
    await desk.workspace.does("revise", **place, text="Never on a Friday.")
    await kept(rebuild, "Never on a Monday.", "Never on a Friday.")
    await desk.workspace.does("unsay", **place)
    all_three = await kept(
        rebuild, "Never on a Monday.", "Never on a Friday.", "Never on a Friday."
    )
    assert [each["change"] for each in all_three] == ["", "changed", "deleted"]


async def test_what_is_said_elsewhere_is_nobodys_business(desk: Desk) -> None:
    rebuild = await desk.agent_proposes(an_index_rebuild())
    channel = CHANNELS[rebuild.channel]
    told = await desk.workspace.does("say", user="U0BEN", channel=channel, text="approved")
    beside = {"user": "U0BEN", "channel": channel, "thread_ts": told["ts"]}
    await desk.workspace.does("say", **beside, text="looks good")
    await says(desk.ben, rebuild, "Here.")
    await kept(rebuild, "Here.")
    assert DECIDES_NOTHING not in await desk.ben.heard()


async def test_a_comment_on_what_is_closed_is_kept_too(desk: Desk) -> None:
    rebuild = await desk.agent_proposes(an_index_rebuild())
    await desk.dev.clicks("Approve", rebuild)
    await rebuild.agent_hears("approved")
    await says(desk.ben, rebuild, "Looks good")
    await kept(rebuild, "Looks good")
    assert DECIDES_NOTHING not in await desk.ben.heard()
