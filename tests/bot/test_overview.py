"""What a person finds when they look, by their own clock, and how the index is put right."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from bot.clock.mending import mend_board
from bot.judging.live_manifest import LiveManifest
from bot.messenger import Account, Messenger, Retryable
from bot.people.directory import Directory
from bot.people.overview import COUNTED, Onlooker, Overview, Wanted, found
from manifests.manifest import UserGroupId
from manifests.vocabulary import Standing, UserId
from store.board import Filters, Place, View
from store.commands import Withdraw
from store.placing import description_of, entry_of, position_of
from store.ports import Timer, TimerKind, Transaction
from store.proposal import ProposalId
from store.refusals import Reason, Refusal
from store.reminding import reminders
from store.sql.engine import database_url, writing_engine
from tests.bot.gateway import MANIFEST, SUPPORT, Gateway, gateway, refund
from tests.store.making import a_person

BEN, HANA, STRANGER = UserId("U0BEN"), UserId("U0HANA"), UserId("U0STRANGER")
KEPT = timedelta(days=90)


class Workspace:
    """Knows who is who and where their clocks are; one of them it cannot tell of."""

    zone = "Europe/Berlin"

    async def account(self, user: UserId) -> Account:
        """Look a user up."""
        if user == STRANGER:
            raise Retryable("ratelimited", 10)
        standing = Standing.GUEST if user == HANA else Standing.MEMBER
        return Account(user, user, standing, self.zone)

    async def group(self, group: UserGroupId) -> frozenset[UserId]:
        """List the members of a user group."""
        return frozenset({BEN})


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Gateway]:
    async with gateway(f"sqlite:///{tmp_path}/keyturn.db", tmp_path) as one:
        yield one


@pytest.fixture
def overview(made: Gateway) -> Overview:
    manifest = LiveManifest(MANIFEST)
    directory = Directory(cast(Messenger, Workspace()), manifest, lambda: 1_000.0)
    return Overview(made.store, directory, manifest)


async def proposed(made: Gateway, key: str = "1") -> ProposalId:
    agent = made.ring.agent_named(SUPPORT)
    assert agent is not None
    taken, _ = await made.intake.take(agent, json.dumps(refund(key=key)))
    return taken.checkpoint.id


async def test_a_page_says_how_many_there_are_and_where_the_next_one_begins(
    made: Gateway, overview: Overview
) -> None:
    ids = []
    for number in range(3):
        ids.append(await proposed(made, str(number)))
        made.clock.at += timedelta(seconds=1)
    found: list[ProposalId] = []
    after: Place | None = None
    while True:
        glance = await overview.glance(BEN, Wanted(view=View.YOURS, after=after, limit=2))
        assert glance is not None
        assert (glance.page.total, glance.counts[View.YOURS]) == (3, 3)
        found += [each.id for each in glance.page.entries]
        after = glance.page.following
        if after is None:
            break
    assert found == ids


async def test_counts_are_of_everything_whatever_the_filter(
    made: Gateway, overview: Overview
) -> None:
    await proposed(made)
    nothing = Filters(text="nothing like it")
    glance = await overview.glance(BEN, Wanted(view=View.YOURS, filters=nothing))
    assert glance is not None
    assert (glance.page.total, glance.page.entries) == (0, ())
    assert glance.counts == {**dict.fromkeys(COUNTED, 0), View.YOURS: 1}
    assert [*glance.choices.actions] == ["process_refund"]


async def test_a_guest_is_shown_nothing_and_whoever_is_unknown_is_nobody(
    made: Gateway, overview: Overview
) -> None:
    await proposed(made)
    glance = await overview.glance(HANA, Wanted(view=View.EVERYTHING))
    assert glance is not None
    assert (glance.page.entries, {*glance.counts.values()}) == ((), {0})
    assert await overview.glance(STRANGER, Wanted(view=View.YOURS)) is None
    assert await overview.page(STRANGER, View.YOURS) is None


async def test_a_guest_who_holds_a_role_finds_nothing_by_any_part_of_an_id(made: Gateway) -> None:
    waiting = await proposed(made)
    guest = a_person("U0HANA", *MANIFEST.roles, standing=Standing.GUEST)
    for named in (waiting, waiting[:-2], "p_", "nothing"):
        onlooker = Onlooker(guest, ZoneInfo("UTC"))
        told = await made.store.read(partial(found, onlooker, named))
        assert isinstance(told, Refusal)
        assert told.reason is Reason.NOT_A_MEMBER
        assert waiting not in told.words


async def test_an_index_that_is_wrong_leads_nobody_to_what_is_not_theirs(made: Gateway) -> None:
    waiting = await proposed(made)
    stranger = Onlooker(a_person("U0NOBODY"), ZoneInfo("UTC"))
    mine = Onlooker(a_person("U0BEN", *MANIFEST.roles), ZoneInfo("UTC"))
    assert not isinstance(await made.store.read(partial(found, mine, waiting[:-2])), Refusal)

    def misled(tx: Transaction) -> None:
        checkpoint = tx.checkpoints.get(ProposalId(waiting))
        assert checkpoint is not None
        wrong = replace(
            checkpoint, parties=replace(checkpoint.parties, requester=stranger.person.id)
        )
        tx.board.put(position_of(checkpoint), position_of(wrong), description_of(wrong))

    await made.store.write(misled)
    told = await made.store.read(partial(found, stranger, waiting[:-2]))
    assert isinstance(told, Refusal)
    assert told.reason is Reason.NOT_INVOLVED


async def test_today_begins_at_the_readers_own_midnight(made: Gateway, overview: Overview) -> None:
    closed = await proposed(made)
    made.clock.at = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)  # half past eleven in Berlin
    await made.act(closed, Withdraw(reason="no need"))

    async def decided() -> int:
        page = await overview.page(BEN, View.DECIDED)
        assert page is not None
        return page.total

    assert await decided() == 1
    made.clock.at += timedelta(hours=1)
    assert await decided() == 0


async def test_a_whole_text_in_the_place_of_an_id_is_told_like_any_other(made: Gateway) -> None:
    """A database takes only so many words in one question."""
    onlooker = Onlooker(a_person("ben"), ZoneInfo("Europe/Berlin"))
    told = await made.store.read(partial(found, onlooker, "a b " * 900))
    assert isinstance(told, Refusal)
    assert told.reason is Reason.UNKNOWN_PROPOSAL


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        ("2026-03-29T12:00+00:00", "2026-03-28T23:00+00:00"),  # the day that is an hour short
        ("2026-10-25T12:00+00:00", "2026-10-24T22:00+00:00"),  # and the one that is an hour long
    ],
)
def test_a_day_is_as_long_as_its_clock_says(now: str, midnight: str) -> None:
    onlooker = Onlooker(a_person("ben"), ZoneInfo("Europe/Berlin"))
    assert onlooker.midnight(datetime.fromisoformat(now)) == datetime.fromisoformat(midnight)


async def test_a_board_that_was_never_written_is_filled(made: Gateway, tmp_path: Path) -> None:
    open_, closed = await proposed(made, "open"), await proposed(made, "closed")
    await made.act(closed, Withdraw(reason="no need"))
    _forgets(tmp_path, "board", "stakes")
    assert await mend_board(made.store, KEPT) == 2
    for proposal in (open_, closed):
        checkpoint = await made.checkpoint(proposal)
        entry = await made.store.read(partial(lambda one, look: look.board.entry(one), proposal))
        assert entry == entry_of(checkpoint)
    assert await mend_board(made.store, KEPT) == 0


async def test_what_an_earlier_version_left_open_is_reminded_of_too(
    made: Gateway, tmp_path: Path
) -> None:
    proposal = await proposed(made)
    # It knew neither the board nor reminders, and half of the time has passed meanwhile.
    _forgets(tmp_path, "board", "stakes", "timers")
    checkpoint = await made.checkpoint(proposal)
    half, late = (each.at for each in reminders(checkpoint))
    made.clock.at = half
    await mend_board(made.store, KEPT)
    timers = await made.store.read(lambda look: look.timers.ahead(TimerKind.REMIND, 10))
    assert timers == (Timer(proposal, TimerKind.REMIND, late),)


async def test_whoever_lost_a_part_in_it_gets_it_back(made: Gateway, tmp_path: Path) -> None:
    proposal = await proposed(made)
    _forgets(tmp_path, "stakes")
    assert await mend_board(made.store, KEPT) == 1
    entry = await made.store.read(lambda look: look.board.entry(proposal))
    assert entry == entry_of(await made.checkpoint(proposal))


async def test_what_closed_long_ago_is_left_off_the_board(made: Gateway, tmp_path: Path) -> None:
    closed = await proposed(made)
    await made.act(closed, Withdraw(reason="no need"))
    _forgets(tmp_path, "board", "stakes")
    made.clock.at += KEPT + timedelta(seconds=1)
    assert await mend_board(made.store, KEPT) == 0


def _forgets(folder: Path, *tables: str) -> None:
    engine = writing_engine(database_url(f"sqlite:///{folder}/keyturn.db"))
    with engine.begin() as connection:
        for table in tables:
            connection.execute(text(f"DELETE FROM {table}"))
    engine.dispose()
