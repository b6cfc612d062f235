"""The manifest in force follows the files and the database: all of a change, or nothing of it."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import structlog

from bot.governing.administrators import Administrators
from bot.governing.asking import Asker, Authority, notice
from bot.governing.changes import Offer, Reloaded, Result, note_broken, offer, settle
from bot.governing.origin import Origin
from bot.judging.live_manifest import LiveManifest
from bot.judging.tightening import Tightening
from bot.program.observability import Metrics
from bot.typed import SlashRequest, once
from manifests.difference import differences
from manifests.loading import Loaded, ManifestBroken, Snapshot, load_files, snapshot_of
from manifests.manifest import Manifest
from manifests.vocabulary import Digest
from store.checkpoint import is_open
from store.governing import Version
from store.noticing import announce
from store.ports import Reading, Store
from store.proposal import ProposalId

TRIES = 5
SLASH_WITHIN = 2.4
"""Seconds in which a typed reload is answered; Slack waits three."""
STILL_READING = (
    "Reading the manifest takes a while. The administrators' channel is told how it ends."
)
UNSETTLED = Reloaded(
    Result.OVERTAKEN, "The manifest in force changed several times meanwhile. Please try again."
)

log = structlog.get_logger()


class Reloading:
    """Compares the files with what is in force, and follows what other instances put in force."""

    def __init__(
        self,
        *,
        store: Store,
        path: Path,
        manifest: LiveManifest,
        origin: Origin,
        tightening: Tightening,
        metrics: Metrics,
        new_id: Callable[[], ProposalId],
        every: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self.path = path
        self._manifest = manifest
        self._followed = origin.digest
        self._tightening = tightening
        self._metrics = metrics
        self._new_id = new_id
        self._every = every
        self._monotonic = monotonic
        self._turn = asyncio.Lock()
        self._judged = ""
        self._read_last: tuple[str, Loaded | ManifestBroken | None] = ("", None)
        self._seen: str | None = None
        self._look_at = 0.0
        self._lost: Digest | None = None
        self._to_sweep = True
        metrics.manifest_in_force(origin.digest)

    async def reload(self, asked_by: Asker | None = None) -> Reloaded:
        """Look at the files now, because somebody asked."""
        async with self._turn:
            snapshot = await asyncio.to_thread(snapshot_of, self.path)
            return await self._judge(snapshot, asked_by, insistent=True)

    async def look(self) -> None:
        """Settle what administrators answered, follow the database, then look at the files."""
        async with self._turn:
            await self._settle()
            await self._follow()
            if self._monotonic() >= self._look_at:
                self._look_at = self._monotonic() + self._every
                await self._look_at_the_files()
        if self._to_sweep:
            self._to_sweep = False
            await self._sweep()

    async def _sweep(self) -> None:
        try:
            await self._tightening.sweep()
        except BaseException:
            self._to_sweep = True
            raise

    async def _look_at_the_files(self) -> None:
        """Judge files that changed, once they stay as they are: a half-written one is no change."""
        snapshot = await asyncio.to_thread(snapshot_of, self.path)
        now = snapshot.fingerprint
        settled, self._seen = self._seen in {None, now}, now
        if now == self._judged or not settled:
            return
        told = await self._judge(snapshot, None, insistent=False)
        if told.result is not Result.OVERTAKEN:
            self._judged = now

    async def _judge(
        self, snapshot: Snapshot, asked_by: Asker | None, *, insistent: bool
    ) -> Reloaded:
        fingerprint = snapshot.fingerprint
        loaded = await self._read(snapshot)
        if isinstance(loaded, ManifestBroken):
            noted = partial(
                note_broken,
                fingerprint=fingerprint,
                mistakes=loaded.mistakes,
                asked_by=asked_by,
                of=self._authority(),
            )
            told = await self._store.write(noted)
        else:
            told = await self._offer(loaded, fingerprint, asked_by, insistent=insistent)
        self._metrics.reloaded(told.result)
        log.info("manifest_looked_at", result=told.result.value, fingerprint=fingerprint)
        return told

    async def _read(self, snapshot: Snapshot) -> Loaded | ManifestBroken:
        """Read files once, however often they are looked at: a large manifest takes its time."""
        fingerprint, found = self._read_last
        if fingerprint != snapshot.fingerprint or found is None:
            try:
                found = await asyncio.to_thread(snapshot.loaded)
            except ManifestBroken as error:
                found = error
            self._read_last = (snapshot.fingerprint, found)
        return found

    async def _offer(
        self, loaded: Loaded, fingerprint: str, asked_by: Asker | None, *, insistent: bool
    ) -> Reloaded:
        """Offer files against what is in force; where that changed meanwhile, compare again."""
        for _ in range(TRIES):
            changes = await asyncio.to_thread(differences, self._manifest.current, loaded.manifest)
            offered = Offer(
                loaded=loaded,
                fingerprint=fingerprint,
                base=self._followed,
                changes=changes,
                asked_by=asked_by,
                insistent=insistent,
                proposal=self._new_id(),
            )
            told = await self._store.write(partial(offer, offered=offered, of=self._authority()))
            if told.result is Result.IN_FORCE:
                # Nothing is read back first: from here on this instance decides by it.
                self._go_by(offered.digest, loaded.manifest)
            else:
                await self._follow()
            if told.result is not Result.OVERTAKEN:
                return told
        return UNSETTLED

    async def _settle(self) -> None:
        """Carry out an answer of the administrators'; while they think, nothing is written."""
        if await self._store.read(_is_answered):
            await self._store.write(partial(settle, of=self._authority()))

    async def _follow(self) -> None:
        """Take over what is in force by the database, whoever put it there."""
        known = await self._store.read(partial(_other_than, self._followed))
        if known is None:
            return
        try:
            loaded = await asyncio.to_thread(load_files, known.files)
        except ManifestBroken as error:
            await self._cannot_follow(known.digest, error)
            return
        self._go_by(known.digest, loaded.manifest)

    def _go_by(self, digest: Digest, manifest: Manifest) -> None:
        self._manifest.replace(manifest, digest)
        self._followed, self._to_sweep = digest, True
        self._metrics.manifest_in_force(digest)
        log.info("manifest_in_force", manifest=digest)

    async def _cannot_follow(self, digest: Digest, error: ManifestBroken) -> None:
        """Stay with the last good manifest, and say so once: this program cannot read the newer."""
        if self._lost == digest:
            return
        self._lost = digest
        self._metrics.reloaded("unreadable")
        log.error("manifest_not_followed", manifest=digest, mistakes=len(error.mistakes))
        title = "An instance cannot read the manifest in force, and goes on by the one before it."
        lines = [f"In force: {digest}", f"It goes by: {self._followed}"]
        told = notice(self._authority(), title, lines)
        await self._store.write(lambda tx: announce(tx, told))

    def _authority(self) -> Authority:
        of = Authority.under(self._manifest.current, self._store.workspace)
        return replace(of, manifest=self._followed)


class TypedReload:
    """Answers `/keyturn reload`."""

    def __init__(self, store: Store, reloading: Reloading, administrators: Administrators) -> None:
        self._store = store
        self._reloading = reloading
        self._administrators = administrators
        self._under_way: set[asyncio.Task[Reloaded]] = set()

    async def reload(self, request: SlashRequest) -> str:
        """Reload as an administrator, who is then the one who asked."""
        asker = await self._administrators.asker(request.user)
        if isinstance(asker, str):
            return asker
        task = asyncio.create_task(self._reloading.reload(asker))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        try:
            told = await asyncio.wait_for(asyncio.shield(task), SLASH_WITHIN)
        except TimeoutError:
            return STILL_READING
        words = told.words or "Nothing changed."
        return await self._store.write(lambda tx: once(tx, request, lambda: words))


def _is_answered(look: Reading) -> bool:
    live = look.manifests.live()
    if live is None or live.candidate is None:
        return False
    checkpoint = look.checkpoints.get(live.candidate.proposal)
    return checkpoint is None or not is_open(checkpoint.state)


def _other_than(followed: Digest, look: Reading) -> Version | None:
    """Read what is in force, where that is another version than the one we go by."""
    live = look.manifests.live()
    if live is None or live.digest == followed:
        return None
    known = look.manifests.version(live.digest)
    return known or Version(digest=live.digest, files={}, stored_at=live.since)
