"""An explanation in lines: the rule, what was looked at, who, where, when, and the card."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from blocks.cards.card import card
from bot.cli.manifests.drafting import scrutiny_in_words
from bot.cli.manifests.drawing import in_lines
from bot.cli.manifests.reading import named_from_here
from bot.cli.manifests.signing import who_could_sign
from bot.cli.manifests.timing import Clock, moments
from bot.cli.spoken import Wrong
from manifests.explaining import Explanation, Key, LookedAt, Seen, explained
from manifests.loading import Loaded
from manifests.mistakes import Place
from manifests.plan import ReviewPlan
from manifests.proposed import Circumstances
from manifests.vocabulary import Scrutiny
from store.aftermath import NOTHING_YET
from store.checkpoint import Checkpoint
from store.digest import NotCanonical, request_digest, revision_digest
from store.lifecycle import Intake, card_channels, opened
from store.people import Parties
from store.ports import Card
from store.proposal import Proposal, ProposalId

MARKS = {True: "yes", False: "no ", None: "?  "}
DRAFT = ProposalId("p_draft")


@dataclass(frozen=True, slots=True)
class Asked:
    """One proposal to be explained, with what policy is told of it."""

    proposal: Proposal
    parties: Parties
    told: Circumstances
    at: datetime
    past: Checkpoint | None = None
    """As it was judged; None for a draft."""


def explanation_in_lines(asked: Asked, loaded: Loaded, clock: Clock, path: Path) -> Iterator[str]:
    """Tell everything, the decision first."""
    found = explained(loaded.manifest, asked.proposal, asked.told)
    plan = found.judgement.plan
    yield from _heading(asked, clock)
    yield from _judgement(found, loaded, path)
    yield "Looked at:"
    for each in found.looked_at:
        yield from _looked_at(each, loaded.places, path)
    if not found.looked_at:
        yield "  nothing, because the manifest does not know this action"
    checkpoint = _opened(asked, plan)
    if plan.scrutiny in {Scrutiny.REVIEW, Scrutiny.ESCALATE}:
        yield "Who could sign:"
        yield from (f"  {each}" for each in who_could_sign(loaded.manifest, plan, asked.parties))
    channels = card_channels(checkpoint)
    yield f"Where: {', '.join(channels) or 'no channel; it is only logged'}"
    yield "When, if nobody does anything:"
    yield f"  comes in: {clock.shown(asked.at)}"
    for what, at, after in moments(plan, asked.at):
        yield f"  {what}: {clock.shown(at) if at else after}"
    if channels:
        yield "Card:"
        drawn = card(checkpoint, NOTHING_YET, _card_of(checkpoint), asked.at)
        yield from (f"  {line}".rstrip() for line in in_lines(drawn.blocks))


def _heading(asked: Asked, clock: Clock) -> Iterator[str]:
    past, action = asked.past, asked.proposal.action
    if past is None:
        yield f"A draft of {action} by {asked.parties.agent}, before which nothing has passed"
        return
    yield f"{past.id}: {action} by {asked.parties.agent}, {clock.shown(past.created_at)}"
    plan = past.plan
    yield f"As it was judged, under {plan.manifest_digest}:"
    yield f"  {_verdict(plan)}"


def _judgement(found: Explanation, loaded: Loaded, path: Path) -> Iterator[str]:
    plan = found.judgement.plan
    yield f"Under {path}, {loaded.manifest.digest}:"
    yield f"  {_verdict(plan)}"
    yield f"  written at {_place(found.judgement.verdict.path, loaded.places, path)}"
    yield from (f"  besides: {each}" for each in plan.signals)
    if plan.ask_first:
        yield f"  the agent is asked first: {' '.join(plan.ask_first.split())}"


def _verdict(plan: ReviewPlan) -> str:
    return f"{scrutiny_in_words(plan.scrutiny)}, rule {plan.rule}: {plan.because}"


def _place(key: Key, places: Mapping[Key, Place], path: Path) -> str:
    """Name the line; what nobody wrote is a default of what stands around it."""
    if not key:
        return "no line: this always holds"
    for length in range(len(key), 0, -1):
        place = places.get(key[:length])
        if place is not None:
            where = f"{named_from_here(place.file, path)}:{place.line}"
            return where if length == len(key) else f"{where}, by default"
    return "no line: this is a default"


def _looked_at(each: LookedAt, places: Mapping[Key, Place], path: Path) -> Iterator[str]:
    head, place = f"{each.name} → {each.follows}", _place(each.path, places, path)
    if len(each.seen) == 1:
        yield f"  {MARKS[each.seen[0].held]} {head}: {_seen(each.seen[0])} ({place})"
        return
    yield f"  {MARKS[each.spoke]} {head} ({place}), if all of this holds:"
    for seen in each.seen:
        yield f"        {MARKS[seen.held]} {_seen(seen)}"


def _seen(seen: Seen) -> str:
    return f"{seen.words}: {seen.actual}" if seen.actual else seen.words


def _opened(asked: Asked, plan: ReviewPlan) -> Checkpoint:
    """Open it the way intake would, in memory alone."""
    proposal = asked.proposal
    try:
        digests = revision_digest(proposal.action, proposal.parameters), request_digest(proposal)
    except NotCanonical as error:
        raise Wrong(f"A value has no canonical form: {error}.") from error
    intake = Intake(
        id=DRAFT if asked.past is None else asked.past.id,
        workspace="",
        proposal=proposal,
        parties=asked.parties,
        plan=plan,
        digest=digests[0],
        request_digest=digests[1],
        by_queue=False,
        follows=None if asked.past is None else asked.past.follows,
    )
    return opened(intake, asked.at).after


def _card_of(checkpoint: Checkpoint) -> Card:
    channel = card_channels(checkpoint)[0]
    return Card(proposal=checkpoint.id, channel=channel, nonce="shown")
