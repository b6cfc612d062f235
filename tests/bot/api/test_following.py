"""After intake: reading, waiting, answering, taking back, executing, reporting."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from manifests.resolving.care import USUAL_RELEASE
from store.commands import Approve, Recall, Reject, RequestInformation, RequestRollback
from tests.bot.gateway import OTHER, Gateway, refund, wheres


async def proposed(api: Gateway, agent: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    told = await agent.post("/v1/proposals", json=refund(**more))
    assert told.status_code == 201, told.text
    decision: dict[str, Any] = told.json()
    return decision


def seen(decision: dict[str, Any]) -> dict[str, Any]:
    return {"revision": decision["revision"], "digest": decision["digest"]}


async def approved(api: Gateway, agent: httpx.AsyncClient) -> dict[str, Any]:
    decision = await proposed(api, agent)
    sign_off = Approve(reviewer=api.person(), **seen(decision), in_full=True)
    await api.act(decision["id"], sign_off)
    await api.time_passes(decision["id"], USUAL_RELEASE)
    told: dict[str, Any] = (await agent.get(f"/v1/proposals/{decision['id']}")).json()
    assert told["status"] == "approved"
    return told


async def asked(api: Gateway, decision: dict[str, Any]) -> None:
    question = RequestInformation(
        reviewer=api.person(), question_id="q_1", question="Why?", **seen(decision)
    )
    await api.act(decision["id"], question)


def claim(decision: dict[str, Any], attempt: str = "a-1") -> dict[str, str]:
    return {
        "attempt": attempt,
        "digest": decision["digest"],
        "execution_token": decision["execution_token"],
    }


def kind(told: httpx.Response) -> tuple[int, str]:
    return told.status_code, told.json()["type"].removeprefix("urn:keyturn:problem:")


async def test_a_poll_without_waiting_answers_at_once(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await proposed(api, agent)
        told = await agent.get(f"/v1/proposals/{decision['id']}", params={"after_version": 1})
    assert told.json() == decision


async def test_a_parked_poll_hears_the_decision(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await proposed(api, agent)
        asking = {"wait": 25, "after_version": 1}
        poll = asyncio.create_task(agent.get(f"/v1/proposals/{decision['id']}", params=asking))
        rejecting = Reject(
            reviewer=api.person(), reason="Twice.", category="duplicate", **seen(decision)
        )
        await api.act(decision["id"], rejecting)
        told = (await poll).json()
    assert (told["status"], told["reason"], told["version"]) == ("rejected", "Twice.", 2)


async def test_a_version_that_has_passed_is_told_at_once(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await proposed(api, agent)
        await asked(api, decision)
        asking = {"wait": 25, "after_version": 1}
        told = (await agent.get(f"/v1/proposals/{decision['id']}", params=asking)).json()
    assert told["status"] == "needs_information"
    assert told["question"]["text"] == "Why?"


async def test_a_closed_proposal_that_nothing_can_follow_is_told_at_once(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await proposed(api, agent)
        address = f"/v1/proposals/{decision['id']}"
        closed = (await agent.post(f"{address}/withdraw", json={"reason": "No."})).json()
        asking = {"wait": 60, "after_version": closed["version"]}
        told = await asyncio.wait_for(agent.get(address, params=asking), 10)
    assert told.json() == closed


async def test_a_granted_proposal_is_told_at_once_to_whoever_does_not_know_it(
    api: Gateway,
) -> None:
    async with api.agent() as agent:
        decision = await approved(api, agent)
        address = f"/v1/proposals/{decision['id']}"
        for asking in ({"wait": 60}, {"wait": 60, "after_version": 1}):
            told = await asyncio.wait_for(agent.get(address, params=asking), 10)
            assert told.json() == decision


async def test_whoever_knows_a_granted_proposal_waits_for_a_recall(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await approved(api, agent)
        asking = {"wait": 25, "after_version": decision["version"]}
        poll = asyncio.create_task(agent.get(f"/v1/proposals/{decision['id']}", params=asking))
        done, _ = await asyncio.wait({poll}, timeout=0.3)
        assert not done
        await api.act_after(decision["id"], Recall(reviewer=api.person(), reason="Wait."))
        told = (await poll).json()
    assert told["after"]["recalled"]["reason"] == "Wait."


async def test_without_a_version_a_poll_waits_for_the_next_one(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await proposed(api, agent)
        await asked(api, decision)
        poll = asyncio.create_task(
            agent.get(f"/v1/proposals/{decision['id']}", params={"wait": 25})
        )
        done, _ = await asyncio.wait({poll}, timeout=0.3)
        assert not done, "a question that is open already must not make the agent spin"
        body = {"answer": "Because."}
        await agent.post(f"/v1/proposals/{decision['id']}/answers", json=body)
        assert (await poll).json()["status"] == "pending_review"


async def test_a_poll_whose_time_is_up_tells_the_same_version(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await proposed(api, agent)
        asking = {"wait": 1, "after_version": 1}
        told = await agent.get(f"/v1/proposals/{decision['id']}", params=asking)
    assert told.json() == decision


async def test_parked_polls_are_answered_at_closing_time(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await proposed(api, agent)
        asking = {"wait": 60, "after_version": 1}
        polls = [
            asyncio.create_task(agent.get(f"/v1/proposals/{decision['id']}", params=asking))
            for _ in range(20)
        ]
        await asyncio.wait(polls, timeout=0.5)
        api.drain.start()
        told = await asyncio.wait_for(asyncio.gather(*polls), 5)
    assert {each.status_code for each in told} == {200}
    assert all(each.json() == decision for each in told)


async def test_an_answer_lets_the_review_go_on(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await proposed(api, agent)
        await asked(api, decision)
        body = {"answer": "She sends it back.", "question_id": "q_1"}
        told = await agent.post(f"/v1/proposals/{decision['id']}/answers", json=body)
    assert told.status_code == 200
    assert (told.json()["status"], told.json()["revision"]) == ("pending_review", 1)
    stored = await api.checkpoint(decision["id"])
    assert stored.exchanges[0].answer == "She sends it back."


async def test_corrected_parameters_are_a_new_revision_under_the_rules(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await proposed(api, agent)
        await asked(api, decision)
        body = {"answer": "It is more.", "parameters": {"amount": "12000.00"}}
        told = (await agent.post(f"/v1/proposals/{decision['id']}/answers", json=body)).json()
    assert told["revision"] == 2
    assert told["parameters"] == {**decision["parameters"], "amount": "12000.00"}
    assert told["digest"] != decision["digest"]
    stored = await api.checkpoint(decision["id"])
    assert {"finance_manager", "cfo"} <= {seat.name for seat in stored.plan.seats}


async def test_a_correction_never_lowers_scrutiny(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await proposed(api, agent)
        await asked(api, decision)
        body = {"answer": "It is less.", "parameters": {"amount": "5.00"}}
        told = (await agent.post(f"/v1/proposals/{decision['id']}/answers", json=body)).json()
    assert (told["status"], told["execution_token"]) == ("pending_review", None)


async def test_a_correction_the_schema_does_not_allow_changes_nothing(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await proposed(api, agent)
        await asked(api, decision)
        body = {"answer": "So.", "parameters": {"amount": "-1", "colour": "red"}}
        told = await agent.post(f"/v1/proposals/{decision['id']}/answers", json=body)
        now = (await agent.get(f"/v1/proposals/{decision['id']}")).json()
    assert kind(told) == (422, "invalid-fields")
    assert set(wheres(told.json())) == {"/parameters/amount", "/parameters/colour"}
    assert now["status"] == "needs_information"


async def test_an_answer_nobody_asked_for_is_a_conflict(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await proposed(api, agent)
        told = await agent.post(f"/v1/proposals/{decision['id']}/answers", json={"answer": "x"})
    assert kind(told) == (409, "not-asked")


async def test_an_answer_to_another_question_is_a_conflict(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await proposed(api, agent)
        await asked(api, decision)
        body = {"answer": "x", "question_id": "q_other"}
        told = await agent.post(f"/v1/proposals/{decision['id']}/answers", json=body)
    assert kind(told) == (409, "other-question")


async def test_an_agent_may_take_back_what_is_open_and_only_once(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await proposed(api, agent)
        address = f"/v1/proposals/{decision['id']}/withdraw"
        told = await agent.post(address, json={"reason": "The customer kept it."})
        again = await agent.post(address, json={"reason": "The customer kept it."})
    assert told.json()["status"] == "withdrawn"
    assert kind(again) == (409, "already-closed")


async def test_what_was_approved_is_executed_once(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await approved(api, agent)
        address = f"/v1/proposals/{decision['id']}/consume"
        first = await agent.post(address, json=claim(decision))
        same = await agent.post(address, json=claim(decision))
        other = await agent.post(address, json=claim(decision, "a-2"))
    assert first.json()["after"]["consumed"]["attempt"] == "a-1"
    assert first.json() == same.json()
    assert kind(other) == (409, "already-consumed")


async def test_what_is_not_approved_is_not_executed(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await proposed(api, agent)
        body = {**claim(decision), "execution_token": "guess"}
        told = await agent.post(f"/v1/proposals/{decision['id']}/consume", json=body)
    assert kind(told) == (409, "not-approved")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"digest": "sha256:0"}, (409, "wrong-digest")),
        ({"execution_token": "guess"}, (403, "wrong-token")),
        ({"execution_token": "ü"}, (403, "wrong-token")),
    ],
)
async def test_another_digest_or_token_executes_nothing(
    api: Gateway, change: dict[str, str], said: tuple[int, str]
) -> None:
    async with api.agent() as agent:
        decision = await approved(api, agent)
        body = {**claim(decision), **change}
        told = await agent.post(f"/v1/proposals/{decision['id']}/consume", json=body)
        now = (await agent.get(f"/v1/proposals/{decision['id']}")).json()
    assert kind(told) == said
    assert now["after"]["consumed"] is None


async def test_a_recalled_approval_gives_no_token_and_executes_nothing(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await approved(api, agent)
        await api.act_after(decision["id"], Recall(reviewer=api.person(), reason="Wait."))
        now = (await agent.get(f"/v1/proposals/{decision['id']}")).json()
        told = await agent.post(f"/v1/proposals/{decision['id']}/consume", json=claim(decision))
    assert now["execution_token"] is None
    assert now["after"]["recalled"]["reason"] == "Wait."
    assert kind(told) == (409, "recalled")


async def test_an_approval_not_used_in_time_is_void(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await approved(api, agent)
        api.clock.at += timedelta(hours=1)
        told = await agent.post(f"/v1/proposals/{decision['id']}/consume", json=claim(decision))
    assert kind(told) == (409, "lapsed")


async def test_outcome_and_rollback_are_told_beside_the_decision(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await approved(api, agent)
        address = f"/v1/proposals/{decision['id']}"
        early = await agent.post(f"{address}/outcome", json={"outcome": "executed"})
        await agent.post(f"{address}/consume", json=claim(decision))
        ran = {"outcome": "executed", "detail": "Sent.", "attempt": "a-1"}
        executed = await agent.post(f"{address}/outcome", json=ran)
        again = await agent.post(f"{address}/outcome", json=ran)
        other = await agent.post(f"{address}/outcome", json={"outcome": "failed"})
        unasked = await agent.post(f"{address}/outcome", json={"outcome": "rolled_back"})
        await api.act_after(decision["id"], RequestRollback(reviewer=api.person(), reason="No."))
        undone = await agent.post(f"{address}/outcome", json={"outcome": "rolled_back"})
    assert kind(early) == (409, "not-consumed")
    assert executed.json()["after"]["outcome"]["outcome"] == "executed"
    assert again.json() == executed.json()
    assert kind(other) == (409, "already-reported")
    assert kind(unasked) == (409, "no-rollback-requested")
    assert undone.json()["after"]["rollback"]["state"] == "done"
    assert undone.json()["status"] == "approved"


@pytest.mark.parametrize(
    ("method", "end", "body"),
    [
        ("GET", "", None),
        ("GET", "?wait=5", None),
        ("POST", "/answers", {"answer": "x"}),
        ("POST", "/withdraw", {"reason": "x"}),
        ("POST", "/consume", {"attempt": "1", "digest": "d", "execution_token": "t"}),
        ("POST", "/outcome", {"outcome": "executed"}),
    ],
)
async def test_another_agents_proposal_does_not_exist(
    api: Gateway, method: str, end: str, body: dict[str, str] | None
) -> None:
    async with api.agent() as agent, api.agent(OTHER) as stranger:
        decision = await proposed(api, agent)
        address = f"/v1/proposals/{decision['id']}{end}"
        told = await stranger.request(method, address, json=body)
        nowhere = await stranger.request(method, f"/v1/proposals/p_none{end}", json=body)
        now = (await agent.get(f"/v1/proposals/{decision['id']}")).json()
    assert kind(told) == kind(nowhere) == (404, "not-found")
    assert now == decision


async def test_reaching_for_another_agents_proposal_is_audited(api: Gateway) -> None:
    async with api.agent() as agent, api.agent(OTHER) as stranger:
        decision = await proposed(api, agent)
        await stranger.post(f"/v1/proposals/{decision['id']}/withdraw", json={"reason": "x"})
    lines = await api.store.read(lambda tx: tx.audit.of(decision["id"]))
    assert (lines[-1].event.happening, lines[-1].event.actor.id) == ("refused", OTHER)


@pytest.mark.parametrize(
    ("end", "body", "where"),
    [
        ("answers", {}, "/answer"),
        ("answers", {"answer": ""}, "/answer"),
        ("answers", {"answer": "x", "more": 1}, "/more"),
        ("withdraw", {"reason": 5}, "/reason"),
        ("consume", {"attempt": "a", "digest": "d"}, "/execution_token"),
        ("outcome", {"outcome": "exploded"}, "/outcome"),
    ],
)
async def test_a_wrong_field_is_named(
    api: Gateway, end: str, body: dict[str, Any], where: str
) -> None:
    async with api.agent() as agent:
        decision = await proposed(api, agent)
        told = await agent.post(f"/v1/proposals/{decision['id']}/{end}", json=body)
    assert kind(told) == (422, "invalid-fields")
    assert where in wheres(told.json())


async def test_malformed_json_is_malformed_everywhere(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = await proposed(api, agent)
        for end in ("answers", "withdraw", "consume", "outcome"):
            address = f"/v1/proposals/{decision['id']}/{end}"
            told = await agent.post(address, content=b'{"reason": NaN}')
            assert kind(told) == (400, "malformed-json")
