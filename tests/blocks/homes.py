"""People's own lists in every shape they take, drawn from the scenes of the cards."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from blocks.home_ids import Looking
from blocks.lists import batch, home, leaving
from blocks.lists.batch import Told
from blocks.lists.entries import Entry
from blocks.lists.home import Alike, Lists
from blocks.lists.leaving import Leaving
from blocks.types import View as Drawn
from manifests.vocabulary import ActionName, AgentName, PersonId, Severity, UserId
from store.board import Choices, Place, View
from store.checkpoint import Checkpoint
from store.proposal import ProposalId
from store.staffing import Absence
from tests.blocks.care import PICTURES
from tests.blocks.scenes import LATER
from tests.store.making import HOUR, NOON, a_checkpoint, a_plan, a_proposal

REFUND = ActionName("process_refund")
CHOICES = Choices(actions=(REFUND,), agents=(AgentName("billing"), AgentName("support")))
THERE = Place(NOON, ProposalId("p25"))
AWAY = Absence(
    person=PersonId("ana"),
    starts_at=NOON,
    ends_at=NOON + 48 * HOUR,
    delegate=PersonId("ben"),
    said_by=UserId("U0ANA"),
    said_at=NOON,
)


def entries(names: Iterable[str]) -> tuple[Entry, ...]:
    scenes = [PICTURES[name]() for name in names]
    return tuple(Entry(each.checkpoint, each.aftermath) for each in scenes)


def lists(looking: Looking | None = None, names: Iterable[str] = (), **changed: Any) -> Lists:
    shown = entries(names)
    known: dict[str, Any] = {
        "looking": looking or Looking(),
        "counts": {View.YOURS: len(shown), View.AGENTS: 1, View.TEAMS: 12, View.DECIDED: 5},
        "entries": shown,
        "total": len(shown),
        "following": None,
        "choices": CHOICES if shown else Choices(),
        "alike": (),
        "leaving": Leaving(),
    }
    return Lists(**known | changed)


def small(number: int) -> Checkpoint:
    """Give a proposal that may be approved among others."""
    proposal = a_proposal(idempotency_key=f"order-{number}")
    return a_checkpoint(proposal, a_plan(), proposal_id=f"p{number}")


def _second_page() -> Drawn:
    looking = Looking().onward(THERE)
    return home.home(lists(looking, ("pending", "escalated_by_hand"), total=52, following=THERE))


def _filtered() -> Drawn:
    looking = Looking(severity=Severity.HIGH, action=REFUND)
    return home.home(lists(looking, choices=CHOICES))


def _found() -> Drawn:
    return home.modal(lists(Looking(tab=View.EVERYTHING, text="acme"), ("pending", "approved")))


HOMES: Mapping[str, Callable[[], Drawn]] = {
    "nothing": lambda: home.home(lists(counts={})),
    "yours": lambda: home.home(
        lists(names=("pending", "pending_half_signed"), alike=[Alike(REFUND, 4)])
    ),
    "agents": lambda: home.home(
        lists(Looking(tab=View.AGENTS), ("needs_information", "needs_information_asked_first"))
    ),
    "teams": lambda: home.home(
        lists(Looking(tab=View.TEAMS), ("taken_over", "releasing", "escalated_stays_blocked"))
    ),
    "held": lambda: home.home(lists(Looking(tab=View.HELD), ("held",), counts={View.HELD: 1})),
    "decided": lambda: home.home(
        lists(Looking(tab=View.DECIDED), ("approved_by_two", "rejected", "expired", "answered"))
    ),
    "second_page": _second_page,
    "filtered": _filtered,
    "away": lambda: home.home(lists(leaving=Leaving(AWAY, "Ben Okafor"))),
    "turned_away": lambda: home.turned_away("Slack could not confirm who you are just now."),
    "modal": lambda: home.modal(lists(names=("pending",))),
    "found": _found,
    "find": home.find,
    "out_of_office": lambda: leaving.leave_form(Leaving()),
    "out_of_office_changed": lambda: leaving.leave_form(
        Leaving(AWAY, "Ben Okafor", UserId("U0BEN"))
    ),
    "several": lambda: batch.several([small(1), small(2)], 3, LATER),
    "several_told": lambda: batch.result(
        [
            Told("Refund $480.00 to Acme GmbH?", None),
            Told("Refund $20.00 to Acme GmbH?", None, waits=True),
            Told("Refund $35.00 to Acme GmbH?", "Ana Ruiz rejected this already."),
        ]
    ),
}
