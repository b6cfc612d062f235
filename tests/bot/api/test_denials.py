"""What a policy engine reports with its own key."""

from typing import Any

import pytest

from manifests.vocabulary import ActionName
from store.checkpoint import Blocked
from store.ports import Errand
from tests.bot.gateway import ENGINE, MANIFEST, SUPPORT, Gateway, refund, wheres


def a_denial(key: str = "d-1", **more: Any) -> dict[str, Any]:
    known = {
        "agent": "support",
        "action": "process_refund",
        "resource": "arn:payments:refunds/4711",
        "policy": "refunds.daily_limit",
        "message": "The daily limit is used up.",
        "call": {"action": "payments:Refund", "arguments": {"amount": "240.00"}},
        "idempotency_key": key,
    }
    return {**known, **more}


async def test_a_denial_is_told_to_the_operators_and_nothing_can_be_decided(api: Gateway) -> None:
    async with api.agent(ENGINE) as engine:
        told = await engine.post("/v1/denials", json=a_denial())
        read = await engine.get(told.headers["location"])
    assert told.status_code == 201
    assert told.json()["status"] == "blocked"
    assert told.json()["category"] == "policy_engine"
    assert read.json() == told.json()
    checkpoint = await api.checkpoint(told.json()["id"])
    assert isinstance(checkpoint.state, Blocked)
    assert checkpoint.is_denial
    known = MANIFEST.actions[ActionName("process_refund")]
    assert checkpoint.plan.severity is known.severity
    cards = await api.store.read(lambda look: look.cards.of(checkpoint.id))
    assert [card.channel for card in cards] == [MANIFEST.operations.channel]
    errands = await api.store.read(lambda look: look.outbox.next_in(cards[0].channel, look.now()))
    assert errands is not None
    assert errands.errand is Errand.CARD


async def test_a_denial_told_twice_is_told_once(api: Gateway) -> None:
    async with api.agent(ENGINE) as engine:
        first = await engine.post("/v1/denials", json=a_denial())
        again = await engine.post("/v1/denials", json=a_denial())
        other = await engine.post("/v1/denials", json=a_denial(policy="another"))
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert other.json()["existing"] == first.json()["id"]


async def test_the_key_of_a_denial_may_come_in_the_header(api: Gateway) -> None:
    async with api.agent(ENGINE) as engine:
        body = a_denial(idempotency_key=None)
        without = await engine.post("/v1/denials", json=body)
        told = await engine.post("/v1/denials", json=body, headers={"Idempotency-Key": "h"})
    assert wheres(without.json()) == ["/idempotency_key"]
    assert told.status_code == 201


async def test_an_agent_may_not_report_denials(api: Gateway) -> None:
    async with api.agent(SUPPORT) as agent:
        told = await agent.post("/v1/denials", json=a_denial())
    assert told.status_code == 403
    assert told.json()["type"] == "urn:keyturn:problem:wrong-kind-of-key"
    assert "denied_by" in told.json()["detail"]


async def test_an_engine_may_not_propose(api: Gateway) -> None:
    async with api.agent(ENGINE) as engine:
        told = await engine.post("/v1/proposals", json=refund())
        listed = await engine.get("/v1/proposals")
    assert told.status_code == 403
    assert "/v1/denials" in told.json()["detail"]
    assert listed.json()["proposals"] == []


async def test_a_denial_of_a_stranger_says_that_nobody_knows_it(api: Gateway) -> None:
    """Whom nobody registered may be the one to look at, so the alert is not thrown away."""
    async with api.agent(ENGINE) as engine:
        told = await engine.post("/v1/denials", json=a_denial(agent="ghost"))
    assert told.status_code == 201
    assert "ghost, which the agents' key file does not name" in told.json()["reason"]


async def test_a_denied_call_may_be_large(api: Gateway) -> None:
    call = {"arguments": ["x" * 50_000, "y" * 50_000]}
    async with api.agent(ENGINE) as engine:
        told = await engine.post("/v1/denials", json=a_denial(call=call))
    assert told.status_code == 201
    stored = (await api.checkpoint(told.json()["id"])).proposal.denied_by
    assert stored is not None
    assert stored.call == call


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"agent": None}, "/agent"),
        ({"agent": "no name!"}, "/agent"),
        ({"action": "<!channel>"}, "/action"),
        ({"policy": ""}, "/policy"),
        ({"resource": "r" * 501}, "/resource"),
        ({"message": "m" * 20_001}, "/message"),
        ({"colour": "red"}, "/colour"),
        ({"idempotency_key": "a\nb"}, "/idempotency_key"),
    ],
    ids=str,
)
async def test_a_broken_denial_is_told_where(
    api: Gateway, changed: dict[str, Any], where: str
) -> None:
    async with api.agent(ENGINE) as engine:
        told = await engine.post("/v1/denials", json=a_denial(**changed))
    assert told.status_code == 422
    assert where in wheres(told.json())


async def test_a_denial_too_large_or_without_a_key_of_ours_is_turned_down(api: Gateway) -> None:
    async with api.agent(ENGINE) as engine:
        large = await engine.post("/v1/denials", json=a_denial(call="x" * 300_000))
        broken = await engine.post("/v1/denials", content=b"{")
        stranger = await engine.post(
            "/v1/denials", json=a_denial(), headers={"Authorization": "Bearer keyturn_nobody"}
        )
        read = await engine.get("/v1/denials")
    assert large.status_code == 413
    assert broken.status_code == 400
    assert stranger.status_code == 401
    assert read.status_code == 405


async def test_the_description_names_denials(api: Gateway) -> None:
    async with api.agent(ENGINE) as engine:
        told = (await engine.get("/openapi.json")).json()
    post = told["paths"]["/v1/denials"]["post"]
    assert post["operationId"] == "deny"
    assert {"201", "200", "403", "422"} <= set(post["responses"])
    assert "engine" in str(told["components"]["schemas"]["Denial"])
    assert {"flags", "signals", "affected", "denied_by"} <= set(
        told["components"]["schemas"]["Proposal"]["properties"]
    )
