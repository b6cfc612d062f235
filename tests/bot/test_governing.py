"""What administrators see when Keyturn itself asks them: every change, however many there are."""

import re
from pathlib import Path

import pytest

from blocks.cards.card import card
from blocks.forms import modals
from bot.governing.asking import CHANGE_MANIFEST, Asker, Authority, Question, ask, plan_of
from manifests.vocabulary import Digest, Friction, Scrutiny, Severity, WhenSilent
from sandbox.rules.blocks import block_problems
from sandbox.rules.views import view_problems
from store.aftermath import NOTHING_YET
from store.checkpoint import Checkpoint
from store.proposal import ProposalId
from tests.blocks.test_whatever_is_sent import card_for, context_for, nothing_fools
from tests.blocks.walking import all_text
from tests.bot.office import elif_, office
from tests.store.making import ADMINISTRATORS, NOON, OPERATIONS, WORKSPACE

PART = re.compile(r"\nWEAKER changes \(weaker\) \(part \d+ of \d+\)\n")
"""What stands between two pieces of one long value."""
OF = Authority(
    administrators=ADMINISTRATORS,
    operations=OPERATIONS,
    manifest=Digest("sha256:" + "0" * 64),
    workspace=WORKSPACE,
)


def a_question(changes: list[str], asked_by: Asker | None = None) -> Question:
    return Question(
        action=CHANGE_MANIFEST,
        headline="Put a weaker manifest in force?",
        because="It makes rules weaker.",
        if_approved="It is in force at once.",
        if_rejected="The manifest in force stays.",
        undo="Put the old files back.",
        reason="The files changed.",
        parameters={"manifest": "sha256:1", "weaker": "\n".join(changes)},
        titles={"manifest": "Manifest", "weaker": "WEAKER changes"},
        asked_by=asked_by,
    )


@pytest.mark.parametrize(("asked_by", "seats"), [(None, 2), (elif_(), 1)])
def test_two_administrators_have_a_say_and_silence_has_none(
    asked_by: Asker | None, seats: int
) -> None:
    plan = plan_of(a_question([], asked_by), OF)
    assert [seat.name for seat in plan.seats] == [ADMINISTRATORS.name] * seats
    assert plan.scrutiny is Scrutiny.REVIEW
    assert plan.severity is Severity.CRITICAL
    assert plan.friction is Friction.REVIEW_MODAL
    assert plan.when_silent is WhenSilent.EXPIRE
    assert plan.roles == {ADMINISTRATORS.name}
    assert plan.schema.editable == ()
    assert not plan.editor_may_sign


@pytest.mark.parametrize("count", [1, 20, 600])
async def test_every_change_can_be_read_before_it_is_agreed_to(tmp_path: Path, count: int) -> None:
    changes = [f"action_{n}: seats: Reviewer and CFO → Reviewer <!channel>" for n in range(count)]
    async with office(f"sqlite:///{tmp_path}/keyturn.db", tmp_path / "manifests") as here:
        one = await here.starts()
        await one.store.write(lambda tx: ask(tx, a_question(changes), OF, ProposalId("p1")))
        asked = await one.store.read(lambda look: look.checkpoints.get(ProposalId("p1")))
    assert asked is not None

    shown = card(asked, NOTHING_YET, card_for(asked), NOON)

    assert not block_problems(shown.blocks, "message")
    nothing_fools(shown.blocks)
    assert "WEAKER changes" in all_text(shown.blocks)
    assert "Review & approve" in all_text(shown.blocks)
    read = PART.sub("", whole_review(asked))
    assert [each for each in changes if each not in read] == []


def whole_review(checkpoint: Checkpoint) -> str:
    """Turn every page of the view in which it is approved, and read it."""
    context = context_for(checkpoint)
    pages: list[str] = []
    while True:
        view = modals.review(checkpoint, context, page=len(pages))
        assert not view_problems(view, "modal")
        text = all_text(view)
        if text in pages:
            return "\n".join(pages)
        pages.append(text)
