"""A running sandbox, somebody to drive it, and apps made with the real Slack libraries."""

from collections.abc import AsyncIterator

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Options, Sandbox
from tests.sandbox.driver import Clock, Driver, an_app, connected, web_client


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sandbox(clock: Clock) -> AsyncIterator[Sandbox]:
    options = Options(clock=clock, ack_seconds=0.5, event_retries=(0.0, 0.01))
    async with Sandbox(options) as running:
        yield running


@pytest.fixture
async def driver(sandbox: Sandbox) -> AsyncIterator[Driver]:
    async with Driver(sandbox.url) as driving:
        yield driving


@pytest.fixture
def slack(sandbox: Sandbox) -> AsyncWebClient:
    return web_client(sandbox)


@pytest.fixture
def app(slack: AsyncWebClient) -> AsyncApp:
    return an_app(slack)


@pytest.fixture
async def socket(app: AsyncApp, sandbox: Sandbox) -> AsyncIterator[AsyncSocketModeHandler]:
    async with connected(app, sandbox) as handler:
        yield handler
