"""What an action's parameters look like: a typed subset of JSON Schema."""

from dataclasses import dataclass
from enum import StrEnum


class ParameterType(StrEnum):
    """The types a parameter may have; money is a decimal string or an integer in major units."""

    STRING = "string"
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    EMAIL = "email"
    URI = "uri"
    LIST = "list"
    OBJECT = "object"


class Sensitivity(StrEnum):
    """How a value is shown to people; the agent always gets the whole value back."""

    PLAIN = "plain"
    MASK = "mask"
    HASH = "hash"
    HIDE = "hide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One declared parameter of an action."""

    name: str
    type: ParameterType
    title: str
    description: str = ""
    required: bool = False
    editable: bool = True
    sensitive: Sensitivity = Sensitivity.PLAIN
    choices: tuple[str, ...] = ()
    minimum: str | None = None
    maximum: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    currency: str | None = None
    """ISO 4217 code of a money parameter, when it is fixed by the manifest."""
    currency_parameter: str | None = None
    """Name of the parameter that holds the currency of this money, when the agent gives it."""
    by_reference: bool = False
    """Whether the value is `{url, sha256}`: kept elsewhere, and pinned by its digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterSchema:
    """All declared parameters.

    `open` when the manifest declares none: then anything is taken, and nothing can be edited.
    """

    parameters: tuple[Parameter, ...] = ()
    open: bool = False

    def named(self, name: str) -> Parameter | None:
        """Find a declared parameter."""
        return next((each for each in self.parameters if each.name == name), None)

    @property
    def editable(self) -> tuple[Parameter, ...]:
        """List what a reviewer may change."""
        return tuple(each for each in self.parameters if each.editable)


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong with what somebody sent: where, what, and what to do."""

    where: str
    """JSON pointer, such as `/parameters/amount`."""
    problem: str
    hint: str = ""

    @property
    def words(self) -> str:
        """Say what is wrong and what to do, as sentences; the first may bring its full stop."""
        return f"{self.problem.removesuffix('.')}. {self.hint}".rstrip()
