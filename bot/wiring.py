"""The parts, put together. Nothing here decides anything."""

import asyncio
import secrets
import socket
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import structlog
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp
from starlette.routing import Route

from bot.agents.denials import Denials
from bot.agents.desk import AgentDesk
from bot.agents.intake import Intake
from bot.agents.keys import KeyRing
from bot.agents.questions import QuestionDesk
from bot.agents.webhooks import WebhookSender
from bot.api.app import agents_api
from bot.api.endpoints import Endpoints
from bot.api.monitoring import Check, Monitoring
from bot.api.serving import HttpServer, bound
from bot.clock.calendar_jobs import CalendarJobs
from bot.clock.deadlines import Deadlines
from bot.clock.digests import Digests
from bot.governing.origin import origin_of
from bot.governing.pausing import Known, Pausing
from bot.governing.reloading import Reloading
from bot.governing.watching import Watching
from bot.judging.live_manifest import LiveManifest
from bot.judging.tightening import Tightening
from bot.people.directory import Directory
from bot.people.staffing import Staffing
from bot.program.draining import Drain
from bot.program.enduring import enduring
from bot.program.identifiers import Identifiers
from bot.program.observability import Metrics
from bot.program.pacing import SLACKS_PACE, Bucket, Pace
from bot.queues.consumer import Consumer
from bot.queues.sql import SqlQueue
from bot.relay import Carrier, Relay
from bot.relay.callbacks import Callbacks
from bot.relay.cards import Cards
from bot.relay.digests import MorningPost
from bot.relay.directs import Directs
from bot.relay.files import Files
from bot.relay.lines import Lines
from bot.relay.unseen import Unsaid
from bot.relay.unused import Unused
from bot.reviewing.answering import Answering
from bot.reviewing.classifying import Classifying
from bot.reviewing.comments import Comments
from bot.reviewing.review import Review
from bot.settings import Settings
from bot.slack.app import HttpDoor, SocketDoor, build_app, build_client
from bot.slack.connection import Connection, Workplace
from bot.slack.gateway import SlackGateway
from bot.slack.home import HomeListeners
from bot.slack.listeners import Listeners, watch_people
from bot.slack.lists import Surroundings, own_lists
from bot.slack.slash import Slash
from bot.slack.submissions import Submissions
from bot.slack.swift import SwiftRedraw
from bot.slack.threads import watch_threads
from bot.verbs.table import Means, verbs
from store.ports import Errand, Store
from store.sql import SqlStore, migrate, open_store

STALLED = 10.0
"""Seconds after which a relay that did not look for work counts as stuck."""

log = structlog.get_logger()


def now() -> datetime:
    """Read the system's clock."""
    return datetime.now(UTC)


def secret(value: SecretStr | None) -> str:
    """Reveal a secret setting where it is used."""
    return value.get_secret_value() if value else ""


@dataclass(frozen=True, slots=True)
class Core:
    """What every part shares."""

    store: Store
    manifest: LiveManifest
    keys: KeyRing
    ids: Identifiers
    drain: Drain
    metrics: Metrics
    holder: str
    pace: Pace
    tightening: Tightening
    reloading: Reloading
    pausing: Pausing
    look_every: float
    """Seconds between looks at what governs every proposal."""


@dataclass(frozen=True, slots=True)
class SlackSide:
    """Everything that speaks to Slack or listens to it."""

    gateway: SlackGateway
    connection: Connection
    swift: SwiftRedraw
    http: HttpDoor | None
    staffing: Staffing


@dataclass(frozen=True, slots=True)
class Bot:
    """The running program, as its owner sees it."""

    url: str
    store: SqlStore
    drain: Drain
    reloading: Reloading


@asynccontextmanager
async def running(settings: Settings, drain: Drain, pace: Pace = SLACKS_PACE) -> AsyncIterator[Bot]:
    """Run the whole bot; leaving the block drains it. Raises what keeps it from starting.

    Another pace than Slack's own is for workspaces without its rate limits.
    """
    listening = bound(settings.http_host, settings.http_port)
    try:
        await asyncio.to_thread(migrate, settings.database_url)
        store = await open_store(settings.database_url, workspace=settings.workspace)
        try:
            core = await _core(settings, store, drain, pace)
            side = slack_side(settings, core)
            try:
                await side.connection.check_token()
                async with _everything(core, side, listening) as server:
                    yield Bot(server.url, store, drain, core.reloading)
            finally:
                await side.connection.close()
                await side.gateway.close()
        finally:
            await store.close()
    finally:
        listening.close()


async def _core(settings: Settings, store: Store, drain: Drain, pace: Pace) -> Core:
    origin = await origin_of(store, settings.manifests)
    manifest, metrics, ids = LiveManifest(origin.manifest), Metrics(), Identifiers(now)
    tightening = Tightening(store, manifest)
    return Core(
        store=store,
        manifest=manifest,
        keys=KeyRing(settings.agent_keys_file),
        ids=ids,
        drain=drain,
        metrics=metrics,
        holder=secrets.token_hex(8),
        pace=pace,
        tightening=tightening,
        reloading=Reloading(
            store=store,
            path=settings.manifests,
            manifest=manifest,
            origin=origin,
            tightening=tightening,
            metrics=metrics,
            new_id=ids.proposal,
            every=settings.reload_seconds,
        ),
        pausing=Pausing(store, manifest, metrics, ids.proposal),
        look_every=settings.reload_seconds,
    )


def slack_side(settings: Settings, core: Core) -> SlackSide:
    """Put together everything that has to do with Slack."""
    client = build_client(secret(settings.slack_bot_token), settings.slack_api_url)
    app = build_app(client, secret(settings.slack_signing_secret))
    workplace = Workplace()
    gateway = SlackGateway(client, workplace)
    directory = Directory(gateway, core.manifest, time.monotonic)
    review = Review(core.store, directory, core.metrics, core.tightening.judge)
    swift = SwiftRedraw(review, gateway)
    staffing = Staffing(core.store, core.manifest, gateway, time.monotonic)
    around = Surroundings(
        store=core.store,
        directory=directory,
        manifest=core.manifest,
        review=review,
        staffing=staffing,
        gateway=gateway,
        swift=swift,
        workplace=workplace,
        judge=core.tightening.judge,
    )
    lists = own_lists(around)
    # Bolt asks in this order, and nothing comes as often as clicks on cards.
    listeners(core, around, lists.home).attach(app)
    lists.attach(app)
    watch_threads(app, Comments(core.store, directory, gateway), workplace)
    watch_people(app, directory, staffing)
    typed = verbs(means(core, gateway, directory, staffing))
    Slash(core.store, workplace, typed).attach(app)
    door = _door(settings, app)
    http = door if isinstance(door, HttpDoor) else None
    return SlackSide(gateway, Connection(client, workplace, door), swift, http, staffing)


def listeners(core: Core, around: Surroundings, lists: HomeListeners) -> Listeners:
    """Build what answers clicks on cards, and the forms that they open."""
    review, directory = around.review, around.directory
    classifying = Classifying(core.store, directory, review, core.reloading.path)
    answering = Answering(core.store, directory, core.manifest, core.metrics, review)
    return Listeners(
        review=review,
        answering=answering,
        classifying=classifying,
        submissions=Submissions(review, classifying, answering, core.manifest, core.ids),
        gateway=around.gateway,
        swift=around.swift,
        manifest=core.manifest,
        workplace=around.workplace,
        acted=lists.acted,
    )


def known(core: Core) -> Known:
    """Name the agents and the actions that can be paused."""
    actions = frozenset[str](core.manifest.current.actions)
    return Known(agents=frozenset[str](core.keys.names), actions=actions)


def means(core: Core, gateway: SlackGateway, directory: Directory, staffing: Staffing) -> Means:
    """Give what is typed after /keyturn what it is carried out with."""
    return Means(
        store=core.store,
        directory=directory,
        manifest=core.manifest,
        messenger=gateway,
        staffing=staffing,
        reloading=core.reloading,
        pausing=core.pausing,
        known=partial(known, core),
        new_id=core.ids.proposal,
    )


def _door(settings: Settings, app: AsyncApp) -> HttpDoor | SocketDoor:
    if settings.slack_mode == "http":
        return HttpDoor(app, secret(settings.slack_signing_secret))
    return SocketDoor(app, secret(settings.slack_app_token), settings.slack_api_url)


def carriers(core: Core, gateway: SlackGateway) -> Mapping[Errand, Carrier]:
    """Name who carries which errand."""
    updates = Bucket(core.pace.updates, time.monotonic)
    lines = Lines(core.store, gateway)
    return {
        Errand.CARD: Cards(core.store, gateway, updates).show,
        Errand.THREAD: lines.tell_thread,
        Errand.ALERT: lines.alert,
        Errand.NOTICE: lines.notice,
        Errand.WHISPER: lines.whisper,
        Errand.DIRECT: Directs(core.store, gateway, core.manifest, updates).point,
        Errand.DIGEST: MorningPost(core.store, gateway).tell,
        Errand.CALLBACK: Callbacks(core.store, WebhookSender(), core.keys).carry,
        Errand.FILE: Files(core.store, gateway).put,
        Errand.UNSEEN: Unsaid(core.store).tell,
        Errand.UNUSED: Unused(core.store).redraw,
    }


def http_server(
    core: Core, listening: socket.socket, door: HttpDoor | None, checks: Mapping[str, Check]
) -> HttpServer:
    """Build the agents' API, with Slack's address beside it where Slack calls over HTTP."""
    desk = AgentDesk(core.store, core.manifest, core.drain)
    intake = Intake(core.store, core.manifest, core.ids.proposal)
    denials = Denials(core.store, core.manifest, core.keys, core.ids.proposal)
    endpoints = Endpoints(
        intake=intake,
        desk=desk,
        asked=QuestionDesk(core.store, core.drain),
        denials=denials,
        keys=core.keys,
        metrics=core.metrics,
    )
    monitoring = Monitoring(store=core.store, metrics=core.metrics, drain=core.drain, checks=checks)
    slack = [Route("/slack/events", door.handle, methods=["POST"])] if door else []
    return HttpServer(agents_api(endpoints, monitoring, slack), listening, core.drain)


@asynccontextmanager
async def _everything(
    core: Core, side: SlackSide, listening: socket.socket
) -> AsyncIterator[HttpServer]:
    """Run every loop; at the end nothing new is taken, and what was begun is finished."""
    await side.staffing.begin()
    carried = carriers(core, side.gateway)
    relay = Relay(core.store, carried, holder=core.holder, pace=core.pace.posts)
    checks = {"slack": side.connection.trouble, "relay": lambda: _relay_trouble(relay)}
    server = http_server(core, listening, side.http, checks)
    with core.store.watch("inbox") as inbox:
        consumer = Consumer(
            queue=SqlQueue(core.store, core.holder, inbox),
            store=core.store,
            intake=Intake(core.store, core.manifest, core.ids.proposal),
            keys=core.keys,
            metrics=core.metrics,
            drain=core.drain,
        )
        jobs = CalendarJobs(core.store, core.metrics, Digests(core.store, core.manifest))
        governing = Watching(core.store, core.look_every, core.reloading.look, core.pausing.look)
        async with asyncio.TaskGroup() as group:
            finishing = [group.create_task(server.serve()), group.create_task(consumer.run())]
            endless = [
                group.create_task(enduring("relay", relay.run)),
                group.create_task(enduring("deadlines", Deadlines(core.store, core.metrics).run)),
                group.create_task(enduring("governing", governing.run)),
                group.create_task(enduring("staffing", side.staffing.run)),
                group.create_task(jobs.run()),
                group.create_task(side.connection.bring_up()),
            ]
            try:
                yield server
            finally:
                core.drain.start()
                await side.connection.close()
                await asyncio.wait(finishing)
                await side.swift.finish()
                for task in endless:
                    task.cancel()


async def _relay_trouble(relay: Relay) -> str | None:
    idle = time.monotonic() - relay.beat_at
    return None if idle < STALLED else f"it has not looked for work for {idle:.0f} s"
