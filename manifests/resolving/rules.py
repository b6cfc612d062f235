"""Written conditions into rules, limits and demands; what could never hold is refused."""

import re
from collections.abc import Collection, Iterator, Mapping
from math import isfinite, nan
from typing import NamedTuple

from manifests.codes import Code
from manifests.conditions import (
    Affects,
    ByAgents,
    Checked,
    Condition,
    Count,
    Deed,
    Evidenced,
    Expression,
    FewerEvidence,
    Flagged,
    HouseRule,
    Mentions,
    MoreThan,
    OfUrgency,
    OnFail,
    Rule,
    Shows,
    SignalBelow,
    Trouble,
    WindowLimit,
)
from manifests.document import ActionPart
from manifests.document_rules import RulePart
from manifests.document_values import AGENT_NAME
from manifests.folding import folded
from manifests.loading_cel import BadExpression, compiled
from manifests.mistakes import did_you_mean
from manifests.parameters import ParameterSchema
from manifests.phrasing import in_words
from manifests.resolving.comparing import NotApplicable, of_parameter
from manifests.resolving.findings import Findings, Path
from manifests.resolving.surroundings import Surroundings
from manifests.vocabulary import AgentName

_FLAG = re.compile(r"[a-z][a-z0-9_]{0,79}", re.ASCII)
_AGENT = re.compile(AGENT_NAME, re.ASCII)
_NAME = re.compile(r"[A-Za-z][\w-]{0,79}", re.ASCII)
_ENDS = (".", "!", "?", "…", "”")
_CONFIDENCE = "confidence"


class Conditions(NamedTuple):
    """Everything an action's conditions came to."""

    rules: tuple[Rule, ...]
    window_limits: tuple[WindowLimit, ...]
    required_evidence: tuple[Evidenced, ...]
    required_checks: tuple[Checked, ...]


def conditions_of(
    part: ActionPart,
    shared: Mapping[str, RulePart],
    path: Path,
    schema: ParameterSchema,
    target: tuple[str, ...],
    *,
    around: Surroundings,
) -> Conditions:
    """Resolve an action's conditions: the rules of the whole manifest first, then its own."""
    rules = [
        *_rules(shared, ("rules",), schema, around),
        *_rules(part.rules, (*path, "rules"), schema, around),
    ]
    _refuse_doubled_names(part, shared, path, around.findings)
    return Conditions(
        rules=tuple(rules),
        window_limits=_limits(part, path, schema, target, around.findings),
        required_evidence=tuple(Evidenced(e.kind, e.at_least) for e in part.required_evidence),
        required_checks=_checks(part, path, around.findings),
    )


def _refuse_doubled_names(
    part: ActionPart, shared: Mapping[str, RulePart], path: Path, findings: Findings
) -> None:
    for name in part.rules:
        if name in shared:
            message = f"A rule for every action is called “{name}” already."
            hint = "Both would hold; give this one another name."
            findings.mistake_in_key((*path, "rules", name), Code.CONTRADICTION, message, hint)


def refuse_stray_rules(
    shared: Mapping[str, RulePart], schemas: Collection[ParameterSchema], findings: Findings
) -> None:
    """Refuse rules for every action that compare a parameter which no action has."""
    if any(schema.open for schema in schemas):
        return
    known = {each.name for schema in schemas for each in schema.parameters}
    for name, part in shared.items():
        if part.parameter is not None and part.parameter not in known:
            message = f"No action has a parameter “{part.parameter}”."
            hint = did_you_mean(part.parameter, known, "Name one that some action declares.")
            where = ("rules", name, "parameter")
            findings.mistake(where, Code.UNKNOWN_PARAMETER, message, hint)


def _rules(
    parts: Mapping[str, RulePart], path: Path, schema: ParameterSchema, around: Surroundings
) -> Iterator[Rule]:
    for name, part in parts.items():
        here = (*path, name)
        _refuse_bad_name(name, here, around.findings)
        _refuse_idle_keys(part, here, around.findings)
        try:
            conditions = tuple(_conditions(part, here, schema, around.findings))
        except NotApplicable:
            continue
        seats = around.book.all_defined(part.seats or (), (*here, "seats"))
        because = part.because or (in_words(conditions) if conditions else name)
        yield Rule(
            name=name,
            conditions=conditions,
            then=Deed(part.then),
            because=because if because.endswith(_ENDS) else f"{because}.",
            ask=_question(part, because),
            seats=seats,
            path=here,
        )


def _question(part: RulePart, because: str) -> str:
    if Deed(part.then) is not Deed.ASK_AGENT:
        return ""
    return part.ask or f"Please say more before a person looks: {because}"


def _refuse_bad_name(name: str, path: Path, findings: Findings) -> None:
    if name in set(HouseRule):
        message = f"“{name}” is the name of a rule that always holds."
        findings.mistake_in_key(path, Code.RESERVED_NAME, message, "Give this rule another name.")
    elif not _NAME.fullmatch(name):
        hint = "Use letters, digits, _ and -, beginning with a letter."
        findings.mistake_in_key(path, Code.BAD_NAME, f"“{name}” cannot name a rule.", hint)


def _refuse_idle_keys(part: RulePart, path: Path, findings: Findings) -> None:
    """Refuse what would be ignored: whoever wrote it thinks that it does something."""
    deed = Deed(part.then)
    if part.ask is not None and deed is not Deed.ASK_AGENT:
        message = f"Nobody is asked anything with “then: {part.then}”."
        hint = "Write then: ask_agent; a person looks afterwards all the same."
        findings.mistake_in_key((*path, "ask"), Code.CONTRADICTION, message, hint)
    if part.seats is not None and deed is Deed.BLOCK:
        message = "Nobody signs for what is blocked."
        hint = "Remove the seats, or write then: escalate."
        findings.mistake_in_key((*path, "seats"), Code.CONTRADICTION, message, hint)
    if "within" in part.model_fields_set and part.keywords is None:
        message = "“within” says where keywords are looked for, and there are none."
        findings.mistake_in_key(
            (*path, "within"), Code.CONTRADICTION, message, "Write keywords, too."
        )


def _conditions(
    part: RulePart, path: Path, schema: ParameterSchema, findings: Findings
) -> Iterator[Condition]:
    compared = of_parameter(part, path, schema, findings, shared=path[0] == "rules")
    if compared is not None:
        yield compared
    yield from _cheap(part, path, findings)
    yield from _counts(part)
    yield from _troubles(part)
    if part.signal is not None:
        yield SignalBelow(part.signal.name, part.signal.below)
    if part.confidence_below is not None:
        yield SignalBelow(_CONFIDENCE, part.confidence_below)
    # What takes longest is looked at last: one condition that fails spares the others.
    if part.keywords is not None:
        _refuse_empty_words(part.keywords, (*path, "keywords"), findings)
        yield Mentions(part.keywords, part.within)
    if part.when is not None:
        yield from _expression(part.when, (*path, "when"), findings)


def _cheap(part: RulePart, path: Path, findings: Findings) -> Iterator[Condition]:
    if part.flags is not None:
        _refuse_words(
            part.flags, _FLAG, (*path, "flags"), "Flags are small letters and _.", findings
        )
        yield Flagged(frozenset(part.flags))
    if part.agents is not None:
        hint = "Write the name the agent has in the key file."
        _refuse_words(part.agents, _AGENT, (*path, "agents"), hint, findings)
        yield ByAgents(frozenset(AgentName(each) for each in part.agents))
    if part.urgency is not None:
        yield OfUrgency(frozenset(part.urgency))
    if part.affected is not None:
        yield Affects(part.affected)


def _counts(part: RulePart) -> Iterator[Condition]:
    limits = (
        (Count.TOOL_CALLS, part.tool_calls_above),
        (Count.RETRIES, part.retries_above),
        (Count.AFFECTED, part.affected_above),
        (Count.UNCERTAINTY_FACTORS, part.uncertainty_factors_above),
    )
    for what, limit in limits:
        if limit is not None:
            yield MoreThan(what, limit)
    if part.evidence_below is not None:
        yield FewerEvidence(part.evidence_below)


def _troubles(part: RulePart) -> Iterator[Condition]:
    if part.conflicting_evidence:
        yield Shows(Trouble.CONFLICTING_EVIDENCE)
    if part.failed_check:
        yield Shows(Trouble.FAILED_CHECK)
    if part.tool_error:
        yield Shows(Trouble.TOOL_ERROR)


def _refuse_words(
    words: tuple[str, ...], form: re.Pattern[str], path: Path, hint: str, findings: Findings
) -> None:
    for index, word in enumerate(words):
        if not form.fullmatch(word):
            message = f"“{word}” can never be sent, so this would never hold."
            findings.mistake((*path, index), Code.BAD_WORD, message, hint)


def _refuse_empty_words(words: tuple[str, ...], path: Path, findings: Findings) -> None:
    for index, word in enumerate(words):
        if not folded(word).strip():
            message = f"“{word}” holds no letter and no digit, so it is never found."
            findings.mistake((*path, index), Code.BAD_WORD, message, "Write whole words.")


def _expression(text: str, path: Path, findings: Findings) -> Iterator[Expression]:
    try:
        yield Expression(text, compiled(text))
    except BadExpression as error:
        findings.mistake(path, error.code, error.message, error.hint)


def _limits(
    part: ActionPart,
    path: Path,
    schema: ParameterSchema,
    target: tuple[str, ...],
    findings: Findings,
) -> tuple[WindowLimit, ...]:
    found = []
    for index, limit in enumerate(part.limits):
        here = (*path, "limits", index)
        if "target" in limit.per and not target:
            message = "Nothing says what this is done to, so it cannot be counted per target."
            hint = "Write alternatives: {target: [...]} with the parameters that say so."
            findings.mistake((*here, "per"), Code.NO_TARGET, message, hint)
        money = None if limit.sum is None else limit.sum.money
        if money is not None:
            _refuse_other_money(part, money.currency, here, schema, findings)
        found.append(
            WindowLimit(
                length=limit.within,
                per=tuple(dict.fromkeys(limit.per)),
                count=limit.count,
                sum=money,
            )
        )
    return tuple(found)


def _refuse_other_money(
    part: ActionPart, currency: str, path: Path, schema: ParameterSchema, findings: Findings
) -> None:
    declared = schema.named(part.amount_parameter)
    if declared is not None and declared.currency not in {None, currency}:
        message = f"The amount is in {declared.currency}, so a sum in {currency} never counts it."
        hint = f"Write {declared.currency}."
        findings.mistake((*path, "sum", "currency"), Code.OTHER_CURRENCY, message, hint)


def _checks(part: ActionPart, path: Path, findings: Findings) -> tuple[Checked, ...]:
    found = []
    for index, check in enumerate(part.required_checks):
        here = (*path, "required_checks", index)
        least = None if check.at_least is None else _score(check.at_least)
        if least is not None and not isfinite(least):
            message = f"“{check.at_least}” is no score."
            findings.mistake(
                (*here, "at_least"), Code.WRONG_TYPE, message, "Write one such as 0.9."
            )
        found.append(
            Checked(
                name=check.name,
                source=check.source,
                at_least=least,
                on_fail=OnFail(check.on_fail),
            )
        )
    return tuple(found)


def _score(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return nan
