"""The pictures of modals: what a reviewer is asked before anything is decided, as JSON.

KEYTURN_WRITE_GOLDEN=1 draws them anew.
"""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from blocks.forms import modals
from blocks.ids import Button, Menu, Modal
from blocks.types import View
from sandbox.rules.views import view_problems, view_too_large
from store.checkpoint import Checkpoint
from store.effects import Actor, ActorKind, Event, Happening
from store.ports import AuditLine
from tests.blocks import care, scenes
from tests.blocks.care import PICTURES
from tests.blocks.scenes import LATER, PARAMETERS, SECRET, Scene
from tests.blocks.test_whatever_is_sent import context_for
from tests.blocks.views import VIEWS
from tests.blocks.walking import objects

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
FILES = GOLDEN / "modals"
# Read here, because every test runs in an environment without our names in it.
WRITE = os.environ.get("KEYTURN_WRITE_GOLDEN") == "1"


def view(name: str, scene: str) -> Callable[[], View]:
    """Draw one view of one pictured scene."""

    def drawn() -> View:
        shown: Scene = PICTURES[scene]()
        return VIEWS[name](shown.checkpoint, shown.aftermath)

    return drawn


def full(scene: str) -> Callable[[], View]:
    """Draw everything about one pictured scene."""

    def drawn() -> View:
        shown: Scene = PICTURES[scene]()
        context = context_for(shown.checkpoint)
        return modals.view_only(shown.checkpoint, shown.aftermath, context, paused=shown.paused)

    return drawn


def of_many_pages() -> Checkpoint:
    lines = {f"line_{number:03}": "x" * 2_000 for number in range(200)}
    return care.typed(parameters={**PARAMETERS, **lines})


def a_page(number: int) -> Callable[[], View]:
    """Draw a page of a long review without the lines that make it long."""

    def drawn() -> View:
        checkpoint = of_many_pages()
        page: Any = modals.review(checkpoint, context_for(checkpoint), page=number)
        return {**page, "blocks": page["blocks"][-4:]}

    return drawn


def history() -> View:
    checkpoint = scenes.a_large_refund()
    ana = Actor(ActorKind.PERSON, "U_ANA", "Ana")
    told: list[tuple[Happening, Actor, dict[str, Any]]] = [
        (Happening.PROPOSED, Actor(ActorKind.AGENT, "billing"), {}),
        (Happening.VIEW_OPENED, ana, {"view": "review"}),
        (Happening.VIEW_OPENED, Actor(ActorKind.PERSON, "U_BO"), {"view": "history"}),
        (Happening.VIEW_OPENED, ana, {"view": "view"}),
        (Happening.REFUSED, ana, {"reason": "own_edit", "words": "Somebody else must approve."}),
        (Happening.ESCALATED, ana, {"from_rung": 0, "reason": "I know them."}),
    ]
    lines = [
        AuditLine(
            seq=seq,
            proposal=checkpoint.id,
            version=1,
            event=Event(happening=what, actor=who, at=LATER, detail=detail),
            hash="",
        )
        for seq, (what, who, detail) in enumerate(told)
    ]
    return modals.history(checkpoint, lines, context_for(checkpoint))


MODALS: Mapping[str, Callable[[], View]] = {
    "review": view("review", "pending"),
    "review_typed": view("review", "pending_typed"),
    "review_of_an_edit": view("review", "pending_edited_down"),
    "review_page_1": a_page(1),
    "review_page_2": a_page(2),
    "review_last_page": a_page(99),
    "approve_with_note": view("approve_with_note", "pending_one_click"),
    "reject": view("reject", "pending"),
    "edit": view("edit", "pending"),
    "fill_in": view("fill_in", "pending_incomplete"),
    "fill_in_typed": view("fill_in", "pending_typed_to_fill_in"),
    "answer": view("answer", "pending_question"),
    "request_information": view("request_information", "pending"),
    "answer_question": view("answer_question", "needs_information_of_a_role"),
    "escalate": view("escalate", "pending"),
    "reassign": view("reassign", "pending"),
    "return_control": view("return_control", "taken_over"),
    "recall": view("recall", "approved"),
    "rollback": view("rollback", "approved_executed"),
    "rollback_by_another_program": view("rollback", "executor_executed"),
    "veto": view("veto", "on_the_loop"),
    "record_done": view("record_done", "suggestion_approved"),
    "record_failed": view("record_failed", "suggestion_approved"),
    "classify": view("classify", "blocked_unknown_action"),
    "everything_pending": full("pending"),
    "everything_held": full("held"),
    "everything_releasing": full("releasing"),
    "everything_approved_paused": full("approved_paused"),
    "everything_denied": full("blocked_by_engine"),
    "everything_executed": full("approved_executed"),
    "history": history,
    "notice": lambda: modals.notice("Not done", "This proposal was already approved by Ana."),
}


@pytest.mark.parametrize("name", MODALS)
def test_a_modal_looks_as_it_did_when_somebody_last_looked(name: str) -> None:
    drawn = MODALS[name]()
    picture = json.dumps(drawn, ensure_ascii=False, indent=2, default=str) + "\n"
    file = FILES / f"{name}.json"
    if WRITE:
        file.write_text(picture, encoding="utf-8")
    assert picture == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", MODALS)
def test_slack_takes_every_modal(name: str) -> None:
    drawn = MODALS[name]()
    assert not view_problems(drawn, "modal")
    assert not view_too_large(drawn)
    # Whoever classifies an action says by that which of its values are sensitive.
    assert name == "classify" or SECRET not in json.dumps(drawn)


def test_no_picture_is_left_of_a_modal_that_is_gone() -> None:
    assert {file.stem for file in FILES.glob("*.json")} == set(MODALS)


def pictured() -> list[dict[str, Any]]:
    """Give every object in every picture of a card or a view."""
    files = sorted(GOLDEN.glob("*/*.json"))
    assert files
    return [each for file in files for each in objects(json.loads(file.read_text("utf-8")))]


def test_every_button_and_menu_is_pictured() -> None:
    drawn = {each["action_id"] for each in pictured() if "action_id" in each}
    assert set(Button) - drawn == set()
    chosen = {str(each.get("value")).partition(":")[0] for each in pictured() if "value" in each}
    assert set(Menu) - chosen == set()


def test_every_modal_is_pictured() -> None:
    drawn = {each["callback_id"] for each in pictured() if "callback_id" in each}
    assert set(Modal) - drawn == set()
