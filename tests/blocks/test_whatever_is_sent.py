"""Whatever agents and people send, Slack takes the payload and nobody is fooled by it."""

import re
from typing import Any

import regex
from hypothesis import given, settings

from blocks.cards.card import card, minimal_card
from blocks.forms import modals
from blocks.ids import ModalContext
from blocks.limits import BLOCKS_PER_CARD, BLOCKS_PER_CLOSED_CARD, fits
from blocks.telling.notices import alert, thread_line
from sandbox.rules.blocks import block_problems, blocks_too_long
from sandbox.rules.views import view_problems, view_too_large
from store.aftermath import Aftermath
from store.checkpoint import Checkpoint, is_open
from store.effects import Actor, ActorKind, Event, Happening
from store.ports import AuditLine, Card
from tests.blocks.scenes import LATER
from tests.blocks.strategies import aftermaths, checkpoints, texts
from tests.blocks.walking import objects, of_type

EXAMPLES = settings(max_examples=60)
OURS_IN_MRKDWN = re.compile(
    r"[A-Za-z0-9 .,']{1,70}:? <!date\^\d{10}\^\{date_short_pretty\} \{time\}\|[0-9: UTC-]+>"
)
HIDING = regex.compile(r"(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Cn}\u2800\u3164\uFE0F]")


def card_for(checkpoint: Checkpoint, channel: str = "C_FINANCE") -> Card:
    return Card(proposal=checkpoint.id, channel=channel, nonce="nonce-1")  # type: ignore[arg-type]


def context_for(checkpoint: Checkpoint) -> ModalContext:
    return ModalContext.model_validate(
        {
            "proposal": checkpoint.id,
            "revision": checkpoint.revision.number,
            "digest": checkpoint.revision.digest,
            "channel": "C_FINANCE",
            "message_ts": "1.2",
            "nonce": "nonce-1",
            "opened_at": LATER,
        }
    )


def nothing_fools(payload: Any) -> None:
    """Hold what is true of every payload: our own mark-up only, and nothing that hides."""
    for each in of_type(payload, "mrkdwn"):
        assert OURS_IN_MRKDWN.fullmatch(each["text"]), each
    for each in of_type(payload, "plain_text"):
        assert each["emoji"] is False
    for each in objects(payload):
        if isinstance(each.get("text"), str):
            assert not HIDING.search(each["text"]), each


@EXAMPLES
@given(checkpoints(), aftermaths)
def test_every_card_is_taken_and_fools_nobody(checkpoint: Checkpoint, after: Aftermath) -> None:
    most = BLOCKS_PER_CARD if is_open(checkpoint.state) else BLOCKS_PER_CLOSED_CARD
    row = card_for(checkpoint)
    paused = card(checkpoint, after, row, LATER, "Elif\u202e paused *everything*: <!here>.")
    drawn = [draw(checkpoint, after, row, LATER) for draw in (card, minimal_card)]
    for message in (paused, *drawn):
        assert not block_problems(message.blocks, "message")
        assert not blocks_too_long(message.blocks)
        assert fits(message.blocks)
        assert len(message.blocks) <= most
        assert message.blocks[0]["type"] == "header"
        assert 0 < len(message.text) <= 4_000
        assert not re.search("<[!@#h]", message.text)
        nothing_fools(message.blocks)


@EXAMPLES
@given(checkpoints(), aftermaths)
def test_every_view_is_taken_and_fools_nobody(checkpoint: Checkpoint, after: Aftermath) -> None:
    context = context_for(checkpoint)
    views = [modals.view_only(checkpoint, after, context)]
    views += [
        draw(checkpoint, context)
        for draw in (
            modals.review,
            modals.approve_with_note,
            modals.reject,
            modals.request_information,
            modals.answer,
            modals.escalate,
            modals.recall,
            modals.rollback,
            modals.return_control,
            modals.edit,
            modals.fill_in,
        )
    ]
    roles = checkpoint.plan.seats
    views.append(modals.classify(checkpoint, context, list(dict.fromkeys(roles))))
    for view in views:
        assert not view_problems(view, "modal"), view["callback_id"]
        assert not view_too_large(view)
        nothing_fools(view)


@EXAMPLES
@given(checkpoints(), texts)
def test_everything_told_is_taken_and_fools_nobody(checkpoint: Checkpoint, said: str) -> None:
    detail: Any = dict.fromkeys(
        ("why", "reason", "note", "question", "answer", "guidance", "detail", "words", "seat"), said
    )
    detail["changes"] = {name: [said, None] for name in checkpoint.revision.parameters}
    audit = []
    for number, happening in enumerate(Happening):
        actor = Actor(ActorKind.PERSON, "U1", said)
        event = Event(happening=happening, actor=actor, at=LATER, detail=detail)
        audit.append(AuditLine(seq=number, proposal=checkpoint.id, version=1, event=event, hash=""))
        for message in (thread_line(checkpoint, event), alert(checkpoint, event)):
            if message is not None:
                assert not block_problems(message.blocks, "message")
                assert not blocks_too_long(message.blocks)
                assert not re.search("<[!@#h]", message.text)
                nothing_fools(message.blocks)
    view = modals.history(checkpoint, audit, context_for(checkpoint))
    assert not view_problems(view, "modal")
    assert not view_too_large(view)
    nothing_fools(view)
