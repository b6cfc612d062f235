"""A reminder that is due is told once for each share, in the transaction that notes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from pydantic import JsonValue

from manifests.plan import ReviewPlan
from manifests.vocabulary import ChannelId, RoleName, UserId
from store import door
from store.asking import card_of, slack_place
from store.checkpoint import Checkpoint, NeedsInformation, TakenOver
from store.effects import CLOCK, Event, Happening
from store.ports import Reading, Timer, TimerKind, Transaction
from store.posting import cards_to_tell
from store.proposal import ProposalId
from store.reminding import (
    Reminder,
    Wait,
    audible,
    can_act,
    can_answer,
    reminders,
    vacancy_of,
    wait_of,
)
from store.seats import titles_of_fillers
from store.staffing import Reviewer

MENTIONED_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class _Called:
    """Who is reminded, by account and with the channels of theirs, or in words if none is there."""

    users: Mapping[UserId, tuple[ChannelId, ...]] = field(default_factory=dict)
    who: str = ""


def remind(tx: Transaction, proposal: ProposalId) -> None:
    """Tell a reminder that is due, if it was not told before, and set the timer to the next."""
    checkpoint = door.settled(tx, proposal)
    wait = None if checkpoint is None else wait_of(checkpoint)
    if checkpoint is None or wait is None:
        tx.timers.clear(proposal, TimerKind.REMIND)
        return
    now, told = tx.now(), _told_up_to(tx, proposal, wait)
    left = [each for each in reminders(checkpoint) if each.share > told]
    due = [each for each in left if each.at <= now]
    loud = audible(checkpoint.plan, now)
    if due and loud == now:
        # What a sweep missed is not made up for: one line says how it stands.
        door.tell(tx, checkpoint, _reminded(tx, checkpoint, wait, due[-1]))
        due = []
    following = loud if due else next((each.at for each in left if each.at > now), None)
    if following is None or following >= wait.until:
        tx.timers.clear(proposal, TimerKind.REMIND)
    else:
        tx.timers.put(Timer(proposal, TimerKind.REMIND, following))


def _told_up_to(tx: Reading, proposal: ProposalId, wait: Wait) -> float:
    """Give the greatest share that people were reminded of in this wait."""
    events = (line.event for line in tx.audit.of(proposal))
    shares = (
        float(str(each.detail["share"]))
        for each in events
        if each.happening is Happening.REMINDED and each.detail["wait"] == wait.name
    )
    return max(shares, default=0.0)


def _reminded(tx: Reading, checkpoint: Checkpoint, wait: Wait, reminder: Reminder) -> Event:
    now, state = tx.now(), checkpoint.state
    question = state.question_id if isinstance(state, NeedsInformation) else None
    called = _called(tx, checkpoint, now)
    first = dict(islice(called.users.items(), MENTIONED_AT_MOST))
    detail: dict[str, JsonValue] = {
        "wait": wait.name,
        "share": str(reminder.share),
        "until": wait.until.isoformat(),
        "users": [*first],
        "where": _where(tx, checkpoint, question, first),
        "more": len(called.users) - len(first),
        "who": called.who,
    }
    if question is not None:
        detail["question_id"] = question
    return Event(happening=Happening.REMINDED, actor=CLOCK, at=now, detail=detail)


def _where(
    look: Reading,
    checkpoint: Checkpoint,
    question: str | None,
    users: Mapping[UserId, tuple[ChannelId, ...]],
) -> dict[str, JsonValue]:
    """Choose the one card under which each is mentioned, though all of them tell the reminder."""
    cards = cards_to_tell(look.cards.of(checkpoint.id), checkpoint, question)
    told = [each.channel for each in cards if each.undeliverable is None]
    return {
        user: next((each for each in (*theirs, *told) if each in told), "")
        for user, theirs in users.items()
    }


def _called(tx: Reading, checkpoint: Checkpoint, now: datetime) -> _Called:
    """Say who can still act: an answer, control given back, or a decision is waited for."""
    match checkpoint.state:
        case NeedsInformation(asked=asked):
            own = card_of(checkpoint, checkpoint.exchanges[-1])
            theirs = () if own is None else (own, slack_place(own))
            if asked.kind == "role":
                role = RoleName(asked.name)
                roster = tx.staff.roster(frozenset({role}))
                there = can_answer(checkpoint, role, roster, now)
                return _Called({each.user: theirs for each in there}, asked.title)
            return _Called({} if asked.user is None else {asked.user: theirs}, asked.title)
        case TakenOver(holder=holder):
            return _Called({holder.user: ()}, holder.name)
        case _:
            vacancy = vacancy_of(checkpoint, now)
            there = can_act(checkpoint, tx.staff.roster(vacancy.roles), now)
            users = {each.user: _channels_of(each, checkpoint.plan) for each in there}
            return _Called(users, titles_of_fillers(checkpoint.plan, vacancy.rung))


def _channels_of(reviewer: Reviewer, plan: ReviewPlan) -> tuple[ChannelId, ...]:
    """List where the cards for a reviewer's roles stand, first seats first."""
    held = {each.role for each in reviewer.holds}
    called = (role for rung in plan.ladder for role in rung.fallback)
    return tuple(role.channel for role in (*plan.seats, *called) if role.name in held)
