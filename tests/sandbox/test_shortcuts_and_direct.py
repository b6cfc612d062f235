"""Shortcuts, the home tab, direct messages, and words that people take back."""

import asyncio
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Sandbox
from tests.sandbox.driver import Driver, a_button, a_card, a_modal, plain

Body = dict[str, Any]
CARD = {"user": "U0ANA", "channel": "C0FINANCE"}
SELECT = {
    "type": "static_select",
    "action_id": "only",
    "options": [{"text": plain(name), "value": name} for name in ("all", "high")],
}


async def test_a_shortcut_from_anywhere_opens_a_modal(
    app: AsyncApp, socket: AsyncSocketModeHandler, driver: Driver
) -> None:
    seen: list[Body] = []

    @app.shortcut({"callback_id": "my_queue", "type": "shortcut"})
    async def queue(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        seen.append(body)
        await client.views_open(trigger_id=body["trigger_id"], view=a_modal())
        await ack()

    assert (await driver.asks("shortcut", user="U0ANA", callback_id="my_queue"))["acked"] is True
    assert (await driver.view_of("U0ANA"))["title"]["text"] == "A form"
    assert seen[0]["user"]["id"] == "U0ANA"
    assert "channel" not in seen[0]
    assert "response_url" not in seen[0]


async def test_a_shortcut_on_a_message_brings_the_message(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, driver: Driver
) -> None:
    seen: list[Body] = []

    @app.shortcut({"callback_id": "open_proposal", "type": "message_action"})
    async def opened(ack: AsyncAck, body: Body) -> None:
        seen.append(body)
        await ack()

    metadata = {"event_type": "card", "event_payload": {"proposal": "p1"}}
    said = await slack.chat_postMessage(
        channel="C0FINANCE", text="x", blocks=a_card(), metadata=metadata
    )
    chosen = {**CARD, "callback_id": "open_proposal", "ts": said["ts"]}
    assert (await driver.asks("shortcut", **chosen))["acked"] is True
    assert seen[0]["message"]["metadata"] == metadata
    assert seen[0]["message_ts"] == said["ts"]
    assert seen[0]["channel"] == {"id": "C0FINANCE", "name": "finance-approvals"}
    assert seen[0]["response_url"].startswith("http://127.0.0.1")


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({"callback_id": "sing"}, 404, "cannot be chosen from anywhere"),
        ({"callback_id": "my_queue", "channel": "C0FINANCE", "ts": "1.0"}, 404, "on a message"),
        ({"callback_id": "open_proposal"}, 404, "cannot be chosen from anywhere"),
        ({"callback_id": "open_proposal", "channel": "C0FINANCE", "ts": "1.0"}, 404, "no message"),
        ({"callback_id": "open_proposal", "channel": "C0HR", "ts": "1.0"}, 403, "not a member"),
        ({"callback_id": "open_proposal", "channel": "C0FINANCE"}, 400, "ts"),
    ],
)
async def test_a_shortcut_that_is_not_there_cannot_be_chosen(
    sandbox: Sandbox, driver: Driver, asked: Body, status: int, words: str
) -> None:
    answer = await driver.asks("shortcut", user="U0ANA", **asked)
    assert (answer["status_code"], words in answer["problem"]) == (status, True), answer


async def test_a_choice_on_the_home_comes_with_the_view(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, driver: Driver
) -> None:
    seen: list[Body] = []

    @app.action("only")
    async def narrowed(ack: AsyncAck, body: Body) -> None:
        seen.append(body)
        await ack()

    blocks = [{"type": "actions", "block_id": "filters", "elements": [SELECT]}]
    home = {"type": "home", "blocks": blocks, "private_metadata": "page=2"}
    view = (await slack.views_publish(user_id="U0ANA", view=home))["view"]
    await driver.asks("click", user="U0ANA", view_id=view["id"], action_id="only", option="high")
    assert seen[0]["container"] == {"type": "view", "view_id": view["id"]}
    assert (seen[0]["view"]["type"], seen[0]["view"]["private_metadata"]) == ("home", "page=2")
    assert seen[0]["view"]["hash"] == view["hash"]
    assert seen[0]["actions"][0]["selected_option"]["value"] == "high"
    assert "channel" not in seen[0]
    assert "response_url" not in seen[0]


async def test_a_message_to_a_person_lands_in_their_direct_messages(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, driver: Driver
) -> None:
    @app.action("approve")
    async def approve(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await client.chat_update(
            channel=body["channel"]["id"], ts=body["message"]["ts"], text="Seen."
        )
        await ack()

    opened = await slack.conversations_open(users="U0ANA")
    assert opened["channel"]["id"].startswith("D")
    assert "already_open" not in opened.data
    assert (await slack.conversations_open(users="U0ANA"))["already_open"] is True
    said = await slack.chat_postMessage(channel="U0ANA", text="Your turn", blocks=a_card())
    assert said["channel"] == opened["channel"]["id"]
    seen = await driver.look("state", user="U0ANA", channel=said["channel"])
    assert [one["unread"] for one in seen["channels"] if one["is_im"]] == [1]
    await driver.clicks("U0ANA", {"channel": said["channel"], "ts": said["ts"]}, "approve")
    seen = await driver.look("state", user="U0ANA", channel=said["channel"])
    assert [one["text"] for one in seen["messages"]] == ["Seen."]
    others = await driver.look("state", user="U0BEN", channel=said["channel"])
    assert others["messages"] == []


async def test_words_can_be_changed_and_taken_back_by_their_author(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, driver: Driver
) -> None:
    heard: asyncio.Queue[Body] = asyncio.Queue()

    @app.event("message")
    async def message(event: Body) -> None:
        await heard.put(event)

    card = await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=a_card(a_button()))
    said = await driver.asks("say", **CARD, text="teh price", thread_ts=card["ts"])
    mine = {"channel": "C0FINANCE", "ts": said["ts"]}
    await driver.asks("revise", user="U0ANA", **mine, text="the price")
    assert (await driver.asks("unsay", user="U0BEN", **mine))["status_code"] == 403
    await driver.asks("unsay", user="U0ANA", **mine)
    events = [await asyncio.wait_for(heard.get(), 5) for _ in range(3)]
    by_kind = {one.get("subtype"): one for one in events}
    assert by_kind[None]["thread_ts"] == card["ts"]
    assert by_kind["message_changed"]["message"]["text"] == "the price"
    assert by_kind["message_changed"]["previous_message"]["text"] == "teh price"
    assert by_kind["message_deleted"]["deleted_ts"] == said["ts"]
    assert (await driver.asks("revise", user="U0ANA", **mine, text="x"))["status_code"] == 404


async def test_a_card_in_the_thread_says_whose_thread_it_is(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, driver: Driver
) -> None:
    seen: list[Body] = []

    @app.action("approve")
    async def approve(ack: AsyncAck, body: Body) -> None:
        seen.append(body)
        await ack()

    root = await slack.chat_postMessage(channel="C0FINANCE", text="root")
    reply = await slack.chat_postMessage(
        channel="C0FINANCE", thread_ts=root["ts"], text="x", blocks=a_card()
    )
    await driver.clicks("U0ANA", {"channel": "C0FINANCE", "ts": reply["ts"]}, "approve")
    assert seen[0]["container"]["thread_ts"] == root["ts"]


async def test_no_more_can_be_chosen_than_the_menu_allows(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, driver: Driver
) -> None:
    @app.action("only")
    async def narrowed(ack: AsyncAck) -> None:
        await ack()

    menu = {**SELECT, "type": "multi_static_select", "max_selected_items": 1}
    blocks = [{"type": "actions", "block_id": "filters", "elements": [menu]}]
    view = (await slack.views_publish(user_id="U0ANA", view={"type": "home", "blocks": blocks}))[
        "view"
    ]
    asked = {"user": "U0ANA", "view_id": view["id"], "action_id": "only"}
    assert (await driver.asks("click", **asked, option=["high"]))["acked"] is True
    refused = await driver.asks("click", **asked, option=["all", "high"])
    assert (refused["status_code"], refused["problem"][:18]) == (422, "Up to 1 can be cho")
