"""People's App Homes, drawn one after another, so that each ends up with the latest."""

from collections import OrderedDict

import structlog

from blocks.home_ids import Looking
from blocks.lists import home as drawing
from blocks.types import View
from bot.messenger import Messenger, Undelivered
from bot.reviewing.home import UNCONFIRMED, Home
from manifests.vocabulary import UserId
from store.refusals import Refusal

REMEMBERED = 500
"""People whose homes are drawn again after they act; anybody else's is when they open it."""
LOOKS = 3
"""How often it is looked who opened a home while Slack is slow to say; each look has its limit."""

log = structlog.get_logger()


class Homes:
    """Publishes them at best effort; keeps nothing but who looked at what lately."""

    def __init__(self, home: Home, messenger: Messenger) -> None:
        self._home = home
        self._messenger = messenger
        self._looked_at: OrderedDict[UserId, Looking] = OrderedDict()
        self._under_way: set[UserId] = set()
        self._again: set[UserId] = set()
        self._unconfirmed: set[UserId] = set()

    def is_watched(self, user: UserId) -> bool:
        """Say whether somebody has looked at their home lately."""
        return user in self._looked_at

    async def open(self, user: UserId, looking: Looking) -> None:
        """Show somebody their lists, and look again while Slack does not say who it is."""
        await self.show(user, looking)
        for _ in range(1, LOOKS):
            if user not in self._unconfirmed:
                return
            await self.refresh(user)

    async def show(self, user: UserId, looking: Looking) -> None:
        """Put somebody's lists into their App Home, or why they cannot be shown."""
        self._looked_at[user] = looking
        self._looked_at.move_to_end(user)
        while len(self._looked_at) > REMEMBERED:
            self._looked_at.popitem(last=False)
        await self.refresh(user)

    async def refresh(self, user: UserId) -> None:
        """Draw the home anew of somebody who has looked at it lately.

        Two drawings under way at once could arrive in the wrong order, so the second waits for the
        first, and stands for all that were wanted meanwhile.
        """
        if user in self._under_way:
            self._again.add(user)
            return
        self._under_way.add(user)
        try:
            await self._draw(user)
            while user in self._again:
                await self._draw(user)
        finally:
            self._under_way.discard(user)
            self._again.discard(user)

    async def _draw(self, user: UserId) -> None:
        self._again.discard(user)
        looking = self._looked_at.get(user)
        if looking is None:
            return
        try:
            await self._messenger.publish_home(user, await self._view(user, looking))
        except Undelivered as error:
            log.info("home_not_published", user=user, code=error.code)

    async def _view(self, user: UserId, looking: Looking) -> View:
        lists = await self._home.lists(user, looking)
        self._unconfirmed.discard(user)
        if lists is UNCONFIRMED:
            self._unconfirmed.add(user)
        if isinstance(lists, Refusal):
            return drawing.turned_away(lists.words)
        return drawing.home(lists)
