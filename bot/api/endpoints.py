"""One function for each address that agents call."""

from dataclasses import dataclass

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from bot.agents.denials import Denials, Denied
from bot.agents.desk import AgentDesk, BadParameters, Claim, Information, Told
from bot.agents.intake import Declined, Intake, TakenIn
from bot.agents.keys import KeyRing
from bot.agents.questions import QuestionDesk, Reply
from bot.api.problems import INVALID, TurnedDown, declined, refused
from bot.api.requests import (
    AnswerBody,
    ConsumeBody,
    DenialBody,
    InformationBody,
    OutcomeBody,
    WithdrawBody,
    agent_of,
    asking_of,
    body_of,
    is_to_execute,
    listing_of,
    proposal_of,
    sent,
    waiting_of,
)
from bot.program.observability import Metrics
from store.checkpoint import Status
from store.decision import Json
from store.refusals import Refusal

JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """The agents' API, over intake and the desk."""

    intake: Intake
    desk: AgentDesk
    asked: QuestionDesk
    denials: Denials
    keys: KeyRing
    metrics: Metrics

    async def propose(self, request: Request) -> Response:
        """Take a proposal in: 201, or 200 when it was in already."""
        agent = agent_of(request, self.keys)
        raw = await body_of(request)
        try:
            header_key = request.headers.get("idempotency-key")
            taken, told = await self.intake.take(agent, raw, header_key)
        except Declined as error:
            self.metrics.declined("api", error.fault)
            raise declined(error) from error
        return self._entered("api", taken, told)

    async def deny(self, request: Request) -> Response:
        """Take down what a policy engine denied: 201, or 200 when it was told already."""
        engine = agent_of(request, self.keys)
        body = await sent(request, DenialBody)
        denied = Denied(**{name: getattr(body, name) for name in DenialBody.model_fields})
        try:
            header_key = request.headers.get("idempotency-key")
            taken, told = await self.denials.take(engine, denied, header_key)
        except Declined as error:
            self.metrics.declined("engine", error.fault)
            raise declined(error) from error
        return self._entered("engine", taken, told)

    def _entered(self, door: str, taken: TakenIn, told: Told) -> Response:
        if not taken.again:
            self.metrics.taken_in(door, taken.checkpoint)
        status = 200 if taken.again else 201
        where = f"/v1/proposals/{taken.checkpoint.id}"
        return Response(to_json(told.decision), status, {"Location": where}, JSON)

    async def show(self, request: Request) -> Response:
        """Read a decision, now or once something changes."""
        agent = agent_of(request, self.keys)
        proposal = proposal_of(request)
        seconds, after_version = waiting_of(request)
        if seconds:
            return self._told(await self.desk.wait(agent, proposal, seconds, after_version))
        return self._told(await self.desk.show(agent, proposal))

    async def page(self, request: Request) -> Response:
        """List the agent's own decisions, or those that it is to execute for others."""
        agent = agent_of(request, self.keys)
        listing, to_execute = listing_of(request), is_to_execute(request)
        found = await self.desk.page(agent, listing, to_execute=to_execute)
        body: Json = {"proposals": list(found.decisions), "next_cursor": found.following}
        return Response(to_json(body), media_type=JSON)

    async def answer(self, request: Request) -> Response:
        """Answer a reviewer's question."""
        agent = agent_of(request, self.keys)
        body = await sent(request, AnswerBody)
        said = Information(
            answer=body.answer, question_id=body.question_id, parameters=body.parameters
        )
        try:
            return self._told(await self.desk.answer(agent, proposal_of(request), said))
        except BadParameters as error:
            words = "The changed parameters do not fit the action."
            raise TurnedDown(INVALID, words, error.complaints) from error

    async def questions(self, request: Request) -> Response:
        """List what this system is asked, now or once there is something new."""
        system = agent_of(request, self.keys)
        seconds, known = asking_of(request)
        found = await self.asked.wait(system, seconds, known)
        return Response(to_json({"questions": list(found)}), media_type=JSON)

    async def inform(self, request: Request) -> Response:
        """Take the answer of a system that was asked."""
        system = agent_of(request, self.keys)
        body = await sent(request, InformationBody)
        reply = Reply(question_id=body.question_id, answer=body.answer)
        receipt = await self.asked.answer(system, proposal_of(request), reply)
        if isinstance(receipt, Refusal):
            raise self._refused(receipt)
        return Response(to_json(receipt), media_type=JSON)

    async def withdraw(self, request: Request) -> Response:
        """Take a proposal back."""
        agent = agent_of(request, self.keys)
        body = await sent(request, WithdrawBody)
        told = await self.desk.withdraw(agent, proposal_of(request), body.reason)
        if not isinstance(told, Refusal):
            self.metrics.decided(Status.WITHDRAWN)
        return self._told(told)

    async def consume(self, request: Request) -> Response:
        """Claim the one right to execute."""
        agent = agent_of(request, self.keys)
        body = await sent(request, ConsumeBody)
        claim = Claim(
            attempt=body.attempt,
            digest=body.digest,
            execution_token=body.execution_token or "",
        )
        return self._told(await self.desk.consume(agent, proposal_of(request), claim))

    async def report(self, request: Request) -> Response:
        """Take down how executing went."""
        agent = agent_of(request, self.keys)
        body = await sent(request, OutcomeBody)
        told = await self.desk.report(
            agent, proposal_of(request), body.outcome, body.detail, body.attempt
        )
        return self._told(told)

    def _told(self, told: Told | Refusal) -> Response:
        if isinstance(told, Refusal):
            raise self._refused(told)
        return Response(to_json(told.decision), media_type=JSON)

    def _refused(self, refusal: Refusal) -> TurnedDown:
        self.metrics.refused("agent", refusal.reason)
        return refused(refusal)
