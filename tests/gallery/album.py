"""The album: which pictures there are, what each of them shows, and where they are kept.

Every picture is taken of a real run. `KEYTURN_WRITE_GALLERY=1` takes them anew; without it a story
checks that what would be in the picture is there to be seen, and that the picture exists.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.gallery.pictures import PICTURES
from tests.gallery.shrinking import shrunk
from tests.scenarios.matter import Matter
from tests.scenarios.people import PEOPLE
from tests.scenarios.seeing import CHANNELS

FOLDER = Path(__file__).parents[2] / "docs" / "gallery"
WIDTH = 900
PHONE = 390
WIDE = 1100
HEIGHT = 900
TALL = 2400
WRITING = os.environ.get("KEYTURN_WRITE_GALLERY") == "1"


@dataclass(frozen=True)
class Album:
    """A browser's window on the workspace, and the pictures taken through it."""

    page: Page
    url: str
    width: int = WIDTH

    def on_a_phone(self) -> "Album":
        """Give the same window, as narrow as a phone's."""
        return replace(self, width=PHONE)

    async def card(self, name: str, matter: Matter, *words: str, seen_by: str) -> None:
        """Keep a card as it stands in its channel, once it says the words."""
        shown = await matter.says(*words)
        await self._go(seen_by, CHANNELS[matter.channel])
        card = self.page.locator(f'#list article[data-ts="{shown.ts}"]')
        for each in words:
            await expect(card).to_contain_text(each)
        await self._keep(name, card)

    async def window(self, name: str, matter: Matter, *words: str, seen_by: str) -> None:
        """Keep the whole page with a card on it, as wide as a desk's screen."""
        wide = replace(self, width=WIDE)
        shown = await matter.says(*words)
        await wide._go(seen_by, CHANNELS[matter.channel])
        card = self.page.locator(f'#list article[data-ts="{shown.ts}"]')
        height = await wide._down_to(card, "#composer")
        await wide._keep(name, self.page.locator("body"), height)

    async def thread(self, name: str, matter: Matter, *words: str, seen_by: str) -> None:
        """Keep what the thread under a card says last of the words."""
        await matter.thread_says(*words)
        replies = await self._thread(matter, seen_by)
        for each in words:
            await expect(replies).to_contain_text(each)
        await self._keep(name, replies.locator("article", has_text=words[-1]).last)

    async def answered(self, name: str, said: str, words: str, matter: Matter, by: str) -> None:
        """Keep a comment in a thread together with what its author alone is told of it."""
        replies = await self._thread(matter, by)
        await expect(replies.locator("article", has_text=said).first).to_be_visible()
        whisper = replies.locator(".whisper", has_text=words)
        height = await self._down_to(whisper, "#answer")
        await self._keep(name, self.page.locator("#thread"), height)

    async def menu(self, name: str, matter: Matter, entry: str, *, seen_by: str) -> None:
        """Open the menu of a card's message, and keep the card with what the menu offers."""
        shown = await matter.card()
        await self._go(seen_by, CHANNELS[matter.channel])
        card = self.page.locator(f'#list article[data-ts="{shown.ts}"]')
        await card.hover()
        await card.get_by_label("More message actions").click()
        await expect(card.get_by_role("menuitem", name=entry)).to_be_visible()
        await self._keep(name, card)

    async def modal(self, name: str, *words: str, seen_by: str) -> None:
        """Keep the modal in front of somebody."""
        await self._go(seen_by, "C0GENERAL")
        # What people typed elsewhere this window cannot know; it would show its own.
        await self.page.reload()
        modal = self.page.locator("#modal")
        for each in words:
            await expect(modal).to_contain_text(each)
        await self._keep(name, modal)

    async def whisper(self, name: str, words: str, *, seen_by: str, channel: str) -> None:
        """Keep what only one person is told."""
        await self._go(seen_by, CHANNELS[channel])
        whisper = self.page.locator("#list .whisper", has_text=words).last
        await self._keep(name, whisper)

    async def direct(self, name: str, words: str, *, seen_by: str) -> None:
        """Keep a direct message."""
        user = PEOPLE[seen_by.strip("_")]
        await self._go(seen_by, f"D{user.removeprefix('U')}")
        message = self.page.locator("#list article", has_text=words).last
        await self._keep(name, message)

    async def said(self, name: str, words: str, *, seen_by: str, channel: str) -> None:
        """Keep a message in a channel that is no card."""
        await self._go(seen_by, CHANNELS[channel])
        message = self.page.locator("#list article", has_text=words).last
        await self._keep(name, message)

    async def home(self, name: str, *words: str, seen_by: str) -> None:
        """Keep somebody's App Home."""
        await self._go(seen_by, "home")
        home = self.page.locator(".home-view")
        for each in words:
            await expect(home).to_contain_text(each)
        await self._keep(name, home)

    async def asks_first(self, name: str, label: str, matter: Matter, *, seen_by: str) -> None:
        """Press a button that asks before it acts, keep the dialog, and think better of it."""
        shown = await matter.card(lambda seen: label in seen.buttons)
        await self._go(seen_by, CHANNELS[matter.channel])
        card = self.page.locator(f'#list article[data-ts="{shown.ts}"]')
        await card.get_by_text(label, exact=True).click()
        await self._keep(name, self.page.locator("#confirm"))
        await self.page.keyboard.press("Escape")

    async def refused(
        self, name: str, typed: Mapping[str, str], error: str, *chosen: str, seen_by: str
    ) -> None:
        """Type and choose in the modal what it will not take, submit it, and keep what it says."""
        await self._go(seen_by, "C0GENERAL")
        modal = self.page.locator("#modal")
        for label, words in typed.items():
            await modal.get_by_label(label).first.fill(words)
        for option in chosen:
            await modal.get_by_label(option, exact=True).check()
        await modal.locator("[data-submit]").click()
        await expect(modal.locator(".error")).to_have_count(1)
        await expect(modal.locator(".error")).to_contain_text(error)
        await self._keep(name, modal)

    async def _go(self, person: str, channel: str, more: str = "") -> None:
        user = PEOPLE[person.strip("_")]
        await self._tall(HEIGHT)
        await self.page.goto(f"{self.url}/#user={user}&channel={channel}{more}")
        await expect(self.page.get_by_label("You are:")).to_have_value(user)

    async def _thread(self, matter: Matter, person: str) -> Locator:
        shown = await matter.card()
        await self._go(person, CHANNELS[matter.channel], f"&thread={shown.ts}")
        return self.page.locator("#replies")

    async def _keep(self, name: str, shown: Locator, height: int = TALL) -> None:
        assert name in PICTURES, f"{name} is not in tests/gallery/pictures.py"
        await expect(shown).to_be_visible()
        picture = FOLDER / f"{name}.png"
        if WRITING:
            # High enough for all of it, so that nothing is cut off.
            await self._tall(height)
            await shown.evaluate("node => node.scrollIntoView()")
            picture.write_bytes(shrunk(await shown.screenshot(animations="disabled")))
        assert picture.exists(), f"{picture} is missing; KEYTURN_WRITE_GALLERY=1 takes it"

    async def _down_to(self, last: Locator, below: str) -> int:
        """Say how high the window must be to end with something and what stands below it."""
        await self._tall(TALL)
        box, foot = await last.bounding_box(), await self.page.locator(below).bounding_box()
        assert box is not None
        assert foot is not None
        return round(box["y"] + box["height"] + foot["height"]) + 30

    async def _tall(self, height: int) -> None:
        await self.page.set_viewport_size({"width": self.width, "height": height})
