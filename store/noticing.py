"""What is said in a channel although no proposal is the matter of it."""

from dataclasses import dataclass

from manifests.vocabulary import ChannelId
from store.ports import Errand, Outgoing, Transaction

MOST_LINES = 40
LONGEST_LINE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A headline and lines for one channel, or for another one where that cannot take it."""

    channel: ChannelId
    otherwise: ChannelId
    title: str
    lines: tuple[str, ...] = ()


def announce(tx: Transaction, notice: Notice) -> None:
    """Queue a notice, bounded; how much was left out is said."""
    shown = [_cut(each) for each in notice.lines[:MOST_LINES]]
    left = len(notice.lines) - len(shown)
    if left:
        shown.append(f"… and {left} more.")
    tx.outbox.add(
        Outgoing(
            lane=notice.channel,
            errand=Errand.NOTICE,
            proposal=None,
            priority=0,
            body={
                "title": _cut(notice.title),
                "lines": [*shown],
                "otherwise": notice.otherwise,
                "at": tx.now().isoformat(),
            },
        )
    )
    tx.announce("outbox")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE - 1]}…"
