"""Direct messages: pointers to a card, for one person. Nothing waits for them."""

from dataclasses import dataclass

import structlog

from blocks.telling.pointers import Whereabouts, turn_over, what_became, your_turn
from blocks.types import Message
from bot.judging.live_manifest import LiveManifest
from bot.messenger import Draft, Hindered, Messenger, Permanent, Search, Undelivered
from bot.program.pacing import Bucket
from bot.relay.saying import SKEW, Saying
from bot.relay.verdicts import DONE, MISSING, Later, Verdict, after_failure
from manifests.vocabulary import ChannelId, PersonId, UserId
from store.aftermath import Aftermath
from store.assigning import holding, review_in
from store.checkpoint import Assignee, Checkpoint, Open
from store.digest import digest_of
from store.effects import Event, Matter
from store.events import from_json
from store.pointing import is_overtaken
from store.ports import Card, Outgoing, Reading, Store

CARD_WITHIN = 30
"""Attempts, a second apart, after which a pointer goes without its card's address."""
LEFT_TO_CARDS = 0.5
"""Share of the changes that Slack takes at once, which is kept for cards."""
ATTEMPTS = 3
"""After which a direct message that Slack refuses for no known reason is let go."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Scene:
    """What a pointer is drawn from, read in one go when it is sent."""

    checkpoint: Checkpoint
    aftermath: Aftermath
    matter: Matter
    event: Event
    cards: tuple[Card, ...]
    overtaken: bool = False
    """Whether a later message to the same person tells all that this one would."""

    @property
    def marker(self) -> str:
        """Name this message in the history, by ids only."""
        over = self.matter is Matter.TURN_OVER
        matter = Matter.TURN if over else self.matter  # it is the same message still
        told = digest_of({"matter": matter.value, "at": self.event.at.isoformat()})
        return f"{self.checkpoint.id}/{told[7:23]}"


class Directs:
    """Points one person to a card; who cannot be told directly still finds it in its channel."""

    def __init__(
        self, store: Store, messenger: Messenger, manifest: LiveManifest, updates: Bucket
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._manifest = manifest
        self._updates = updates
        self._saying = Saying(store, messenger)
        self._told: set[tuple[str, str]] = set()

    async def point(self, outgoing: Outgoing) -> Verdict:
        """Tell one person, as it stands now; what is no longer so is not told."""
        scene = await self._store.read(lambda look: _scene(look, outgoing))
        if scene is None:
            return DONE
        if scene.matter is Matter.TURN_OVER:
            return await self._end(scene, outgoing)
        card = _card(scene, outgoing.lane)
        if card is not None and card.ts is None and outgoing.attempts < CARD_WITHIN:
            return Later(1.0)
        address = await self._saying.address_of(card)
        where = Whereabouts(card.shown_in or card.channel if card else None, address)
        message = _message(scene, outgoing.lane, where)
        if message is None:
            return DONE
        draft = Draft(blocks=message.blocks, text=message.text, marker=scene.marker)
        return await self._to_one_of(self._accounts(outgoing.lane), draft, scene, outgoing)

    async def _end(self, scene: Scene, outgoing: Outgoing) -> Verdict:
        """Change the message that told somebody of their turn, now that it is over.

        Cards come first and have most of what Slack lets us change; what fails stays as it is.
        """
        wait = self._updates.take(LEFT_TO_CARDS)
        if wait > 0:
            return Later(wait)
        try:
            return await self._ended(scene, outgoing)
        except Permanent as error:
            self._tell(error, outgoing.lane)
        except Hindered as error:
            self._tell(error, "everybody")
        except Undelivered as error:
            if outgoing.attempts < ATTEMPTS:
                return after_failure(error, outgoing.attempts)
        return DONE

    async def _ended(self, scene: Scene, outgoing: Outgoing) -> Verdict:
        card, whom = _card(scene, outgoing.lane), UserId(outgoing.lane)
        address = await self._saying.address_of(card)
        where = Whereabouts(card.shown_in or card.channel if card else None, address)
        message = turn_over(scene.checkpoint, scene.aftermath, whom, where)
        draft = Draft(blocks=message.blocks, text=message.text, marker=scene.marker)
        for account in self._accounts(outgoing.lane):
            channel = await self._messenger.direct(account)
            since = scene.event.at - SKEW
            search = Search(channel=channel, marker=scene.marker, since=since)
            for ts in await self._messenger.find(search):
                await self._messenger.update(channel, ts, draft)
                return DONE
        return DONE

    def _accounts(self, whom: str) -> tuple[UserId, ...]:
        """List the accounts of a person, or the account that it is; a mere name has none."""
        accounts = self._manifest.current.accounts_of(PersonId(whom))
        return tuple(sorted(each for each in accounts if _is_account(each)))

    async def _to_one_of(
        self, accounts: tuple[UserId, ...], draft: Draft, scene: Scene, outgoing: Outgoing
    ) -> Verdict:
        """Tell it to the first account that can be told."""
        for account in accounts:
            try:
                channel = await self._messenger.direct(account)
                return await self._saying.say(channel, draft, scene.event.at, outgoing)
            except Permanent as error:
                self._tell(error, account)
            except Hindered as error:
                if outgoing.attempts < ATTEMPTS and error.code != MISSING:
                    return after_failure(error, outgoing.attempts)
                self._tell(error, "everybody")
            except Undelivered as error:
                return after_failure(error, outgoing.attempts)
        return DONE

    def _tell(self, error: Undelivered, whom: str) -> None:
        """Log once whom Slack does not let us write to, and why."""
        if (error.code, whom) not in self._told:
            self._told.add((error.code, whom))
            log.warning("direct_message_undeliverable", whom=whom, code=error.code)


def _scene(look: Reading, outgoing: Outgoing) -> Scene | None:
    checkpoint = None if outgoing.proposal is None else look.checkpoints.get(outgoing.proposal)
    body, written = outgoing.body, outgoing.body.get("event")
    if checkpoint is None or not isinstance(written, dict):
        return None
    matter, event = Matter(str(body["matter"])), from_json(written)
    lines = look.audit.of(checkpoint.id) if matter is Matter.OUTCOME else ()
    return Scene(
        checkpoint,
        look.aftermaths.of(checkpoint.id),
        matter,
        event,
        look.cards.of(checkpoint.id),
        is_overtaken(checkpoint, event, (each.event for each in lines)),
    )


def _message(scene: Scene, whom: str, where: Whereabouts) -> Message | None:
    checkpoint, state = scene.checkpoint, scene.checkpoint.state
    turn = _turn(checkpoint, whom)
    if isinstance(state, Open):
        if scene.matter is not Matter.TURN or turn is None:
            return None
        return your_turn(checkpoint, state, turn, where)
    told = scene.matter is Matter.OUTCOME and not scene.overtaken
    return what_became(checkpoint, state, scene.aftermath, where) if told else None


def _turn(checkpoint: Checkpoint, whom: str) -> Assignee | None:
    """Find what it is somebody's turn to fill, if it still is."""
    review = review_in(checkpoint)
    held = holding(checkpoint.plan, review).values() if review else ()
    return next((each for each in held if each.user == whom), None)


def _card(scene: Scene, whom: str) -> Card | None:
    """Find the card that concerns somebody: that of their seat, or else the first."""
    plan, turn = scene.checkpoint.plan, _turn(scene.checkpoint, whom)
    reviewing = plan.channels(len(plan.ladder) - 1)
    other = (plan.operations.channel, plan.administrators.channel)
    theirs = [seat.channel for seat in plan.seats if turn and seat.name == turn.seat]
    known = {each.channel: each for each in scene.cards if each.undeliverable is None}
    order: list[ChannelId] = [*theirs, *reviewing, *other]
    return next((known[each] for each in order if each in known), None)


def _is_account(user: UserId) -> bool:
    """Tell a Slack id from a name that somebody goes by elsewhere."""
    return user[:1] in {"U", "W"} and user.isalnum() and user.isupper()
