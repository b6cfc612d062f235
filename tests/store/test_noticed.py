"""What agents say they noticed is read strictly: doubt must not get lost in a spelling."""

import json
from typing import Any, get_type_hints

import pytest

from keyturn.proposal import Denial as ClientsDenial
from keyturn.proposal import Details
from keyturn.proposal import Evidence as ClientsEvidence
from store.proposal import Denial, Evidence, Proposal
from store.wire import InvalidProposal, read_proposal

NOTICED: dict[str, Any] = {
    "flags": ["vip", "customer_asked_for_human"],
    "signals": {"retrieval_quality": 0.4, "sentiment": 1},
    "affected": ["payments", "prod-eu-1"],
    "tool_calls": 12,
    "retries": 0,
    "denied_by": {"engine": "opa", "policy": "p", "call": {"a": [1]}, "message": "No."},
    "context": {"evidence": [{"title": "Ledger", "contradicts": True}]},
}


def read(**sent: Any) -> Proposal:
    return read_proposal(json.dumps({"action": "pay", **sent}))


def test_everything_noticed_is_kept_as_it_was_sent() -> None:
    proposal = read(**NOTICED)
    assert proposal.flags == ("vip", "customer_asked_for_human")
    assert proposal.signals == {"retrieval_quality": 0.4, "sentiment": 1.0}
    assert (proposal.tool_calls, proposal.retries) == (12, 0)
    assert proposal.denied_by is not None
    assert proposal.denied_by.call == {"a": [1]}
    assert proposal.context.evidence[0].contradicts


@pytest.mark.parametrize(
    ("sent", "where"),
    [
        ({"flags": ["VIP"]}, "/flags/0"),
        ({"flags": ["v" * 81]}, "/flags/0"),
        ({"flags": "vip"}, "/flags"),
        ({"flags": ["vip"] * 51}, "/flags"),
        ({"signals": {"quality": 1.01}}, "/signals/quality"),
        ({"signals": {"quality": "0.5"}}, "/signals/quality"),
        ({"signals": {"Quality": 0.5}}, "/signals/Quality/[key]"),
        ({"affected": ["a" * 501]}, "/affected/0"),
        ({"affected": ["a"] * 201}, "/affected"),
        ({"tool_calls": -1}, "/tool_calls"),
        ({"tool_calls": True}, "/tool_calls"),
        ({"retries": "3"}, "/retries"),
        ({"denied_by": {}}, "/denied_by/engine"),
        ({"denied_by": {"engine": "AWS IAM"}}, "/denied_by/engine"),
        ({"denied_by": {"engine": "оpa"}}, "/denied_by/engine"),
        ({"denied_by": {"engine": "opa", "granted": True}}, "/denied_by/granted"),
        ({"context": {"evidence": [{"title": "x", "contradicts": 1}]}},
         "/context/evidence/0/contradicts"),
        ({"overrides": "opa"}, "/overrides"),
    ],
    ids=str,
)  # fmt: skip
def test_what_does_not_fit_is_told_where(sent: dict[str, Any], where: str) -> None:
    with pytest.raises(InvalidProposal) as caught:
        read(**sent)
    assert [each.where for each in caught.value.complaints] == [where]


def test_the_client_can_say_all_that_is_read() -> None:
    told = {"action", "parameters"}
    assert set(get_type_hints(Details)) == set(Proposal.model_fields) - told
    assert set(get_type_hints(ClientsDenial)) == set(Denial.model_fields)
    assert set(get_type_hints(ClientsEvidence)) == set(Evidence.model_fields)
