"""How another manifest comes into force, one transaction at a time.

Whatever is no weaker is in force at once; anything weaker waits for administrators, who are asked
under the rules that are in force.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pydantic import JsonValue

from bot.governing.asking import (
    CHANGE_MANIFEST,
    TOPIC,
    Answer,
    Asker,
    Authority,
    Question,
    answer,
    ask,
    bounded,
    notice,
    record,
    withdraw,
)
from manifests.difference import Change, Effect
from manifests.loading import Loaded
from manifests.mistakes import Mistake
from manifests.vocabulary import Digest, Parameters
from store.checkpoint import Escalated, PendingReview
from store.effects import KEYTURN, Actor, Happening
from store.governing import Candidate, Live, Version
from store.noticing import announce
from store.ports import Transaction
from store.proposal import ProposalId

ONE_MORE = "It makes rules weaker, so another administrator than the one who asked must agree."
TWO = "It makes rules weaker, and nobody knows who asked for it, so two administrators must agree."
NOTICED = "The files changed on the disk, and nobody is known to have asked for it."
OVERTAKEN_BY_A_NEWER = "A newer change of the manifest took its place."
TAKEN_BACK = "The files say again what is in force."
UNTOLD = Change(
    effect=Effect.WEAKER,
    where="the manifest",
    words="something changed that cannot be put into words; compare the files",
)
STRICTER_WAIT = (
    "The stricter changes wait, too. Save them by themselves and they are in force at once."
)
MOST_MISTAKES = 20
MOST_AUDITED = 200


class Result(StrEnum):
    """How a reload ended; the figures count by these names."""

    UNCHANGED = "unchanged"
    IN_FORCE = "in_force"
    ASKED = "asked"
    WAITING = "waiting"
    BROKEN = "broken"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True)
class Reloaded:
    """How a reload ended, in words for whoever asked; empty when there is nothing to say."""

    result: Result
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Files that load, and what they would change."""

    loaded: Loaded
    fingerprint: str
    base: Digest
    """The version that `changes` were told against; nothing is done once another is in force."""
    changes: tuple[Change, ...]
    asked_by: Asker | None
    insistent: bool
    """Whether somebody asked now; files that are only looked at again are passed over."""
    proposal: ProposalId
    """The id under which administrators are asked, if they must be."""

    @property
    def digest(self) -> Digest:
        """Name the version offered."""
        return self.loaded.manifest.digest


@dataclass(frozen=True, slots=True)
class Coming:
    """A version that comes into force: by whom, and what it changes."""

    digest: Digest
    actor: Actor
    lines: Sequence[str]
    proposal: ProposalId | None = None


def offer(tx: Transaction, offered: Offer, of: Authority) -> Reloaded:
    """Put files in force, or ask for it, or say why neither; all in one transaction."""
    live = settle(tx, of)
    if live is None or live.digest != offered.base:
        return Reloaded(Result.OVERTAKEN)
    if live.judged == offered.fingerprint and not offered.insistent:
        return Reloaded(Result.UNCHANGED)
    live = replace(live, judged=offered.fingerprint)
    if offered.digest == live.digest:
        _forget_candidate(tx, live, TAKEN_BACK)
        return Reloaded(Result.UNCHANGED, "The files say what is in force already.")
    waiting = live.candidate
    if (
        waiting is not None
        and waiting.digest == offered.digest
        and not _better_known(tx, waiting.proposal, offered.asked_by)
    ):
        tx.manifests.put(live)
        words = f"That change waits for administrators already: proposal {waiting.proposal}."
        return Reloaded(Result.WAITING, words)
    live = _forget_candidate(tx, live, OVERTAKEN_BY_A_NEWER)
    return _taken_up(tx, live, offered, of)


def settle(tx: Transaction, of: Authority) -> Live | None:
    """Carry out what administrators answered about the version that waits, if they have."""
    live = tx.manifests.live()
    if live is None or live.candidate is None:
        return live
    waiting = live.candidate
    lines = lines_of(tx, waiting.proposal)
    told = answer(tx, waiting.proposal, f"In force since {tx.now():%Y-%m-%d %H:%M:%S} UTC.")
    match told.answer:
        case Answer.WAITING:
            return live
        case Answer.GRANTED:
            coming = Coming(waiting.digest, KEYTURN, lines, waiting.proposal)
            live = _put_in_force(tx, live, coming)
            title = "Administrators agreed: another manifest is in force."
            announce(tx, notice(of, title, lines))
            return live
        case Answer.REFUSED:
            live = _forget_candidate(tx, live, told.words)
            title = "A change of the manifest was dropped; what was in force stays in force."
            announce(tx, notice(of, title, [told.words, *lines]))
            return live


def note_broken(
    tx: Transaction,
    fingerprint: str,
    mistakes: Sequence[Mistake],
    asked_by: Asker | None,
    of: Authority,
) -> Reloaded:
    """Say once what is wrong with files that do not load; what is in force stays."""
    title = (
        f"The manifest's files cannot be used ({_so_many(len(mistakes), 'mistake')}); "
        "what was in force stays in force."
    )
    lines = [f"{each.file}:{each.line}:{each.column} {each.message}" for each in mistakes]
    told = Reloaded(Result.BROKEN, "\n".join([title, *bounded(lines, MOST_MISTAKES)]))
    live = tx.manifests.live()
    # Another program may be able to read the same files, so this is kept apart.
    judged = f"broken:{fingerprint}"
    if live is None or (live.judged == judged and asked_by is None):
        return told
    tx.manifests.put(replace(live, judged=judged))
    detail: dict[str, JsonValue] = {
        "why": title,
        "mistakes": [*bounded(lines, MOST_MISTAKES)],
        "fingerprint": fingerprint,
        "in_force": live.digest,
    }
    actor = asked_by.actor if asked_by else KEYTURN
    record(tx, Happening.MANIFEST_BROKEN, actor, detail)
    announce(tx, notice(of, title, bounded(lines, MOST_MISTAKES)))
    return told


def lines_of(tx: Transaction, proposal: ProposalId) -> list[str]:
    """Read back what a proposal to change the manifest said that it changes."""
    checkpoint = tx.checkpoints.get(proposal)
    return [] if checkpoint is None else list(_lines(checkpoint.revision.parameters))


def _lines(parameters: Parameters) -> Iterator[str]:
    for effect in Effect:
        told = parameters.get(effect.value)
        if isinstance(told, str):
            yield from (f"{effect.upper():<8} {each}" for each in told.splitlines())


def _taken_up(tx: Transaction, live: Live, offered: Offer, of: Authority) -> Reloaded:
    """Put a version in force at once, or ask for it where any change of it is weaker."""
    kept = Version(digest=offered.digest, files=offered.loaded.files, stored_at=tx.now())
    tx.manifests.keep(kept)
    changes = offered.changes or (UNTOLD,)
    if any(each.effect is Effect.WEAKER for each in changes):
        return _asked(tx, live, offered, changes, of)
    actor = offered.asked_by.actor if offered.asked_by else KEYTURN
    lines = [str(each) for each in changes]
    _put_in_force(tx, live, Coming(offered.digest, actor, lines))
    title = f"Another manifest is in force: {_counted(changes)}, none of them weaker."
    announce(tx, notice(of, title, lines))
    return Reloaded(Result.IN_FORCE, "\n".join([title, *lines]))


def _asked(
    tx: Transaction, live: Live, offered: Offer, changes: Sequence[Change], of: Authority
) -> Reloaded:
    """Ask administrators, under the rules in force, for what makes rules weaker."""
    ask(tx, _question(offered, changes), of, offered.proposal)
    candidate = Candidate(digest=offered.digest, proposal=offered.proposal)
    tx.manifests.put(replace(live, candidate=candidate))
    tx.announce(TOPIC)
    weaker = sum(each.effect is Effect.WEAKER for each in changes)
    words = (
        f"{weaker} of {_counted(changes)} make rules weaker, so administrators are asked: "
        f"proposal {offered.proposal}. Until they agree, the manifest in force stays."
    )
    words = _with_what_waits(words, changes)
    return Reloaded(Result.ASKED, "\n".join([words, *map(str, changes)]))


def _question(offered: Offer, changes: Sequence[Change]) -> Question:
    """Word what administrators are asked, with every change under its kind."""
    asker = offered.asked_by
    by_effect: dict[str, JsonValue] = {
        effect.value: "\n".join(
            f"{each.where}: {each.words}" for each in changes if each.effect is effect
        )
        for effect in (Effect.WEAKER, Effect.STRICTER, Effect.NEUTRAL)
        if any(each.effect is effect for each in changes)
    }
    return Question(
        action=CHANGE_MANIFEST,
        headline="Put a weaker manifest in force?",
        because=_with_what_waits(ONE_MORE if asker else TWO, changes),
        if_approved="It is in force at once; open proposals keep what is stricter in their plans.",
        if_rejected="The manifest in force stays. The files on the disk are not touched.",
        undo="Put the old files back; what makes rules stricter is in force without being asked.",
        reason=f"{asker.name} typed /keyturn reload." if asker else NOTICED,
        parameters={"manifest": offered.digest, **by_effect},
        titles={
            "manifest": "Manifest",
            **{each.value: f"{each.upper()} changes" for each in Effect},
        },
        asked_by=asker,
    )


def _with_what_waits(words: str, changes: Sequence[Change]) -> str:
    """Add that what is stricter does not hold meanwhile, where there is anything stricter."""
    stricter = any(each.effect is Effect.STRICTER for each in changes)
    return f"{words} {STRICTER_WAIT}" if stricter else words


def _better_known(tx: Transaction, proposal: ProposalId, asker: Asker | None) -> bool:
    """Say whether asking anew is worth it: now it is known who asks, and nobody has signed yet."""
    checkpoint = tx.checkpoints.get(proposal)
    if asker is None or checkpoint is None or checkpoint.parties.requester is not None:
        return False
    match checkpoint.state:
        case PendingReview(sign_offs=signed) | Escalated(sign_offs=signed):
            return not signed
        case _:
            return False


def _put_in_force(tx: Transaction, live: Live, coming: Coming) -> Live:
    following = Live(digest=coming.digest, since=tx.now(), judged=live.judged)
    tx.manifests.put(following)
    detail: dict[str, JsonValue] = {
        "from": live.digest,
        "to": coming.digest,
        "changes": [*bounded(coming.lines, MOST_AUDITED)],
        "proposal": coming.proposal,
    }
    record(tx, Happening.MANIFEST_CHANGED, coming.actor, detail)
    tx.announce(TOPIC)
    return following


def _forget_candidate(tx: Transaction, live: Live, why: str) -> Live:
    """Drop the version that waits, if one does, and take its proposal back."""
    waiting = live.candidate
    free = replace(live, candidate=None)
    tx.manifests.put(free)
    if waiting is not None:
        withdraw(tx, waiting.proposal, why)
        detail: dict[str, JsonValue] = {
            "manifest": waiting.digest,
            "proposal": waiting.proposal,
            "why": why,
        }
        record(tx, Happening.CANDIDATE_DROPPED, KEYTURN, detail)
    return free


def _counted(changes: Sequence[Change]) -> str:
    return _so_many(len(changes), "change")


def _so_many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
