"""Draft and refine: a plan of steps is changed and made anew one step at a time."""

import re
from collections.abc import Mapping
from typing import Any

from tests.scenarios.desk import Desk
from tests.scenarios.matter import Matter
from tests.scenarios.people import Seat
from tests.scenarios.proposals import a_migration, a_migration_of, a_runbook
from tests.scenarios.seeing import Shown

REVISION = re.compile(r"revision \d+")
TYPED = {"Type": "orders"}
BACKUP = {"Step 4": "Take a backup of every table first.", "Category": "Missing detail"}


async def test_step_4_is_edited_and_step_12_made_anew(desk: Desk) -> None:
    plan = await desk.agent_proposes(a_migration(steps=20))
    await desk.lena.clicks("Edit a step…", plan)
    listed = await desk.lena.modal("Step 12")
    assert listed.says("Step 1", "Step 20", "Move table 12.")
    await desk.lena.presses("Edit", "step 4:")
    form = await desk.lena.modal("Step 4: ")
    assert form.holds("Step 4") == "Move table 4."
    seen = await desk.lena.submits(BACKUP)
    assert seen.action == "update"
    difference = await desk.lena.modal("You are about to save these changes")
    assert difference.says("Step 4", "before: ", "Move table 4.", "Take a backup of every table")
    assert not difference.says("Move table 5.")
    assert (await desk.lena.submits()).action == "update"
    assert (await desk.lena.modal("Saved as revision 2")).says("Take a backup of every table")
    await plan.says("revision 2")
    await plan.thread_says("made revision 2", "Step 4: Move table 4. → Take a backup of every")
    await desk.lena.presses("Regenerate", "step 12")
    await desk.lena.modal("As it is now")
    answer = await desk.lena.submits({"What should be different?": "Do it at night."})
    assert answer.action is None
    asked = await plan.stands("needs_information")
    assert asked.question is not None
    assert asked.question.text == "Step 12: Do it at night."
    assert (asked.question.category, asked.question.about) == ("regenerate", "/steps/11")
    await plan.says("Step 12: Do it at night.", "clock is paused")
    steps = list(asked.current_parameters["steps"])
    assert steps[3] == "Take a backup of every table first."
    steps[11] = "Move table 12 at 2 in the morning."
    steps.append("Tell everybody that it is done.")
    answered = await desk.agent.pending(plan.id).answer(
        "Moved to the night, and one step more.",
        parameters={**asked.current_parameters, "steps": steps},
    )
    assert answered.revision == 3
    night = "Step 12: Move table 12. → Move table 12 at 2 in the morning."
    await plan.says(night, "Step 21 added")
    await plan.thread_says("made revision 3", night, "Step 21 added")


async def test_a_refined_plan_is_signed_by_two_others_and_run_as_it_stands(desk: Desk) -> None:
    plan = await desk.agent_proposes(a_migration(steps=5))
    form = await _step(desk.lena, plan, 4)
    assert form.input("Position")
    await desk.lena.submits(BACKUP)
    told = await desk.lena.modal("You are about to save these changes")
    assert told.says("whoever edits it may not approve it", "Site reliability engineer")
    await desk.lena.submits()
    await plan.says("revision 2", "Edited by Lena Voss, who may not approve it")
    await desk.lena.closes()
    await plan.seen_in("#sre-review").says("revision 2")
    await desk.dev.fills("Review & approve", plan.seen_in("#sre-review"), TYPED)
    await plan.says("1 of 2")
    await desk.mira.fills("Review & approve", plan, TYPED)
    heard = await plan.agent_hears("approved_with_edits")
    assert heard.parameters["steps"][3] == BACKUP["Step 4"]
    assert heard.parameters["steps"][4] == "Move table 5."


async def test_steps_are_moved_taken_out_and_added(desk: Desk) -> None:
    book = await desk.agent_proposes(a_migration_of("stop", "copy", "check", "start"))
    await _saves(desk.lena, book, 4, {"Position": "1", "Category": "Wrong detail"}, "was step 4")
    await _saves(desk.lena, book, 3, {"Remove": ["true"], "Category": "Other"}, "Step 3 removed")
    await desk.lena.clicks("Edit a step…", book)
    await desk.lena.presses("Add a step", "Add a step")
    await desk.lena.submits({"New step": "tell", "Category": "Missing detail"})
    await desk.lena.modal("Step 4 added")
    await desk.lena.submits()
    assert (await book.decision()).current_parameters["steps"] == ["start", "stop", "check", "tell"]


async def test_a_step_that_is_an_object_is_written_as_json(desk: Desk) -> None:
    steps = [{"run": "copy", "on": ["a", "b"]}, {"run": "check", "on": []}]
    book = await desk.agent_proposes(a_runbook(*steps))
    form = await _step(desk.dev, book, 1)
    written = form.holds("Step 1")
    assert written is not None
    for wrong, says in (("{", "This is not JSON"), ("[1]", "Write a JSON object")):
        answer = await desk.dev.submits({"Step 1": wrong, "Category": "Wrong detail"})
        assert answer.action == "errors"
        assert says in answer.errors[form.input("Step 1")]
    await desk.dev.submits({"Step 1": written.replace("copy", "move"), "Category": "Wrong detail"})
    await desk.dev.modal('{"run": "move", "on": ["a", "b"]}')
    await desk.dev.submits()
    heard = await book.agent_hears("approved_with_edits")
    assert heard.parameters["steps"] == [{"run": "move", "on": ["a", "b"]}, steps[1]]


async def test_the_schema_judges_the_plan_as_a_whole(desk: Desk) -> None:
    book = await desk.agent_proposes(a_runbook("only one"))
    form = await _step(desk.dev, book, 1)
    answer = await desk.dev.submits({"Remove": ["true"], "Category": "Other"})
    assert answer.action == "errors"
    assert "Send at least 1" in answer.errors[form.input("Step 1")]


async def test_two_people_refine_the_same_plan_and_nothing_is_lost(desk: Desk) -> None:
    plan = await desk.agent_proposes(a_migration(steps=6))
    await _step(desk.lena, plan, 5)
    await _step(desk.mira, plan, 2)
    await desk.mira.submits({"Remove": ["true"], "Category": "Other"})
    await desk.mira.submits()
    await plan.says("revision 2")
    await desk.lena.submits({"Step 5": "Move table 5 at night.", "Category": "Wording"})
    conflict = await desk.lena.modal("changed this while you were editing")
    assert conflict.says("Mira Solano", "Step 2 removed", "Your changes, on top of that", "Step 4")
    assert conflict.holds("Step 4") == "Move table 5 at night."
    await desk.lena.submits()
    await plan.says("revision 3")
    steps = (await plan.decision()).current_parameters["steps"]
    assert steps == [f"Move table {n}." for n in (1, 3, 4)] + [
        "Move table 5 at night.",
        "Move table 6.",
    ]


async def test_whoever_edits_the_whole_plan_does_not_undo_a_step_of_somebody_else(
    desk: Desk,
) -> None:
    plan = await desk.agent_proposes(a_migration(steps=4))
    form = await desk.lena.opens("Edit", plan)
    written = form.holds("steps")
    assert written is not None
    await _step(desk.mira, plan, 2)
    await desk.mira.submits({"Step 2": "Look at table 2.", "Category": "Wording"})
    await desk.mira.submits()
    await plan.says("revision 2")
    mine = written.replace("Move table 4.", "Move table 4 at night.")
    await desk.lena.submits({"steps": mine, "Category": "Wording"})
    conflict = await desk.lena.modal("changed this while you were editing")
    assert conflict.says("Look at table 2.", "Move table 4 at night.")
    await desk.lena.submits()
    await plan.says("revision 3")
    steps = (await plan.decision()).current_parameters["steps"]
    assert steps[1::2] == ["Look at table 2.", "Move table 4 at night."]


async def test_while_the_agent_is_asked_no_step_can_be_opened(desk: Desk) -> None:
    plan = await desk.agent_proposes(a_migration(steps=3))
    for who in (desk.lena, desk.mira):
        await who.clicks("Edit a step…", plan)
    await desk.mira.presses("Regenerate", "step 3")
    await desk.mira.submits({"What should be different?": "Name the owner."})
    await plan.stands("needs_information")
    assert (await desk.lena.presses("Edit", "step 1:")).says("Its clock stands still just now")


async def test_a_step_somebody_took_out_is_put_in_again_by_whoever_edits_it(desk: Desk) -> None:
    plan = await desk.agent_proposes(a_migration(steps=3))
    await _step(desk.lena, plan, 2)
    await _step(desk.mira, plan, 2)
    await desk.mira.submits({"Remove": ["true"], "Category": "Other"})
    await desk.mira.submits()
    await plan.says("revision 2")
    await desk.lena.submits({"Step 2": "Move table 2 slowly.", "Category": "Wording"})
    conflict = await desk.lena.modal("changed this while you were editing")
    assert conflict.says("Step 2 removed", "Step 2 added", "Move table 2 slowly.")
    await desk.lena.submits()
    await plan.says("revision 3")
    steps = (await plan.decision()).current_parameters["steps"]
    assert steps == ["Move table 1.", "Move table 2 slowly.", "Move table 3."]


async def test_what_the_agent_made_anew_meanwhile_is_shown_beside_what_was_typed(
    desk: Desk,
) -> None:
    plan = await desk.agent_proposes(a_migration(steps=4))
    await _step(desk.lena, plan, 3)
    await desk.mira.clicks("Edit a step…", plan)
    await desk.mira.presses("Regenerate", "step 3")
    await desk.mira.submits({"What should be different?": "Name the owner."})
    await plan.stands("needs_information")
    known = (await plan.decision()).current_parameters
    steps = [*known["steps"][:2], "Move table 3; Ann owns it.", known["steps"][3]]
    await desk.agent.pending(plan.id).answer("Named.", parameters={**known, "steps": steps})
    await desk.lena.submits({"Step 3": "Move table 3 at night.", "Category": "Wording"})
    conflict = await desk.lena.modal("The agent changed this while you were editing")
    assert conflict.says("Move table 3; Ann owns it.", "Move table 3 at night.")
    assert conflict.holds("Step 3") == "Move table 3 at night."


async def test_the_list_of_steps_is_never_an_old_one(desk: Desk) -> None:
    plan = await desk.agent_proposes(a_migration(steps=3))
    await desk.lena.clicks("Edit a step…", plan)
    await _step(desk.mira, plan, 1)
    await desk.mira.submits({"Step 1": "Look first.", "Category": "Missing detail"})
    await desk.mira.submits()
    await plan.says("revision 2")
    await desk.lena.presses("Edit", "step 3:")
    shown = await desk.lena.modal("The steps have changed")
    assert shown.says("revision 2", "Look first.")
    await desk.lena.presses("Edit", "step 1:")
    assert (await desk.lena.modal("Step 1: ")).holds("Step 1") == "Look first."
    assert (await desk.lena.presses("All steps", "Back to all steps")).says("Move table 3.")


async def test_an_agent_asked_as_often_as_allowed_is_asked_no_more(desk: Desk) -> None:
    book = await desk.agent_proposes(a_runbook("stop it", "start it"))
    for number in (1, 2, 3):
        await desk.dev.clicks("Edit a step…", book)
        await desk.dev.presses("Regenerate", "step 1")
        answer = await desk.dev.submits({"What should be different?": " "})
        assert answer.action == "errors"
        await desk.dev.submits({"What should be different?": f"Try {number}."})
        await book.stands("needs_information")
        await desk.agent.pending(book.id).answer("It must stay.")
        await book.stands("pending_review")
    await desk.dev.clicks("Edit a step…", book)
    listed = await desk.dev.modal("no step can be regenerated any more")
    assert "Regenerate" not in listed.buttons


async def test_a_step_saved_or_regenerated_too_late_is_told_so(desk: Desk) -> None:
    plan = await desk.agent_proposes(a_migration(steps=3))
    await _step(desk.lena, plan, 2)
    await desk.dev.clicks("Edit a step…", plan.seen_in("#sre-review"))
    await desk.dev.presses("Regenerate", "step 2")
    why = {"Category": "Not needed", "Reason": "We keep the old one."}
    await desk.mira.fills("Reject", plan, why)
    await plan.stands("rejected")
    await desk.lena.submits({"Step 2": "Move table 2 slowly.", "Category": "Wording"})
    told = await desk.lena.modal("Not saved")
    assert told.says("already rejected", "Move table 2 slowly.")
    await desk.dev.submits({"What should be different?": "Slower."})
    assert (await desk.dev.modal("Not asked")).says("already rejected", "Slower.")


async def test_a_step_saved_twice_is_one_revision(desk: Desk) -> None:
    plan = await desk.agent_proposes(a_migration(steps=3))
    await _step(desk.lena, plan, 2)
    await desk.lena.submits({"Step 2": "Move table 2 slowly.", "Category": "Wording"})
    await desk.workspace.fault("duplicate", "deliver")
    await desk.lena.submits()
    assert (await plan.stands("pending_review")).revision == 2


async def test_hostile_steps_are_shown_as_they_are_and_forge_nothing(desk: Desk) -> None:
    hostile = "<!channel> *Step 3* \u202eapproved\u202c\nStep 9: harmless"
    steps = [hostile, "W" * 5_000, *(f"Step {n}" for n in range(3, 46))]
    book = await desk.agent_proposes(a_runbook(*steps))
    await desk.dev.clicks("Edit a step…", book)
    listed = await desk.dev.modal("Step 20")
    assert listed.says("<!channel> *Step 3* \\u{202E}approved", "5,000 characters")
    form = await desk.dev.presses("Edit", "step 2:")
    assert len([label for label in form.inputs if label.startswith("Step 2, part")]) == 2
    listed = await desk.dev.presses("All steps", "Back to all steps")
    await desk.dev.presses("Next page", "Next page")
    await desk.dev.modal("Step 40")
    form = await desk.dev.presses("Edit", "step 33:")
    assert form.holds("Step 33") == "Step 33"
    await desk.dev.submits({"Step 33": "Something else", "Category": "Wording"})
    await desk.dev.submits()
    await desk.dev.closes()
    await book.says("revision 2 ·")
    await desk.dev.approves(book)
    heard = await book.agent_hears("approved_with_edits")
    assert heard.parameters["steps"] == [*steps[:32], "Something else", *steps[33:]]


async def _step(who: Seat, matter: Matter, number: int) -> Shown:
    """Open the form for one step."""
    await who.clicks("Edit a step…", matter)
    await who.presses("Edit", f"step {number}:")
    return await who.modal(f"Step {number}: ")


async def _saves(
    who: Seat, matter: Matter, number: int, fields: Mapping[str, Any], difference: str
) -> None:
    """Change one step, see the difference, save it, and wait until the card shows it."""
    await _step(who, matter, number)
    await who.submits(fields)
    await who.modal(difference)
    await who.submits()
    saved = REVISION.search((await who.modal("Saved as revision")).words)
    assert saved is not None
    await who.closes()
    await matter.says(f"{saved[0]} ·")
