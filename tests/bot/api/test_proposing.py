import json
from typing import Any

import httpx
import pytest

from tests.bot.gateway import OTHER, Gateway, refund, wheres


async def test_a_proposal_is_on_disk_before_its_agent_is_told(api: Gateway) -> None:
    async with api.agent() as agent:
        told = await agent.post("/v1/proposals", json=refund())
    assert told.status_code == 201
    decision = told.json()
    assert told.headers["location"] == f"/v1/proposals/{decision['id']}"
    assert decision["status"] == "pending_review"
    assert decision["parameters"] == refund()["parameters"]
    assert (await api.checkpoint(decision["id"])).revision.digest == decision["digest"]


async def test_a_small_refund_is_approved_by_a_rule_at_once(api: Gateway) -> None:
    async with api.agent() as agent:
        decision = (await agent.post("/v1/proposals", json=refund("48.00"))).json()
    assert decision["status"] == "auto_approved"
    assert decision["execution_token"]


async def test_small_refunds_are_added_up_and_the_last_one_asks_a_person(api: Gateway) -> None:
    async with api.agent() as agent:
        statuses = [
            (await agent.post("/v1/proposals", json=refund("49.00", f"o-{number}"))).json()[
                "status"
            ]
            for number in range(6)
        ]
    assert statuses == ["auto_approved"] * 5 + ["pending_review"]


async def test_an_unknown_action_is_blocked_and_kept_for_classification(api: Gateway) -> None:
    async with api.agent() as agent:
        sent = {"action": "wipe_disk", "parameters": {"disk": "a"}, "idempotency_key": "1"}
        decision = (await agent.post("/v1/proposals", json=sent)).json()
    assert (decision["status"], decision["category"]) == ("blocked", "unknown_action")


async def test_the_same_key_and_content_is_the_same_proposal(api: Gateway) -> None:
    async with api.agent() as agent:
        first = await agent.post("/v1/proposals", json=refund())
        again = await agent.post("/v1/proposals", json=refund())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


async def test_the_same_key_with_other_content_names_the_one_that_has_it(api: Gateway) -> None:
    async with api.agent() as agent:
        first = (await agent.post("/v1/proposals", json=refund())).json()
        other = await agent.post("/v1/proposals", json=refund("481.00"))
    problem = other.json()
    assert other.status_code == 409
    assert problem["type"] == "urn:keyturn:problem:key-reused"
    assert problem["existing"] == first["id"]
    assert problem["detail"].count("sha256:") == 2


async def test_each_agent_has_keys_of_its_own(api: Gateway) -> None:
    sent = {
        "action": "update_crm_record",
        "parameters": {"customer": "A", "field": "note", "value": "x"},
        "idempotency_key": "same",
    }
    async with api.agent() as one, api.agent(OTHER) as two:
        first = await one.post("/v1/proposals", json=sent)
        second = await two.post("/v1/proposals", json=sent)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] != second.json()["id"]


async def test_the_key_may_come_in_the_header(api: Gateway) -> None:
    body = {**refund(), "idempotency_key": None}
    async with api.agent() as agent:
        told = await agent.post("/v1/proposals", json=body, headers={"Idempotency-Key": "h-1"})
        again = await agent.post("/v1/proposals", json=refund(key="h-1"))
    assert told.json()["idempotency_key"] == "h-1"
    assert again.status_code == 200


async def test_two_different_keys_are_none(api: Gateway) -> None:
    async with api.agent() as agent:
        told = await agent.post(
            "/v1/proposals", json=refund(), headers={"Idempotency-Key": "another"}
        )
    assert told.status_code == 422
    assert wheres(told.json()) == ["/idempotency_key"]


@pytest.mark.parametrize("header", [None, "", "x" * 256, "a\tb"])
async def test_no_key_or_a_key_of_a_wrong_length_is_refused(
    api: Gateway, header: str | None
) -> None:
    headers = {} if header is None else {"Idempotency-Key": header}
    async with api.agent() as agent:
        told = await agent.post(
            "/v1/proposals", json={**refund(), "idempotency_key": None}, headers=headers
        )
    assert told.status_code == 422
    assert wheres(told.json()) == ["/idempotency_key"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic abc"}],
)
async def test_without_a_known_key_nobody_proposes(api: Gateway, headers: dict[str, str]) -> None:
    async with httpx.AsyncClient(base_url=api.url) as stranger:
        told = await stranger.post("/v1/proposals", json=refund(), headers=headers)
    assert told.status_code == 401
    assert told.headers["www-authenticate"].startswith("Bearer")
    assert told.headers["content-type"] == "application/problem+json"


async def test_an_action_that_the_key_does_not_cover_is_forbidden(api: Gateway) -> None:
    async with api.agent(OTHER) as agent:
        told = await agent.post("/v1/proposals", json=refund())
    assert told.status_code == 403
    assert told.json()["type"] == "urn:keyturn:problem:action-not-allowed"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"{", "line 1"),
        (b"", "line 1"),
        (b'{"action": "a", "action": "b"}', "twice"),
        (b'{"confidence": NaN}', "NaN"),
        (b'{"confidence": Infinity}', "Infinity"),
        (b'{"confidence": 1e999}', "too large"),
        (b'{"parameters": {"n": 9007199254740993}}', "2^53"),
        (b"[" * 100_000, "nested"),
        (b'{"a": ' * 40 + b"1" + b"}" * 40, "nested"),
        (b'{"reason": "\\ud800"}', "half a character"),
        (b'{"reason": "\xff"}', "UTF-8"),
        (json.dumps({"parameters": {str(n): 1 for n in range(2_001)}}).encode(), "keys"),
        (json.dumps({"reason": "x" * 70_000}).encode(), "bytes"),
    ],
    ids=lambda value: str(value)[:24],
)
async def test_json_that_is_not_plain_and_exact_is_malformed(
    api: Gateway, raw: bytes, said: str
) -> None:
    async with api.agent() as agent:
        told = await agent.post("/v1/proposals", content=raw)
    assert told.status_code == 400
    assert told.json()["type"] == "urn:keyturn:problem:malformed-json"
    assert said in told.json()["detail"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"surprise": 1}, "/surprise"),
        ({"action": 7}, "/action"),
        ({"action": "no such thing!"}, "/action"),
        ({"confidence": "0.9"}, "/confidence"),
        ({"confidence": 1.5}, "/confidence"),
        ({"recommended_review": "yes"}, "/recommended_review"),
        ({"urgency": "asap"}, "/urgency"),
        ({"context": {"steps": [{"title": "x", "colour": "red"}]}}, "/context/steps/0/colour"),
        ({"choices": ["a"]}, "/choices"),
        ({"missing": ["amount"]}, "/missing/0"),
        ({"missing": ["weight"]}, "/missing/0"),
        ({"callback": "http://hooks.example.com/x"}, "/callback"),
        ({"callback": "https://evil.example/x"}, "/callback"),
        ({"callback": "https://a:b@hooks.example.com/x"}, "/callback"),
        ({"callback": "https://[::1"}, "/callback"),
        ({"live_view_url": "javascript:alert(1)"}, "/live_view_url"),
        ({"live_view_url": "https://[::1"}, "/live_view_url"),
        ({"alternative_to": "p_none"}, "/alternative_to"),
        ({"idempotency_key": "a\x00b"}, "/idempotency_key"),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_a_wrong_field_is_named(api: Gateway, change: dict[str, Any], where: str) -> None:
    async with api.agent() as agent:
        told = await agent.post("/v1/proposals", json={**refund(), **change})
    assert told.status_code == 422, told.text
    assert where in wheres(told.json())


@pytest.mark.parametrize(
    ("parameters", "where"),
    [
        ({"amount": "-5.00"}, "/parameters/amount"),
        ({"amount": 12.5}, "/parameters/amount"),
        ({"amount": "12,50"}, "/parameters/amount"),
        ({"amount": None}, "/parameters/amount"),
        ({"currency": "XYZ"}, "/parameters/currency"),
        ({"order_id": "no"}, "/parameters/order_id"),
        ({"colour": "red"}, "/parameters/colour"),
    ],
    ids=str,
)
async def test_a_parameter_the_schema_does_not_allow_is_named(
    api: Gateway, parameters: dict[str, Any], where: str
) -> None:
    sent = refund()
    sent["parameters"] |= parameters
    async with api.agent() as agent:
        told = await agent.post("/v1/proposals", json=sent)
    assert told.status_code == 422
    assert where in wheres(told.json())


async def test_a_missing_amount_is_named(api: Gateway) -> None:
    sent = refund()
    del sent["parameters"]["amount"]
    async with api.agent() as agent:
        told = await agent.post("/v1/proposals", json=sent)
    assert wheres(told.json()) == ["/parameters/amount"]


async def test_all_mistakes_are_told_at_once(api: Gateway) -> None:
    sent = refund(choices=["a"], callback="ftp://x", idempotency_key=None)
    sent["parameters"]["colour"] = "red"
    async with api.agent() as agent:
        told = await agent.post("/v1/proposals", json=sent)
    assert set(wheres(told.json())) == {
        "/choices",
        "/callback",
        "/idempotency_key",
        "/parameters/colour",
    }


async def test_an_alternative_names_a_proposal_of_the_same_agent(api: Gateway) -> None:
    async with api.agent() as agent, api.agent(OTHER) as stranger:
        first = (await agent.post("/v1/proposals", json=refund())).json()
        second = await agent.post(
            "/v1/proposals", json=refund("470.00", "order-2", alternative_to=first["id"])
        )
        sent = {
            "action": "update_crm_record",
            "parameters": {"customer": "A", "field": "note", "value": "x"},
            "idempotency_key": "1",
            "alternative_to": first["id"],
        }
        foreign = await stranger.post("/v1/proposals", json=sent)
    assert second.status_code == 201
    assert wheres(foreign.json()) == ["/alternative_to"]
