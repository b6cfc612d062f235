"""Nothing is drawn that nobody answers, and nothing can happen that nobody would see."""

import ast
import json
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from blocks.cards.card import card, minimal_card
from blocks.home_ids import HomeButton, HomeModal, Shortcut
from blocks.ids import Button, Menu, Modal
from blocks.telling.notices import alert, thread_line
from bot.api.problems import BY_REASON
from bot.judging.live_manifest import LiveManifest
from bot.judging.tightening import Tightening
from bot.people.directory import Directory
from bot.people.staffing import Staffing
from bot.program.identifiers import Identifiers
from bot.program.observability import Metrics
from bot.reviewing.answering import Answering
from bot.reviewing.classifying import Classifying
from bot.reviewing.review import Review
from bot.slack.app import build_app
from bot.slack.connection import Workplace
from bot.slack.gateway import SlackGateway
from bot.slack.listeners import AT_ONCE, PAGES, STEPPING, Listeners
from bot.slack.lists import Surroundings, own_lists
from bot.slack.openings import OPENINGS
from bot.slack.submissions import Submissions
from bot.slack.swift import SwiftRedraw
from bot.wiring import now
from manifests.loading import SHIPPED, load
from store.checkpoint import State, Status
from store.commands import AfterCommand, Command
from store.decision import decision_of
from store.effects import KEYTURN, Event, Happening
from store.refusals import Reason
from store.sql import SqlStore, migrate, open_store
from store.sql.codec import state_from, state_json
from tests.architecture.source import Module, modules
from tests.blocks.care import PICTURES
from tests.blocks.scenes import Scene

UNHANDLED = 404
# The card itself tells of the first; the others are for the audit log alone.
NOT_IN_THREADS = {
    Happening.PROPOSED,
    Happening.REFUSED,
    Happening.VIEW_OPENED,
    # The card says so, and the agent hears it.
    Happening.VETO_WINDOW_CLOSED,
    Happening.WENT_AWAY,
    Happening.CAME_BACK,
    # It stands in the thread already, in its author's own words.
    Happening.COMMENTED,
    # These govern every proposal; the administrators' channel is told of them.
    Happening.MANIFEST_CHANGED,
    Happening.MANIFEST_BROKEN,
    Happening.CANDIDATE_DROPPED,
    Happening.PAUSED,
    Happening.RESUMED,
}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    url = f"sqlite:///{tmp_path}/keyturn.db"
    migrate(url)
    store = await open_store(url, workspace="here")
    yield store
    await store.close()


@pytest.fixture
def submissions(store: SqlStore) -> Submissions:
    return _listening(store)[1]


@pytest.fixture
def app(store: SqlStore) -> AsyncApp:
    return _listening(store)[0]


async def test_every_button_has_a_listener(app: AsyncApp) -> None:
    assert not [each for each in Button if await _status(app, _pressed(each)) == UNHANDLED]


async def test_every_modal_that_can_be_submitted_has_a_listener(app: AsyncApp) -> None:
    submitted = set(Modal) - {Modal.VIEW_ONLY, Modal.STEPS}
    assert not [each for each in submitted if await _status(app, _sent(each)) == UNHANDLED]


async def test_everything_in_peoples_own_lists_has_a_listener(app: AsyncApp) -> None:
    forms = set(HomeModal) - {HomeModal.LIST}
    chosen = [{"type": "shortcut", "callback_id": str(each)} for each in Shortcut]
    payloads = [*map(_pressed, HomeButton), *map(_sent, forms), *chosen]
    assert not [each for each in payloads if await _status(app, each) == UNHANDLED]
    assert await _status(app, _sent(HomeModal.LIST)) == UNHANDLED
    assert await _status(app, _pressed("home_approve_all")) == UNHANDLED


async def test_what_was_never_drawn_has_no_listener(app: AsyncApp) -> None:
    assert await _status(app, _pressed("approve_all")) == UNHANDLED
    assert await _status(app, _sent(Modal.VIEW_ONLY)) == UNHANDLED


def test_every_click_decides_or_opens_something() -> None:
    meanings = {*Button, *Menu} - {Button.MORE, *PAGES, *STEPPING}
    # Classifying asks for the roles as well, so it is opened by a line of its own.
    assert {*AT_ONCE, *OPENINGS, Button.CLASSIFY} == meanings
    assert not AT_ONCE.keys() & OPENINGS.keys()


def test_every_modal_that_can_be_submitted_is_answered(submissions: Submissions) -> None:
    assert set(submissions.handlers) == set(Modal) - {Modal.VIEW_ONLY, Modal.STEPS}


@pytest.mark.parametrize("names", [Button, Menu, Modal, HomeButton, HomeModal])
def test_everything_that_is_answered_is_drawn(names: type[StrEnum]) -> None:
    drawn = _members_named(names.__name__, modules("blocks"), besides="blocks/ids.py")
    assert drawn == {each.name for each in names}


def test_every_state_can_be_come_to() -> None:
    assert {type(scene.checkpoint.state) for scene in _scenes()} == set(get_args(State))


@pytest.mark.parametrize("name", PICTURES)
def test_every_state_has_a_drawing_a_place_in_the_store_and_words_for_the_agent(name: str) -> None:
    scene = PICTURES[name]()
    checkpoint = scene.checkpoint
    for drawing in (card, minimal_card):
        shown = drawing(checkpoint, scene.aftermath, scene.card, scene.now)
        assert shown.blocks
        assert shown.text
    state = checkpoint.state
    assert state_from(state.status, state_json(state)) == state
    decision = decision_of(checkpoint, scene.aftermath, b"k" * 32)
    assert json.loads(json.dumps(decision))["status"] == state.status


def test_every_status_is_a_states_own() -> None:
    named = [get_args(state.__annotations__["status"])[0] for state in get_args(State)]
    assert sorted(named) == sorted(Status)


@pytest.mark.parametrize("happening", Happening)
def test_everything_that_happens_has_words(happening: Happening) -> None:
    checkpoint = next(iter(_scenes())).checkpoint
    event = Event(happening=happening, actor=KEYTURN, at=datetime(2026, 1, 1, tzinfo=UTC))
    assert alert(checkpoint, event).text
    line = thread_line(checkpoint, event)
    assert (line is None) == (happening in NOT_IN_THREADS)


def test_everything_that_has_words_can_happen() -> None:
    named = _members_named("Happening", modules("store", "bot"), besides="store/effects.py")
    assert named == set(Happening.__members__)


def test_every_refusal_has_words_and_an_answer_for_agents() -> None:
    assert BY_REASON.keys() == set(Reason)
    worded = {
        node.args[0].attr
        for module in modules("store", "bot")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "Refusal"
        and node.args
        and isinstance(node.args[0], ast.Attribute)
    }
    assert worded == set(Reason.__members__)


def test_every_command_is_sent_by_somebody() -> None:
    sent = {
        ast.unparse(node.func)
        for module in modules("bot", "store")
        if not module.is_in("store/commands.py")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
    }
    commands = {each.__name__ for each in (*get_args(Command), *get_args(AfterCommand))}
    assert commands <= sent


def _scenes() -> Iterator[Scene]:
    for make in PICTURES.values():
        yield make()


def _members_named(enum: str, among: tuple[Module, ...], besides: str) -> set[str]:
    return {
        node.attr
        for module in among
        if not module.is_in(besides)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == enum
    }


def _pressed(action_id: str) -> dict[str, Any]:
    action = {"type": "button", "action_id": str(action_id), "block_id": "b", "value": "[]"}
    return {"type": "block_actions", "actions": [action]}


def _sent(callback_id: str) -> dict[str, Any]:
    view = {"type": "modal", "callback_id": str(callback_id), "state": {"values": {}}}
    return {"type": "view_submission", "view": view}


async def _status(app: AsyncApp, payload: dict[str, Any]) -> int:
    """Give Bolt's answer: 404 where nobody listens, something else where somebody does."""
    common = {
        "team": {"id": "T1"},
        "user": {"id": "U1", "team_id": "T1"},
        "trigger_id": "1.2.3",
        "api_app_id": "A1",
    }
    request = AsyncBoltRequest(mode="socket_mode", body={**common, **payload})
    return int((await app.async_dispatch(request)).status)


def _listening(store: SqlStore) -> tuple[AsyncApp, Submissions]:
    """Build the app as the bot does, with nobody to speak to."""
    client = AsyncWebClient(token="xoxb-nobody", base_url="http://127.0.0.1:9/", retry_handlers=[])
    app, workplace = build_app(client, "a signing secret"), Workplace()
    gateway = SlackGateway(client, workplace)
    manifest = LiveManifest(load(SHIPPED).manifest)
    directory = Directory(gateway, manifest, time.monotonic)
    review = Review(store, directory, Metrics())
    answering = Answering(store, directory, manifest, Metrics(), review)
    swift = SwiftRedraw(review, gateway)
    staffing = Staffing(store, manifest, gateway, time.monotonic)
    lists = own_lists(
        Surroundings(
            store=store,
            directory=directory,
            manifest=manifest,
            review=review,
            staffing=staffing,
            gateway=gateway,
            swift=swift,
            workplace=workplace,
            judge=Tightening(store, manifest).judge,
        )
    )
    classifying = Classifying(store, directory, review, Path("manifests"))
    submissions = Submissions(review, classifying, answering, manifest, Identifiers(now))
    Listeners(
        review=review,
        answering=answering,
        classifying=classifying,
        submissions=submissions,
        gateway=gateway,
        swift=swift,
        manifest=manifest,
        workplace=workplace,
        acted=lists.home.acted,
    ).attach(app)
    lists.attach(app)
    return app, submissions
