"""One audit line in words."""

from blocks.rich import line, moment, quote, rich, words
from blocks.telling import told
from blocks.types import Block
from blocks.values import clipped
from blocks.veil import Veil
from store.checkpoint import Checkpoint
from store.ports import AuditLine

_QUOTE = 1_000


def history_line(checkpoint: Checkpoint, audit: AuditLine, veil: Veil) -> Block:
    """Draw one audit line: when, what, and in whose words why."""
    tale = told(checkpoint, audit.event, veil)
    parts = [line(moment(audit.event.at), words(f"  {tale.words}"))]
    if tale.said.strip():
        parts.append(quote(words(clipped(veil.over(tale.said), _QUOTE, 20))))
    return rich(*parts)
