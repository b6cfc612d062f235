"""Held, or approved and not released yet: the agent waits on, and may execute nothing."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import httpx

import keyturn
from store import door
from store.checkpoint import OPEN, Checkpoint, Status
from store.commands import Approve, NoticeRoom, RequestInformation, WithdrawSignOff
from store.people import Person
from tests.bot.gateway import SUPPORT, Gateway
from tests.store.making import HOUR, a_person, a_plan, a_proposal, an_intake, on

WAIT = timedelta(seconds=30)


async def opened(api: Gateway, hold: str = "", release_after: timedelta = WAIT) -> Checkpoint:
    plan = a_plan(release_after=release_after)
    intake = replace(an_intake(a_proposal(), plan, agent=SUPPORT), hold=hold)
    return await api.store.write(lambda tx: door.take_in(tx, intake))


def ana(api: Gateway) -> Person:
    return a_person("ana", "finance", as_of=api.clock())


async def approved(api: Gateway, checkpoint: Checkpoint) -> Checkpoint:
    return await api.act(checkpoint.id, Approve(**on(checkpoint, ana(api))))


def poll(agent: httpx.AsyncClient, version: int) -> "asyncio.Task[httpx.Response]":
    asking = {"wait": 25, "after_version": version}
    return asyncio.create_task(agent.get("/v1/proposals/p1", params=asking))


async def test_what_is_being_released_may_not_be_executed(api: Gateway) -> None:
    checkpoint = await opened(api)
    async with api.agent() as agent:
        await approved(api, checkpoint)
        told = (await agent.get("/v1/proposals/p1")).json()
        body = {"attempt": "a-1", "digest": told["digest"], "execution_token": "early"}
        early = await agent.post("/v1/proposals/p1/consume", json=body)
    assert (told["status"], told["execution_token"], told["decided_by"]) == ("releasing", None, [])
    assert told["execute_before"] is None
    assert (early.status_code, early.json()["type"]) == (409, "urn:keyturn:problem:not-approved")


async def test_a_poll_hears_that_it_waits_a_moment_and_then_that_it_is_approved(
    api: Gateway,
) -> None:
    checkpoint = await opened(api)
    async with api.agent() as agent:
        first = poll(agent, 1)
        await approved(api, checkpoint)
        assert (await first).json()["status"] == "releasing"
        second = poll(agent, 2)
        await api.time_passes(checkpoint.id, WAIT)
        told = (await second).json()
    assert told["status"] == "approved"
    assert [each["name"] for each in told["decided_by"]] == ["Ana"]
    assert told["execution_token"] is not None


async def test_a_poll_hears_of_an_undo_as_a_review_that_goes_on(api: Gateway) -> None:
    checkpoint = await opened(api)
    async with api.agent() as agent:
        waiting = await approved(api, checkpoint)
        heard = poll(agent, 2)
        await api.act(checkpoint.id, WithdrawSignOff(**on(waiting, ana(api))))
        told = (await heard).json()
    assert (told["status"], told["execution_token"]) == ("pending_review", None)


async def test_an_answer_that_comes_too_late_says_that_it_is_approved(api: Gateway) -> None:
    fresh = await opened(api, release_after=10 * HOUR)
    asking = RequestInformation(**on(fresh, ana(api)), question_id="q1", question="Which order?")
    await api.act(fresh.id, asking)
    await api.time_passes(fresh.id, 4 * HOUR)
    await approved(api, fresh)
    async with api.agent() as agent:
        late = await agent.post("/v1/proposals/p1/answers", json={"answer": "Order 4711."})
        withdrawn = await agent.post("/v1/proposals/p1/withdraw", json={"reason": "Wrong order."})
    problem = late.json()
    assert (late.status_code, problem["type"]) == (409, "urn:keyturn:problem:approved-meanwhile")
    assert "Withdraw it if it must not run" in problem["detail"]
    assert withdrawn.json()["status"] == "withdrawn"


async def test_what_is_held_is_open_and_can_be_listed_and_withdrawn(api: Gateway) -> None:
    checkpoint = await opened(api, hold="Two like it are before people.")
    async with api.agent() as agent:
        page = (await agent.get("/v1/proposals", params={"status": "held,releasing"})).json()
        heard = poll(agent, 1)
        await api.act(checkpoint.id, NoticeRoom())
        told = (await heard).json()
        withdrawn = await agent.post("/v1/proposals/p1/withdraw", json={"reason": "Found it."})
    assert [each["status"] for each in page["proposals"]] == ["held"]
    assert told["status"] == "pending_review"
    assert withdrawn.json()["status"] == "withdrawn"


def test_the_client_knows_every_status_and_which_are_open() -> None:
    assert set(map(str, keyturn.Status)) == set(map(str, Status))
    decisions = [keyturn.Decision(id="p1", version=1, status=each) for each in Status]
    assert {each.status for each in decisions if not each.closed} == set(OPEN)
