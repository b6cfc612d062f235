"""What Slack sends back from a person's own lists: names, and where in the lists they are."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from blocks.ids import Unreadable
from manifests.vocabulary import ActionName, AgentName, Digest, Severity
from store.board import Filters, Place, View
from store.proposal import ProposalId

PAGES_BACK = 12
"""How many pages one can go back without starting again; each takes room on a button."""


class HomeButton(StrEnum):
    """The action_id of every button and select in a person's lists, before any full stop."""

    GO = "home_go"
    """Carries the very look it leads to."""
    SEVERITY = "home_severity"
    ACTION = "home_action"
    AGENT = "home_agent"
    OPEN = "home_open"
    FIND = "home_find"
    SEVERAL = "home_several"
    AWAY = "home_away"
    COME_BACK = "home_come_back"


class HomeModal(StrEnum):
    """The callback_id of every modal that opens from there."""

    LIST = "home_list"
    FIND = "home_find"
    SEVERAL = "home_several"
    AWAY = "home_away"


class Shortcut(StrEnum):
    """The callback_id of the app's entries in Slack's own menus."""

    MY_QUEUE = "my_queue"
    FIND = "find_proposal"
    ABOUT = "open_proposal"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Looking(_Strict):
    """Which list somebody looks at, through which filters, and how far they have turned pages."""

    tab: View = View.YOURS
    severity: Severity | None = None
    action: Annotated[ActionName, Field(max_length=100)] | None = None
    agent: Annotated[AgentName, Field(max_length=100)] | None = None
    text: Annotated[str, Field(max_length=200)] = ""
    trail: Annotated[
        tuple[tuple[datetime | None, Annotated[ProposalId, Field(max_length=64)]], ...],
        Field(max_length=PAGES_BACK),
    ] = ()
    """Where the pages before this one ended."""
    page: Annotated[int, Field(ge=1)] = 1

    @property
    def after(self) -> Place | None:
        """Say where the page before this one ended."""
        return Place(*self.trail[-1]) if self.trail else None

    @property
    def only(self) -> Filters:
        """Give the filters as the board takes them."""
        return Filters(severity=self.severity, action=self.action, agent=self.agent, text=self.text)

    @property
    def narrowed(self) -> bool:
        """Say whether anything is left out."""
        return bool(self.severity or self.action or self.agent or self.text)

    def changed(self, **to: object) -> "Looking":
        """Look at something else, from its first page on."""
        return Looking.model_validate({**self.model_dump(), **to, "trail": (), "page": 1})

    def onward(self, following: Place) -> "Looking":
        """Turn to the page after this one."""
        trail = (*self.trail, (following.at, following.proposal))[-PAGES_BACK:]
        return self.model_copy(update={"trail": trail, "page": self.page + 1})

    def backward(self) -> "Looking":
        """Turn to the page before this one; where that is forgotten, to the first."""
        if len(self.trail) < 2 and self.page > 2:
            return self.changed()
        return self.model_copy(update={"trail": self.trail[:-1], "page": max(1, self.page - 1)})

    def encode(self) -> str:
        """Write it down for a button, or as private_metadata."""
        return self.model_dump_json(exclude_defaults=True)

    @classmethod
    def decode(cls, text: str) -> "Looking | Unreadable":
        """Read it back."""
        try:
            return cls.model_validate_json(text)
        except ValidationError:
            return Unreadable("The list that this leads to is none of ours.")


class Offered(_Strict):
    """One proposal as it was shown for approval together with others."""

    proposal: Annotated[ProposalId, Field(max_length=64)]
    revision: int
    digest: Digest
    drawn: Digest
    """Digest of the very blocks that were shown of it."""


class Several(_Strict):
    """What a modal for several approvals remembers."""

    items: tuple[Offered, ...]
    opened_at: datetime

    def encode(self) -> str:
        """Write it down as private_metadata."""
        return self.model_dump_json()

    @classmethod
    def decode(cls, text: str) -> "Several | Unreadable":
        """Read private_metadata back."""
        try:
            return cls.model_validate_json(text)
        except ValidationError:
            return Unreadable("The modal's metadata is not one of ours.")
