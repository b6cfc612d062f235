"""A system that is asked: what it may read, how it waits, and how it answers."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx

from manifests.parameters import Parameter, ParameterSchema, ParameterType, Sensitivity
from manifests.plan import InformationLimits
from store import door
from store.asking import may_be_asked
from store.checkpoint import Addressee, Checkpoint, NeedsInformation, PendingReview
from store.commands import Reject, RequestInformation
from store.effects import Happening
from store.proposal import ProposalId
from tests.bot.gateway import OTHER, SUPPORT, Gateway
from tests.store.making import a_person, a_plan, a_proposal, an_intake, on

SCHEMA = ParameterSchema(
    open=True,
    parameters=(
        Parameter(name="iban", title="IBAN", type=ParameterType.STRING, sensitive=Sensitivity.MASK),
        Parameter(name="amount", title="Amount", type=ParameterType.STRING),
    ),
)
PLAN = a_plan(information=InformationLimits(systems=(OTHER,)), schema=SCHEMA)
IBAN = "DE89370400440532013000"


async def opened(api: Gateway, proposal: str = "p1") -> Checkpoint:
    sent = a_proposal(
        parameters={"amount": "480.00", "iban": IBAN, "memo": "Refund"},
        idempotency_key=proposal,
    )
    intake = an_intake(sent, PLAN, proposal_id=proposal, agent=SUPPORT)
    return await api.store.write(lambda tx: door.take_in(tx, intake))


def the_system(checkpoint: Checkpoint) -> Addressee:
    return next(each for each in may_be_asked(checkpoint) if each.kind == "system")


async def asked(api: Gateway, checkpoint: Checkpoint, question: str = "q_1") -> Checkpoint:
    ana = a_person("ana", "finance", as_of=api.clock())
    command = RequestInformation(
        **on(checkpoint, ana),
        question_id=question,
        question=f"Is {IBAN} known?",
        category="evidence",
        asked=the_system(checkpoint),
        about="/iban",
    )
    return await api.act(checkpoint.id, command)


def problem(told: httpx.Response) -> tuple[int, str]:
    return told.status_code, told.json()["type"].removeprefix("urn:keyturn:problem:")


async def listed(system: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    told = await system.get("/v1/questions", params=query)
    assert told.status_code == 200, told.text
    found: list[dict[str, Any]] = told.json()["questions"]
    return found


async def test_a_system_hears_what_it_is_asked_and_no_more(api: Gateway) -> None:
    async with api.agent(OTHER) as system:
        waiting = asyncio.create_task(listed(system, wait=25))
        done, _ = await asyncio.wait({waiting}, timeout=0.3)
        assert not done
        await asked(api, await opened(api))
        (question,) = await waiting
    assert question["asked"] == {"kind": "system", "name": OTHER, "title": f"the system {OTHER}"}
    assert (question["id"], question["proposal"]) == ("q_1", "p1")
    assert (question["category"], question["about"]) == ("evidence", "/iban")
    assert question["parameters"]["amount"] == "480.00"
    assert question["withheld"] == ["iban"]
    assert IBAN not in str(question)
    assert "execution_token" not in question


async def test_a_question_that_is_known_does_not_end_the_wait(api: Gateway) -> None:
    await asked(api, await opened(api))
    async with api.agent(OTHER) as system:
        (first,) = await listed(system)
        waiting = asyncio.create_task(listed(system, wait=25, known=first["id"]))
        done, _ = await asyncio.wait({waiting}, timeout=0.3)
        assert not done
        await asked(api, await opened(api, "p2"), "q_2")
        assert {each["id"] for each in await waiting} == {"q_1", "q_2"}


async def test_its_answer_lets_the_clock_run_and_may_be_sent_twice(api: Gateway) -> None:
    await asked(api, await opened(api))
    body = {"question_id": "q_1", "answer": "Known since 2019."}
    async with api.agent(OTHER) as system:
        first = await system.post("/v1/proposals/p1/information", json=body)
        again = await system.post("/v1/proposals/p1/information", json=body)
        assert await listed(system) == []
    assert first.json() == again.json()
    assert first.json()["answered_at"]
    now = await api.checkpoint("p1")
    assert isinstance(now.state, PendingReview)
    assert (now.exchanges[-1].answer, now.exchanges[-1].answered_by) == (body["answer"], OTHER)


async def test_nobody_else_answers_for_it(api: Gateway) -> None:
    await asked(api, await opened(api))
    async with api.agent() as agent:
        own = await agent.get("/v1/proposals/p1")
        assert own.json()["question"]["asked"]["kind"] == "system"
        told = await agent.post("/v1/proposals/p1/answers", json={"answer": "Sure."})
        assert problem(told) == (409, "not-addressed")
        body = {"question_id": "q_1", "answer": "Sure."}
        told = await agent.post("/v1/proposals/p1/information", json=body)
        assert problem(told) == (404, "not-found")
    assert isinstance((await api.checkpoint("p1")).state, NeedsInformation)


async def test_a_system_that_was_asked_nothing_learns_nothing(api: Gateway) -> None:
    await opened(api)
    body = {"question_id": "q_1", "answer": "Sure."}
    async with api.agent(OTHER) as system:
        assert problem(await system.post("/v1/proposals/p1/information", json=body)) == (
            404,
            "not-found",
        )
        assert problem(await system.get("/v1/proposals/p1")) == (404, "not-found")
    lines = await api.store.read(lambda look: look.audit.of(ProposalId("p1")))
    assert lines[-1].event.happening is Happening.REFUSED


async def test_a_system_is_refused_what_is_over_or_not_its_own(api: Gateway) -> None:
    checkpoint = await asked(api, await opened(api))
    async with api.agent(OTHER) as system:
        wrong = {"question_id": "q_9", "answer": "Yes."}
        told = await system.post("/v1/proposals/p1/information", json=wrong)
        assert problem(told) == (409, "other-question")
        more = {"question_id": "q_1", "answer": "Yes.", "parameters": {"amount": "1.00"}}
        told = await system.post("/v1/proposals/p1/information", json=more)
        assert problem(told) == (422, "invalid-fields")
        ana = a_person("ana", "finance", as_of=api.clock())
        no = Reject(**on(checkpoint, ana), reason="No.", category="other")
        await api.act("p1", no)
        late = {"question_id": "q_1", "answer": "Yes."}
        told = await system.post("/v1/proposals/p1/information", json=late)
        assert problem(told) == (409, "already-closed")
        assert await listed(system) == []


async def test_too_many_known_ids_are_turned_down(api: Gateway) -> None:
    async with api.agent(OTHER) as system:
        told = await system.get("/v1/questions", params={"known": "q" * 4_001})
    assert problem(told) == (422, "invalid-fields")


async def test_no_plan_no_question(api: Gateway) -> None:
    """A system can only be asked where the rules name it."""
    checkpoint = await opened(api)
    plan = replace(checkpoint.plan, information=InformationLimits())
    assert [each.kind for each in may_be_asked(replace(checkpoint, plan=plan))] == ["agent", "role"]
