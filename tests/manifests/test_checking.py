"""Parameters against their declaration."""

import pytest
from pydantic import JsonValue

from manifests.checking import complaints, edit_complaints, pointer
from manifests.parameters import (
    Complaint,
    Parameter,
    ParameterSchema,
    ParameterType,
    Sensitivity,
)
from manifests.vocabulary import ActionName
from tests.manifests.making import SHIPPED_MANIFEST, a_refund

REFUND = SHIPPED_MANIFEST.actions[ActionName("process_refund")].schema
SHIP = SHIPPED_MANIFEST.actions[ActionName("ship_replacement")].schema
GOOD = a_refund("48.00").parameters


def one(kind: str, **declared: object) -> ParameterSchema:
    values: dict[str, object] = {"name": "x", "type": ParameterType(kind), "title": "X", **declared}
    return ParameterSchema(parameters=(Parameter(**values),))  # type: ignore[arg-type]  # a table


def problems(schema: ParameterSchema, value: JsonValue) -> list[str]:
    return [each.problem for each in complaints(schema, {"x": value})]


def test_good_parameters_have_no_complaints() -> None:
    assert complaints(REFUND, GOOD) == ()


def test_nobody_hides_more_values_than_can_be_covered() -> None:
    hidden = one("object", sensitive=Sensitivity.HIDE)
    many: dict[str, JsonValue] = {"lists": [[str(number)] for number in range(60)], "a": 1}
    assert complaints(hidden, {"x": many}) == ()
    too_many: JsonValue = {**many, "more": dict.fromkeys(map(str, range(40)), "v")}
    assert problems(hidden, too_many) == ["is sensitive and holds more than 100 values"]
    assert problems(one("object"), too_many) == []


ADDRESS = "https://files.example/dump.sql"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"url": ADDRESS, "sha256": "a1" * 32}, []),
        (ADDRESS, ["is not an object"]),
        ({"url": ADDRESS}, ["is no reference"]),
        ({"url": ADDRESS, "sha256": "a1" * 32, "size": 3}, ["is no reference"]),
        ({"url": "http://files.example/x", "sha256": "a1" * 32},
         ["has no https address as “url”"]),
        ({"url": "https:///x", "sha256": "a1" * 32}, ["has no https address as “url”"]),
        ({"url": 7, "sha256": "A1" * 32},
         ["has no https address as “url”", "has no digest as “sha256”"]),
        ({"url": ADDRESS, "sha256": "a1" * 31}, ["has no digest as “sha256”"]),
        ({"url": ADDRESS, "sha256": "a1" * 32 + "\n"}, ["has no digest as “sha256”"]),
        ({"url": ADDRESS, "sha256": None}, ["has no digest as “sha256”"]),
    ],
)  # fmt: skip
def test_a_reference_is_an_address_with_a_digest(value: JsonValue, said: list[str]) -> None:
    assert problems(one("object", by_reference=True, editable=False), value) == said


def test_a_reference_cannot_be_exchanged_in_an_edit() -> None:
    schema = one("object", by_reference=True, editable=False)
    before: dict[str, JsonValue] = {"x": {"url": ADDRESS, "sha256": "a1" * 32}}
    after: dict[str, JsonValue] = {"x": {"url": ADDRESS, "sha256": "b2" * 32}}
    assert [each.problem for each in edit_complaints(schema, before, after)] == [
        "may not be changed"
    ]


def test_everything_wrong_is_told_at_once() -> None:
    wrong: dict[str, JsonValue] = {"amount": 48.0, "currency": "BTC", "order": "A-1", "customer": 7}
    assert complaints(REFUND, wrong) == (
        Complaint("/parameters/order", "is not a known parameter", "Did you mean “order_id”?"),
        Complaint(
            "/parameters/amount",
            "is a float, and floats cannot hold money",
            "Send a decimal string such as “49.99”.",
        ),
        Complaint("/parameters/currency", "is not one of the choices", "Choose from USD, EUR."),
        Complaint("/parameters/customer", "is not a string", "Send a string."),
        Complaint("/parameters/order_id", "is required", "Send a string, or name it in “missing”."),
    )


def test_what_is_named_as_missing_may_be_absent() -> None:
    without: dict[str, JsonValue] = {"order_id": "A-100", "item": "Lamp", "quantity": 1}
    assert complaints(SHIP, without, ["address"]) == ()
    assert [each.where for each in complaints(SHIP, without)] == ["/parameters/address"]
    assert [each.where for each in complaints(SHIP, without, ["adress"])] == [
        "/missing/0",
        "/parameters/address",
    ]


def test_an_open_schema_takes_anything() -> None:
    assert complaints(ParameterSchema(open=True), {"whatever": [1.5]}, ["more"]) == ()


@pytest.mark.parametrize(
    ("declared", "good", "bad"),
    [
        ({"kind": "string"}, ["", "a"], [1, None, ["a"], {}, True]),
        ({"kind": "string", "choices": ("a", "b")}, ["a"], ["c", "A"]),
        ({"kind": "string", "pattern": "[A-Z]{2}"}, ["AB"], ["ABC", "ab", "AB\n"]),
        ({"kind": "text", "min_length": 2, "max_length": 3}, ["ab", "abc"], ["a", "abcd"]),
        ({"kind": "integer"}, [0, -5, 2**53 - 1], [2**53, 1.0, "1", True]),
        ({"kind": "integer", "minimum": "1", "maximum": "3"}, [1, 3], [0, 4]),
        ({"kind": "number", "minimum": "0.5"}, [0.5, 1], [0.4, float("nan"), float("inf"), "1"]),
        ({"kind": "boolean"}, [True, False], [0, "true"]),
        ({"kind": "money", "currency": "USD"}, ["0.01", "12", 12], [0, "-1", 1.5, "1.234", "1,5"]),
        ({"kind": "money", "currency": "JPY"}, ["100"], ["100.5"]),
        ({"kind": "money", "currency": "BHD"}, ["1.234"], ["1.2345"]),
        ({"kind": "money", "currency": "USD", "minimum": "0"}, ["0", 0], ["-0.01"]),
        ({"kind": "money", "currency": "USD", "minimum": "-5"}, ["-5", "3"], ["-5.01"]),
        ({"kind": "money", "currency": "USD"}, [10**14], [10**15, "NaN", "1e3", "٤", True, "01"]),
        ({"kind": "date"}, ["2026-11-21"], ["20261121", "2026-W47-6", "2026-02-30", "21.11.2026"]),
        ({"kind": "date", "minimum": "2026-11-01"}, ["2026-11-01"], ["2026-10-31"]),
        (
            {"kind": "datetime", "maximum": "2026-11-21T10:00:00Z"},
            ["2026-11-21T10:00:00Z", "2026-11-21T11:00:00+02:00"],
            ["2026-11-21T10:00:00", "2026-11-21T10:00:01Z", "soon", 5],
        ),
        (
            {"kind": "email"},
            ["ana@acme.example", "a+b@müller.example"],
            ["ana", "a@b", "a b@c.example", "<a@b.example>", "a@b.example\nBcc: c@d.example"],
        ),
        (
            {"kind": "uri"},
            ["https://acme.example/a?b=c", "http://127.0.0.1:80/"],
            ["acme.example", "javascript:alert(1)", "https://", "https://a b", "http://[::1"],
        ),
        ({"kind": "list", "choices": ("a", "b"), "max_length": 1}, [[], ["a"]], ["a", ["c"], {}]),
        ({"kind": "list", "max_length": 1}, [[1]], [[1, 2]]),
        ({"kind": "object"}, [{}, {"a": 1}], [[], "{}", None]),
    ],
)
def test_each_type_takes_what_it_should(
    declared: dict[str, object], good: list[JsonValue], bad: list[JsonValue]
) -> None:
    schema = one(str(declared["kind"]), **{k: v for k, v in declared.items() if k != "kind"})
    assert [value for value in good if problems(schema, value)] == []
    assert [value for value in bad if not problems(schema, value)] == []


def test_money_is_measured_by_the_currency_beside_it() -> None:
    assert (
        complaints(REFUND, {**GOOD, "amount": "48.001"})[0].problem
        == "is finer than USD can be paid"
    )
    schema = ParameterSchema(
        parameters=(
            Parameter(name="x", type=ParameterType.MONEY, title="X", currency_parameter="currency"),
            Parameter(name="currency", type=ParameterType.STRING, title="Currency"),
        )
    )
    assert complaints(schema, {"x": "100", "currency": "JPY"}) == ()
    odd = complaints(schema, {"x": "100.5", "currency": "JPY"})
    assert [(each.problem, each.hint) for each in odd] == [
        ("is finer than JPY can be paid", "Send a whole number.")
    ]
    assert (
        complaints(schema, {"x": "1", "currency": "LSD"})[0].problem
        == "has a currency nobody knows"
    )


def test_a_pattern_that_never_ends_is_cut_off() -> None:
    assert problems(one("string", pattern="(a|aa)+b"), "a" * 5_000) == [
        "is not written as it must be"
    ]


def test_what_may_not_be_edited_is_told() -> None:
    edited = {**GOOD, "amount": "40.00", "customer": "Someone else"}
    assert edit_complaints(REFUND, GOOD, {**GOOD, "amount": "40.00"}) == ()
    assert edit_complaints(REFUND, GOOD, edited) == (
        Complaint("/parameters/customer", "may not be changed", "Reject it instead."),
    )


def test_an_edit_may_not_slip_a_parameter_in_or_out() -> None:
    slipped = {**GOOD, "card_last4": "4242"}
    assert [each.where for each in edit_complaints(REFUND, GOOD, slipped)] == [
        "/parameters/card_last4"
    ]
    without = {name: value for name, value in GOOD.items() if name != "customer"}
    assert [each.problem for each in edit_complaints(REFUND, GOOD, without)] == [
        "may not be changed",
        "is required",
    ]


def test_a_value_of_another_type_is_a_change() -> None:
    schema = one("object", editable=False)
    assert edit_complaints(schema, {"x": {"a": 1}}, {"x": {"a": True}}) != ()
    assert edit_complaints(schema, {"x": {"a": 1, "b": 2}}, {"x": {"b": 2, "a": 1}}) == ()


def test_what_was_missing_may_be_filled_in_even_where_nothing_is_editable() -> None:
    schema = one("string", editable=False, required=True)
    assert edit_complaints(schema, {}, {"x": "given"}, ["x"]) == ()
    assert edit_complaints(schema, {"x": "given"}, {"x": "other"}, ["x"]) != ()
    assert edit_complaints(ParameterSchema(open=True), {}, {"x": 1}, ["x"]) == ()
    assert edit_complaints(ParameterSchema(open=True), {"x": 1}, {"x": 2}) != ()


def test_pointers_are_escaped() -> None:
    assert pointer("parameters", "a/b~c", 0) == "/parameters/a~1b~0c/0"
