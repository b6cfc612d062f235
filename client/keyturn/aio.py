"""The client for asyncio."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, fields
from datetime import timedelta
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

import httpx

from keyturn import protocol
from keyturn.asked import QuestionPut, asked, inform
from keyturn.decision import Decision, Question
from keyturn.execution import Run, Undoing, conclude, conclude_undoing, new_run, new_undoing
from keyturn.flow import Answer, Done, Flow, Move, Pause, Request, Response, Tempo, advance
from keyturn.proposal import Details, proposal
from keyturn.protocol import Page, Report
from keyturn.transport import (
    MANY_WAITERS,
    Said,
    address,
    answer_of,
    lost,
    no_answer,
    options,
    reply,
    seconds,
)

T = TypeVar("T")

OnQuestion = Callable[[Question], Awaitable[Said] | Said]


@dataclass(frozen=True, slots=True)
class AsyncConnection:
    """Carries conversations out over HTTP, without holding the event loop."""

    client: httpx.AsyncClient
    tempo: Tempo
    sleep: Callable[[float], Awaitable[object]]

    async def run(self, flow: Flow[T], on_question: OnQuestion = no_answer) -> T:
        """Carry a conversation out to its end."""
        move = advance(flow, None)
        while not isinstance(move, Done):
            move = advance(flow, await self._carry_out(move, on_question))
        return move.value

    async def _carry_out(self, move: Move, on_question: OnQuestion) -> Response:
        match move:
            case Request():
                return await self._send(move)
            case Pause(seconds=pause):
                await self.sleep(pause)
                return None
            case _:
                said = on_question(move.question)
                return answer_of(await said if isinstance(said, Awaitable) else said)

    async def _send(self, request: Request) -> Response:
        try:
            return reply(await self.client.request(**options(request)))
        except httpx.TransportError as error:
            return lost(error)


@dataclass(frozen=True, kw_only=True)
class AsyncDecided(Decision):
    """A decision that can be executed."""

    connection: AsyncConnection = field(repr=False, compare=False)

    def executing(self, *, attempt: str | None = None) -> AbstractAsyncContextManager[Run]:
        """Claim the one right to execute, and report `executed` or `failed` at the end.

        Nothing inside runs unless the claim was confirmed. `attempt` names it; give one of your own
        to go on with the same attempt after a crash.
        """
        return _executing(self, attempt, self.connection)

    async def until_final(self, timeout: float | timedelta | None = None) -> "AsyncDecided":
        """Wait while people may still veto what a rule released; then it stands, or is undone.

        Everything else is final at once. Raise `StillWaiting` when the timeout passes first.
        """
        flow = protocol.final(self, seconds(timeout), self.connection.tempo)
        return decided(await self.connection.run(flow), self.connection)

    def rolling_back(self) -> AbstractAsyncContextManager[Undoing]:
        """Undo what was executed, and report `rolled_back` or `rollback_failed` at the end.

        Raise `NothingToUndo`, and run nothing inside, where nobody asked for it.
        """
        return _rolling_back(self, self.connection)


@dataclass(frozen=True, slots=True)
class AsyncPending:
    """A proposal that was taken in; `decision` is how it stood then, if it was looked at."""

    id: str
    connection: AsyncConnection = field(repr=False)
    decision: AsyncDecided | None = None

    async def wait(
        self, timeout: float | timedelta | None = None, *, on_question: OnQuestion = no_answer
    ) -> AsyncDecided:
        """Wait until people have decided; raise `StillWaiting` when the timeout passes first.

        Without a timeout it waits as long as the gateway answers. `on_question` is called once for
        each question of a reviewer and may answer it, now or when awaited.
        """
        flow = protocol.wait(self.id, self.decision, seconds(timeout), self.connection.tempo)
        return decided(await self.connection.run(flow, on_question), self.connection)

    async def answer(
        self,
        text: str,
        *,
        parameters: Mapping[str, Any] | None = None,
        question_id: str | None = None,
    ) -> AsyncDecided:
        """Answer a reviewer's question; changed parameters are a new revision to be signed."""
        said = Answer(text, parameters)
        flow = protocol.answer(self.id, said, question_id, self.connection.tempo)
        return decided(await self.connection.run(flow), self.connection)

    async def withdraw(self, reason: str) -> AsyncDecided:
        """Take the proposal back; raise `AlreadyClosed` when people were quicker."""
        flow = protocol.withdraw(self.id, reason, self.connection.tempo)
        return decided(await self.connection.run(flow), self.connection)


class AsyncKeyturn:
    """The gateway between an agent and the people who approve what it does."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        patience: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        at = address(url, key)
        client = httpx.AsyncClient(base_url=at.url, headers=at.headers, limits=MANY_WAITERS)
        tempo = Tempo(clock=clock, chance=chance, patience=patience)
        self._connection = AsyncConnection(client, tempo, sleep)

    async def propose(
        self,
        action: str,
        parameters: Mapping[str, Any] | None = None,
        **details: Unpack[Details],
    ) -> AsyncPending:
        """Ask leave to do something.

        The idempotency key is made from all that is said here unless `idempotency_key` gives one;
        a proposal that is known is found again, even closed, lapsed or recalled. To ask people
        anew, give another key.
        """
        sent = proposal(action, parameters, details)
        decision = await self._decided(protocol.propose(sent, self._connection.tempo))
        return AsyncPending(decision.id, self._connection, decision)

    def pending(self, proposal_id: str) -> AsyncPending:
        """Take up a proposal made earlier, perhaps by another run of this program."""
        return AsyncPending(proposal_id, self._connection)

    async def read(self, proposal_id: str) -> AsyncDecided:
        """Read how a proposal stands now."""
        return await self._decided(protocol.read(proposal_id, self._connection.tempo))

    async def page(self, **query: str) -> Page:
        """Read a page of this agent's proposals: status, action, idempotency_key, limit, cursor.

        With `executor="me"`, read those that other agents proposed and this one is to execute.
        """
        return await self._connection.run(protocol.page(query, self._connection.tempo))

    async def questions(
        self, *, known: Iterable[str] = (), timeout: float | timedelta | None = None
    ) -> tuple[QuestionPut, ...]:
        """Wait for what reviewers ask this program about others' proposals.

        Give all that is open once there is a question whose id is not among `known`, or nothing
        when the timeout passes first.
        """
        return await self._connection.run(asked(known, seconds(timeout), self._connection.tempo))

    async def answer(self, question: QuestionPut, text: str) -> None:
        """Answer a question that was put to this program; sending it again is harmless."""
        await self._connection.run(inform(question, text, self._connection.tempo))

    async def change(
        self, after: Decision, timeout: float | timedelta | None = None
    ) -> AsyncDecided:
        """Wait for what follows a decision, such as a recall or a request to roll back."""
        flow = protocol.change(after.id, after.version, seconds(timeout), self._connection.tempo)
        return await self._decided(flow)

    def executing(
        self, decision: Decision, *, attempt: str | None = None
    ) -> AbstractAsyncContextManager[Run]:
        """Execute a decision that came another way; see `AsyncDecided.executing`."""
        return _executing(decision, attempt, self._connection)

    def rolling_back(self, decision: Decision) -> AbstractAsyncContextManager[Undoing]:
        """Undo what a decision that came another way released; see `AsyncDecided.rolling_back`."""
        return _rolling_back(decision, self._connection)

    async def until_final(
        self, decision: Decision, timeout: float | timedelta | None = None
    ) -> AsyncDecided:
        """Wait while people may still veto what a rule released; see `AsyncDecided.until_final`."""
        flow = protocol.final(decision, seconds(timeout), self._connection.tempo)
        return await self._decided(flow)

    async def consume(self, decision: Decision, *, attempt: str) -> AsyncDecided:
        """Claim the one right to execute; `AsyncDecided.executing` does it and reports as well."""
        return await self._decided(protocol.consume(decision, attempt, self._connection.tempo))

    async def report(
        self,
        proposal_id: str,
        outcome: Report,
        *,
        detail: str | None = None,
        attempt: str | None = None,
    ) -> AsyncDecided:
        """Tell people how executing, or rolling back, went."""
        flow = protocol.report(proposal_id, outcome, detail, attempt, self._connection.tempo)
        return await self._decided(flow)

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _decided(self, flow: Flow[Decision]) -> AsyncDecided:
        return decided(await self._connection.run(flow), self._connection)


def decided(decision: Decision, connection: AsyncConnection) -> AsyncDecided:
    """Tie a decision to the gateway it came from."""
    known = {each.name: getattr(decision, each.name) for each in fields(Decision)}
    return AsyncDecided(**known, connection=connection)


@asynccontextmanager
async def _executing(
    decision: Decision, attempt: str | None, connection: AsyncConnection
) -> AsyncIterator[Run]:
    run, tempo = new_run(decision, attempt), connection.tempo
    await connection.run(protocol.consume(decision, run.attempt, tempo))
    try:
        yield run
    except BaseException as failure:
        await connection.run(conclude(run, failure, tempo))
        raise
    await connection.run(conclude(run, None, tempo))


@asynccontextmanager
async def _rolling_back(decision: Decision, connection: AsyncConnection) -> AsyncIterator[Undoing]:
    undoing, tempo = new_undoing(decision), connection.tempo
    try:
        yield undoing
    except BaseException as failure:
        await connection.run(conclude_undoing(undoing, failure, tempo))
        raise
    await connection.run(conclude_undoing(undoing, None, tempo))
