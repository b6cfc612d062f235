"""The demo, clicked through as its viewer would: stopped and started again in the middle."""

from dataclasses import replace
from pathlib import Path

from bot.demo.answering import other_draft
from bot.demo.story import story
from bot.demo.tour import TOUR
from keyturn import Decision
from store.ports import Listing
from store.sql import open_store
from tests.bot.visiting import playing, visiting


async def proposals(folder: Path) -> dict[str | None, str]:
    store = await open_store(f"sqlite:///{folder / 'keyturn.db'}", workspace="demo")
    try:
        page = await store.read(lambda tx: tx.checkpoints.page(Listing(limit=200)))
    finally:
        await store.close()
    assert len({each.id for each in page}) == len(page)
    return {each.proposal.idempotency_key: each.state.status.value for each in page}


async def test_the_story_can_be_clicked_through_and_survives_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    async with visiting(folder) as visit:
        await visit.demo.says(
            "48.00 USD sent back",
            "an action nobody knows  blocked",
            "a cache to flush, with seconds to decide  proposed",
        )
        refund = await visit.finds("C0SUPPORT", "Maria Keller")
        await visit.of("finn").approves(refund)
        await visit.demo.says("a $480 refund  approved by Finn Maguire", "480.00 USD sent back")
    before = await proposals(folder)
    assert before.keys() == {scene.key for act in story("") for scene in act.scenes}

    async with visiting(folder) as visit:
        await visit.demo.says(
            "a $480 refund  was proposed earlier and is executed",
            "a cache to flush, with seconds to decide  was proposed earlier",
        )
        question = await visit.finds("C0SUPPORT", "T-5533")
        await visit.of("ben").fills("Answer", question, {"Answer": "Both"})
        await visit.demo.says("a question  answered by Ben Okafor: Both")
        why = {"Why must it be undone?": "Wrong customer."}
        refund = await visit.finds("C0SUPPORT", "Refund $480.00")
        await visit.of("finn").fills("Request rollback", refund, why)
        await visit.demo.says("The refund was stopped at the bank before it was booked.")
    after = await proposals(folder)
    assert after.keys() == before.keys()


async def test_what_is_approved_while_it_is_paused_runs_once_it_is_resumed(tmp_path: Path) -> None:
    async with visiting(tmp_path / "demo") as visit:
        refund = await visit.finds("C0SUPPORT", "Maria Keller")
        assert "Paused" in await visit.of("elif").types("pause everything because drill")
        await visit.of("finn").approves(refund)
        await visit.demo.says("a $480 refund  waits: Elif Kaya paused everything: drill.")
        assert "480.00 USD sent back" not in visit.demo.said.getvalue()

        assert "must agree" in await visit.of("elif").types("resume everything")
        await visit.of("cora").approves(await visit.finds("C0ADMINS", "Resume everything?"))
        await visit.demo.says("480.00 USD sent back")


def test_another_draft_comes_only_where_it_was_asked_for() -> None:
    scenes = [scene for act in story("") for scene in act.scenes]
    (email,) = (scene for scene in scenes if scene.otherwise is not None)
    no = Decision(id="p1", version=3, status="rejected")
    assert other_draft(no, email) is None
    other = other_draft(replace(no, wants_alternative=True), email)
    assert other is not None
    assert other.details["alternative_to"] == "p1"


async def test_starting_afresh_forgets_what_was_proposed(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    async with playing(folder) as demo:
        await demo.says("a $48 refund  proposed")
    (folder / "mine.txt").write_text("not the demo's")
    async with playing(folder, fresh=True) as demo:
        await demo.says("a $48 refund  proposed")
    assert (folder / "mine.txt").exists()
    assert oct((folder / "agent.key").stat().st_mode)[-3:] == "600"


def test_no_hint_sends_a_newcomer_to_a_menu_that_has_no_name() -> None:
    hints = [step.words for step in TOUR] + [each.then for act in story("") for each in act.scenes]
    assert not [hint for hint in hints if "⋯" in hint]
    assert any("Press Take over" in hint for hint in hints)
    assert any("Press Edit a step…" in hint for hint in hints)
