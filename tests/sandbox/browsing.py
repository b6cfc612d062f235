"""The sandbox's page in a real browser, and the promise that it breaks nothing and calls nobody."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from sandbox import Options, Sandbox, Step

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
TOUR = (
    Step("The refund", "Press the green button on the card.", "U0BEN", "C0SUPPORT", "ORD-7"),
    Step("Your home", "See what waits for you.", "U0CORA", "home"),
)


@pytest.fixture
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    """Run a browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        await browser.close()


@asynccontextmanager
async def looking(
    browser: Browser, url: str, width: int = 1280, height: int = 900
) -> AsyncIterator[Page]:
    """Open a page; whatever it does, it may not break, nor ask anybody else for anything."""
    page = await browser.new_page(viewport={"width": width, "height": height})
    faults: list[str] = []
    outside: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda asked: outside.append(asked.url))
    try:
        yield page
        assert faults == []
        assert [one for one in outside if not one.startswith(url)] == []
    finally:
        await page.close()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Run a sandbox that suggests two things to try."""
    async with Sandbox(Options(ack_seconds=0.5, tour=TOUR)) as running:
        yield running


@pytest.fixture
async def page(browser: Browser, sandbox: Sandbox) -> AsyncIterator[Page]:
    """Look at #finance-approvals as Ana."""
    async with looking(browser, sandbox.url) as page:
        await page.goto(f"{sandbox.url}/#user=U0ANA&channel=C0FINANCE")
        await expect(page.locator("#place")).to_contain_text("finance-approvals")
        yield page
