"""One administrator stops, two start again; nothing in between is counted twice or lost."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.governing.asking import CHANGE_MANIFEST, RESUME, Asker
from bot.governing.pausing import STOPPED_AGAIN, Known, NoSuchScope, scope_named, unknown_here
from manifests.loading import ManifestBroken, load_files
from manifests.loading_keys import RESERVED
from manifests.vocabulary import ActionName, AgentName
from store.checkpoint import Checkpoint, Withdrawn
from store.effects import Happening
from store.governing import EVERYTHING
from store.people import KEYTURN_ITSELF
from store.proposal import ProposalId
from tests.bot.office import ROLES, Instance, Office, elif_, gus, office

KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))
REFUNDS, PAY = AgentName("refunds"), ActionName("pay")
SCOPE = "agent:refunds"
KNOWN = Known(agents=frozenset({"refunds", "both"}), actions=frozenset({"pay", "both"}))


@pytest.fixture(params=KINDS)
async def here(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    url = f"sqlite:///{tmp_path}/keyturn.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    async with office(url, tmp_path / "manifests") as made:
        yield made


async def pauses(one: Instance, who: Asker | None, why: str = "it loops") -> str:
    return await one.store.write(lambda tx: one.pausing.paused(tx, SCOPE, why, who))


async def resumes(one: Instance, who: Asker | None, name: str = "r1") -> str:
    new = ProposalId(name)
    return await one.store.write(lambda tx: one.pausing.resuming(tx, SCOPE, who, new))


async def is_paused(here: Office) -> bool:
    reason = await here.store.read(lambda look: look.pauses.reason_for(REFUNDS, PAY))
    return reason is not None


async def test_a_pause_holds_at_once_and_is_told_in_both_channels(here: Office) -> None:
    one = await here.starts()

    said = await pauses(one, elif_())

    assert said.startswith("Paused: the agent refunds.")
    assert await is_paused(here)
    notices = await here.notices()
    assert {each.lane for each in notices} == {"C0ADMINS", "C0OPS"}
    assert "Elif paused the agent refunds: it loops." in str(notices[0].body["lines"])
    paused = (await here.events())[-1]
    assert (paused.happening, paused.actor.id) == (Happening.PAUSED, "U0ELIF")
    await one.pausing.look()
    assert b'keyturn_paused{scope="agent:refunds"} 1.0' in one.metrics.text()


async def test_pausing_what_is_paused_changes_nothing(here: Office) -> None:
    one = await here.starts()
    await pauses(one, elif_())
    said = await pauses(one, gus(), "me too")
    assert said == "Elif paused the agent refunds: it loops. Nothing more was changed."
    assert len(await here.notices()) == 2


async def test_resuming_takes_another_administrator(here: Office) -> None:
    one = await here.starts()
    await pauses(one, elif_())

    said = await resumes(one, elif_())

    assert said == "Another administrator must agree to resume the agent refunds: proposal r1."
    assert await is_paused(here)
    question = await here.waiting()
    assert question.revision.parameters["scope"] == SCOPE
    await here.approves(gus(), question.id)
    assert await is_paused(here)
    await one.pausing.look()
    assert not await is_paused(here)
    assert b"keyturn_paused{" not in one.metrics.text()
    assert (await here.events())[-1].happening is Happening.RESUMED
    assert "Resumed: the agent refunds. Administrators agreed." in await here.told()


async def test_where_nobody_is_known_to_ask_two_agree(here: Office) -> None:
    one = await here.starts()
    await one.pausing.pause(SCOPE, "")
    await one.pausing.resume(SCOPE)
    question = await here.waiting()
    await here.approves(elif_(), question.id)
    await one.pausing.look()
    assert await is_paused(here)
    await here.approves(gus(), question.id)
    await one.pausing.look()
    assert not await is_paused(here)


async def test_a_no_leaves_it_paused_and_it_may_be_asked_again(here: Office) -> None:
    one = await here.starts()
    await pauses(one, elif_())
    await resumes(one, elif_())
    assert "asked already: proposal r1" in await resumes(one, gus(), "r2")
    await here.rejects(gus(), ProposalId("r1"))
    await one.pausing.look()
    assert await is_paused(here)
    assert "Still paused: the agent refunds." in await here.told()
    assert "proposal r3" in await resumes(one, elif_(), "r3")


async def test_pausing_again_takes_the_question_back(here: Office) -> None:
    one = await here.starts()
    await pauses(one, elif_())
    await resumes(one, elif_())

    await pauses(one, gus(), "no, wait")

    gone = await here.store.read(lambda look: look.checkpoints.get(ProposalId("r1")))
    assert gone is not None
    assert isinstance(gone.state, Withdrawn)
    assert gone.state.why == STOPPED_AGAIN
    await one.pausing.look()
    assert await is_paused(here)


async def test_a_pause_after_the_approval_holds_although_its_effect_was_still_to_come(
    here: Office,
) -> None:
    one = await here.starts()
    await pauses(one, elif_())
    await resumes(one, elif_())
    approved = await here.approves(gus(), ProposalId("r1"))
    assert isinstance(approved, Checkpoint)

    await pauses(one, gus(), "stop")
    await one.pausing.look()

    assert await is_paused(here)


async def test_two_instances_resume_once(here: Office) -> None:
    one, two = await here.starts(), await here.starts()
    await pauses(one, elif_())
    await resumes(two, elif_())
    await here.approves(gus(), ProposalId("r1"))

    await asyncio.gather(one.pausing.look(), two.pausing.look(), one.pausing.look())

    assert not await is_paused(here)
    titles = await here.told()
    assert titles.count("Resumed: the agent refunds. Administrators agreed.") == 2  # two channels
    lines = await here.store.read(lambda look: look.audit.of(ProposalId("r1")))
    assert [each.event.happening for each in lines].count(Happening.EXECUTED) == 1


async def test_a_crash_between_the_approval_and_resuming_loses_nothing(here: Office) -> None:
    one = await here.starts()
    await pauses(one, elif_())
    await resumes(one, elif_())
    await here.approves(gus(), ProposalId("r1"))
    again = await here.starts()
    await again.pausing.look()
    assert not await is_paused(here)


async def test_what_is_not_paused_need_not_be_resumed(here: Office) -> None:
    one = await here.starts()
    assert "Nothing is paused" in await resumes(one, elif_())
    await one.pausing.pause(EVERYTHING, "audit week")
    said = await resumes(one, elif_())
    assert said == (
        "Not paused by itself: the agent refunds. The command line paused everything: audit week."
    )


def test_nobody_else_may_ask_in_keyturns_name() -> None:
    assert RESERVED == KEYTURN_ITSELF
    for action in (CHANGE_MANIFEST, RESUME):
        with pytest.raises(ManifestBroken, match="a name of Keyturn's own"):
            load_files({"roles.yaml": ROLES, "a.yaml": f"actions:\n  {action}: {{}}\n"})


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        ("refunds", "agent:refunds"),
        ("pay", "action:pay"),
        (" `pay` ", "action:pay"),
        ("Everything", EVERYTHING),
        ("agent:both", "agent:both"),
        ("Action:both", "action:both"),
        ("agent:never.seen", "agent:never.seen"),
        ("agent: refunds", "agent:refunds"),
        ("agent:Refunds", "agent:refunds"),
        ("agent:refunds.", "agent:refunds"),
        ("Agent : `REFUNDS`", "agent:refunds"),
        ("action: Pay.", "action:pay"),
    ],
)
def test_a_scope_is_found_by_its_name(name: str, scope: str) -> None:
    assert scope_named(name, KNOWN) == scope


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("both", "is an agent and an action: name agent:both or action:both"),
        ("refund", "Did you mean “refunds”?"),
        ("evrything", "Did you mean “everything”?"),
        ("zzz", "There is no agent and no action “zzz”. Name one"),
        ("agent:the refunds", "“the refunds” has a space in it, and no name has one. Write agent:"),
        ("agent:", "There is no agent and no action “agent:”"),
    ],
)
def test_a_name_that_is_not_clear_pauses_nothing(name: str, words: str) -> None:
    with pytest.raises(NoSuchScope, match=words.replace("?", r"\?")):
        scope_named(name, KNOWN)


def test_of_names_that_differ_in_case_alone_the_exact_one_counts() -> None:
    known = Known(agents=frozenset({"bot", "Bot"}), actions=frozenset())
    assert scope_named("agent:Bot", known) == "agent:Bot"
    with pytest.raises(NoSuchScope, match="“BOT” could be Bot or bot"):
        scope_named("agent:BOT", known)


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (EVERYTHING, ""),
        ("agent:refunds", ""),
        (
            "agent:Refund",
            " Beware: nobody of that name is known here. Did you mean agent:refunds?",
        ),
        ("agent:pay", " Beware: nobody of that name is known here."),
        ("action:zzz", " Beware: no action of that name is known here."),
    ],
)
def test_a_scope_that_may_hold_nothing_is_warned_of(scope: str, words: str) -> None:
    assert unknown_here(scope, KNOWN) == words
