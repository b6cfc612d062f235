"""The page in a real browser: what a person sees and does."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Sandbox
from tests.sandbox.browsing import browser, page, sandbox
from tests.sandbox.cards import a_full_card, a_full_form
from tests.sandbox.driver import Driver, a_button, a_card, a_modal, an_input, mrkdwn, plain

Body = dict[str, Any]
__all__ = ["browser", "page", "sandbox"]


@pytest.fixture
def acting(app: AsyncApp, socket: AsyncSocketModeHandler) -> AsyncApp:
    @app.action("approve")
    async def approve(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        place = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        done = [{"type": "context", "elements": [mrkdwn(":white_check_mark: Approved")]}]
        await client.chat_update(**place, text="Approved", blocks=done)
        await client.chat_postMessage(
            channel=place["channel"], thread_ts=place["ts"], text="Ana signed."
        )
        await ack()

    @app.action("edit")
    async def edit(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=a_full_form())
        await ack()

    return app


async def shown(page: Page, artefacts: Path, name: str) -> None:
    await page.screenshot(path=artefacts / f"{name}.png")


async def test_a_card_is_approved_through_its_dialog(
    acting: AsyncApp, slack: AsyncWebClient, page: Page, artefacts: Path
) -> None:
    await slack.chat_postMessage(channel="C0FINANCE", text="card", blocks=a_full_card())
    await expect(page.get_by_role("heading", name="Approve refund of $4,800.00")).to_be_visible()
    await shown(page, artefacts, "card")
    await page.get_by_role("button", name="Approve").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Refund $4,800.00?")
    await shown(page, artefacts, "dialog")
    await dialog.get_by_role("button", name="Not yet").click()
    await expect(page.get_by_role("button", name="Approve")).to_be_visible()
    await page.get_by_role("button", name="Approve").click()
    await dialog.get_by_role("button", name="Refund").click()
    await expect(page.locator("#list")).to_contain_text("Approved")
    await page.get_by_role("button", name="1 reply").click()
    await expect(page.locator("#replies")).to_contain_text("Ana signed.")
    await page.get_by_label("Reply", exact=True).fill("looks good")
    await page.keyboard.press("Enter")
    await expect(page.locator("#replies")).to_contain_text("looks good")
    await shown(page, artefacts, "thread")


async def test_a_form_says_what_is_wrong_and_keeps_what_was_typed(
    acting: AsyncApp, slack: AsyncWebClient, page: Page, artefacts: Path
) -> None:
    saved: list[Body] = []

    @acting.view("form")
    async def save(ack: AsyncAck, view: Body) -> None:
        values = view["state"]["values"]
        if float(values["amount"]["amount_value"]["value"]) > 5_000:
            await ack(response_action="errors", errors={"amount": "The CFO must see that."})
            return
        saved.append(values)
        await ack()

    await slack.chat_postMessage(channel="C0FINANCE", text="card", blocks=a_full_card())
    await page.get_by_role("button", name="Edit").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Amount (USD)").fill("6000")
    await form.get_by_label("Reason").fill("charged\ntwice")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_contain_text("Please complete this required field.")
    await form.get_by_label("Category").select_option("Goodwill")
    await form.get_by_label("Bank transfer").check()
    await form.get_by_label("Accounting").check()
    await form.locator("[data-block=tags] summary").click()
    await form.get_by_label("Audit").check()
    await form.get_by_label("Not before").fill("2026-12-24")
    await form.get_by_label("Second reader").select_option("Cora Lindqvist")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_contain_text("The CFO must see that.")
    await shown(page, artefacts, "form")
    await form.get_by_label("Amount (USD)").fill("4000.50")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_be_hidden()
    values = {name: next(iter(held.values())) for name, held in saved[0].items()}
    assert values["amount"]["value"] == "4000.50"
    assert values["reason"]["value"] == "charged\ntwice"
    assert values["category"]["selected_option"]["value"] == "goodwill"
    assert values["method"]["selected_option"]["value"] == "bank"
    assert [one["value"] for one in values["tell"]["selected_options"]] == ["accounting"]
    assert [one["value"] for one in values["tags"]["selected_options"]] == ["vip", "audit"]
    assert values["day"]["selected_date"] == "2026-12-24"
    assert values["reader"]["selected_user"] == "U0CORA"


async def test_hostile_text_stays_text(slack: AsyncWebClient, page: Page) -> None:
    attack = "<img src=x onerror=alert(1)> <script>alert(1)</script>"
    await slack.chat_postMessage(channel="C0FINANCE", text="[x](javascript:alert(1)) " + attack)
    words: list[Body] = [
        {"type": "text", "text": attack},
        {"type": "link", "url": "javascript:alert(1)", "text": "click me"},
    ]
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": words}]}
    markdown = {"type": "markdown", "text": f"**bold** [go](javascript:alert(1)) {attack}"}
    section = {"type": "section", "text": mrkdwn(f"<javascript:alert(1)|go> {attack}")}
    blocks: list[Body] = [rich, markdown, section]
    await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=blocks)
    await expect(page.locator("#list")).to_contain_text("click me")
    for made in ("img:not(.avatar)", "script", "a[href^=javascript]"):
        assert await page.locator(f"#list {made}").count() == 0


async def test_a_whisper_is_seen_by_one_person_and_badges_count(
    slack: AsyncWebClient, page: Page
) -> None:
    await slack.chat_postMessage(channel="C0SUPPORT", text="news")
    await slack.chat_postEphemeral(channel="C0FINANCE", user="U0ANA", text="for Ana")
    await expect(page.locator("#list")).to_contain_text("Only visible to you")
    support = page.get_by_role("button", name="support-review")
    await expect(support).to_contain_text("1")
    await support.click()
    await expect(page.locator("#list")).to_contain_text("news")
    await expect(support).not_to_contain_text("1")
    await page.get_by_label("You are:").select_option(label="Ben Okafor · Support lead")
    await page.get_by_role("button", name="finance-approvals").click()
    await expect(page.locator("#place")).to_contain_text("finance-approvals")
    await expect(page.locator("#list")).not_to_contain_text("for Ana")


async def test_an_app_that_is_away_is_said_at_the_message(
    slack: AsyncWebClient, page: Page
) -> None:
    await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=a_card(a_button()))
    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_role("article")).to_contain_text("No app is connected")


async def test_the_keyboard_is_enough(
    app: AsyncApp, socket: AsyncSocketModeHandler, slack: AsyncWebClient, page: Page
) -> None:
    @app.action("approve")
    async def approve(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=a_modal(an_input("reason")))
        await ack()

    await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=a_card(a_button()))
    await page.get_by_role("button", name="Approve").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog").get_by_label("reason")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_a_command_and_the_home_answer(
    app: AsyncApp, socket: AsyncSocketModeHandler, page: Page, artefacts: Path
) -> None:
    @app.command("/keyturn")
    async def command(ack: AsyncAck, command: Body) -> None:
        await ack(f"Status of {command['text']}: open")

    @app.event("app_home_opened")
    async def opened(event: Body, client: AsyncWebClient) -> None:
        header = {"type": "header", "text": plain("Waiting for you")}
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [header]})

    await page.get_by_label("Message", exact=True).fill("/keyturn p1")
    await page.keyboard.press("Enter")
    await expect(page.locator("#list")).to_contain_text("Status of p1: open")
    await page.locator("#sidebar").get_by_role("button", name="Keyturn").last.click()
    await expect(page.get_by_role("heading", name="Waiting for you")).to_be_visible()
    await shown(page, artefacts, "home")


@pytest.mark.parametrize("width", [390, 1280])
async def test_it_says_sandbox_and_fits_the_screen(
    slack: AsyncWebClient, page: Page, sandbox: Sandbox, artefacts: Path, width: int
) -> None:
    await slack.chat_postMessage(channel="C0FINANCE", text="card", blocks=a_full_card())
    await page.set_viewport_size({"width": width, "height": 844})
    await expect(page.get_by_role("heading", name="Approve refund")).to_be_visible()
    await expect(page.locator(".strip")).to_contain_text("Sandbox")
    assert "Sandbox" in await page.title()
    wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    list_wide = await page.evaluate("list.scrollWidth > list.clientWidth")
    assert (wide, list_wide) == (False, False)
    await shown(page, artefacts, f"at-{width}")
    if width == 390:
        await page.get_by_role("button", name="Channels").click()
        await page.get_by_role("button", name="sre-review").click()
        await expect(page.locator("#place")).to_contain_text("sre-review")


async def test_times_are_shown_in_the_readers_zone(
    browser: Browser, slack: AsyncWebClient, sandbox: Sandbox
) -> None:
    due = mrkdwn("due <!date^1732158000^{date_num} {time}|some time>")
    section = {"type": "section", "text": due}
    await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=[section])
    tokyo = await browser.new_page(timezone_id="Asia/Tokyo")
    await tokyo.goto(f"{sandbox.url}/#user=U0ANA&channel=C0FINANCE")
    await expect(tokyo.get_by_role("article")).to_contain_text("due 2024-11-21 12:00")


async def test_another_persons_click_shows_without_reloading(
    acting: AsyncApp, slack: AsyncWebClient, page: Page, driver: Driver
) -> None:
    said = await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=a_card(a_button()))
    await expect(page.get_by_role("button", name="Approve")).to_be_visible()
    card = {"channel": "C0FINANCE", "ts": said["ts"]}
    await driver.clicks("U0CORA", card, "approve")
    await expect(page.get_by_role("button", name="Approve")).to_be_hidden()
    await expect(page.locator("#list")).to_contain_text("Approved")


async def test_who_comes_for_the_first_time_begins_where_the_first_suggestion_is(
    browser: Browser, slack: AsyncWebClient, sandbox: Sandbox
) -> None:
    await slack.chat_postMessage(channel="C0SUPPORT", text="ORD-7 waits")
    newcomer = await browser.new_page()
    await newcomer.goto(sandbox.url)
    await expect(newcomer.locator("#place")).to_contain_text("support-review")
    await expect(newcomer.get_by_label("You are")).to_have_value("U0BEN")
    await newcomer.get_by_label("You are").select_option("U0CORA")
    await newcomer.goto(sandbox.url)
    await expect(newcomer.get_by_label("You are")).to_have_value("U0CORA")
