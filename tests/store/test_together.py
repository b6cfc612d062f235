"""Which proposals may be approved together: whatever is grave, final or open is decided alone."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from manifests.plan import ReviewPlan
from manifests.vocabulary import Friction, Severity
from store.checkpoint import Checkpoint, Follows
from store.commands import Approve, ProvideInformation, RequestInformation
from store.lifecycle import Transition, decide
from store.lifecycle.signing import signature
from store.proposal import ProposalId
from store.refusals import Reason, Refusal
from store.together import AT_ONCE, apart, too_many
from tests.store.making import (
    CFO,
    FINANCE,
    HOUR,
    NOON,
    a_checkpoint,
    a_person,
    a_plan,
    a_proposal,
    on,
)

ANA = a_person("U_ANA", "finance")
BO = a_person("U_BO", "cfo")
SMALL = (Severity.LOW, Severity.MEDIUM)
QUICK = (Friction.ONE_CLICK, Friction.CONFIRM)


def why(checkpoint: Checkpoint, person: Any = ANA) -> str:
    refusal = apart(checkpoint, person)
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.ONE_BY_ONE
    return refusal.words


def after(checkpoint: Checkpoint, command: Any) -> Checkpoint:
    moved = decide(checkpoint, command, NOON)
    assert isinstance(moved, Transition)
    return moved.after


@pytest.mark.parametrize(
    ("severity", "reversible", "friction"), list(product(Severity, (True, False), Friction))
)
def test_only_what_is_small_reversible_and_quick_may_be(
    severity: Severity, reversible: bool, friction: Friction
) -> None:
    plan = a_plan(severity=severity, reversible=reversible, friction=friction)
    fits = severity in SMALL and reversible and friction in QUICK
    assert (apart(a_checkpoint(plan=plan), ANA) is None) == fits


def test_it_says_why_not() -> None:
    def words(**plan: Any) -> str:
        return why(a_checkpoint(plan=a_plan(**plan)))

    assert "severity is critical" in words(severity=Severity.CRITICAL)
    assert "cannot be undone" in words(reversible=False)
    assert "closer look" in words(friction=Friction.TYPED)


def test_a_question_or_something_incomplete_is_decided_alone() -> None:
    question = a_proposal(question="Refund or voucher?")
    incomplete = a_proposal(missing=("iban",))
    for proposal in (question, incomplete):
        assert "needs an answer" in why(a_checkpoint(proposal))


def test_what_its_card_tells_besides_is_read_there() -> None:
    """T7: what was denied and is asked again is shown with who said no, and why."""
    checkpoint = a_checkpoint()
    no = Follows(
        proposal=ProposalId("p0"),
        number=1,
        named=False,
        same=True,
        action=checkpoint.proposal.action,
        parameters=checkpoint.revision.parameters,
        by=signature(BO, NOON),
        why="Not without a receipt.",
    )
    assert "said no" in why(replace(checkpoint, follows=no))
    assert "said no" in why(a_checkpoint(plan=a_plan(overrides="opa")))
    asking = RequestInformation(**on(checkpoint, ANA), question_id="q1", question="Why?")
    answered = after(after(checkpoint, asking), ProvideInformation(answer="Because."))
    assert "question about it" in why(answered)


def test_the_last_open_seat_must_be_ones_own() -> None:
    two: ReviewPlan = a_plan(seats=(FINANCE, CFO))
    checkpoint = a_checkpoint(plan=two)
    assert "other open seats" in why(checkpoint)
    signed = after(checkpoint, Approve(**on(checkpoint, ANA)))
    assert apart(signed, BO) is None
    assert "other open seats" in why(signed, ANA)
    assert "other open seats" in why(a_checkpoint(), BO)


def test_what_does_not_wait_for_an_approval_is_not_approved() -> None:
    checkpoint = a_checkpoint()
    asking = RequestInformation(**on(checkpoint, ANA), question_id="q1", question="Why?")
    for moved in (
        after(checkpoint, asking),
        after(checkpoint, Approve(**on(checkpoint, ANA))),
        after(
            replace(checkpoint, plan=a_plan(release_after=HOUR)),
            Approve(**on(checkpoint, ANA)),
        ),
    ):
        assert "not waiting for an approval" in why(moved)


def test_nobody_approves_more_than_they_can_read() -> None:
    assert too_many(AT_ONCE) is None
    refusal = too_many(AT_ONCE + 1)
    assert refusal is not None
    assert refusal.reason is Reason.TOO_MANY_AT_ONCE
    assert f"At most {AT_ONCE}" in refusal.words
