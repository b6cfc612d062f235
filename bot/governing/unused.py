"""Approvals that wait to be used, drawn anew when a pause takes hold of them or lets them go."""

from store.ports import Errand, Outgoing, Transaction

LANE = "unused"
"""A lane of its own: what is drawn anew waits in its channels' lanes."""


def redraw_unused(tx: Transaction, scope: str) -> None:
    """Ask for the cards of approvals that can no longer, or can again, be used.

    Only this one row is written beside the pause, which must not wait for so many of them.
    """
    wanted = Outgoing(
        lane=LANE, errand=Errand.UNUSED, proposal=None, priority=0, body={"scope": scope}
    )
    tx.outbox.add(wanted)
    tx.announce("outbox")
