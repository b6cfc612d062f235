"""The same intent after a no: named, hidden, repeated, dodged; counted exactly."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from store.checkpoint import Checkpoint, Escalated, PendingReview
from store.commands import Reject, RequestInformation, Revise
from store.digest import revision_digest
from store.effects import Happening
from tests.bot.gateway import OTHER, Gateway, refund, wheres

OTHER_ORDER = {"customer": "Nobody Ltd", "order_id": "ORD-7"}


@pytest.fixture
async def agent(api: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    async with api.agent() as one:
        yield one


async def propose(agent: httpx.AsyncClient, amount: str, key: str, **more: Any) -> str:
    parameters = more.pop("parameters", {})
    sent = refund(amount, key, **more)
    sent["parameters"] |= parameters
    told = await agent.post("/v1/proposals", json=sent)
    assert told.status_code == 201, told.text
    return str(told.json()["id"])


async def rejected(api: Gateway, proposal: str, *, wants_alternative: bool = False) -> Checkpoint:
    checkpoint = await api.checkpoint(proposal)
    command = Reject(
        reviewer=api.person(),
        revision=checkpoint.revision.number,
        digest=checkpoint.revision.digest,
        reason="Only half of it is ours.",
        category="too_risky",
        wants_alternative=wants_alternative,
    )
    return await api.act(proposal, command)


async def test_an_alternative_comes_to_the_same_people_with_what_was_rejected(
    api: Gateway, agent: httpx.AsyncClient
) -> None:
    first = await rejected(api, await propose(agent, "480.00", "1"), wants_alternative=True)
    told = (await agent.get(f"/v1/proposals/{first.id}")).json()
    assert (told["status"], told["wants_alternative"]) == ("rejected", True)
    second = await api.checkpoint(await propose(agent, "240.00", "2", alternative_to=first.id))
    follows = second.follows
    assert follows is not None
    assert (follows.proposal, follows.number) == (first.id, 1)
    assert (follows.named, follows.same) == (True, False)
    assert (follows.why, follows.by.user) == ("Only half of it is ours.", "U0FINN")
    assert follows.parameters["amount"] == "480.00"
    assert isinstance(second.state, PendingReview)
    assert second.plan.seats == first.plan.seats


async def test_what_a_rule_would_pass_is_looked_at_after_a_no(
    api: Gateway, agent: httpx.AsyncClient
) -> None:
    first = await rejected(api, await propose(agent, "480.00", "1"))
    named = await api.checkpoint(await propose(agent, "40.00", "2", alternative_to=first.id))
    assert isinstance(named.state, PendingReview)
    hidden = await api.checkpoint(await propose(agent, "41.00", "3"))
    assert isinstance(hidden.state, Escalated)
    other = await api.checkpoint(await propose(agent, "42.00", "4", parameters=OTHER_ORDER))
    assert other.follows is None
    assert other.state.status == "auto_approved"


async def test_the_same_target_without_a_word_is_linked_and_goes_straight_up(
    api: Gateway, agent: httpx.AsyncClient
) -> None:
    first = await rejected(api, await propose(agent, "480.00", "1"))
    again = await api.checkpoint(await propose(agent, "479.00", "2"))
    assert isinstance(again.state, Escalated)
    assert again.follows is not None
    assert (again.follows.proposal, again.follows.named) == (first.id, False)
    lines = await api.store.read(lambda look: look.audit.of(again.id))
    proposed = next(each for each in lines if each.event.happening is Happening.PROPOSED)
    assert (proposed.event.detail["follows"], proposed.event.detail["number"]) == (first.id, 1)


@pytest.mark.parametrize("customer", ["acme gmbh", "ACME GmbH ", "Acme  GmbH"])
async def test_another_spelling_of_the_target_is_linked_all_the_same(
    api: Gateway, agent: httpx.AsyncClient, customer: str
) -> None:
    first = await rejected(api, await propose(agent, "480.00", "1"))
    respelt = await propose(agent, "41.00", "2", parameters={"customer": customer})
    again = await api.checkpoint(respelt)
    assert again.follows is not None
    assert (again.follows.proposal, again.follows.named) == (first.id, False)
    assert isinstance(again.state, Escalated)


async def test_the_very_same_goes_straight_up_whatever_it_calls_itself(
    api: Gateway, agent: httpx.AsyncClient
) -> None:
    first = await rejected(api, await propose(agent, "480.00", "1"))
    again = await api.checkpoint(await propose(agent, "480.00", "2", alternative_to=first.id))
    assert again.follows is not None
    assert again.follows.same
    assert isinstance(again.state, Escalated)


async def test_naming_another_no_does_not_hide_the_one_it_repeats(
    api: Gateway, agent: httpx.AsyncClient
) -> None:
    first = await rejected(api, await propose(agent, "480.00", "1"))
    decoy = await propose(agent, "300.00", "2", parameters=OTHER_ORDER)
    await rejected(api, decoy)
    sly = await api.checkpoint(await propose(agent, "470.00", "3", alternative_to=decoy))
    assert sly.follows is not None
    assert (sly.follows.proposal, sly.follows.named) == (first.id, False)
    assert isinstance(sly.state, Escalated)


async def test_alternatives_are_counted_from_the_first_no_and_are_few(
    api: Gateway, agent: httpx.AsyncClient
) -> None:
    first = await rejected(api, await propose(agent, "480.00", "0"))
    most, last = first.plan.alternatives, first.id
    for number in range(1, most + 2):
        amount = f"{400 - number}.00"
        offered = await api.checkpoint(
            await propose(agent, amount, str(number), alternative_to=last)
        )
        assert offered.follows is not None
        assert (offered.follows.proposal, offered.follows.number) == (first.id, number)
        assert isinstance(offered.state, PendingReview if number <= most else Escalated)
        await rejected(api, offered.id)
        last = offered.id


async def test_withdrawing_an_attempt_does_not_begin_a_new_row(
    api: Gateway, agent: httpx.AsyncClient
) -> None:
    first = await rejected(api, await propose(agent, "480.00", "1"))
    second = await propose(agent, "240.00", "2", alternative_to=first.id)
    await agent.post(f"/v1/proposals/{second}/withdraw", json={"reason": "Better idea."})
    third = await api.checkpoint(await propose(agent, "200.00", "3", alternative_to=second))
    assert third.follows is not None
    assert (third.follows.proposal, third.follows.number, third.follows.named) == (
        first.id,
        2,
        True,
    )
    assert third.follows.why == "Only half of it is ours."


async def test_alternatives_offered_at_once_each_have_a_number_of_their_own(
    api: Gateway, agent: httpx.AsyncClient
) -> None:
    first = await rejected(api, await propose(agent, "480.00", "0"))
    offered = await asyncio.gather(
        *(
            propose(agent, f"{200 + each}.00", f"a{each}", alternative_to=first.id)
            for each in range(12)
        )
    )
    follows = [(await api.checkpoint(each)).follows for each in offered]
    assert sorted(each.number for each in follows if each) == list(range(1, 13))


async def test_a_retry_is_the_same_attempt(api: Gateway, agent: httpx.AsyncClient) -> None:
    first = await rejected(api, await propose(agent, "480.00", "0"))
    sent = refund("240.00", "1", alternative_to=first.id)
    once = await agent.post("/v1/proposals", json=sent)
    again = await agent.post("/v1/proposals", json=sent)
    assert (once.status_code, again.status_code) == (201, 200)
    other = await api.checkpoint(await propose(agent, "230.00", "2", alternative_to=first.id))
    assert other.follows is not None
    assert other.follows.number == 2


async def test_a_no_is_held_against_the_same_intent_for_a_while_only(
    api: Gateway, agent: httpx.AsyncClient
) -> None:
    first = await rejected(api, await propose(agent, "480.00", "1"))
    api.clock.at += first.plan.remembered_for - timedelta(seconds=1)
    held = await api.checkpoint(await propose(agent, "470.00", "2"))
    assert held.follows is not None
    api.clock.at += timedelta(seconds=1)
    assert (await api.checkpoint(await propose(agent, "460.00", "3"))).follows is None
    named = await api.checkpoint(await propose(agent, "450.00", "4", alternative_to=first.id))
    assert named.follows is not None
    assert named.follows.number == 2
    whole = await api.checkpoint(await propose(agent, "480.00", "5", alternative_to=first.id))
    assert whole.follows is not None
    assert whole.follows.same


async def test_what_a_reviewer_edited_before_the_no_was_turned_down_as_well(
    api: Gateway, agent: httpx.AsyncClient
) -> None:
    checkpoint = await api.checkpoint(await propose(agent, "480.00", "1"))
    parameters = {**checkpoint.revision.parameters, "amount": "300.00"}
    edit = Revise(
        reviewer=api.person(),
        revision=1,
        digest=checkpoint.revision.digest,
        parameters=parameters,
        revised_digest=revision_digest(checkpoint.proposal.action, parameters),
        plan=checkpoint.plan,
        approve=False,
    )
    await api.act(checkpoint.id, edit)
    await rejected(api, checkpoint.id)
    for amount in ("300.00", "480.00"):
        again = await api.checkpoint(await propose(agent, amount, f"again-{amount}"))
        assert again.follows is not None
        assert again.follows.same
        assert again.follows.parameters["amount"] == "300.00"


async def asked_back(api: Gateway, proposal: str) -> None:
    checkpoint = await api.checkpoint(proposal)
    command = RequestInformation(
        reviewer=api.person(),
        revision=checkpoint.revision.number,
        digest=checkpoint.revision.digest,
        question_id="q1",
        question="Whose order is it?",
    )
    await api.act(proposal, command)


async def test_an_answer_that_turns_a_proposal_into_what_was_rejected_is_seen_through(
    api: Gateway, agent: httpx.AsyncClient
) -> None:
    first = await rejected(api, await propose(agent, "480.00", "1"))
    decoy = await propose(agent, "300.00", "2", parameters=OTHER_ORDER)
    assert (await api.checkpoint(decoy)).follows is None
    await asked_back(api, decoy)
    order = {name: first.revision.parameters[name] for name in ("customer", "order_id")}
    answer = {"answer": "Sorry, it is this one.", "parameters": order}
    told = await agent.post(f"/v1/proposals/{decoy}/answers", json=answer)
    assert told.json()["status"] == "escalated"
    turned = await api.checkpoint(decoy)
    assert turned.follows is not None
    assert (turned.follows.proposal, turned.follows.number) == (first.id, 1)
    assert not turned.follows.named
    await rejected(api, decoy)
    for key, target in (("3", {}), ("4", OTHER_ORDER)):
        again = await api.checkpoint(await propose(agent, "299.00", key, parameters=target))
        assert again.follows is not None
        assert again.follows.proposal == first.id


async def test_an_answer_about_an_alternative_is_no_further_attempt(
    api: Gateway, agent: httpx.AsyncClient
) -> None:
    first = await rejected(api, await propose(agent, "480.00", "1"))
    second = await propose(agent, "240.00", "2", alternative_to=first.id)
    await asked_back(api, second)
    answer = {"answer": "Less, then.", "parameters": {"amount": "230.00"}}
    told = await agent.post(f"/v1/proposals/{second}/answers", json=answer)
    assert told.json()["status"] == "pending_review"
    answered = await api.checkpoint(second)
    assert answered.follows is not None
    assert (answered.follows.number, answered.follows.named) == (1, True)
    third = await api.checkpoint(await propose(agent, "220.00", "3", alternative_to=first.id))
    assert third.follows is not None
    assert third.follows.number == 2


async def test_an_alternative_to_what_was_not_rejected_is_an_ordinary_proposal(
    api: Gateway, agent: httpx.AsyncClient
) -> None:
    open_ = await propose(agent, "480.00", "1")
    beside = await api.checkpoint(await propose(agent, "470.00", "2", alternative_to=open_))
    assert beside.follows is None
    assert isinstance(beside.state, PendingReview)


@pytest.mark.parametrize("named", ["p_itself", "", "x" * 65, 7, "p_none\u0000"])
async def test_an_alternative_to_nothing_known_is_complained_about(
    agent: httpx.AsyncClient, named: Any
) -> None:
    """A proposal has no id before it is in, so it can name neither itself nor a later one."""
    told = await agent.post("/v1/proposals", json=refund("480.00", "1", alternative_to=named))
    assert told.status_code == 422
    assert wheres(told.json()) == ["/alternative_to"]


async def test_another_agents_no_is_no_business_of_this_one(api: Gateway) -> None:
    record = {
        "action": "update_crm_record",
        "parameters": {"customer": "A", "field": "note", "value": "x"},
    }
    async with api.agent() as one, api.agent(OTHER) as two:
        mine = await propose(one, "480.00", "1")
        await rejected(api, mine)
        sent = {**record, "idempotency_key": "1", "alternative_to": mine}
        told = await two.post("/v1/proposals", json=sent)
    assert told.status_code == 422
    assert wheres(told.json()) == ["/alternative_to"]
