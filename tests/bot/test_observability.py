"""What the program says about itself, and above all what it never says."""

import io
import json
import logging
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from bot.program.observability import HIDDEN, set_up_logging
from bot.queues.consumer import Consumer
from bot.queues.sql import SqlQueue
from store.ports import Message
from tests.bot.gateway import SUPPORT, Gateway, gateway, refund, served

CANARY = "canary-7f3a"


@pytest.fixture
def said() -> io.StringIO:
    """Log into a text."""
    into = io.StringIO()
    set_up_logging("debug", "json", into)
    return into


def lines(said: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.getvalue().splitlines()]


def test_a_line_is_an_event_with_fields_at_a_time(said: io.StringIO) -> None:
    structlog.get_logger().info("proposal_came_again", proposal="p_1")
    (line,) = lines(said)
    assert (line["event"], line["proposal"], line["level"]) == (
        "proposal_came_again",
        "p_1",
        "info",
    )
    assert line["timestamp"].endswith("Z")


def test_a_field_that_could_hold_a_secret_is_hidden_whatever_it_holds(said: io.StringIO) -> None:
    structlog.get_logger().info("x", parameters={"a": CANARY}, token=CANARY, body=CANARY)
    (line,) = lines(said)
    assert (line["parameters"], line["token"], line["body"]) == (HIDDEN, HIDDEN, HIDDEN)


def test_an_error_is_told_by_type_and_place_but_not_in_its_own_words(said: io.StringIO) -> None:
    try:
        try:
            json.loads(CANARY)
        except ValueError as error:
            raise RuntimeError(CANARY) from error
    except RuntimeError:
        structlog.get_logger().exception("broken")
        logging.getLogger("somebody.else").exception("broken there")
    first, second = lines(said)
    for line in (first, second):
        assert "RuntimeError at " in line["exception"]
        assert "JSONDecodeError at " in line["exception"]
        assert "test_observability.py" in line["exception"]
    assert CANARY not in said.getvalue()


def test_libraries_speak_in_the_same_form_and_not_too_much(said: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request: GET https://x?idempotency_key=1")
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    (line,) = lines(said)
    assert line["event"] == "Invalid HTTP request received."


def test_for_people_it_is_written_plainly() -> None:
    into = io.StringIO()
    set_up_logging("info", "console", into)
    structlog.get_logger().warning("dead_letter", message="m_1", key=CANARY)
    assert "dead_letter" in into.getvalue()
    assert "m_1" in into.getvalue()
    assert CANARY not in into.getvalue()


async def test_nothing_an_agent_sends_is_ever_logged(
    tmp_path: Path, said: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = refund(reason=CANARY, context={"request": CANARY, "steps": [{"title": CANARY}]})
    sent["parameters"] |= {"customer": CANARY, "reason": CANARY}
    url = f"sqlite:///{tmp_path}/keyturn.db"
    async with gateway(url, tmp_path) as made, served(made):
        await by_http(made, sent)
        await by_queue(made, sent)
        await while_everything_breaks(made, sent, monkeypatch)
    told = said.getvalue()
    assert {"dead_letter", "request_failed"} <= {line["event"] for line in lines(said)}
    assert CANARY not in told
    for key in made.keys.values():
        assert key not in told


async def by_http(made: Gateway, sent: dict[str, Any]) -> None:
    async with made.agent() as agent:
        decision = (await agent.post("/v1/proposals", json=sent)).json()
        address = f"/v1/proposals/{decision['id']}"
        await agent.post("/v1/proposals", json={**sent, CANARY: CANARY})
        await agent.post("/v1/proposals", content=f'{{"{CANARY}": NaN}}')
        await agent.get("/v1/proposals", params={"idempotency_key": CANARY, CANARY: CANARY})
        await agent.get(f"/v1/proposals/{CANARY}")
        await agent.post(f"{address}/answers", json={"answer": CANARY})
        claim = {"attempt": CANARY, "digest": CANARY, "execution_token": CANARY}
        await agent.post(f"{address}/consume", json=claim)
        await agent.post(f"{address}/withdraw", json={"reason": CANARY})
    headers = {"Authorization": f"Bearer {CANARY}"}
    async with httpx.AsyncClient(base_url=made.url, headers=headers) as stranger:
        await stranger.post("/v1/proposals", json=sent)


async def by_queue(made: Gateway, sent: dict[str, Any]) -> None:
    bodies = (json.dumps({**sent, "idempotency_key": "q"}), f'{{"{CANARY}": 1}}', CANARY)
    for number, body in enumerate(bodies):
        message = Message(id=f"m_{number}", agent=SUPPORT, body=body)
        await made.store.write(lambda tx, message=message: tx.inbox.put(message))  # type: ignore[misc]
    with made.store.watch("inbox") as watch:
        consumer = Consumer(
            queue=SqlQueue(made.store, "one", watch),
            store=made.store,
            intake=made.intake,
            keys=made.ring,
            metrics=made.metrics,
            drain=made.drain,
        )
        await consumer.take_in(await consumer._next())
    assert len(await made.store.read(lambda tx: tx.dead_letters.page(10))) == 2


async def while_everything_breaks(
    made: Gateway, sent: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: object) -> None:
        raise ArithmeticError(f"while handling {sent}")

    monkeypatch.setattr(made.store, "write", broken)
    async with made.agent() as agent:
        told = await agent.post("/v1/proposals", json={**sent, "idempotency_key": "b"})
        assert told.status_code == 500
    monkeypatch.undo()
