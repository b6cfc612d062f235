"""Who may carry out what was released: its agent, the executor, a person; and who stops it."""

from datetime import timedelta
from typing import Any

import httpx
import jsonschema
import pytest

from manifests.vocabulary import AgentName, Mode, Oversight, Scrutiny
from store.commands import Approve, RecordExecution, ReportRollback, Veto
from store.door import take_in
from store.people import Person
from tests.bot.gateway import OTHER, SUPPORT, Gateway
from tests.store.making import FINANCE, a_person, a_plan, an_intake

ON_THE_LOOP = {
    "scrutiny": Scrutiny.AUTO_APPROVE,
    "oversight": Oversight.ON_THE_LOOP,
    "veto_within": timedelta(minutes=30),
}


def ana(api: Gateway) -> Person:
    return a_person("U0ANA", FINANCE.name, as_of=api.clock())


async def taken_in(api: Gateway, **plan: Any) -> None:
    """Let the support agent's proposal stand as p1, under a plan of one's own."""
    intake = an_intake(None, a_plan(**plan), agent=SUPPORT)
    await api.store.write(lambda tx: take_in(tx, intake))


async def approved(api: Gateway, **plan: Any) -> None:
    await taken_in(api, **plan)
    checkpoint = await api.checkpoint("p1")
    digest = checkpoint.revision.digest
    await api.act("p1", Approve(reviewer=ana(api), revision=1, digest=digest))


async def read(agent: httpx.AsyncClient) -> dict[str, Any]:
    told = await agent.get("/v1/proposals/p1")
    assert told.status_code == 200, told.text
    body: dict[str, Any] = told.json()
    return body


async def refused(agent: httpx.AsyncClient, verb: str, body: Any) -> tuple[int, str]:
    told = await agent.post(f"/v1/proposals/p1/{verb}", json=body)
    return told.status_code, told.json()["type"].removeprefix("urn:keyturn:problem:")


def claim(decision: dict[str, Any]) -> dict[str, Any]:
    kept = {name: decision[name] for name in ("digest", "execution_token")}
    return {"attempt": "a-1", **kept}


async def test_only_the_executor_consumes_and_reports(api: Gateway) -> None:
    await approved(api, executed_by=OTHER)
    async with api.agent() as proposer, api.agent(OTHER) as executor:
        own, executors = await read(proposer), await read(executor)
        assert own["execution_token"] is None
        assert own["executed_by"] == executors["executed_by"] == OTHER
        for stolen in (own, executors):
            answer = await refused(proposer, "consume", claim(stolen))
            assert answer == (403, "not-the-executor")
        assert await refused(proposer, "outcome", {"outcome": "executed"}) == (
            403,
            "not-the-executor",
        )
        done = await executor.post("/v1/proposals/p1/consume", json=claim(executors))
        assert done.status_code == 200, done.text
        told = await executor.post("/v1/proposals/p1/outcome", json={"outcome": "executed"})
        assert told.status_code == 200
        assert (await read(proposer))["after"]["outcome"]["outcome"] == "executed"


async def test_the_executor_reads_and_lists_and_decides_nothing(api: Gateway) -> None:
    await taken_in(api, executed_by=OTHER)
    async with api.agent() as proposer, api.agent(OTHER) as executor:
        for agent, query, found in (
            (executor, {"executor": "me"}, ["p1"]),
            (executor, {}, []),
            (proposer, {"executor": "me"}, []),
            (proposer, {}, ["p1"]),
        ):
            page = (await agent.get("/v1/proposals", params=query)).json()
            assert [each["id"] for each in page["proposals"]] == found
        verbs = (("withdraw", {"reason": "No."}), ("answers", {"answer": "Because."}))
        for verb, body in verbs:
            assert await refused(executor, verb, body) == (403, "not-the-proposer")
        assert (await read(executor))["status"] == "pending_review"


async def test_an_executor_named_elsewhere_sees_nothing(api: Gateway) -> None:
    await approved(api, executed_by=AgentName("payments"))
    async with api.agent(OTHER) as stranger:
        told = await stranger.get("/v1/proposals/p1")
        assert told.status_code == 404
        assert (await stranger.get("/v1/proposals", params={"executor": "me"})).json() == {
            "proposals": [],
            "next_cursor": None,
        }


async def test_a_person_carries_a_suggestion_out(api: Gateway) -> None:
    await approved(api, mode=Mode.SUGGEST)
    async with api.agent() as agent:
        decision = await read(agent)
        assert (decision["mode"], decision["execution_token"]) == ("suggest", None)
        assert await refused(agent, "consume", claim(decision)) == (409, "people-execute")
        assert await refused(agent, "outcome", {"outcome": "executed"}) == (409, "people-execute")
        done = RecordExecution(reviewer=ana(api), executed=True, note="Restarted.")
        await api.act_after("p1", done)
        after = (await read(agent))["after"]
        assert after["outcome"]["detail"] == "Restarted."
        assert (after["consumed"]["by"], after["outcome"]["by"]) == ("U0ANA", "U0ANA")


@pytest.mark.parametrize("begun", [True, False])
async def test_an_agent_hears_of_a_veto(api: Gateway, *, begun: bool) -> None:
    await taken_in(api, **ON_THE_LOOP)
    async with api.agent() as agent:
        decision = await read(agent)
        assert decision["oversight"] == "on_the_loop"
        assert decision["veto_until"] is not None
        if begun:
            await agent.post("/v1/proposals/p1/consume", json=claim(decision))
        await api.act_after("p1", Veto(reviewer=ana(api), reason="Not today."))
        heard = await read(agent)
        after = heard["after"]
        assert (after["vetoed"]["by"], after["vetoed"]["reason"]) == ("U0ANA", "Not today.")
        assert (after["rollback"] is not None) is begun
        assert (after["recalled"] is not None) is not begun
        assert (heard["execution_token"] is None) is not begun
        if begun:
            done = ReportRollback(agent=SUPPORT, done=True, detail="Undone.")
            await api.act_after("p1", done)
        found = (await agent.get("/openapi.json")).json()
        schema = {"$ref": "#/components/schemas/Decision", "components": found["components"]}
        jsonschema.validate(await read(agent), schema)


async def test_an_override_names_the_engine_and_when_it_expires(api: Gateway) -> None:
    await approved(api, overrides="cedar", execute_within=timedelta(minutes=10))
    async with api.agent() as agent:
        decision = await read(agent)
        assert decision["overrides"] == "cedar"
        assert decision["execute_before"] is not None
        assert (await agent.post("/v1/proposals/p1/consume", json=claim(decision))).is_success
        again = {**claim(decision), "attempt": "a-2"}
        assert await refused(agent, "consume", again) == (409, "already-consumed")


async def test_an_override_that_nobody_used_is_void(api: Gateway) -> None:
    await approved(api, overrides="cedar", execute_within=timedelta(minutes=10))
    async with api.agent() as agent:
        decision = await read(agent)
        api.clock.at += timedelta(minutes=10)
        assert await refused(agent, "consume", claim(decision)) == (409, "lapsed")
