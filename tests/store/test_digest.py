from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from manifests.vocabulary import ActionName, Digest
from store.digest import (
    NotCanonical,
    canonical,
    digest_of,
    execution_token,
    request_digest,
    revision_digest,
)
from store.proposal import ProposalId
from tests.store.making import a_proposal
from tests.store.strategies import json_values, proposals

PAY = ActionName("pay")


@given(value=json_values)
def test_the_shorter_way_writes_the_same_bytes(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(words=st.text(st.characters(codec="utf-8")), key=st.text(st.characters(max_codepoint=127)))
def test_every_character_is_written_as_the_standard_says(words: str, key: str) -> None:
    assert canonical({key: [words]}) == rfc8785.dumps({key: [words]})


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 2**53, -(2**53), "\ud800", {"\ud800": 1}, [10**30]]
)
def test_what_has_no_canonical_form_has_no_digest(value: Any) -> None:
    with pytest.raises(NotCanonical):
        digest_of({"amount": value})


def test_the_order_of_keys_does_not_matter_but_everything_else_does() -> None:
    one = revision_digest(PAY, {"amount": "1.00", "to": "Acme"})
    assert revision_digest(PAY, {"to": "Acme", "amount": "1.00"}) == one
    others = {
        revision_digest(PAY, {"amount": "1.0", "to": "Acme"}),
        revision_digest(PAY, {"amount": 1, "to": "Acme"}),
        revision_digest(PAY, {"amount": True, "to": "Acme"}),
        revision_digest(ActionName("refund"), {"amount": "1.00", "to": "Acme"}),
    }
    assert len(others | {one}) == 5


@given(proposal=proposals)
def test_a_retry_is_told_from_a_conflict_without_its_key(proposal: Any) -> None:
    rekeyed = proposal.model_copy(update={"idempotency_key": "another"})
    assert request_digest(rekeyed) == request_digest(proposal)
    changed = proposal.model_copy(update={"reason": proposal.reason + "!"})
    assert request_digest(changed) != request_digest(proposal)


def test_a_token_belongs_to_one_decision_of_one_installation() -> None:
    proposal, digest = ProposalId("p1"), revision_digest(PAY, a_proposal().parameters)
    token = execution_token(b"k" * 32, proposal, digest)
    assert token == execution_token(b"k" * 32, proposal, digest)
    assert token not in {
        execution_token(b"x" * 32, proposal, digest),
        execution_token(b"k" * 32, ProposalId("p2"), digest),
        execution_token(b"k" * 32, proposal, Digest("sha256:other")),
    }
