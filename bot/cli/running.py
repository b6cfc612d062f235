"""Commands that run until they are stopped."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import structlog
import typer

from bot.demo.stage import Stage, play
from bot.governing.reloading import Reloading
from bot.program.draining import Drain
from bot.program.interpreter import run_on_the_best_loop, spare_collections
from bot.program.observability import set_up_logging
from bot.settings import Settings, needed_to_run, read_settings
from bot.wiring import running
from sandbox import Options, Sandbox
from store.sql import StoreUnavailable, migrate

log = structlog.get_logger()


def run() -> None:
    """Run the bot: Slack, the agents' API, the queue and the clock, until SIGTERM or Ctrl-C.

    Settings come from the environment and .env; .env.example explains each. The database is
    brought to the newest schema first. Stopping answers what waits and finishes what was begun.
    """
    settings = read_settings()
    needed_to_run(settings)
    set_up_logging(settings.log_level, settings.log_format)
    run_on_the_best_loop(_run(settings))


def migrate_database() -> None:
    """Bring the database of KEYTURN_DATABASE_URL to the newest schema."""
    migrate(read_settings().database_url)
    typer.echo("The database is at the newest schema.")


def sandbox(
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free port.")] = 8765,
    state: Annotated[Path | None, typer.Option(help="The file that keeps the workspace.")] = None,
    request_url: Annotated[
        str | None,
        typer.Option(help="Deliver clicks to this address, signed, instead of by Socket Mode."),
    ] = None,
    rate_limits: Annotated[bool, typer.Option(help="Answer 429 as Slack would.")] = True,
) -> None:
    """Run the sandbox workspace, a stand-in for Slack on 127.0.0.1, until it is stopped."""
    options = Options(port=port, state=state, request_url=request_url, rate_limits=rate_limits)
    asyncio.run(_sandbox(options))


def demo(
    *,
    folder: Annotated[Path, typer.Option(help="Where the demo keeps everything.")] = Path(
        ".keyturn-demo"
    ),
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where the sandbox workspace is.")
    ] = 8765,
    api_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where the agents' API is.")
    ] = 8766,
    live_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where the page to take over is.")
    ] = 8767,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget earlier demos first.")] = False,
) -> None:
    """Show the whole story: a sandbox workspace, the bot, and an agent that proposes.

    Open the address it prints, be any of the people there, and click. Ctrl-C stops it; started
    again it goes on where it was, and nothing is proposed twice.
    """
    stage = Stage(
        folder=folder, sandbox_port=port, api_port=api_port, live_port=live_port, fresh=fresh
    )
    drain = Drain()
    asyncio.run(_demo(stage, drain))


async def _run(settings: Settings) -> None:
    drain = Drain()
    stop_on_signals(drain.start)
    async with running(settings, drain) as bot:
        reload_on_hangup(bot.reloading)
        spare_collections()
        log.info("running", url=bot.url, slack=settings.slack_mode)
        await drain.wait()
        log.info("stopping")
    log.info("stopped")


async def _sandbox(options: Options) -> None:
    stopped = Drain()
    stop_on_signals(stopped.start)
    async with Sandbox(options) as box:
        typer.echo(f"The sandbox workspace is at {box.url}")
        await stopped.wait()


async def _demo(stage: Stage, drain: Drain) -> None:
    stop_on_signals(drain.start)
    await play(stage, drain)


def reload_on_hangup(reloading: Reloading) -> None:
    """Look at the manifest's files now whenever SIGHUP comes."""
    under_way: set[asyncio.Task[None]] = set()

    async def reloaded() -> None:
        try:
            await reloading.reload()
        except StoreUnavailable as error:
            # The files are looked at again soon, when the database is back.
            log.warning("not_reloaded", problem=str(error))

    def reload() -> None:
        task = asyncio.create_task(reloaded())
        under_way.add(task)
        task.add_done_callback(under_way.discard)

    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reload)


def stop_on_signals(stop: Callable[[], None]) -> None:
    """Stop in order at the first SIGTERM or Ctrl-C; a second one ends the program at once."""
    loop = asyncio.get_running_loop()

    def once(number: signal.Signals) -> None:
        loop.remove_signal_handler(number)
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, once, number)
