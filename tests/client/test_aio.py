"""The asynchronous client tells the same stories."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from keyturn import AsyncKeyturn, GatewayUnreachable, Question, Status, StillWaiting
from tests.client.gateway import KEY, Gateway, cut_off, serving

REFUND = {"amount": "480.00", "currency": "USD"}
ASKED = {"id": "q1", "text": "Which order?", "asked_by": "Ana", "asked_at": None}


@pytest.fixture
async def agate(address: str) -> AsyncIterator[AsyncKeyturn]:
    async with AsyncKeyturn(address, KEY, patience=5) as gate:
        yield gate


async def parked(gateway: Gateway, count: int = 1) -> None:
    await asyncio.to_thread(gateway.when_asked, count)


async def test_an_approval_is_heard_and_executed(agate: AsyncKeyturn, gateway: Gateway) -> None:
    pending = await agate.propose("process_refund", REFUND, reason="It arrived broken.")
    heard = asyncio.create_task(pending.wait())
    await parked(gateway)
    gateway.decide("p1", "approved")
    decision = await heard
    async with decision.executing() as run:
        run.detail = f"refunded {run.parameters['amount']}"
    after = (await agate.read("p1")).after
    assert after.outcome is not None
    assert (after.outcome.outcome, after.outcome.detail) == ("executed", "refunded 480.00")


async def test_a_failure_is_reported(agate: AsyncKeyturn, gateway: Gateway) -> None:
    gateway.first_status = "approved"
    decision = await (await agate.propose("process_refund", REFUND)).wait()
    with pytest.raises(ZeroDivisionError):
        async with agate.executing(decision, attempt="order-1138"):
            raise ZeroDivisionError("nothing to divide")
    assert gateway.proposals["p1"]["after"]["outcome"]["outcome"] == "failed"


async def test_a_task_that_is_cancelled_says_so(agate: AsyncKeyturn, gateway: Gateway) -> None:
    gateway.first_status = "approved"
    decision = await (await agate.propose("process_refund", REFUND)).wait()
    begun = asyncio.Event()

    async def execute() -> None:
        async with decision.executing():
            begun.set()
            await asyncio.Event().wait()

    running = asyncio.create_task(execute())
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert gateway.proposals["p1"]["after"]["outcome"]["outcome"] == "failed"


async def test_a_question_is_answered_by_a_coroutine(agate: AsyncKeyturn, gateway: Gateway) -> None:
    async def say(question: Question) -> str:
        return f"{question.text} Order 1138."

    pending = await agate.propose("process_refund", REFUND)
    heard = asyncio.create_task(pending.wait(on_question=say))
    await parked(gateway)
    gateway.decide("p1", "needs_information", question=ASKED)
    await parked(gateway, 2)
    assert gateway.proposals["p1"]["answer"] == "Which order? Order 1138."
    gateway.decide("p1", "rejected")
    assert (await heard).status == Status.REJECTED


async def test_silence_raises(agate: AsyncKeyturn) -> None:
    pending = await agate.propose("process_refund", REFUND)
    with pytest.raises(StillWaiting):
        await pending.wait(timeout=0)


async def test_many_wait_at_once(agate: AsyncKeyturn, gateway: Gateway) -> None:
    many = 30
    keys = [str(number) for number in range(many)]
    pending = [await agate.propose("process_refund", REFUND, idempotency_key=key) for key in keys]
    heard = [asyncio.create_task(each.wait()) for each in pending]
    await parked(gateway, many)
    for each in pending:
        gateway.decide(each.id, "approved")
    assert all(decision.approved for decision in await asyncio.gather(*heard))


async def test_answers_withdrawals_pages_and_what_follows(
    agate: AsyncKeyturn, gateway: Gateway
) -> None:
    pending = await agate.propose("process_refund", REFUND)
    gateway.decide("p1", "needs_information", question=ASKED)
    answered = await agate.pending("p1").answer("Order 1138", question_id="q1")
    assert answered.question is None
    gateway.faults.append(cut_off)
    withdrawn = await pending.withdraw("The customer changed their mind.")
    assert withdrawn.status == Status.WITHDRAWN
    assert [one.id for one in (await agate.page(status="withdrawn")).proposals] == ["p1"]
    other = await agate.propose("process_refund", REFUND, idempotency_key="other")
    gateway.decide(other.id, "approved")
    decision = await other.wait()
    claimed = await agate.consume(decision, attempt="order-1138")
    assert (await agate.change(decision, timeout=5)).version == claimed.version
    reported = await agate.report(other.id, "executed", attempt="order-1138")
    assert reported.after.outcome is not None


async def test_a_gateway_that_is_away_is_unreachable(gateway: Gateway) -> None:
    with serving(gateway) as url:
        pass
    async with AsyncKeyturn(url, KEY, patience=0.1) as gate:
        with pytest.raises(GatewayUnreachable):
            await gate.propose("process_refund", REFUND)
