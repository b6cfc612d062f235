"""What an agent's author is told by the type checker; mypy reads this, and it runs as well."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import TYPE_CHECKING, Any, assert_type

from keyturn import (
    AsyncDecided,
    AsyncKeyturn,
    AsyncPending,
    Context,
    Decided,
    Decision,
    Keyturn,
    Pending,
    Run,
)
from keyturn.queue import QueuedProposal, SqlQueue
from tests.client.gateway import KEY, Gateway


def test_the_blocking_client(gate: Keyturn, gateway: Gateway) -> None:
    gateway.first_status = "approved"
    context: Context = {"request": "Refund me", "steps": [{"title": "Looked the order up"}]}
    pending = assert_type(
        gate.propose("process_refund", {"amount": "1.00"}, context=context), Pending
    )
    decision = assert_type(pending.wait(timeout=1.5), Decided)
    assert_type(decision.approved, bool)
    assert_type(decision.parameters, Mapping[str, Any])
    assert_type(decision.executing(), AbstractContextManager[Run, bool | None])
    assert isinstance(decision, Decision)


async def test_the_asynchronous_client(address: str, gateway: Gateway) -> None:
    gateway.first_status = "approved"
    async with AsyncKeyturn(address, KEY) as gate:
        pending = assert_type(await gate.propose("process_refund"), AsyncPending)
        decision = assert_type(await pending.wait(), AsyncDecided)
        assert_type(decision.executing(), AbstractAsyncContextManager[Run, bool | None])


if TYPE_CHECKING:

    def wrong(gate: Keyturn, queue: SqlQueue, pending: Pending) -> None:
        assert_type(queue.propose("process_refund"), QueuedProposal)
        assert_type(queue.propose("process_refund").wait(), Decision)
        gate.propose("process_refund", urgency="someday")  # type: ignore[arg-type]
        gate.propose("process_refund", reasons="typo")  # type: ignore[call-arg]
        gate.propose("process_refund", context={"wish": 1})  # type: ignore[typeddict-unknown-key]
        pending.wait().approved = True  # type: ignore[misc]
