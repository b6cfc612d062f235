"""What one card is drawn from."""

from dataclasses import dataclass

from blocks.wording.veil import Veil
from store.aftermath import Aftermath
from store.checkpoint import Checkpoint
from store.ports import Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One proposal as it stands, and the message that shows it."""

    checkpoint: Checkpoint
    aftermath: Aftermath
    card: Card
    veil: Veil
    paused: str = ""
    """Why nobody can use an approval of it for now, as a sentence; empty where everybody can."""
    elsewhere: str = ""
    """Where all of it can be read, as a sentence, where no card and no view is the place for it."""
