"""Any change of parameters is a new revision; it voids sign-offs and may only become stricter."""

from typing import Any

from hypothesis import example, given

from manifests.vocabulary import ActionName, Scrutiny, Severity
from store.checkpoint import (
    ApprovedWithEdits,
    Blocked,
    Checkpoint,
    Escalated,
    NeedsInformation,
    PendingReview,
)
from store.commands import Approve, ProvideInformation, RequestInformation, Revise
from store.digest import revision_digest
from store.lifecycle.revising import difference
from store.refusals import Reason
from tests.store.making import CFO, FINANCE, NOON, a_checkpoint, a_plan, a_proposal, edited, on
from tests.store.scenes import (
    LATER,
    SOON,
    a_question,
    after,
    ana,
    ben,
    cora,
    refused,
    step,
    two_seats,
)
from tests.store.strategies import json_values, parameters


def test_an_edit_tells_old_and_new_side_by_side() -> None:
    fresh = a_checkpoint()
    known = {**edited(fresh, amount="400.00", memo="less"), "category": "amount", "note": "Agreed."}
    done = step(fresh, Revise(**on(fresh, ana()), **known), SOON)
    assert isinstance(done.after.state, ApprovedWithEdits)
    revision = done.after.revision
    assert (revision.number, revision.category, revision.note) == (2, "amount", "Agreed.")
    assert revision.by is not None
    assert revision.by.user == "ana"
    assert done.events[0].detail["changes"] == {
        "amount": ["480.00", "400.00"],
        "memo": [None, "less"],
    }
    assert done.after.revisions[0] == fresh.revision
    assert done.after.state.sign_offs[0].digest == revision.digest


def test_an_edit_without_approval_leaves_the_seats_open() -> None:
    fresh = a_checkpoint()
    known = edited(fresh, amount="400.00")
    done = after(fresh, Revise(**on(fresh, ana()), **known, approve=False), SOON)
    assert isinstance(done.state, PendingReview)
    assert done.state.sign_offs == ()
    assert done.state.deadline == fresh.state.deadline  # type: ignore[union-attr]


def test_an_edit_voids_what_others_signed() -> None:
    fresh = a_checkpoint(plan=two_seats())
    half = after(fresh, Approve(**on(fresh, cora())), SOON)
    done = step(half, Revise(**on(half, ana()), **edited(half, amount="9.00")), LATER)
    assert [event.happening for event in done.events] == [
        "revised",
        "sign_off_voided",
        "signed_off",
    ]
    assert isinstance(done.after.state, PendingReview)
    assert [each.by.user for each in done.after.state.sign_offs] == ["ana"]
    stale = {**on(half, cora(), ana())}
    assert refused(done.after, Approve(**stale), LATER).reason is Reason.STALE_REVISION


def test_an_edit_that_changes_nothing_is_none() -> None:
    fresh = a_checkpoint()
    same = Revise(**on(fresh, ana()), **edited(fresh))
    assert refused(fresh, same).reason is Reason.NOTHING_CHANGED


def test_a_question_has_nothing_to_edit() -> None:
    fresh = a_question()
    edit = Revise(**on(fresh, ana()), **edited(fresh, amount="1.00"))
    assert refused(fresh, edit).reason is Reason.IS_A_QUESTION


def test_filling_in_what_is_missing_approves() -> None:
    fresh = a_checkpoint(a_proposal(missing=("iban",)))
    done = after(fresh, Revise(**on(fresh, ana()), **edited(fresh, iban="DE1")), SOON)
    assert isinstance(done.state, ApprovedWithEdits)
    half = after(fresh, Revise(**on(fresh, ana()), **edited(fresh, amount="1.00")), SOON)
    assert isinstance(half.state, PendingReview)
    assert half.missing == ("iban",)


def test_a_costlier_edit_asks_for_more_people() -> None:
    fresh = a_checkpoint()
    stricter = a_plan(seats=(FINANCE, CFO), severity=Severity.HIGH, editor_may_sign=False)
    known = {**edited(fresh, amount="12000.00"), "plan": stricter}
    done = after(fresh, Revise(**on(fresh, ana()), **known), SOON)
    assert isinstance(done.state, PendingReview)
    assert done.plan.seats == (FINANCE, CFO)
    assert done.state.sign_offs == ()


def test_a_cheaper_edit_asks_for_no_fewer() -> None:
    fresh = a_checkpoint(plan=two_seats(severity=Severity.HIGH))
    easier = a_plan(scrutiny=Scrutiny.AUTO_APPROVE, severity=Severity.LOW)
    known = {**edited(fresh, amount="1.00"), "plan": easier}
    done = after(fresh, Revise(**on(fresh, ana()), **known), SOON)
    assert isinstance(done.state, PendingReview)
    assert done.plan.seats == (FINANCE, CFO)
    assert (done.plan.severity, done.plan.scrutiny) == (Severity.HIGH, Scrutiny.REVIEW)


def test_an_edit_that_policy_forbids_is_blocked() -> None:
    fresh = a_checkpoint()
    forbidden = a_plan(scrutiny=Scrutiny.BLOCK, rule="never_above", because="Never above 1M.")
    known = {**edited(fresh, amount="2000000.00"), "plan": forbidden}
    done = step(fresh, Revise(**on(fresh, ana()), **known), SOON)
    assert isinstance(done.after.state, Blocked)
    assert done.after.state.rule == "never_above"
    assert [event.happening for event in done.events] == ["revised", "blocked"]


def test_an_edit_that_must_escalate_climbs_at_once() -> None:
    fresh = a_checkpoint()
    known = {**edited(fresh, amount="90000.00"), "plan": a_plan(scrutiny=Scrutiny.ESCALATE)}
    done = step(fresh, Revise(**on(fresh, ana()), **known, approve=False), SOON)
    assert isinstance(done.after.state, Escalated)
    assert done.after.state.rung == 1


def asked(checkpoint: Checkpoint) -> Checkpoint:
    ask = RequestInformation(**on(checkpoint, ben()), question_id="q1", question="Sure?")
    return after(checkpoint, ask, SOON)


@given(changed=parameters)
def test_an_agents_other_parameters_void_every_sign_off(changed: dict[str, Any]) -> None:
    fresh = a_checkpoint(plan=two_seats())
    half = asked(after(fresh, Approve(**on(fresh, ana())), SOON))
    digest = revision_digest(ActionName("process_refund"), changed)
    answer = ProvideInformation(
        answer="Here.", parameters=changed, revised_digest=digest, plan=half.plan
    )
    done = after(half, answer, LATER)
    assert isinstance(done.state, PendingReview)
    if digest == fresh.revision.digest:
        assert len(done.state.sign_offs) == 1
        assert len(done.revisions) == 1
    else:
        assert done.state.sign_offs == ()
        assert (done.revision.number, done.revision.parameters) == (2, changed)
        assert done.revision.by is None


def test_an_answer_alone_keeps_what_was_signed() -> None:
    fresh = a_checkpoint(plan=two_seats())
    half = asked(after(fresh, Approve(**on(fresh, ana())), SOON))
    done = after(half, ProvideInformation(answer="Yes."), LATER)
    assert isinstance(done.state, PendingReview)
    assert [each.by.user for each in done.state.sign_offs] == ["ana"]
    assert done.exchanges[-1].answer == "Yes."


def test_an_answer_that_is_forbidden_blocks() -> None:
    waiting = asked(a_checkpoint())
    assert isinstance(waiting.state, NeedsInformation)
    known = {**edited(waiting, amount="2.00"), "plan": a_plan(scrutiny=Scrutiny.BLOCK)}
    done = after(waiting, ProvideInformation(answer="More.", **known), LATER)
    assert isinstance(done.state, Blocked)
    assert done.updated_at == LATER > NOON


@given(before=parameters, now=parameters)
def test_a_difference_is_exactly_what_differs(before: dict[str, Any], now: dict[str, Any]) -> None:
    told = difference(before, now)
    rebuilt = {name: new for name, (_, new) in told.items() if name in now}
    kept = {name: value for name, value in before.items() if name not in told}
    assert {**kept, **rebuilt} == now
    assert all(before.get(name) == old for name, (old, _) in told.items())


@given(value=json_values, other=json_values)
@example(value=True, other=1)
@example(value=[0], other=[False])
@example(value=1, other=1.0)
def test_equal_in_python_is_not_the_same_in_json(value: Any, other: Any) -> None:
    """True and 1 are two things to an agent's tool, 1 and 1.0 are one number in JSON."""
    one, two = {"a": value}, {"a": other}
    same_digest = revision_digest(ActionName("x"), one) == revision_digest(ActionName("x"), two)
    assert bool(difference(one, two)) == (not same_digest)
