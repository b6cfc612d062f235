"""The demo's agent: proposes through the queue, waits, does exactly what people approved."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.demo.answering import answer_to, other_draft
from bot.demo.console import AgentConsole, stands
from bot.demo.scene import Act, Scene
from keyturn import (
    ActionPaused,
    Answer,
    AsyncKeyturn,
    DeadLettered,
    Decision,
    GatewayUnreachable,
    KeyturnError,
    Question,
    StillWaiting,
)
from keyturn.queue import QueuedProposal, QueueUnavailable, SqlQueue

_UNTIL_ASKED_AGAIN = 5.0
"""Seconds, where a gateway does not say when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast the agent is, in seconds; people must be able to follow, and tests must not wait."""

    between_proposals: float = 1.5
    between_acts: float = 25.0
    before_executing: float = 8.0
    executing: float = 1.5
    looking_around: float = 2.0


class DemoAgent:
    """Works through the story, and through whatever else is proposed under its name."""

    def __init__(
        self,
        *,
        gateway: AsyncKeyturn,
        queue: SqlQueue,
        console: AgentConsole,
        story: tuple[Act, ...],
        pace: Pace,
    ) -> None:
        self._gateway = gateway
        self._queue = queue
        self._console = console
        self._story = story
        self._pace = pace
        self._followed: set[str] = set()
        self._closed_before: set[str] = set()
        self._made = 0

    async def work(self, finished: Callable[[], None]) -> None:
        """Propose, follow every proposal to its end, and then what others propose for it."""
        async with asyncio.TaskGroup() as group:
            for act in self._story:
                await self._leave_time_to_look(act)
                for scene in act.scenes:
                    proposal = await self._proposed(scene)
                    self._followed.add(proposal)
                    group.create_task(self._follow(proposal, scene, group))
            finished()
            await self._adopt(group)

    async def _leave_time_to_look(self, act: Act) -> None:
        """Announce the act, a while after the one before it if that has only just been proposed."""
        if self._made and self._pace.between_acts:
            words = f"follows in {self._pace.between_acts:.0f} s; try what is there meanwhile"
            self._console.say(act.title, words, "dim")
            await asyncio.sleep(self._pace.between_acts)
        self._made = 0
        lines = () if await self._begun(act) else act.words
        self._console.announce("", f"  {act.title}", *(f"  {line}" for line in lines), "")

    async def _begun(self, act: Act) -> bool:
        with contextlib.suppress(GatewayUnreachable):
            return bool((await self._gateway.page(idempotency_key=act.scenes[0].key)).proposals)
        return False

    async def _proposed(self, scene: Scene) -> str:
        """Propose, however often it takes: the same proposal again is still the same one."""
        while True:
            try:
                return await self._propose(scene)
            except (GatewayUnreachable, QueueUnavailable) as error:
                self._console.say(scene.title, f"could not be proposed yet: {error}", "yellow")
                await asyncio.sleep(self._pace.looking_around)

    async def _propose(self, scene: Scene) -> str:
        """Enqueue a proposal, or find the one an earlier run made."""
        known = await self._gateway.page(idempotency_key=scene.key)
        if known.proposals:
            standing = stands(known.proposals[0])
            self._console.say(scene.title, f"was proposed earlier and is {standing}", "dim")
            if known.proposals[0].closed:
                self._closed_before.add(known.proposals[0].id)
            return known.proposals[0].id
        queued = await asyncio.to_thread(
            self._queue.propose, scene.action, scene.parameters, **scene.details
        )
        self._made += 1
        self._followed.add(queued.id)  # before a look around could take it up as somebody else's
        self._console.say(scene.title, f"proposed ({scene.action}). {scene.then}")
        await self._taken_in(scene, queued)
        await asyncio.sleep(self._pace.between_proposals)
        return queued.id

    async def _taken_in(self, scene: Scene, queued: QueuedProposal) -> None:
        while True:
            try:
                latest = await asyncio.to_thread(queued.latest)
            except DeadLettered as dead:
                self._console.say(scene.title, str(dead), "red")
                return
            if latest is not None:
                return
            await asyncio.sleep(0.1)

    async def _follow(self, proposal: str, scene: Scene, group: asyncio.TaskGroup) -> None:
        """Wait for people, carry out what they approved, and go on listening to them."""
        try:
            decision = await self._decided(proposal, scene)
            other = other_draft(decision, scene)
            if other is not None:
                await self._try_otherwise(other, group)
            elif decision.approved and decision.after.outcome is None:
                decision = await self._seen_through(decision, scene)
        except KeyturnError as error:
            self._console.say(scene.title, str(error), "red")
            return
        if decision.after.outcome is not None:
            group.create_task(self._heed_rollback(decision, scene))

    async def _decided(self, proposal: str, scene: Scene) -> Decision:
        async def answer(question: Question) -> Answer:
            asked_by = f" by {self._console.named(question.asked_by)}" if question.asked_by else ""
            self._console.say(scene.title, f"asked{asked_by}: {question.text}", "magenta")
            now = await self._gateway.read(proposal)
            said = answer_to(question, scene, now.current_parameters)
            self._console.say(scene.title, f"answers: {said.text}")
            return said

        decision = await self._gateway.pending(proposal).wait(on_question=answer)
        if proposal not in self._closed_before:
            self._console.decided(scene.title, decision)
            if decision.handed_back is not None:
                back = decision.handed_back
                who = self._console.named(back.by)
                words = f"{who} gave control back: {back.continue_from or back.note}"
                self._console.say(scene.title, words, "magenta")
        return decision

    async def _try_otherwise(self, other: Scene, group: asyncio.TaskGroup) -> None:
        """Propose another draft, and follow it as well."""
        proposal = await self._proposed(other)
        self._followed.add(proposal)
        group.create_task(self._follow(proposal, other, group))

    async def _seen_through(self, decision: Decision, scene: Scene) -> Decision:
        """Carry it out, or wait for the person who does it where the agent only suggests."""
        if decision.mode != "suggest":
            return await self._carry_out(decision, scene)
        self._console.say(scene.title, "was only a suggestion; a person does it", "dim")
        while decision.after.outcome is None and decision.after.recalled is None:
            with contextlib.suppress(StillWaiting, GatewayUnreachable):
                decision = await self._gateway.change(decision, timeout=60)
        if decision.after.outcome is not None:
            said = decision.after.outcome.detail or decision.after.outcome.outcome
            self._console.say(scene.title, f"a person did it: {said}", "green")
        return decision

    async def _carry_out(self, decision: Decision, scene: Scene) -> Decision:
        """Run what was approved, once; an attempt that was cut short goes on under its name."""
        decision = await self._claimed(await self._unless_recalled(decision, scene), scene)
        recalled = decision.after.recalled
        if recalled is not None:
            who = self._console.named(recalled.by)
            words = f"does not run it: {who} recalled it. {recalled.reason or ''}"
            self._console.say(scene.title, words.strip(), "yellow")
            return decision
        self._console.say(scene.title, "runs exactly what was approved …", "dim")
        await asyncio.sleep(self._pace.executing)
        done = scene.reports(scene.done, decision.parameters)
        told = await self._gateway.report(
            decision.id, "executed", detail=done, attempt=_attempt_at(decision)
        )
        self._console.say(scene.title, done, "green")
        return told

    async def _claimed(self, decision: Decision, scene: Scene) -> Decision:
        """Claim the one right to run it; while that is paused, ask again as the gateway says."""
        said = ""
        while decision.after.recalled is None:
            try:
                return await self._gateway.consume(decision, attempt=_attempt_at(decision))
            except ActionPaused as paused:
                if paused.detail != said:
                    said = paused.detail
                    self._console.say(scene.title, f"waits: {said}", "yellow")
                wait = paused.retry_after or _UNTIL_ASKED_AGAIN
            except GatewayUnreachable:  # the pause may outlast it; what was approved is not dropped
                await asyncio.sleep(_UNTIL_ASKED_AGAIN)
                continue
            # A recall must not wait for the pause to end.
            with contextlib.suppress(StillWaiting, GatewayUnreachable):
                decision = await self._gateway.change(decision, timeout=wait)
        return decision

    async def _unless_recalled(self, decision: Decision, scene: Scene) -> Decision:
        """Leave people a moment to think again; what a rule approved needs none."""
        pause = self._pace.before_executing
        if decision.after.consumed or decision.status == "auto_approved" or not pause:
            return decision
        self._console.say(scene.title, f"starts in {pause:.0f} s; Recall on the card stops it")
        until = asyncio.get_running_loop().time() + pause
        while (left := until - asyncio.get_running_loop().time()) > 0:
            with contextlib.suppress(StillWaiting):
                decision = await self._gateway.change(decision, timeout=left)
                if decision.after.recalled:
                    break
        return decision

    async def _heed_rollback(self, decision: Decision, scene: Scene) -> None:
        """Undo what people want undone, whenever they ask."""
        rollback = decision.after.rollback
        while rollback is None or rollback.state != "requested":
            if rollback is not None:
                return
            with contextlib.suppress(StillWaiting, GatewayUnreachable):
                decision = await self._gateway.change(decision, timeout=60)
            rollback = decision.after.rollback
        who = self._console.named(rollback.by)
        self._console.say(scene.title, f"{who} asks to undo it", "magenta")
        await asyncio.sleep(self._pace.executing)
        undone = scene.reports(scene.undone, decision.current_parameters)
        await self._gateway.report(decision.id, "rolled_back", detail=undone)
        self._console.say(scene.title, undone, "green")

    async def _adopt(self, group: asyncio.TaskGroup) -> None:
        """Look for proposals that somebody made with this agent's key, and follow them too."""
        while True:
            with contextlib.suppress(GatewayUnreachable):
                for found in (await self._gateway.page(limit="50")).proposals:
                    if found.id not in self._followed:
                        self._followed.add(found.id)
                        self._take_up(found, group)
            await asyncio.sleep(self._pace.looking_around)

    def _take_up(self, found: Decision, group: asyncio.TaskGroup) -> None:
        unfinished = not found.closed or (found.approved and found.after.outcome is None)
        if not unfinished:
            return
        alike = [one for act in self._story for one in act.scenes if one.action == found.action]
        usual = alike[0] if alike else Scene(action=found.action)
        scene = replace(usual, title=found.action)
        self._console.say(scene.title, f"takes up {found.id}, proposed from elsewhere", "dim")
        group.create_task(self._follow(found.id, scene, group))


def _attempt_at(decision: Decision) -> str:
    """Name the one attempt, so that a restart goes on with it."""
    return f"demo-{decision.id}"
