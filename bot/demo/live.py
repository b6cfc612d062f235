"""The agent's own browser, as a page on which whoever takes over goes on with its work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.api.serving import HttpServer, bound
from bot.program.draining import Drain

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The agent's browser</title>
<style>
  body {{ font: 16px/1.5 sans-serif; max-width: 34rem; margin: 2rem auto; padding: 0 1rem; }}
  fieldset {{ border: 1px solid #bbb; border-radius: 8px; padding: 1rem; }}
  button {{ font: inherit; padding: .5rem 1rem; }}
  .said {{ background: #fff3cf; padding: .5rem 1rem; border-radius: 8px; }}
</style>
<p class="said">You look at the agent's browser. What you do here, you do in its place.</p>
<h1>New claim, carrier.example</h1>
<form method="post">
  <fieldset><legend>Claim 88213</legend>
  <p>Amount: $480.00</p>
  {standing}
  </fieldset>
</form>
"""
_BEFORE = """<p>Prove that you are no robot:</p><button>I am a person</button>"""
_AFTERWARDS = """<p role="status"><b>✓ You are a person.</b> Now give control back on the
card, and say where to go on: “captcha solved”.</p>"""


class LivePage:
    """Shows the form, and remembers whether somebody got past the captcha."""

    def __init__(self) -> None:
        self.solved = asyncio.Event()
        self.app = Starlette(
            routes=[
                Route("/", self._show, methods=["GET"]),
                Route("/", self._solve, methods=["POST"]),
            ]
        )

    async def _show(self, _: Request) -> Response:
        standing = _AFTERWARDS if self.solved.is_set() else _BEFORE
        return HTMLResponse(_PAGE.format(standing=standing))

    async def _solve(self, _: Request) -> Response:
        self.solved.set()
        return RedirectResponse("/", 303)


@asynccontextmanager
async def live_page(port: int) -> AsyncIterator[str]:
    """Serve the page for as long as the block runs, and give its address."""
    drain = Drain()
    server = HttpServer(LivePage().app, bound("127.0.0.1", port), drain)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve())
        try:
            yield f"{server.url}/"
        finally:
            drain.start()
