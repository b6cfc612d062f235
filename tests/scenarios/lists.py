"""People in their own lists: the App Home, or the same lists in a modal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.scenarios.matter import Matter
from tests.scenarios.people import Seat
from tests.scenarios.seeing import CHANNELS, Acknowledged, Json, Shown


@dataclass(frozen=True, slots=True)
class Lists:
    """One person who looks at their lists."""

    seat: Seat
    in_modal: bool = False

    async def opens(self) -> "Lists":
        """Open the App Home, and wait until it is drawn for the first time."""
        await self.seat.workspace.does("open_home", user=self.seat.user)
        await self.shown()
        return self

    async def shown(self, when: Callable[[Shown], bool] = lambda seen: True) -> Shown:
        """Wait until the lists look as asked for."""
        latest = ""

        def found(state: Json) -> Shown | None:
            nonlocal latest
            seen = self._seen(state)
            latest = "(nothing)" if seen is None else seen.words
            return seen if seen is not None and when(seen) else None

        try:
            return await self.seat.workspace.until(found, f"the lists of {self.seat.user}")
        except AssertionError as error:
            raise AssertionError(f"{error}\nThey read:\n{latest}") from None

    async def says(self, *words: str) -> Shown:
        """Wait until the lists say all of this."""
        return await self.shown(lambda seen: seen.says(*words))

    async def entries(self, count: int) -> list[str]:
        """Wait until so many entries are shown, and read what each is about."""
        shown = await self.shown(lambda seen: len(_entries(seen)) == count)
        return [str(block["text"]["text"]) for block in _entries(shown)]

    async def presses(self, label: str) -> Acknowledged:
        """Click a button by the beginning of its label."""
        shown = await self.shown(lambda seen: bool(_buttons(seen, label)))
        button = _buttons(shown, label)[0]
        return await self._clicks(shown, button["action_id"])

    async def chooses(self, option: str) -> Acknowledged:
        """Choose from one of the selects."""
        shown = await self.shown(lambda seen: bool(_selects(seen, option)))
        action = _selects(shown, option)[0]["action_id"]
        return await self._clicks(shown, action, option=option)

    async def opens_entry(self, words: str) -> Shown:
        """Open one entry, and give the modal with everything about it."""
        shown = await self.says(words)
        block = next(each for each in _entries(shown) if words in each["text"]["text"])
        accessory = block["accessory"]["action_id"]
        answer = await self._clicks(shown, accessory, block_id=block["block_id"])
        assert answer.acked, answer
        return await self.seat.modal(words)

    async def forges(self, label: str, value: str) -> Acknowledged:
        """Send a click whose value we never drew."""
        shown = await self.shown()
        action = _buttons(shown, label)[0]["action_id"]
        forged = {"actions": [{"action_id": action, "type": "button", "value": value}]}
        return await self._clicks(shown, action, payload=forged)

    async def forges_entry(self, proposal: str) -> Acknowledged:
        """Send a click on an entry for a proposal that it does not show."""
        shown = await self.shown(lambda seen: bool(_entries(seen)))
        block = _entries(shown)[0]
        action = {**block["accessory"], "block_id": block["block_id"], "value": proposal}
        return await self._clicks(shown, action["action_id"], payload={"actions": [action]})

    async def _clicks(self, shown: Shown, action_id: str, **more: Any) -> Acknowledged:
        answer = await self.seat.workspace.does(
            "click",
            user=self.seat.user,
            view_id=shown.content["id"],
            action_id=action_id,
            **more,
        )
        return Acknowledged.read(answer)

    def _seen(self, state: Json) -> Shown | None:
        if not self.in_modal:
            home = state["homes"].get(self.seat.user)
            return None if home is None else Shown(home)
        views = state["views"].get(self.seat.user) or []
        return Shown(views[-1]) if views else None


async def chooses_shortcut(seat: Seat, callback_id: str, on: Matter | None = None) -> Lists:
    """Choose an entry of the app's in Slack's menus, anywhere or on a card."""
    where = {}
    if on is not None:
        where = {"channel": CHANNELS[on.channel], "ts": (await on.card()).ts}
    answer = await seat.workspace.does("shortcut", user=seat.user, callback_id=callback_id, **where)
    assert Acknowledged.read(answer).acked, answer
    return Lists(seat, in_modal=True)


def _entries(shown: Shown) -> list[Json]:
    return [each for each in shown.content["blocks"] if "Open" in _accessory(each)]


def _buttons(shown: Shown, label: str) -> list[Json]:
    """Find the buttons whose label begins so, beside a text or among others."""
    found = [
        element
        for block in shown.content["blocks"]
        for element in [*block.get("elements", []), block.get("accessory") or {}]
        if element.get("type") == "button" and element["text"]["text"].startswith(label)
    ]
    return list(found)


def _accessory(block: Mapping[str, Any]) -> str:
    accessory = block.get("accessory") or {}
    return str((accessory.get("text") or {}).get("text", ""))


def _selects(shown: Shown, option: str) -> list[Json]:
    return [
        element
        for block in shown.content["blocks"]
        for element in block.get("elements", [])
        if element.get("type") == "static_select"
        and any(option == each["text"]["text"] for each in element["options"])
    ]
