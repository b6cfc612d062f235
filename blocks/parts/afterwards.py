"""The buttons of a closed card: what may still be done once a decision has been made."""

from blocks.ids import Button, ButtonValue, Menu
from blocks.parts.actions import button, menu, value_on
from blocks.types import Block
from blocks.wording.parties import runner
from manifests.vocabulary import Mode
from store.aftermath import Aftermath, veto_closes_at
from store.checkpoint import Blocked, Checkpoint, is_granted
from store.ports import Card


def closed_actions(checkpoint: Checkpoint, aftermath: Aftermath, card: Card) -> list[Block]:
    """Draw what may still be done after closing: stop, undo, carry out, classify, look."""
    value = value_on(checkpoint, card)
    elements = [*_afterwards(checkpoint, aftermath, value)]
    elements += menu([Menu.VIEW, Menu.HISTORY], value)
    return [{"type": "actions", "elements": [*elements]}] if elements else []


def _afterwards(checkpoint: Checkpoint, aftermath: Aftermath, value: ButtonValue) -> list[Block]:
    if isinstance(checkpoint.state, Blocked) and checkpoint.state.classify:
        if aftermath.classified is not None:
            again = "make another entry for this action"
            return [button(Button.CLASSIFY, "Classify again", again, value)]
        meaning = "Classify this action, so that agents may propose it"
        return [button(Button.CLASSIFY, "Classify", meaning, value, "primary")]
    if not is_granted(checkpoint.state):
        return []
    if veto_closes_at(checkpoint, aftermath) is not None:
        meaning = "Veto what runs by a rule; what has run is rolled back"
        return [button(Button.VETO, "Veto", meaning, value, "danger")]
    if aftermath.consumed is not None:
        return _undoing(checkpoint, aftermath, value)
    if aftermath.recalled is not None or aftermath.lapsed_at is not None:
        return []
    meaning = "Recall the approval before it is used"
    return [*_by_hand(checkpoint, value), button(Button.RECALL, "Recall", meaning, value)]


def _undoing(checkpoint: Checkpoint, aftermath: Aftermath, value: ButtonValue) -> list[Block]:
    """Offer to have it undone once, by the program that did it."""
    if aftermath.rollback is not None or checkpoint.plan.mode is Mode.SUGGEST:
        return []
    meaning = f"Request rollback: ask {runner(checkpoint)} to undo it"
    return [button(Button.REQUEST_ROLLBACK, "Request rollback", meaning, value)]


def _by_hand(checkpoint: Checkpoint, value: ButtonValue) -> list[Block]:
    if checkpoint.plan.mode is not Mode.SUGGEST:
        return []
    done, failed = "record that you carried it out", "record that carrying it out failed"
    return [
        button(Button.RECORD_DONE, "Done", done, value, "primary"),
        button(Button.RECORD_FAILED, "Failed", failed, value),
    ]
