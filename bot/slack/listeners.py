"""What the app listens to. A listener reads like a sentence: read the click, ask, answer.

A listener that returns has acknowledged (`process_before_response`), so everything a click changes
is committed by then.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from blocks.forms import modals
from blocks.ids import Button, Menu, Modal, ModalContext, Unreadable
from blocks.types import View
from bot.judging.live_manifest import LiveManifest
from bot.messenger import Undelivered
from bot.people.directory import Directory
from bot.people.staffing import Staffing
from bot.reviewing.answering import Answering
from bot.reviewing.asked import BuildCommand, Sight
from bot.reviewing.classifying import Classifying
from bot.reviewing.review import Review
from bot.reviewing.witnessing import shown_in_digest
from bot.slack.connection import Workplace
from bot.slack.gateway import SlackGateway
from bot.slack.openings import AFTERWARDS, ANSWERING, OPENINGS, REVIEWING
from bot.slack.payloads import (
    Body,
    Click,
    Pick,
    Submission,
    Turn,
    read_click,
    read_pick,
    read_submission,
    read_turn,
)
from bot.slack.probing import DECIDING, FOLLOWING
from bot.slack.refinements import picked
from bot.slack.submissions import Submissions
from bot.slack.swift import SwiftRedraw
from manifests.manifest import UserGroupId
from manifests.vocabulary import UserId
from store.commands import Approve, Claim, Release, StopWaiting, TakeOver, WithdrawSignOff
from store.refusals import Reason, Refusal

T = TypeVar("T")

log = structlog.get_logger()

AT_ONCE: Mapping[Button | Menu, BuildCommand] = {
    Button.APPROVE: lambda quorum: Approve(**quorum.seen),
    Button.WITHDRAW_SIGN_OFF: lambda quorum: WithdrawSignOff(**quorum.seen),
    Button.STOP_WAITING: lambda quorum: StopWaiting(**quorum.seen),
    Button.TAKE_OVER: lambda quorum: TakeOver(**quorum.seen),
    Menu.CLAIM: lambda quorum: Claim(**quorum.seen),
    Button.UNDO: lambda quorum: WithdrawSignOff(**quorum.seen),
    Button.RELEASE: lambda quorum: Release(**quorum.seen),
}
"""Clicks that decide by themselves; every other one opens a view."""

TOO_SLOW = Refusal(Reason.TOO_LATE, "Slack gave us too little time to open that. Click again.")
ANY_BUTTON = re.compile(rf"^(?:{'|'.join(Button)}|{Button.RELEASE}\.[0-9]+)$")
"""Whatever a card or a view has; several buttons of a digest are numbered."""
PAGES = frozenset({Button.PAGE_BACK, Button.PAGE_NEXT})
STEPPING = frozenset({Button.EDIT_STEP, Button.REGENERATE_STEP, Button.ADD_STEP})
REFINING = frozenset({Modal.STEPS, Modal.STEP, Modal.STEP_DIFF, Modal.REGENERATE})


class Listeners:
    """Answers clicks, page turns and submitted modals."""

    def __init__(
        self,
        *,
        review: Review,
        answering: Answering,
        classifying: Classifying,
        submissions: Submissions,
        gateway: SlackGateway,
        swift: SwiftRedraw,
        manifest: LiveManifest,
        workplace: Workplace,
        acted: Callable[[UserId], None],
    ) -> None:
        self._review = review
        self._answering = answering
        self._classifying = classifying
        self._submissions = submissions
        self._gateway = gateway
        self._swift = swift
        self._manifest = manifest
        self._workplace = workplace
        self._acted = acted

    def attach(self, app: AsyncApp) -> None:
        """Listen to every button, page button and modal that can be drawn.

        Bolt asks one listener after another, and each question costs it as much as reading a card.
        """
        app.action(ANY_BUTTON)(self.press)
        app.view(re.compile(rf"^(?:{'|'.join(self._submissions.handlers)})$"))(self.submit)

    async def press(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Answer whichever button was clicked."""
        await self._listener(body["actions"][0]["action_id"], inside="view" in body)(ack, body)

    def _listener(self, button: str, *, inside: bool) -> Callable[..., Awaitable[None]]:
        if button in PAGES:
            return self.turn_page
        if inside and button == Button.ANSWER_QUESTION:
            return self.answer_inside
        return self.pick_step if button in STEPPING else self.click

    async def click(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Answer a click on a card: decide at once, or open the view that asks for more."""
        click = self._read(read_click, body)
        if isinstance(click, Click):
            await self._answer(click)
        await ack()

    async def submit(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Answer a submitted modal."""
        submission = self._read(read_submission, body)
        with self._swift.answering():
            answer = await self._submissions.answer(submission)
        await ack(**answer)
        if isinstance(submission, Submission):
            self._acted(submission.request.user)
            if not answer:
                self._swift.start(submission.request, submission.context.card_url or None)

    async def turn_page(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Show another page of a long view."""
        turn = self._read(read_turn, body)
        if isinstance(turn, Turn):
            await self._turn(turn)
        await ack()

    async def pick_step(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Show the form for one step of a plan, in the place of all its steps."""
        pick = self._read(read_pick, body)
        if isinstance(pick, Pick):
            sight = await self._review.look(pick.request)
            if not isinstance(sight, Refusal):
                await self._replace(pick.view_id, pick.view_hash, picked(sight, pick))
        await ack()

    async def answer_inside(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Show whoever is asked the form for their answer, in the place of what they looked at."""
        pick = self._read(read_pick, body)
        if isinstance(pick, Pick):
            form = await self._to_answer(pick)
            await self._replace(pick.view_id, pick.view_hash, form)
            if form["callback_id"] != Modal.VIEW_ONLY:
                self._swift.begin(self._review.note_view(pick.request, pick.meaning))
        await ack()

    async def _to_answer(self, pick: Pick) -> View:
        sight = await self._review.look(pick.request)
        if isinstance(sight, Refusal):
            return modals.notice("Not shown", sight.words)
        refusal = await self._answering.may_answer(pick.request, sight)
        if refusal is not None:
            await self._review.turn_down(pick.request, refusal)
            return modals.notice("Not shown", refusal.words)
        return ANSWERING[pick.meaning](sight, pick.context)

    def _read(self, read: Callable[[Body], T | Unreadable], body: Body) -> T | Unreadable:
        """Parse a payload of this app; anything else is logged and changes nothing."""
        ours = self._workplace.is_ours(body)
        found = read(body) if ours else Unreadable("It is not for this app.")
        if isinstance(found, Unreadable):
            log.warning("payload_unreadable", why=found.why, kind=body.get("type"))
        return found

    async def _answer(self, click: Click) -> None:
        decide = AT_ONCE.get(click.meaning)
        if decide is None:
            await self._open(click)
            return
        with self._swift.answering():
            if click.meaning is Button.RELEASE:
                # A digest is no card: the relay posts one, and nothing is drawn in its place.
                await self._review.act(click.request, decide, shown_in_digest)
            else:
                await self._review.act(click.request, decide)
                self._swift.start(click.request, click.response_url)
        self._acted(click.request.user)

    async def _open(self, click: Click) -> None:
        """Open a view, unless this person could not submit it; that it was seen is noted after."""
        sight = await self._review.look(
            click.request,
            history=click.meaning is Menu.HISTORY,
            people=click.meaning is Menu.REASSIGN,
        )
        if isinstance(sight, Refusal):
            await self._review.turn_down(click.request, sight)
            return
        refusal = await self._objection(click, sight)
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

    async def _objection(self, click: Click, sight: Sight) -> Refusal | None:
        """Say beforehand why what is about to open could not be submitted."""
        if click.meaning in REVIEWING:
            return await self._review.may_act(click.request, sight, DECIDING[click.meaning])
        if click.meaning in ANSWERING:
            return await self._answering.may_answer(click.request, sight)
        if click.meaning is Button.CLASSIFY:
            return await self._classifying.may_record(click.request, sight)
        if click.meaning in AFTERWARDS:
            return await self._review.may_follow(click.request, sight, FOLLOWING[click.meaning])
        return await self._review.may_read(click.request, sight)

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
            card_url=click.response_url or "",
        )
        if click.meaning is Button.CLASSIFY:
            roles = [staffed.role for staffed in self._manifest.current.roles.values()]
            return modals.classify(sight.checkpoint, context, roles)
        return OPENINGS[click.meaning](sight, context)

    async def _turn(self, turn: Turn) -> None:
        sight = await self._review.look(turn.request, history=turn.context.history)
        if isinstance(sight, Refusal):
            return
        await self._replace(turn.view_id, turn.view_hash, _page(sight, turn))

    async def _replace(self, view_id: str, view_hash: str, view: View) -> None:
        """Put another view in an open one's place, unless that changed meanwhile."""
        try:
            await self._gateway.update_view(view_id, view_hash, view)
        except Undelivered as error:
            log.info("view_not_replaced", code=error.code)


def _page(sight: Sight, turn: Turn) -> View:
    """Draw the page asked for, of whichever long view is open."""
    if turn.modal is Modal.REVIEW:
        return modals.review(sight.checkpoint, turn.context, page=turn.page)
    if turn.modal in REFINING:
        return modals.steps(sight.checkpoint, turn.context, page=turn.page)
    if turn.context.history:
        return modals.history(sight.checkpoint, sight.lines, turn.context, page=turn.page)
    return modals.view_only(
        sight.checkpoint, sight.aftermath, turn.context, page=turn.page, paused=sight.paused
    )


def watch_people(app: AsyncApp, directory: Directory, staffing: Staffing) -> None:
    """Forget what is known of people when Slack says that it changed."""

    async def group_changed(event: dict[str, Any]) -> None:
        group = UserGroupId(str(event.get("subteam_id", "")))
        directory.forget_group(group)
        staffing.group_changed(group)

    async def person_changed(event: dict[str, Any]) -> None:
        user = UserId(str(event.get("user", {}).get("id", "")))
        directory.forget_account(user)
        staffing.account_changed(user)

    async def nothing_to_do(event: dict[str, Any]) -> None:
        """Acknowledge what the app is subscribed to and we do not use, or Slack sends it again."""
        log.debug("event_not_used", kind=event.get("type"))

    app.event("subteam_members_changed")(group_changed)
    app.event("user_change")(person_changed)
    app.event(re.compile(".*"))(nothing_to_do)
