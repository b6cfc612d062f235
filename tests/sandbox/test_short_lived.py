"""Trigger ids live three seconds and once; response URLs half an hour and five times."""

from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.driver import Clock, Driver, a_button, a_card, a_modal, plain

Body = dict[str, Any]


@pytest.fixture
async def clicked(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, driver: Driver
) -> Body:
    """Return what the app was sent for one click on a card."""
    seen: list[Body] = []

    @app.action("approve")
    async def approve(ack: AsyncAck, body: Body) -> None:
        seen.append(body)
        await ack()

    said = await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=a_card(a_button()))
    await driver.clicks("U0ANA", {"channel": "C0FINANCE", "ts": said["ts"]}, "approve")
    return seen[0]


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as error:
        await call
    return str(error.value.response["error"])


async def test_a_trigger_opens_one_view(clicked: Body, slack: AsyncWebClient) -> None:
    trigger = clicked["trigger_id"]
    opened = await slack.views_open(trigger_id=trigger, view=a_modal())
    assert opened["view"]["root_view_id"] == opened["view"]["id"]
    again = slack.views_open(trigger_id=trigger, view=a_modal())
    assert await refused(again) == "exchanged_trigger_id"


@pytest.mark.parametrize(("seconds", "error"), [(3.0, None), (3.1, "expired_trigger_id")])
async def test_a_trigger_lives_three_seconds(
    clicked: Body, slack: AsyncWebClient, clock: Clock, seconds: float, error: str | None
) -> None:
    clock.passes(seconds)
    call = slack.views_open(trigger_id=clicked["trigger_id"], view=a_modal())
    if error is None:
        assert (await call)["ok"] is True
    else:
        assert await refused(call) == error


async def test_a_trigger_nobody_gave_is_refused(slack: AsyncWebClient) -> None:
    call = slack.views_open(trigger_id="1.2.3", view=a_modal())
    assert await refused(call) == "invalid_trigger_id"


async def test_a_view_that_breaks_a_rule_leaves_the_trigger_whole(
    clicked: Body, slack: AsyncWebClient
) -> None:
    trigger = clicked["trigger_id"]
    wrong = slack.views_open(trigger_id=trigger, view=a_modal(title=plain("x" * 25)))
    with pytest.raises(SlackApiError) as error:
        await wrong
    assert error.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    assert (await slack.views_open(trigger_id=trigger, view=a_modal()))["ok"] is True


async def test_a_view_is_updated_under_its_hash_only(clicked: Body, slack: AsyncWebClient) -> None:
    view = (await slack.views_open(trigger_id=clicked["trigger_id"], view=a_modal()))["view"]
    late = slack.views_update(view_id=view["id"], hash="old", view=a_modal())
    assert await refused(late) == "hash_conflict"
    fresh = a_modal(title=plain("Again"))
    updated = await slack.views_update(view_id=view["id"], hash=view["hash"], view=fresh)
    assert updated["view"]["id"] == view["id"]
    assert updated["view"]["title"]["text"] == "Again"
    gone = slack.views_update(view_id="V0", view=a_modal())
    assert await refused(gone) == "not_found"


async def test_a_message_is_replaced_and_deleted_through_its_url(
    clicked: Body, driver: Driver
) -> None:
    url = clicked["response_url"]
    blocks = [{"type": "section", "text": plain("Approved")}]
    fresh = {"replace_original": True, "text": "Approved", "blocks": blocks}
    assert (await driver.http.post(url, json=fresh)).text == "ok"
    shown = (await driver.state())["messages"]["C0FINANCE"][0]
    assert shown["blocks"][0]["text"]["text"] == "Approved"
    await driver.http.post(url, json={"delete_original": True})
    assert (await driver.state())["messages"]["C0FINANCE"] == []


async def test_an_answer_is_a_whisper_unless_it_is_for_all(clicked: Body, driver: Driver) -> None:
    url = clicked["response_url"]
    await driver.http.post(url, json={"text": "for you"})
    await driver.http.post(url, json={"text": "for all", "response_type": "in_channel"})
    state = await driver.state()
    assert [one["text"] for one in state["ephemerals"]["U0ANA"]] == ["for you"]
    assert [one["text"] for one in state["messages"]["C0FINANCE"]] == ["x", "for all"]


async def test_a_response_url_works_five_times(clicked: Body, driver: Driver) -> None:
    answers = [
        await driver.http.post(clicked["response_url"], json={"text": str(one)}) for one in range(6)
    ]
    assert [one.status_code for one in answers] == [200] * 5 + [404]
    assert answers[5].json()["error"] == "used_url"


@pytest.mark.parametrize(("minutes", "status"), [(30, 200), (30.1, 404)])
async def test_a_response_url_lives_half_an_hour(
    clicked: Body, driver: Driver, clock: Clock, minutes: float, status: int
) -> None:
    clock.passes(minutes * 60)
    answer = await driver.http.post(clicked["response_url"], json={"text": "late"})
    assert answer.status_code == status


async def test_a_response_url_keeps_the_rules_of_blocks(clicked: Body, driver: Driver) -> None:
    wrong = {"text": "x", "blocks": [{"type": "sparkle"}]}
    answer = await driver.http.post(clicked["response_url"], json=wrong)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_blocks")
