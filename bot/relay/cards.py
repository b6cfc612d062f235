"""Cards: one live message a (proposal, channel), always drawn from the checkpoint."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from blocks.cards.card import card, minimal_card
from blocks.cards.snippet import wants_file
from bot.judging.circumstances import pause_in_words
from bot.messenger import (
    SKEW,
    Draft,
    Gone,
    Hindered,
    Malformed,
    Messenger,
    Permanent,
    Search,
    Uncertain,
    Undelivered,
    Unreachable,
    posted_at,
)
from bot.program.pacing import Bucket
from bot.relay.files import lane_of
from bot.relay.verdicts import DONE, SETTLING, Later, Verdict, after_failure, arrived
from manifests.vocabulary import ChannelId
from store.aftermath import Aftermath
from store.asking import question_in, slack_place
from store.checkpoint import Checkpoint
from store.decision import version_of
from store.door import alarm
from store.effects import KEYTURN, Event, Happening
from store.ports import Card, Errand, Outgoing, Reading, Store, Transaction
from store.posting import post

ALARM_AFTER = 3
"""Tries after which people are told that a card is still not shown."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Scene:
    """What one card shows, read in one go."""

    checkpoint: Checkpoint
    aftermath: Aftermath
    card: Card
    now: datetime
    paused: str
    """Why nobody can use an approval of it for now, as a sentence."""

    @property
    def channel(self) -> ChannelId:
        """Say where the message stands or is to stand."""
        return self.card.shown_in or self.card.channel


class Cards:
    """Posts each card once and redraws it whenever its checkpoint moved."""

    def __init__(self, store: Store, messenger: Messenger, updates: Bucket) -> None:
        self._store = store
        self._messenger = messenger
        self._updates = updates

    async def show(self, outgoing: Outgoing) -> Verdict:
        """Make one channel show one proposal as it stands."""
        scene = await self._store.read(lambda look: _scene(look, outgoing))
        if scene is None:
            return DONE
        try:
            return await self._with_file(scene, await self._shown(await self._face_to_face(scene)))
        except Unreachable as error:
            return await self._move(scene, error, outgoing.attempts)
        except Gone:
            return await self._post_again(scene)
        except Permanent as error:
            return await self._give_up(scene, error, outgoing.attempts)
        except Hindered as error:
            if outgoing.attempts >= ALARM_AFTER:
                await self._alarm(scene, f"Its card is not shown yet; Slack says: {error.code}.")
            return after_failure(error, outgoing.attempts)
        except Undelivered as error:
            return after_failure(error, outgoing.attempts)

    async def _with_file(self, scene: Scene, verdict: Verdict) -> Verdict:
        """Ask for a file in the thread of a card that stands now and is too small for it all."""
        if verdict == DONE and _lacks_file(scene):
            await self._store.write(lambda tx: _ask_for_file(tx, scene))
        return verdict

    async def _face_to_face(self, scene: Scene) -> Scene:
        """Find the place of a question's card, before it is posted; with one person, open it."""
        put = question_in(scene.checkpoint, scene.card.channel)
        if put is None or scene.card.shown_in is not None:
            return scene
        user = put.asked.user
        if user is not None:
            place = await self._messenger.direct(user)
        else:
            place = slack_place(scene.card.channel)
        if place == scene.card.channel:
            return scene
        await self._note(scene, lambda row: replace(row, shown_in=place))
        return replace(scene, card=replace(scene.card, shown_in=place))

    async def _shown(self, scene: Scene) -> Verdict:
        """Show the card, or a plainer one that surely fits where Slack refuses its blocks."""
        try:
            return await self._agree(scene, _draft(scene))
        except Malformed as error:
            log.warning("card_malformed", proposal=scene.checkpoint.id, code=error.code)
            verdict = await self._agree(scene, _plain_draft(scene))
            await self._alarm(scene, f"Slack refused the full card: {error.code}.")
            return verdict

    async def _agree(self, scene: Scene, draft: Draft) -> Verdict:
        if scene.card.ts is None:
            return await self._post(scene, draft)
        return await self._redraw(scene, scene.card.ts, draft)

    async def _post(self, scene: Scene, draft: Draft) -> Verdict:
        """Post the first time; an attempt that may have arrived is looked for first."""
        started = scene.card.attempt_started_at
        if started is not None:
            settled_in = SETTLING - (scene.now - started).total_seconds()
            if settled_in > 0:
                return Later(settled_in)
            since = started - SKEW
            search = Search(channel=scene.channel, marker=scene.card.nonce, since=since)
            found = await arrived(self._messenger, search)
            if found:
                return await self._adopt(scene, found, draft)
        # Written down before it is sent: a click may come before we know that it arrived.
        if not await self._store.write(lambda tx: _begun(tx, scene, draft)):
            return Later(0.0)
        try:
            ts = await self._messenger.post(scene.channel, draft)
        except Uncertain:
            raise
        except Undelivered:
            # It certainly did not arrive, so there is nothing to look for.
            await self._note(scene, _not_attempted)
            raise
        await self._note(scene, lambda row: _posted(row, scene, draft, ts))
        return DONE

    async def _adopt(self, scene: Scene, found: tuple[str, ...], draft: Draft) -> Verdict:
        """Take the message that did arrive for ours, and remove whatever came twice."""
        first, *doubles = found
        log.info("card_adopted", proposal=scene.checkpoint.id, doubles=len(doubles))
        for double in doubles:
            await self._remove(scene, double)
        await self._note(
            scene,
            lambda row: replace(row, ts=first, posted_at=posted_at(first), attempt_started_at=None),
        )
        return await self._redraw(scene, first, draft)

    async def _remove(self, scene: Scene, double: str) -> None:
        """Remove a card that came twice; one that stays all the same holds up nothing else."""
        try:
            await self._messenger.delete(scene.channel, double)
        except Gone:
            pass  # somebody was faster
        except (Permanent, Hindered) as error:
            log.warning("double_left", proposal=scene.checkpoint.id, ts=double, code=error.code)

    async def _redraw(self, scene: Scene, ts: str, draft: Draft) -> Verdict:
        known = scene.card.drawn_version is not None
        if known and draft.drawn == scene.card.drawn_blocks:
            return DONE
        wait = self._updates.take()
        if wait > 0:
            return Later(wait)
        await self._messenger.update(scene.channel, ts, draft)
        await self._note(scene, lambda row: _drawn(row, scene, draft))
        return DONE

    async def _move(self, scene: Scene, error: Unreachable, attempts: int) -> Verdict:
        """Show the card to operations, or else to administrators, where its channel fails."""
        refuge = _refuge(scene)
        log.error("card_moved", proposal=scene.checkpoint.id, code=error.code, to=refuge)
        await self._note(
            scene,
            lambda row: replace(
                row, shown_in=refuge, ts=None, drawn_version=None, filed_revision=None
            ),
        )
        where = f"in {refuge}" if refuge else "nowhere; Keyturn keeps trying"
        words = f"The channel {scene.channel} cannot be posted to: {error.code}."
        await self._alarm(scene, f"{words} Its card is {where}.")
        return Later(0.0) if refuge else after_failure(error, attempts)

    async def _post_again(self, scene: Scene) -> Verdict:
        """Post a card anew that somebody deleted."""
        log.warning("card_was_gone", proposal=scene.checkpoint.id)
        await self._note(
            scene, lambda row: replace(row, ts=None, drawn_version=None, filed_revision=None)
        )
        return Later(0.0)

    async def _give_up(self, scene: Scene, error: Permanent, attempts: int) -> Verdict:
        """Record why there is no card; one that is there but old is tried again, slowly."""
        log.error("card_undeliverable", proposal=scene.checkpoint.id, code=error.code)
        posted = scene.card.ts is not None
        if not posted:
            await self._note(scene, lambda row: replace(row, undeliverable=error.code))
        await self._alarm(scene, f"Its card could not be shown: {error.code}.")
        return after_failure(error, attempts) if posted else DONE

    async def _alarm(self, scene: Scene, words: str) -> None:
        """Audit a fault and tell operations, once for each thing there is to say."""

        def told(tx: Transaction) -> None:
            detail = {"channel": scene.card.channel, "why": words}
            if _was_told(tx, scene, detail):
                return
            event = Event(
                happening=Happening.CARD_UNDELIVERABLE,
                actor=KEYTURN,
                at=tx.now(),
                detail=dict(detail),
            )
            alarm(tx, scene.checkpoint, event)

        await self._store.write(told)

    async def _note(self, scene: Scene, change: Callable[[Card], Card]) -> None:
        """Change the card's row as it is now, not as it was when the scene was read."""

        def noted(tx: Transaction) -> None:
            row = tx.cards.by_nonce(scene.card.nonce)
            if row is not None:
                tx.cards.put(change(row))

        await self._store.write(noted)


def _was_told(tx: Transaction, scene: Scene, detail: Mapping[str, str]) -> bool:
    events = (line.event for line in tx.audit.of(scene.checkpoint.id))
    return any(
        each.happening is Happening.CARD_UNDELIVERABLE and each.detail == detail for each in events
    )


def _draft(scene: Scene) -> Draft:
    now = scene.checkpoint.updated_at
    shown = card(scene.checkpoint, scene.aftermath, scene.card, now, scene.paused)
    return Draft(blocks=shown.blocks, text=shown.text, marker=scene.card.nonce)


def _plain_draft(scene: Scene) -> Draft:
    now = scene.checkpoint.updated_at
    plain = minimal_card(scene.checkpoint, scene.aftermath, scene.card, now)
    return Draft(blocks=plain.blocks, text=plain.text, marker=scene.card.nonce)


def _scene(look: Reading, outgoing: Outgoing) -> Scene | None:
    if outgoing.proposal is None:
        return None
    checkpoint = look.checkpoints.get(outgoing.proposal)
    cards = [card for card in look.cards.of(outgoing.proposal) if card.channel == outgoing.lane]
    if checkpoint is None or not cards:
        return None
    aftermath, paused = look.aftermaths.of(checkpoint.id), pause_in_words(look, checkpoint)
    return Scene(checkpoint, aftermath, cards[0], look.now(), paused)


def _refuge(scene: Scene) -> ChannelId | None:
    """Name the channel to show a card in when this one fails; after the last, its own again."""
    plan = scene.checkpoint.plan
    known = (slack_place(scene.card.channel), plan.operations.channel, plan.administrators.channel)
    channels = [*dict.fromkeys(known), None]
    return channels[channels.index(scene.channel) + 1] if scene.channel in channels else None


def _begun(tx: Transaction, scene: Scene, draft: Draft) -> bool:
    """Note an attempt to post, unless a click told meanwhile that an earlier one arrived."""
    row = tx.cards.by_nonce(scene.card.nonce)
    if row is None or row.ts is not None:
        return False
    tx.cards.put(replace(_drawn(row, scene, draft), attempt_started_at=scene.now))
    return True


def _lacks_file(scene: Scene) -> bool:
    """Say whether the thread must hold a file that was not asked for yet."""
    if question_in(scene.checkpoint, scene.card.channel) is not None:
        return False
    filed = scene.card.filed_revision or 0
    return filed < scene.checkpoint.revision.number and wants_file(scene.checkpoint)


def _ask_for_file(tx: Transaction, scene: Scene) -> None:
    """Queue the file of a revision once, for the message that stands now."""
    row, revision = tx.cards.by_nonce(scene.card.nonce), scene.checkpoint.revision.number
    if row is None or row.ts is None or (row.filed_revision or 0) >= revision:
        return
    tx.cards.put(replace(row, filed_revision=revision))
    post(tx, scene.checkpoint, Errand.FILE, lane_of(row))


def _posted(row: Card, scene: Scene, draft: Draft, ts: str) -> Card:
    shown = _drawn(row, scene, draft)
    return replace(shown, ts=ts, posted_at=posted_at(ts), attempt_started_at=None)


def _not_attempted(row: Card) -> Card:
    return replace(row, attempt_started_at=None, drawn_blocks=None)


def _drawn(row: Card, scene: Scene, draft: Draft) -> Card:
    version = version_of(scene.checkpoint, scene.aftermath)
    return replace(row, drawn_version=version, drawn_blocks=draft.drawn, undeliverable=None)
