"""Whether a person may act on a proposal at all. The same rule guards every reviewer's command."""

from datetime import datetime, timedelta

from manifests.vocabulary import Severity, Standing
from store.checkpoint import Checkpoint, Escalated, PendingReview
from store.commands import ReviewerCommand
from store.people import Person
from store.refusals import Reason, Refusal
from store.seats import may_fill_some_seat, titles_of_fillers

CACHED_FOR = timedelta(seconds=60)
LIVE_WITHIN = timedelta(seconds=10)

_STANDINGS = {
    Standing.BOT: "Bots cannot review.",
    Standing.GUEST: "Guests of this workspace cannot review.",
    Standing.EXTERNAL: "People from other organisations cannot review.",
    Standing.DEACTIVATED: "This account is deactivated.",
}


def facts_within(checkpoint: Checkpoint) -> timedelta:
    """Say how old a snapshot of a person may be: live facts from high severity up."""
    return LIVE_WITHIN if checkpoint.plan.severity.at_least(Severity.HIGH) else CACHED_FOR


def objection(
    checkpoint: Checkpoint,
    review: PendingReview | Escalated,
    command: ReviewerCommand,
    now: datetime,
) -> Refusal | None:
    """Find the first reason why this person may not act on what they saw."""
    revision = checkpoint.revision
    if (command.revision, command.digest) != (revision.number, revision.digest):
        return stale(checkpoint, command.revision)
    return person_objection(checkpoint, review, command.reviewer, now)


def stale(checkpoint: Checkpoint, seen: int) -> Refusal:
    """Say that somebody looked at a revision that is no longer in force."""
    return Refusal(
        Reason.STALE_REVISION,
        f"You looked at revision {seen}; revision {checkpoint.revision.number} is in force now. "
        "Look at the updated card and decide again.",
    )


def person_objection(
    checkpoint: Checkpoint, review: PendingReview | Escalated, person: Person, now: datetime
) -> Refusal | None:
    """Find the first reason why this person may not act on this proposal."""
    if not person.fresh(now, facts_within(checkpoint)):
        return Refusal(
            Reason.STALE_FACTS, "Slack could not confirm who you are just now. Please click again."
        )
    who = titles_of_fillers(checkpoint.plan, review.rung)
    if person.standing is not Standing.MEMBER:
        words = f"{_STANDINGS[person.standing]} Only {who} may decide this."
        return Refusal(Reason.NOT_A_MEMBER, words)
    if person.id in (checkpoint.parties.owner, checkpoint.parties.requester):
        return Refusal(Reason.OWN_PROPOSAL, f"{_own(checkpoint, person)} as {who}.")
    if not may_fill_some_seat(checkpoint.plan, review.rung, person):
        return Refusal(
            Reason.WRONG_ROLE, f"Only {who} may decide this, and you are not listed for that role."
        )
    return None


def _own(checkpoint: Checkpoint, person: Person) -> str:
    if person.id == checkpoint.parties.owner:
        return f"You own the agent {checkpoint.parties.agent}, so somebody else must decide this"
    return "This was proposed on your behalf, so somebody else must decide it"
