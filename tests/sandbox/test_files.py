"""Files come in three steps, and are text to whoever opens them."""

import json
from typing import Any

import pytest
from playwright.async_api import Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Options, Sandbox
from sandbox.rules.limits import FILE_BYTES, SNIPPET_BYTES
from tests.sandbox.browsing import browser, page, sandbox
from tests.sandbox.driver import Driver

__all__ = ["browser", "page", "sandbox"]

BEARER = {"Authorization": "Bearer xoxb-sandbox"}
TEXT = "<script>alert(1)</script>\n"


async def call(driver: Driver, method: str, **arguments: Any) -> dict[str, Any]:
    answer = await driver.http.post(f"/api/files.{method}", data=arguments, headers=BEARER)
    return dict(answer.json())


async def announce(driver: Driver, length: int = len(TEXT), **more: Any) -> dict[str, Any]:
    return await call(driver, "getUploadURLExternal", filename="a.txt", length=length, **more)


async def complete(driver: Driver, file: str, **more: Any) -> dict[str, Any]:
    files = json.dumps([{"id": file, "title": "All of it"}])
    return await call(driver, "completeUploadExternal", files=files, **more)


async def shared(driver: Driver, **where: Any) -> str:
    place = await announce(driver, snippet_type="text")
    assert (await driver.http.post(place["upload_url"], content=TEXT.encode())).status_code == 200
    assert (await complete(driver, place["file_id"], **where))["ok"]
    return str(place["file_id"])


@pytest.mark.parametrize(
    ("length", "more", "error"),
    [
        (0, {}, "missing_argument"),
        (SNIPPET_BYTES + 1, {"snippet_type": "text"}, "snippet_too_large"),
        (FILE_BYTES + 1, {}, "file_upload_size_restricted"),
    ],
)
async def test_what_is_too_large_or_nothing_is_not_announced(
    driver: Driver, length: int, more: dict[str, str], error: str
) -> None:
    told = await announce(driver, length, **more)
    assert told["error"] == error


async def test_a_text_too_large_for_a_snippet_is_a_file(driver: Driver) -> None:
    assert (await announce(driver, SNIPPET_BYTES + 1))["ok"]


async def test_bytes_that_were_not_announced_are_refused(driver: Driver) -> None:
    place = await announce(driver, length=5)
    short = await driver.http.post(place["upload_url"], content=b"four")
    assert (short.status_code, short.text) == (400, "5 bytes were announced, and 4 came.")
    assert (await complete(driver, place["file_id"]))["error"] == "file_not_found"
    elsewhere = await driver.http.post(place["upload_url"] + "x", content=b"fives")
    assert elsewhere.status_code == 400


async def test_a_file_is_shared_once(driver: Driver, slack: AsyncWebClient) -> None:
    head = await slack.chat_postMessage(channel="C0OPS", text="head")
    file = await shared(driver, channel_id="C0OPS", thread_ts=head["ts"])
    again = await complete(driver, file, channel_id="C0OPS", thread_ts=head["ts"])
    assert again["error"] == "file_not_found"
    _, reply = (await slack.conversations_replies(channel="C0OPS", ts=head["ts"]))["messages"]
    [told] = reply["files"]
    assert (told["id"], told["name"], told["title"], told["user"], told["mode"]) == (
        file,
        "a.txt",
        "All of it",
        "U0KEYTURN",
        "snippet",
    )


async def test_nothing_is_shared_where_the_app_may_not_write(driver: Driver) -> None:
    place = await announce(driver)
    await driver.http.post(place["upload_url"], content=TEXT.encode())
    refused = await complete(driver, place["file_id"], channel_id="C0GENERAL")
    assert refused["error"] == "not_in_channel"
    # It was not used up by that.
    assert (await complete(driver, place["file_id"], channel_id="C0OPS"))["ok"]


async def test_a_file_opens_as_text_whatever_it_says(driver: Driver) -> None:
    file = await shared(driver, channel_id="C0OPS")
    opened = await driver.http.get(f"/files/{file}")
    assert opened.text == TEXT
    assert opened.headers["content-type"] == "text/plain; charset=utf-8"
    assert opened.headers["x-content-type-options"] == "nosniff"
    assert opened.headers["content-security-policy"] == "sandbox"


async def test_an_upload_fails_when_it_is_told_to(driver: Driver) -> None:
    place = await announce(driver)
    await driver.asks("faults", kind="http_503", method="upload")
    sent = [await driver.http.post(place["upload_url"], content=TEXT.encode()) for _ in range(2)]
    assert [each.status_code for each in sent] == [503, 200]


async def test_without_its_scope_nothing_is_announced() -> None:
    without = Options(scopes=frozenset({"chat:write"}))
    async with Sandbox(without) as sandbox, Driver(sandbox.url) as driver:
        told = await announce(driver)
    assert (told["error"], told["needed"]) == ("missing_scope", "files:write")


async def test_a_person_opens_it_from_the_thread(
    driver: Driver, slack: AsyncWebClient, page: Page
) -> None:
    head = await slack.chat_postMessage(channel="C0FINANCE", text="head")
    await shared(driver, channel_id="C0FINANCE", thread_ts=head["ts"])
    await page.get_by_role("button", name="1 reply").click()
    file = page.locator("figure.file")
    await expect(file).to_contain_text(TEXT.strip())
    async with page.context.expect_page() as opening:
        await file.get_by_role("link", name="All of it").click()
    opened = await opening.value
    await expect(opened.locator("body")).to_have_text(TEXT.strip())
