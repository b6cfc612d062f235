"""What is paused is neither passed nor consumed, from the moment the pause is committed."""

import httpx
import pytest

from keyturn import ActionPaused
from keyturn.problems import accepted
from keyturn.transport import reply
from store.effects import Happening
from store.governing import EVERYTHING, Pause
from store.proposal import ProposalId
from tests.bot.gateway import OTHER, SUPPORT, Gateway, refund


async def pause(api: Gateway, scope: str) -> None:
    pause = Pause(scope=scope, since=api.clock(), said_by="Elif Kaya", why="it misfires")
    await api.store.write(lambda tx: tx.pauses.put(pause))


async def consumed(agent: httpx.AsyncClient, decision: dict[str, str]) -> httpx.Response:
    claim = {
        "attempt": "a1",
        "digest": decision["digest"],
        "execution_token": decision["execution_token"],
    }
    return await agent.post(f"/v1/proposals/{decision['id']}/consume", json=claim)


@pytest.mark.parametrize("scope", [EVERYTHING, f"agent:{SUPPORT}", "action:process_refund"])
async def test_an_approval_cannot_be_consumed_while_it_is_paused(api: Gateway, scope: str) -> None:
    async with api.agent() as agent:
        approved = (await agent.post("/v1/proposals", json=refund("20.00"))).json()
        assert approved["status"] == "auto_approved"
        await pause(api, scope)

        refused = await consumed(agent, approved)

        assert refused.status_code == 409
        assert refused.headers["Retry-After"] == "5"
        assert refused.json()["type"].endswith("paused")
        assert "Elif Kaya paused" in refused.json()["detail"]
        assert "it misfires. The approval stands" in refused.json()["detail"]
        lines = await api.store.read(lambda look: look.audit.of(ProposalId(approved["id"])))
        assert lines[-1].event.happening is Happening.REFUSED

        await api.store.write(lambda tx: tx.pauses.remove(scope))
        assert (await consumed(agent, approved)).is_success


async def test_the_client_has_an_error_of_its_own_for_it(api: Gateway) -> None:
    async with api.agent() as agent:
        approved = (await agent.post("/v1/proposals", json=refund("20.00"))).json()
        await pause(api, EVERYTHING)
        refused = await consumed(agent, approved)
    with pytest.raises(ActionPaused, match="Elif Kaya paused everything: it misfires") as paused:
        accepted(reply(refused))
    assert paused.value.retry_after == 5


async def test_another_agents_pause_holds_nobody_else(api: Gateway) -> None:
    await pause(api, f"agent:{OTHER}")
    async with api.agent() as agent:
        approved = (await agent.post("/v1/proposals", json=refund("20.00"))).json()
        assert (await consumed(agent, approved)).is_success


@pytest.mark.parametrize("scope", [EVERYTHING, f"agent:{SUPPORT}", "action:process_refund"])
async def test_what_is_paused_goes_to_people(api: Gateway, scope: str) -> None:
    await pause(api, scope)
    async with api.agent() as agent:
        told = (await agent.post("/v1/proposals", json=refund("20.00"))).json()
    assert told["status"] in {"pending_review", "escalated"}
    stored = await api.checkpoint(told["id"])
    assert "Elif Kaya paused" in " ".join([stored.plan.because, *stored.plan.signals])


async def test_a_paused_agent_still_reports_what_it_began(api: Gateway) -> None:
    async with api.agent() as agent:
        approved = (await agent.post("/v1/proposals", json=refund("20.00"))).json()
        await consumed(agent, approved)
        await pause(api, f"agent:{SUPPORT}")
        told = await agent.post(
            f"/v1/proposals/{approved['id']}/outcome", json={"outcome": "executed"}
        )
    assert told.is_success, told.text
