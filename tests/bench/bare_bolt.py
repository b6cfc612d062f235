"""The peer of a click: Bolt with a listener that only acknowledges: `… PORT API_URL SECRET`."""

import sys

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


async def acknowledge(ack: AsyncAck) -> None:
    """Do nothing but acknowledge."""
    await ack()


def application(api_url: str, secret: str) -> Starlette:
    """Build the app that a Bolt tutorial would, with our way of answering."""
    client = AsyncWebClient(token="xoxb-bench", base_url=api_url)
    app = AsyncApp(client=client, signing_secret=secret, process_before_response=True)
    app.action("approve")(acknowledge)
    app.view("review")(acknowledge)
    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    async def ready(_: Request) -> Response:
        return PlainTextResponse("ready")

    return Starlette(
        routes=[Route("/slack/events", events, methods=["POST"]), Route("/ready", ready)]
    )


if __name__ == "__main__":
    uvicorn.run(
        application(sys.argv[2], sys.argv[3]),
        port=int(sys.argv[1]),
        lifespan="off",
        log_level="warning",
        access_log=False,
    )
