"""What happened to a proposal, in words, latest first; views that were opened are counted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from blocks.telling.happenings import Tale, told
from blocks.types import Block
from blocks.wording.rich import line, moment, quote, rich, user, words
from blocks.wording.text import visible
from blocks.wording.values import clipped
from blocks.wording.veil import Veil
from store.checkpoint import Checkpoint
from store.effects import Happening
from store.ports import AuditLine

_QUOTE = 1_000
_MOST_VIEWERS = 20


def happened(checkpoint: Checkpoint, lines: Sequence[AuditLine], veil: Veil) -> Iterator[Block]:
    """Draw every line, latest first; views opened one after the other are one line together."""
    latest_first = groupby(reversed(lines), _is_view)
    for views, run in latest_first:
        if views:
            yield _views(list(run))
        else:
            yield from (_line(checkpoint, each, veil) for each in run)


def _is_view(audit: AuditLine) -> bool:
    return audit.event.happening is Happening.VIEW_OPENED


def _views(run: Sequence[AuditLine]) -> Block:
    """Say who looked and how often, and when the last of them did."""
    viewers = Counter(each.event.actor.id for each in reversed(run))
    parts = [moment(run[0].event.at), words("  Opened by ")]
    for number, (viewer, count) in enumerate(viewers.most_common(_MOST_VIEWERS)):
        parts += [words(", ")] if number else []
        parts += [_person(viewer), words(f" ({count} times)")] if count > 1 else [_person(viewer)]
    left = len(viewers) - _MOST_VIEWERS
    return rich(line(*parts, words(f" and {left} more." if left > 0 else ".")))


def _line(checkpoint: Checkpoint, audit: AuditLine, veil: Veil) -> Block:
    """Draw one line: when, who, what, and in whose words why."""
    tale = told(checkpoint, audit.event, veil)
    parts = [line(moment(audit.event.at), words("  "), *_sentence(tale))]
    if tale.said.strip():
        parts.append(quote(words(clipped(veil.over(tale.said), _QUOTE, 20))))
    if tale.left.strip():
        parts.append(line(words("To go on from:")))
        parts.append(quote(words(clipped(veil.over(tale.left), _QUOTE, 20))))
    return rich(*parts)


def _sentence(tale: Tale) -> Iterator[Block]:
    """Name people by their accounts, which no display name can forge and everybody can read."""
    if tale.by:
        yield _person(tale.by)
        yield words(visible(tale.words.removeprefix(tale.name)))
    else:
        yield words(visible(tale.words))
    if tale.person:
        yield words(" ")
        yield _person(tale.person)


def _person(account: str) -> Block:
    return user(account) if account else words("somebody")
