"""What people mean by the forms they submit."""

from dataclasses import dataclass

from pydantic import JsonValue

from manifests.vocabulary import Parameters, RoleName, Severity, UserId


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """What must be corrected, by the block_id of its input."""

    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class Approval:
    """A sign-off with its note, if any, and what was typed once more, where that was asked."""

    note: str
    retyped: str | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A no with its reason and category, and whether the agent should try once more."""

    reason: str
    category: str
    wants_alternative: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """Parameters as a reviewer wants them; those not in the form are as they were."""

    parameters: Parameters
    category: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEdit:
    """One step of a list as a reviewer wants it, and all parameters with it in its place."""

    value: JsonValue
    position: int
    """Where it shall stand, counted from 1."""
    removed: bool
    edit: Edit


@dataclass(frozen=True, slots=True)
class Regeneration:
    """What should be different about one step that the agent is to make anew."""

    wanted: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a reviewer wants to know, and of whom: an addressee's key."""

    text: str
    category: str
    asked: str


@dataclass(frozen=True, slots=True)
class Escalation:
    """Why the next level should decide."""

    reason: str
    category: str


@dataclass(frozen=True, slots=True)
class HandingBack:
    """Where things stand after a takeover, and the state to continue from."""

    note: str
    continue_from: str


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
class PassedOn:
    """Whose turn it should be instead, and what they are told."""

    to: UserId
    note: str


@dataclass(frozen=True, slots=True)
class Classification:
    """How an action that nobody knew is to be treated from now on."""

    severity: Severity
    reversible: bool
    role: RoleName
    approval_required: bool
