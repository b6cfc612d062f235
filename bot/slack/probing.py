"""What submitting a view would ask for, so that whoever may not is told before it opens."""

from collections.abc import Callable, Mapping

from blocks.ids import Button, Menu
from bot.reviewing.asked import Seen
from manifests.vocabulary import Digest
from store.checkpoint import Checkpoint
from store.commands import (
    AfterCommand,
    Answer,
    Approve,
    Escalate,
    Recall,
    RecordExecution,
    Reject,
    RequestInformation,
    RequestRollback,
    ReturnControl,
    ReviewerCommand,
    Revise,
    Veto,
)
from store.people import Person
from store.retyping import phrase_to_retype

Probe = Callable[[Seen, Checkpoint], ReviewerCommand]
ProbeAfter = Callable[[Person], AfterCommand]

SOMETHING = "…"
"""Stands for the words that the view will ask for."""


def _approve(seen: Seen, checkpoint: Checkpoint) -> Approve:
    return Approve(**seen, in_full=True, retyped=phrase_to_retype(checkpoint))


def _revise(seen: Seen, checkpoint: Checkpoint) -> Revise:
    another = Digest("")
    return Revise(**seen, parameters={}, revised_digest=another, plan=checkpoint.plan)


def _reject(seen: Seen, _: Checkpoint) -> Reject:
    return Reject(**seen, reason=SOMETHING, category=SOMETHING)


DECIDING: Mapping[Button | Menu, Probe] = {
    Button.REVIEW: _approve,
    Button.APPROVE_WITH_NOTE: _approve,
    Button.EDIT: _revise,
    Button.FILL_IN: _revise,
    Button.REFINE: _revise,
    Button.REJECT: _reject,
    Button.ANSWER: lambda seen, _: Answer(**seen, guidance=SOMETHING),
    Button.REQUEST_INFORMATION: lambda seen, _: RequestInformation(
        **seen, question_id=SOMETHING, question=SOMETHING
    ),
    Menu.ESCALATE: lambda seen, _: Escalate(**seen, reason=SOMETHING),
    Menu.REASSIGN: _reject,  # whoever may say no may pass it on; to whom, the view asks
    Button.RETURN_CONTROL: lambda seen, _: ReturnControl(**seen, note=SOMETHING),
}
"""What each view about an open proposal leads to."""

FOLLOWING: Mapping[Button | Menu, ProbeAfter] = {
    Button.RECALL: lambda person: Recall(reviewer=person, reason=SOMETHING),
    Button.REQUEST_ROLLBACK: lambda person: RequestRollback(reviewer=person, reason=SOMETHING),
    Button.VETO: lambda person: Veto(reviewer=person, reason=SOMETHING),
    Button.RECORD_DONE: lambda person: RecordExecution(reviewer=person, executed=True, note=""),
    Button.RECORD_FAILED: lambda person: RecordExecution(reviewer=person, executed=False, note=""),
}
"""What each view about a decision leads to."""
