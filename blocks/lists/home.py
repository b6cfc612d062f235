"""A person's own lists: what waits for them and for others, in their App Home or in a modal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from blocks import limits
from blocks.controls.inputs import labelled, options, text_input
from blocks.home_ids import HomeButton, HomeModal, Looking
from blocks.lists.entries import Entry, drawn, pressed
from blocks.lists.leaving import Leaving, about_leave
from blocks.types import Block
from blocks.types import View as Drawn
from blocks.wording.text import one_line, plain
from manifests.vocabulary import ActionName, Severity
from store.board import Choices, Place, View

PAGE: Final = 25
"""Entries a page; three blocks each, and what stands around them, stay below a hundred."""
ANY = "*"
"""The option that filters nothing; no severity, action or agent is called so."""

_TABS: Final[Mapping[View, str]] = {
    View.YOURS: "Waiting on you",
    View.AGENTS: "Waiting on the agent",
    View.TEAMS: "Your team's",
    View.HELD: "Held back",
    View.DECIDED: "Decided today",
}
_NOTHING: Final[Mapping[View, str]] = {
    View.YOURS: "Nothing waits for you. What others of your roles may decide is under Your team's.",
    View.AGENTS: "No agent, and nobody who was asked, owes anybody an answer.",
    View.TEAMS: "Nothing else is open to your roles.",
    View.HELD: "Nothing is held back.",
    View.DECIDED: "Nothing that you may see has been decided today.",
    View.EVERYTHING: "Nothing that you may see is like that.",
}
_BATCHES = 4
_FILTER_OPTIONS = limits.SELECT_OPTIONS - 1


@dataclass(frozen=True, slots=True)
class Alike:
    """Several proposals for one action that this person may approve together."""

    action: ActionName
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """All that a person's lists are drawn from."""

    looking: Looking
    counts: Mapping[View, int]
    entries: Sequence[Entry]
    total: int
    """How many there are in this list, on all pages."""
    following: Place | None
    """Where the next page begins; None on the last one."""
    choices: Choices
    alike: Sequence[Alike]
    leaving: Leaving


def home(lists: Lists) -> Drawn:
    """Draw somebody's App Home."""
    blocks: list[Block] = [
        _greeting(lists.counts),
        *_body(lists),
        {"type": "divider"},
        *about_leave(lists.leaving),
    ]
    return _view("home", blocks, lists.looking)


def modal(lists: Lists) -> Drawn:
    """Draw the same lists in a modal, for whoever does not want to leave where they are."""
    view = _view("modal", _body(lists), lists.looking)
    found = lists.looking.tab is View.EVERYTHING
    return {
        **view,
        "callback_id": HomeModal.LIST,
        "title": plain("What was found" if found else "What waits", limits.VIEW_TITLE),
        "close": plain("Close", limits.VIEW_TITLE),
    }


def find() -> Drawn:
    """Ask what to look for."""
    hint = "Words, or their beginnings, from what it is about, or the id of a proposal."
    element = text_input(max_length=200)
    return {
        "type": "modal",
        "callback_id": HomeModal.FIND,
        "title": plain("Find a proposal", limits.VIEW_TITLE),
        "submit": plain("Find", limits.VIEW_TITLE),
        "close": plain("Cancel", limits.VIEW_TITLE),
        "blocks": [labelled(HomeModal.FIND, "What is it about?", element, hint=hint)],
    }


def turned_away(sentence: str) -> Drawn:
    """Draw a home for somebody whose lists cannot be shown, and why."""
    again = _leading("again", "Try again", "look again", Looking())
    blocks: list[Block] = [
        {"type": "header", "text": plain("Keyturn", limits.HEADER)},
        {"type": "section", "text": plain(sentence, limits.TEXT)},
        {"type": "actions", "elements": [again]},
    ]
    return _view("home", blocks, Looking())


def _view(kind: str, blocks: Sequence[Block], looking: Looking) -> Drawn:
    return {"type": kind, "blocks": [*blocks], "private_metadata": looking.encode()}


def _greeting(counts: Mapping[View, int]) -> Block:
    waiting = counts.get(View.YOURS, 0)
    said = "One proposal waits" if waiting == 1 else f"{waiting:,} proposals wait"
    text = f"{said} for you" if waiting else "Nothing waits for you"
    return {"type": "header", "text": plain(text, limits.HEADER)}


def _body(lists: Lists) -> list[Block]:
    entries: list[Block] = []
    for entry in lists.entries:
        entries += [{"type": "divider"}, *drawn(entry)]
    return [
        *_tabs(lists),
        *_filters(lists),
        *_looked_for(lists),
        *_several(lists),
        *(entries or _empty(lists.looking)),
        *_pages(lists),
    ]


def _leading(way: str, label: str, meaning: str, to: Looking) -> Block:
    """Give a button that carries where it leads; several of them may stand side by side."""
    button = pressed(HomeButton.GO, label, meaning, to.encode())
    return {**button, "action_id": f"{HomeButton.GO}.{way}"}


def _tabs(lists: Lists) -> list[Block]:
    """Draw a button for each list with its count; what is held back only where there is any."""
    elements: list[Block] = []
    for tab, name in _TABS.items():
        count = lists.counts.get(tab, 0)
        here = tab is lists.looking.tab
        if tab is View.HELD and not count and not here:
            continue
        meaning = "shown now" if here else "show this list"
        button = _leading(tab, f"{name} ({count:,})", meaning, lists.looking.changed(tab=tab))
        elements.append({**button, "style": "primary"} if here else button)
    elements.append(pressed(HomeButton.FIND, "Find…", "find a proposal by its words", "find"))
    elements.append(_leading("again", "Refresh", "look again", lists.looking))
    return [{"type": "actions", "elements": [*elements]}]


def _filters(lists: Lists) -> list[Block]:
    looking, choices = lists.looking, lists.choices
    if not choices.actions and not looking.narrowed:
        return []
    severities = [(each.value, each.capitalize()) for each in Severity]
    actions = [(each, one_line(each, limits.OPTION_TEXT)) for each in choices.actions]
    agents = [(each, one_line(each, limits.OPTION_TEXT)) for each in choices.agents]
    elements = [
        _select(HomeButton.SEVERITY, "Any severity", severities, looking.severity),
        _select(HomeButton.ACTION, "Any action", actions, looking.action),
        _select(HomeButton.AGENT, "Any agent", agents, looking.agent),
    ]
    if looking.narrowed:
        elements.append(
            _leading("clear", "Clear", "take every filter away", Looking(tab=looking.tab))
        )
    return [{"type": "actions", "elements": [*elements]}]


def _select(
    action: HomeButton, every: str, pairs: Sequence[tuple[str, str]], chosen: str | None
) -> Block:
    known = [pair for pair in pairs if 0 < limits.size(pair[0]) <= limits.OPTION_VALUE]
    if chosen is not None and chosen not in {value for value, _ in known}:
        known = [(chosen, one_line(chosen, limits.OPTION_TEXT)), *known]
    offered = options([(ANY, every), *known[:_FILTER_OPTIONS]])
    first = next((each for each in offered if each["value"] == chosen), offered[0])
    return {
        "type": "static_select",
        "action_id": action,
        "placeholder": plain(every, limits.PLACEHOLDER),
        "options": [*offered],
        "initial_option": first,
    }


def _looked_for(lists: Lists) -> list[Block]:
    if not lists.looking.text:
        return []
    told = f"Looked for “{one_line(lists.looking.text, 200)}”: found {lists.total:,}"
    return [{"type": "context", "elements": [plain(told, limits.PLACEHOLDER * 2)]}]


def _several(lists: Lists) -> list[Block]:
    """Offer to approve what is alike and small, a button for each action."""
    elements: list[Block] = []
    for at, alike in enumerate(lists.alike[:_BATCHES]):
        name = one_line(alike.action, 40)
        meaning = "look at each of them first"
        button = pressed(
            HomeButton.SEVERAL, f"Approve several: {name} ({alike.count})", meaning, alike.action
        )
        elements.append({**button, "action_id": f"{HomeButton.SEVERAL}.{at}"})
    return [{"type": "actions", "elements": [*elements]}] if elements else []


def _empty(looking: Looking) -> list[Block]:
    sentence = _NOTHING[looking.tab]
    if looking.narrowed and looking.tab is not View.EVERYTHING:
        sentence = "Nothing in this list fits the filters above."
    return [{"type": "section", "text": plain(sentence, limits.TEXT)}]


def _pages(lists: Lists) -> list[Block]:
    looking = lists.looking
    if looking.page == 1 and lists.following is None:
        return []
    first = (looking.page - 1) * PAGE + 1
    last = first + len(lists.entries) - 1
    shown = f"{first:,} to {last:,} of {lists.total:,}" if lists.entries else "Nothing more"
    elements = []
    if looking.page > 2:
        elements.append(_leading("first", "First page", "First page", looking.changed()))
    if looking.page > 1:
        elements.append(_leading("back", "Previous page", "Previous page", looking.backward()))
    if lists.following is not None:
        elements.append(_leading("next", "Next page", "Next page", looking.onward(lists.following)))
    return [
        {"type": "context", "elements": [plain(shown, limits.BUTTON_TEXT)]},
        {"type": "actions", "elements": [*elements]},
    ]
