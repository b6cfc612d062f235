"""What follows a decision stands beside it: used once, taken back, undone, or never used."""

from datetime import timedelta
from typing import Any

import pytest

from manifests.vocabulary import AgentName, Digest, Standing
from store.aftermath import NOTHING_YET, Aftermath, Followed, execute_before, follow
from store.checkpoint import Checkpoint
from store.commands import (
    AfterCommand,
    Consume,
    NoticeLapse,
    Recall,
    ReportOutcome,
    ReportRollback,
    RequestRollback,
)
from store.refusals import Reason, Refusal
from tests.store.making import HOUR, NOON, a_person
from tests.store.scenes import LATER, SOON, STATES, ana, dan

AGENT = AgentName("billing")
APPROVED = STATES["approved"][0]
GRANTED = ["approved", "approved_with_edits", "auto_approved"]


def consume(checkpoint: Checkpoint = APPROVED, **changed: Any) -> Consume:
    known: dict[str, Any] = {
        "agent": AGENT,
        "attempt": "a1",
        "digest": checkpoint.revision.digest,
        "token_is_right": True,
    }
    return Consume(**known | changed)


def outcome(*, executed: bool = True, detail: str = "ok", **changed: Any) -> ReportOutcome:
    return ReportOutcome(agent=AGENT, executed=executed, detail=detail, **changed)


RECALL = Recall(reviewer=ana(), reason="Wrong order.")
ROLLBACK = RequestRollback(reviewer=ana(), reason="Wrong order.")
UNDONE = ReportRollback(agent=AGENT, done=True, detail="Refunded back.")


def after(*commands: AfterCommand, now: Any = LATER) -> Aftermath:
    """Carry out commands on an approval that nobody has used, each of which must be accepted."""
    current = NOTHING_YET
    for command in commands:
        followed = follow(APPROVED, current, command, now)
        assert isinstance(followed, Followed), followed
        current = followed.after
    return current


def reason(current: Aftermath, command: AfterCommand, now: Any = LATER) -> Reason:
    verdict = follow(APPROVED, current, command, now)
    assert isinstance(verdict, Refusal), verdict
    assert verdict.words
    return verdict.reason


@pytest.mark.parametrize("name", STATES)
def test_only_what_was_granted_is_ever_used(name: str) -> None:
    """Rejected, expired, withdrawn, blocked and everything open never execute."""
    checkpoint, now = STATES[name]
    every = (consume(checkpoint), outcome(), RECALL, ROLLBACK, UNDONE, NoticeLapse())
    for command in every:
        verdict = follow(checkpoint, NOTHING_YET, command, now)
        not_granted = isinstance(verdict, Refusal) and verdict.reason is Reason.NOT_GRANTED
        assert not_granted == (name not in GRANTED)


def test_an_approval_is_used_once() -> None:
    used = after(consume())
    assert used.consumed is not None
    assert (used.consumed.attempt, used.version) == ("a1", 1)
    again = follow(APPROVED, used, consume(), LATER + HOUR)
    assert again == Followed(used)
    assert reason(used, consume(attempt="a2")) is Reason.ALREADY_CONSUMED


def test_the_same_attempt_is_answered_even_after_the_time_to_use_it() -> None:
    used = after(consume())
    assert follow(APPROVED, used, consume(), LATER + 1000 * HOUR) == Followed(used)


def test_only_exactly_what_was_approved_is_used() -> None:
    other = consume(digest=Digest("sha256:something-else"))
    assert reason(NOTHING_YET, other) is Reason.WRONG_DIGEST
    assert reason(NOTHING_YET, consume(token_is_right=False)) is Reason.WRONG_TOKEN
    used = after(consume())
    assert reason(used, consume(token_is_right=False)) is Reason.WRONG_TOKEN


def test_an_approval_lapses() -> None:
    limit = execute_before(APPROVED)
    assert limit == SOON + 24 * HOUR
    just_before = limit - timedelta.resolution
    assert isinstance(follow(APPROVED, NOTHING_YET, consume(), just_before), Followed)
    assert reason(NOTHING_YET, consume(), limit) is Reason.LAPSED
    assert reason(NOTHING_YET, NoticeLapse(), just_before) is Reason.NOT_DUE
    lapsed = after(NoticeLapse(), now=limit)
    assert lapsed.lapsed_at == limit
    assert reason(lapsed, consume()) is Reason.LAPSED
    assert reason(lapsed, NoticeLapse(), limit) is Reason.NOT_DUE


@pytest.mark.parametrize("first", [consume(), RECALL])
def test_what_was_used_or_recalled_does_not_lapse(first: AfterCommand) -> None:
    assert reason(after(first), NoticeLapse(), NOON + 999 * HOUR) is Reason.NOT_DUE


def test_a_recall_wins_before_use_and_loses_after_it() -> None:
    recalled = after(RECALL)
    assert reason(recalled, consume()) is Reason.RECALLED
    assert reason(recalled, RECALL) is Reason.RECALLED
    assert reason(after(consume()), RECALL) is Reason.ALREADY_CONSUMED


def test_an_outcome_is_told_once() -> None:
    assert reason(NOTHING_YET, outcome()) is Reason.NOT_CONSUMED
    used = after(consume())
    assert reason(used, outcome(attempt="a2")) is Reason.ALREADY_CONSUMED
    told = after(consume(), outcome(attempt="a1"))
    assert follow(APPROVED, told, outcome(), LATER) == Followed(told)
    assert reason(told, outcome(executed=False)) is Reason.ALREADY_REPORTED
    assert reason(told, outcome(detail="other")) is Reason.ALREADY_REPORTED


def test_a_rollback_is_asked_for_and_reported_once() -> None:
    assert reason(NOTHING_YET, ROLLBACK) is Reason.NOT_CONSUMED
    assert reason(after(consume()), UNDONE) is Reason.NO_ROLLBACK_REQUESTED
    asked = after(consume(), outcome(), ROLLBACK)
    assert reason(asked, ROLLBACK) is Reason.ROLLBACK_REQUESTED
    done = after(consume(), outcome(), ROLLBACK, UNDONE)
    assert done.rollback is not None
    assert (done.rollback.state, done.version) == ("done", 4)
    assert follow(APPROVED, done, UNDONE, LATER) == Followed(done)
    failed = ReportRollback(agent=AGENT, done=False, detail="Too late.")
    assert reason(done, failed) is Reason.ALREADY_REPORTED


@pytest.mark.parametrize("kind", [Recall, RequestRollback])
def test_whoever_could_be_called_may_stop_it_and_nobody_else(kind: Any) -> None:
    current = NOTHING_YET if kind is Recall else after(consume())
    deputy = kind(reviewer=dan(), reason="Stop.")
    assert isinstance(follow(APPROVED, current, deputy, LATER), Followed)
    stranger = kind(reviewer=a_person("eve", "sales"), reason="Stop.")
    assert reason(current, stranger) is Reason.WRONG_ROLE
    guest = kind(reviewer=a_person("gil", "finance", standing=Standing.GUEST), reason="Stop.")
    assert reason(current, guest) is Reason.NOT_A_MEMBER


def test_every_change_counts_one_version_and_tells_one_event() -> None:
    current = NOTHING_YET
    for command in (consume(), outcome(executed=False), ROLLBACK, UNDONE):
        followed = follow(APPROVED, current, command, LATER)
        assert isinstance(followed, Followed)
        assert followed.after.version == current.version + 1
        assert len(followed.events) == 1
        current = followed.after
