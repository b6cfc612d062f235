"""The rules in force reach what is open: in a sweep, and before every click is decided."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.judging import tightening
from manifests.policy import plan_for
from manifests.proposed import Circumstances
from store import door
from store.checkpoint import Blocked, Checkpoint, PendingReview
from store.commands import Approve
from store.effects import KEYTURN, Event, Happening
from store.ports import Transaction
from store.proposal import ProposalId
from tests.bot.office import ONE_SEAT, TWO_SEATS, Instance, Office, elif_, gus, office
from tests.store.making import a_person, a_proposal, an_intake, on

KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@pytest.fixture(params=KINDS)
async def here(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    url = f"sqlite:///{tmp_path}/keyturn.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    async with office(url, tmp_path / "manifests") as made:
        yield made


async def proposed(one: Instance, name: str) -> ProposalId:
    """Take a payment in under the manifest in force."""
    payment = a_proposal(action="pay", idempotency_key=name)
    plan = plan_for(one.manifest.current, payment, Circumstances(agent=BILLING))
    opening = an_intake(payment, plan, proposal_id=name)
    await one.store.write(lambda tx: door.take_in(tx, opening))
    return opening.id


async def stored(one: Instance, proposal: ProposalId) -> Checkpoint:
    found = await one.store.read(lambda look: look.checkpoints.get(proposal))
    assert found is not None
    return found


async def events(one: Instance, proposal: ProposalId) -> list[Event]:
    lines = await one.store.read(lambda look: look.audit.of(proposal))
    return [line.event for line in lines]


def seats(checkpoint: Checkpoint) -> list[str]:
    return [seat.name for seat in checkpoint.plan.seats]


BILLING = an_intake().parties.agent


async def test_a_sweep_reaches_everything_open_and_nothing_twice(
    here: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tightening, "PAGE", 2)
    one = await here.starts()
    waiting = [await proposed(one, f"p{number}") for number in range(5)]
    here.write(TWO_SEATS)
    await one.reloading.reload()

    assert await one.tightening.sweep() == 5
    assert await one.tightening.sweep() == 0

    for each in waiting:
        assert seats(await stored(one, each)) == ["reviewer", "cfo"]
        (told,) = [x for x in await events(one, each) if x.happening is Happening.TIGHTENED]
        assert told.detail["demands"] == "CFO must agree too"
        assert told.detail["manifest"] == one.manifest.current.digest


async def test_an_instance_that_takes_over_a_change_sweeps(here: Office) -> None:
    one, two = await here.starts(), await here.starts()
    waiting = await proposed(one, "p1")
    here.write(TWO_SEATS)
    await one.reloading.reload()
    # The one that put it in force is gone; the other follows, and finishes the work.
    await two.reloading.look()
    assert seats(await stored(two, waiting)) == ["reviewer", "cfo"]


async def test_a_restart_finishes_a_sweep_that_a_crash_cut_off(here: Office) -> None:
    one = await here.starts()
    waiting = await proposed(one, "p1")
    here.write(TWO_SEATS)
    await one.reloading.reload()
    again = await here.starts()
    await again.reloading.look()
    assert seats(await stored(again, waiting)) == ["reviewer", "cfo"]


async def test_a_click_before_the_sweep_is_decided_under_the_stricter_rules(here: Office) -> None:
    one = await here.starts()
    waiting = await proposed(one, "p1")
    before = await stored(one, waiting)
    here.write(TWO_SEATS)
    await one.reloading.reload()

    def clicked(tx: Transaction) -> object:
        ana = a_person("ana", "reviewer", as_of=tx.now())
        command = Approve(**on(before, ana), in_full=True)
        return door.act(tx, waiting, command, KEYTURN, judge=one.tightening.judge)

    after = await one.store.write(clicked)

    assert isinstance(after, Checkpoint)
    assert isinstance(after.state, PendingReview)
    assert len(after.state.sign_offs) == 1
    assert seats(after) == ["reviewer", "cfo"]
    assert [each.happening for each in await events(one, waiting)][-2:] == [
        Happening.TIGHTENED,
        Happening.SIGNED_OFF,
    ]


async def test_easier_rules_reach_nothing(here: Office) -> None:
    here.write(TWO_SEATS)
    one = await here.starts()
    waiting = await proposed(one, "p1")
    here.write(ONE_SEAT)
    await one.reloading.reload(elif_())
    question = await here.waiting()
    await here.approves(gus(), question.id)
    await one.reloading.look()
    assert one.seats == ["reviewer"]
    assert await one.tightening.sweep() == 0
    assert seats(await stored(one, waiting)) == ["reviewer", "cfo"]


async def test_what_is_no_action_any_more_is_blocked(here: Office) -> None:
    one = await here.starts()
    waiting = await proposed(one, "p1")
    (here.folder / "actions" / "pay.yaml").write_text("actions: {}\n")
    await one.reloading.reload()
    assert await one.tightening.sweep() == 1
    assert isinstance((await stored(one, waiting)).state, Blocked)


async def test_a_question_of_keyturns_own_is_left_as_it_is(here: Office) -> None:
    """No manifest knows its action, so judged like others it would be blocked by any change."""
    one = await here.starts()
    await one.pausing.pause("action:pay", "drill")
    await one.pausing.resume("action:pay")
    here.write(TWO_SEATS)
    await one.reloading.reload()
    assert await one.tightening.sweep() == 0
    assert isinstance((await here.waiting()).state, PendingReview)


async def test_one_that_breaks_keeps_no_other_from_being_tightened(
    here: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await here.starts()
    first, second = await proposed(one, "p1"), await proposed(one, "p2")
    here.write(TWO_SEATS)
    await one.reloading.reload()
    whole = one.tightening._tightened

    def breaks_on_one(proposal: ProposalId, tx: Transaction) -> bool:
        if proposal == first:
            raise ZeroDivisionError
        return whole(proposal, tx)

    monkeypatch.setattr(one.tightening, "_tightened", breaks_on_one)
    assert await one.tightening.sweep() == 1
    assert seats(await stored(one, second)) == ["reviewer", "cfo"]
