"""What reviewers need of the page: tall cards, phones, their home, messages to them, shortcuts."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Sandbox
from tests.sandbox.browsing import browser, looking, page, sandbox
from tests.sandbox.driver import Driver, a_button, a_card, a_modal, mrkdwn, plain

Body = dict[str, Any]
__all__ = ["browser", "page", "sandbox"]


def a_tall_card(title: str = "Approve refund of $480.00?") -> list[Body]:
    lines = [{"type": "section", "text": plain(f"Line {number}")} for number in range(40)]
    return [{"type": "header", "text": plain(title)}, *lines, a_card()[1]]


async def top_is_seen(page: Page, words: str) -> bool:
    top = await page.get_by_role("heading", name=words).bounding_box()
    frame = await page.locator("#list").bounding_box()
    assert top is not None
    assert frame is not None
    return frame["y"] <= top["y"] <= frame["y"] + 80


@pytest.mark.parametrize("width", [390, 1280])
async def test_a_card_taller_than_the_window_opens_with_its_top_in_view(
    browser: Browser, slack: AsyncWebClient, sandbox: Sandbox, width: int
) -> None:
    await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=a_tall_card("Older?"))
    await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=a_tall_card())
    async with looking(browser, sandbox.url, width) as page:
        await page.goto(f"{sandbox.url}/#user=U0ANA&channel=C0FINANCE")
        await expect(page.get_by_role("heading", name="Approve refund")).to_be_in_viewport()
        assert await top_is_seen(page, "Approve refund")


async def test_a_new_tall_card_comes_with_its_top_and_does_not_take_one_away_from_another(
    slack: AsyncWebClient, page: Page
) -> None:
    await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=a_tall_card("First?"))
    await expect(page.get_by_role("heading", name="First?")).to_be_in_viewport()
    assert await top_is_seen(page, "First?")
    await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=a_tall_card("Second?"))
    await expect(page.get_by_role("button", name="New further down")).to_be_visible()
    await expect(page.get_by_role("heading", name="First?")).to_be_in_viewport()
    await page.get_by_role("button", name="New further down").click()
    await expect(page.get_by_role("heading", name="Second?")).to_be_in_viewport()
    assert await top_is_seen(page, "Second?")
    await expect(page.get_by_role("button", name="New further down")).to_be_hidden()


async def test_a_card_redrawn_while_its_end_is_read_stays_where_it_is(
    slack: AsyncWebClient, page: Page
) -> None:
    said = await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=a_tall_card())
    await page.get_by_role("button", name="Approve").scroll_into_view_if_needed()
    await page.evaluate("list.scrollTop = list.scrollHeight")
    blocks = [*a_tall_card(), {"type": "section", "text": plain("1 of 2 agreed")}]
    await slack.chat_update(channel="C0FINANCE", ts=said["ts"], text="x", blocks=blocks)
    await expect(page.get_by_text("1 of 2 agreed")).to_be_in_viewport()


async def test_a_link_to_a_message_opens_on_it(
    browser: Browser, slack: AsyncWebClient, sandbox: Sandbox
) -> None:
    said = await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=a_tall_card("Old?"))
    await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=a_tall_card())
    link = (await slack.chat_getPermalink(channel="C0FINANCE", message_ts=said["ts"])).data
    assert isinstance(link, dict)
    async with looking(browser, sandbox.url) as page:
        await page.goto(link["permalink"])
        await expect(page.get_by_role("heading", name="Old?")).to_be_in_viewport()
        assert await top_is_seen(page, "Old?")


async def test_a_link_in_a_direct_message_leads_to_the_card_in_the_same_window(
    slack: AsyncWebClient, page: Page
) -> None:
    said = await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=a_tall_card("Old?"))
    await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=a_tall_card())
    link = await slack.chat_getPermalink(channel="C0FINANCE", message_ts=said["ts"])
    words = f"Your turn: <{link['permalink']}|Open the card>"
    await slack.chat_postMessage(channel="U0ANA", text=words)
    await page.get_by_role("button", name="Keyturn 1 unread").click()
    await page.get_by_role("link", name="Open the card").click()
    await expect(page.locator("#place")).to_contain_text("finance-approvals")
    await expect(page.get_by_role("heading", name="Old?")).to_be_in_viewport()
    assert await top_is_seen(page, "Old?")
    assert len(page.context.pages) == 1


async def test_a_channel_is_called_by_its_name_also_before_those_who_are_not_in_it(
    slack: AsyncWebClient, page: Page
) -> None:
    place = {"type": "channel", "channel_id": "C0LEGAL"}
    hidden = {"type": "channel", "channel_id": "C0NOWHERE"}
    parts = [{"type": "rich_text_section", "elements": [place, hidden]}]
    blocks = [{"type": "rich_text", "elements": parts}]
    await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=blocks)
    await expect(page.get_by_role("article")).to_contain_text("#legal-review#private channel")
    await expect(page.get_by_role("article")).not_to_contain_text("C0")


async def test_a_shortcut_is_chosen_from_anywhere_and_on_a_message(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, page: Page
) -> None:
    @app.shortcut({"callback_id": "my_queue", "type": "shortcut"})
    async def queue(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=a_modal())
        await ack()

    @app.shortcut({"callback_id": "open_proposal", "type": "message_action"})
    async def opened(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        place = {"channel": body["channel"]["id"], "user": body["user"]["id"]}
        await client.chat_postEphemeral(**place, text=f"This is {body['message']['text']}.")
        await ack()

    await slack.chat_postMessage(channel="C0FINANCE", text="the desk")
    await page.get_by_label("Shortcuts of Keyturn").click()
    await page.get_by_role("menuitem", name="What waits for me").click()
    await expect(page.get_by_role("dialog")).to_contain_text("A form")
    await page.keyboard.press("Escape")
    await page.get_by_role("article").hover()
    await page.get_by_label("More message actions").click()
    await page.get_by_role("menuitem", name="Open in full").click()
    whisper = page.locator(".whisper")
    await expect(whisper).to_contain_text("This is the desk.")
    await expect(whisper).to_contain_text("Only visible to you")
    await expect(whisper).to_be_in_viewport()
    await whisper.get_by_role("button", name="Dismiss").click()
    await expect(whisper).to_have_count(0)


async def test_the_home_is_each_persons_own_and_its_choices_answer(
    app: AsyncApp, socket: AsyncSocketModeHandler, page: Page
) -> None:
    options = [{"text": plain(one), "value": one} for one in ("all", "high")]

    async def publish(client: AsyncWebClient, user: str, shown: str) -> None:
        select = {"type": "static_select", "action_id": "only", "options": options}
        people = {"type": "users_select", "action_id": "of", "placeholder": plain("Whose")}
        blocks = [
            {"type": "header", "text": plain(f"{shown} for {user}")},
            {"type": "actions", "elements": [select, people, a_button("open")]},
        ]
        await client.views_publish(user_id=user, view={"type": "home", "blocks": blocks})

    @app.event("app_home_opened")
    async def opened(event: Body, client: AsyncWebClient) -> None:
        if event["tab"] == "home":
            await publish(client, event["user"], "all")

    @app.action("only")
    async def narrowed(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        await ack()
        await publish(client, body["user"]["id"], action["selected_option"]["value"])

    @app.action("of")
    async def of(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        await ack()
        await publish(client, body["user"]["id"], f"{action['selected_user']}'s")

    await page.locator("#sidebar").get_by_role("button", name="Keyturn").last.click()
    await expect(page.get_by_role("heading", name="all for U0ANA")).to_be_visible()
    await page.locator("[data-action=only]").select_option("high")
    await expect(page.get_by_role("heading", name="high for U0ANA")).to_be_visible()
    await page.locator("[data-action=of]").select_option("U0CORA")
    await expect(page.get_by_role("heading", name="U0CORA's for U0ANA")).to_be_visible()
    await page.get_by_label("You are:").select_option(label="Cora Lindqvist · CFO")
    await expect(page.get_by_role("heading", name="all for U0CORA")).to_be_visible()


async def test_a_direct_message_is_counted_read_and_clicked(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, page: Page
) -> None:
    @app.action("approve")
    async def approve(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        place = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        await client.chat_update(**place, text="You have seen it.")
        await ack()

    await slack.chat_postMessage(channel="U0ANA", text="Your turn", blocks=a_card())
    direct = page.locator("#sidebar").get_by_role("button", name="Keyturn").first
    await expect(direct.get_by_label("1 unread")).to_be_visible()
    await direct.click()
    await page.get_by_role("button", name="Approve").click()
    await expect(page.locator("#list")).to_contain_text("You have seen it.")
    await expect(direct.get_by_label("1 unread")).to_have_count(0)
    await page.get_by_label("You are:").select_option(label="Ben Okafor · Support lead")
    await expect(page.locator("#list")).not_to_contain_text("You have seen it.")


async def test_words_are_edited_and_deleted_by_who_wrote_them(page: Page) -> None:
    await page.get_by_label("Message", exact=True).fill("teh price")
    await page.keyboard.press("Enter")
    await page.get_by_role("article").hover()
    await page.get_by_label("More message actions").click()
    await page.get_by_role("menuitem", name="Edit message").click()
    await page.get_by_role("textbox", name="Edit message").fill("the price")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("article")).to_contain_text("the price (edited)")
    await page.get_by_label("More message actions").click()
    await page.get_by_role("menuitem", name="Delete message").click()
    await expect(page.get_by_role("article")).to_have_count(0)


async def test_views_are_stacked_and_left_one_by_one(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, page: Page
) -> None:
    def layer(number: int) -> Body:
        button = {"type": "actions", "elements": [a_button("deeper")]}
        return a_modal(button, title=plain(f"Layer {number}"), submit=None)

    @app.action("approve")
    async def approve(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=layer(1))
        await ack()

    @app.action("deeper")
    async def deeper(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await client.views_push(trigger_id=body["trigger_id"], view=layer(2))
        await ack()

    await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=a_card())
    await page.get_by_role("button", name="Approve").click()
    form = page.get_by_role("dialog")
    await form.get_by_role("button", name="Approve").click()
    await expect(form.get_by_role("heading")).to_have_text("Layer 2")
    await form.get_by_role("button", name="Back").click()
    await expect(form.get_by_role("heading")).to_have_text("Layer 1")
    await form.get_by_role("button", name="Close").first.click()
    await expect(form).to_be_hidden()


async def test_labels_for_screen_readers_are_the_buttons_names(
    slack: AsyncWebClient, page: Page
) -> None:
    button = a_button(accessibility_label="Approve the refund of $480.00 to Acme")
    await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=a_card(button))
    named = page.get_by_role("button", name="Approve the refund of $480.00 to Acme")
    await expect(named).to_have_text("Approve")


async def test_severity_is_drawn_without_an_emoji_font(slack: AsyncWebClient, page: Page) -> None:
    words = [{"type": "plain_text", "text": "🟠 High severity", "emoji": False}, mrkdwn("🔵 Low")]
    await slack.chat_postMessage(
        channel="C0FINANCE", text="x", blocks=[{"type": "context", "elements": words}]
    )
    await expect(page.locator("#list .emoji.dot")).to_have_count(2)
    await expect(page.get_by_role("img", name="orange_circle")).to_be_visible()


async def test_a_menu_at_the_edge_of_a_phone_stays_inside(
    browser: Browser, slack: AsyncWebClient, sandbox: Sandbox
) -> None:
    options = [{"text": plain(f"Option {one}"), "value": str(one)} for one in range(5)]
    more = {"type": "overflow", "action_id": "more", "options": options}
    buttons = [a_button("one"), a_button("two"), more]
    blocks = [*a_tall_card()[:30], {"type": "actions", "elements": buttons}]
    await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=blocks)
    async with looking(browser, sandbox.url, 390, 700) as page:
        await page.goto(f"{sandbox.url}/#user=U0ANA&channel=C0FINANCE")
        await page.get_by_label("More actions").click()
        box = await page.get_by_role("menu").last.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        await expect(page.get_by_role("menuitem", name="Option 4")).to_be_in_viewport()


async def test_what_to_try_takes_one_there(
    slack: AsyncWebClient, page: Page, driver: Driver
) -> None:
    await slack.chat_postMessage(channel="C0SUPPORT", text="x", blocks=a_tall_card("Pay ORD-7?"))
    await slack.chat_postMessage(channel="C0SUPPORT", text="x", blocks=a_tall_card("Newer?"))
    await page.get_by_role("button", name="The refund").click()
    await expect(page.locator("#place")).to_contain_text("support-review")
    await expect(page.get_by_label("You are:")).to_have_value("U0BEN")
    await expect(page.get_by_role("heading", name="Pay ORD-7?")).to_be_in_viewport()
    assert await top_is_seen(page, "Pay ORD-7?")
    await expect(page.get_by_role("button", name="The refund")).to_have_class("step now seen")
    await page.get_by_role("button", name="Your home").click()
    await expect(page.locator("#list")).to_contain_text("Keyturn has put nothing on its home")
