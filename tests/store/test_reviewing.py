"""Reviewers approve, reject and answer; who may not is told why."""

from dataclasses import replace
from datetime import timedelta

import pytest

from manifests.vocabulary import Digest, Friction, Severity, Standing
from store.checkpoint import Answered, Approved, PendingReview, Rejected
from store.commands import (
    Answer,
    Approve,
    Escalate,
    ProvideInformation,
    Reject,
    RequestInformation,
    Revise,
    Withdraw,
    WithdrawSignOff,
)
from store.effects import DeliverDecision, ShowCard, TellThread
from store.lifecycle import Transition, decide
from store.people import Person
from store.refusals import Reason, Refusal
from tests.store.making import (
    CFO,
    DEPUTY,
    FINANCE,
    NOON,
    a_checkpoint,
    a_person,
    a_plan,
    a_proposal,
    edited,
    on,
)
from tests.store.scenes import (
    LATER,
    SOON,
    a_question,
    after,
    ana,
    ben,
    cora,
    dan,
    refused,
    step,
    two_seats,
)


def test_one_seat_needs_one_person() -> None:
    fresh = a_checkpoint()
    done = step(fresh, Approve(**on(fresh, ana()), note="Checked the order."), SOON)
    state = done.after.state
    assert isinstance(state, Approved)
    (sign_off,) = state.sign_offs
    assert (sign_off.by.user, sign_off.seat, sign_off.note) == (
        "ana",
        "finance",
        "Checked the order.",
    )
    assert (sign_off.revision, sign_off.digest) == (1, fresh.revision.digest)
    told = [event.detail for event in done.events]
    assert told[0]["filled"] == told[0]["wanted"] == 1
    assert done.after.revision == fresh.revision


def test_two_seats_need_two_people() -> None:
    fresh = a_checkpoint(plan=two_seats())
    half = after(fresh, Approve(**on(fresh, cora())), SOON)
    assert isinstance(half.state, PendingReview)
    again = refused(half, Approve(**on(half, cora(), cora())), LATER)
    assert again.reason is Reason.ALREADY_SIGNED
    whole = after(half, Approve(**on(half, ana(), cora())), LATER)
    assert isinstance(whole.state, Approved)
    assert {each.seat: each.by.user for each in whole.state.sign_offs} == {
        "cfo": "cora",
        "finance": "ana",
    }


def test_a_taken_seat_says_what_it_waits_for() -> None:
    fresh = a_checkpoint(plan=two_seats())
    half = after(fresh, Approve(**on(fresh, ana())), SOON)
    words = refused(half, Approve(**on(half, ben(), ana())), LATER)
    assert words.reason is Reason.WRONG_ROLE
    assert words.words == "The seat you could fill is taken already. It waits for Cfo."


def test_one_person_with_two_slack_accounts_is_one_person() -> None:
    fresh = a_checkpoint(plan=two_seats())
    at_work = a_person("ana", "finance", person="ana")
    at_home = a_person("ana2", "cfo", person="ana")
    half = after(fresh, Approve(**on(fresh, at_work)), SOON)
    assert refused(half, Approve(**on(half, at_home, at_work))).reason is Reason.ALREADY_SIGNED


PARTIES = ("owner", "requester")


@pytest.mark.parametrize("party", PARTIES)
def test_nobody_approves_their_own_proposal(party: str) -> None:
    owner, requester = ("person-ana" if party == each else None for each in PARTIES)
    fresh = a_checkpoint(owner=owner, requester=requester)
    for command in (
        Approve(**on(fresh, ana())),
        Reject(**on(fresh, ana()), reason="no", category="other"),
        Escalate(**on(fresh, ana()), reason="mine"),
    ):
        assert refused(fresh, command).reason is Reason.OWN_PROPOSAL
    disguised = a_person("ana2", "finance", person="person-ana")
    assert refused(fresh, Approve(**on(fresh, disguised))).reason is Reason.OWN_PROPOSAL
    assert isinstance(decide(fresh, Approve(**on(fresh, ben())), SOON), Transition)


@pytest.mark.parametrize("standing", sorted(set(Standing) - {Standing.MEMBER}))
def test_only_members_review(standing: Standing) -> None:
    fresh = a_checkpoint()
    stranger = a_person("eve", "finance", standing=standing)
    verdict = refused(fresh, Approve(**on(fresh, stranger)))
    assert verdict.reason is Reason.NOT_A_MEMBER
    assert verdict.words


def test_a_stranger_is_told_who_may() -> None:
    fresh = a_checkpoint(plan=two_seats())
    verdict = refused(fresh, Approve(**on(fresh, a_person("eve", "sales"))))
    assert verdict.reason is Reason.WRONG_ROLE
    assert "Finance or Cfo" in verdict.words


@pytest.mark.parametrize(
    ("severity", "seconds"),
    [(Severity.LOW, 60), (Severity.MEDIUM, 60), (Severity.HIGH, 10), (Severity.CRITICAL, 10)],
)
def test_facts_about_people_must_be_fresh(severity: Severity, seconds: int) -> None:
    fresh = a_checkpoint(plan=a_plan(severity=severity))
    limit = NOON + timedelta(seconds=seconds)
    assert isinstance(decide(fresh, Approve(**on(fresh, ana())), limit), Transition)
    late = decide(fresh, Approve(**on(fresh, ana())), limit + timedelta(microseconds=1))
    assert not isinstance(late, Transition)
    assert late.reason is Reason.STALE_FACTS


def test_whoever_signed_before_is_looked_at_again() -> None:
    fresh = a_checkpoint(plan=two_seats())
    half = after(fresh, Approve(**on(fresh, ana())), SOON)
    unknown = refused(half, Approve(**on(half, cora())), SOON)
    assert unknown.reason is Reason.STALE_FACTS


@pytest.mark.parametrize(
    "lost",
    [a_person("ana", "sales"), a_person("ana", "finance", standing=Standing.DEACTIVATED)],
    ids=["the role", "the account"],
)
def test_a_sign_off_falls_with_what_it_stood_on(lost: Person) -> None:
    fresh = a_checkpoint(plan=two_seats())
    half = after(fresh, Approve(**on(fresh, ana())), SOON)
    step_taken = step(half, Approve(**on(half, cora(), lost)), SOON)
    assert [event.happening for event in step_taken.events] == ["sign_off_voided", "signed_off"]
    state = step_taken.after.state
    assert isinstance(state, PendingReview)
    assert [each.by.user for each in state.sign_offs] == ["cora"]


def test_seats_are_moved_so_that_everybody_fits() -> None:
    """Whoever can fill both seats gives way to the one who can fill only one."""
    fresh = a_checkpoint(plan=two_seats())
    both = a_person("bo", "finance", "cfo")
    half = after(fresh, Approve(**on(fresh, both)), SOON)
    whole = after(half, Approve(**on(half, ana(), both)), SOON)
    assert isinstance(whole.state, Approved)
    assert {each.by.user: each.seat for each in whole.state.sign_offs} == {
        "bo": "cfo",
        "ana": "finance",
    }


def test_a_click_on_an_old_revision_changes_nothing() -> None:
    fresh = a_checkpoint()
    old = {**on(fresh, ana()), "revision": 0}
    assert refused(fresh, Approve(**old)).reason is Reason.STALE_REVISION
    other = {**on(fresh, ana()), "digest": Digest("sha256:what-was-never-shown")}
    assert refused(fresh, Approve(**other)).reason is Reason.STALE_REVISION


def test_a_rejection_needs_one_who_might_have_approved() -> None:
    fresh = a_checkpoint(plan=two_seats())
    no = Reject(**on(fresh, cora()), reason="Paid twice.", category="duplicate")
    done = after(fresh, no, SOON)
    assert isinstance(done.state, Rejected)
    assert (done.state.by.user, done.state.reason, done.state.category) == (
        "cora",
        "Paid twice.",
        "duplicate",
    )
    denied = Reject(**on(fresh, dan()), reason="no", category="other")
    assert refused(fresh, denied).reason is Reason.WRONG_ROLE


def test_a_question_is_answered_and_never_approved() -> None:
    fresh = a_question()
    assert refused(fresh, Approve(**on(fresh, ana()))).reason is Reason.IS_A_QUESTION
    done = after(fresh, Answer(**on(fresh, ana()), guidance="", choice="second"), SOON)
    assert isinstance(done.state, Answered)
    assert done.state.choice == "second"


@pytest.mark.parametrize(
    ("guidance", "choice"), [("", None), ("  ", None), ("x", "third"), ("", "")]
)
def test_an_answer_says_something_that_was_asked(guidance: str, choice: str | None) -> None:
    fresh = a_question()
    said = Answer(**on(fresh, ana()), guidance=guidance, choice=choice)
    assert refused(fresh, said).reason is Reason.NOT_A_CHOICE


def test_what_is_missing_must_be_filled_in_first() -> None:
    fresh = a_checkpoint(a_proposal(missing=("iban", "reference")))
    verdict = refused(fresh, Approve(**on(fresh, ana())))
    assert verdict.reason is Reason.MISSING_PARAMETERS
    assert "iban, reference" in verdict.words


def test_a_sign_off_can_be_taken_back_until_the_quorum() -> None:
    fresh = a_checkpoint(plan=two_seats())
    half = after(fresh, Approve(**on(fresh, ana())), SOON)
    open_again = after(half, WithdrawSignOff(**on(half, ana())), LATER)
    assert isinstance(open_again.state, PendingReview)
    assert open_again.state.sign_offs == ()
    whole = after(
        after(fresh, Approve(**on(fresh, cora())), SOON), Approve(**on(fresh, ana(), cora())), LATER
    )
    assert isinstance(whole.state, Approved)
    late = refused(whole, WithdrawSignOff(**on(whole, ana())), LATER)
    assert late.reason is Reason.ALREADY_CLOSED
    assert late.words == (
        "It has reached the agent already: use Recall on the card, before the agent begins."
    )
    passer_by = refused(whole, WithdrawSignOff(**on(whole, ben())), LATER)
    assert passer_by.words == "This proposal was already approved by Cora and Ana."


def test_whoever_clicks_twice_reads_no_news_of_themselves() -> None:
    fresh = a_checkpoint(plan=two_seats())
    half = after(fresh, Approve(**on(fresh, cora())), SOON)
    whole = after(half, Approve(**on(half, ana(), cora())), LATER)
    again = refused(whole, Approve(**on(whole, ana(), cora())), LATER)
    assert again == Refusal(Reason.ALREADY_CLOSED, "You approved this already, as Cora did.")
    alone = a_checkpoint()
    no = after(alone, Reject(**on(alone, ana()), reason="No.", category="other"), SOON)
    twice = Reject(**on(no, ana()), reason="No.", category="other")
    assert refused(no, twice, LATER).words == "You rejected this already."
    assert refused(no, Approve(**on(no, ben())), LATER).words == (
        "This proposal was already rejected by Ana."
    )


def test_a_second_click_in_the_moment_before_the_release_says_so() -> None:
    fresh = a_checkpoint(plan=a_plan(release_after=timedelta(seconds=5)))
    leaving = after(fresh, Approve(**on(fresh, ana())), NOON)
    again = refused(leaving, Approve(**on(leaving, ana())), NOON)
    assert again.words == (
        "You approved this already. It is about to reach the agent; Undo takes it back."
    )


def test_an_agent_may_withdraw_while_nothing_is_decided() -> None:
    fresh = a_checkpoint()
    gone = after(fresh, Withdraw(reason="Solved."), SOON)
    assert refused(gone, Withdraw(reason="Solved.")).reason is Reason.ALREADY_CLOSED


def test_every_step_redraws_cards_tells_threads_and_delivers() -> None:
    fresh = a_checkpoint(plan=two_seats())
    half = step(fresh, Approve(**on(fresh, ana())), SOON)
    shown = {each.channel for each in half.effects if isinstance(each, ShowCard)}
    assert shown == {FINANCE.channel, CFO.channel}
    told = [each.event.happening for each in half.effects if isinstance(each, TellThread)]
    assert told == ["signed_off"]
    assert DeliverDecision(fresh.id) in half.effects


def test_escalating_shows_the_card_to_the_next_rung_and_keeps_sign_offs() -> None:
    fresh = a_checkpoint(plan=two_seats())
    half = after(fresh, Approve(**on(fresh, ana())), SOON)
    higher = step(half, Escalate(**on(half, cora()), reason="Too large for me."), SOON)
    shown = {each.channel for each in higher.effects if isinstance(each, ShowCard)}
    assert DEPUTY.channel in shown
    whole = after(higher.after, Approve(**on(half, dan(), ana())), LATER)
    assert isinstance(whole.state, Approved)
    assert [each.by.user for each in whole.state.sign_offs] == ["ana", "dan"]


def test_whoever_edited_may_not_sign_where_the_plan_says_so() -> None:
    fresh = a_checkpoint(plan=a_plan(editor_may_sign=False))
    changed = after(fresh, Revise(**on(fresh, ana()), **edited(fresh, amount="1.00")), SOON)
    assert isinstance(changed.state, PendingReview)
    assert refused(changed, Approve(**on(changed, ana()))).reason is Reason.OWN_EDIT
    disguised = a_person("ana2", "finance", person="person-ana")
    assert refused(changed, Approve(**on(changed, disguised))).reason is Reason.OWN_EDIT
    assert after(changed, Approve(**on(changed, ben())), LATER).state.status == (
        "approved_with_edits"
    )


def test_an_answer_of_the_agent_does_not_wash_an_edit_clean() -> None:
    fresh = a_checkpoint(plan=a_plan(editor_may_sign=False))
    mine = Revise(**on(fresh, ana()), **edited(fresh, amount="9000.00"), approve=False)
    changed = after(fresh, mine, SOON)
    ask = RequestInformation(**on(changed, ana()), question_id="q1", question="A memo?")
    asked = after(changed, ask, SOON)
    answered = after(asked, ProvideInformation(answer="Yes.", **edited(asked, memo="x")), SOON)
    assert answered.revision.by is None
    assert answered.revision.parameters["amount"] == "9000.00"
    assert refused(answered, Approve(**on(answered, ana()))).reason is Reason.OWN_EDIT
    assert after(answered, Approve(**on(answered, ben())), LATER).state.status == (
        "approved_with_edits"
    )


def test_an_edit_by_somebody_else_does_not_wash_the_first_one_clean() -> None:
    fresh = a_checkpoint(plan=a_plan(editor_may_sign=False))
    first = after(fresh, Revise(**on(fresh, ana()), **edited(fresh, amount="9000.00")), SOON)
    second = after(first, Revise(**on(first, ben()), **edited(first, memo="x")), SOON)
    for editor in (ana(), ben()):
        assert refused(second, Approve(**on(second, editor))).reason is Reason.OWN_EDIT


def test_two_signers_who_turn_out_to_be_one_person_fill_one_seat() -> None:
    plan = two_seats(seats=(FINANCE, CFO, DEPUTY))
    fresh = a_checkpoint(plan=plan)
    first = after(fresh, Approve(**on(fresh, ana())), SOON)
    second = after(first, Approve(**on(first, cora(), ana())), SOON)
    # Meanwhile the manifest learns that both accounts are Ana's.
    also_ana = a_person("cora", "cfo", person=ana().id)
    third = step(second, Approve(**on(second, dan(), ana(), also_ana)), SOON)
    state = third.after.state
    assert isinstance(state, PendingReview)
    assert [each.by.user for each in state.sign_offs] == ["ana", "dan"]


@pytest.mark.parametrize("friction", [Friction.REVIEW_MODAL, Friction.TYPED])
def test_what_asks_for_the_review_is_approved_by_nothing_less(friction: Friction) -> None:
    fresh = a_checkpoint(plan=a_plan(friction=friction))
    click = Approve(**on(fresh, ana()), retyped="process_refund")
    assert refused(fresh, click).reason is Reason.RULES_CHANGED
    assert after(fresh, replace(click, in_full=True), SOON).state.status == "approved"


@pytest.mark.parametrize("friction", [Friction.REVIEW_MODAL, Friction.TYPED])
def test_an_edit_is_no_approval_where_that_asks_for_the_review(friction: Friction) -> None:
    fresh = a_checkpoint(plan=a_plan(friction=friction, editor_may_sign=True))
    changed = after(fresh, Revise(**on(fresh, ana()), **edited(fresh, amount="1.00")), SOON)
    assert isinstance(changed.state, PendingReview)
    assert not changed.state.sign_offs
    assert changed.revision.number == 2


def test_an_edit_that_makes_it_graver_is_no_approval_of_that() -> None:
    fresh = a_checkpoint(plan=a_plan(friction=Friction.CONFIRM, editor_may_sign=True))
    graver = replace(fresh.plan, friction=Friction.REVIEW_MODAL)
    values = {**edited(fresh, amount="99999.00"), "plan": graver}
    changed = after(fresh, Revise(**on(fresh, ana()), **values), SOON)
    assert isinstance(changed.state, PendingReview)
    assert not changed.state.sign_offs
