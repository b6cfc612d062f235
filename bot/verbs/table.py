"""Every word that may follow /keyturn, with what carries it out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.governing.administrators import Administrators
from bot.governing.pausing import PAUSE_USAGE, RESUME_USAGE, Known, Pausing, TypedPauses
from bot.governing.reloading import Reloading, TypedReload
from bot.judging.live_manifest import LiveManifest
from bot.messenger import Messenger
from bot.people.directory import Directory
from bot.people.overview import Overview
from bot.people.staffing import Staffing
from bot.typed import Verb
from bot.verbs.away import DELEGATE_USAGE, OOO_USAGE, Away
from bot.verbs.browsing import LIST_USAGE, SEARCH_USAGE, SHOW_USAGE, Browsing
from bot.verbs.why import USAGE as WHY_USAGE
from bot.verbs.why import Why
from store.ports import Store
from store.proposal import ProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the verbs are carried out with."""

    store: Store
    directory: Directory
    manifest: LiveManifest
    messenger: Messenger
    staffing: Staffing
    reloading: Reloading
    pausing: Pausing
    known: Callable[[], Known]
    """Names the agents and the actions that can be paused."""
    new_id: Callable[[], ProposalId]


def verbs(means: Means) -> Mapping[str, Verb]:
    """Name every verb, in the order in which help lists them."""
    overview = Overview(means.store, means.directory, means.manifest)
    return {**_finding(means, overview), **_going(means), **_governing(means)}


def _finding(means: Means, overview: Overview) -> Mapping[str, Verb]:
    browsing = Browsing(means.store, overview, means.messenger, means.manifest)
    why = Why(means.store, overview)
    return {
        "list": Verb(
            usage=LIST_USAGE,
            does="lists what waits for you, or one of the other lists",
            handler=browsing.list,
        ),
        "show": Verb(usage=SHOW_USAGE, does="shows everything about one", handler=browsing.show),
        "search": Verb(
            usage=SEARCH_USAGE, does="finds what you may see by its words", handler=browsing.search
        ),
        "stats": Verb(
            usage="stats", does="counts what is open and what was decided", handler=browsing.stats
        ),
        "why": Verb(usage=WHY_USAGE, does="says which rule sent it to people", handler=why.explain),
    }


def _going(means: Means) -> Mapping[str, Verb]:
    away = Away(means.store, means.directory, means.manifest, means.staffing)
    return {
        "ooo": Verb(
            usage=OOO_USAGE,
            does="puts you out of office and passes on what waits for you",
            handler=away.ooo,
            tells_moments=True,
        ),
        "delegate": Verb(
            usage=DELEGATE_USAGE,
            does="puts you out of office, too, and lets somebody stand in for you",
            handler=away.delegate,
            tells_moments=True,
        ),
    }


def _governing(means: Means) -> Mapping[str, Verb]:
    administrators = Administrators(means.store, means.directory, means.manifest)
    reloads = TypedReload(means.store, means.reloading, administrators)
    pauses = TypedPauses(means.store, means.pausing, administrators, means.known, means.new_id)
    return {
        "pause": Verb(
            usage=PAUSE_USAGE,
            does="stops an agent or an action at once; administrators only",
            handler=pauses.pause,
        ),
        "resume": Verb(
            usage=RESUME_USAGE,
            does="asks another administrator to let it go on",
            handler=pauses.resume,
        ),
        "reload": Verb(
            usage="reload",
            does="reads the manifest's files now; administrators only",
            handler=reloads.reload,
        ),
    }
