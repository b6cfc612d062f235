"""What people are told beside cards, each as it looks on an ordinary day."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from pydantic import JsonValue

from blocks.telling.digest import Leftover, digest
from blocks.telling.notices import alert, thread_line
from blocks.telling.pointers import Whereabouts, what_became, your_turn
from blocks.types import Message
from manifests.vocabulary import ChannelId, PersonId, RoleName, UserId
from store.aftermath import NOTHING_YET
from store.checkpoint import Assignee, Checkpoint, Held, Open, is_open
from store.effects import CLOCK, Event, Happening
from tests.blocks.care import PICTURES
from tests.blocks.scenes import LATER, a_large_refund

ADDRESS = "https://acme.slack.com/archives/C_FINANCE/p1234567890123456"
THERE = Whereabouts(ChannelId("C_FINANCE"), ADDRESS)
ONLY_A_CHANNEL = Whereabouts(ChannelId("C_FINANCE"))


def turn(seat: str = "finance") -> Assignee:
    return Assignee(
        user=UserId("U_ANA"),
        person=PersonId("ana"),
        name="Ana",
        seat=RoleName(seat),
        at=LATER,
    )


def told_turn(where: Whereabouts, name: str = "pending") -> Message:
    checkpoint = PICTURES[name]().checkpoint
    assert isinstance(checkpoint.state, Open)
    return your_turn(checkpoint, checkpoint.state, turn(), where)


def told_end(name: str, where: Whereabouts = THERE) -> Message:
    scene = PICTURES[name]()
    assert not isinstance(scene.checkpoint.state, Open)
    return what_became(scene.checkpoint, scene.checkpoint.state, scene.aftermath, where)


def reminder(**detail: JsonValue) -> Message:
    known: dict[str, JsonValue] = {
        "wait": "rung:0",
        "share": "0.85",
        "until": (LATER + timedelta(hours=1)).isoformat(),
        "users": ["U_ANA", "U_BEN"],
        "more": 0,
        "who": "Finance manager or CFO",
    }
    event = Event(
        happening=Happening.REMINDED,
        actor=CLOCK,
        at=LATER,
        detail={**known, **detail},
    )
    message = thread_line(a_large_refund(), event)
    assert message is not None
    return message


def expired_alert() -> Message:
    checkpoint = a_large_refund()
    return alert(checkpoint, Event(happening=Happening.EXPIRED, actor=CLOCK, at=LATER), ADDRESS)


def leftover(checkpoint: Checkpoint, address: str | None = ADDRESS) -> Leftover:
    assert isinstance(checkpoint.state, Open)
    return Leftover(checkpoint, checkpoint.state, address, nonce="d" + "0" * 24)


def held(checkpoint: Checkpoint) -> Checkpoint:
    assert isinstance(checkpoint.state, Open)
    review = PICTURES["pending"]().checkpoint.state
    state = Held(
        since=LATER,
        because="Two like it wait already.",
        paused=review,  # type: ignore[arg-type]
        time_left=timedelta(hours=1),
    )
    return replace(checkpoint, state=state)


def morning() -> Message:
    one, two = PICTURES["pending"]().checkpoint, a_large_refund()
    return digest([leftover(one), leftover(two, None)], [leftover(held(two), None)], 4)


MESSAGES: Mapping[str, Callable[[], Message]] = {
    "turn": lambda: told_turn(THERE),
    "turn_without_address": lambda: told_turn(ONLY_A_CHANNEL),
    "turn_while_asked": lambda: told_turn(THERE, "needs_information"),
    "outcome_approved": lambda: told_end("approved"),
    "outcome_answered": lambda: told_end("answered"),
    "outcome_executed": lambda: told_end("approved_executed"),
    "outcome_failed": lambda: told_end("approved_failed"),
    "outcome_rolled_back": lambda: told_end("approved_rollback_done"),
    "outcome_rejected": lambda: told_end("rejected"),
    "outcome_expired": lambda: told_end("expired"),
    "outcome_blocked_without_card": lambda: told_end("blocked_by_rule", Whereabouts()),
    "reminder": reminder,
    "reminder_to_many": lambda: reminder(more=3),
    "reminder_to_nobody": lambda: reminder(users=[]),
    "reminder_of_question": lambda: reminder(
        wait="question:q1", share="0.5", users=[], who="the agent"
    ),
    "reminder_of_takeover": lambda: reminder(
        wait="takeover:now", share="0.5", users=["U_ANA"], who="Ana"
    ),
    "alert": expired_alert,
    "digest": morning,
}


def ends(checkpoint: Checkpoint) -> Message | None:
    """Tell the end of something closed, wherever nobody knows what followed."""
    state = checkpoint.state
    if is_open(state):
        return None
    assert not isinstance(state, Open)
    return what_became(checkpoint, state, NOTHING_YET, ONLY_A_CHANNEL)
