"""The Web API through the real client: what works, and how it refuses."""

from typing import Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Options, Sandbox
from tests.sandbox.driver import Clock, Driver, a_button, a_card, web_client


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


async def test_the_bot_learns_who_it_is(slack: AsyncWebClient) -> None:
    known = await slack.auth_test()
    assert (known["team_id"], known["user_id"], known["bot_id"]) == (
        "T0KEYTURN",
        "U0KEYTURN",
        "B0KEYTURN",
    )


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({}, "not_authed"),
        ({"Authorization": "Bearer xoxb-stolen"}, "invalid_auth"),
        ({"Authorization": "Bearer xapp-sandbox"}, "not_allowed_token_type"),
    ],
)
async def test_a_wrong_token_is_refused(
    driver: Driver, headers: dict[str, str], error: str
) -> None:
    answer = await driver.http.post("/api/auth.test", headers=headers)
    assert answer.json()["error"] == error


@pytest.mark.parametrize("way", ["json", "form", "query", "json_in_form"])
async def test_arguments_arrive_whichever_way_they_are_sent(driver: Driver, way: str) -> None:
    said = {"channel": "C0FINANCE", "text": "hello"}
    sent: dict[str, dict[str, Any]] = {
        "json": {"json": said, "headers": {"Authorization": "Bearer xoxb-sandbox"}},
        "form": {"data": {**said, "token": "xoxb-sandbox"}},
        "query": {"params": {**said, "token": "xoxb-sandbox"}},
        "json_in_form": {
            "data": {
                "channel": "C0FINANCE",
                "token": "xoxb-sandbox",
                "blocks": '[{"type": "divider"}]',
                "text": "hello",
            }
        },
    }
    answer = await driver.http.post("/api/chat.postMessage", **sent[way])
    assert answer.json()["message"]["text"] == "hello"


async def test_an_unknown_method_is_named(slack: AsyncWebClient) -> None:
    assert await refusal(slack.api_call("chat.shout")) == "unknown_method"


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0NOWHERE", "channel_not_found"),
        ("", "channel_not_found"),
        ("C0GENERAL", "not_in_channel"),
    ],
)
async def test_a_message_needs_a_channel_of_the_bot(
    slack: AsyncWebClient, channel: str, error: str
) -> None:
    assert await refusal(slack.chat_postMessage(channel=channel, text="x")) == error


async def test_an_archived_channel_takes_no_message(slack: AsyncWebClient, driver: Driver) -> None:
    said = await slack.chat_postMessage(channel="C0OPS", text="x")
    await driver.asks("channel", id="C0OPS", changes={"is_archived": True})
    assert await refusal(slack.chat_postMessage(channel="C0OPS", text="x")) == "is_archived"
    update = slack.chat_update(channel="C0OPS", ts=said["ts"], text="y")
    assert await refusal(update) == "is_archived"


async def test_a_channel_is_found_by_name_and_a_person_by_id(slack: AsyncWebClient) -> None:
    assert (await slack.chat_postMessage(channel="#ops-alerts", text="x"))["channel"] == "C0OPS"
    assert (await slack.chat_postMessage(channel="U0ANA", text="x"))["channel"] == "D0ANA"


async def test_nothing_to_say_is_refused(slack: AsyncWebClient) -> None:
    silence = slack.api_call("chat.postMessage", json={"channel": "C0OPS", "text": ""})
    assert await refusal(silence) == "no_text"


async def test_blocks_are_refused_as_slack_refuses_them(slack: AsyncWebClient) -> None:
    blocks: list[dict[str, Any]] = [
        {"type": "divider"},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2_001}]},
    ]
    with pytest.raises(SlackApiError) as refused:
        await slack.chat_postMessage(channel="C0OPS", text="x", blocks=blocks)
    words = "must be less than 2001 characters [json-pointer:/blocks/1/fields/0/text]"
    assert refused.value.response.data == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": [words],
        "response_metadata": {"messages": [f"[ERROR] {words}"]},
    }


async def test_too_much_text_altogether_is_refused(slack: AsyncWebClient) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_000}}
    post = slack.chat_postMessage(channel="C0OPS", text="x", blocks=[section] * 4)
    assert await refusal(post) == "msg_blocks_too_long"


async def test_blocks_that_are_no_json_are_refused(driver: Driver) -> None:
    asked = {"token": "xoxb-sandbox", "channel": "C0OPS", "text": "x", "blocks": "[{"}
    answer = await driver.http.post("/api/chat.postMessage", data=asked)
    assert answer.json()["error"] == "invalid_blocks_format"


async def test_blocks_get_ids_where_they_have_none(slack: AsyncWebClient) -> None:
    bare: list[dict[str, Any]] = [
        {"type": "divider"},
        {"type": "actions", "elements": [{**a_button(), "action_id": "x"}]},
    ]
    said = await slack.chat_postMessage(channel="C0OPS", text="x", blocks=bare)
    assert all(block["block_id"] for block in said["message"]["blocks"])


async def test_timestamps_rise_and_never_repeat(slack: AsyncWebClient, clock: Clock) -> None:
    stamps = [(await slack.chat_postMessage(channel="C0OPS", text="x"))["ts"] for _ in range(3)]
    clock.passes(-3_600)
    stamps.append((await slack.chat_postMessage(channel="C0OPS", text="x"))["ts"])
    assert stamps[0] == "1732158000.000000"
    assert sorted(set(stamps)) == stamps


async def test_an_update_of_the_text_alone_takes_the_blocks_away(slack: AsyncWebClient) -> None:
    said = await slack.chat_postMessage(channel="C0OPS", text="x", blocks=a_card())
    changed = await slack.chat_update(channel="C0OPS", ts=said["ts"], text="closed")
    assert "blocks" not in changed["message"]
    assert changed["message"]["edited"]["user"] == "U0KEYTURN"


async def test_an_update_is_held_to_its_rules(slack: AsyncWebClient, driver: Driver) -> None:
    spoken = await driver.asks("say", user="U0ANA", channel="C0OPS", text="mine")
    theirs = slack.chat_update(channel="C0OPS", ts=spoken["ts"], text="yours")
    assert await refusal(theirs) == "cant_update_message"
    gone = slack.chat_update(channel="C0OPS", ts="1.2", text="x")
    assert await refusal(gone) == "message_not_found"
    said = await slack.chat_postMessage(channel="C0OPS", text="x")
    long = slack.chat_update(channel="C0OPS", ts=said["ts"], text="x" * 4_001)
    assert await refusal(long) == "msg_too_long"


async def test_a_message_can_be_taken_back(slack: AsyncWebClient, driver: Driver) -> None:
    said = await slack.chat_postMessage(channel="C0OPS", text="x")
    await slack.chat_delete(channel="C0OPS", ts=said["ts"])
    assert (await driver.state())["messages"]["C0OPS"] == []


async def test_metadata_is_kept_and_given_when_asked_for(slack: AsyncWebClient) -> None:
    metadata = {"event_type": "keyturn_card", "event_payload": {"proposal": "p1"}}
    await slack.chat_postMessage(channel="C0OPS", text="x", metadata=metadata)
    bare = await slack.conversations_history(channel="C0OPS")
    full = await slack.conversations_history(channel="C0OPS", include_all_metadata=True)
    assert "event_payload" not in bare["messages"][0]["metadata"]
    assert full["messages"][0]["metadata"] == metadata


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ({"event_payload": {}}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": []}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {"a": "x" * 20_000}}, "metadata_too_large"),
        ([], "invalid_metadata_format"),
    ],
)
async def test_metadata_that_is_none_is_refused(
    driver: Driver, metadata: object, error: str
) -> None:
    asked = {"token": "xoxb-sandbox", "channel": "C0OPS", "text": "x", "metadata": metadata}
    answer = await driver.http.post("/api/chat.postMessage", json=asked)
    assert answer.json()["error"] == error


async def test_history_has_bounds_and_pages(slack: AsyncWebClient) -> None:
    stamps = [
        (await slack.chat_postMessage(channel="C0OPS", text=str(one)))["ts"] for one in range(5)
    ]
    later = await slack.conversations_history(channel="C0OPS", oldest=stamps[2])
    assert [one["text"] for one in later["messages"]] == ["4", "3"]
    within = await slack.conversations_history(
        channel="C0OPS", oldest=stamps[1], latest=stamps[2], inclusive=True
    )
    assert [one["text"] for one in within["messages"]] == ["2", "1"]
    first = await slack.conversations_history(channel="C0OPS", limit=3)
    rest = await slack.conversations_history(
        channel="C0OPS", limit=3, cursor=first["response_metadata"]["next_cursor"]
    )
    assert first["has_more"] is True
    assert [one["text"] for one in rest["messages"]] == ["1", "0"]


async def test_a_thread_has_its_replies_and_the_channel_its_head(slack: AsyncWebClient) -> None:
    head = await slack.chat_postMessage(channel="C0OPS", text="head")
    for words in ("one", "two"):
        await slack.chat_postMessage(channel="C0OPS", text=words, thread_ts=head["ts"])
    thread = await slack.conversations_replies(channel="C0OPS", ts=head["ts"])
    history = await slack.conversations_history(channel="C0OPS")
    assert [one["text"] for one in thread["messages"]] == ["head", "one", "two"]
    assert [one["reply_count"] for one in history["messages"]] == [2]
    gone = slack.conversations_replies(channel="C0OPS", ts="1.2")
    assert await refusal(gone) == "thread_not_found"


async def test_a_whisper_reaches_members_only(slack: AsyncWebClient, driver: Driver) -> None:
    await slack.chat_postEphemeral(channel="C0EXEC", user="U0CORA", text="psst")
    state = await driver.state()
    assert [one["text"] for one in state["ephemerals"]["U0CORA"]] == ["psst"]
    assert state["messages"]["C0EXEC"] == []
    stranger = slack.chat_postEphemeral(channel="C0EXEC", user="U0BEN", text="psst")
    assert await refusal(stranger) == "user_not_in_channel"


async def test_people_are_described_with_their_standing(slack: AsyncWebClient) -> None:
    known = {
        user: (await slack.users_info(user=user))["user"]
        for user in ("U0ELIF", "U0GUS", "U0HANA", "U0IVO", "U0KEYTURN")
    }
    assert known["U0ELIF"]["is_admin"] is True
    assert known["U0GUS"]["is_ultra_restricted"] is True
    assert known["U0HANA"]["is_stranger"] is True
    assert known["U0HANA"]["team_id"] != "T0KEYTURN"
    assert known["U0IVO"]["deleted"] is True
    assert known["U0KEYTURN"]["is_bot"] is True
    assert await refusal(slack.users_info(user="U0NOBODY")) == "user_not_found"


async def test_people_are_found_by_address(slack: AsyncWebClient) -> None:
    found = await slack.users_lookupByEmail(email="Ana@example.com")
    assert found["user"]["id"] == "U0ANA"
    gone = slack.users_lookupByEmail(email="ivo@example.com")
    assert await refusal(gone) == "users_not_found"


async def test_user_groups_need_a_paid_plan(slack: AsyncWebClient, driver: Driver) -> None:
    assert (await slack.usergroups_users_list(usergroup="S0FINANCE"))["users"] == [
        "U0ANA",
        "U0CORA",
    ]
    assert await refusal(slack.usergroups_users_list(usergroup="S0")) == "no_such_subteam"
    await driver.asks("switches", paid_plan=False)
    assert await refusal(slack.usergroups_list()) == "plan_upgrade_required"


async def test_channels_are_listed_with_their_members(slack: AsyncWebClient) -> None:
    listed = await slack.conversations_list(limit=3)
    more = await slack.conversations_list(cursor=listed["response_metadata"]["next_cursor"])
    names = {one["name"] for page in (listed, more) for one in page["channels"]}
    assert {"general", "finance-approvals", "keyturn-admins"} <= names
    members = await slack.conversations_members(channel="C0EXEC")
    assert members["members"] == ["U0CORA", "U0ELIF", "U0ANA", "U0KEYTURN"]


async def test_a_snippet_is_shared_in_a_thread(slack: AsyncWebClient, driver: Driver) -> None:
    head = await slack.chat_postMessage(channel="C0OPS", text="head")
    await slack.files_upload_v2(
        channel="C0OPS", thread_ts=head["ts"], content="all of it", filename="values.json"
    )
    replies = (await driver.state())["threads"]["C0OPS"][head["ts"]]
    assert replies[0]["files"][0]["preview"] == "all of it"


async def test_reactions_are_counted_once(slack: AsyncWebClient, driver: Driver) -> None:
    said = await slack.chat_postMessage(channel="C0OPS", text="x")
    mark = {"channel": "C0OPS", "timestamp": said["ts"], "name": "eyes"}
    await slack.reactions_add(**mark)
    assert await refusal(slack.reactions_add(**mark)) == "already_reacted"
    shown = (await driver.state())["messages"]["C0OPS"][0]["reactions"]
    assert shown == [{"name": "eyes", "users": ["U0KEYTURN"], "count": 1}]


async def test_a_scope_that_was_not_granted_is_named(clock: Clock) -> None:
    options = Options(clock=clock, scopes=frozenset({"chat:write", "channels:read"}))
    async with Sandbox(options) as sandbox:
        slack = web_client(sandbox)
        with pytest.raises(SlackApiError) as refused:
            await slack.conversations_history(channel="C0OPS")
    answer = refused.value.response
    assert (answer["error"], answer["needed"]) == ("missing_scope", "channels:history")


async def test_the_server_listens_on_this_machine_only(sandbox: Sandbox) -> None:
    assert httpx.URL(sandbox.url).host == "127.0.0.1"
