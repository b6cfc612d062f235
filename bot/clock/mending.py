"""The board put right: whatever stands elsewhere on it than its checkpoint says, or nowhere."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from store.checkpoint import OPEN, Checkpoint
from store.placing import entry_of
from store.ports import Listing, Reading, Store, Timer, TimerKind, Transaction
from store.proposal import ProposalId
from store.reminding import reminders

PAGE = 200


async def mend_board(store: Store, kept_for: timedelta) -> int:
    """Write anew what drifted or was never written, a page at a time, and count it."""
    mended = 0
    while found := await store.read(partial(_astray, kept_for)):
        await store.write(partial(_renew, found))
        mended += len(found)
    listing: Listing | None = Listing(statuses=OPEN, limit=PAGE)
    while listing is not None:
        listing, found = await store.read(partial(_wrong, listing))
        if found:
            await store.write(partial(_renew, found))
            mended += len(found)
    return mended


def _astray(kept_for: timedelta, look: Reading) -> tuple[ProposalId, ...]:
    return look.board.astray(look.now() - kept_for, PAGE)


def _wrong(listing: Listing, look: Reading) -> tuple[Listing | None, tuple[ProposalId, ...]]:
    """Compare a page of open proposals with their entries."""
    page = look.checkpoints.page(listing)
    wrong = tuple(each.id for each in page if look.board.entry(each.id) != entry_of(each))
    full = len(page) == listing.limit
    return (replace(listing, before=page[-1].id) if full else None), wrong


def _renew(proposals: tuple[ProposalId, ...], tx: Transaction) -> None:
    for proposal in proposals:
        checkpoint = tx.checkpoints.get(proposal)
        if checkpoint is not None:
            tx.board.renew(entry_of(checkpoint, tx.aftermaths.of(proposal)))
            _remind_again(tx, checkpoint)


def _remind_again(tx: Transaction, checkpoint: Checkpoint) -> None:
    """Let what an earlier version left open have its reminders; those that are past stay untold."""
    ahead = next((each.at for each in reminders(checkpoint) if each.at > tx.now()), None)
    if ahead is not None:
        tx.timers.put(Timer(checkpoint.id, TimerKind.REMIND, ahead))
