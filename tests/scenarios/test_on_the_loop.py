"""What a rule releases runs at once, under people's eyes: vetoed in time, undone, or left alone."""

import asyncio
from datetime import timedelta

import pytest

from keyturn import ApprovalRecalled, AsyncDecided
from store.effects import Happening
from store.ports import Reading, TimerKind
from tests.scenarios.desk import Desk
from tests.scenarios.matter import Matter
from tests.scenarios.proposals import a_digest, a_preview, a_sandbox
from tests.scenarios.seeing import Json

NO = {"Why must it not run, or not stand?": "We have seven of these."}


async def test_a_release_is_announced_with_the_time_to_veto(desk: Desk) -> None:
    sandbox = await desk.agent_proposes(a_sandbox())
    card = await sandbox.says("Runs now unless vetoed", "may veto it until", "tears the sandbox")
    assert set(card.buttons) == {"Veto"}
    released = await sandbox.decision()
    assert released.approved
    assert released.vetoable
    assert released.execution_token


async def test_what_runs_is_vetoed_and_undone(desk: Desk) -> None:
    sandbox = await desk.agent_proposes(a_sandbox())
    released = await _ran(desk, sandbox)
    waiting = asyncio.create_task(released.until_final())
    await desk.dev.fills("Veto", sandbox, NO)
    await sandbox.says("Vetoed, rollback requested", "We have seven of these.")
    final = await waiting
    assert final.rollback_requested
    assert final.after.vetoed is not None
    assert (final.after.vetoed.by, final.after.vetoed.reason) == (
        "U0DEV",
        "We have seven of these.",
    )
    async with final.rolling_back() as undoing:
        undoing.detail = "It is torn down."
    card = await sandbox.says("Vetoed and rolled back", "It is torn down.")
    assert not card.buttons
    await sandbox.thread_says("vetoed it", "asked the agent to undo it", "it was undone")
    assert len(await sandbox.audit(Happening.VETOED, Happening.ROLLBACK_DONE)) == 2


async def test_undoing_that_fails_is_told_to_operations(desk: Desk) -> None:
    sandbox = await desk.agent_proposes(a_sandbox())
    released = await _ran(desk, sandbox)
    await desk.dev.fills("Veto", sandbox, NO)
    final = await released.until_final()
    with pytest.raises(RuntimeError):
        async with final.rolling_back():
            raise RuntimeError("a volume is attached")
    await sandbox.says("Vetoed, but rollback failed", "a volume is attached")
    await desk.workspace.until(
        lambda state: _operations_hear(state, sandbox, "FAILED"), "an alert about the rollback"
    )


async def test_what_has_not_begun_never_begins_after_a_veto(desk: Desk) -> None:
    sandbox = await desk.agent_proposes(a_sandbox())
    released = await sandbox.stands("auto_approved")
    await desk.dev.fills("Veto", sandbox, NO)
    await sandbox.says("Vetoed before it ran", "We have seven of these.")
    with pytest.raises(ApprovalRecalled, match="vetoed this"):
        await desk.agent.consume(released, attempt="late")
    assert not (await sandbox.decision()).approved


async def test_the_button_goes_when_nobody_vetoed_in_time(desk: Desk) -> None:
    preview = await desk.agent_proposes(a_preview())
    released = await _ran(desk, preview)
    final = await released.until_final()
    assert not final.vetoable
    assert final.approved
    assert final.after.veto_closed_at is not None
    card = await preview.says("Nobody vetoed it")
    assert set(card.buttons) == {"Request rollback"}
    assert len(await preview.audit(Happening.VETO_WINDOW_CLOSED)) == 1
    kinds = await desk.store.read(lambda look: _timers(look, preview))
    assert TimerKind.VETO not in kinds


async def test_a_late_click_is_told_what_to_do_instead(desk: Desk) -> None:
    preview = await desk.agent_proposes(a_preview())
    await _ran(desk, preview)
    card = await preview.says("Nobody vetoed it")
    await desk.dev.clicks_element("veto", preview, card.ts, stale=True)
    await desk.dev.hears("Use Request rollback")
    assert await preview.refusals() == ["too_late"]
    assert (await preview.decision()).after.vetoed is None


async def test_only_those_who_decide_may_veto(desk: Desk) -> None:
    sandbox = await desk.agent_proposes(a_sandbox())
    card = await sandbox.card(lambda seen: "Veto" in seen.buttons)
    await desk.ana.clicks_element(card.buttons["Veto"], sandbox, card.ts)
    assert await desk.ana.has_no_modal()
    assert await sandbox.refusals() == ["wrong_role"]
    assert (await sandbox.decision()).approved


async def test_operations_hear_of_what_only_passes_by(desk: Desk) -> None:
    digest = await desk.agent_proposes(a_digest())
    card = await digest.says("Approved by a rule", "Not executed yet")
    assert set(card.buttons) == {"Recall"}
    await desk.workspace.until(
        lambda state: _operations_hear(state, digest, "Runs without a person"), "an alert"
    )
    assert not (await digest.decision()).vetoable


async def _ran(desk: Desk, matter: Matter) -> AsyncDecided:
    released = await matter.stands("auto_approved")
    async with desk.agent.executing(released) as run:
        run.detail = "It is up."
    return released


def _timers(look: Reading, matter: Matter) -> set[TimerKind]:
    found = look.timers.due(look.now() + timedelta(days=365), 100)
    return {each.kind for each in found if each.proposal == matter.id}


def _operations_hear(state: Json, matter: Matter, words: str) -> bool:
    return any(matter.id in str(each) and words in str(each) for each in state["messages"]["C0OPS"])
