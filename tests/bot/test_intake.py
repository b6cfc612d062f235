"""What intake works out before and inside the transaction, beyond what the API's stories tell."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.wording.parties import person_behind
from blocks.wording.veil import Veil
from bot.agents.intake import Declined, Fault, Intake, TakenIn
from bot.agents.keys import Agent
from bot.judging.circumstances import OVERTAKEN
from bot.judging.live_manifest import LiveManifest
from manifests.vocabulary import ActionName, AgentName, Digest, Scrutiny, UserId
from store.digest import revision_digest
from store.governing import Live, Version
from store.ports import Store, Transaction
from store.proposal import ProposalId
from tests.bot.gateway import MANIFEST, Gateway, gateway, refund

AGENT = Agent(name=AgentName("support"), owner="U0ELIF")


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Gateway]:
    async with gateway(f"sqlite:///{tmp_path}/keyturn.db", tmp_path) as one:
        yield one


@pytest.fixture
async def made_postgres(tmp_path: Path, postgres_url: str) -> AsyncIterator[Gateway]:
    async with gateway(postgres_url, tmp_path) as one:
        yield one


async def take(made: Gateway, sent: dict[str, Any], agent: Agent = AGENT) -> TakenIn:
    taken, _ = await made.intake.take(agent, json.dumps(sent))
    return taken


async def test_owner_and_requester_are_known_as_people(made: Gateway) -> None:
    taken = await take(made, refund(on_behalf_of="U0FINN"))
    assert taken.checkpoint.parties.owner == MANIFEST.person_of(UserId("U0ELIF"))
    assert taken.checkpoint.parties.requester == "finn.maguire"


@pytest.mark.parametrize(
    "spelt", ["Finn Maguire", "<@U0FINN>", "u0finn", "U0FINN ", "finn.maguire"]
)
async def test_however_the_requester_is_spelt_it_is_that_person(made: Gateway, spelt: str) -> None:
    taken = await take(made, refund(on_behalf_of=spelt), replace(AGENT, owner=spelt))
    assert taken.checkpoint.parties.requester == "finn.maguire"
    assert taken.checkpoint.parties.owner == "finn.maguire"
    assert taken.checkpoint.parties.requester_name == "Finn Maguire"


async def test_whom_the_rules_do_not_name_is_called_as_the_agent_does(made: Gateway) -> None:
    taken = await take(made, refund(on_behalf_of="U0STRANGER1"))
    parties = taken.checkpoint.parties
    assert (parties.requester, parties.requester_name) == ("U0STRANGER1", "")
    assert person_behind(taken.checkpoint, Veil()) == "U0STRANGER1"


@pytest.mark.parametrize("spelt", ["finn.maguire@acme.example", "@finn", "customer 77"])
async def test_a_requester_nobody_knows_is_turned_down(made: Gateway, spelt: str) -> None:
    with pytest.raises(Declined, match=r"context\.request") as caught:
        await take(made, refund(on_behalf_of=spelt))
    assert caught.value.fault is Fault.INVALID
    assert [each.where for each in caught.value.complaints] == ["/on_behalf_of"]


async def test_an_agent_whose_owner_is_nobody_proposes_nothing(made: Gateway) -> None:
    with pytest.raises(Declined, match="somebody") as caught:
        await take(made, refund(), replace(AGENT, owner="somebody"))
    assert caught.value.fault is Fault.NOT_ALLOWED


async def test_a_customer_who_asked_is_told_in_the_context(made: Gateway) -> None:
    taken = await take(made, refund(context={"request": "Customer 77 asks for it."}))
    assert taken.checkpoint.parties.requester is None


async def test_the_digest_is_of_exactly_what_was_sent(made: Gateway) -> None:
    sent = refund()
    taken = await take(made, sent)
    assert taken.checkpoint.revision.parameters == sent["parameters"]
    expected = revision_digest(ActionName(sent["action"]), sent["parameters"])
    assert taken.checkpoint.revision.digest == expected


async def test_a_field_that_says_nothing_makes_no_conflict(made: Gateway) -> None:
    first = await take(made, refund())
    again = await take(made, refund(missing=[], urgency="normal", confidence=None))
    assert again.again
    assert again.checkpoint.id == first.checkpoint.id


async def test_of_many_retries_at_once_one_opens_the_proposal(made: Gateway) -> None:
    await many_at_once(made)


async def test_the_same_on_postgresql(made_postgres: Gateway) -> None:
    await many_at_once(made_postgres)


async def many_at_once(made: Gateway) -> None:
    taken = await asyncio.gather(*(take(made, refund()) for _ in range(20)))
    assert len({each.checkpoint.id for each in taken}) == 1
    assert sorted(each.again for each in taken) == [False] + [True] * 19


async def test_the_cap_is_freed_again_when_the_window_has_passed(made: Gateway) -> None:
    for number in range(5):
        await take(made, refund("49.00", f"o-{number}"))
    full = await take(made, refund("49.00", "full"))
    made.clock.at += timedelta(hours=25)
    free = await take(made, refund("49.00", "free"))
    assert full.checkpoint.plan.scrutiny is Scrutiny.REVIEW
    assert free.checkpoint.plan.scrutiny is Scrutiny.AUTO_APPROVE


async def test_a_retry_of_an_approved_amount_is_not_added_up_twice(made: Gateway) -> None:
    for _ in range(10):
        await take(made, refund("49.00"))
    spent = await made.store.read(
        lambda tx: tx.spending.spent(
            f"action=process_refund agent={AGENT.name}", "USD", made.clock() - timedelta(days=1)
        )
    )
    assert [str(each) for each in spent] == ["49", "1"]


async def test_one_agents_sum_is_not_anothers(made: Gateway) -> None:
    for number in range(5):
        await take(made, refund("49.00", f"o-{number}"))
    other = await take(made, refund("49.00"), replace(AGENT, name=AgentName("other")))
    assert other.checkpoint.plan.scrutiny is Scrutiny.AUTO_APPROVE


def judged(raw: bytes | str) -> str:
    """Judge without a store, which judging does not need."""
    intake = Intake(cast("Store", None), LiveManifest(MANIFEST), lambda: ProposalId("p_1"))
    try:
        intake.judge(AGENT, raw)
    except Declined as error:
        return error.fault if error.words else "without a word"
    return "taken"


@given(raw=st.binary(max_size=200) | st.text(max_size=200))
def test_whatever_comes_has_an_answer(raw: bytes | str) -> None:
    assert judged(raw) in {*Fault}


@given(
    name=st.sampled_from(sorted(refund(reason="x", confidence=0.5, context={}, missing=[]))),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=5,
    ),
)
def test_whatever_stands_in_a_field_has_an_answer(name: str, value: Any) -> None:
    assert judged(json.dumps({**refund(), name: value})) in {"taken", *Fault}


async def test_nothing_passes_by_a_manifest_that_another_has_followed(made: Gateway) -> None:
    def comes_into_force(digest: Digest, tx: Transaction) -> None:
        tx.manifests.keep(Version(digest=digest, files={}, stored_at=tx.now()))
        tx.manifests.put(Live(digest=digest, since=tx.now()))

    await made.store.write(partial(comes_into_force, MANIFEST.digest))
    before = await take(made, refund("20.00", "before"))
    assert before.checkpoint.plan.scrutiny is Scrutiny.AUTO_APPROVE

    await made.store.write(partial(comes_into_force, Digest("sha256:newer")))
    after = await take(made, refund("20.00", "after"))

    assert after.checkpoint.plan.scrutiny is Scrutiny.REVIEW
    assert OVERTAKEN in after.checkpoint.plan.because
