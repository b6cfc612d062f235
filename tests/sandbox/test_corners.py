"""The less trodden doors, and what they say to a wrong question."""

import json
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Channel, Options, Person, Sandbox, Workspace
from tests.sandbox.driver import Driver, a_button, a_card, a_modal, an_input, plain

Body = dict[str, Any]
BEARER = {"Authorization": "Bearer xoxb-sandbox"}


async def test_the_app_can_look_around(slack: AsyncWebClient) -> None:
    info = await slack.conversations_info(channel="C0EXEC", include_num_members=True)
    assert (info["channel"]["name"], info["channel"]["num_members"]) == ("executive-approvals", 4)
    assert (await slack.bots_info(bot="B0KEYTURN"))["bot"]["user_id"] == "U0KEYTURN"
    assert (await slack.team_info())["team"]["id"] == "T0KEYTURN"
    assert "U0IVO" in [one["id"] for one in (await slack.users_list())["members"]]
    groups = await slack.usergroups_list(include_users=True)
    assert groups["usergroups"][0]["users"] == ["U0ANA", "U0CORA"]
    direct = await slack.conversations_open(users="U0ANA", return_im=True)
    assert direct["channel"]["user"] == "U0ANA"
    assert (await slack.conversations_join(channel="C0GENERAL"))["channel"]["is_member"] is True
    said = await slack.chat_postMessage(channel="C0GENERAL", text="here now")
    link = await slack.chat_getPermalink(channel="C0GENERAL", message_ts=said["ts"])
    assert link["permalink"].endswith(f"/archives/C0GENERAL/p{said['ts'].replace('.', '')}")
    reply = await slack.chat_postMessage(channel="C0GENERAL", text="so", thread_ts=said["ts"])
    link = await slack.chat_getPermalink(channel="C0GENERAL", message_ts=reply["ts"])
    assert link["permalink"].endswith(f"?thread_ts={said['ts']}&cid=C0GENERAL")


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("api.test", {"error": "on_purpose"}, "on_purpose"),
        ("blocks.validate", {"blocks": [{"type": "sparkle"}]}, "invalid_blocks"),
        ("blocks.validate", {}, "invalid_arguments"),
        ("bots.info", {"bot": "B0OTHER"}, "bot_not_found"),
        ("team.info", {"team": "T0OTHER"}, "team_not_found"),
        (
            "chat.postMessage",
            {"channel": "C0OPS", "text": "a", "markdown_text": "b"},
            "markdown_text_conflict",
        ),
        ("conversations.history", {"channel": "C0GENERAL"}, "not_in_channel"),
        ("conversations.history", {"channel": "C0OPS", "cursor": "nonsense"}, "invalid_cursor"),
        ("conversations.history", {"channel": "C0OPS", "limit": 5_000}, "invalid_limit"),
        ("conversations.history", {"channel": "C0OPS", "oldest": "noon"}, "invalid_ts_oldest"),
        ("conversations.list", {"types": "secret"}, "invalid_types"),
        ("conversations.open", {}, "users_list_not_supplied"),
        ("conversations.open", {"users": "U0IVO"}, "user_disabled"),
        ("conversations.join", {"channel": "U0ANA"}, "method_not_supported_for_channel_type"),
        ("files.completeUploadExternal", {"files": [{"id": "F0"}]}, "file_not_found"),
        ("views.open", {"view": a_modal()}, "invalid_arguments"),
        ("views.open", {"view": a_modal(private_metadata="x" * 260_000)}, "view_too_large"),
        (
            "views.publish",
            {"user_id": "U0NOBODY", "view": {"type": "home", "blocks": []}},
            "user_not_found",
        ),
    ],
)
async def test_a_wrong_question_gets_slacks_word_for_it(
    driver: Driver, method: str, arguments: Body, error: str
) -> None:
    answer = await driver.http.post(f"/api/{method}", json=arguments, headers=BEARER)
    assert answer.json()["error"] == error


async def test_a_body_that_is_no_json_is_refused(driver: Driver) -> None:
    kind = {"Content-Type": "application/json", **BEARER}
    broken = await driver.http.post("/api/auth.test", content=b"{", headers=kind)
    listed = await driver.http.post("/api/auth.test", content=b"[]", headers=kind)
    assert [one.json()["error"] for one in (broken, listed)] == ["invalid_json", "json_not_object"]


async def test_a_file_may_come_as_a_multipart_form(driver: Driver) -> None:
    asked = {"filename": "a.txt", "length": 5}
    place = await driver.http.post(
        "/api/files.getUploadURLExternal", files={"none": b""}, data=asked, headers=BEARER
    )
    sent = await driver.http.post(place.json()["upload_url"], files={"file": b"hello"})
    assert sent.text == "OK - 5"
    files = json.dumps([{"id": place.json()["file_id"]}])
    done = await driver.http.post(
        "/api/files.completeUploadExternal",
        data={"files": files, "channel_id": "C0OPS"},
        headers=BEARER,
    )
    assert done.json()["files"][0]["title"] == "a.txt"
    shown = await driver.http.get(f"/files/{place.json()['file_id']}")
    assert shown.text == "hello"


async def test_a_command_nobody_hears_is_answered_by_slackbot(driver: Driver) -> None:
    answer = await driver.asks("slash", user="U0ANA", channel="C0FINANCE", text="status")
    assert answer["acked"] is False
    whisper = (await driver.state())["ephemerals"]["U0ANA"][0]
    assert whisper["text"] == '/keyturn failed with the error "operation_timeout"'


async def test_a_whisper_is_replaced_and_taken_back_by_a_click_on_it(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, driver: Driver
) -> None:
    urls: list[str] = []

    @app.action("approve")
    async def approve(ack: AsyncAck, body: Body) -> None:
        assert body["container"]["is_ephemeral"] is True
        assert "message" not in body
        urls.append(body["response_url"])
        await ack()

    shown = await slack.chat_postEphemeral(
        channel="C0FINANCE", user="U0ANA", text="x", blocks=a_card(a_button())
    )
    await driver.clicks("U0ANA", {"channel": "C0FINANCE", "ts": shown["message_ts"]}, "approve")
    await driver.http.post(urls[0], json={"replace_original": True, "text": "done"})
    whisper = (await driver.state())["ephemerals"]["U0ANA"][0]
    assert whisper["text"] == "done"
    assert "blocks" not in whisper
    await driver.http.post(urls[0], json={"delete_original": True})
    assert (await driver.state())["ephemerals"] == {}


TYPED: list[tuple[Body, str, str]] = [
    ({"type": "plain_text_input", "min_length": 3}, "ab", "Please enter at least 3 characters."),
    ({"type": "plain_text_input", "max_length": 3}, "abcd", "Please enter at most 3 characters."),
    ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Please enter a whole number."),
    ({"type": "number_input", "is_decimal_allowed": True}, "one", "Please enter a number."),
    (
        {"type": "number_input", "is_decimal_allowed": True, "min_value": "2"},
        "1",
        "Please enter 2 or more.",
    ),
    (
        {"type": "number_input", "is_decimal_allowed": True, "max_value": "2"},
        "3",
        "Please enter 2 or less.",
    ),
    ({"type": "email_text_input"}, "nobody", "Please enter a valid email address."),
    ({"type": "url_text_input"}, "nowhere", "Please enter a valid URL."),
]


@pytest.mark.parametrize(("element", "typed", "words"), TYPED)
async def test_the_form_itself_refuses_what_does_not_fit(
    app: AsyncApp,
    socket: AsyncSocketModeHandler,
    slack: AsyncWebClient,
    driver: Driver,
    element: Body,
    typed: str,
    words: str,
) -> None:
    @app.command("/keyturn")
    async def command(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        view = a_modal(an_input("field", **element))
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    await driver.asks("slash", user="U0ANA", channel="C0FINANCE", text="")
    view = await driver.view_of("U0ANA")
    form = {"user": "U0ANA", "view_id": view["id"]}
    refused = await driver.asks("submit", **form, values={"field": typed})
    assert (refused["status_code"], refused["errors"]) == (422, {"field": words})
    strange = await driver.asks("submit", **form, values={"other": typed})
    assert "There is no input other here." in strange["problem"]


@pytest.mark.parametrize(
    ("door", "body", "status"),
    [
        ("click", {}, 400),
        ("click", {"user": "U0NOBODY", "action_id": "a", "channel": "C0OPS"}, 404),
        ("click", {"user": "U0ANA", "action_id": "a", "channel": "C0NONE", "ts": "1.2"}, 404),
        ("click", {"user": "U0ANA", "action_id": "a", "channel": "C0OPS", "ts": "1.2"}, 404),
        ("click", {"user": "U0ANA", "action_id": "a", "view_id": "V0"}, 409),
        ("click", {"user": "U0ANA", "action_id": "a", "values": []}, 409),
        ("click", {"user": "U0ANA", "action_id": "a", "values": "x"}, 400),
        ("submit", {"user": "U0ANA", "view_id": "V0"}, 409),
        ("say", {"user": "U0BEN", "channel": "C0ADMINS", "text": "x"}, 403),
        ("say", {"user": "U0BEN", "channel": "C0OPS", "text": "  "}, 422),
        ("say", {"user": "U0KEYTURN", "channel": "C0OPS", "text": "x"}, 403),
        ("redeliver", {"n": 99}, 404),
        ("sockets", {"action": "explode"}, 400),
        ("switches", {"gravity": True}, 400),
        ("channel", {"id": "C0OPS", "changes": {"colour": "red"}}, 400),
        ("group", {"id": "S0SRE", "members": "everyone"}, 400),
    ],
)
async def test_a_driver_is_told_what_is_wrong(
    driver: Driver, door: str, body: Body, status: int
) -> None:
    answer = await driver.asks(door, **body)
    assert (answer["status_code"], answer["ok"]) == (status, False)
    assert answer["problem"].endswith(".")


async def test_a_channel_that_changes_is_told(
    app: AsyncApp, socket: AsyncSocketModeHandler, driver: Driver
) -> None:
    heard: list[str] = []

    for kind in ("channel_rename", "channel_archive", "channel_shared", "member_left_channel"):

        @app.event(kind)
        async def changed(event: Body) -> None:
            heard.append(event["type"])

    changes = {"name": "ops", "is_archived": True, "is_ext_shared": True, "members": ["U0KEYTURN"]}
    await driver.asks("channel", id="C0OPS", changes=changes)
    await driver.until(lambda _: len(heard) == 9)
    assert set(heard) == {
        "channel_rename",
        "channel_archive",
        "channel_shared",
        "member_left_channel",
    }
    refused = await driver.asks("say", user="U0KEYTURN", channel="C0OPS", text="x")
    assert refused["status_code"] == 403


async def test_a_socket_needs_a_fresh_ticket_and_ten_are_enough(
    sandbox: Sandbox, driver: Driver
) -> None:
    app_token = {"Authorization": "Bearer xapp-sandbox"}

    async def address() -> str:
        opened = await driver.http.post("/api/apps.connections.open", headers=app_token)
        return str(opened.json()["url"])

    async with aiohttp.ClientSession() as session:
        used, held = await address(), []
        for number in range(10):
            socket = await session.ws_connect(used if number == 0 else await address())
            held.append(socket)
            hello = await socket.receive_json()
            assert (hello["type"], hello["num_connections"]) == ("hello", number + 1)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(used)
        late = await session.ws_connect(await address())
        assert (await late.receive_json())["reason"] == "too_many_websockets"


async def test_a_view_may_not_take_anothers_external_id(slack: AsyncWebClient) -> None:
    view = {"type": "home", "external_id": "same", "blocks": [{"type": "divider"}]}
    await slack.views_publish(user_id="U0ANA", view=view)
    with pytest.raises(SlackApiError) as refused:
        await slack.views_publish(user_id="U0BEN", view=view)
    assert refused.value.response["error"] == "duplicate_external_id"
    found = {"type": "home", "blocks": [{"type": "header", "text": plain("Found")}]}
    updated = await slack.views_update(external_id="same", view=found)
    assert updated["view"]["blocks"][0]["text"]["text"] == "Found"


async def test_a_test_may_build_a_workspace_of_its_own() -> None:
    own = Workspace(
        people=[Person("U1", "one", "One"), Person("U0KEYTURN", "keyturn", "Keyturn", is_bot=True)],
        channels=[Channel("C1", "only", members=["U1", "U0KEYTURN"])],
    )
    async with Sandbox(Options(workspace=lambda: own)) as sandbox, Driver(sandbox.url) as driver:
        assert [one["id"] for one in (await driver.state())["channels"]] == ["C1"]
