"""Being out of office: how it stands, the form to say so, and what it means when it is sent."""

from dataclasses import dataclass
from datetime import UTC, datetime

from blocks import limits
from blocks.controls.inputs import labelled
from blocks.home_ids import HomeButton, HomeModal
from blocks.ids import Modal
from blocks.lists.entries import pressed
from blocks.state import State, chosen_user, element
from blocks.types import Block
from blocks.types import View as Drawn
from blocks.wording.rich import line, moment, rich, sentence, words
from blocks.wording.text import one_line, plain, visible
from manifests.vocabulary import UserId
from store.staffing import Absence

FROM, UNTIL, TO = "leave_from", "leave_until", "leave_to"


@dataclass(frozen=True, slots=True)
class Leaving:
    """How it stands with somebody's absence; over is over."""

    absence: Absence | None = None
    stand_in: str = ""
    """The name of who stands in."""
    account: UserId | None = None
    """The account that whoever stands in is known by here."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody filled in about being away."""

    starts_at: datetime | None
    ends_at: datetime | None
    to: UserId | None


def about_leave(leaving: Leaving) -> list[Block]:
    """Say whether this person is away, with the buttons that change it."""
    absence = leaving.absence
    going = "say until when, and who stands in"
    if absence is None:
        here = "You are not out of office. Proposals may become your turn."
        button = pressed(HomeButton.AWAY, "Out of office…", going, "go")
        return [{"type": "section", "text": plain(here, limits.TEXT), "accessory": button}]
    parts = [words("You are out of office from "), moment(absence.starts_at)]
    if absence.ends_at is None:
        parts.append(words(" until further notice. "))
    else:
        parts += [words(" until "), moment(absence.ends_at), words(". ")]
    name = one_line(leaving.stand_in, 60)
    parts.append(words(f"{name} stands in." if name else "Whoever is least loaded stands in."))
    buttons = [
        pressed(HomeButton.AWAY, "Change…", going, "go"),
        pressed(HomeButton.COME_BACK, "I'm back", "say so now", "back"),
    ]
    return [rich(line(*parts)), {"type": "actions", "elements": [*buttons]}]


def leave_form(leaving: Leaving) -> Drawn:
    """Ask from when until when somebody is away, and who stands in; begin with what is known."""
    absence = leaving.absence
    starts_at, ends_at = (absence.starts_at, absence.ends_at) if absence else (None, None)
    person: Block = {"type": "users_select"}
    if leaving.account is not None:
        person["initial_user"] = leaving.account
    who = (
        "They decide what would be your turn, where they hold your role. Without anybody it goes "
        "to whoever of your role is least loaded."
    )
    blocks = [
        _when(FROM, "From", "Empty means from now on.", starts_at),
        _when(UNTIL, "Until", "Empty means until further notice.", ends_at),
        labelled(TO, "Who stands in", person, hint=who, optional=True),
    ]
    return {
        "type": "modal",
        "callback_id": HomeModal.AWAY,
        "title": plain("Out of office", limits.VIEW_TITLE),
        "submit": plain("Save", limits.VIEW_TITLE),
        "close": plain("Cancel", limits.VIEW_TITLE),
        "blocks": [*blocks],
    }


def gone(sentences: str) -> Drawn:
    """Say what came of a form that was sent; its moments are date marks."""
    return {
        "type": "modal",
        "callback_id": Modal.VIEW_ONLY,
        "title": plain("Out of office", limits.VIEW_TITLE),
        "close": plain("Close", limits.VIEW_TITLE),
        "blocks": [rich(line(*sentence(visible(sentences))))],
    }


def _when(block_id: str, label: str, hint: str, known: datetime | None) -> Block:
    element: Block = {"type": "datetimepicker"}
    if known is not None:
        element["initial_date_time"] = int(known.timestamp())
    return labelled(block_id, label, element, hint=hint, optional=True)


def read_leave_form(state: State) -> Wish:
    """Read what was filled in; whether it makes sense is judged by the clock that decides."""
    to = chosen_user(state, TO)
    return Wish(_moment(state, FROM), _moment(state, UNTIL), None if to is None else UserId(to))


def _moment(state: State, block_id: str) -> datetime | None:
    seconds = element(state, block_id).get("selected_date_time")
    if not isinstance(seconds, int):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None  # no calendar goes that far, and no picker offers it
