"""What policy engines deny: told to the operators, and overridden by people, once."""

from typing import Any

import httpx
import pytest

from keyturn import AlreadyConsumed
from tests.scenarios.desk import Desk
from tests.scenarios.matter import Matter
from tests.scenarios.programs import AGENT, ENGINES_KEY
from tests.scenarios.proposals import Idea

CALL = {"action": "ec2:StopInstances", "resource": "i-0a1", "note": "<!channel> *Approved*"}
DENIED = {
    "engine": "opa",
    "policy": "servers.protected",
    "message": "Nobody stops a protected server.",
    "call": CALL,
}


async def _engine_reports(desk: Desk, **more: Any) -> Matter:
    body = {"agent": AGENT, "action": "shut_down_server", "policy": "servers.protected"}
    told = {**body, "message": "Nobody stops a protected server.", "call": CALL, **more}
    address = f"http://127.0.0.1:{desk.premises.port}"
    headers = {"Authorization": f"Bearer {ENGINES_KEY}", "Idempotency-Key": "denial-1"}
    async with httpx.AsyncClient(base_url=address, headers=headers) as engine:
        answer = await engine.post("/v1/denials", json=told)
    assert answer.status_code == 201, answer.text
    return Matter(str(answer.json()["id"]), "#ops-alerts", desk)


async def test_operators_hear_of_a_denial_that_the_agent_keeps_to_itself(desk: Desk) -> None:
    denial = await _engine_reports(desk)
    card = await denial.says(
        "Denied by a policy engine",
        "opa denied it",
        AGENT,
        "servers.protected",
        "Nobody stops a protected server.",
        "ec2:StopInstances",
        "<!channel> *Approved*",
    )
    assert not card.buttons
    assert set(card.menu) == {"View everything", "History"}
    assert await denial.seen_in("#keyturn-admins").has_no_card()


async def test_the_whole_call_can_be_looked_at(desk: Desk) -> None:
    long = {**CALL, "tags": ["x" * 20_000, "the last tag"]}
    denial = await _engine_reports(desk, call=long)
    await desk.dev.chooses("View everything", denial)
    view = await desk.dev.modal("The denied call")
    assert view.says("the last tag", "servers.protected")
    assert not view.inputs
    await desk.dev.closes()


async def test_people_override_a_denial_once(desk: Desk) -> None:
    idea = Idea("shut_down_server", {"server": "web-7"}, "#sre-review", {"denied_by": DENIED})
    stop = await desk.agent_proposes(idea)
    await stop.says(
        "Override opa's denial once: ",
        "Approving lets this one call run although opa denied it",
        "within 10 minutes",
        "by opa under the policy servers.protected",
        "ec2:StopInstances",
    )
    await desk.dev.approves(stop)
    approved = await stop.agent_hears("approved")
    decided = await stop.decision()
    assert approved.execute_before is not None
    await desk.agent.consume(decided, attempt="first")
    with pytest.raises(AlreadyConsumed):
        await desk.agent.consume(decided, attempt="second")
