"""People at the desk: what they click, choose, fill in, and hear."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.scenarios.matter import Matter
from tests.scenarios.seeing import CHANNELS, Acknowledged, Json, Shown, Workspace

PEOPLE = {
    "ana": "U0ANA",
    "ben": "U0BEN",
    "cora": "U0CORA",
    "dev": "U0DEV",
    "elif": "U0ELIF",
    "finn": "U0FINN",
    "gus": "U0GUS",
    "hana": "U0HANA",
    "lena": "U0LENA",
    "mira": "U0MIRA",
}


@dataclass(frozen=True, slots=True)
class Seat:
    """One person at the desk."""

    user: str
    workspace: Workspace

    async def clicks(self, label: str, matter: Matter, **more: Any) -> Acknowledged:
        """Click a button on the card by its label, saying yes to whatever dialog it shows."""
        card = await matter.card(lambda seen: label in seen.buttons)
        return await self.clicks_element(card.buttons[label], matter, card.ts, **more)

    async def clicks_element(
        self, action_id: str, matter: Matter, ts: str, **more: Any
    ) -> Acknowledged:
        """Click an element by its id, on the card as it is or, when stale, as it was."""
        answer = await self.workspace.does(
            "click",
            user=self.user,
            channel=CHANNELS[matter.channel],
            ts=ts,
            action_id=action_id,
            confirmed=True,
            **more,
        )
        return Acknowledged.read(answer)

    async def chooses(self, option: str, matter: Matter) -> Acknowledged:
        """Choose from the card's overflow menu."""
        card = await matter.card(lambda seen: option in seen.menu)
        return await self.clicks_element(card.menus[option], matter, card.ts, option=option)

    async def presses(self, label: str, about: str) -> Shown:
        """Press a button inside the modal, by what a screen reader says of it."""
        view = await self.modal()
        element, block_id = view.button_inside(label, about)
        answer = await self.workspace.does(
            "click",
            user=self.user,
            view_id=view.content["id"],
            block_id=block_id,
            action_id=element["action_id"],
            value=element["value"],
        )
        assert Acknowledged.read(answer).acked, answer
        return await self.modal()

    async def modal(self, words: str = "") -> Shown:
        """Wait for the modal in front of this person."""
        return await self.workspace.until(
            lambda state: self._on_top(state, words), f"a modal that says “{words}” for {self.user}"
        )

    async def submits(self, fields: Mapping[str, Any] | None = None) -> Acknowledged:
        """Fill the modal in, by the labels of its inputs, and submit it."""
        view = await self.modal()
        given = {view.input(label): value for label, value in (fields or {}).items()}
        answer = await self.workspace.does(
            "submit", user=self.user, view_id=view.content["id"], values=given
        )
        return Acknowledged.read(answer)

    async def opens(self, label: str, matter: Matter) -> Shown:
        """Click a button, and give the modal it opens."""
        opened = await self.clicks(label, matter)
        assert opened.acked, opened
        return await self.modal()

    async def fills(self, label: str, matter: Matter, fields: Mapping[str, Any]) -> None:
        """Click a button, fill in what it asks for, and see the modal close."""
        await self.opens(label, matter)
        answer = await self.submits(fields)
        assert answer.acked, answer
        assert answer.action is None, (answer, (await self.modal()).words)

    async def approves(self, matter: Matter) -> None:
        """Look at every page of the review, and sign off."""
        view, page = await self.opens("Review & approve", matter), 1
        while "Next page" in view.buttons:
            page += 1
            view = await self.presses("Next page", f"Next page: {page}")
        answer = await self.submits()
        assert answer.acked, answer
        assert answer.action is None, (answer, (await self.modal()).words)

    async def types(self, words: str, channel: str = "#keyturn-admins") -> str:
        """Type /keyturn and words in a channel, and read what comes back to this person alone."""
        before = len((await self.workspace.state())["ephemerals"].get(self.user, []))
        answer = await self.workspace.does(
            "slash", user=self.user, channel=CHANNELS[channel], text=words
        )
        assert Acknowledged.read(answer).acked, answer
        said = (await self.workspace.state())["ephemerals"].get(self.user, [])[before:]
        return "\n".join(Shown(each).words for each in said)

    async def closes(self) -> None:
        """Close every modal."""
        view = await self.modal()
        await self.workspace.does("close", user=self.user, view_id=view.content["id"], all=True)

    async def has_no_modal(self) -> bool:
        return not (await self.workspace.state())["views"].get(self.user)

    async def hears(self, words: str) -> None:
        """Wait for a whisper."""
        await self.workspace.until(
            lambda state: words in self._whispers(state), f"“{words}” whispered to {self.user}"
        )

    async def heard(self) -> str:
        """Read every whisper so far."""
        return self._whispers(await self.workspace.state())

    def _whispers(self, state: Json) -> str:
        return "\n".join(str(each.get("text")) for each in state["ephemerals"].get(self.user, []))

    def _on_top(self, state: Json, words: str) -> Shown | None:
        views = state["views"].get(self.user) or []
        top = Shown(views[-1]) if views else None
        return top if top is not None and top.says(words) else None
