"""Finding people and messages through a workspace's own methods, or living without them."""

from collections.abc import AsyncIterator

import pytest

from bot.messenger import Draft, Messenger, Retryable, Undelivered, Unreachable
from bot.slack.app import build_client
from bot.slack.connection import Workplace
from bot.slack.gateway import SlackGateway
from manifests.vocabulary import ChannelId, UserId
from sandbox import Options, Sandbox
from sandbox.live.faults import Fault
from sandbox.live.triggers import ResponseUrl

ANA, IVO = UserId("U0ANA"), UserId("U0IVO")
OPERATIONS = ChannelId("C0OPS")
HELLO = Draft(
    blocks=[{"type": "section", "text": {"type": "plain_text", "text": "Hello"}}], text="Hello"
)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(Options(rate_limits=False)) as running:
        yield running


@pytest.fixture
async def messenger(sandbox: Sandbox) -> AsyncIterator[SlackGateway]:
    gateway = SlackGateway(build_client("xoxb-sandbox", sandbox.api_url), Workplace())
    yield gateway
    await gateway.close()


async def test_direct_messages_are_opened_once(messenger: Messenger) -> None:
    opened = await messenger.direct(ANA)
    assert opened.startswith("D")
    assert await messenger.direct(ANA) == opened
    assert await messenger.post(opened, HELLO)


async def test_nobody_opens_direct_messages_with_whoever_left(messenger: Messenger) -> None:
    with pytest.raises(Unreachable, match="user_disabled"):
        await messenger.direct(IVO)
    with pytest.raises(Unreachable, match="user_not_found"):
        await messenger.direct(UserId("U0NOBODY"))


async def test_a_message_has_an_address(messenger: Messenger) -> None:
    ts = await messenger.post(OPERATIONS, HELLO)
    address = await messenger.permalink(OPERATIONS, ts)
    assert address is not None
    assert address.endswith(f"/archives/{OPERATIONS}/p{ts.replace('.', '')}")


async def test_a_workspace_without_addresses_is_asked_once_and_logged_once(
    messenger: Messenger, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.box.faults.planned.append(Fault("unknown_method", "chat.getPermalink"))
    ts = await messenger.post(OPERATIONS, HELLO)
    assert await messenger.permalink(OPERATIONS, ts) is None
    assert await messenger.permalink(OPERATIONS, ts) is None
    assert capsys.readouterr().out.count("method_missing") == 1


async def test_a_workspace_that_is_only_slow_is_not_taken_for_one_without_addresses(
    messenger: Messenger, sandbox: Sandbox
) -> None:
    ts = await messenger.post(OPERATIONS, HELLO)
    sandbox.box.faults.planned.append(Fault("ratelimited", "chat.getPermalink"))
    with pytest.raises(Retryable):
        await messenger.permalink(OPERATIONS, ts)
    assert await messenger.permalink(OPERATIONS, ts)


async def test_an_address_of_a_click_that_is_used_up_is_no_redraw(
    messenger: SlackGateway, sandbox: Sandbox
) -> None:
    ts = await messenger.post(OPERATIONS, HELLO)
    url = ResponseUrl(
        user=ANA, channel=OPERATIONS, ts=ts, thread_ts=None, ephemeral=False, at=sandbox.box.now()
    )
    address = f"{sandbox.url}/response/{sandbox.box.response_urls.issue(url)}"
    for _ in range(5):
        await messenger.replace_at(address, HELLO)
    with pytest.raises(Undelivered, match="used_url"):
        await messenger.replace_at(address, HELLO)
    with pytest.raises(Undelivered, match="http_404"):
        await messenger.replace_at(f"{sandbox.url}/no-such-page", HELLO)


async def test_a_person_has_a_home(messenger: Messenger, sandbox: Sandbox) -> None:
    await messenger.publish_home(
        ANA, {"type": "home", "blocks": [dict(each) for each in HELLO.blocks]}
    )
    await messenger.publish_home(
        ANA, {"type": "home", "blocks": [dict(each) for each in HELLO.blocks]}
    )
    assert sandbox.box.stacks.homes[ANA]["blocks"][0]["text"]["text"] == "Hello"


async def test_a_workspace_without_homes_is_asked_once_and_logged_once(
    messenger: Messenger, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.box.faults.planned.append(Fault("unknown_method", "views.publish"))
    await messenger.publish_home(
        ANA, {"type": "home", "blocks": [dict(each) for each in HELLO.blocks]}
    )
    await messenger.publish_home(
        ANA, {"type": "home", "blocks": [dict(each) for each in HELLO.blocks]}
    )
    assert not sandbox.box.stacks.homes
    assert capsys.readouterr().out.count("method_missing") == 1


async def test_a_home_that_slack_refuses_is_a_failure(messenger: Messenger) -> None:
    with pytest.raises(Undelivered):
        await messenger.publish_home(ANA, {"type": "home", "blocks": [{"type": "alert"}]})


async def test_a_whisper_is_nothing_but_text_whoever_chose_its_words(
    messenger: Messenger, sandbox: Sandbox
) -> None:
    # People name themselves, and agents what is to be typed once more.
    name = "<!channel> <https://evil.example|bank> \u202enaA :tada:"
    await messenger.whisper(OPERATIONS, UserId("U0DEV"), f"{name} has control, not you.")
    call = next(each for each in sandbox.box.calls if each["method"] == "chat.postEphemeral")
    told = call["arguments"]
    assert told["text"].startswith("&lt;!channel&gt; &lt;https://evil.example|bank&gt;")
    (block,) = told["blocks"]
    assert block["type"] == "rich_text"
    assert "\\u{202E}naA" in str(block).replace("\\\\", "\\")
    assert "\u202e" not in told["text"]
