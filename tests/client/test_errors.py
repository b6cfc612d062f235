"""Refusals are told apart by type, and nothing that answers strangely is taken for a yes."""

import pytest

from keyturn import (
    ActionNotAllowed,
    GatewayUnreachable,
    InvalidRequest,
    KeyReused,
    Keyturn,
    Problem,
    ProposalNotFound,
    UnexpectedReply,
    UnknownKey,
)
from keyturn.decision import GRANTED, Status
from keyturn.flow import Reply
from keyturn.problems import BY_STATUS, BY_TYPE, accepted
from keyturn.reading import read_decision
from tests.client.gateway import Gateway, a_decision, a_web_page, busy, cut_off

REFUND = {"amount": "480.00", "currency": "USD"}


def test_a_strangers_key_is_refused(address: str) -> None:
    with Keyturn(address, "kt_wrong") as gate, pytest.raises(UnknownKey, match="not known"):
        gate.propose("process_refund", REFUND)


def test_an_action_outside_the_key_is_refused(gate: Keyturn) -> None:
    with pytest.raises(ActionNotAllowed):
        gate.propose("forbidden")


def test_wrong_fields_are_named_with_what_to_do(gate: Keyturn) -> None:
    with pytest.raises(InvalidRequest, match="/parameters/amount: is a float") as refused:
        gate.propose("process_refund", {"amount": 4.8})
    [field] = refused.value.errors
    assert field.hint == "send a text"


def test_a_key_that_belongs_to_another_proposal_names_it(gate: Keyturn) -> None:
    first = gate.propose("process_refund", REFUND, idempotency_key="order-1138")
    with pytest.raises(KeyReused) as refused:
        gate.propose("process_refund", {"amount": "1.00"}, idempotency_key="order-1138")
    assert refused.value.existing == first.id


def test_a_proposal_nobody_knows_is_not_found(gate: Keyturn) -> None:
    with pytest.raises(ProposalNotFound):
        gate.read("p404")


@pytest.mark.parametrize("fault", [cut_off, busy])
def test_a_proposal_whose_reply_is_lost_is_sent_again_as_the_same(
    fault: object, gate: Keyturn, gateway: Gateway
) -> None:
    gateway.faults.extend([fault, fault])  # type: ignore[list-item]
    pending = gate.propose("process_refund", REFUND)
    assert gateway.requests["POST proposals"] == 3
    assert list(gateway.proposals) == [pending.id]


def test_the_same_said_twice_is_one_proposal_and_another_key_makes_two(gate: Keyturn) -> None:
    first = gate.propose("process_refund", REFUND)
    assert gate.propose("process_refund", REFUND).id == first.id
    assert gate.propose("process_refund", REFUND, idempotency_key="again").id != first.id


def test_a_gateway_that_stays_overloaded_is_unreachable(address: str, gateway: Gateway) -> None:
    gateway.faults.extend([busy] * 20)
    hurried = Keyturn(address, "kt_test_key", patience=0.2)
    with hurried, pytest.raises(GatewayUnreachable, match="it said 503"):
        hurried.propose("process_refund", REFUND)


def test_a_web_page_is_no_decision(gate: Keyturn, gateway: Gateway) -> None:
    gateway.faults.append(a_web_page)
    with pytest.raises(UnexpectedReply):
        gate.propose("process_refund", REFUND)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "approved",
        {},
        {"id": "p1", "status": "approved"},
        a_decision(status=True),
        a_decision(version="1"),
        a_decision(version=True),
        a_decision(decided_at="2026-11-02T09:30:00"),
        a_decision(question={"id": 1}),
        a_decision(after={"consumed": "yes"}),
        a_decision(parameters=[1, 2]),
    ],
)
def test_what_is_no_decision_is_never_approved(body: object) -> None:
    with pytest.raises(UnexpectedReply):
        read_decision(body)


def test_exactly_three_statuses_are_leave() -> None:
    granted = {status for status in Status if read_decision(a_decision(status=status)).approved}
    assert granted == GRANTED == {"approved", "approved_with_edits", "auto_approved"}


def test_fields_of_a_newer_gateway_do_no_harm() -> None:
    assert read_decision(a_decision(mood="fine", status="approved")).approved


@pytest.mark.parametrize("slug", BY_TYPE)
def test_each_type_has_its_error(slug: str) -> None:
    body = {"type": f"urn:keyturn:problem:{slug}", "title": "No", "detail": "because"}
    with pytest.raises(Problem, match="No: because") as refused:
        accepted(Reply(418, body))
    assert type(refused.value) is BY_TYPE[slug]


@pytest.mark.parametrize("status", BY_STATUS)
def test_a_type_of_a_newer_gateway_is_told_by_its_status(status: int) -> None:
    with pytest.raises(Problem) as refused:
        accepted(Reply(status, {"type": "urn:keyturn:problem:from-the-future"}))
    assert type(refused.value) is BY_STATUS[status]


@pytest.mark.parametrize("reply", [Reply(302, None), Reply(302, {}), Reply(404, None)])
def test_an_answer_without_a_problem_comes_from_somebody_else(reply: Reply) -> None:
    with pytest.raises(UnexpectedReply, match="is this a Keyturn gateway's address"):
        accepted(reply)


@pytest.mark.parametrize("url", ["127.0.0.1:8766", "ftp://127.0.0.1", "http://", ""])
def test_a_wrong_address_is_said_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="looks like http"):
        Keyturn(url, "kt_test_key")


@pytest.mark.parametrize("key", ["", "schlüssel", "kt\nX-Admin: yes"])
def test_a_wrong_key_is_said_at_once(key: str) -> None:
    with pytest.raises(ValueError, match="keyturn keys create"):
        Keyturn("http://127.0.0.1:8766", key)


def test_a_page_lists_what_the_agent_proposed(gate: Keyturn, gateway: Gateway) -> None:
    for amount in ("1.00", "2.00"):
        gate.propose("process_refund", {"amount": amount})
    gateway.decide("p1", "rejected")
    assert [one.id for one in gate.page().proposals] == ["p2", "p1"]
    assert [one.id for one in gate.page(status="rejected").proposals] == ["p1"]
