"""A reviewer's click meets what Slack says of people just then, and what it fails to say."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from bot.judging.live_manifest import LiveManifest
from bot.messenger import Account, Messenger, Retryable
from bot.people.directory import Directory
from bot.reviewing.asked import BuildAfterCommand, Quorum, Request, record_done, record_failed
from bot.reviewing.review import Review
from manifests.manifest import UserGroupId
from manifests.vocabulary import Mode, RoleName, Severity, Standing, UserId
from store import door
from store.checkpoint import Checkpoint
from store.commands import Approve
from store.governing import Pause
from store.ports import Card, Reading
from store.proposal import ProposalId
from store.refusals import Reason
from tests.bot.gateway import MANIFEST, SUPPORT, Gateway, gateway, refund
from tests.store.making import a_person, a_plan, a_role, an_intake

CFO, FINANCE = RoleName("cfo"), RoleName("finance_manager")


class Workspace:
    """Knows everybody as a member; tells the members of finance unless it is too busy."""

    def __init__(self) -> None:
        self.busy = False

    async def account(self, user: UserId) -> Account:
        """Look a user up."""
        return Account(user, user, Standing.MEMBER)

    async def group(self, group: UserGroupId) -> frozenset[UserId]:
        """List the members of a user group."""
        if self.busy:
            raise Retryable("ratelimited", 10)
        return frozenset({UserId("U0ANA")})


class Stopwatch:
    """Counts seconds when it is told to."""

    seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def approving(quorum: Quorum) -> Approve:
    return Approve(**quorum.seen, in_full=True)


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Gateway]:
    async with gateway(f"sqlite:///{tmp_path}/keyturn.db", tmp_path) as one:
        yield one


@pytest.fixture
def workspace() -> Workspace:
    return Workspace()


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def review(made: Gateway, workspace: Workspace, watch: Stopwatch) -> Review:
    """Review with finance staffed by a user group alone."""
    finance = replace(MANIFEST.roles[FINANCE], members=(), user_group=UserGroupId("S0FINANCE"))
    manifest = replace(MANIFEST, roles={**MANIFEST.roles, FINANCE: finance})
    directory = Directory(cast("Messenger", workspace), LiveManifest(manifest), watch)
    return Review(made.store, directory, made.metrics)


async def a_large_refund(made: Gateway) -> Checkpoint:
    """Propose what finance and the CFO must sign together."""
    agent = made.ring.agent_named(SUPPORT)
    assert agent is not None
    taken, _ = await made.intake.take(agent, json.dumps(refund("20000.00")))
    assert {seat.name for seat in taken.checkpoint.plan.seats} == {FINANCE, CFO}
    return taken.checkpoint


async def click(made: Gateway, user: str, proposal: ProposalId, key: str) -> Request:
    """Press Approve on the first card."""
    card = (await made.store.read(partial(_cards, proposal)))[0]
    return Request(
        key=key,
        user=UserId(user),
        channel=card.channel,
        message=None,
        proposal=proposal,
        revision=1,
        nonce=card.nonce,
    )


def _cards(proposal: ProposalId, look: Reading) -> Sequence[Card]:
    return look.cards.of(proposal)


def signers(checkpoint: Checkpoint) -> list[str]:
    """List whose sign-offs stand."""
    return [each.by.user for each in getattr(checkpoint.state, "sign_offs", ())]


async def test_a_group_that_fails_voids_nobodys_sign_off(
    made: Gateway, review: Review, workspace: Workspace, watch: Stopwatch
) -> None:
    opened = await a_large_refund(made)
    first = await review.act(await click(made, "U0ANA", opened.id, "c1"), approving)
    assert first.refusal is None
    workspace.busy = True
    watch.seconds += 60
    second = await review.act(await click(made, "U0CORA", opened.id, "c2"), approving)
    assert second.refusal is not None
    assert second.refusal.reason is Reason.STALE_FACTS
    assert signers(await made.checkpoint(opened.id)) == ["U0ANA"]
    workspace.busy = False
    third = await review.act(await click(made, "U0CORA", opened.id, "c3"), approving)
    assert third.refusal is None
    assert signers(await made.checkpoint(opened.id)) == ["U0ANA", "U0CORA"]


async def test_a_reviewer_slack_cannot_confirm_hears_that_and_not_a_lack_of_role(
    made: Gateway, review: Review, workspace: Workspace
) -> None:
    opened = await a_large_refund(made)
    workspace.busy = True
    verdict = await review.act(await click(made, "U0ANA", opened.id, "c1"), approving)
    assert verdict.refusal is not None
    assert verdict.refusal.reason is Reason.STALE_FACTS
    assert "click again" in verdict.refusal.words


async def test_a_bots_own_clock_has_no_say_in_who_is_fresh(
    made: Gateway, review: Review, watch: Stopwatch
) -> None:
    opened = await a_large_refund(made)
    assert opened.plan.severity.at_least(Severity.HIGH)
    made.clock.at += timedelta(minutes=3)
    watch.seconds -= 500
    verdict = await review.act(await click(made, "U0ANA", opened.id, "c1"), approving)
    assert verdict.refusal is None


async def test_what_a_person_closes_is_counted_once(
    made: Gateway, review: Review, watch: Stopwatch
) -> None:
    opened = await a_large_refund(made)
    for user, key in (("U0ANA", "c1"), ("U0CORA", "c2"), ("U0CORA", "c2")):
        verdict = await review.act(await click(made, user, opened.id, key), approving)
        assert verdict.refusal is None
    assert b'keyturn_decisions_total{status="approved"} 1.0' in made.metrics.text()


@pytest.mark.parametrize("record", [record_done, record_failed])
async def test_nobody_carries_a_suggestion_out_while_it_is_paused(
    made: Gateway, review: Review, record: Callable[[str], BuildAfterCommand]
) -> None:
    proposal = await a_suggestion(made)
    pause = Pause(scope=f"agent:{SUPPORT}", since=made.clock(), said_by="Elif", why="it misfires")
    await made.store.write(lambda tx: tx.pauses.put(pause))

    told = await review.act_after(await click(made, "U0ANA", proposal, "c1"), record("Restarted."))

    assert told.refusal is not None
    assert told.refusal.reason is Reason.PAUSED_BY_OPERATOR
    assert told.refusal.words.startswith("Elif paused the agent support")
    after = await made.store.read(lambda look: look.aftermaths.of(proposal))
    assert (after.consumed, after.outcome) == (None, None)

    await made.store.write(lambda tx: tx.pauses.remove(pause.scope))
    done = await review.act_after(await click(made, "U0ANA", proposal, "c2"), record("Restarted."))
    assert done.refusal is None
    await made.store.write(lambda tx: tx.pauses.put(pause))
    twice = await review.act_after(await click(made, "U0ANA", proposal, "c3"), record("Again."))
    assert twice.refusal is not None
    assert twice.refusal.reason is Reason.ALREADY_REPORTED


async def a_suggestion(made: Gateway) -> ProposalId:
    """Let a suggestion be approved that a person is to carry out."""
    plan = a_plan(mode=Mode.SUGGEST, seats=(a_role(FINANCE),))
    intake = an_intake(None, plan, agent=SUPPORT)
    taken = await made.store.write(lambda tx: door.take_in(tx, intake))
    ana = a_person("U0ANA", FINANCE, as_of=made.clock())
    await made.act(taken.id, Approve(reviewer=ana, revision=1, digest=taken.revision.digest))
    return taken.id
