"""What people see: messages with their words and buttons, and the workspace they are in."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

PATIENCE = 60.0

T = TypeVar("T")
Json = dict[str, Any]

CHANNELS = {
    "#support-review": "C0SUPPORT",
    "#finance-approvals": "C0FINANCE",
    "#executive-approvals": "C0EXEC",
    "#ops-alerts": "C0OPS",
    "#keyturn-admins": "C0ADMINS",
    "#sre-review": "C0SRE",
    "#fallback-review": "C0FALLBACK",
    "#engineering-review": "C0ENG",
    "@lena": "D0LENA",
}
"""Channels by name, and direct messages by whom they are with."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message or a modal as people see it: all its words, and what can be clicked."""

    content: Mapping[str, Any]

    @property
    def ts(self) -> str:
        return str(self.content["ts"])

    @property
    def words(self) -> str:
        """Everything that can be read on it, in reading order."""
        return "\n".join(_words(self.content.get("blocks", [])))

    @property
    def is_a_question(self) -> bool:
        """Whether it only asks, or asked, and decides nothing."""
        return self.words.startswith(("Question from", "Answered:", "No longer needed:"))

    @property
    def buttons(self) -> dict[str, str]:
        """The labels of its buttons without whose they are, with their action ids."""
        return {
            element["text"]["text"].partition(" (")[0]: element["action_id"]
            for element in self._elements()
            if element.get("type") == "button"
        }

    @property
    def menu(self) -> dict[str, str]:
        """What its overflow menu offers, with the values."""
        return {
            option["text"]["text"]: option["value"]
            for element in self._elements()
            if element.get("type") == "overflow"
            for option in element["options"]
        }

    @property
    def menus(self) -> dict[str, str]:
        """What its overflow menus offer, with the menu's own action id."""
        return {
            option["text"]["text"]: element["action_id"]
            for element in self._elements()
            if element.get("type") == "overflow"
            for option in element["options"]
        }

    @property
    def values(self) -> dict[str, str]:
        """What its buttons carry, by label."""
        return {
            element["text"]["text"]: element["value"]
            for element in self._elements()
            if element.get("type") == "button"
        }

    def button_inside(self, label: str, about: str) -> tuple[Json, str]:
        """Find a button by its label and what a screen reader says of it, with its block."""
        found = [
            (element, str(block["block_id"]))
            for block in self.content.get("blocks", [])
            for element in block.get("elements", [])
            if element.get("type") == "button"
            and element["text"]["text"] == label
            and about in element["accessibility_label"]
        ]
        assert len(found) == 1, f"{label}, {about}: {len(found)} found"
        return found[0]

    @property
    def inputs(self) -> dict[str, str]:
        """The labels of its inputs, with their block ids."""
        return {
            block["label"]["text"]: block["block_id"]
            for block in self.content.get("blocks", [])
            if block["type"] == "input"
        }

    def input(self, label: str) -> str:
        """Name the input whose label begins so."""
        known = {name.lower(): block_id for name, block_id in self.inputs.items()}
        found = [known[name] for name in known if name.startswith(label.lower())]
        assert len(found) == 1, f"{label}: {list(self.inputs)}"
        return found[0]

    def says(self, *words: str) -> bool:
        return all(each in self.words for each in words)

    def holds(self, label: str) -> str | None:
        """What an input holds before anybody types."""
        block_id = self.input(label)
        block = next(each for each in self.content["blocks"] if each.get("block_id") == block_id)
        value: str | None = block["element"].get("initial_value")
        return value

    def _elements(self) -> list[Json]:
        blocks = self.content.get("blocks", [])
        return [one for block in blocks for one in block.get("elements", []) if "type" in one]


def _words(value: Any) -> list[str]:
    if isinstance(value, list):
        return [word for each in value for word in _words(each)]
    if not isinstance(value, dict):
        return []
    own = value.get("text")
    found = [own] if isinstance(own, str) else []
    return found + [word for key, each in value.items() if key != "value" for word in _words(each)]


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """How the app answered something a person did."""

    acked: bool
    status: int | None
    problem: str | None
    action: str | None
    errors: Mapping[str, str]
    trouble: str | None

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> "Acknowledged":
        assert body["ok"], body
        return cls(
            acked=body["acked"],
            status=body["status"],
            problem=body["problem"],
            action=body.get("response_action"),
            errors=body.get("errors") or {},
            trouble=body.get("trouble"),
        )


@dataclass(frozen=True, slots=True)
class Workspace:
    """The sandbox, driven over HTTP."""

    client: httpx.AsyncClient

    async def state(self) -> Json:
        return dict((await self.client.get("/_sandbox/state")).json())

    async def does(self, what: str, **body: Any) -> Json:
        """Do something, and give the sandbox's answer."""
        return dict((await self.client.post(f"/_sandbox/{what}", json=body)).json())

    async def fault(self, kind: str, method: str, **more: Any) -> None:
        """Let Slack misbehave at its next call of a method."""
        answer = await self.does("faults", kind=kind, method=method, **more)
        assert answer["ok"], answer

    async def heals(self) -> None:
        """Forget every fault that is still to come."""
        await self.client.delete("/_sandbox/faults")

    async def calls(self, method: str) -> list[Json]:
        """What the bot asked of one method."""
        answer = await self.client.get("/_sandbox/calls", params={"method": method})
        return list(answer.json()["calls"])

    async def last_delivery(self) -> Json:
        """What the bot was sent last."""
        answer = (await self.client.get("/_sandbox/deliveries")).json()["deliveries"]
        return dict(answer[-1])

    async def until(self, found: Callable[[Json], T | None], what: str) -> T:
        """Wait until something can be seen, and give it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            state = await self.state()
            seen = found(state)
            if seen:
                return seen
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"{what}: not seen within {PATIENCE:.0f} s")
            await self.client.get(
                "/_sandbox/events", params={"after": state["cursor"], "timeout": min(left, 1.0)}
            )

    async def until_so(self, so: Callable[[], Awaitable[bool]], what: str) -> None:
        """Wait until something is so that a look at the messages does not tell."""
        deadline = time.monotonic() + PATIENCE
        while not await so():
            assert time.monotonic() < deadline, f"{what}: not so within {PATIENCE:.0f} s"
            cursor = (await self.state())["cursor"]
            await self.client.get("/_sandbox/events", params={"after": cursor, "timeout": 0.1})


def cards_about(state: Json, channel: str, proposal: str) -> list[Shown]:
    """Find the cards of a proposal in a channel: the messages whose blocks name it."""
    messages = state["messages"].get(CHANNELS[channel], [])
    return [Shown(each) for each in messages if _is_card(each, proposal)]


def _is_card(message: Mapping[str, Any], proposal: str) -> bool:
    stands_alone = message.get("thread_ts") in (None, message.get("ts"))
    values = [*Shown(message).values.values(), *Shown(message).menu.values()]
    footer = Shown(message).words.rsplit("\n", 1)[-1]
    named = any(proposal in value for value in values) or footer.startswith(f"{proposal} ·")
    return stands_alone and named


def said_in_thread(state: Json, channel: str, ts: str) -> str:
    """Read everything in the thread under a message."""
    replies = state["threads"].get(CHANNELS[channel], {}).get(ts, [])
    return "\n".join(f"{each.get('text')}\n{Shown(each).words}" for each in replies)


async def no_fault_is_left(workspace: Workspace) -> bool:
    """Say whether every fault that was planned has struck."""
    return not (await workspace.client.get("/_sandbox/faults")).json()["faults"]
