"""The kill switch: any administrator pauses at once, two administrators resume."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import partial

from pydantic import JsonValue

from bot.governing.administrators import Administrators
from bot.governing.asking import (
    RESUME,
    TOPIC,
    Answer,
    Asker,
    Authority,
    Question,
    answer,
    ask,
    notice,
    record,
    withdraw,
)
from bot.governing.unused import redraw_unused
from bot.judging.live_manifest import LiveManifest
from bot.program.observability import Metrics
from bot.typed import SlashRequest, once
from store.checkpoint import is_open
from store.effects import KEYTURN, Happening
from store.governing import EVERYTHING, Pause, in_words
from store.noticing import announce
from store.ports import Reading, Store, Transaction
from store.proposal import ProposalId

PAUSE_USAGE = "pause NAME|everything [because WHY]"
RESUME_USAGE = "resume NAME|everything"
LONGEST_WHY = 300
ONE_MORE = "Something that was stopped starts again, so another administrator must agree."
TWO = "Something that was stopped starts again, so two administrators must agree."
STOPPED_AGAIN = "It was paused again."
_BECAUSE = re.compile(r"\s+because\b", re.IGNORECASE)
_KINDS = {"agent": "Nobody", "action": "No action"}
"""What may stand before a name, and how to say that there is none."""


class NoSuchScope(Exception):
    """What was named is no agent and no action; the message says what is near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The names that a scope may have."""

    agents: frozenset[str]
    actions: frozenset[str]

    def of(self, kind: str) -> frozenset[str]:
        """Give the names of one kind."""
        return self.agents if kind == "agent" else self.actions


def scope_named(name: str, known: Known) -> str:
    """Find the scope a person means; raise NoSuchScope where it is none, or not clear.

    A name with `agent:` or `action:` before it is taken though nobody here knows it, for that may
    be an emergency too; `unknown_here` is the warning that belongs to the answer.
    """
    plain = name.strip().strip("`")
    if plain.lower() == EVERYTHING:
        return EVERYTHING
    prefix, _, rest = plain.partition(":")
    kind, rest = prefix.strip().lower(), rest.strip().strip("`")
    if kind in _KINDS and rest:
        return f"{kind}:{_spelt(kind, rest, known)}"
    kinds = [
        kind
        for kind, names in (("agent", known.agents), ("action", known.actions))
        if plain in names
    ]
    if len(kinds) == 1:
        return f"{kinds[0]}:{plain}"
    if kinds:
        raise NoSuchScope(
            f"“{plain}” is an agent and an action: name agent:{plain} or action:{plain}."
        )
    close = get_close_matches(plain, [EVERYTHING, *known.agents, *known.actions], n=1)
    near = f" Did you mean “{close[0]}”?" if close else ""
    raise NoSuchScope(
        f"There is no agent and no action “{plain}”.{near} Name one, agent:NAME or action:NAME to "
        f"be exact, or {EVERYTHING}."
    )


def unknown_here(scope: str, known: Known) -> str:
    """Warn of a scope that may hold nothing, to be put after an answer; empty where it is known."""
    kind, _, name = scope.partition(":")
    if not name or name in known.of(kind):
        return ""
    close = get_close_matches(name.lower(), {each.lower(): each for each in known.of(kind)}, n=1)
    near = [each for each in sorted(known.of(kind)) if each.lower() in close]
    meant = f" Did you mean {kind}:{near[0]}?" if near else ""
    return (
        f" Beware: {_KINDS[kind][0].lower()}{_KINDS[kind][1:]} of that name is known here.{meant}"
    )


def _spelt(kind: str, name: str, known: Known) -> str:
    """Spell a name as it is known; one that nobody knows stays as it was typed."""
    if len(name.split()) > 1:
        raise NoSuchScope(
            f"“{name}” has a space in it, and no name has one. Write {kind}:NAME alone; a reason "
            "comes after the word because."
        )
    if name in known.of(kind):
        return name
    wanted = {name.lower(), name.rstrip(".").lower()}
    alike = sorted(each for each in known.of(kind) if each.lower() in wanted)
    if len(alike) > 1:
        raise NoSuchScope(f"“{name}” could be {' or '.join(alike)}: write {kind}: and one of them.")
    return alike[0] if alike else name


class Pausing:
    """Pauses and resumes, and carries out what administrators answered."""

    def __init__(
        self,
        store: Store,
        manifest: LiveManifest,
        metrics: Metrics,
        new_id: Callable[[], ProposalId],
    ) -> None:
        self._store = store
        self._manifest = manifest
        self._metrics = metrics
        self._new_id = new_id

    async def look(self) -> None:
        """Resume what administrators agreed to, and say what is paused."""
        if await self._store.read(_any_answered):
            await self._store.write(partial(settle, of=self.authority()))
        scopes = await self._store.read(lambda look: [each.scope for each in look.pauses.every()])
        self._metrics.paused(scopes)

    def authority(self) -> Authority:
        """Ask the administrators of the manifest in force."""
        return Authority.under(self._manifest.current, self._store.workspace)

    def paused(self, tx: Transaction, scope: str, why: str, asker: Asker | None) -> str:
        """Pause a scope within a transaction, and give the words for whoever asked."""
        return pause(tx, scope, why, asker, self.authority())

    def resuming(self, tx: Transaction, scope: str, asker: Asker | None, new: ProposalId) -> str:
        """Ask for a scope to be resumed within a transaction, and give the words for it."""
        return ask_to_resume(tx, scope, asker, self.authority(), new)

    async def pause(self, scope: str, why: str) -> str:
        """Pause by the word of whoever may run commands on this machine."""
        return await self._store.write(lambda tx: self.paused(tx, scope, why, None))

    async def resume(self, scope: str) -> str:
        """Ask two administrators to resume a scope."""
        new = self._new_id()
        return await self._store.write(lambda tx: self.resuming(tx, scope, None, new))


class TypedPauses:
    """Answers `/keyturn pause` and `/keyturn resume`."""

    def __init__(
        self,
        store: Store,
        pausing: Pausing,
        administrators: Administrators,
        known: Callable[[], Known],
        new_id: Callable[[], ProposalId],
    ) -> None:
        self._store = store
        self._pausing = pausing
        self._administrators = administrators
        self._known = known
        self._new_id = new_id

    async def pause(self, request: SlashRequest) -> str:
        """Pause at once, by the word of one administrator."""
        name, *reason = _BECAUSE.split(request.words, maxsplit=1)
        why = html.unescape(reason[0]).strip(" :") if reason else ""
        found = await self._found(request, name, PAUSE_USAGE)
        if isinstance(found, str):
            return found
        scope, asker, beware = found

        def paused(tx: Transaction) -> str:
            return once(tx, request, lambda: self._pausing.paused(tx, scope, why, asker) + beware)

        return await self._store.write(paused)

    async def resume(self, request: SlashRequest) -> str:
        """Ask another administrator to resume, as the one who asked."""
        found = await self._found(request, request.words, RESUME_USAGE)
        if isinstance(found, str):
            return found
        scope, asker, beware = found
        new = self._new_id()

        def asked(tx: Transaction) -> str:
            return once(tx, request, lambda: self._pausing.resuming(tx, scope, asker, new) + beware)

        return await self._store.write(asked)

    async def _found(
        self, request: SlashRequest, name: str, usage: str
    ) -> tuple[str, Asker, str] | str:
        if not name.strip():
            return f"What? Type /keyturn {usage}."
        asker = await self._administrators.asker(request.user)
        if isinstance(asker, str):
            return asker
        known = self._known()
        try:
            scope = scope_named(name, known)
        except NoSuchScope as error:
            return str(error)
        return scope, asker, unknown_here(scope, known)


def pause(tx: Transaction, scope: str, why: str, asker: Asker | None, of: Authority) -> str:
    """Pause a scope; from this commit on nothing passes or is consumed there."""
    settle(tx, of)
    known = tx.pauses.of(scope)
    if known is not None and known.proposal is None:
        return f"{known.words} Nothing more was changed."
    who = asker.name if asker else "The command line"
    if known is not None and known.proposal is not None:
        withdraw(tx, known.proposal, STOPPED_AGAIN)
    paused = Pause(scope=scope, since=tx.now(), said_by=who, why=why[:LONGEST_WHY])
    tx.pauses.put(paused)
    redraw_unused(tx, scope)
    detail: dict[str, JsonValue] = {"scope": scope, "why": paused.why}
    record(tx, Happening.PAUSED, asker.actor if asker else KEYTURN, detail)
    _tell_both(
        tx, of, f"PAUSED: {in_words(scope)}. Nothing there runs until it is resumed.", [
            paused.words,
            "Every new proposal goes to people; what is approved does not run.",
            f"To resume: /keyturn resume {scope}; two administrators must agree.",
        ],
    )  # fmt: skip
    tx.announce(TOPIC)
    return (
        f"Paused: {in_words(scope)}. Every new proposal goes to people, and what is approved does "
        f"not run. To resume: /keyturn resume {scope}; two administrators must agree."
    )


def ask_to_resume(
    tx: Transaction, scope: str, asker: Asker | None, of: Authority, new: ProposalId
) -> str:
    """Open a proposal to resume a scope; until it is granted nothing changes."""
    settle(tx, of)
    known = tx.pauses.of(scope)
    if known is None:
        return _not_paused(tx, scope)
    if known.proposal is not None:
        return f"Administrators are asked already: proposal {known.proposal}."
    question = Question(
        action=RESUME,
        headline=f"Resume {in_words(scope)}?",
        because=ONE_MORE if asker else TWO,
        if_approved="What is approved can run again, and rules may approve proposals again.",
        if_rejected="It stays paused.",
        undo="Pause it again; one administrator is enough for that.",
        reason=f"{asker.name} typed /keyturn resume." if asker else "Asked on the command line.",
        parameters={"scope": scope, "paused_by": known.said_by, "why": known.why or "(not said)"},
        titles={"scope": "Scope", "paused_by": "Paused by", "why": "Paused because"},
        asked_by=asker,
    )
    ask(tx, question, of, new)
    tx.pauses.put(replace(known, proposal=new))
    tx.announce(TOPIC)
    more = "Another administrator" if asker else "Two administrators"
    return f"{more} must agree to resume {in_words(scope)}: proposal {new}."


def settle(tx: Transaction, of: Authority) -> None:
    """Carry out what administrators answered about every pause."""
    for known in tx.pauses.every():
        if known.proposal is not None:
            _settle_one(tx, known, known.proposal, of)


def _settle_one(tx: Transaction, known: Pause, proposal: ProposalId, of: Authority) -> None:
    told = answer(tx, proposal, f"Resumed at {tx.now():%Y-%m-%d %H:%M:%S} UTC.")
    match told.answer:
        case Answer.WAITING:
            return
        case Answer.GRANTED:
            tx.pauses.remove(known.scope)
            redraw_unused(tx, known.scope)
            detail: dict[str, JsonValue] = {"scope": known.scope, "proposal": proposal}
            record(tx, Happening.RESUMED, KEYTURN, detail)
            title = f"Resumed: {in_words(known.scope)}. Administrators agreed."
            _tell_both(tx, of, title, [f"Proposal {proposal}."])
        case Answer.REFUSED:
            tx.pauses.put(replace(known, proposal=None))
            title = f"Still paused: {in_words(known.scope)}."
            announce(tx, notice(of, title, [told.words, known.words]))
    tx.announce(TOPIC)


def _not_paused(tx: Transaction, scope: str) -> str:
    others = tx.pauses.every()
    if not others:
        return f"Nothing is paused, so {in_words(scope)} need not be resumed."
    listed = " ".join(each.words for each in others)
    return f"Not paused by itself: {in_words(scope)}. {listed}"


def _tell_both(tx: Transaction, of: Authority, title: str, lines: list[str]) -> None:
    told = notice(of, title, lines)
    for channel in dict.fromkeys((of.administrators.channel, of.operations.channel)):
        announce(tx, replace(told, channel=channel))


def _any_answered(look: Reading) -> bool:
    for known in look.pauses.every():
        if known.proposal is not None:
            checkpoint = look.checkpoints.get(known.proposal)
            if checkpoint is None or not is_open(checkpoint.state):
                return True
    return False
