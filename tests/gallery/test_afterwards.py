"""The pictures of what becomes of a proposal."""

from contextlib import suppress

import httpx

from keyturn import AsyncDecided
from tests.gallery.album import Album
from tests.scenarios.desk import Desk
from tests.scenarios.matter import Matter
from tests.scenarios.programs import AGENT, ENGINES_KEY
from tests.scenarios.proposals import (
    Idea,
    a_cache_flush,
    a_key_rotation,
    a_pump_restart,
    a_refund,
    a_sandbox,
    an_unknown_action,
)

DENIED = {
    "engine": "opa",
    "policy": "servers.protected",
    "message": "Nobody stops a protected server.",
    "call": {"action": "ec2:StopInstances", "resource": "i-0a1"},
}
WHY_UNDO = {"Why must it be undone?": "The shop is slow since then."}
NO = {"Why must it not run, or not stand?": "We have seven of these."}


async def _approved(desk: Desk) -> tuple[Matter, AsyncDecided]:
    flush = await desk.agent_proposes(a_cache_flush())
    await desk.dev.clicks("Flush", flush)
    await flush.agent_hears("approved")
    return flush, await flush.decision()


async def test_approved_and_executed(desk: Desk, album: Album) -> None:
    flush, approved = await _approved(desk)
    await album.card("card-approved", flush, "Approved", seen_by="dev")
    async with desk.agent.executing(approved) as doing:
        doing.detail = "The cache is empty; pages fill it again."
    await album.card("card-executed", flush, "The cache is empty", seen_by="dev")
    await desk.dev.fills("Request rollback", flush, WHY_UNDO)
    wanted = await desk.agent.pending(flush.id).wait()
    async with wanted.rolling_back() as undoing:
        undoing.detail = "The old entries were put back."
    await album.card("card-rolled-back", flush, "put back", seen_by="dev")


async def test_approved_and_taken_back(desk: Desk, album: Album) -> None:
    flush, _ = await _approved(desk)
    await desk.dev.opens("Recall", flush)
    await album.modal("modal-recall", "Why is it taken back?", seen_by="dev")
    await desk.dev.submits({"Why is it taken back?": "It is peak hour."})
    await album.card("card-recalled", flush, "Recalled before it was used", seen_by="dev")


async def test_approved_but_failed(desk: Desk, album: Album) -> None:
    flush, approved = await _approved(desk)
    with suppress(RuntimeError):
        async with desk.agent.executing(approved):
            raise RuntimeError("the cache does not answer")
    await album.card("card-failed", flush, "executing failed", seen_by="dev")


async def test_nobody_decided_or_nobody_had_to(desk: Desk, album: Album) -> None:
    withdrawn = await desk.agent_proposes(a_refund())
    await withdrawn.card()
    await desk.agent.pending(withdrawn.id).withdraw("She found the bill herself.")
    await album.card("card-withdrawn", withdrawn, "found the bill", seen_by="finn")
    small = await desk.agent_proposes(a_refund("48.00"))
    await album.card("card-auto-approved", small, "$48.00", seen_by="finn")
    rotation = await desk.agent_proposes(a_key_rotation())
    await rotation.agent_hears("expired")
    await album.card("card-expired", rotation, "Nobody decided in time", seen_by="dev")


async def test_an_unknown_action(desk: Desk, album: Album) -> None:
    unknown = await desk.agent_proposes(an_unknown_action())
    await album.card("card-blocked", unknown, "delete_customer_account", seen_by="elif_")
    await desk.elif_.opens("Classify", unknown)
    await album.modal("modal-classify", "How bad", seen_by="elif_")


async def test_on_the_loop(desk: Desk, album: Album) -> None:
    machine = await desk.agent_proposes(a_sandbox())
    await album.card("card-on-the-loop", machine, "Runs now unless vetoed", seen_by="dev")
    released = await machine.decision()
    async with desk.agent.executing(released):
        pass
    await desk.dev.fills("Veto", machine, NO)
    final = await released.until_final()
    async with final.rolling_back() as undoing:
        undoing.detail = "It is torn down."
    await album.card("card-vetoed", machine, "Vetoed and rolled back", seen_by="dev")


async def test_a_suggestion(desk: Desk, album: Album) -> None:
    pump = await desk.agent_proposes(a_pump_restart())
    await desk.dev.clicks("Approve", pump)
    await album.card("card-suggestion", pump, "to carry it out", seen_by="dev")
    await desk.dev.fills("Done", pump, {"Note": "Restarted, it runs."})
    await album.card("card-carried-out", pump, "Restarted, it runs", seen_by="dev")


async def test_a_denial(desk: Desk, album: Album) -> None:
    denied = Idea("shut_down_server", {"server": "web-7"}, "#sre-review", {"denied_by": DENIED})
    override = await desk.agent_proposes(denied)
    await album.card("card-override", override, "Override opa's denial once", seen_by="dev")
    told = {"agent": AGENT, "action": "shut_down_server", **DENIED}
    headers = {"Authorization": f"Bearer {ENGINES_KEY}", "Idempotency-Key": "denial-1"}
    address = f"http://127.0.0.1:{desk.premises.port}/v1/denials"
    async with httpx.AsyncClient(headers=headers) as engine:
        answer = await engine.post(address, json={k: v for k, v in told.items() if k != "engine"})
    denial = Matter(str(answer.json()["id"]), "#ops-alerts", desk)
    await album.card("card-denied", denial, "Denied by a policy engine", seen_by="dev")
