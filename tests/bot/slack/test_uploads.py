"""A file goes where Slack's files go, or to the stand-in we were told of, and nowhere else."""

import pytest

from bot.messenger import Hindered, Permanent
from bot.slack.app import build_client
from bot.slack.uploads import bring, upload_address
from tests.bot.peer import a_peer

SLACK = "https://slack.com/api/"
SANDBOX = "http://127.0.0.1:8765/api/"
PROXY = "https://slack.proxy.example/api/"
OURS = "https://files.slack.com/upload/v1/ABC"


@pytest.mark.parametrize(
    ("told", "base"),
    [
        (OURS, SLACK),
        ("https://files.slack.com:443/upload/v1/ABC", SLACK),
        (OURS, PROXY),
        ("https://files.slack-gov.com/upload/v1/ABC", "https://slack-gov.com/api/"),
        ("http://127.0.0.1:8765/upload/F0/x", SANDBOX),
        ("https://slack.proxy.example/upload/F0", PROXY),
    ],
)
def test_slack_and_our_own_stand_in_may_be_uploaded_to(told: str, base: str) -> None:
    assert str(upload_address(told, base)).endswith(told.rpartition("/upload")[2])


@pytest.mark.parametrize(
    ("told", "base"),
    [
        ("http://files.slack.com/upload/v1/ABC", SLACK),
        ("https://files.slack.com:8443/upload/v1/ABC", SLACK),
        ("https://files.slack.com.evil.example/upload", SLACK),
        ("https://files.slack.com@evil.example/upload", SLACK),
        ("https://me@files.slack.com/upload", SLACK),
        ("https://evil.example/files.slack.com", SLACK),
        ("https://evil.example\\@files.slack.com/", SLACK),
        ("https://files.slack.com./upload", SLACK),
        ("https://127.0.0.1/upload", SLACK),
        ("http://slack.com/api/", "http://slack.com/api/"),
        ("http://127.0.0.1:8766/upload", SANDBOX),
        ("https://127.0.0.1:8765/upload", SANDBOX),
        ("http://me:you@127.0.0.1:8765/upload", SANDBOX),
        ("http://localhost:8765/upload", SANDBOX),
        ("file:///etc/passwd", SANDBOX),
        ("//files.slack.com/upload", SLACK),
        ("/upload/F0", SANDBOX),
        ("https://[::1/upload", SLACK),
        ("https://files.slack.com:99999999/", SLACK),
        ("None", SLACK),
        ("", SLACK),
    ],
)
def test_nobody_else_may(told: str, base: str) -> None:
    with pytest.raises(Permanent, match="upload_address_refused"):
        upload_address(told, base)


async def test_the_bytes_are_brought_without_any_token_of_ours() -> None:
    async with a_peer() as peer:
        peer.will_answer(200)
        client = build_client("xoxb-secret", peer.url(path="/api/"))
        address = upload_address(peer.url(path="/upload/F0"), client.base_url)
        await bring(client, address, b"all of it")
    [came] = peer.requests
    assert (came.path, came.body) == ("/upload/F0", b"all of it")
    assert "authorization" not in came.headers
    assert "xoxb-secret" not in str(came)


async def test_nobody_is_followed_anywhere() -> None:
    async with a_peer() as peer:
        peer.will_answer(307, location=peer.url(path="/elsewhere"))
        client = build_client("xoxb-secret", peer.url(path="/api/"))
        with pytest.raises(Permanent, match="upload_redirected"):
            await bring(client, upload_address(peer.url(), client.base_url), b"all of it")
    assert len(peer.requests) == 1


async def test_what_is_not_taken_was_seen_by_nobody(free_port: int) -> None:
    async with a_peer() as peer:
        peer.will_answer(503)
        client = build_client("xoxb-secret", peer.url(path="/api/"))
        with pytest.raises(Hindered, match="upload_http_503"):
            await bring(client, upload_address(peer.url(), client.base_url), b"all of it")
    nobody = f"http://127.0.0.1:{free_port}"
    client = build_client("xoxb-secret", f"{nobody}/api/")
    with pytest.raises(Hindered, match="upload_failed"):
        await bring(client, upload_address(f"{nobody}/upload", client.base_url), b"all of it")
