"""The digest of one channel: what may wait and still does, and what is held back from it."""

import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from manifests.hours import DailyTime
from manifests.vocabulary import ChannelId
from store.board import Board, Part
from store.errands import Errand, Outgoing
from store.ports import Transaction
from store.proposal import ProposalId

DIGEST_KEY = "digest"
"""Name of the secret behind the buttons of digests."""
LATE_BY = timedelta(hours=1)
"""How long after its time a digest may still come, such as after a restart."""
MOST_WAITING = 20
MOST_HELD = 10
_LAST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftovers:
    """What a channel is told of in the morning: the gravest first, then what is due first."""

    waiting: tuple[ProposalId, ...] = ()
    held: tuple[ProposalId, ...] = ()
    more: int = 0
    """How many there are besides."""


def due_day(digest_at: DailyTime, now: datetime) -> date | None:
    """Name the day whose digest is due now, by the wall where the manifest's clock hangs."""
    local = now.astimezone(ZoneInfo(digest_at.timezone)).replace(tzinfo=None)
    for day in (local.date(), local.date() - timedelta(days=1)):
        since = local - datetime.combine(day, digest_at.at)
        if timedelta(0) <= since < LATE_BY:
            return day
    return None


def leftovers(board: Board) -> dict[ChannelId, Leftovers]:
    """Read what each channel is to be told, no more of it than a digest has room for."""
    counted: dict[ChannelId, dict[Part, int]] = {}
    for each in board.gathered():
        counted.setdefault(each.channel, {})[each.part] = each.many
    return {
        channel: Leftovers(
            waiting=board.foremost_in(channel, Part.DIGEST_WAITING, MOST_WAITING),
            held=board.foremost_in(channel, Part.DIGEST_HELD, MOST_HELD),
            more=max(0, many.get(Part.DIGEST_WAITING, 0) - MOST_WAITING)
            + max(0, many.get(Part.DIGEST_HELD, 0) - MOST_HELD),
        )
        for channel, many in sorted(counted.items())
    }


def nonce_of(secret: bytes, proposal: ProposalId, channel: ChannelId) -> str:
    """Give what a digest's button carries, which nobody can make who was not shown it."""
    told = f"{proposal}\n{channel}".encode()
    return f"d{hmac.new(secret, told, sha256).hexdigest()[:24]}"


def queue(tx: Transaction, day: date, channel: ChannelId, left: Leftovers) -> bool:
    """Queue one channel's digest of a day, unless that was done; say whether it was to be done."""
    key = f"digest:{day.isoformat()}:{channel}"
    if tx.clicks.answer_to(key) is not None:
        return False
    tx.clicks.remember(key, "queued")
    tx.outbox.add(
        Outgoing(
            lane=channel,
            errand=Errand.DIGEST,
            proposal=None,
            priority=_LAST,
            body={
                "day": day.isoformat(),
                "at": tx.now().isoformat(),
                "waiting": [*left.waiting],
                "held": [*left.held],
                "more": left.more,
            },
            # After a long outage nobody wants yesterday's beside today's.
            expires_at=tx.now() + LATE_BY,
        )
    )
    tx.announce("outbox")
    return True
