"""Money: decimal amounts with a currency, never floats."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NewType

Currency = NewType("Currency", str)

_TWO_DIGITS = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD "
    "MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP "
    "PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS "
    "TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"

DIGITS: dict[str, int] = {
    **dict.fromkeys(_TWO_DIGITS.split(), 2),
    **dict.fromkeys(_NO_DIGITS.split(), 0),
    **dict.fromkeys(_THREE_DIGITS.split(), 3),
}
"""Decimal places of each ISO 4217 currency in circulation."""

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?", re.ASCII)
_LARGEST = 10**15
_GROUP = 3
"""Digits that stand together in a large number."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in major units of one currency."""

    amount: Decimal
    currency: Currency

    def __str__(self) -> str:
        return in_words(self.amount, self.currency)


def decimal_amount(value: object) -> Decimal | None:
    """Read a decimal string or an integer in major units; nothing else, least of all a float."""
    if isinstance(value, str):
        return Decimal(value) if _DECIMAL.fullmatch(value) else None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST:
        return Decimal(value)
    return None


def has_too_many_digits(amount: Decimal, currency: str) -> bool:
    """Say whether an amount is finer than the currency's smallest coin."""
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, int) and -exponent > DIGITS.get(currency, 2)


def in_words(amount: Decimal, currency: str) -> str:
    """Write an amount for a person: `$4,800.00`, `CHF 4,800.00`, `-$5.00`; never rounded."""
    whole, _, fraction = f"{abs(amount):f}".partition(".")
    if len(whole) > _GROUP:
        whole = f"{int(whole):,}"
    fraction = fraction.ljust(DIGITS.get(currency, 2), "0")
    sign = "-" if amount < 0 else ""
    symbol = _SYMBOLS.get(currency) or f"{currency} "
    return f"{sign}{symbol}{whole}.{fraction}" if fraction else f"{sign}{symbol}{whole}"
