"""Propose without HTTP: one row in the gateway's own database, and the decision read from it."""

from keyturn.queue.handle import QueuedProposal, SqlQueue
from keyturn.queue.tables import QueueUnavailable

__all__ = ["QueueUnavailable", "QueuedProposal", "SqlQueue"]
