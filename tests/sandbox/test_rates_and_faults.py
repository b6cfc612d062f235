"""Slack's rates, and misbehaviour on demand."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Options, Sandbox
from sandbox.rules.rates import Rates
from tests.sandbox.driver import Clock, Driver, web_client

HELLO = {"token": "xoxb-sandbox", "channel": "C0OPS", "text": "hello"}


@pytest.fixture
async def limited(clock: Clock) -> AsyncIterator[Sandbox]:
    async with Sandbox(Options(clock=clock, rate_limits=True)) as running:
        yield running


async def test_a_channel_takes_a_short_burst_and_then_one_message_a_second(
    limited: Sandbox, clock: Clock
) -> None:
    async with Driver(limited.url) as driver:
        answers = [await driver.http.post("/api/chat.postMessage", json=HELLO) for _ in range(6)]
        assert [one.status_code for one in answers] == [200] * 5 + [429]
        assert answers[5].headers["retry-after"] == "1"
        assert answers[5].json() == {"ok": False, "error": "ratelimited"}
        other = await driver.http.post("/api/chat.postMessage", json={**HELLO, "channel": "C0SRE"})
        assert other.status_code == 200
        clock.passes(1)
        again = await driver.http.post("/api/chat.postMessage", json=HELLO)
        assert again.status_code == 200


@pytest.mark.parametrize(
    ("method", "burst"),
    [
        ("chat.update", 50),
        ("conversations.history", 50),
        ("views.open", 100),
        ("users.info", 100),
        ("usergroups.list", 20),
        ("users.list", 20),
    ],
)
def test_each_method_has_the_rate_of_its_tier(method: str, burst: int) -> None:
    rates = Rates()
    waits = [rates.wait(method, "C0OPS", 0.0) for _ in range(burst + 1)]
    assert waits[:burst] == [None] * burst
    wait = waits[burst]
    assert wait is not None
    assert rates.wait(method, "C0OPS", float(wait)) is None


def test_waiting_as_told_is_always_enough() -> None:
    rates, now = Rates(), 0.0
    for _ in range(200):
        wait = rates.wait("chat.postMessage", "C0OPS", now)
        if wait is not None:
            now += wait
            assert rates.wait("chat.postMessage", "C0OPS", now) is None


async def test_the_switch_turns_rates_on(driver: Driver) -> None:
    await driver.asks("switches", rate_limits=True)
    answers = [await driver.http.post("/api/chat.postMessage", json=HELLO) for _ in range(6)]
    assert answers[-1].status_code == 429


async def test_a_planned_429_carries_its_wait(driver: Driver) -> None:
    await driver.asks("faults", method="chat.postMessage", kind="ratelimited", retry_after=7)
    answer = await driver.http.post("/api/chat.postMessage", json=HELLO)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert (await driver.http.post("/api/chat.postMessage", json=HELLO)).json()["ok"] is True


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("token_revoked", "token_revoked"),
        ("channel_archived", "is_archived"),
        ("invalid_blocks", "invalid_blocks"),
        ("message_not_found", "message_not_found"),
    ],
)
async def test_any_error_can_be_planned(
    slack: AsyncWebClient, driver: Driver, kind: str, error: str
) -> None:
    await driver.asks("faults", kind=kind)
    with pytest.raises(SlackApiError) as refused:
        await slack.chat_postMessage(channel="C0OPS", text="x")
    assert refused.value.response["error"] == error


@pytest.mark.parametrize(
    ("kind", "status", "said"), [("http_500", 500, 0), ("http_503", 503, 0), ("late_500", 500, 1)]
)
async def test_the_server_can_fail_before_or_after_the_work(
    driver: Driver, kind: str, status: int, said: int
) -> None:
    await driver.asks("faults", method="chat.postMessage", kind=kind)
    answer = await driver.http.post("/api/chat.postMessage", json=HELLO)
    assert answer.status_code == status
    assert len((await driver.state())["messages"]["C0OPS"]) == said


async def test_a_reply_can_be_lost_after_the_work(slack: AsyncWebClient, driver: Driver) -> None:
    await driver.asks("faults", method="chat.postMessage", kind="lost_reply")
    with pytest.raises(aiohttp.ClientError):
        await slack.chat_postMessage(channel="C0OPS", text="posted all the same")
    said = (await driver.state())["messages"]["C0OPS"]
    assert [one["text"] for one in said] == ["posted all the same"]


async def test_a_call_can_time_out_without_the_work(driver: Driver) -> None:
    await driver.asks("faults", method="chat.postMessage", kind="timeout", delay=0.05)
    with pytest.raises(httpx.HTTPError):
        await driver.http.post("/api/chat.postMessage", json=HELLO)
    assert (await driver.state())["messages"]["C0OPS"] == []


async def test_a_call_can_be_slow(driver: Driver) -> None:
    await driver.asks("faults", method="chat.postMessage", kind="slow", delay=0.2)
    with pytest.raises(httpx.ReadTimeout):
        await driver.http.post("/api/chat.postMessage", json=HELLO, timeout=0.05)
    state = await driver.until(lambda state: bool(state["messages"]["C0OPS"]))
    assert state["messages"]["C0OPS"][0]["text"] == "hello"


async def test_a_fault_may_be_for_one_channel_and_some_times(driver: Driver) -> None:
    await driver.asks("faults", kind="http_500", channel="C0SRE", times=2)
    answers = [
        (await driver.http.post("/api/chat.postMessage", json={**HELLO, "channel": channel}))
        for channel in ("C0OPS", "C0SRE", "C0SRE", "C0SRE")
    ]
    assert [one.status_code for one in answers] == [200, 500, 500, 200]


async def test_faults_are_listed_and_forgotten(driver: Driver) -> None:
    await driver.asks("faults", kind="http_500", times=3)
    assert [one["times"] for one in (await driver.look("faults"))["faults"]] == [3]
    await driver.http.delete("/_sandbox/faults")
    assert (await driver.look("faults"))["faults"] == []
    unknown: dict[str, Any] = await driver.asks("faults", kind="http_500", colour="red")
    assert unknown["status_code"] == 400


async def test_a_fault_that_is_none_is_refused(driver: Driver) -> None:
    wrong = await driver.asks("faults", kind="http_500", times="often")
    assert (wrong["status_code"], wrong["problem"]) == (
        400,
        "The field 'times' of a fault is a number.",
    )


async def test_other_sites_may_not_press_buttons_here(driver: Driver) -> None:
    elsewhere = {"Origin": "https://evil.example"}
    answer = await driver.http.post("/_sandbox/say", json={}, headers=elsewhere)
    assert answer.status_code == 403


async def test_the_calls_of_the_app_are_on_record(sandbox: Sandbox, driver: Driver) -> None:
    await web_client(sandbox).chat_postMessage(channel="C0OPS", text="x")
    calls = (await driver.look("calls", method="chat.postMessage"))["calls"]
    assert [one["arguments"]["text"] for one in calls] == ["x"]
    assert calls[0]["answer"]["ok"] is True
    assert "token" not in calls[0]["arguments"]
