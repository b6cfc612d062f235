"""What is in force follows the files: at once, only after two have agreed, or not at all."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.governing.changes import Result
from bot.governing.origin import LiveManifestLost, NothingLost, adopt_the_disk
from manifests.loading import ManifestBroken
from manifests.vocabulary import Digest
from store.checkpoint import Approved, Checkpoint, Rejected, Withdrawn
from store.effects import Happening
from store.governing import Version
from store.ports import Transaction
from store.refusals import Reason, Refusal
from tests.bot.office import NO_SEAT, ONE_SEAT, TWO_SEATS, Office, cora, elif_, gus, office

KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))
OLDER = Digest("sha256:older")
BOTH, ONE = ["reviewer", "cfo"], ["reviewer"]


@pytest.fixture(params=KINDS)
async def here(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    url = f"sqlite:///{tmp_path}/keyturn.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    async with office(url, tmp_path / "manifests") as made:
        yield made


async def test_the_first_start_puts_the_disk_in_force(here: Office) -> None:
    one = await here.starts()

    live = await here.store.read(lambda look: look.manifests.live())
    assert live is not None
    assert live.digest == one.manifest.current.digest
    assert one.seats == ONE
    assert [each.happening for each in await here.events()] == [Happening.MANIFEST_CHANGED]


async def test_a_broken_first_manifest_starts_nothing(here: Office) -> None:
    here.write(NO_SEAT)
    with pytest.raises(ManifestBroken, match="revewer"):
        await here.starts()


async def test_a_stricter_file_is_in_force_at_once_and_told(here: Office) -> None:
    one = await here.starts()
    here.write(TWO_SEATS)

    told = await one.reloading.reload()

    assert told.result is Result.IN_FORCE
    assert one.seats == BOTH
    (notice,) = await here.notices()
    assert notice.lane == "C0ADMINS"
    assert notice.body["title"] == "Another manifest is in force: 1 change, none of them weaker."
    assert notice.body["lines"] == ["STRICTER pay: seats: Reviewer → Reviewer and CFO"]
    changed = (await here.events())[-1]
    assert changed.happening is Happening.MANIFEST_CHANGED
    assert changed.detail["to"] == one.manifest.current.digest
    assert await here.asked() == []


async def test_a_weaker_file_waits_for_another_administrator(here: Office) -> None:
    here.write(TWO_SEATS)
    one = await here.starts()
    here.write(ONE_SEAT)

    told = await one.reloading.reload(elif_())

    assert told.result is Result.ASKED
    assert "WEAKER   pay: seats: Reviewer and CFO → Reviewer" in told.words
    assert one.seats == BOTH
    question = await here.waiting()
    assert question.revision.parameters["weaker"] == "pay: seats: Reviewer and CFO → Reviewer"
    own = await here.approves(elif_(), question.id)
    assert isinstance(own, Refusal)
    assert own.reason is Reason.OWN_PROPOSAL

    approved = await here.approves(gus(), question.id)
    assert isinstance(approved, Checkpoint)
    assert isinstance(approved.state, Approved)
    await one.reloading.look()

    assert one.seats == ONE
    after = await here.store.read(lambda look: look.aftermaths.of(question.id))
    assert after.consumed is not None
    assert after.outcome is not None
    assert after.outcome.executed
    assert "Administrators agreed: another manifest is in force." in await here.told()


async def test_where_nobody_knows_who_asked_two_administrators_agree(here: Office) -> None:
    here.write(TWO_SEATS)
    one = await here.starts()
    here.write(ONE_SEAT)
    assert (await one.reloading.reload()).result is Result.ASKED
    question = await here.waiting()

    first = await here.approves(elif_(), question.id)
    assert isinstance(first, Checkpoint)
    await one.reloading.look()
    assert one.seats == BOTH
    twice = await here.approves(elif_(), question.id)
    assert isinstance(twice, Refusal)
    await here.approves(cora(), question.id)
    await one.reloading.look()

    assert one.seats == ONE


async def test_a_rejected_change_is_dropped_and_not_asked_for_again(here: Office) -> None:
    here.write(TWO_SEATS)
    one = await here.starts()
    here.write(ONE_SEAT)
    await one.reloading.reload(elif_())
    question = await here.waiting()

    rejected = await here.rejects(gus(), question.id)
    assert isinstance(rejected, Checkpoint)
    assert isinstance(rejected.state, Rejected)
    await one.reloading.look()
    await one.reloading.look()

    assert one.seats == BOTH
    titles = await here.told()
    assert titles == ["A change of the manifest was dropped; what was in force stays in force."]
    assert len(await here.asked()) == 1
    again = await here.starts()
    await again.reloading.look()
    assert len(await here.asked()) == 1
    assert (await one.reloading.reload(elif_())).result is Result.ASKED
    assert len(await here.asked()) == 2


async def test_a_newer_change_takes_the_place_of_one_that_waits(here: Office) -> None:
    here.write(TWO_SEATS)
    one = await here.starts()
    here.write(ONE_SEAT)
    await one.reloading.reload(elif_())
    older = await here.waiting()
    here.write("[cfo]")

    await one.reloading.reload(gus())

    newer = await here.waiting()
    assert newer.id != older.id
    gone = await here.store.read(lambda look: look.checkpoints.get(older.id))
    assert gone is not None
    assert isinstance(gone.state, Withdrawn)
    assert gone.state.why == "A newer change of the manifest took its place."
    await here.approves(elif_(), newer.id)
    await one.reloading.look()
    assert one.seats == ["cfo"]


async def test_files_put_back_take_the_question_back(here: Office) -> None:
    here.write(TWO_SEATS)
    one = await here.starts()
    here.write(ONE_SEAT)
    await one.reloading.reload(elif_())
    question = await here.waiting()
    here.write(TWO_SEATS)

    assert (await one.reloading.reload()).result is Result.UNCHANGED

    gone = await here.store.read(lambda look: look.checkpoints.get(question.id))
    assert gone is not None
    assert isinstance(gone.state, Withdrawn)
    live = await here.store.read(lambda look: look.manifests.live())
    assert live is not None
    assert live.candidate is None


async def test_whoever_asks_for_what_was_only_noticed_becomes_the_one_who_asked(
    here: Office,
) -> None:
    here.write(TWO_SEATS)
    one = await here.starts()
    here.write(ONE_SEAT)
    await one.reloading.reload()
    noticed = await here.waiting()
    assert len(noticed.plan.seats) == 2

    await one.reloading.reload(elif_())

    asked = await here.waiting()
    assert asked.id != noticed.id
    assert asked.parties.requester == elif_().person
    assert len(asked.plan.seats) == 1
    assert (await one.reloading.reload(gus())).result is Result.WAITING
    assert (await here.waiting()).id == asked.id


async def test_a_sign_off_already_given_is_not_thrown_away(here: Office) -> None:
    here.write(TWO_SEATS)
    one = await here.starts()
    here.write(ONE_SEAT)
    await one.reloading.reload()
    noticed = await here.waiting()
    await here.approves(gus(), noticed.id)

    assert (await one.reloading.reload(elif_())).result is Result.WAITING
    assert (await here.waiting()).id == noticed.id


async def test_broken_files_change_nothing_and_are_told_once(here: Office) -> None:
    one = await here.starts()
    before = one.manifest.current
    here.write(NO_SEAT)

    for _ in range(4):
        await one.reloading.look()

    assert one.manifest.current is before
    (notice,) = await here.notices()
    assert notice.body["title"] == (
        "The manifest's files cannot be used (1 mistake); what was in force stays in force."
    )
    assert "actions/pay.yaml:" in str(notice.body["lines"])
    assert b'keyturn_manifest_reloads_total{result="broken"} 1.0' in one.metrics.text()
    assert before.digest.encode() in one.metrics.text()
    here.write(NO_SEAT + " # still")
    for _ in range(2):
        await one.reloading.look()
    assert len(await here.notices()) == 1


async def test_whoever_asks_is_told_of_mistakes_again(here: Office) -> None:
    one = await here.starts()
    here.write(NO_SEAT)
    await one.reloading.reload()
    told = await one.reloading.reload(elif_())
    assert told.result is Result.BROKEN
    assert "Did you mean" in told.words or "revewer" in told.words
    assert len(await here.notices()) == 2


async def test_a_thousand_mistakes_are_told_in_one_message(here: Office) -> None:
    one = await here.starts()
    rows = "\n".join(f"  bad{n}: {{severity: hihg, reversible: false}}" for n in range(500))
    (here.folder / "actions" / "pay.yaml").write_text(f"actions:\n{rows}\n")
    await one.reloading.reload()
    (notice,) = await here.notices()
    lines = notice.body["lines"]
    assert isinstance(lines, list)
    assert len(lines) == 21
    assert "more." in str(lines[-1])


async def test_a_half_written_file_is_no_change(here: Office) -> None:
    """An editor that writes in two steps must not put half of it in force."""
    one = await here.starts()
    await one.reloading.look()
    whole = (here.folder / "actions" / "pay.yaml").read_text()
    (here.folder / "actions" / "pay.yaml").write_text("actions: {}\n")
    await one.reloading.look()
    (here.folder / "actions" / "pay.yaml").write_text(whole)
    await one.reloading.look()
    await one.reloading.look()

    assert one.seats == ONE
    assert await here.asked() == []
    assert await here.told() == []


async def test_a_changed_file_is_noticed_by_itself(here: Office) -> None:
    one = await here.starts()
    await one.reloading.look()
    here.write(TWO_SEATS)
    await one.reloading.look()
    assert one.seats == ONE
    await one.reloading.look()
    assert one.seats == BOTH


async def test_a_restart_goes_by_what_was_in_force_then_looks_at_the_disk(here: Office) -> None:
    here.write(TWO_SEATS)
    await here.starts()
    here.write(ONE_SEAT)

    again = await here.starts()
    assert again.seats == BOTH
    await again.reloading.look()

    assert again.seats == BOTH
    question = await here.waiting()
    assert len(question.plan.seats) == 2


async def test_a_restart_survives_a_disk_that_is_broken_or_gone(here: Office) -> None:
    await here.starts()
    here.write(NO_SEAT)
    broken = await here.starts()
    await broken.reloading.look()
    assert broken.seats == ONE
    (here.folder / "actions" / "pay.yaml").unlink()
    (here.folder / "roles.yaml").unlink()
    gone = await here.starts()
    await gone.reloading.look()
    assert gone.seats == ONE


async def test_two_instances_ask_once_and_tell_once(here: Office) -> None:
    here.write(TWO_SEATS)
    one, two = await here.starts(), await here.starts()
    await asyncio.gather(one.reloading.look(), two.reloading.look())
    here.write(ONE_SEAT)

    for _ in range(2):
        await asyncio.gather(one.reloading.look(), two.reloading.look())

    assert len(await here.asked()) == 1
    question = await here.waiting()
    await here.approves(elif_(), question.id)
    await here.approves(gus(), question.id)
    for _ in range(2):
        await asyncio.gather(one.reloading.look(), two.reloading.look())
    assert one.seats == two.seats == ONE
    assert await here.told() == ["Administrators agreed: another manifest is in force."]
    changed = [each for each in await here.events() if each.detail.get("proposal") == question.id]
    assert [each.happening for each in changed] == [Happening.MANIFEST_CHANGED]


async def test_two_administrators_who_reload_at_once_ask_once(here: Office) -> None:
    here.write(TWO_SEATS)
    one, two = await here.starts(), await here.starts()
    here.write(ONE_SEAT)

    results = await asyncio.gather(one.reloading.reload(elif_()), two.reloading.reload(gus()))

    assert {each.result for each in results} == {Result.ASKED, Result.WAITING}
    assert len(await here.asked()) == 1


async def test_two_who_reload_a_stricter_file_at_once_put_it_in_force_once(here: Office) -> None:
    one, two = await here.starts(), await here.starts()
    here.write(TWO_SEATS)

    results = await asyncio.gather(one.reloading.reload(elif_()), two.reloading.reload(gus()))

    assert {each.result for each in results} == {Result.IN_FORCE, Result.UNCHANGED}
    assert one.seats == two.seats == BOTH
    assert len(await here.told()) == 1


async def test_what_one_instance_puts_in_force_the_other_follows(here: Office) -> None:
    one, two = await here.starts(), await here.starts()
    here.write(TWO_SEATS)
    await one.reloading.reload()
    assert two.seats == ONE
    await two.reloading.look()
    assert two.seats == BOTH


async def test_a_crash_between_the_approval_and_its_effect_loses_nothing(here: Office) -> None:
    here.write(TWO_SEATS)
    one = await here.starts()
    here.write(ONE_SEAT)
    await one.reloading.reload(elif_())
    question = await here.waiting()
    await here.approves(gus(), question.id)
    # Nothing of the first instance runs any more, and its files are no longer what was approved.
    here.write(NO_SEAT)

    again = await here.starts()
    assert again.seats == BOTH
    await asyncio.gather(again.reloading.look(), again.reloading.look())

    live = await here.store.read(lambda look: look.manifests.live())
    assert live is not None
    assert live.digest == question.revision.parameters["manifest"]
    lines = await here.store.read(lambda look: look.audit.of(question.id))
    happened = [each.event.happening for each in lines]
    assert happened.count(Happening.CONSUMED) == happened.count(Happening.EXECUTED) == 1


async def test_an_approval_recalled_before_its_effect_has_none(here: Office) -> None:
    here.write(TWO_SEATS)
    one = await here.starts()
    here.write(ONE_SEAT)
    await one.reloading.reload(elif_())
    question = await here.waiting()
    await here.approves(gus(), question.id)
    await here.recalls(gus(), question.id)

    await one.reloading.look()

    assert one.seats == BOTH
    assert len(await here.told()) == 1


async def test_an_old_answer_meets_a_newer_manifest_in_one_order(here: Office) -> None:
    """What was approved comes into force first; the newer files are then compared with that."""
    here.write(TWO_SEATS)
    one, two = await here.starts(), await here.starts()
    here.write(ONE_SEAT)
    await one.reloading.reload(elif_())
    question = await here.waiting()
    await here.approves(gus(), question.id)
    here.write("[reviewer, reviewer, cfo]")

    told = await two.reloading.reload()

    assert told.result is Result.IN_FORCE
    assert two.seats == ["reviewer", "reviewer", "cfo"]
    changed = [each.detail["to"] for each in await here.events()]
    assert len(changed) == 3
    assert changed[1] == question.revision.parameters["manifest"]


async def test_a_version_that_cannot_be_read_any_more_starts_nothing(here: Office) -> None:
    one = await here.starts()
    await lose(here, one.manifest.current.digest)

    with pytest.raises(LiveManifestLost, match="keyturn reload --adopt --why REASON"):
        await here.starts()


async def test_an_operator_may_adopt_the_disk_in_its_place_and_everybody_is_told(
    here: Office,
) -> None:
    one = await here.starts()
    with pytest.raises(NothingLost, match="can be read"):
        await adopt_the_disk(here.store, here.folder, "no need")
    await lose(here, one.manifest.current.digest)
    here.write(TWO_SEATS)

    await adopt_the_disk(here.store, here.folder, "Version 9 dropped a key.")

    assert (await here.starts()).seats == BOTH
    notices = await here.notices()
    assert {each.lane for each in notices} == {"C0ADMINS", "C0OPS"}
    assert "Why: Version 9 dropped a key." in str(notices[0].body["lines"])
    assert (await here.events())[-1].detail["why"] == "Version 9 dropped a key."


async def test_an_instance_that_cannot_read_the_newer_version_stays_and_says_so_once(
    here: Office,
) -> None:
    one, two = await here.starts(), await here.starts()
    here.write(TWO_SEATS)
    await one.reloading.reload()
    await lose(here, one.manifest.current.digest)

    for _ in range(3):
        await two.reloading.look()

    assert two.seats == ONE
    titles = await here.told()
    assert [each for each in titles if each.startswith("An instance cannot read")] == titles[-1:]


async def lose(here: Office, digest: Digest) -> None:
    """Make a stored version what a newer program can no longer read."""
    await asyncio.to_thread(here.rewrite, digest, {"roles.yaml": "roles: {was: {dropped: 1}}"})
    version = await here.store.read(lambda look: look.manifests.version(digest))
    assert isinstance(version, Version)


async def test_the_same_files_under_a_newer_program_are_named_anew_and_asked_of_nobody(
    here: Office,
) -> None:
    """Another program may give the same text another digest."""
    one = await here.starts()
    digest = one.manifest.current.digest

    def named_by_an_older_program(tx: Transaction) -> None:
        live, version = tx.manifests.live(), tx.manifests.version(digest)
        assert live is not None
        assert version is not None
        tx.manifests.keep(Version(digest=OLDER, files=version.files, stored_at=version.stored_at))
        tx.manifests.put(replace(live, digest=OLDER))

    await here.store.write(named_by_an_older_program)

    again = await here.starts()
    await again.reloading.look()

    live = await here.store.read(lambda look: look.manifests.live())
    assert live is not None
    assert live.digest == again.manifest.current.digest == digest
    assert await here.asked() == []
    assert (await here.events())[-1].detail["restated"] is True
