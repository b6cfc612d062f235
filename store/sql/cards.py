"""Which Slack message shows which proposal where: one card a proposal and channel."""

import secrets
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from manifests.vocabulary import ChannelId
from store.ports import Card
from store.proposal import ProposalId
from store.sql.codec import maybe_micros, maybe_moment
from store.sql.statements import Statement, Wire
from store.sql.tables import cards

NONCE_BYTES = 12

_T = cards.c
_FACTS = (
    "ts",
    "posted_at",
    "attempt_started_at",
    "drawn_version",
    "drawn_blocks",
    "shown_in",
    "undeliverable",
    "filed_revision",
)
_SELECT = select(_T.proposal, _T.channel, _T.nonce, *(_T[name] for name in _FACTS)).where(
    _T.workspace == bindparam("workspace")
)
_OF = Statement(_SELECT.where(_T.proposal == bindparam("proposal")).order_by(_T.id))
_ONE = Statement(
    _SELECT.where(_T.proposal == bindparam("proposal"), _T.channel == bindparam("channel"))
)
_BY_NONCE = Statement(_SELECT.where(_T.nonce == bindparam("nonce")))
_AT = Statement(
    _SELECT.where(
        _T.ts == bindparam("ts"), func.coalesce(_T.shown_in, _T.channel) == bindparam("channel")
    )
)
# Few cards have no ts, so the index on it finds them, too.
_ON_THE_WAY = Statement(
    _SELECT.where(
        _T.ts.is_(None),
        _T.attempt_started_at.is_not(None),
        func.coalesce(_T.shown_in, _T.channel) == bindparam("channel"),
    ).order_by(_T.id)
)
_MAKE = Statement(
    insert(cards)
    .values({name: bindparam(name) for name in ("workspace", "proposal", "channel", "nonce")})
    .on_conflict_do_nothing(index_elements=["proposal", "channel", "workspace"])
)
_PUT = Statement(
    update(cards)
    .where(
        _T.workspace == bindparam("own_workspace"),
        _T.proposal == bindparam("own_proposal"),
        _T.channel == bindparam("own_channel"),
    )
    .values({name: bindparam(name) for name in _FACTS})
)


class SqlCards:
    """Which Slack message shows which proposal where."""

    def __init__(self, wire: Wire, workspace: str) -> None:
        self._wire = wire
        self._workspace = workspace

    def of(self, proposal: ProposalId) -> tuple[Card, ...]:
        """List a proposal's cards, first made first."""
        rows = self._wire.rows(_OF, workspace=self._workspace, proposal=proposal)
        return tuple(map(_card, rows))

    def by_nonce(self, nonce: str) -> Card | None:
        """Find the card a button belongs to."""
        row = self._wire.row(_BY_NONCE, workspace=self._workspace, nonce=nonce)
        return None if row is None else _card(row)

    def at(self, channel: ChannelId, ts: str) -> Card | None:
        """Find the card that a message is, by where it is shown."""
        row = self._wire.row(_AT, workspace=self._workspace, channel=channel, ts=ts)
        return None if row is None else _card(row)

    def on_the_way(self, channel: ChannelId) -> tuple[Card, ...]:
        """List the cards that may stand in a channel already, though nobody noted where."""
        rows = self._wire.rows(_ON_THE_WAY, workspace=self._workspace, channel=channel)
        return tuple(map(_card, rows))

    def ensure(self, proposal: ProposalId, channel: ChannelId) -> Card:
        """Give the one card of a proposal in a channel, made now where there is none."""
        nonce = secrets.token_urlsafe(NONCE_BYTES)
        made = self._wire.change(
            _MAKE, workspace=self._workspace, proposal=proposal, channel=channel, nonce=nonce
        )
        if made == 1:
            return Card(proposal=proposal, channel=channel, nonce=nonce)
        row = self._wire.row(_ONE, workspace=self._workspace, proposal=proposal, channel=channel)
        if row is None:
            raise LookupError(f"The card of {proposal} in {channel} is neither there nor made.")
        return _card(row)

    def put(self, card: Card) -> None:
        """Write a card's new facts."""
        changed = self._wire.change(
            _PUT,
            own_workspace=self._workspace,
            own_proposal=card.proposal,
            own_channel=card.channel,
            ts=card.ts,
            posted_at=maybe_micros(card.posted_at),
            attempt_started_at=maybe_micros(card.attempt_started_at),
            drawn_version=card.drawn_version,
            drawn_blocks=card.drawn_blocks,
            shown_in=card.shown_in,
            undeliverable=card.undeliverable,
            filed_revision=card.filed_revision,
        )
        if changed != 1:
            raise LookupError(f"There is no card of {card.proposal} in {card.channel}: ensure it.")


def _card(row: tuple[Any, ...]) -> Card:
    proposal, channel, nonce, ts, posted_at, started_at, version, blocks, *others = row
    shown_in, why, filed = others
    return Card(
        proposal=ProposalId(proposal),
        channel=ChannelId(channel),
        nonce=nonce,
        ts=ts,
        posted_at=maybe_moment(posted_at),
        attempt_started_at=maybe_moment(started_at),
        drawn_version=version,
        drawn_blocks=blocks,
        shown_in=shown_in,
        undeliverable=why,
        filed_revision=filed,
    )
