"""People's own lists, put together: the App Home, the modals over it, and the shortcuts to them."""

from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from bot.judging.live_manifest import LiveManifest
from bot.people.directory import Directory
from bot.people.overview import Overview
from bot.people.staffing import Staffing
from bot.reviewing.batch import Batches
from bot.reviewing.home import Home
from bot.reviewing.homes import Homes
from bot.reviewing.review import Review
from bot.slack.connection import Workplace
from bot.slack.gateway import SlackGateway
from bot.slack.home import HomeListeners
from bot.slack.shortcuts import Shortcuts
from bot.slack.swift import SwiftRedraw
from bot.slack.windows import Windows
from bot.verbs.away import Away
from store import door
from store.ports import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the lists need of everything else."""

    store: Store
    directory: Directory
    manifest: LiveManifest
    review: Review
    staffing: Staffing
    gateway: SlackGateway
    swift: SwiftRedraw
    workplace: Workplace
    judge: door.Judge


@dataclass(frozen=True, slots=True)
class Lists:
    """What answers whatever people do in their own lists."""

    home: HomeListeners
    shortcuts: Shortcuts

    def attach(self, app: AsyncApp) -> None:
        """Listen to everything in them, before whatever listens to the rest."""
        self.home.attach(app)
        self.shortcuts.attach(app)


def own_lists(around: Surroundings) -> Lists:
    """Put together what answers in people's own lists."""
    overview = Overview(around.store, around.directory, around.manifest)
    home = Home(around.store, overview)
    windows = Windows(home, around.review, around.gateway, around.swift)
    listeners = HomeListeners(
        home=home,
        homes=Homes(home, around.gateway),
        batches=Batches(around.store, around.review, around.judge),
        away=Away(around.store, around.directory, around.manifest, around.staffing),
        windows=windows,
        gateway=around.gateway,
        swift=around.swift,
        workplace=around.workplace,
    )
    return Lists(listeners, Shortcuts(home, windows, around.workplace))
