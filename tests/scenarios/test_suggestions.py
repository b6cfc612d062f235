"""Suggest, then execute: people approve, one of them carries it out and says how that went."""

import pytest

from keyturn import NotApproved, PeopleExecute
from store.effects import ActorKind, Happening
from tests.scenarios.desk import Desk
from tests.scenarios.lists import Lists
from tests.scenarios.matter import Matter
from tests.scenarios.proposals import a_pump_restart


async def test_a_person_carries_it_out_and_the_agent_hears_of_it(desk: Desk) -> None:
    pump = await _approved(desk)
    card = await pump.says("Waiting for ", " to carry it out")
    assert "a person" not in card.words
    assert set(card.buttons) == {"Done", "Failed", "Recall"}
    await desk.dev.fills("Done", pump, {"Note": "Restarted, it runs."})
    card = await pump.says("Approved and carried out", "Restarted, it runs.")
    assert not card.buttons
    told = (await pump.decision()).after
    assert told.outcome is not None
    assert told.consumed is not None
    assert (told.outcome.outcome, told.outcome.detail) == ("executed", "Restarted, it runs.")
    assert (told.outcome.by, told.consumed.by) == ("U0DEV", "U0DEV")
    (line,) = await pump.audit(Happening.EXECUTED)
    assert line.event.actor.kind is ActorKind.PERSON


async def test_it_waits_for_whoever_said_yes_until_it_is_done(desk: Desk) -> None:
    pump = await _approved(desk)
    home = await Lists(desk.dev).opens()
    await home.says("One proposal waits for you", "Waiting on you (1)", "Not carried out yet")
    whole = await home.opens_entry("pump")
    assert whole.says("Its card is in ")
    await desk.dev.fills("Done", pump, {})
    await home.says("Nothing waits for you", "Waiting on you (0)")


async def test_a_person_says_that_it_failed_and_why(desk: Desk) -> None:
    pump = await _approved(desk)
    await desk.dev.fills("Failed", pump, {"What went wrong?": "It does not start."})
    await pump.says("Approved, but carrying it out failed", "It does not start.")
    await pump.thread_says("FAILED")
    told = (await pump.decision()).after.outcome
    assert told is not None
    assert told.outcome == "failed"


async def test_no_agent_is_given_the_means_to_do_it(desk: Desk) -> None:
    pump = await _approved(desk)
    approved = await pump.decision()
    assert approved.mode == "suggest"
    assert approved.approved
    assert approved.execution_token is None
    with pytest.raises(PeopleExecute, match="A person carries this out"):
        async with approved.executing():
            raise AssertionError("This must not run.")
    with pytest.raises(PeopleExecute):
        await desk.agent.report(pump.id, "executed")
    assert await pump.refusals() == ["people_execute", "people_execute"]


async def test_it_is_recorded_once(desk: Desk) -> None:
    pump = await _approved(desk)
    card = await pump.card(lambda seen: "Done" in seen.buttons)
    await desk.dev.fills("Done", pump, {})
    await pump.says("Approved and carried out")
    await desk.dev.clicks_element("record_failed", pump, card.ts, stale=True)
    await desk.dev.hears("recorded Done for this already")
    assert await desk.dev.has_no_modal()
    assert len(await pump.audit(Happening.EXECUTED, Happening.FAILED)) == 1


async def test_a_suggestion_is_recalled_before_anybody_carried_it_out(desk: Desk) -> None:
    pump = await _approved(desk)
    card = await pump.card(lambda seen: "Done" in seen.buttons)
    await desk.dev.fills("Recall", pump, {"Why is it taken back?": "Wrong pump."})
    await pump.says("Recalled before it was used")
    await desk.dev.clicks_element("record_done", pump, card.ts, stale=True)
    await desk.dev.hears("recalled it already")
    with pytest.raises(NotApproved):
        assert (await pump.decision()).parameters


async def test_only_those_who_decide_record_it(desk: Desk) -> None:
    pump = await _approved(desk)
    card = await pump.card(lambda seen: "Done" in seen.buttons)
    await desk.ana.clicks_element(card.buttons["Done"], pump, card.ts)
    assert await desk.ana.has_no_modal()
    assert await pump.refusals() == ["wrong_role"]
    assert (await pump.decision()).after.outcome is None


async def _approved(desk: Desk) -> Matter:
    pump = await desk.agent_proposes(a_pump_restart())
    await desk.dev.clicks("Approve", pump)
    await pump.stands("approved")
    return pump
