"""What is found for somebody who asks by typing: lists, one proposal whole, and figures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from blocks import limits
from blocks.forms.full import whole
from blocks.ids import ModalContext
from blocks.parts.headline import asked, outcome
from blocks.parts.standing import severity_in_words
from blocks.telling.history import happened
from blocks.types import Block, Message
from blocks.wording.rich import line, link, moment, rich, words
from blocks.wording.text import escaped, joined, length_in_words, one_line
from blocks.wording.veil import veil_of
from manifests.vocabulary import ChannelId, RoleName, Severity
from store.aftermath import Aftermath
from store.checkpoint import Blocked, Checkpoint, Open, Status
from store.placing import due_at
from store.ports import AuditLine
from store.tallying import Figures, Tally

BLOCKS_PER_ANSWER: Final = 45
LATEST: Final = 6
"""Lines of the history that stand under a proposal that is shown."""
_HEADLINE = 200
_TITLE = 60
_ROLES_AT_MOST = 20
_MINUTE = timedelta(minutes=1)
_ENDED: Final[Mapping[Status, str]] = {
    Status.APPROVED: "approved",
    Status.APPROVED_WITH_EDITS: "approved with edits",
    Status.ANSWERED: "answered",
    Status.REJECTED: "rejected",
    Status.EXPIRED: "expired undecided",
    Status.WITHDRAWN: "withdrawn by agents",
    Status.AUTO_APPROVED: "approved by rules",
    Status.BLOCKED: "blocked by rules",
}


_MORE: Final = rich(line(words("There is more: choose View everything on its card.", italic=True)))


@dataclass(frozen=True, slots=True)
class Found:
    """One proposal, what followed it, and the address of a card that shows it."""

    checkpoint: Checkpoint
    aftermath: Aftermath
    where: str | None


def listed(title: str, found: Sequence[Found], total: int, more: str) -> Message:
    """List some proposals; `more` says where the rest is."""
    head = f"{one_line(title, _HEADLINE)}: {total:,}"
    blocks = [rich(line(words(head, bold=True))), *(rich(*_entry(each)) for each in found)]
    if total > len(found):
        blocks.append(rich(line(words(f"{total - len(found)} more. {more}", italic=True))))
    subjects = "; ".join(one_line(_subject(each), _HEADLINE) for each in found)
    return Message(blocks, escaped(limits.clip(f"{head}. {subjects}", limits.NOTIFICATION)))


def shown(found: Found, lines: Sequence[AuditLine], now: datetime) -> Message:
    """Tell one proposal whole, as far as one message can, with what happened last."""
    checkpoint = found.checkpoint
    everything = kept_back(checkpoint, found.aftermath) or whole(
        checkpoint, found.aftermath, _nowhere(checkpoint, now)
    )
    happenings = [*happened(checkpoint, lines, veil_of(checkpoint))]
    latest = _fitting(happenings, limits.MESSAGE_TEXT // 4, limits.MESSAGE_JSON // 4, LATEST)
    last = [rich(line(words("What happened last", bold=True))), *latest] if latest else []
    way = [rich(line(link(found.where, "Open the card")))] if found.where is not None else []
    after = [_MORE, *last, *way]
    room = limits.MESSAGE_TEXT - sum(map(limits.text_size, after))
    json = limits.MESSAGE_JSON - limits.json_size(after)
    first = _fitting(everything, room, json, BLOCKS_PER_ANSWER - len(after))
    more = [] if len(first) == len(everything) else [_MORE]
    blocks = [*first, *more, *last, *way]
    return Message(blocks, escaped(limits.clip(_subject(found), limits.NOTIFICATION)))


def tallied(told: Figures, titles: Mapping[RoleName, str], now: datetime) -> str:
    """Tell figures, a sentence or two a line."""
    lines = [_open(told, now)]
    lines += _told("Today", told.today) + _told("Seven days", told.week)
    for name, tally in [*told.roles.items()][:_ROLES_AT_MOST]:
        lines += _told(f"— {one_line(titles.get(name, name), _TITLE)}", tally)
    return "\n".join(lines)


def _entry(found: Found) -> Iterator[Block]:
    checkpoint = found.checkpoint
    yield line(words(one_line(_subject(found), _HEADLINE), bold=True))
    agent = one_line(checkpoint.parties.agent, _TITLE)
    standing = [
        words(f"{severity_in_words(checkpoint.plan)}. Agent: {agent}. "),
        *_when(checkpoint),
    ]
    yield line(*standing)
    way = [words(" "), link(found.where, "Open the card")] if found.where is not None else []
    yield line(words(one_line(checkpoint.id, _HEADLINE), code=True), *way)


def _subject(found: Found) -> str:
    checkpoint, veil = found.checkpoint, veil_of(found.checkpoint)
    if isinstance(checkpoint.state, Open):
        return asked(checkpoint, veil)
    return outcome(checkpoint, checkpoint.state, found.aftermath, veil)


def _when(checkpoint: Checkpoint) -> list[Block]:
    if not isinstance(checkpoint.state, Open):
        return [words("Decided "), moment(checkpoint.updated_at), words(".")]
    due = due_at(checkpoint)
    if due is None:
        return [words("No deadline: it stays blocked until somebody decides.")]
    return [words("Due "), moment(due), words(".")]


def _nowhere(checkpoint: Checkpoint, now: datetime) -> ModalContext:
    """Draw for no channel: nothing that is shown here can be pressed."""
    return ModalContext(
        proposal=checkpoint.id,
        revision=checkpoint.revision.number,
        digest=checkpoint.revision.digest,
        channel=ChannelId(""),
        message_ts=None,
        nonce="",
        opened_at=now,
    )


def kept_back(checkpoint: Checkpoint, aftermath: Aftermath) -> list[Block]:
    """Draw what nobody has said the sensitive parts of yet; nothing where that was said."""
    state = checkpoint.state
    if not isinstance(state, Blocked) or not state.classify:
        return []
    subject = outcome(checkpoint, state, aftermath, veil_of(checkpoint))
    why = "Nobody has said yet what in it is sensitive, so only its card shows its parameters."
    return [rich(line(words(subject, bold=True)), line(words(why)))]


def _fitting(blocks: Sequence[Block], text: int, json: int, many: int) -> list[Block]:
    """Give as many of the first blocks as have room."""
    found: list[Block] = []
    for block in blocks[:many]:
        text -= limits.text_size(block)
        json -= limits.json_size(block) + 1
        if min(text, json) < 0:
            break
        found.append(block)
    return found


def _open(told: Figures, now: datetime) -> str:
    count = sum(told.open.values())
    if not count or told.oldest is None:
        return "Open: nothing that you may see."
    parts = [
        f"{told.open[severity]} {severity.value}"
        for severity in sorted(Severity, key=lambda each: -each.rank)
        if told.open.get(severity)
    ]
    waits = _length(now - told.oldest)
    return f"Open: {count} ({joined(parts)}). The oldest has waited {waits}."


def _told(when: str, tally: Tally) -> list[str]:
    ended = [
        f"{tally.ended[status]} {name}"
        for status, name in _ENDED.items()
        if tally.ended.get(status)
    ]
    if not ended:
        return [f"{when}: nothing decided."]
    took = "" if tally.median is None else f" Half within {_length(tally.median)}."
    return [f"{when}: {joined(ended)}.{took}"]


def _length(length: timedelta) -> str:
    return "less than a minute" if length < _MINUTE else length_in_words(length)
