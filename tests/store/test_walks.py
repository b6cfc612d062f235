"""Long random walks through the lifecycle: what holds of every step holds of every history."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from manifests.plan import ReviewPlan, Rung
from manifests.vocabulary import Scrutiny, WhenSilent
from store.checkpoint import (
    Approved,
    ApprovedWithEdits,
    AutoApproved,
    Checkpoint,
    Open,
    is_open,
    review_of,
)
from store.commands import Command
from store.lifecycle import Transition, decide
from store.people import Person
from tests.store.making import (
    CFO,
    DEPUTY,
    FINANCE,
    HOUR,
    NOON,
    a_checkpoint,
    a_person,
    a_plan,
    a_proposal,
    on,
)
from tests.store.scenes import COMMANDS

CROWD = {
    "ana": ("ana", ("finance",)),
    "ana, other account": ("ana", ("finance", "cfo")),
    "ben": ("ben", ("finance", "cfo")),
    "cora": ("cora", ("cfo",)),
    "dan": ("dan", ("deputy",)),
    "the owner": ("olga", ("finance", "cfo", "deputy")),
    "the requester": ("rosa", ("finance", "cfo")),
    "eve": ("eve", ("sales",)),
}
plans = st.builds(
    a_plan,
    seats=st.lists(st.sampled_from([FINANCE, CFO]), min_size=1, max_size=3).map(tuple),
    ladder=st.just((Rung(sla=HOUR), Rung(sla=2 * HOUR, fallback=(DEPUTY,)))),
    when_silent=st.sampled_from(WhenSilent),
    editor_may_sign=st.booleans(),
    scrutiny=st.sampled_from([Scrutiny.REVIEW, Scrutiny.ESCALATE]),
)
moves = st.lists(
    st.tuples(
        st.sampled_from(sorted(COMMANDS)),
        st.sampled_from(sorted(CROWD)),
        st.timedeltas(timedelta(0), HOUR),
    ),
    max_size=25,
)


def somebody(name: str, now: timedelta) -> Person:
    person, roles = CROWD[name]
    return a_person(name, *roles, person=person, as_of=NOON + now)


def walk(plan: ReviewPlan, steps: list[tuple[str, str, timedelta]]) -> list[Transition]:
    """Try commands one after the other, and give the steps that were accepted."""
    proposal = a_proposal(live_view_url="https://view.example/1")
    current = a_checkpoint(proposal, plan, owner="olga", requester="rosa")
    taken: list[Transition] = []
    elapsed = timedelta(0)
    for command, who, pause in steps:
        elapsed += pause
        everybody = [somebody(name, elapsed) for name in CROWD]
        asked: Command = COMMANDS[command](current, on(current, somebody(who, elapsed), *everybody))
        verdict = decide(current, asked, NOON + elapsed)
        if isinstance(verdict, Transition):
            taken.append(verdict)
            current = verdict.after
    return taken


@settings(max_examples=300)
@given(plan=plans, steps=moves)
def test_every_history_keeps_its_promises(
    plan: ReviewPlan, steps: list[tuple[str, str, timedelta]]
) -> None:
    history = walk(plan, steps)
    for earlier, later in pairwise(history):
        assert later.before == earlier.after  # a state is the fold of its transitions
        assert is_open(earlier.after.state)  # and nothing follows the end
    for taken in history:
        before, after = taken.before, taken.after
        assert before is not None
        assert after.version == before.version + 1
        assert set(before.plan.seats) <= set(after.plan.seats)
        assert after.plan.scrutiny >= before.plan.scrutiny
        assert not isinstance(after.state, AutoApproved)
        _check_signatures(before, after)


def _check_signatures(before: Checkpoint, after: Checkpoint) -> None:
    state = after.state
    if isinstance(state, Approved | ApprovedWithEdits):
        signed = state.sign_offs
        seats = sorted(seat.name for seat in after.plan.seats)
        assert sorted(each.seat for each in signed) == seats
        edited = any(revision.by for revision in after.revisions)
        assert edited == isinstance(state, ApprovedWithEdits)
    elif isinstance(state, Open):
        signed = review_of(state).sign_offs
        assert len(signed) < len(after.plan.seats)
    else:
        return
    people = [each.by.person for each in signed]
    assert len(set(people)) == len(people)
    assert not {"olga", "rosa", "eve"} & set(people)
    for each in signed:
        assert (each.revision, each.digest) == (after.revision.number, after.revision.digest)
    editors = {each.by.person for each in after.revisions if each.by is not None}
    if not after.plan.editor_may_sign:
        assert editors.isdisjoint(people)
    if after.revision.digest != before.revision.digest:
        assert len(signed) <= 1


def test_a_walk_can_go_the_whole_way() -> None:
    """The walks above are worth something: approvals, edits and ends are within their reach."""
    plan = a_plan(seats=(FINANCE, CFO))
    minute = timedelta(minutes=1)
    whole = walk(
        plan,
        [
            ("request information", "ana", minute),
            ("provide other parameters", "ana", minute),
            ("approve", "ana", minute),
            ("approve", "ana, other account", minute),
            ("revise and approve", "cora", minute),
            ("take over", "ben", minute),
            ("return control", "ben", minute),
            ("approve", "the owner", minute),
            ("approve", "ben", minute),
        ],
    )
    assert [taken.after.state.status for taken in whole] == [
        "needs_information",
        "pending_review",
        "pending_review",
        "pending_review",
        "taken_over",
        "pending_review",
        "approved_with_edits",
    ]
