"""What Slack sends when somebody clicks: signed, field for field, with the message as it stands."""

import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

from blocks.ids import Button, ButtonValue, Modal, ModalContext
from manifests.vocabulary import ChannelId, Digest
from store.proposal import ProposalId
from tests.bench.programs import SIGNING_SECRET, Program
from tests.bench.seeding import Standing
from tests.bench.slack_stub import APP, TEAM
from tests.bench.wire import request

REVIEWER = "U0FINN"
"""A member of the role that the proposals' one seat names."""
_triggers = itertools.count(1)


def clicks(cards: Iterable[Standing], slack: Program) -> list[bytes]:
    """Write the requests of people who click Approve on these cards."""
    return [_signed(_click(card, slack)) for card in cards]


def submissions(cards: Iterable[Standing]) -> list[bytes]:
    """Write the requests of people who submit the review of these cards."""
    return [_signed(_submission(card)) for card in cards]


def _signed(payload: dict[str, Any]) -> bytes:
    body = b"payload=" + quote_plus(json.dumps(payload, ensure_ascii=False)).encode()
    stamp = str(int(time.time()))
    base = b"v0:" + stamp.encode() + b":" + body
    digest = hmac.new(SIGNING_SECRET.encode(), base, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }
    return request("POST", "/slack/events", headers, body)


def _common() -> dict[str, Any]:
    return {
        "team": {"id": TEAM, "domain": "bench"},
        "user": {"id": REVIEWER, "username": "finn", "name": "finn", "team_id": TEAM},
        "api_app_id": APP,
        "token": "verification",
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": f"{next(_triggers)}.{time.time_ns()}.bench",
    }


def _click(card: Standing, slack: Program) -> dict[str, Any]:
    value = ButtonValue(proposal=ProposalId(card.proposal), revision=1, nonce=card.nonce)
    action = {
        "action_id": Button.APPROVE,
        "block_id": "actions",
        "text": {"type": "plain_text", "text": "Ship", "emoji": True},
        "value": value.encode(),
        "style": "primary",
        "type": "button",
        "action_ts": card.ts,
    }
    message = {
        "type": "message",
        "user": "U0KEYTURN",
        "bot_id": "B0KEYTURN",
        "app_id": APP,
        "team": TEAM,
        "ts": card.ts,
        "text": "Ship a replacement",
        "blocks": json.loads(card.blocks),
    }
    return {
        "type": "block_actions",
        **_common(),
        "container": {
            "type": "message",
            "message_ts": card.ts,
            "channel_id": card.channel,
            "is_ephemeral": False,
        },
        "channel": {"id": card.channel, "name": "support-review"},
        "message": message,
        "state": {"values": {}},
        "response_url": f"{slack.url}/response/{card.nonce}",
        "actions": [action],
    }


def _submission(card: Standing) -> dict[str, Any]:
    context = ModalContext(
        proposal=ProposalId(card.proposal),
        revision=1,
        digest=Digest(card.digest),
        channel=ChannelId(card.channel),
        message_ts=card.ts,
        nonce=card.nonce,
        opened_at=datetime.now(UTC),
    )
    view = {
        "id": f"V{card.nonce}",
        "team_id": TEAM,
        "type": "modal",
        "callback_id": Modal.REVIEW,
        "private_metadata": context.encode(),
        "blocks": json.loads(card.blocks),
        "state": {"values": {}},
        "hash": "1790000000.bench",
        "app_id": APP,
        "bot_id": "B0KEYTURN",
    }
    return {"type": "view_submission", **_common(), "view": view, "response_urls": []}
