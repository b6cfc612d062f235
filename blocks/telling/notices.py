"""Everything Keyturn says besides cards: thread lines, alerts, whispers."""

from collections.abc import Sequence
from typing import Final

from blocks import limits
from blocks.parts.headline import asked, matter
from blocks.parts.standing import severity_in_words
from blocks.telling.happenings import Tale, is_told_in_thread, told
from blocks.telling.reminding import called
from blocks.types import Block, Message
from blocks.wording.rich import line, link, quote, rich, sentence, user, without_marks, words
from blocks.wording.text import escaped, one_line, visible
from blocks.wording.values import clipped
from blocks.wording.veil import veil_of
from manifests.vocabulary import ChannelId
from store.checkpoint import Checkpoint
from store.effects import Event, Happening
from store.refusals import Refusal

COMMENT_ONLY: Final = (
    "Your reply stays here as a comment. Only the buttons on the card decide; "
    "nothing was approved or rejected by it."
)
_SAID = 2_800
_ANSWER_LINES = 60
_NOTICE_LINE = 600
_IN_TEXT = 300
_NEWS = frozenset({Happening.AUTO_APPROVED})
"""What operations asked to hear of, with nothing to do about it."""


def thread_line(
    checkpoint: Checkpoint, event: Event, channel: ChannelId | None = None
) -> Message | None:
    """Tell one event under the card in a channel; None for what only the audit log keeps."""
    if not is_told_in_thread(event):
        return None
    tale = told(checkpoint, event, veil_of(checkpoint))
    if event.happening is Happening.REMINDED:
        return Message(
            [rich(line(words(visible(tale.words)), *called(event, channel)))], _text(tale)
        )
    return Message([rich(*_tale(tale))], _text(tale))


def alert(checkpoint: Checkpoint, event: Event, where: str | None = None) -> Message:
    """Tell operations what needs them; `where` is the address of the card."""
    veil = veil_of(checkpoint)
    tale = told(checkpoint, event, veil)
    subject = matter(asked(checkpoint, veil))
    severity = severity_in_words(checkpoint.plan)
    lead = "Runs without a person" if event.happening in _NEWS else "Needs attention"
    parts = [
        line(words(f"{lead}: ", bold=True), words(subject)),
        line(words(f"{severity}. Agent: {one_line(checkpoint.parties.agent, 60)}.")),
        line(words("Proposal "), words(one_line(checkpoint.id, 200), code=True)),
        *_tale(tale),
    ]
    if where is not None:
        parts.append(line(link(where, "Open the card")))
    text = escaped(limits.clip(f"{lead}: {subject}. {severity}.", limits.NOTIFICATION))
    return Message([rich(*parts)], f"{text} {_text(tale)}")


def whisper(sentence: str) -> Message:
    """Tell one person something that nobody else sees."""
    shown = clipped(sentence, limits.NOTIFICATION, 20)
    return Message([rich(line(words(shown)))], escaped(shown))


def notice(title: str, lines: Sequence[str]) -> Message:
    """Tell a channel what no proposal is the matter of; the headline stands alone."""
    head = one_line(title, limits.NOTIFICATION)
    parts = [line(words(head, bold=True))]
    left = limits.MESSAGE_TEXT - len(head)
    for each in lines:
        shown = one_line(each, max(1, min(left, _NOTICE_LINE)))
        left -= limits.size(shown) + 1
        if left <= 0:
            parts.append(line(words(limits.CUT)))
            break
        parts.append(line(words(shown)))
    return Message([rich(*parts)], escaped(head))


def answer(sentences: str, *, moments: bool = False) -> Message:
    """Answer a typed command, line for line; only where it tells moments date marks are drawn."""
    shown = clipped(sentences, _SAID, _ANSWER_LINES)
    drawn = sentence(shown) if moments else [words(shown)]
    text = limits.clip(without_marks(shown) if moments else shown, limits.NOTIFICATION)
    return Message([rich(line(*drawn))], escaped(text))


def whisper_of(refusal: Refusal) -> str:
    """Word a refusal for the person whose click changed nothing."""
    return f"Nothing was changed. {refusal.words}"


def _tale(tale: Tale) -> list[Block]:
    about = [words(" "), user(tale.person)] if tale.person else []
    parts = [line(words(visible(tale.words)), *about)]
    if tale.said.strip():
        parts.append(quote(words(clipped(tale.said, _SAID, 40))))
    if tale.left.strip():
        parts += [line(words("To go on from:")), quote(words(clipped(tale.left, _SAID, 40)))]
    return parts


def _text(tale: Tale) -> str:
    said = f" {one_line(tale.said, _IN_TEXT)}" if tale.said.strip() else ""
    return escaped(f"{visible(tale.words)}{said}")
