"""What the app listens to. A listener reads like a sentence: read the click, ask, answer.

A listener that returns has acknowledged (`process_before_response`), so everything a click changes
is committed by then.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from blocks import modals
from blocks.ids import Button, Menu, Modal, ModalContext, Unreadable
from blocks.types import View
from bot.asked import BuildCommand, Sight
from bot.directory import Directory
from bot.live_manifest import LiveManifest
from bot.messenger import Undelivered
from bot.review import Review
from bot.slack.connection import Workplace
from bot.slack.gateway import SlackGateway
from bot.slack.openings import OPENINGS, REVIEWING
from bot.slack.payloads import Body, Click, Turn, read_click, read_submission, read_turn
from bot.slack.submissions import Submissions
from bot.slack.swift import SwiftRedraw
from manifests.manifest import UserGroupId
from manifests.vocabulary import UserId
from store.commands import Approve, TakeOver, WithdrawSignOff
from store.refusals import Reason, Refusal

T = TypeVar("T")

log = structlog.get_logger()

AT_ONCE: Mapping[Button | Menu, BuildCommand] = {
    Button.APPROVE: lambda quorum: Approve(**quorum.seen),
    Menu.WITHDRAW_SIGN_OFF: lambda quorum: WithdrawSignOff(**quorum.seen),
    Menu.TAKE_OVER: lambda quorum: TakeOver(**quorum.seen),
}
"""Clicks that decide by themselves; every other one opens a view."""

TOO_SLOW = Refusal(Reason.TOO_LATE, "Slack gave us too little time to open that. Click again.")
PAGES = frozenset({Button.PAGE_BACK, Button.PAGE_NEXT})


class NotReady(Exception):
    """A click came before we know whether it is for us."""


class Listeners:
    """Answers clicks, page turns and submitted modals."""

    def __init__(
        self,
        *,
        review: Review,
        submissions: Submissions,
        gateway: SlackGateway,
        swift: SwiftRedraw,
        manifest: LiveManifest,
        workplace: Workplace,
    ) -> None:
        self._review = review
        self._submissions = submissions
        self._gateway = gateway
        self._swift = swift
        self._manifest = manifest
        self._workplace = workplace

    def attach(self, app: AsyncApp) -> None:
        """Put one listener behind every button, page button and modal that can be drawn."""
        for button in Button:
            app.action(button.value)(self.turn_page if button in PAGES else self.click)
        for modal in self._submissions.handlers:
            app.view(modal.value)(self.submit)

    async def click(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Answer a click on a card: decide at once, or open the view that asks for more."""
        click = self._read(read_click, body)
        if isinstance(click, Click):
            await self._answer(click)
        await ack()

    async def submit(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Answer a submitted modal."""
        submission = self._read(read_submission, body)
        await ack(**await self._submissions.answer(submission))

    async def turn_page(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Show another page of a long view."""
        turn = self._read(read_turn, body)
        if isinstance(turn, Turn):
            await self._turn(turn)
        await ack()

    def _read(self, read: Callable[[Body], T | Unreadable], body: Body) -> T | Unreadable:
        """Parse a payload of this app; anything else is logged and changes nothing."""
        home = self._workplace.home
        if home is None:
            # Not acknowledged, so that the person is told to try again.
            raise NotReady("Slack has not said yet which workspace this is.")
        found = read(body) if home.sent(body) else Unreadable("It is not for this app.")
        if isinstance(found, Unreadable):
            log.warning("payload_unreadable", why=found.why, kind=body.get("type"))
        return found

    async def _answer(self, click: Click) -> None:
        decide = AT_ONCE.get(click.meaning)
        if decide is None:
            await self._open(click)
            return
        await self._review.act(click.request, decide)
        self._swift.start(click.request, click.response_url)

    async def _open(self, click: Click) -> None:
        """Open a view, unless this person could not submit it; that it was seen is noted after."""
        sight = await self._review.look(click.request, history=click.meaning is Menu.HISTORY)
        if isinstance(sight, Refusal):
            await self._review.turn_down(click.request, sight)
            return
        if click.meaning in REVIEWING:
            refusal = await self._review.may_act(click.request, sight)
            if refusal is not None:
                await self._review.turn_down(click.request, refusal)
                return
        try:
            await self._gateway.open_view(click.trigger, self._view(click, sight))
        except Undelivered as error:
            log.warning("view_not_opened", code=error.code, view=click.meaning)
            await self._review.turn_down(click.request, TOO_SLOW)
            return
        self._swift.begin(self._review.note_view(click.request, click.meaning))

    def _view(self, click: Click, sight: Sight) -> View:
        revision = sight.checkpoint.revision
        context = ModalContext(
            proposal=sight.checkpoint.id,
            revision=revision.number,
            digest=revision.digest,
            channel=click.request.channel,
            message_ts=click.request.message,
            nonce=sight.card.nonce,
            opened_at=sight.now,
        )
        if click.meaning is Button.CLASSIFY:
            roles = [staffed.role for staffed in self._manifest.current.roles.values()]
            return modals.classify(sight.checkpoint, context, roles)
        return OPENINGS[click.meaning](sight, context)

    async def _turn(self, turn: Turn) -> None:
        sight = await self._review.look(turn.request, history=turn.context.history)
        if isinstance(sight, Refusal):
            return
        try:
            await self._gateway.update_view(turn.view_id, turn.view_hash, _page(sight, turn))
        except Undelivered as error:
            log.info("page_not_turned", code=error.code)


def _page(sight: Sight, turn: Turn) -> View:
    """Draw the page asked for, of whichever long view is open."""
    if turn.modal is Modal.REVIEW:
        return modals.review(sight.checkpoint, turn.context, page=turn.page)
    if turn.context.history:
        return modals.history(sight.checkpoint, sight.lines, turn.context, page=turn.page)
    return modals.view_only(sight.checkpoint, sight.aftermath, turn.context, page=turn.page)


def watch_people(app: AsyncApp, directory: Directory) -> None:
    """Forget what is known of people when Slack says that it changed."""

    async def group_changed(event: dict[str, Any]) -> None:
        directory.forget_group(UserGroupId(str(event.get("subteam_id", ""))))

    async def person_changed(event: dict[str, Any]) -> None:
        directory.forget_account(UserId(str(event.get("user", {}).get("id", ""))))

    async def nothing_to_do(event: dict[str, Any]) -> None:
        """Acknowledge what the app is subscribed to and we do not use, or Slack sends it again."""
        log.debug("event_not_used", kind=event.get("type"))

    app.event("subteam_members_changed")(group_changed)
    app.event("user_change")(person_changed)
    app.event(re.compile(".*"))(nothing_to_do)
