"""The stand-in as the stories look at a workspace, and as their people act in it.

What is said in channels and threads is read from the stand-in. It shows nobody's views, homes and
whispers, so those are taken from what the bot asked for and the stand-in agreed to.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import httpx

from tests.emulate.emulator import BOT, BOT_USER, CARETAKER, ROOMS, Emulator, Json
from tests.emulate.recorder import Asked, Recorder, Trouble
from tests.emulate.sending import Courier, elements_of, pressed, state_of
from tests.scenarios.seeing import PATIENCE, Workspace

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Room:
    """A conversation as it was read: its messages, and the threads under them."""

    count: int
    said: list[Json]
    threads: dict[str, list[Json]]


@dataclass(slots=True)
class Screens:
    """What is before each person: open views, the home, whispers."""

    seen: int = 0
    """How many of the bot's calls were looked at."""

    views: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    homes: dict[str, Json] = field(default_factory=dict)
    whispers: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    triggers: dict[str, str] = field(default_factory=dict)
    directs: dict[str, str] = field(default_factory=dict)
    """Our names of direct messages, and what the stand-in calls them."""
    read: dict[str, Room] = field(default_factory=dict)
    """What was read of each conversation, and at which count of changes."""


@dataclass(frozen=True, slots=True)
class ForeignWorkspace(Workspace):
    """A workspace that nobody here wrote, driven by signed requests."""

    emulator: Emulator
    recorder: Recorder
    courier: Courier
    noted: Callable[[str, str], Awaitable[bool]]
    """Says whether the bot has heard where it posted something."""
    screens: Screens = field(default_factory=Screens)
    before: frozenset[str] = frozenset()
    """The messages that stood there already: they belong to another story."""

    @classmethod
    async def begin(
        cls,
        emulator: Emulator,
        recorder: Recorder,
        courier: Courier,
        noted: Callable[[str, str], Awaitable[bool]],
    ) -> "ForeignWorkspace":
        """Look at it as somebody does for whom a story begins: only who talks to whom is known."""
        recorder.troubles.clear()
        workspace = cls(courier.client, emulator, recorder, courier, noted)
        for asked in recorder.of("conversations.open"):
            workspace._see(asked)
        workspace.screens.seen = len(recorder.asked)
        places = [*ROOMS, *workspace.screens.directs.values()]
        said = [each["ts"] for place in places for each in await workspace._said(place)]
        return replace(workspace, before=frozenset(said))

    async def state(self) -> Json:
        self._catch_up()
        messages: dict[str, list[Json]] = {}
        threads: dict[str, dict[str, list[Json]]] = {}
        for name, place in {**{room: room for room in ROOMS}, **self.screens.directs}.items():
            room = await self._read(place)
            messages[name], threads[name] = room.said, room.threads
        return {
            "messages": messages,
            "threads": threads,
            "views": self.screens.views,
            "homes": self.screens.homes,
            "ephemerals": self.screens.whispers,
            "cursor": len(self.recorder.asked),
        }

    async def until(self, found: Callable[[Json], T | None], what: str) -> T:
        deadline = time.monotonic() + PATIENCE
        while True:
            moved = self.recorder.moved
            seen = found(await self.state())
            if seen:
                return seen
            assert time.monotonic() < deadline, f"{what}: not seen within {PATIENCE:.0f} s"
            with suppress(TimeoutError):
                await asyncio.wait_for(moved.wait(), 1.0)

    async def until_so(self, so: Callable[[], Awaitable[bool]], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not await so():
            assert time.monotonic() < deadline, f"{what}: not so within {PATIENCE:.0f} s"
            with suppress(TimeoutError):
                await asyncio.wait_for(self.recorder.moved.wait(), 0.1)

    async def fault(self, kind: str, method: str, **more: Any) -> None:
        """Let the next calls of a method fail, or all of them."""
        times, channel = more.get("times", 1), more.get("channel")
        self.recorder.troubles.append(Trouble(kind, method, times, channel))

    async def heals(self) -> None:
        self.recorder.troubles.clear()

    async def calls(self, method: str) -> list[Json]:
        asked = [each for each in self.recorder.asked if each.method == method]
        return [{"arguments": each.arguments, "told": each.told} for each in asked]

    async def does(self, what: str, **body: Any) -> Json:
        """Do something as a person, and give how the app answered."""
        doing: dict[str, Callable[..., Awaitable[Json]]] = {
            "click": self._clicks,
            "submit": self._submits,
            "close": self._closes,
            "slash": self._types,
            "shortcut": self._chooses,
            "say": self._says,
            "revise": self._revises,
            "unsay": self._takes_back,
            "open_home": self._opens_home,
            "archive": self._archives,
        }
        return await doing[what](**body)

    async def _clicks(
        self, *, user: str, action_id: str, channel: str = "", view_id: str = "", **more: Any
    ) -> Json:
        where = await self._in_view(user, view_id) if view_id else None
        where = where or await self._on_message(user, channel, str(more["ts"]))
        blocks = [
            *self._seen_of(where).get("blocks", []),
            *(block for each in self._before(more) for block in each.get("blocks", [])),
        ]
        block_id = more.get("block_id")
        found = [
            (element, block)
            for element, block in elements_of(blocks)
            if element["action_id"] == action_id and block_id in {None, block.get("block_id")}
        ]
        forged = more.get("payload", {})
        made = [pressed(*found[0], more.get("option"))] if "actions" not in forged else []
        payload = {"type": "block_actions", **where, "actions": made, **forged}
        return _report(await self.courier.interaction(user, payload))

    async def _on_message(self, user: str, channel: str, ts: str) -> Json:
        room = self._place(channel)
        message = next(each for each in await self._said(room) if each["ts"] == ts)
        return {
            "trigger_id": await self._trigger(user),
            "container": {
                "type": "message",
                "message_ts": ts,
                "channel_id": room,
                "is_ephemeral": False,
            },
            "channel": {"id": room, "name": "a-channel"},
            "message": message,
            "state": {"values": {}},
            # The stand-in takes nothing by this address; the card must follow all the same.
            "response_url": f"{self.recorder.url}response_url_that_is_not",
        }

    async def _in_view(self, user: str, view_id: str) -> Json:
        self._catch_up()
        shown = [*self.screens.views[user], self.screens.homes.get(user, {})]
        view = next(each for each in shown if each.get("id") == view_id)
        return {
            "trigger_id": await self._trigger(user, view_id),
            "container": {"type": "view", "view_id": view_id},
            "view": {**view, "state": {"values": state_of(view["blocks"], {})}},
        }

    def _seen_of(self, where: Json) -> Json:
        return dict(where.get("message") or where["view"])

    def _before(self, more: Json) -> list[Json]:
        """List what a message showed before, the latest first, for who clicks on that."""
        if not more.get("stale"):
            return []
        told = self.recorder.of("chat.postMessage", "chat.update")
        return [each.arguments for each in reversed(told) if each.told.get("ts") == more.get("ts")]

    async def _submits(self, *, user: str, view_id: str, values: Json) -> Json:
        self._catch_up()
        view = self.screens.views[user][-1]
        assert view["id"] == view_id
        state = state_of(view["blocks"], values)
        payload = {
            "type": "view_submission",
            "trigger_id": await self._trigger(user, view_id),
            "view": {**view, "state": {"values": state}},
            "response_urls": [],
        }
        answer = await self.courier.interaction(user, payload)
        report = _report(answer)
        if report["acked"]:
            await self._answered(user, view, report)
        return report

    async def _answered(self, user: str, view: Json, report: Json) -> None:
        """Do with the view what the app answered, as Slack does."""
        self._catch_up()
        match report.get("response_action"):
            case "update":
                told = await self.emulator.call(
                    "views.update", view_id=view["id"], view=report["view"]
                )
                self._redraw({**told["view"], "blocks": _named(told["view"]["blocks"])})
            case "push":
                trigger = await self.emulator.trigger(user, view["id"])
                told = await self.emulator.call(
                    "views.push", trigger_id=trigger, view=report["view"]
                )
                self.screens.views[user].append(told["view"])
            case "clear":
                self.screens.views[user].clear()
            case "errors":
                pass  # it stays, with what is wrong beside its inputs
            case _:
                self.screens.views[user].pop()

    async def _closes(self, *, user: str, **_: Any) -> Json:
        self.screens.views[user].clear()
        return {"ok": True}

    async def _types(self, *, user: str, channel: str, text: str) -> Json:
        room, trigger = self._place(channel), await self._trigger(user)
        answer = await self.courier.command(user, room, text, trigger)
        if answer.is_success and answer.content:
            self.screens.whispers[user].append(answer.json())
        return _report(answer)

    async def _chooses(self, *, user: str, callback_id: str, **where: str) -> Json:
        payload: Json = {"type": "shortcut", "callback_id": callback_id}
        if where:
            on = await self._on_message(user, where["channel"], where["ts"])
            payload |= {**on, "type": "message_action", "message_ts": where["ts"]}
        payload |= {"trigger_id": await self._trigger(user), "action_ts": f"{time.time():.6f}"}
        return _report(await self.courier.interaction(user, payload))

    async def _says(self, *, user: str, channel: str, text: str, thread_ts: str = "") -> Json:
        where = {"thread_ts": thread_ts} if thread_ts else {}
        room = self._place(channel)
        if thread_ts:  # People are slower than the bot, which hears of its card in a moment.
            await self.until_so(lambda: self.noted(room, thread_ts), "the card is noted")
        told = await self.emulator.as_person(
            user, "chat.postMessage", channel=room, text=text, **where
        )
        return await self.tells(room, {**told["message"]}, ts=told["ts"])

    async def _revises(self, *, user: str, channel: str, ts: str, text: str) -> Json:
        room = self._place(channel)
        before = await self._reply(room, ts)
        told = await self.emulator.as_person(user, "chat.update", channel=room, ts=ts, text=text)
        change = {"message": told["message"], "previous_message": before}
        return await self.tells(room, {"subtype": "message_changed", "hidden": True, **change})

    async def _takes_back(self, *, user: str, channel: str, ts: str) -> Json:
        room = self._place(channel)
        before = await self._reply(room, ts)
        await self.emulator.as_person(user, "chat.delete", channel=room, ts=ts)
        gone = {"deleted_ts": ts, "previous_message": before}
        return await self.tells(room, {"subtype": "message_deleted", "hidden": True, **gone})

    async def tells(self, room: str, event: Json, **more: Any) -> Json:
        """Tell the app what was said in a channel it is in."""
        whole = {
            "type": "message",
            "channel": room,
            "channel_type": "channel",
            "event_ts": f"{time.time():.6f}",
            **event,
        }
        self.recorder.touched[room] += 1
        return {**_report(await self.courier.event(whole)), **more}

    async def _opens_home(self, *, user: str) -> Json:
        self._catch_up()
        home = self.screens.homes.get(user)
        event = {
            "type": "app_home_opened",
            "user": user,
            "channel": await self.emulator.direct(user),
            "tab": "home",
            "event_ts": f"{time.time():.6f}",
            **({} if home is None else {"view": home}),
        }
        return _report(await self.courier.event(event))

    async def _archives(self, *, channel: str, back: bool = False) -> Json:
        method = "conversations.unarchive" if back else "conversations.archive"
        return await self.emulator.call(method, CARETAKER, channel=self._place(channel))

    def _place(self, channel: str) -> str:
        return self.screens.directs.get(channel, channel)

    async def _read(self, room: str) -> Room:
        """Read a conversation, unless nothing was said in it since."""
        count, known = self.recorder.touched[room], self.screens.read.get(room)
        if known is not None and known.count == count:
            return known
        said = [each for each in await self._said(room) if each["ts"] not in self.before]
        replied = [each["ts"] for each in said if each.get("reply_count")]
        threads = {ts: await self._replies(room, ts) for ts in replied}
        self.screens.read[room] = Room(count, said, threads)
        return self.screens.read[room]

    async def _said(self, room: str) -> list[Json]:
        return [_as_slack_does(each) for each in await self.emulator.history(room)]

    async def _replies(self, room: str, ts: str) -> list[Json]:
        return [_as_slack_does(each) for each in await self.emulator.replies(room, ts)]

    async def _reply(self, room: str, ts: str) -> Json:
        """Find what somebody wrote in some thread."""
        for each in await self._said(room):
            for reply in await self._replies(room, each["ts"]):
                if reply["ts"] == ts:
                    return reply
        raise LookupError(ts)

    async def _trigger(self, user: str, view: str | None = None) -> str:
        trigger = await self.emulator.trigger(user, view)
        self.screens.triggers[trigger] = user
        return trigger

    def _catch_up(self) -> None:
        """Look at what the bot asked for since the last look."""
        news = self.recorder.asked[self.screens.seen :]
        self.screens.seen += len(news)
        for asked in news:
            if asked.done:
                self._see(asked)

    def _see(self, asked: Asked) -> None:
        told, arguments = asked.told, asked.arguments
        if "view" in told:
            told["view"]["blocks"] = _named(told["view"]["blocks"])
        match asked.method:
            case "views.open" | "views.push":
                user = self.screens.triggers[arguments["trigger_id"]]
                if asked.method == "views.open":
                    self.screens.views[user].clear()
                self.screens.views[user].append(told["view"])
            case "views.update":
                self._redraw(told["view"])
            case "views.publish":
                self.screens.homes[arguments["user_id"]] = told["view"]
            case "chat.postEphemeral":
                self.screens.whispers[arguments["user"]].append(arguments)
            case "conversations.open":
                name = f"D{arguments['users'].removeprefix('U')}"
                self.screens.directs[name] = told["channel"]["id"]
            case _:
                pass  # everything else is said where it can be read

    def _redraw(self, view: Json) -> None:
        for stack in self.screens.views.values():
            stack[:] = [view if each["id"] == view["id"] else each for each in stack]


def _as_slack_does(message: Json) -> Json:
    """Add to a message what Slack adds and the stand-in does not."""
    by_app = {"bot_id": BOT} if message.get("user") == BOT_USER else {}
    return {**message, **by_app, "blocks": _named(message.get("blocks", []))}


def _named(blocks: list[Json]) -> list[Json]:
    """Name the blocks that have no name, as Slack does."""
    return [{"block_id": f"made_up_{at}", **block} for at, block in enumerate(blocks)]


def _report(answer: httpx.Response) -> Json:
    """Write down how the app answered."""
    acked = answer.status_code == 200
    body = answer.json() if acked and answer.text.startswith("{") else {}
    return {
        "ok": True,
        "acked": acked,
        "status": answer.status_code,
        "problem": None if acked else answer.text,
        "trouble": None,
        **body,
    }
