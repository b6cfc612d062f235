"""What was approved runs once, and people hear how it went."""

import pytest

from keyturn import (
    AlreadyConsumed,
    Conflict,
    Decided,
    Keyturn,
    NotApproved,
    OutcomeUnreported,
    UnexpectedReply,
)
from tests.client.gateway import (
    KEY,
    MOMENT,
    NOTHING_YET,
    Gateway,
    a_decision,
    busy,
    cut_off,
    serving,
)

REFUND = {"amount": "480.00", "currency": "USD"}


class CardMachineBroke(Exception):
    pass


@pytest.fixture
def approved(gate: Keyturn, gateway: Gateway) -> Decided:
    gateway.first_status = "approved"
    return gate.propose("process_refund", REFUND).wait()


def outcome(gateway: Gateway) -> dict[str, object]:
    told: dict[str, object] = gateway.proposals["p1"]["after"]["outcome"]
    return told


def test_success_is_reported_with_what_the_agent_adds(approved: Decided, gateway: Gateway) -> None:
    with approved.executing() as run:
        assert run.parameters == REFUND
        assert gateway.proposals["p1"]["after"]["consumed"]["attempt"] == run.attempt
        run.detail = "refund re_1"
    assert outcome(gateway)["outcome"] == "executed"
    assert outcome(gateway)["detail"] == "refund re_1"


def test_failure_is_reported_and_goes_on(approved: Decided, gateway: Gateway) -> None:
    with pytest.raises(CardMachineBroke), approved.executing():
        raise CardMachineBroke("no paper")
    assert outcome(gateway)["outcome"] == "failed"
    assert outcome(gateway)["detail"] == "CardMachineBroke: no paper"


def test_an_interruption_is_reported_as_a_failure(approved: Decided, gateway: Gateway) -> None:
    with pytest.raises(KeyboardInterrupt), approved.executing():
        raise KeyboardInterrupt
    assert outcome(gateway)["outcome"] == "failed"


def test_a_decision_runs_once(approved: Decided) -> None:
    ran = []
    with approved.executing():
        ran.append("first")
    with pytest.raises(AlreadyConsumed), approved.executing():
        ran.append("second")
    assert ran == ["first"]


def test_an_attempt_of_ones_own_goes_on_after_a_crash(approved: Decided, gate: Keyturn) -> None:
    gate.consume(approved, attempt="order-1138")
    with approved.executing(attempt="order-1138") as run:
        assert run.attempt == "order-1138"


@pytest.mark.parametrize("fault", [cut_off, busy])
def test_a_claim_whose_reply_is_lost_is_claimed_again_as_the_same(
    fault: object, approved: Decided, gateway: Gateway
) -> None:
    gateway.faults.append(fault)  # type: ignore[arg-type]
    with approved.executing():
        pass
    assert gateway.requests["POST consume"] == 2
    assert outcome(gateway)["outcome"] == "executed"


def test_what_is_not_approved_is_not_even_claimed(gate: Keyturn, gateway: Gateway) -> None:
    pending = gate.propose("process_refund", REFUND)
    assert pending.decision is not None
    with pytest.raises(NotApproved), pending.decision.executing():
        raise AssertionError
    assert gateway.requests["POST consume"] == 0


def test_a_lapsed_approval_says_that_it_is_one_and_how_to_ask_anew(
    approved: Decided, gate: Keyturn, gateway: Gateway
) -> None:
    assert not approved.lapsed
    lapsed = {**NOTHING_YET, "lapsed_at": MOMENT}
    gateway.decide(approved.id, "approved", after=lapsed, execution_token=None)
    again = gate.propose("process_refund", REFUND).wait()
    assert again.id == approved.id
    assert (again.lapsed, again.approved, again.closed) == (True, False, True)
    with pytest.raises(NotApproved, match="another idempotency_key"):
        _ = again.parameters
    with pytest.raises(NotApproved), again.executing():
        raise AssertionError
    assert gateway.requests["POST consume"] == 0
    anew = gate.propose("process_refund", REFUND, idempotency_key="order-1042, again").wait()
    assert anew.id != approved.id
    assert anew.approved


def test_nothing_runs_when_the_claim_is_not_confirmed(approved: Decided, gateway: Gateway) -> None:
    gateway.confirms = False
    with pytest.raises(UnexpectedReply, match="did not confirm"), approved.executing():
        raise AssertionError


def test_an_outcome_nobody_hears_is_not_taken_for_a_failure(gateway: Gateway) -> None:
    gateway.first_status = "approved"
    ran = []
    with serving(gateway) as url:
        gate = Keyturn(url, KEY, patience=0.1)
        execution = gate.propose("process_refund", REFUND).wait().executing()
        run = execution.__enter__()
        ran.append(run.attempt)
    with gate, pytest.raises(OutcomeUnreported, match=f"was executed .attempt {run.attempt}."):
        execution.__exit__(None, None, None)
    assert ran


def test_a_failure_nobody_hears_keeps_its_own_error(gateway: Gateway) -> None:
    gateway.first_status = "approved"
    with serving(gateway) as url:
        gate = Keyturn(url, KEY, patience=0.1)
        execution = gate.propose("process_refund", REFUND).wait().executing()
        execution.__enter__()
    broke = CardMachineBroke("no paper")
    with gate:
        assert not execution.__exit__(CardMachineBroke, broke, None)
    assert "was not told" in broke.__notes__[0]


def test_a_rollback_is_reported_too(approved: Decided, gate: Keyturn, gateway: Gateway) -> None:
    with pytest.raises(Conflict, match="Nobody asked"):
        gate.report(approved.id, "rolled_back", detail="charged again")
    asked = {"state": "requested", "by": "U0ANA", "reason": "Wrong order.", "at": MOMENT}
    gateway.decide(approved.id, "approved", after={**NOTHING_YET, "rollback": asked})
    told = gate.report(approved.id, "rolled_back", detail="charged again")
    assert told.after.rollback is not None
    assert (told.after.rollback.state, told.after.rollback.detail) == ("done", "charged again")


def test_a_decision_from_the_queue_is_executed_through_the_gateway(
    gate: Keyturn, gateway: Gateway, approved: Decided
) -> None:
    from_the_queue = gate.read(approved.id)
    with gate.executing(from_the_queue, attempt="order-1138"):
        pass
    assert outcome(gateway)["outcome"] == "executed"


def test_the_token_is_not_shown(gate: Keyturn, gateway: Gateway) -> None:
    gateway.proposals["p1"] = a_decision(execution_token="very-secret")
    assert "very-secret" not in repr(gate.read("p1"))
    assert KEY not in repr(gate.read("p1"))
