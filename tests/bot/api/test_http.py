"""The protocol around the API: sizes, methods, headers, health, figures, the description."""

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
import pytest

from bot.agents.intake import Fault
from bot.api.problems import BY_FAULT, BY_REASON, KINDS
from bot.api.serving import PortTaken, bound
from store.refusals import Reason
from store.sql import StoreUnavailable
from store.wire import MAX_BYTES
from tests.bot.gateway import Gateway, refund


async def test_a_body_announced_too_large_is_refused_before_it_is_read(api: Gateway) -> None:
    reader, writer = await posting(api, f"Content-Length: {MAX_BYTES + 1}")
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n"), 5)
    writer.close()
    assert b"413" in answer


async def test_a_body_that_grows_too_large_is_refused_while_it_comes(api: Gateway) -> None:
    reader, writer = await posting(api, "Transfer-Encoding: chunked")
    answer = asyncio.create_task(reader.readuntil(b"\r\n"))
    for _ in range(1 + MAX_BYTES // 0x8000):
        writer.write(b"8000\r\n" + b" " * 0x8000 + b"\r\n")
        await writer.drain()
    # The body has no end, and still there is an answer.
    assert b"413" in await asyncio.wait_for(answer, 5)
    writer.close()


async def posting(api: Gateway, header: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = api.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    key = next(iter(api.keys.values()))
    head = f"POST /v1/proposals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n{header}"
    writer.write(f"{head}\r\n\r\n".encode())
    return reader, writer


async def test_the_largest_body_is_taken(api: Gateway) -> None:
    sent = refund(context={"steps": [{"title": "s", "result": "x" * 60_000}] * 4})
    async with api.agent() as agent:
        told = await agent.post("/v1/proposals", json=sent)
    assert told.status_code == 201


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/v2/proposals", 404),
        ("GET", "/v1/proposals/a/b/c", 404),
        ("DELETE", "/v1/proposals", 405),
        ("PUT", "/v1/proposals/p_1", 405),
        ("GET", "/v1/proposals/p_1/consume", 405),
        ("POST", "/healthz", 405),
        ("GET", "/docs", 404),
    ],
)
async def test_a_wrong_address_or_method_is_a_problem_too(
    api: Gateway, method: str, path: str, status: int
) -> None:
    async with api.agent() as agent:
        told = await agent.request(method, path)
    assert told.status_code == told.json()["status"] == status
    assert told.headers["content-type"] == "application/problem+json"
    assert (status == 405) == ("allow" in told.headers)


@pytest.mark.parametrize(
    "path", ["/v1/proposals/..%2f..", "/v1/proposals/a%20b", "/v1/proposals/" + "x" * 65]
)
async def test_an_id_that_cannot_be_one_is_not_looked_for(api: Gateway, path: str) -> None:
    async with api.agent() as agent:
        assert (await agent.get(path)).status_code == 404


async def test_head_answers_like_get_without_a_body(api: Gateway) -> None:
    async with api.agent() as agent:
        made = (await agent.post("/v1/proposals", json=refund())).json()
        for path in ("/healthz", "/openapi.json", f"/v1/proposals/{made['id']}", "/v1/proposals"):
            told = await agent.head(path)
            assert (told.status_code, told.content) == (200, b""), path


async def test_every_answer_carries_the_same_care(api: Gateway) -> None:
    async with api.agent() as agent:
        for path in ("/healthz", "/nowhere", "/v1/proposals"):
            headers = (await agent.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == "no-store"
            assert "server" not in headers


async def test_reading_changes_nothing(api: Gateway) -> None:
    async with api.agent() as agent:
        made = (await agent.post("/v1/proposals", json=refund())).json()
        before = await api.store.read(lambda tx: len(tx.audit.of(made["id"])))
        for end in ("", "/answers", "/withdraw", "/consume", "/outcome"):
            await agent.get(f"/v1/proposals/{made['id']}{end}")
        after = await api.store.read(lambda tx: len(tx.audit.of(made["id"])))
        now = (await agent.get(f"/v1/proposals/{made['id']}")).json()
    assert (before, made) == (after, now)


async def test_health_needs_no_key(api: Gateway) -> None:
    async with httpx.AsyncClient(base_url=api.url) as anybody:
        assert (await anybody.get("/healthz")).json() == {"status": "ok"}


async def test_readiness_says_what_is_not_ready(api: Gateway) -> None:
    async def away() -> str | None:
        return "Slack does not answer"

    async def breaks() -> str | None:
        raise RuntimeError("a fault of the check itself")

    async with httpx.AsyncClient(base_url=api.url) as anybody:
        well = await anybody.get("/readyz")
        api.checks.update(slack=away, relay=breaks)
        ill = await anybody.get("/readyz")
    assert (well.status_code, well.json()["status"]) == (200, "ready")
    assert ill.status_code == 503
    assert ill.json()["checks"] == {
        "database": "ok",
        "running": "ok",
        "slack": "Slack does not answer",
        "relay": "failed",
    }


async def test_figures_follow_what_happens(api: Gateway) -> None:
    async with api.agent() as agent:
        await agent.post("/v1/proposals", json=refund("48.00", "a"))
        await agent.post("/v1/proposals", json=refund("480.00", "b"))
        await agent.post("/v1/proposals", json=refund("480.00", "b"))
        await agent.post("/v1/proposals", json={"action": 1})
        other = (await agent.post("/v1/proposals", json=refund("481.00", "c"))).json()
        await agent.post(f"/v1/proposals/{other['id']}/withdraw", json={"reason": "No."})
        await agent.post(f"/v1/proposals/{other['id']}/withdraw", json={"reason": "No."})
        figures = (await agent.get("/metrics")).text
    for line in (
        'keyturn_intake_total{door="api",route="auto_approve"} 1.0',
        'keyturn_intake_total{door="api",route="review"} 2.0',
        'keyturn_decisions_total{status="auto_approved"} 1.0',
        'keyturn_decisions_total{status="withdrawn"} 1.0',
        'keyturn_refusals_total{by="agent",reason="already_closed"} 1.0',
        'keyturn_declined_total{door="api",fault="invalid"} 1.0',
        "keyturn_inbox_depth 0.0",
        'keyturn_request_seconds_count{endpoint="POST /v1/proposals",status="201"} 3.0',
    ):
        assert line in figures
    assert "keyturn_outbox_waiting 4.0" in figures


async def test_a_database_that_is_away_is_said_to_be_so(
    api: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_: object) -> None:
        raise StoreUnavailable("The database did not answer in time.")

    monkeypatch.setattr(api.store, "write", away)
    async with api.agent() as agent:
        told = await agent.post("/v1/proposals", json=refund())
    assert (told.status_code, told.headers["retry-after"]) == (503, "2")
    assert told.json()["type"] == "urn:keyturn:problem:not-ready"


async def test_a_fault_of_ours_is_a_problem_without_a_trace(
    api: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: object) -> None:
        raise ZeroDivisionError("canary")

    monkeypatch.setattr(api.store, "write", broken)
    async with api.agent() as agent:
        told = await agent.post("/v1/proposals", json=refund())
    assert told.status_code == 500
    assert "canary" not in told.text


def test_every_refusal_and_fault_has_its_place_in_the_table() -> None:
    assert set(BY_REASON) == set(Reason)
    assert set(BY_FAULT) == set(Fault)
    assert {*BY_REASON.values(), *BY_FAULT.values()} <= set(KINDS)
    assert len({kind.slug for kind in KINDS}) == len(KINDS)


def test_a_busy_port_is_one_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken) as caught:
            bound("127.0.0.1", port)
    assert str(port) in str(caught.value)
    assert "KEYTURN_HTTP_PORT" in str(caught.value)


async def described(api: Gateway) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=api.url) as anybody:
        found: dict[str, Any] = (await anybody.get("/openapi.json")).json()
    return found


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            if name == "$ref":
                yield each
            else:
                yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


async def test_the_description_names_every_address_and_nothing_that_is_not_there(
    api: Gateway,
) -> None:
    found = await described(api)
    schemas = found["components"]["schemas"]
    assert {each.rsplit("/", 1)[-1] for each in references(found)} <= schemas.keys()
    async with api.agent() as agent:
        for path, methods in found["paths"].items():
            for method in methods:
                told = await agent.request(method, path.replace("{id}", "p_1"), json={})
                assert told.status_code != 405, (method, path)
                assert str(told.status_code) in {*methods[method]["responses"], "503"}


async def test_what_is_answered_is_what_was_described(api: Gateway) -> None:
    found = await described(api)

    def check(body: object, name: str) -> None:
        schema = {"$ref": f"#/components/schemas/{name}", "components": found["components"]}
        jsonschema.validate(body, schema)

    async with api.agent() as agent:
        made = await agent.post("/v1/proposals", json=refund())
        check(made.json(), "Decision")
        check((await agent.get("/v1/proposals")).json(), "PageOfDecisions")
        check((await agent.post("/v1/proposals", json={"action": 1})).json(), "Problem")
        check((await agent.post("/v1/proposals", json=refund("1.00"))).json(), "Problem")
    check(refund(), "Proposal")
