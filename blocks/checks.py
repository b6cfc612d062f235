"""Our own words on a card: what follows from a decision, what we checked, and the fine print."""

from collections.abc import Iterator

from blocks.limits import clip
from blocks.rich import line, rich, words
from blocks.room import Room
from blocks.text import one_line, plain
from blocks.types import Block
from blocks.veil import Veil
from store.checkpoint import Checkpoint

_SENTENCE = 500
_SHORT_DIGEST = 12


def consequences(checkpoint: Checkpoint, veil: Veil, room: Room) -> Block:
    """Say what happens if approved, if rejected, and how it could be undone."""
    parts: list[Block] = []
    for label, sentence in consequences_in_words(checkpoint):
        shown = one_line(veil.over(sentence), min(_SENTENCE, room.text))
        parts += [words(f"{label}: ", bold=True), words(shown), words("\n")]
    return rich(line(*parts[:-1]))


def consequences_in_words(checkpoint: Checkpoint) -> tuple[tuple[str, str], ...]:
    """Give our sentences about either decision, with plain ones where the manifest is silent."""
    wording, reversible = checkpoint.plan.wording, checkpoint.plan.reversible
    if checkpoint.proposal.kind == "question":
        return (
            ("If answered", "The agent gets the answer and goes on; nothing runs by it alone."),
            ("If rejected", "The agent is told why and gets no answer."),
        )
    undo = "It can be undone." if reversible else "It cannot be undone."
    return (
        ("If approved", wording.if_approved or "The agent runs exactly what is shown above."),
        ("If rejected", wording.if_rejected or "Nothing runs; the agent is told why."),
        ("Undo", wording.undo or undo),
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
    signals = plan.signals[:most]
    yield from signals
    if len(signals) < len(plan.signals):
        yield f"{len(plan.signals) - len(signals)} more in the full view"


def footer(checkpoint: Checkpoint) -> Block:
    """Name the proposal, its revision, what was digested, and the manifest in force."""
    revision = checkpoint.revision
    text = (
        f"{one_line(checkpoint.id, 64)} · revision {revision.number} · "
        f"{short(revision.digest)} · manifest {short(checkpoint.plan.manifest_digest)}"
    )
    return {"type": "context", "elements": [plain(text, 300)]}


def short(digest: str) -> str:
    """Shorten a digest to what a person can compare."""
    return one_line(digest.removeprefix("sha256:"), 200)[:_SHORT_DIGEST]
