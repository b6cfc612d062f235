"""`keyturn manifest replay`: what other rules would have made of what was proposed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import typer

from bot.cli.database import look
from bot.cli.manifests.comparing import WEAKENED
from bot.cli.manifests.drafting import objections, scrutiny_in_words
from bot.cli.manifests.history import Sums, since
from bot.cli.manifests.reading import ManifestPath, loaded_from
from bot.cli.showing import visible
from bot.cli.spoken import Wrong
from manifests.difference import Effect
from manifests.durations import read_duration
from manifests.manifest import Manifest
from manifests.plan import ReviewPlan
from manifests.policy import plan_for
from manifests.vocabulary import Scrutiny
from store.checkpoint import Checkpoint
from store.ports import Reading

MARGIN = timedelta(days=1)
"""What passed before the first proposal counts, too; windows are mostly a day long."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One proposal that other rules would treat otherwise."""

    checkpoint: Checkpoint
    effect: Effect
    words: str

    def __str__(self) -> str:
        it = self.checkpoint
        head = f"{self.effect.upper():<8} {it.id} {it.created_at:%Y-%m-%d %H:%M} UTC"
        return f"{head} {it.proposal.action} by {it.parties.agent}: {self.words}"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of a replay."""

    proposals: int
    turns: tuple[Turn, ...]


def replay(
    *,
    since_: Annotated[str, typer.Option("--since", help="How far back, such as 30d.")] = "30d",
    manifest: ManifestPath = None,
) -> None:
    """Route again what was proposed, under other rules, and list what would change.

    Sums are added up again in order, so that windows hold what would have passed. Nothing is
    written. Exit code 0: nothing would be weaker. 3: something would.
    """
    length = read_duration(since_)
    if length is None:
        raise Wrong(f"--since is no length of time: {since_}. Write 30d, 12h or 90m.")
    rules = loaded_from(manifest).manifest
    found = look(lambda tx: replayed(tx, rules, tx.now() - length))
    for turn in found.turns:
        typer.echo(visible(str(turn)))
    typer.echo(_summary(found))
    if any(turn.effect is Effect.WEAKER for turn in found.turns):
        raise typer.Exit(WEAKENED)


def replayed(tx: Reading, manifest: Manifest, start: datetime) -> Replayed:
    """Route everything from a moment on; what came shortly before only fills the windows."""
    sums, count = Sums(), 0
    turns: list[Turn] = []
    for checkpoint in since(tx, start - _longest(manifest)):
        told = sums.told(manifest, checkpoint)
        plan = plan_for(manifest, checkpoint.proposal, told)
        if plan.scrutiny is Scrutiny.AUTO_APPROVE:
            sums.add(told, checkpoint.created_at)
        if checkpoint.created_at >= start:
            count += 1
            turns += _turns(checkpoint, manifest, plan)
    return Replayed(count, tuple(turns))


def _longest(manifest: Manifest) -> timedelta:
    """Say how far back anything is added up."""
    lengths = [MARGIN]
    for action in manifest.actions.values():
        lengths += [limit.length for limit in action.window_limits]
        lengths += [action.limits.cap.length] if action.limits.cap else []
    return max(lengths)


def _turns(checkpoint: Checkpoint, manifest: Manifest, plan: ReviewPlan) -> Iterator[Turn]:
    refused = objections(manifest, checkpoint.proposal)
    was = checkpoint.plan
    if refused:
        said = f"{_route(was)} → refused: {refused[0].where} {refused[0].problem}"
        yield Turn(checkpoint, Effect.STRICTER, said)
        return
    effect = _effect(was, plan)
    if effect is not Effect.NEUTRAL:
        yield Turn(checkpoint, effect, f"{_route(was)} → {_route(plan)}")


def _effect(was: ReviewPlan, would: ReviewPlan) -> Effect:
    """Compare who decides: first how strictly, then who must sign and what is asked."""
    if was.scrutiny != would.scrutiny:
        return Effect.STRICTER if would.scrutiny > was.scrutiny else Effect.WEAKER
    if was.scrutiny in {Scrutiny.AUTO_APPROVE, Scrutiny.BLOCK}:
        return Effect.NEUTRAL
    seats = [Counter(role.name for role in plan.seats) for plan in (was, would)]
    asks = [bool(plan.ask_first) for plan in (was, would)]
    if seats[0] == seats[1] and asks[0] == asks[1]:
        return Effect.NEUTRAL
    return Effect.STRICTER if seats[0] <= seats[1] and asks[0] <= asks[1] else Effect.WEAKER


def _route(plan: ReviewPlan) -> str:
    words = f"{scrutiny_in_words(plan.scrutiny)} ({plan.rule})"
    if plan.scrutiny in {Scrutiny.AUTO_APPROVE, Scrutiny.BLOCK}:
        return words
    seats = " and ".join(role.title for role in plan.seats)
    return f"{words} by {seats}{', asked first' if plan.ask_first else ''}"


def _summary(found: Replayed) -> str:
    proposals = f"{found.proposals} {'proposal' if found.proposals == 1 else 'proposals'}"
    if not found.turns:
        return f"{proposals}: nothing changes."
    effects = Counter(turn.effect for turn in found.turns)
    counted = ", ".join(f"{effects[each]} {each}" for each in Effect if effects[each])
    verb = "changes" if len(found.turns) == 1 else "change"
    return f"{proposals}: {len(found.turns)} {verb}: {counted}."
