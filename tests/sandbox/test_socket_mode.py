"""Clicks, forms, commands and events with a real Bolt app over Socket Mode."""

import asyncio
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Sandbox
from tests.sandbox.driver import (
    Driver,
    a_button,
    a_card,
    a_modal,
    an_app,
    an_input,
    connected,
    mrkdwn,
    plain,
    web_client,
)

Body = dict[str, Any]


async def posted(slack: AsyncWebClient, *elements: Body) -> Body:
    said = await slack.chat_postMessage(channel="C0FINANCE", text="card", blocks=a_card(*elements))
    return {"channel": said["channel"], "ts": said["ts"]}


async def test_a_click_carries_everything_slack_sends(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, driver: Driver
) -> None:
    seen: list[Body] = []

    @app.action("approve")
    async def approve(ack: AsyncAck, body: Body) -> None:
        seen.append(body)
        await ack()

    card = await posted(slack, a_button(value="p1"))
    answer = await driver.clicks("U0ANA", card, "approve")
    assert (answer["acked"], answer["status"]) == (True, 200)
    body = seen[0]
    assert body["user"]["id"] == "U0ANA"
    assert body["team"]["id"] == "T0KEYTURN"
    assert body["api_app_id"] == "A0KEYTURN"
    assert body["container"]["message_ts"] == card["ts"]
    assert body["channel"] == {"id": "C0FINANCE", "name": "finance-approvals"}
    assert body["message"]["ts"] == card["ts"]
    assert body["actions"][0]["value"] == "p1"
    assert body["actions"][0]["block_id"] == "buttons"
    assert {"trigger_id", "response_url", "token", "state"} <= set(body)


async def test_menus_send_what_was_chosen_and_the_state_of_the_message(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, driver: Driver
) -> None:
    seen: list[Body] = []

    @app.action("pick")
    @app.action("more")
    async def picked(ack: AsyncAck, body: Body) -> None:
        seen.append(body)
        await ack()

    options = [{"text": plain(one), "value": one.lower()} for one in ("Low", "High")]
    select = {"type": "static_select", "action_id": "pick", "options": options}
    card = await posted(
        slack, select, {"type": "overflow", "action_id": "more", "options": options}
    )
    await driver.clicks("U0ANA", card, "pick", option="High")
    await driver.clicks("U0ANA", card, "more", option="low")
    assert seen[0]["actions"][0]["selected_option"]["value"] == "high"
    assert seen[1]["actions"][0]["selected_option"]["value"] == "low"
    state = seen[1]["state"]["values"]["buttons"]["pick"]["selected_option"]
    assert state["value"] == "high"
    strange = await driver.clicks("U0ANA", card, "pick", option="middling")
    assert strange["status_code"] == 422


async def test_a_dialog_must_be_confirmed(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, driver: Driver
) -> None:
    @app.action("approve")
    async def approve(ack: AsyncAck) -> None:
        await ack()

    dialog = {
        "title": plain("Sure?"),
        "text": mrkdwn("*$480*"),
        "confirm": plain("Y"),
        "deny": plain("N"),
    }
    card = await posted(slack, a_button(confirm=dialog))
    asked = await driver.clicks("U0ANA", card, "approve")
    assert (asked["status_code"], asked["confirm"]) == (409, dialog)
    assert "Sure?" in asked["problem"]
    assert (await driver.clicks("U0ANA", card, "approve", confirmed=True))["acked"] is True


async def test_what_is_gone_cannot_be_clicked(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, driver: Driver
) -> None:
    seen: list[Body] = []

    @app.action("approve")
    async def approve(ack: AsyncAck, body: Body) -> None:
        seen.append(body)
        await ack()

    card = await posted(slack, a_button(value="p1"))
    await slack.chat_update(**card, text="closed", blocks=[{"type": "divider"}])
    gone = await driver.clicks("U0ANA", card, "approve")
    assert gone["status_code"] == 409
    assert "card has changed" in gone["problem"]
    late = await driver.clicks("U0ANA", card, "approve", stale=True)
    assert late["acked"] is True
    assert seen[0]["actions"][0]["value"] == "p1"


async def test_strangers_cannot_click_but_can_be_forged(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, driver: Driver
) -> None:
    seen: list[Body] = []

    @app.action("approve")
    async def approve(ack: AsyncAck, body: Body) -> None:
        seen.append(body)
        await ack()

    card = await posted(slack)
    outsider = await driver.clicks("U0HANA", card, "approve")
    left = await driver.clicks("U0IVO", card, "approve")
    assert [outsider["status_code"], left["status_code"]] == [403, 403]
    forged = {"api_app_id": "A0OTHER", "team": {"id": "T0OTHER"}}
    await driver.clicks("U0IVO", card, "approve", stale=True, payload=forged)
    assert seen[0]["user"]["id"] == "U0IVO"
    assert seen[0]["api_app_id"] == "A0OTHER"
    assert seen[0]["team"] == {"id": "T0OTHER", "domain": "keyturn-sandbox"}


async def test_an_app_that_says_nothing_is_reported(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, driver: Driver
) -> None:
    @app.action("approve")
    async def approve() -> None:
        raise RuntimeError("the database is away")

    answer = await driver.clicks("U0ANA", await posted(slack), "approve")
    assert (answer["ok"], answer["acked"]) == (True, False)
    assert answer["problem"] == "This app did not respond within 0.5 seconds."


async def test_nobody_connected_is_said_at_once(slack: AsyncWebClient, driver: Driver) -> None:
    answer = await driver.clicks("U0ANA", await posted(slack), "approve")
    assert answer["problem"] == "No app is connected to the sandbox."


async def test_a_form_is_opened_refused_corrected_and_saved(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, driver: Driver
) -> None:
    saved: list[Body] = []

    @app.action("approve")
    async def opened(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=a_modal())
        await ack()

    @app.view("form")
    async def save(ack: AsyncAck, view: Body) -> None:
        reason = view["state"]["values"]["reason"]["reason_value"]["value"]
        if reason == "no":
            await ack(response_action="errors", errors={"reason": "Say why."})
            return
        saved.append(view)
        await ack()

    await driver.clicks("U0ANA", await posted(slack), "approve")
    view = await driver.view_of("U0ANA")
    form = {"user": "U0ANA", "view_id": view["id"]}
    empty = await driver.asks("submit", **form, values={})
    assert empty["errors"] == {"reason": "Please complete this required field."}
    refused = await driver.asks("submit", **form, values={"reason": "no"})
    assert refused["errors"] == {"reason": "Say why."}
    done = await driver.asks("submit", **form, values={"reason_value": "charged twice"})
    assert done["acked"] is True
    assert saved[0]["private_metadata"] == ""
    assert (await driver.state())["views"] == {}


async def test_views_stack_three_deep_and_close_one_by_one(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, driver: Driver
) -> None:
    refused: list[str] = []
    closed: list[Body] = []
    deeper = {"type": "actions", "block_id": "b", "elements": [a_button("deeper")]}
    view = a_modal(deeper, notify_on_close=True)

    @app.action("approve")
    async def opened(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    @app.action("deeper")
    async def push(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        try:
            await client.views_push(trigger_id=body["trigger_id"], view=view)
        except SlackApiError as error:
            refused.append(error.response["error"])
        await ack()

    @app.view_closed("form")
    async def gone(ack: AsyncAck, body: Body) -> None:
        closed.append(body)
        await ack()

    await driver.clicks("U0ANA", await posted(slack), "approve")
    for _ in range(3):
        top = await driver.view_of("U0ANA")
        await driver.asks("click", user="U0ANA", view_id=top["id"], action_id="deeper")
    stack = (await driver.state())["views"]["U0ANA"]
    assert (len(stack), refused) == (3, ["push_limit_reached"])
    assert stack[2]["previous_view_id"] == stack[1]["id"]
    assert stack[2]["root_view_id"] == stack[0]["id"]
    below = await driver.asks("close", user="U0ANA", view_id=stack[0]["id"])
    assert below["status_code"] == 409
    await driver.asks("close", user="U0ANA", view_id=stack[2]["id"])
    assert len((await driver.state())["views"]["U0ANA"]) == 2
    await driver.asks("close", user="U0ANA", view_id=stack[1]["id"], all=True)
    assert [one["is_cleared"] for one in closed] == [False, True, True]


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ({"response_action": "update", "view": a_modal(an_input("second"))}, ["second"]),
        ({"response_action": "push", "view": a_modal(an_input("second"))}, ["reason", "second"]),
        ({"response_action": "clear"}, []),
        ({}, []),
    ],
)
async def test_the_answer_to_a_form_decides_what_is_shown(
    app: AsyncApp,
    socket: AsyncSocketModeHandler,
    slack: AsyncWebClient,
    driver: Driver,
    answer: Body,
    left: list[str],
) -> None:
    @app.action("approve")
    async def opened(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=a_modal())
        await ack()

    @app.view("form")
    async def save(ack: AsyncAck) -> None:
        await ack(**answer)

    await driver.clicks("U0ANA", await posted(slack), "approve")
    view = await driver.view_of("U0ANA")
    await driver.asks("submit", user="U0ANA", view_id=view["id"], values={"reason": "x"})
    stack = (await driver.state())["views"].get("U0ANA", [])
    assert [one["blocks"][0]["block_id"] for one in stack] == left


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"no_such_block": "x"}},
        {"response_action": "update", "view": a_modal(title=plain("x" * 25))},
    ],
)
async def test_a_wrong_answer_to_a_form_is_trouble(
    app: AsyncApp,
    socket: AsyncSocketModeHandler,
    slack: AsyncWebClient,
    driver: Driver,
    answer: Body,
) -> None:
    @app.action("approve")
    async def opened(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=a_modal())
        await ack()

    @app.view("form")
    async def save(ack: AsyncAck) -> None:
        await ack(**answer)

    await driver.clicks("U0ANA", await posted(slack), "approve")
    view = await driver.view_of("U0ANA")
    said = await driver.asks("submit", user="U0ANA", view_id=view["id"], values={"reason": "x"})
    assert said["trouble"] == "We had some trouble connecting. Try again?"
    assert len((await driver.state())["views"]["U0ANA"]) == 1


async def test_a_command_answers_its_author_only(
    app: AsyncApp, socket: AsyncSocketModeHandler, driver: Driver
) -> None:
    @app.command("/keyturn")
    async def command(ack: AsyncAck, command: Body, respond: AsyncRespond) -> None:
        await ack(f"You said {command['text']} in {command['channel_name']}.")
        await respond("To all", response_type="in_channel")

    place = {"user": "U0ANA", "channel": "C0FINANCE"}
    await driver.asks("slash", **place, command="/keyturn", text="status")
    state = await driver.state()
    whispers = [one["text"] for one in state["ephemerals"]["U0ANA"]]
    assert whispers == ["You said status in finance-approvals."]
    assert [one["text"] for one in state["messages"]["C0FINANCE"]] == ["To all"]
    unknown = await driver.asks("slash", **place, command="/other", text="")
    assert unknown["status_code"] == 404


async def test_what_people_say_reaches_the_app(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, driver: Driver
) -> None:
    heard: asyncio.Queue[Body] = asyncio.Queue()

    @app.event("message")
    async def message(event: Body) -> None:
        await heard.put(event)

    card = await posted(slack)
    place = {"user": "U0BEN", "channel": "C0FINANCE"}
    said = await driver.asks("say", **place, text="looks good", thread_ts=card["ts"])
    event = await asyncio.wait_for(heard.get(), 5)
    assert (event["user"], event["text"], event["ts"]) == ("U0BEN", "looks good", said["ts"])
    assert (event["thread_ts"], event["channel_type"]) == (card["ts"], "channel")


async def test_the_home_is_opened_and_published(
    app: AsyncApp, socket: AsyncSocketModeHandler, driver: Driver
) -> None:
    @app.event("app_home_opened")
    async def opened(event: Body, client: AsyncWebClient) -> None:
        section = {"type": "section", "text": plain("Nothing waits for you.")}
        await client.views_publish(
            user_id=event["user"], view={"type": "home", "blocks": [section]}
        )

    await driver.asks("open_home", user="U0ANA")
    state = await driver.until(lambda state: "U0ANA" in state["homes"])
    assert state["homes"]["U0ANA"]["blocks"][0]["text"]["text"] == "Nothing waits for you."


async def test_a_group_that_changes_is_told(
    app: AsyncApp, socket: AsyncSocketModeHandler, driver: Driver
) -> None:
    heard: asyncio.Queue[Body] = asyncio.Queue()

    @app.event("subteam_members_changed")
    async def changed(event: Body) -> None:
        await heard.put(event)

    await driver.asks("group", id="S0FINANCE", members=["U0ANA", "U0BEN"])
    event = await asyncio.wait_for(heard.get(), 5)
    assert (event["added_users"], event["removed_users"]) == (["U0BEN"], ["U0CORA"])


async def test_one_of_several_connections_gets_each_click(
    app: AsyncApp, socket: AsyncSocketModeHandler, sandbox: Sandbox, driver: Driver
) -> None:
    other = an_app(web_client(sandbox))
    reached: list[str] = []

    for name, one in (("first", app), ("second", other)):

        @one.action("approve")
        async def approve(ack: AsyncAck, *, name: str = name) -> None:
            reached.append(name)
            await ack()

    async with connected(other, sandbox):
        card = await posted(web_client(sandbox))
        for _ in range(4):
            await driver.clicks("U0ANA", card, "approve")
    assert sorted(reached) == ["first", "first", "second", "second"]


async def test_an_app_that_is_told_to_reconnect_comes_back(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, driver: Driver
) -> None:
    @app.action("approve")
    async def approve(ack: AsyncAck) -> None:
        await ack()

    before = (await driver.look("sockets"))["connections"][0]["name"]
    await driver.asks("sockets", action="disconnect")

    async def is_back(_: Body) -> bool:
        names = [one["name"] for one in (await driver.look("sockets"))["connections"]]
        return bool(names) and before not in names

    await driver.until(is_back)
    assert (await driver.clicks("U0ANA", await posted(slack), "approve"))["acked"] is True


async def test_a_deaf_connection_swallows_clicks(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, driver: Driver
) -> None:
    @app.action("approve")
    async def approve(ack: AsyncAck) -> None:
        await ack()

    card = await posted(slack)
    await driver.asks("sockets", action="deafen")
    assert (await driver.clicks("U0ANA", card, "approve"))["acked"] is False
    await driver.asks("sockets", action="hear")
    assert (await driver.clicks("U0ANA", card, "approve"))["acked"] is True


@pytest.mark.parametrize(("kind", "reached"), [("deaf", 0), ("lost_ack", 1)])
async def test_a_delivery_or_its_acknowledgement_can_be_lost(
    app: AsyncApp,
    socket: AsyncSocketModeHandler,
    slack: AsyncWebClient,
    driver: Driver,
    kind: str,
    reached: int,
) -> None:
    clicks: list[Body] = []

    @app.action("approve")
    async def approve(ack: AsyncAck, body: Body) -> None:
        clicks.append(body)
        await ack()

    card = await posted(slack)
    await driver.asks("faults", kind="http_500")
    await driver.asks("faults", method="deliver", kind=kind)
    answer = await driver.clicks("U0ANA", card, "approve")
    assert (answer["acked"], len(clicks)) == (False, reached)


async def test_a_click_can_be_delivered_twice(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, driver: Driver
) -> None:
    triggers: list[str] = []

    @app.action("approve")
    async def approve(ack: AsyncAck, body: Body) -> None:
        triggers.append(body["trigger_id"])
        await ack()

    card = await posted(slack)
    await driver.asks("faults", method="deliver", kind="duplicate")
    await driver.clicks("U0ANA", card, "approve")
    clicks = [
        one
        for one in (await driver.look("deliveries"))["deliveries"]
        if one["kind"] == "interactive"
    ]
    await driver.asks("redeliver", n=clicks[-1]["n"])
    assert len(triggers) == 3
    assert len(set(triggers)) == 1
