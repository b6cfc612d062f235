"""What a proposal's amount is, or why it cannot be told."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from manifests.manifest import Action
from manifests.money import DIGITS, Currency, Money, decimal_amount, has_too_many_digits
from manifests.parameters import Parameter
from manifests.wording import clipped


@dataclass(frozen=True, slots=True)
class Unclear:
    """No amount that a limit could be held against; `absent` when none was sent at all."""

    why: str
    absent: bool = False


def amount_of(action: Action, parameters: Mapping[str, JsonValue]) -> Money | Unclear:
    """Read the amount that the action's limits speak of; only a plain positive amount is clear."""
    return money_of(action.amount_parameter, action.amount, parameters, action.currency)


def money_of(
    name: str,
    declared: Parameter | None,
    parameters: Mapping[str, JsonValue],
    usual: Currency | None,
) -> Money | Unclear:
    """Read one amount of money.

    Where none is declared, `usual` is the currency unless the agent names another.
    """
    if parameters.get(name) is None:
        return Unclear(f"The amount (“{name}”) is missing, so no limit could be checked.", True)
    amount = decimal_amount(parameters[name])
    if amount is None:
        return Unclear(
            f"The amount is no decimal string or whole number: {_shown(parameters[name])}."
        )
    if amount <= 0:
        return Unclear(f"The amount is {amount}, which is not above zero.")
    currency = _currency_of(declared, parameters, usual)
    if isinstance(currency, Unclear):
        return currency
    if has_too_many_digits(amount, currency):
        return Unclear(f"The amount {amount} is finer than {currency} can be paid.")
    return Money(amount, currency)


def _currency_of(
    declared: Parameter | None, parameters: Mapping[str, JsonValue], usual: Currency | None
) -> Currency | Unclear:
    if declared is None:
        return _undeclared_currency(parameters, usual)
    if declared.currency is not None:
        return Currency(declared.currency)
    return _known(parameters.get(declared.currency_parameter or ""))


def _undeclared_currency(
    parameters: Mapping[str, JsonValue], usual: Currency | None
) -> Currency | Unclear:
    """Take the limits' own currency where none is declared, unless the agent names another."""
    named = [value for name, value in parameters.items() if "currency" in name.lower()]
    if not named:
        return usual or Unclear("No currency is given.")
    first = _known(named[0])
    if any(value != named[0] for value in named):
        return Unclear("The parameters name more than one currency.")
    return first


def _known(value: JsonValue) -> Currency | Unclear:
    if isinstance(value, str) and value in DIGITS:
        return Currency(value)
    return Unclear(f"The currency is unknown: {_shown(value)}.")


def _shown(value: JsonValue) -> str:
    return "none given" if value is None else clipped(repr(value), 40)
