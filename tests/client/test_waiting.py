"""An agent proposes and waits: what it hears, and what it never hears."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest

from keyturn import Answer, Decided, Keyturn, NotApproved, Question, Status, StillWaiting
from keyturn.errors import AlreadyClosed, Conflict, GatewayUnreachable
from tests.client.gateway import KEY, Gateway, cut_off, serving

REFUND = {"amount": "480.00", "currency": "USD"}
ASKED = {"id": "q1", "text": "Which order?", "asked_by": "Ana", "asked_at": None}


def waiting(gate: Keyturn, gateway: Gateway, **how: object) -> "Future[Decided]":
    """Propose a refund and wait for it in another thread, until the long-poll is parked."""
    pool = ThreadPoolExecutor(1)
    pending = gate.propose("process_refund", REFUND, reason="It arrived broken.")
    heard = pool.submit(lambda: pending.wait(**how))  # type: ignore[arg-type]
    pool.shutdown(wait=False)
    gateway.when_asked()
    return heard


def test_an_approval_is_heard_with_the_parameters_people_approved(
    gate: Keyturn, gateway: Gateway
) -> None:
    heard = waiting(gate, gateway)
    edited = {"amount": "400.00", "currency": "USD"}
    signed = [{"user": "U1", "name": "Ana", "role": "finance_manager"}]
    gateway.decide("p1", "approved_with_edits", parameters=edited, edited=True, decided_by=signed)
    decision = heard.result(5)
    assert decision.approved
    assert decision.parameters == edited
    assert decision.decided_by[0].role == "finance_manager"


@pytest.mark.parametrize("status", ["rejected", "expired", "withdrawn", "blocked", "answered"])
def test_what_closes_without_leave_gives_no_parameters(
    status: str, gate: Keyturn, gateway: Gateway
) -> None:
    heard = waiting(gate, gateway)
    gateway.decide("p1", status, reason="No receipt.")
    decision = heard.result(5)
    assert decision.closed
    assert not decision.approved
    with pytest.raises(NotApproved, match=status):
        _ = decision.parameters


def test_what_policy_approves_at_once_needs_no_waiting(gate: Keyturn, gateway: Gateway) -> None:
    gateway.first_status = "auto_approved"
    decision = gate.propose("process_refund", REFUND).wait(timeout=0)
    assert decision.approved
    assert gateway.requests["parked"] == 0


def test_silence_raises_and_never_approves(gate: Keyturn) -> None:
    pending = gate.propose("process_refund", REFUND)
    with pytest.raises(StillWaiting, match="p1 yet") as silence:
        pending.wait(timeout=timedelta(seconds=1.2))
    assert silence.value.decision is not None
    assert not silence.value.decision.approved


def test_a_status_from_the_future_is_waited_out(gate: Keyturn, gateway: Gateway) -> None:
    heard = waiting(gate, gateway)
    gateway.decide("p1", "approved_by_committee")
    gateway.when_asked(2)
    gateway.decide("p1", "rejected")
    assert heard.result(5).status == Status.REJECTED


@pytest.mark.parametrize("status", [Status.HELD, Status.RELEASING])
def test_not_yet_is_no_end(status: Status, gate: Keyturn, gateway: Gateway) -> None:
    gateway.first_status = status
    pending = gate.propose("process_refund", REFUND)
    with pytest.raises(StillWaiting, match=str(status)) as silence:
        pending.wait(timeout=0)
    assert silence.value.decision is not None
    assert not silence.value.decision.closed
    with pytest.raises(NotApproved, match=str(status)):
        _ = silence.value.decision.parameters
    gateway.decide("p1", "approved")
    assert pending.wait(timeout=5).approved


def test_an_answer_that_was_approved_without_is_no_end_either(
    gate: Keyturn, gateway: Gateway
) -> None:
    """The gateway turns a late answer down as a conflict; the agent goes on waiting."""

    def say(question: Question) -> Answer:
        gateway.decide("p1", "releasing", question=None)
        return Answer("Order 1138")

    heard = waiting(gate, gateway, on_question=say)
    gateway.decide("p1", "needs_information", question=ASKED)
    gateway.when_asked(2)
    gateway.decide("p1", "approved")
    assert heard.result(5).approved


def test_waiting_goes_on_while_people_talk(gate: Keyturn, gateway: Gateway) -> None:
    heard = waiting(gate, gateway)
    gateway.decide("p1", "escalated")
    gateway.when_asked(2)
    gateway.decide("p1", "approved")
    assert heard.result(5).approved


def test_a_reviewers_question_is_answered_once(gate: Keyturn, gateway: Gateway) -> None:
    questions: list[Question] = []

    def say(question: Question) -> Answer:
        questions.append(question)
        return Answer("Order 1138", {"amount": "481.00", "currency": "USD"})

    heard = waiting(gate, gateway, on_question=say)
    gateway.decide("p1", "needs_information", question=ASKED)
    gateway.when_asked(2)
    assert gateway.proposals["p1"]["answer"] == "Order 1138"
    gateway.decide("p1", "approved")
    assert heard.result(5).parameters["amount"] == "481.00"
    assert [question.text for question in questions] == ["Which order?"]


def test_a_question_to_somebody_else_is_not_passed_on(gate: Keyturn, gateway: Gateway) -> None:
    heard = waiting(gate, gateway, on_question=lambda _: "I know!")
    to_legal = {"kind": "role", "name": "legal", "title": "the role Legal"}
    gateway.decide("p1", "needs_information", question={**ASKED, "asked": to_legal})
    gateway.when_asked(2)
    gateway.decide("p1", "rejected", question=None)
    assert heard.result(5).status == Status.REJECTED
    assert "answer" not in gateway.proposals["p1"]


def test_a_question_nobody_answers_does_not_end_the_waiting(
    gate: Keyturn, gateway: Gateway
) -> None:
    heard = waiting(gate, gateway)
    gateway.decide("p1", "needs_information", question=ASKED)
    gateway.when_asked(2)
    gateway.decide("p1", "escalated", question=None)
    gateway.when_asked(3)
    gateway.decide("p1", "rejected")
    assert heard.result(5).status == Status.REJECTED


def test_an_answer_that_comes_too_late_leaves_the_waiting_to_people(
    gate: Keyturn, gateway: Gateway
) -> None:
    def decide_meanwhile(_: Question) -> str:
        gateway.decide("p1", "rejected", question=None)
        return "Order 1138"

    heard = waiting(gate, gateway, on_question=decide_meanwhile)
    gateway.decide("p1", "needs_information", question=ASKED)
    assert heard.result(5).status == Status.REJECTED


def test_an_answer_without_a_question_is_refused(gate: Keyturn) -> None:
    pending = gate.propose("process_refund", REFUND)
    with pytest.raises(Conflict, match="Nobody asked"):
        pending.answer("Order 1138")


def test_a_gateway_that_restarts_is_waited_for(gateway: Gateway) -> None:
    again = Gateway()
    with serving(gateway) as url:
        gate = Keyturn(url, KEY, patience=0.1)
        heard = waiting(gate, gateway, timeout=30)
    again.proposals = gateway.proposals
    with gate, serving(again, port=int(url.rsplit(":", 1)[-1])):
        again.when_asked()
        again.decide("p1", "approved")
        assert heard.result(5).approved


def test_a_gateway_that_stays_away_is_unreachable(gateway: Gateway) -> None:
    with serving(gateway) as url, Keyturn(url, KEY, patience=0.3) as gate:
        pending = gate.propose("process_refund", REFUND)
    with Keyturn(url, KEY, patience=0.3) as gate:
        with pytest.raises(GatewayUnreachable, match="ConnectError"):
            gate.pending(pending.id).wait()
        with pytest.raises(GatewayUnreachable, match="ConnectError"):
            gate.propose("process_refund", REFUND)


def test_withdrawing_closes_and_is_heard(gate: Keyturn) -> None:
    pending = gate.propose("process_refund", REFUND)
    assert pending.withdraw("The customer changed their mind.").status == Status.WITHDRAWN
    assert not pending.wait(timeout=0).approved


def test_withdrawing_what_is_decided_is_refused(gate: Keyturn, gateway: Gateway) -> None:
    pending = gate.propose("process_refund", REFUND)
    gateway.decide("p1", "approved")
    with pytest.raises(AlreadyClosed):
        pending.withdraw("Too late.")


def test_a_withdrawal_whose_reply_is_lost_counts_once(gate: Keyturn, gateway: Gateway) -> None:
    pending = gate.propose("process_refund", REFUND)
    gateway.faults.append(cut_off)
    assert pending.withdraw("Lost on the way.").status == Status.WITHDRAWN


def test_what_follows_a_decision_is_heard_too(gate: Keyturn, gateway: Gateway) -> None:
    pending = gate.propose("process_refund", REFUND)
    gateway.decide("p1", "approved")
    decision = pending.wait()
    recalled = {"by": {"user": "U1", "name": "Ana"}, "at": None, "reason": "Wrong customer."}
    gateway.decide("p1", "approved", after={"recalled": recalled}, execution_token=None)
    changed = gate.change(decision, timeout=5)
    assert changed.after.recalled is not None
    assert changed.after.recalled.by == "Ana"
    assert not changed.approved
