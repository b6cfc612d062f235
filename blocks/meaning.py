"""What people mean by the forms they submit."""

from dataclasses import dataclass

from manifests.vocabulary import Parameters, RoleName, Severity


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """What must be corrected, by the block_id of its input."""

    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class Approval:
    """A sign-off with its note, if any."""

    note: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """A no with its reason and category."""

    reason: str
    category: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Parameters as a reviewer wants them; those not in the form are as they were."""

    parameters: Parameters
    category: str
    note: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a reviewer wants to know of the agent."""

    text: str


@dataclass(frozen=True, slots=True)
class Guidance:
    """The answer to an agent's question: one of its choices, words, or both."""

    guidance: str
    choice: str | None


@dataclass(frozen=True, slots=True)
class Given:
    """A reason in free words."""

    reason: str


@dataclass(frozen=True, slots=True)
class Classification:
    """How an action that nobody knew is to be treated from now on."""

    severity: Severity
    reversible: bool
    role: RoleName
    approval_required: bool
