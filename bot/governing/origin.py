"""Where an installation's rules come from when it starts: from the database, not from the disk."""

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pydantic import JsonValue

from bot.governing.asking import TOPIC, Authority, notice, record, withdraw
from manifests.loading import Loaded, ManifestBroken, Snapshot, load_files, snapshot_of
from manifests.manifest import Manifest
from manifests.vocabulary import Digest
from store.effects import KEYTURN, Happening
from store.governing import Live, Version
from store.noticing import announce
from store.ports import Reading, Store, Transaction


class LiveManifestLost(Exception):
    """The version in force cannot be read by this program; the message says what to do."""


class NothingLost(Exception):
    """There is nothing to adopt; the message says why."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The version in force, read: the rules, and the name the database has for it."""

    manifest: Manifest
    digest: Digest


async def origin_of(store: Store, path: Path) -> Origin:
    """Read what is in force; on the very first start, put what is on the disk in force.

    Raises ManifestBroken when the first manifest is broken, LiveManifestLost when what is in force
    cannot be read any more.
    """
    while True:
        known = await store.read(_in_force)
        if known is None:
            snapshot = await asyncio.to_thread(snapshot_of, path)
            loaded = await asyncio.to_thread(snapshot.loaded)
            begun = await store.write(partial(begin_with, loaded=loaded, snapshot=snapshot))
            if begun.digest == loaded.manifest.digest:
                return Origin(loaded.manifest, begun.digest)
            continue
        loaded = await asyncio.to_thread(_read_back, known)
        if loaded.manifest.digest == known.digest:
            return Origin(loaded.manifest, known.digest)
        live = await store.write(partial(restate, known=known.digest, loaded=loaded))
        if live is not None and live.digest == loaded.manifest.digest:
            return Origin(loaded.manifest, live.digest)


async def adopt_the_disk(store: Store, path: Path, why: str) -> Origin:
    """Put the disk's files in the place of a version that cannot be read, by an operator's word.

    Raises NothingLost when what is in force can be read: then its own rules say how it changes.
    """
    known = await store.read(_in_force)
    if known is None:
        raise NothingLost("Nothing is in force yet; keyturn run begins with what is on the disk.")
    try:
        await asyncio.to_thread(load_files, known.files)
    except ManifestBroken:
        snapshot = await asyncio.to_thread(snapshot_of, path)
        loaded = await asyncio.to_thread(snapshot.loaded)
        if await store.write(partial(_adopted, known.digest, loaded, snapshot, why)):
            return Origin(loaded.manifest, loaded.manifest.digest)
        raise NothingLost("Another manifest came into force meanwhile; look again.") from None
    raise NothingLost(
        "The manifest in force can be read, so it is changed under its own rules: use keyturn "
        "reload without --adopt."
    )


def begin_with(tx: Transaction, loaded: Loaded, snapshot: Snapshot) -> Live:
    """Put the first manifest of an installation in force; whoever comes second finds it so."""
    known = tx.manifests.live()
    if known is not None:
        return known
    _keep(tx, loaded)
    digest = loaded.manifest.digest
    live = Live(digest=digest, since=tx.now(), judged=snapshot.fingerprint)
    tx.manifests.put(live)
    record(tx, Happening.MANIFEST_CHANGED, KEYTURN, {"from": None, "to": digest})
    return live


def restate(tx: Transaction, known: Digest, loaded: Loaded) -> Live | None:
    """Name the version in force anew where this program reads another meaning from its files.

    A newer program may know keys that the one before did not, so that the same text has another
    digest; the rules are the same files, and nobody is asked for them again.
    """
    live = tx.manifests.live()
    if live is None or live.digest != known:
        return live
    _keep(tx, loaded)
    digest = loaded.manifest.digest
    detail: dict[str, JsonValue] = {"from": known, "to": digest, "restated": True}
    record(tx, Happening.MANIFEST_CHANGED, KEYTURN, detail)
    live = replace(live, digest=digest)
    tx.manifests.put(live)
    return live


def _adopted(known: Digest, loaded: Loaded, snapshot: Snapshot, why: str, tx: Transaction) -> bool:
    live = tx.manifests.live()
    if live is None or live.digest != known:
        return False
    if live.candidate is not None:
        withdraw(tx, live.candidate.proposal, "The manifest in force could not be read any more.")
    _keep(tx, loaded)
    digest = loaded.manifest.digest
    tx.manifests.put(Live(digest=digest, since=tx.now(), judged=snapshot.fingerprint))
    detail: dict[str, JsonValue] = {"from": known, "to": digest, "adopted": True, "why": why}
    record(tx, Happening.MANIFEST_CHANGED, KEYTURN, detail)
    _tell_everybody(tx, loaded, why)
    tx.announce(TOPIC)
    return True


def _tell_everybody(tx: Transaction, loaded: Loaded, why: str) -> None:
    of = Authority.under(loaded.manifest, "")
    title = "An operator put the files on the disk in force: the manifest before could not be read."
    told = notice(of, title, [f"Why: {why}", f"In force now: {of.manifest}"])
    for channel in dict.fromkeys((of.administrators.channel, of.operations.channel)):
        announce(tx, replace(told, channel=channel))


def _keep(tx: Transaction, loaded: Loaded) -> None:
    digest = loaded.manifest.digest
    tx.manifests.keep(Version(digest=digest, files=loaded.files, stored_at=tx.now()))


def _in_force(look: Reading) -> Version | None:
    live = look.manifests.live()
    if live is None:
        return None
    known = look.manifests.version(live.digest)
    # A row that somebody removed is as lost as one that cannot be read.
    return known or Version(digest=live.digest, files={}, stored_at=live.since)


def _read_back(known: Version) -> Loaded:
    try:
        return load_files(known.files)
    except ManifestBroken as error:
        raise LiveManifestLost(
            f"The manifest in force ({known.digest}) cannot be read by this program:\n{error}\n"
            "Nobody can tell whether the files on the disk are weaker, so nothing starts. Run the "
            "program that read it last and change the manifest there, or put the disk's files in "
            "force yourself: keyturn reload --adopt --why REASON. That is audited and told to the "
            "administrators."
        ) from error
