"""Conditions in words for a person, for rules whose author gave no reason."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from manifests.conditions import (
    Affects,
    ByAgents,
    Condition,
    Count,
    Expression,
    FewerEvidence,
    Flagged,
    Mentions,
    MoreThan,
    OfParameter,
    OfUrgency,
    Shows,
    SignalBelow,
    Trouble,
)

_COUNTED = {
    Count.TOOL_CALLS: "tool calls",
    Count.RETRIES: "retries",
    Count.AFFECTED: "things affected",
    Count.UNCERTAINTY_FACTORS: "things the agent is unsure about",
}
_TROUBLES = {
    Trouble.CONFLICTING_EVIDENCE: "the evidence is in conflict",
    Trouble.FAILED_CHECK: "a check failed",
    Trouble.TOOL_ERROR: "a tool failed",
}


def in_words(conditions: Iterable[Condition]) -> str:
    """Say what must hold together, as one sentence."""
    said = " and ".join(condition_in_words(each) for each in conditions)
    return f"{said[:1].upper()}{said[1:]}."


def condition_in_words(condition: Condition) -> str:
    """Say one condition as part of a sentence."""
    match condition:
        case OfParameter():
            return " and ".join(_of_parameter(condition))
        case Mentions(words, within):
            return f"the {_either(within)} mentions {_either(map(_quoted, words))}"
        case Flagged(flags):
            return f"the agent flagged {_either(sorted(flags))}"
        case ByAgents(agents):
            return f"the agent is {_either(sorted(agents))}"
        case OfUrgency(urgencies):
            return f"the urgency is {_either(sorted(urgencies))}"
        case Affects(patterns):
            return f"{_either(map(_quoted, patterns))} is affected"
        case MoreThan(what, limit):
            return f"there are more than {limit} {_COUNTED[what]}"
        case FewerEvidence(limit):
            return f"there are fewer than {limit} pieces of evidence"
        case Shows(trouble):
            return _TROUBLES[trouble]
        case SignalBelow(name, limit):
            return f"{name} is below {limit}"
        case Expression(text=text):
            return f"{text} is true"
        case _:
            assert_never(condition)


def _of_parameter(condition: OfParameter) -> Iterator[str]:
    name = _quoted(condition.name)
    if condition.one_of is not None:
        yield f"{name} is {_either(sorted(condition.one_of))}"
    if condition.none_of is not None:
        yield f"{name} is not {_either(sorted(condition.none_of))}"
    if condition.matches is not None:
        yield f"{name} matches {condition.matches}"
    if condition.above is not None:
        yield f"{name} is above {condition.above}"
    if condition.below is not None:
        yield f"{name} is below {condition.below}"
    if condition.above_amount is not None:
        yield f"{name} is above {condition.above_amount}"
    if condition.is_ is not None:
        yield f"{name} is {str(condition.is_).lower()}"


def _quoted(word: str) -> str:
    return f"“{word}”"


def _either(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
