"""What one card is drawn from."""

from dataclasses import dataclass
from datetime import datetime

from blocks.veil import Veil
from store.aftermath import Aftermath
from store.checkpoint import Checkpoint
from store.ports import Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One proposal as it stands, the message that shows it, and the moment it is drawn."""

    checkpoint: Checkpoint
    aftermath: Aftermath
    card: Card
    veil: Veil
    now: datetime
