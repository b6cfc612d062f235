"""No manifest that loads can turn silence into approval, whatever else it says."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from manifests.manifest import Manifest
from manifests.plan import ReviewPlan
from manifests.vocabulary import RoleName, Urgency, UserId, WhenSilent
from store.checkpoint import (
    Approved,
    ApprovedWithEdits,
    Checkpoint,
    Escalated,
    Expired,
    PendingReview,
    Releasing,
    is_granted,
    is_open,
)
from store.commands import Command, NoticeDeadline
from store.lifecycle import Transition, deadline_of, decide
from store.people import Person
from store.proposal import Denial, Proposal
from tests.manifests.making import plan_for
from tests.manifests.strategies import PEOPLE, manifests
from tests.store.making import NOON, a_checkpoint, a_person, on
from tests.store.scenes import COMMANDS

proposals = st.builds(
    Proposal,
    action=st.sampled_from(["pay", "look", "unheard_of"]),
    parameters=st.sampled_from([{}, {"amount": "3.00"}, {"amount": "9000.00", "currency": "USD"}]),
    question=st.none() | st.none() | st.just("Which one?"),
    urgency=st.sampled_from(Urgency),
    confidence=st.none() | st.floats(0, 1),
    reason=st.sampled_from(["", "Their lawyer wrote."]),
    flags=st.sampled_from([(), ("vip",), ("customer_asked_for_human",)]),
    retries=st.none() | st.integers(0, 9),
    denied_by=st.none() | st.none() | st.builds(Denial, engine=st.just("cedar")),
    live_view_url=st.just("https://view.example/1"),
)
moves = st.lists(
    st.tuples(
        st.sampled_from(sorted(COMMANDS)),
        st.sampled_from(PEOPLE),
        st.timedeltas(timedelta(0), timedelta(hours=6)),
    ),
    max_size=6,
)


def known(manifest: Manifest, user: str, now: datetime) -> Person:
    held: frozenset[RoleName] = manifest.roles_of(UserId(user))
    return a_person(user, *held, person=user, as_of=now)


def anywhere(
    manifest: Manifest, fresh: Checkpoint, steps: list[tuple[str, str, timedelta]]
) -> tuple[Checkpoint, datetime]:
    """Let people and the agent do something first, short of closing it."""
    current, now = fresh, NOON
    for name, user, pause in steps:
        now += pause
        everybody = [known(manifest, each, now) for each in PEOPLE]
        shown: dict[str, Any] = on(current, known(manifest, user, now), *everybody)
        command: Command = COMMANDS[name](current, shown)
        verdict = decide(current, command, now)
        if isinstance(verdict, Transition) and is_open(verdict.after.state):
            current = verdict.after
    return current, now


def silence(current: Checkpoint, now: datetime, late: timedelta) -> list[Checkpoint]:
    """Let nobody do anything any more, until it is closed or only alerts are left."""
    heard: list[Checkpoint] = []
    while is_open(current.state) and not _only_alerts(current):
        due = deadline_of(current)
        assert due is not None, "somebody must look again"
        now = max(now, due) + late
        verdict = decide(current, NoticeDeadline(), now)
        assert isinstance(verdict, Transition)
        current = verdict.after
        heard.append(current)
        assert len(heard) < 2 * len(current.plan.ladder) + 3, "it must come to an end"
    return heard


def _only_alerts(checkpoint: Checkpoint) -> bool:
    return isinstance(checkpoint.state, Escalated) and checkpoint.state.deadline is None


@settings(max_examples=100)
@given(
    manifest=manifests,
    proposal=proposals,
    steps=moves,
    late=st.timedeltas(timedelta(0), timedelta(days=2)),
)
def test_silence_never_approves_under_any_manifest(
    manifest: Manifest | None,
    proposal: Proposal,
    steps: list[tuple[str, str, timedelta]],
    late: timedelta,
) -> None:
    assume(manifest is not None)
    assert manifest is not None
    plan: ReviewPlan = plan_for(manifest, proposal)
    fresh = a_checkpoint(proposal, plan)
    assume(is_open(fresh.state))
    start, now = anywhere(manifest, fresh, steps)
    heard = silence(start, now, late)
    if isinstance(start.state, Releasing):
        _check_signed(start.state, heard)
        return
    for each in heard:
        assert not is_granted(each.state)
        assert isinstance(each.state, PendingReview | Escalated | Expired)
    _check_end(heard[-1] if heard else start, now, late)


def _check_signed(signed: Releasing, heard: list[Checkpoint]) -> None:
    """People filled every seat before they fell silent: it is their word that is released."""
    (released,) = (each.state for each in heard)
    assert isinstance(released, Approved | ApprovedWithEdits)
    assert released.sign_offs == signed.paused.sign_offs
    assert released.sign_offs


def _check_end(last: Checkpoint, since: datetime, late: timedelta) -> None:
    if last.plan.when_silent is WhenSilent.EXPIRE:
        assert isinstance(last.state, Expired)
        # Whoever looks late looks late twice at most: at the last rung, and at the end itself.
        assert last.state.at <= max(since, last.created_at + last.plan.max_life) + 2 * late
        return
    assert isinstance(last.state, Escalated)
    for _ in range(3):
        due = deadline_of(last)
        assert due is not None
        verdict = decide(last, NoticeDeadline(), due + late)
        assert isinstance(verdict, Transition)
        last = verdict.after
        assert _only_alerts(last)


@settings(max_examples=100)
@given(manifest=manifests, proposal=proposals)
def test_every_review_has_an_end_that_comes(manifest: Manifest | None, proposal: Proposal) -> None:
    """Nobody does anything from the start: each rung is reached in its turn, and then the end."""
    assume(manifest is not None)
    assert manifest is not None
    plan = plan_for(manifest, proposal)
    fresh = a_checkpoint(proposal, plan)
    assume(is_open(fresh.state))
    heard = [fresh, *silence(fresh, NOON, timedelta(0))]
    reached = [each.state.rung for each in heard if isinstance(each.state, Escalated)]
    # A ladder that outlasts a life does not load; only questions and holidays can cut it short.
    if plan.when_silent is WhenSilent.STAY_BLOCKED or not (plan.ask_first or plan.hours):
        assert max([0, *reached]) == len(plan.ladder) - 1
    assert reached == sorted(reached)
