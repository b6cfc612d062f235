"""What happened to a proposal, in words, latest first; views that were opened are counted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from blocks.telling.happenings import Tale, told
from blocks.types import Block
from blocks.wording.rich import line, moment, quote, rich, user, words
from blocks.wording.text import one_line, visible
from blocks.wording.values import clipped
from blocks.wording.veil import Veil
from store.checkpoint import Checkpoint
from store.effects import Happening
from store.ports import AuditLine

_QUOTE = 1_000
_MOST_VIEWERS = 20
_SHORT = 40
_VIEWS = {"view": "View everything", "history": "History", "answer_question": "the form to answer"}


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
    """Say who looked at what and how often, and when the last of them did."""
    looked: dict[str, Counter[str]] = {}
    for each in reversed(run):
        looked.setdefault(_opened(each), Counter())[each.event.actor.id] += 1
    parts = [moment(run[0].event.at), words("  ")]
    for number, (what, viewers) in enumerate(looked.items()):
        parts += [words("; ")] if number else []
        parts += [*_viewers(viewers), words(f" opened {what}")]
    return rich(line(*parts, words(".")))


def _opened(audit: AuditLine) -> str:
    """Name a view as the menu of the card does, and a form by what it is for."""
    view = str(audit.event.detail.get("view") or "")
    form = one_line(view.replace("_", " "), _SHORT)
    return _VIEWS.get(view) or (f"the form to {form}" if form else "a view")


def _viewers(viewers: Counter[str]) -> Iterator[Block]:
    for number, (viewer, count) in enumerate(viewers.most_common(_MOST_VIEWERS)):
        if number:
            yield words(", ")
        yield _person(viewer)
        if count > 1:
            yield words(f" ({count} times)")
    left = len(viewers) - _MOST_VIEWERS
    if left > 0:
        yield words(f" and {left} more")


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
