"""The same over signed HTTP, against Bolt's own request handler on a real port."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import Options, Sandbox
from tests.sandbox.driver import Driver, a_button, a_card, a_modal, an_app, web_client

Body = dict[str, Any]


class Announcing(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.listening.set()


class Served:
    """A Bolt app behind a request URL, and how often it was asked."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/slack/events"
        self.headers: list[dict[str, str]] = []
        self.refuse = 0
        self.app: AsyncApp
        routes = [Route("/slack/events", self._endpoint, methods=["POST"])]
        config = uvicorn.Config(
            Starlette(routes=routes),
            port=port,
            log_level="critical",
            log_config=None,
            lifespan="off",
        )
        self.server = Announcing(config)

    async def _endpoint(self, request: Request) -> Response:
        self.headers.append(dict(request.headers))
        if self.refuse:
            self.refuse -= 1
            return Response("broken", 503)
        return await AsyncSlackRequestHandler(self.app).handle(request)


@pytest.fixture
async def served(free_ports: Callable[[int], list[int]]) -> AsyncIterator[Served]:
    served = Served(free_ports(1)[0])
    task = asyncio.create_task(served.server._serve())
    await served.server.listening.wait()
    yield served
    served.server.should_exit = True
    await task


@pytest.fixture
async def sandbox(served: Served) -> AsyncIterator[Sandbox]:
    options = Options(request_url=served.url, ack_seconds=1, event_retries=(0.0, 0.01))
    async with Sandbox(options) as running:
        served.app = an_app(web_client(running))
        yield running


async def posted(slack: AsyncWebClient) -> Body:
    said = await slack.chat_postMessage(channel="C0FINANCE", text="x", blocks=a_card(a_button()))
    return {"channel": said["channel"], "ts": said["ts"]}


async def test_a_signed_click_opens_a_form_that_is_saved(
    served: Served, slack: AsyncWebClient, driver: Driver
) -> None:
    saved: list[Body] = []

    @served.app.action("approve")
    async def approve(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=a_modal())
        await ack()

    @served.app.view("form")
    async def save(ack: AsyncAck, view: Body) -> None:
        saved.append(view["state"]["values"])
        await ack()

    answer = await driver.clicks("U0ANA", await posted(slack), "approve")
    assert (answer["acked"], answer["status"]) == (True, 200)
    view = await driver.view_of("U0ANA")
    done = await driver.asks("submit", user="U0ANA", view_id=view["id"], values={"reason": "ok"})
    assert done["acked"] is True
    assert saved[0]["reason"]["reason_value"]["value"] == "ok"


async def test_a_command_is_sent_as_a_form(served: Served, driver: Driver) -> None:
    @served.app.command("/keyturn")
    async def command(ack: AsyncAck, command: Body) -> None:
        await ack(
            {"text": f"{command['user_id']} {command['text']}", "response_type": "in_channel"}
        )

    await driver.asks("slash", user="U0ANA", channel="C0FINANCE", text="status now")
    said = (await driver.state())["messages"]["C0FINANCE"]
    assert [one["text"] for one in said] == ["U0ANA status now"]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("delegate @ben until friday", "delegate <@U0BEN|ben> until friday"),
        ("stats #support-review.", "stats <#C0SUPPORT|support-review>."),
        ("ask @nobody or ana@example.com", "ask @nobody or ana@example.com"),
        ("<@U0BEN> and <@U0BEN|ben>", "<@U0BEN> and <@U0BEN|ben>"),
    ],
)
async def test_a_name_in_a_command_is_sent_with_the_id_behind_it(
    served: Served, driver: Driver, typed: str, sent: str
) -> None:
    @served.app.command("/keyturn")
    async def command(ack: AsyncAck, command: Body) -> None:
        await ack({"text": command["text"].replace("<", "&lt;")})

    await driver.asks("slash", user="U0ANA", channel="C0FINANCE", text=typed)
    (answer,) = (await driver.state())["ephemerals"]["U0ANA"]
    assert answer["text"] == sent.replace("<", "&lt;")


async def test_the_request_url_is_verified(served: Served, driver: Driver) -> None:
    assert (await driver.asks("verify_url"))["verified"] is True


async def test_an_app_that_fails_is_reported_and_not_asked_again(
    served: Served, slack: AsyncWebClient, driver: Driver
) -> None:
    @served.app.action("approve")
    async def approve() -> None:
        raise RuntimeError("the database is away")

    answer = await driver.clicks("U0ANA", await posted(slack), "approve")
    assert (answer["acked"], answer["status"]) == (False, 500)
    assert answer["problem"] == "This app responded with status code 500."
    deliveries = (await driver.look("deliveries"))["deliveries"]
    assert [one["kind"] for one in deliveries].count("interactive") == 1


async def test_a_signature_of_another_secret_is_turned_away(
    served: Served, slack: AsyncWebClient, driver: Driver
) -> None:
    served.app = AsyncApp(client=slack, signing_secret="another", process_before_response=True)
    answer = await driver.clicks("U0ANA", await posted(slack), "approve")
    assert (answer["acked"], answer["status"]) == (False, 401)


async def test_an_event_is_sent_again_until_it_is_taken(served: Served, driver: Driver) -> None:
    heard: asyncio.Queue[Body] = asyncio.Queue()

    @served.app.event("message")
    async def message(event: Body) -> None:
        await heard.put(event)

    served.refuse = 2
    await driver.asks("say", user="U0ANA", channel="C0FINANCE", text="hello")
    assert (await asyncio.wait_for(heard.get(), 5))["text"] == "hello"
    retries = [one.get("x-slack-retry-num") for one in served.headers]
    assert retries == [None, "1", "2"]
    assert served.headers[1]["x-slack-retry-reason"] == "http_error"


async def test_a_request_url_that_nobody_answers_is_named(
    free_ports: Callable[[int], list[int]],
) -> None:
    url = f"http://127.0.0.1:{free_ports(1)[0]}/slack/events"
    async with Sandbox(Options(request_url=url)) as sandbox, Driver(sandbox.url) as driver:
        answer = await driver.clicks("U0ANA", await posted(web_client(sandbox)), "approve")
    assert answer["problem"].startswith("The app's request URL could not be reached")
