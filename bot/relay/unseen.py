"""Operations hear in one notice how many proposals were held until they expired."""

from functools import partial

from bot.relay.verdicts import DONE, Verdict
from manifests.vocabulary import ChannelId
from store.noticing import Notice, announce
from store.ports import Outgoing, Store, Transaction
from store.unseen import Unseen, unseen_in

WHY = "There was no room for them under hold_above before their time ran out; nobody decided them."


class Unsaid:
    """Turns what was counted into words."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def tell(self, outgoing: Outgoing) -> Verdict:
        """Queue one notice about all that was counted until now."""
        await self._store.write(partial(_told, outgoing))
        return DONE


def _told(outgoing: Outgoing, tx: Transaction) -> None:
    counted = tx.outbox.like(outgoing)  # more may have joined since the errand was read
    if counted is None:
        return
    unseen = unseen_in(counted)
    many = sum(each.many for each in unseen)
    were = "A proposal was" if many == 1 else f"{many} proposals were"
    announce(
        tx,
        Notice(
            channel=ChannelId(str(counted.body["channel"])),
            otherwise=ChannelId(str(counted.body["otherwise"])),
            title=f"{were} held back until time ran out.",
            lines=(WHY, *map(_line, unseen)),
        ),
    )
    tx.outbox.done(counted)


def _line(unseen: Unseen) -> str:
    left = unseen.many - len(unseen.first)
    more = f" and {left} more" if left else ""
    return f"{unseen.action} of {unseen.agent}: {unseen.many}: {', '.join(unseen.first)}{more}"
