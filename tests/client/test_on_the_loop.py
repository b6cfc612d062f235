"""What ran on the loop is vetoed for a while; an agent waits that out, and undoes when asked."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from keyturn import (
    AsyncKeyturn,
    Decided,
    Keyturn,
    NotApproved,
    NothingToUndo,
    OutcomeUnreported,
    StillWaiting,
)
from keyturn.reading import read_decision
from tests.client.gateway import KEY, MOMENT, NOTHING_YET, Gateway, a_decision, busy

SANDBOX = {"name": "eu-7"}
BY = {"by": "U0ANA", "reason": "We have seven.", "at": MOMENT}
VETO = {"vetoed": BY, "rollback": {**BY, "state": "requested", "detail": ""}}
OVER = {"veto_closed_at": MOMENT}


class WouldNotGo(Exception):
    pass


@pytest.fixture
def released(gate: Keyturn, gateway: Gateway) -> Decided:
    gateway.first_status = "auto_approved"
    pending = gate.propose("provision_sandbox", SANDBOX)
    gateway.decide(pending.id, "auto_approved", oversight="on_the_loop", veto_until=MOMENT)
    return gate.read(pending.id)


def follows(gateway: Gateway, **what: Any) -> None:
    after = {**gateway.proposals["p1"]["after"], **what}
    gateway.decide("p1", "auto_approved", after=after)


@contextmanager
def meanwhile(act: Callable[[], None]) -> Iterator[None]:
    """Let people act in a thread of their own."""
    thread = threading.Thread(target=act)
    thread.start()
    try:
        yield
    finally:
        thread.join(10)


def test_an_agent_undoes_what_was_vetoed(released: Decided, gateway: Gateway) -> None:
    assert released.vetoable
    with released.executing() as run:
        run.detail = "It is up."
    follows(gateway, **VETO)
    final = released.until_final()
    assert final.rollback_requested
    assert not final.vetoable
    with final.rolling_back() as undoing:
        assert undoing.parameters == SANDBOX
        assert undoing.reason == "We have seven."
        undoing.detail = "Torn down."
    rollback = gateway.proposals["p1"]["after"]["rollback"]
    assert (rollback["state"], rollback["detail"]) == ("done", "Torn down.")


def test_an_agent_waits_until_nobody_can_veto(released: Decided, gateway: Gateway) -> None:
    def time_passes() -> None:
        gateway.when_asked()
        follows(gateway, outcome=None)
        follows(gateway, **OVER)

    with meanwhile(time_passes):
        final = released.until_final()
    assert not final.vetoable
    assert not final.rollback_requested
    with pytest.raises(NothingToUndo, match="nobody asked"), final.rolling_back():
        raise AssertionError("This must not run.")


def test_what_cannot_be_vetoed_is_final_at_once(gate: Keyturn, gateway: Gateway) -> None:
    gateway.first_status = "approved"
    approved = gate.propose("process_refund").wait()
    assert approved.until_final() == approved
    assert gate.until_final(approved) == approved
    assert gateway.requests["parked"] == 0


def test_a_veto_that_may_still_come_is_waited_for_later(released: Decided) -> None:
    with pytest.raises(StillWaiting, match="nothing has followed the decision"):
        released.until_final(timeout=0)


def test_undoing_that_fails_is_reported_and_goes_on(released: Decided, gateway: Gateway) -> None:
    follows(gateway, **VETO)
    with pytest.raises(WouldNotGo), released.until_final().rolling_back():
        raise WouldNotGo("a volume is attached")
    rollback = gateway.proposals["p1"]["after"]["rollback"]
    assert rollback["state"] == "failed"
    assert rollback["detail"] == "WouldNotGo: a volume is attached"


def test_what_was_undone_is_not_undone_again(released: Decided, gateway: Gateway) -> None:
    follows(gateway, **VETO)
    final = released.until_final()
    with final.rolling_back():
        pass
    with pytest.raises(NothingToUndo, match="reported done"):
        released.until_final().rolling_back().__enter__()


def test_undoing_nobody_could_be_told_of_says_so(address: str, gateway: Gateway) -> None:
    gateway.first_status = "auto_approved"
    with Keyturn(address, KEY, patience=0.2) as gate:
        pending = gate.propose("provision_sandbox", SANDBOX)
        follows(gateway, **VETO)
        asked = gate.read(pending.id)
        gateway.faults.extend([busy] * 50)
        with pytest.raises(OutcomeUnreported, match="was rolled back"), gate.rolling_back(asked):
            pass
    gateway.faults.clear()


async def test_the_asynchronous_client_does_the_same(address: str, gateway: Gateway) -> None:
    gateway.first_status = "auto_approved"
    async with AsyncKeyturn(address, KEY) as gate:
        pending = await gate.propose("provision_sandbox", SANDBOX)
        gateway.decide(pending.id, "auto_approved", veto_until=MOMENT)
        released = await gate.read(pending.id)
        async with released.executing():
            pass
        waiting = asyncio.create_task(released.until_final())
        await asyncio.to_thread(follows, gateway, **VETO)
        final = await waiting
        async with final.rolling_back() as undoing:
            undoing.detail = "Torn down."
        with pytest.raises(NothingToUndo):
            async with gate.rolling_back(await gate.until_final(released)):
                raise AssertionError("This must not run.")
    assert gateway.proposals["p1"]["after"]["rollback"]["state"] == "done"


def test_what_was_vetoed_in_time_is_not_approved() -> None:
    after = {**NOTHING_YET, "vetoed": BY, "recalled": BY}
    decision = read_decision(a_decision(status="auto_approved", veto_until=MOMENT, after=after))
    assert not decision.approved
    assert not decision.vetoable
    with pytest.raises(NotApproved, match="vetoed, not approved"):
        assert decision.parameters


def test_who_carries_it_out_can_be_read() -> None:
    by_hand = {
        "consumed": {"attempt": "by_hand", "by": "U0ANA", "at": MOMENT},
        "outcome": {"outcome": "failed", "detail": "No.", "by": "U0ANA", "at": MOMENT},
    }
    told = a_decision(
        status="approved",
        mode="suggest",
        executed_by="runner",
        overrides="cedar",
        execution_token=None,
        after={**NOTHING_YET, **by_hand},
    )
    decision = read_decision(told)
    assert (decision.mode, decision.executed_by, decision.overrides) == (
        "suggest",
        "runner",
        "cedar",
    )
    assert decision.after.outcome is not None
    assert decision.after.outcome.by == "U0ANA"
