"""Our own sentences, filled in from what the agent sent."""

import pytest
from pydantic import JsonValue

from manifests.parameters import Parameter, ParameterSchema, ParameterType, Sensitivity
from manifests.wording import BadTemplate, clipped, humanised, template

SCHEMA = ParameterSchema(
    parameters=(
        Parameter(
            name="amount", type=ParameterType.MONEY, title="Amount", currency_parameter="currency"
        ),
        Parameter(name="currency", type=ParameterType.STRING, title="Currency"),
        Parameter(name="fee", type=ParameterType.MONEY, title="Fee", currency="CHF"),
        Parameter(name="body", type=ParameterType.TEXT, title="Body"),
        Parameter(name="urgent", type=ParameterType.BOOLEAN, title="Urgent"),
        Parameter(name="count", type=ParameterType.INTEGER, title="Count"),
        Parameter(name="card", type=ParameterType.STRING, title="Card", sensitive=Sensitivity.MASK),
    )
)


def said(text: str, parameters: dict[str, JsonValue], limit: int = 150) -> str:
    return template(text, SCHEMA).filled(parameters, limit)


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("4800", "USD", "$4,800.00"),
        ("4800.5", "EUR", "€4,800.50"),
        (4800, "GBP", "£4,800.00"),
        ("4800", "JPY", "¥4,800"),
        ("4800", "CHF", "CHF 4,800.00"),
        ("-4800", "USD", "-$4,800.00"),
        ("0.005", "USD", "$0.005"),
        ("1.5", "BHD", "BHD 1.500"),
        (48.5, "USD", "48.5"),
        ("4800", None, "4800 (no currency)"),
        (None, "USD", "(not given)"),
    ],
)
def test_money_is_written_with_its_currency(
    amount: JsonValue, currency: JsonValue, words: str
) -> None:
    assert said("{amount}", {"amount": amount, "currency": currency}) == words


def test_values_are_put_in_as_they_are_and_never_read_as_templates() -> None:
    assert said("Send “{body}”?", {"body": "{card} {0.__class__} %s"}) == (
        "Send “{card} {0.__class__} %s”?"
    )
    assert said("{{kept}} {count} {urgent}", {"count": 3, "urgent": True}) == "{kept} 3 yes"
    assert said("{fee}", {"fee": "5"}) == "CHF 5.00"
    assert said("{body}", {"body": "one\n\n  two"}) == "one two"
    assert said("{body}", {"body": ["a", 1]}) == '["a", 1]'


@pytest.mark.parametrize(
    "text", ["{card}", "{amout}", "{}", "{amount.real}", "{amount[0]}", "{amount!r}", "{amount:>9}"]
)
def test_what_cannot_be_filled_in_is_refused(text: str) -> None:
    with pytest.raises(BadTemplate):
        template(text, SCHEMA)


@pytest.mark.parametrize("text", ["{amount", "amount}", "{amount}}", "{{amount}"])
def test_a_brace_without_its_partner_is_refused(text: str) -> None:
    with pytest.raises(BadTemplate, match="brace"):
        template(text, SCHEMA)


def test_a_headline_stays_within_its_limit() -> None:
    headline = said("Send {body} and {body} and {body}", {"body": "x" * 500})
    assert len(headline) == 150
    assert headline.endswith("…")


def test_text_is_cut_between_what_a_reader_sees_as_characters() -> None:
    family = "👨‍👩‍👧‍👦"
    assert clipped(family * 3, len(family) * 2 + 1) == family * 2 + "…"
    assert clipped("e\u0301" * 3, 4) == "e\u0301…"
    assert clipped("short", 5) == "short"


def test_names_of_programs_become_words() -> None:
    assert humanised("send_customer-email") == "Send customer email"
