"""Our own words on a card: what follows from a decision, what we checked, and the fine print."""

from collections.abc import Iterator

from blocks.limits import clip
from blocks.types import Block
from blocks.wording.rich import line, rich, words
from blocks.wording.room import Room
from blocks.wording.text import length_in_words, one_line, plain
from blocks.wording.veil import Veil
from manifests.plan import ReviewPlan
from manifests.vocabulary import Mode
from store.checkpoint import Checkpoint, NeedsInformation
from store.lifecycle.clocks import may_be_asked_more

_SENTENCE = 500
_SHORT_DIGEST = 12
_ENGINE = 64


def consequences(checkpoint: Checkpoint, veil: Veil, room: Room, *, cut: bool = False) -> Block:
    """Say what happens if approved, if rejected, and what is left if it was wrong.

    `cut` says that what would run is not shown in full.
    """
    parts: list[Block] = []
    for label, sentence in consequences_in_words(checkpoint, cut=cut):
        shown = one_line(veil.over(sentence), min(_SENTENCE, room.text))
        parts += [words(f"{label}: ", bold=True), words(shown), words("\n")]
    return rich(line(*parts[:-1]))


def consequences_in_words(
    checkpoint: Checkpoint, *, cut: bool = False
) -> tuple[tuple[str, str], ...]:
    """Give our sentences about either decision, with plain ones where the manifest is silent."""
    wording = checkpoint.plan.wording
    if checkpoint.proposal.kind == "question":
        return (
            ("If answered", "The agent gets the answer and goes on; nothing runs by it alone."),
            ("If rejected", "The agent is told why and gets no answer."),
        )
    overriding = (
        (("Override", _override(checkpoint, cut=cut)),) if checkpoint.plan.overrides else ()
    )
    return (
        *overriding,
        ("If approved", wording.if_approved or _run_by(checkpoint.plan, cut=cut)),
        ("If rejected", wording.if_rejected or "Nothing runs; the agent is told why."),
        ("If it was wrong", undo_in_words(checkpoint.plan)),
    )


def undo_in_words(plan: ReviewPlan) -> str:
    """Say how an approval could be undone, in the order in which that stays possible."""
    steps = []
    if plan.release_after:
        steps.append(f"Undo for {length_in_words(plan.release_after)}.")
    if plan.mode is Mode.SUGGEST:
        steps.append("Recall until somebody has carried it out; then only by hand.")
    elif plan.reversible:
        steps.append("Recall until it is used, then Request rollback.")
    else:
        steps.append("Recall until it is used; a rollback requested after that may fail.")
    after = "It can be undone." if plan.reversible else "Once it ran, it cannot be undone."
    return " ".join([plan.wording.undo or after, *steps])


def _run_by(plan: ReviewPlan, *, cut: bool) -> str:
    if plan.mode is Mode.SUGGEST:
        return "The agent gets no leave to act: one of you does it and records Done or Failed."
    who = "The agent" if plan.executed_by is None else f"Only {one_line(plan.executed_by, _ENGINE)}"
    if cut:
        return f"{who} runs exactly what View everything shows; above, some of it is cut."
    return f"{who} runs exactly what is shown above."


def _override(checkpoint: Checkpoint, *, cut: bool) -> str:
    engine = one_line(checkpoint.plan.overrides, _ENGINE)
    length = length_in_words(checkpoint.plan.execute_within)
    shown = "as View everything shows it" if cut else "as shown"
    return (
        f"Approving lets this one call run although {engine} denied it: once, exactly {shown}, "
        f"within {length}. The policy itself stays as it is."
    )


def our_checks(checkpoint: Checkpoint, veil: Veil, room: Room) -> Block:
    """Say what we checked ourselves, and which rule brought the proposal here."""
    lines = []
    for each in checks_in_words(checkpoint, room.items):
        lines += [words("• " + clip(veil.over(one_line(each, 400)), room.text)), words("\n")]
    return rich(line(words("Our checks", bold=True)), line(*lines[:-1]))


def checks_in_words(checkpoint: Checkpoint, most: int | None = None) -> Iterator[str]:
    """Give each of our checks as a sentence."""
    plan = checkpoint.plan
    if plan.schema.open:
        yield "Parameters: this action declares none, so none were checked."
    elif checkpoint.missing:
        yield "Parameters: some are missing; the rest fit the action's schema."
    else:
        yield "Parameters: all fit the action's schema."
    yield f"Rule {plan.rule}: {plan.because}"
    if plan.still_because:
        yield f"An earlier revision asked for more, and that stands: {plan.still_because}"
    if checkpoint.rounds:
        yield _questions(checkpoint)
    signals = plan.signals[:most]
    yield from signals
    if len(signals) < len(plan.signals):
        yield f"{len(plan.signals) - len(signals)} more in the full view"


def _questions(checkpoint: Checkpoint) -> str:
    """Say how many questions were asked, and why the button to ask is gone once it is."""
    most, told = checkpoint.plan.information.rounds, f"Questions: {checkpoint.rounds} of"
    if checkpoint.rounds >= most:
        return f"{told} {most} asked, so no more can be asked."
    if isinstance(checkpoint.state, NeedsInformation) or may_be_asked_more(checkpoint):
        return f"{told} {most} asked."
    return f"{told} {most} asked; the time to wait for answers is used up."


def footer(checkpoint: Checkpoint, elsewhere: str = "") -> Block:
    """Name the proposal, its revision, what was digested, and the manifest in force.

    `elsewhere` is a sentence of ours on where to read all of it, and stands before that.
    """
    revision = checkpoint.revision
    text = (
        f"{one_line(checkpoint.id, 64)} · revision {revision.number} · "
        f"{short(revision.digest)} · manifest {short(checkpoint.plan.manifest_digest)}"
    )
    said = [plain(elsewhere, 300)] if elsewhere else []
    return {"type": "context", "elements": [*said, plain(text, 300)]}


def short(digest: str) -> str:
    """Shorten a digest to what a person can compare."""
    return one_line(digest.removeprefix("sha256:"), 200)[:_SHORT_DIGEST]
