"""What the agent says, in one labelled zone and quoted, so that it stays inside."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from blocks.limits import TEXT, clip
from blocks.types import Block
from blocks.wording.hosts import address_of
from blocks.wording.rich import line, link, quote, rich, words
from blocks.wording.room import Room
from blocks.wording.text import plain, visible
from blocks.wording.values import as_text, clipped
from blocks.wording.veil import Veil
from store.checkpoint import Checkpoint
from store.proposal import Check, Context, Evidence, Proposal, Step

_SHORT = 120
ZONE = "Agent says (unverified). Everything from here to the buttons comes from the agent."
ZONE_IN_FULL = (
    "Agent says (unverified). Everything from here to the fine print comes from the agent."
)


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing the agent says: our label, its text, and the address it points to."""

    label: str
    text: str
    address: str | None = None


def zone_label(checkpoint: Checkpoint, zone: str = ZONE) -> Block:
    """Draw the line that opens the untrusted zone, and say what it was said of."""
    number = checkpoint.revision.number
    before = f" It was said of revision 1; revision {number} is in force." if number > 1 else ""
    return {"type": "context", "elements": [plain(f"{zone}{before}", 200)]}


def zone(checkpoint: Checkpoint, veil: Veil, room: Room) -> list[Block]:
    """Draw everything the agent says: why, what was asked and done, what it relies on."""
    first = (
        *denied(checkpoint.proposal, veil, room.text),
        *reasons(checkpoint.proposal),
        *noticed(checkpoint.proposal, room.items),
    )
    groups = (
        list(first),
        list(asked_and_done(checkpoint, veil, room.items, room.detail)),
        list(relied_on(checkpoint.proposal.context, room.items)),
    )
    drawn = [rich(quoted(group, veil, room)) for group in groups if group]
    nothing = rich(line(words("It gave no reason and no evidence.", italic=True)))
    return [zone_label(checkpoint), *(drawn or [nothing])]


def reasons(proposal: Proposal) -> Iterator[Saying]:
    """Give the agent's reasons, doubts and alternatives."""
    context = proposal.context
    if proposal.reason:
        yield Saying("Reason", proposal.reason)
    if proposal.confidence is not None:
        basis = proposal.confidence_basis or "no basis given"
        yield Saying(f"Confidence {proposal.confidence:.0%}", basis)
    if proposal.recommended_review:
        yield Saying("Recommendation", "The agent itself recommends a review.")
    if proposal.uncertainty_factors:
        yield Saying("Unsure about", _listed(proposal.uncertainty_factors))
    if context.alternatives:
        yield Saying("Alternatives", _listed(context.alternatives))
    for label, text in (
        ("Expected outcome", context.expected_outcome),
        ("If rejected, it says", context.if_rejected),
        ("To undo, it says", context.rollback),
    ):
        if text:
            yield Saying(label, text)


def denied(proposal: Proposal, veil: Veil, limit: int | None = None) -> Iterator[Saying]:
    """Give what a policy engine refused, as the agent tells it, with the very call."""
    told = proposal.denied_by
    if told is None:
        return
    policy = f" under the policy {told.policy}" if told.policy else ""
    yield Saying("Denied", f"by {told.engine}{policy}")
    if told.message:
        yield Saying("The engine's message, it says", told.message)
    if told.call is not None:
        # Typed JSON on one line, so that nothing in it can pass for another saying.
        call = veil.over_value(told.call) if limit is None else veil.brief(told.call, limit)
        yield Saying("The denied call", as_text(call))


def noticed(proposal: Proposal, most: int | None = None) -> Iterator[Saying]:
    """Give what the agent noticed besides: flags, signals, what else it touches, its tries."""
    if proposal.flags:
        yield Saying("Flags", ", ".join(proposal.flags))
    if proposal.signals:
        given = sorted(proposal.signals.items(), key=lambda each: each[1])
        yield Saying("Signals", ", ".join(f"{name} {share:g}" for name, share in given))
    if proposal.affected:
        shown = proposal.affected[:most]
        left = len(proposal.affected) - len(shown)
        more = f"\n• and {left:,} more" if left else ""
        yield Saying(f"Also affected ({len(proposal.affected):,})", _listed(shown) + more)
    counted = ((proposal.tool_calls, "tool calls"), (proposal.retries, "retries"))
    tries = [f"{count:,} {name}" for count, name in counted if count is not None]
    if tries:
        yield Saying("So far", ", ".join(tries))


def asked_and_done(
    checkpoint: Checkpoint, veil: Veil, most: int | None = None, detail: int | None = None
) -> Iterator[Saying]:
    """Give the original request, and the latest steps with what came back."""
    context = checkpoint.proposal.context
    if context.request:
        yield Saying("Original request", context.request)
    yield from _steps(context.steps, veil, most, detail)
    if context.workflow is not None:
        place = f"step {context.workflow.step or '?'} of {context.workflow.of or '?'}"
        yield Saying("Workflow", f"{context.workflow.id}, {place}")


def relied_on(context: Context, most: int | None = None) -> Iterator[Saying]:
    """Give the agent's sources and its own checks."""
    for number, source in enumerate(context.evidence[:most], 1):
        against = ", which speaks against it" if source.contradicts else ""
        label = f"Source {number} of {len(context.evidence)}{against}"
        yield Saying(label, _source(source), source.url)
    if context.checks:
        yield Saying("Its own checks", _listed([_check(each) for each in context.checks[:most]]))


def _steps(
    steps: tuple[Step, ...], veil: Veil, most: int | None, detail: int | None
) -> Iterator[Saying]:
    latest = steps[-most:] if most else steps
    if not latest:
        return
    left_out = f" (last {len(latest)} of {len(steps)})" if len(latest) < len(steps) else ""
    yield Saying(f"Done so far{left_out}", _listed([_step(each, veil, detail) for each in latest]))


def _step(step: Step, veil: Veil, detail: int | None) -> str:
    called = ""
    if step.tool is not None:
        called = f" [{step.tool}({_detail(step.arguments, veil, detail)})]"
    status = f" ({step.status})" if step.status else ""
    result = "" if step.result is None else f" → {_detail(step.result, veil, detail)}"
    return f"{step.title}{called}{status}{result}"


def _detail(value: JsonValue, veil: Veil, limit: int | None) -> str:
    if value is None:
        return ""
    covered = veil.over_value(value) if limit is None else veil.brief(value, limit)
    text = covered if isinstance(covered, str) else as_text(covered)
    return text if limit is None else clip(visible(text), limit)


def _source(source: Evidence) -> str:
    kind = f" ({source.kind})" if source.kind else ""
    excerpt = f"\n{source.excerpt}" if source.excerpt else ""
    return f"{source.title}{kind}{excerpt}"


def _check(check: Check) -> str:
    verdict = "passed" if check.passed else "FAILED"
    score = "" if check.score is None else f", score {check.score:g}"
    limit = "" if check.threshold is None else f" against {check.threshold:g}"
    source = f" by {check.source}" if check.source else ""
    detail = f": {check.detail}" if check.detail else ""
    return f"{check.name}: {verdict}{source}{score}{limit}{detail}"


def _listed(items: tuple[str, ...] | list[str]) -> str:
    return items[0] if len(items) == 1 else "\n".join(f"• {item}" for item in items)


def quoted(group: list[Saying], veil: Veil, room: Room) -> Block:
    """Draw one group as one quotation; only our labels are bold."""
    elements: list[Block] = []
    for saying in group:
        text = clipped(veil.over(saying.text), min(room.text, TEXT), room.lines)
        apart = "\n" if "\n" in text or len(text) > _SHORT else " "
        elements += [words(f"{saying.label}:", bold=True), words(apart + text)]
        elements += [*_address(saying, veil), words("\n")]
    return quote(*elements[:-1])


def _address(saying: Saying, veil: Veil) -> Iterator[Block]:
    if saying.address is not None:
        # A covered address is no longer plain, so it stays text and cannot be followed.
        address = address_of(veil.over(saying.address), 200)
        yield words("\n")
        yield link(address.url, address.text) if address.url else words(address.text)


def in_full(group: Iterator[Saying], veil: Veil) -> Iterator[tuple[str, str]]:
    """Give every saying uncut, as a label and a text, for the full view."""
    for saying in group:
        address = ""
        if saying.address is not None:
            address = "\n" + address_of(veil.over(saying.address), 3_000).text
        yield saying.label, veil.over(saying.text) + address
