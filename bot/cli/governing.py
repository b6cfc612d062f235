"""`keyturn pause`, `keyturn resume`, `keyturn reload`: what governs all, through the database.

They write what a typed /keyturn would, so instances that run follow at once, and one that does not
finds it when it starts. Nobody is known to have asked, so two administrators answer.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from bot.agents.keys import KeyRing, NoKeyFile
from bot.cli.showing import visible
from bot.cli.spoken import Wrong
from bot.governing.changes import Result
from bot.governing.origin import adopt_the_disk, origin_of
from bot.governing.pausing import Known, Pausing, scope_named, unknown_here
from bot.governing.reloading import Reloading
from bot.judging.live_manifest import LiveManifest
from bot.judging.tightening import Tightening
from bot.program.identifiers import Identifiers
from bot.program.observability import Metrics, set_up_logging
from bot.settings import Settings, read_settings
from bot.wiring import now
from manifests.manifest import Manifest
from store.sql import SqlStore, open_store

T = TypeVar("T")

Name = Annotated[
    str, typer.Argument(help="An agent, an action, agent:NAME, action:NAME, or everything.")
]


def pause(name: Name, *, why: Annotated[str, typer.Option(help="Why, for everybody.")]) -> None:
    """Stop an agent, an action or everything: no rule approves anything there, and nothing runs.

    It holds from the moment this command ends. New proposals go to people. To resume takes two
    administrators.
    """

    async def paused(settings: Settings, store: SqlStore) -> str:
        pausing, scope, beware = await _pausing(settings, store, name)
        return await pausing.pause(scope, why) + beware

    _say(_with_the_store(paused))


def resume(name: Name) -> None:
    """Ask two administrators to resume what was paused; a card in their channel asks them."""

    async def asked(settings: Settings, store: SqlStore) -> str:
        pausing, scope, beware = await _pausing(settings, store, name)
        return await pausing.resume(scope) + beware

    _say(_with_the_store(asked))


def reload(
    *,
    adopt: Annotated[
        bool,
        typer.Option("--adopt", help="Only where the manifest in force cannot be read any more."),
    ] = False,
    why: Annotated[str, typer.Option(help="With --adopt: why, for the audit log.")] = "",
) -> None:
    """Look at the manifest's files now, instead of when their change is noticed.

    What makes no rule weaker is in force at once. Anything weaker is put before two administrators
    in their channel. Files that cannot be used change nothing.
    """
    if adopt:
        if not why.strip():
            raise Wrong("--adopt needs --why REASON: it is told to everybody and audited.")
        _say(_with_the_store(lambda settings, store: _adopted(settings, store, why)))
        return
    _say(_with_the_store(_reloaded))


async def _reloaded(settings: Settings, store: SqlStore) -> str:
    origin = await origin_of(store, settings.manifests)
    manifest = LiveManifest(origin.manifest)
    reloading = Reloading(
        store=store,
        path=settings.manifests,
        manifest=manifest,
        origin=origin,
        tightening=Tightening(store, manifest),
        metrics=Metrics(),
        new_id=Identifiers(now).proposal,
        every=settings.reload_seconds,
    )
    told = await reloading.reload()
    if told.result in {Result.BROKEN, Result.OVERTAKEN}:
        raise Wrong(told.words)
    return told.words


async def _adopted(settings: Settings, store: SqlStore, why: str) -> str:
    origin = await adopt_the_disk(store, settings.manifests, why)
    return f"The files on the disk are in force now: {origin.digest}."


async def _pausing(settings: Settings, store: SqlStore, name: str) -> tuple[Pausing, str, str]:
    manifest = (await origin_of(store, settings.manifests)).manifest
    known = _known(settings, manifest)
    scope = scope_named(name, known)
    pausing = Pausing(store, LiveManifest(manifest), Metrics(), Identifiers(now).proposal)
    return pausing, scope, unknown_here(scope, known)


def _known(settings: Settings, manifest: Manifest) -> Known:
    try:
        agents = frozenset[str](KeyRing(settings.agent_keys_file).names)
    except NoKeyFile:
        agents = frozenset()
    return Known(agents=agents, actions=frozenset[str](manifest.actions))


def _with_the_store(command: Callable[[Settings, SqlStore], Awaitable[T]]) -> T:
    return asyncio.run(_run(read_settings(), command))


async def _run(settings: Settings, command: Callable[[Settings, SqlStore], Awaitable[T]]) -> T:
    # What is said on standard output is the answer; the log tells only of trouble.
    set_up_logging("warning", settings.log_format)
    store = await open_store(settings.database_url, workspace=settings.workspace)
    try:
        return await command(settings, store)
    finally:
        await store.close()


def _say(words: str) -> None:
    typer.echo("\n".join(map(visible, words.splitlines())))
