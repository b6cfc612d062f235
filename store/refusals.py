"""Why a command was turned down, in words for the person or the program that sent it."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """A refusal's name: stable, for programs and for metrics."""

    UNKNOWN_PROPOSAL = "unknown_proposal"
    FORGED_CARD = "forged_card"
    ALREADY_CLOSED = "already_closed"
    TOO_LATE = "too_late"
    STALE_REVISION = "stale_revision"
    NOT_A_MEMBER = "not_a_member"
    WRONG_ROLE = "wrong_role"
    OWN_PROPOSAL = "own_proposal"
    OWN_EDIT = "own_edit"
    ALREADY_SIGNED = "already_signed"
    NOT_SIGNED = "not_signed"
    STALE_FACTS = "stale_facts"
    MISSING_PARAMETERS = "missing_parameters"
    IS_A_QUESTION = "is_a_question"
    NOT_A_QUESTION = "not_a_question"
    NOT_A_CHOICE = "not_a_choice"
    PAUSED = "paused"
    NOT_ASKED = "not_asked"
    OTHER_QUESTION = "other_question"
    TOO_MANY_QUESTIONS = "too_many_questions"
    NO_HIGHER_RUNG = "no_higher_rung"
    NOTHING_CHANGED = "nothing_changed"
    NOT_HOLDING = "not_holding"
    NO_LIVE_VIEW = "no_live_view"
    NOT_DUE = "not_due"
    NOT_GRANTED = "not_granted"
    ALREADY_CONSUMED = "already_consumed"
    NOT_CONSUMED = "not_consumed"
    RECALLED = "recalled"
    LAPSED = "lapsed"
    WRONG_DIGEST = "wrong_digest"
    WRONG_TOKEN = "wrong_token"
    ALREADY_REPORTED = "already_reported"
    NO_ROLLBACK_REQUESTED = "no_rollback_requested"
    ROLLBACK_REQUESTED = "rollback_requested"
    NOT_ON_THE_LOOP = "not_on_the_loop"
    NOT_THE_PROPOSER = "not_the_proposer"
    NOT_THE_EXECUTOR = "not_the_executor"
    PEOPLE_EXECUTE = "people_execute"
    PROGRAM_EXECUTES = "program_executes"
    YOUR_TURN_ALREADY = "your_turn_already"
    AWAY = "away"
    PAUSED_BY_OPERATOR = "paused_by_operator"
    RULES_CHANGED = "rules_changed"
    NOT_RETYPED = "not_retyped"
    HELD = "held"
    NOT_HELD = "not_held"
    RELEASING = "releasing"
    NOT_ADDRESSED = "not_addressed"
    NOT_INVOLVED = "not_involved"
    NOT_TO_BE_ASKED = "not_to_be_asked"
    TOO_MANY_AT_ONCE = "too_many_at_once"
    ONE_BY_ONE = "one_by_one"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that changed nothing, and what the sender can do about it."""

    reason: Reason
    words: str
