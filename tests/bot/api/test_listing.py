from typing import Any

import pytest

from tests.bot.gateway import OTHER, Gateway, refund, wheres


async def test_an_agent_lists_its_own_newest_first_page_by_page(api: Gateway) -> None:
    async with api.agent() as agent:
        made = []
        for number in range(5):
            told = await agent.post("/v1/proposals", json=refund(key=f"o-{number}"))
            made.append(told.json()["id"])
        found: list[str] = []
        cursor: dict[str, Any] = {}
        for _ in range(3):
            page = (await agent.get("/v1/proposals", params={"limit": 2, **cursor})).json()
            found += [each["id"] for each in page["proposals"]]
            cursor = {"cursor": page["next_cursor"]}
    assert found == made[::-1]
    assert cursor == {"cursor": None}


async def test_nobody_sees_another_agents_list(api: Gateway) -> None:
    async with api.agent() as agent, api.agent(OTHER) as stranger:
        await agent.post("/v1/proposals", json=refund())
        page = (await stranger.get("/v1/proposals")).json()
    assert page == {"proposals": [], "next_cursor": None}


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        ({"status": "pending_review"}, ["large"]),
        ({"status": "auto_approved,pending_review"}, ["large", "small"]),
        ({"action": "process_refund"}, ["large", "small"]),
        ({"action": "flush_cache"}, []),
        ({"idempotency_key": "small"}, ["small"]),
    ],
)
async def test_a_list_is_filtered(api: Gateway, asked: dict[str, str], keys: list[str]) -> None:
    async with api.agent() as agent:
        await agent.post("/v1/proposals", json=refund("48.00", "small"))
        await agent.post("/v1/proposals", json=refund("480.00", "large"))
        page = (await agent.get("/v1/proposals", params=asked)).json()
    assert [each["idempotency_key"] for each in page["proposals"]] == keys


@pytest.mark.parametrize(
    "asked",
    [
        {"status": "sleeping"},
        {"limit": "0"},
        {"limit": "201"},
        {"limit": "ten"},
        {"limit": "９"},
        {"colour": "red"},
        {"idempotency_key": "\x00"},
        {"cursor": "p\n1"},
        {"action": ""},
        {"executor": "somebody"},
        {"executor": ""},
    ],
)
async def test_a_wrong_query_is_named(api: Gateway, asked: dict[str, str]) -> None:
    async with api.agent() as agent:
        told = await agent.get("/v1/proposals", params=asked)
    assert told.status_code == 422
    assert wheres(told.json()) == [f"?{name}" for name in asked]


@pytest.mark.parametrize("asked", [{"wait": "61"}, {"wait": "-1"}, {"after_version": "x"}])
async def test_a_wrong_wait_is_named(api: Gateway, asked: dict[str, str]) -> None:
    async with api.agent() as agent:
        told = await agent.get("/v1/proposals/p_1", params=asked)
    assert told.status_code == 422
    assert wheres(told.json()) == [f"?{name}" for name in asked]
