import pytest
from pydantic import ValidationError

from tests.store.making import a_proposal


@pytest.mark.parametrize("key", ["", "a\x00b", "a\nb", "\x7f", "k" * 256])
def test_a_key_is_something_every_database_and_every_header_can_hold(key: str) -> None:
    with pytest.raises(ValidationError, match="idempotency_key"):
        a_proposal(idempotency_key=key)


@pytest.mark.parametrize("key", ["order-4711", "Bestellung Nr. 7 / ü", "🧾", "k" * 255])
def test_a_key_may_be_any_words(key: str) -> None:
    assert a_proposal(idempotency_key=key).idempotency_key == key


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        ({}, "action"),
        ({"missing": ("iban",)}, "incomplete"),
        ({"question": "Which?"}, "question"),
        ({"question": "Which?", "missing": ("iban",)}, "question"),
    ],
)
def test_a_proposal_says_what_a_reviewer_must_do(sent: dict[str, object], kind: str) -> None:
    assert a_proposal(**sent).kind == kind
