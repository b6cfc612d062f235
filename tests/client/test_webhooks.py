"""An agent takes a decision from its webhook only when its own gateway signed it just now."""

import base64
import json
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from keyturn import UnexpectedReply
from keyturn.webhooks import NotFromKeyturn, verify

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
NEXT = "whsec_" + base64.b64encode(b"n" * 32).decode()
STRANGERS = "whsec_" + base64.b64encode(b"s" * 32).decode()
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BODY = json.dumps({"id": "p1", "version": 3, "status": "approved", "parameters": {"a": "1"}})


def at_noon() -> float:
    return NOON.timestamp()


def signed(*secrets: str, body: str = BODY, at: datetime = NOON) -> dict[str, str]:
    signatures = [Webhook(secret).sign("msg_p1_3", at, body) for secret in secrets]
    return {
        "Webhook-Id": "msg_p1_3",
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": " ".join(signatures),
    }


def test_a_signed_decision_is_read() -> None:
    decision = verify(BODY.encode(), signed(SECRET), SECRET, clock=at_noon)
    assert (decision.id, decision.version, decision.approved) == ("p1", 3, True)
    assert decision.parameters == {"a": "1"}


@pytest.mark.parametrize(
    ("signs", "checks"),
    [
        ((SECRET, NEXT), (SECRET,)),
        ((SECRET, NEXT), (NEXT,)),
        ((SECRET,), (NEXT, SECRET)),
        ((NEXT,), (NEXT, SECRET)),
    ],
    ids=["gateway-first", "agent-done", "agent-first", "gateway-done"],
)
def test_secrets_change_without_a_gap(signs: tuple[str, ...], checks: tuple[str, ...]) -> None:
    assert verify(BODY.encode(), signed(*signs), checks, clock=at_noon).approved


def test_a_forged_webhook_is_refused() -> None:
    with pytest.raises(NotFromKeyturn, match="no signature"):
        verify(BODY.encode(), signed(STRANGERS), [SECRET, NEXT], clock=at_noon)


@pytest.mark.parametrize(
    "change",
    [
        {"Webhook-Id": "msg_p1_4"},
        {"Webhook-Timestamp": str(int(NOON.timestamp()) + 1)},
        {"Webhook-Signature": ""},
        {"Webhook-Signature": "v1,"},
        {"Webhook-Signature": "v1,%%%"},
        {"Webhook-Signature": "v1,ä"},
        {"Webhook-Id": ""},
        {"Webhook-Timestamp": ""},
        {"Webhook-Timestamp": "nan"},
        {"Webhook-Timestamp": "9" * 400},
        {"Webhook-Timestamp": "-1"},
    ],
    ids=str,
)
def test_every_header_is_covered(change: dict[str, str]) -> None:
    with pytest.raises(NotFromKeyturn):
        verify(BODY.encode(), signed(SECRET) | change, SECRET, clock=at_noon)


def test_another_version_of_signature_counts_for_nothing() -> None:
    headers = signed(SECRET)
    headers["Webhook-Signature"] = headers["Webhook-Signature"].replace("v1,", "v0,")
    with pytest.raises(NotFromKeyturn):
        verify(BODY.encode(), headers, SECRET, clock=at_noon)


def test_a_changed_body_is_refused() -> None:
    other = BODY.replace('"a": "1"', '"a": "9"').encode()
    with pytest.raises(NotFromKeyturn):
        verify(other, signed(SECRET), SECRET, clock=at_noon)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_old_webhook_cannot_be_played_again(seconds: float) -> None:
    with pytest.raises(NotFromKeyturn, match="too long ago"):
        verify(BODY.encode(), signed(SECRET), SECRET, clock=lambda: at_noon() + seconds)


@pytest.mark.parametrize("secrets", ["", [], ["sk_live"], [SECRET, ""]], ids=str)
def test_a_missing_secret_is_never_taken_for_one(secrets: str | list[str]) -> None:
    with pytest.raises(ValueError, match="whsec_"):
        verify(BODY.encode(), signed(SECRET), secrets, clock=at_noon)


def test_an_empty_secret_is_none() -> None:
    with pytest.raises(ValueError, match="empty"):
        verify(BODY.encode(), signed(SECRET), "whsec_", clock=at_noon)


@pytest.mark.parametrize("body", ["{", "[]", '{"id": "p1"}'])
def test_what_is_signed_but_no_decision_is_not_taken_for_one(body: str) -> None:
    with pytest.raises(UnexpectedReply):
        verify(body.encode(), signed(SECRET, body=body), SECRET, clock=at_noon)
