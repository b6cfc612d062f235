"""Rules that could never do what their author thinks are refused where they are written."""

import pytest

from tests.manifests.ruling import mistakes, read, written

WHY = (
    "The urgency is critical or high and there are fewer than 2 pieces of evidence "
    "and a check failed."
)
LINE = len(written("").splitlines()) + 2
"""Where the rule stands in actions.yaml."""


def told(rule: str) -> tuple[str, int, str, str]:
    text = written(f"rules:\n  watched: {{{rule}}}\n")
    (mistake, *others) = mistakes(text)
    assert not others
    at = text.splitlines()[mistake.line - 1][mistake.column - 1 :]
    return mistake.code, mistake.line, at.split(",")[0].split(":")[0].rstrip("}]"), mistake.hint


@pytest.mark.parametrize(
    ("rule", "code", "at", "hint"),
    [
        ("then: review", "empty-rule", "{then", ""),
        ("one_of: [a]", "missing-key", "one_of", "Write parameter: with its name."),
        ("is: true", "missing-key", "is", "Write parameter: with its name."),
        ("parameter: region", "empty-rule", "{parameter", ""),
        ("flags: [a], parameter: region", "empty-rule", "parameter", "Write one of one_of,"),
        ("parameter: regio, one_of: [a]", "unknown-parameter", "regio", "Did you mean “region”?"),
        ("parameter: zzz, one_of: [a]", "unknown-parameter", "zzz", "Known parameters: region,"),
        ("parameter: size, one_of: [smal]", "bad-choice", "smal", "Did you mean “small”?"),
        ("parameter: size, none_of: [zzz]", "bad-choice", "zzz", "Choices: small, large."),
        ("parameter: region, above: 5", "misfit", "above", "It compares: integer, money, number."),
        ("parameter: urgent, one_of: [a]", "misfit", "one_of", "It compares: date,"),
        ("parameter: count, is: true", "misfit", "is", "It compares: boolean."),
        ("parameter: extra, matches: a", "misfit", "matches", ""),
        ("parameter: region, matches: '('", "bad-pattern", "'('", ""),
        ("parameter: count, above: tall", "wrong-type", "tall", "For dates, compare in `when:`."),
        ("parameter: count, above: true", "wrong-type", "true", ""),
        ("parameter: count, above: 9, below: 9", "crossed-bounds", "below", "Write two rules."),
        ("parameter: amount, above: 9", "no-currency", "above", "Write above_amount with"),
        (
            "parameter: euros, above_amount: {amount: 9, currency: USD}",
            "other-currency",
            "USD",
            "Write EUR.",
        ),
        ("parameter: count, above_amount: 9", "wrong-type", "9", ""),
        ("flags: [VIP]", "bad-word", "VIP", "Flags are small letters and _."),
        ("flags: []", "bad-value", "[", "Write at least one entry."),
        ("flags: vip", "wrong-type", "vip", ""),
        ("agents: [two words]", "bad-word", "two words", "Write the name the agent has"),
        ("keywords: ['!?']", "bad-word", "'!?'", "Write whole words."),
        ("keywords: [a], within: [subject]", "bad-choice", "subject", ""),
        ("flags: [a], within: [request]", "contradiction", "within", "Write keywords, too."),
        ("urgency: [soon]", "bad-choice", "soon", ""),
        ("tool_calls_above: -1", "bad-value", "-1", ""),
        ("tool_calls_above: many", "wrong-type", "many", ""),
        ("failed_check: false", "bad-choice", "false", ""),
        ("confidence_below: 90", "bad-confidence", "90", ""),
        ("signal: {name: quality}", "missing-key", "signal", ""),
        ("signal: quality", "wrong-type", "quality", ""),
        ("flags: [a], then: approve", "bad-choice", "approve", ""),
        ("flags: [a], then: auto_approve", "bad-choice", "auto_approve", ""),
        ("flags: [a], ask: Why", "contradiction", "ask", "Write then: ask_agent;"),
        ("flags: [a], then: block, seats: [boss]", "contradiction", "seats", "Remove the seats,"),
        ("flags: [a], seats: [bos]", "unknown-role", "bos", "Did you mean “boss”?"),
        ("flag: [a]", "unknown-key", "flag", "Did you mean “flags”?"),
        ("when: 'parameters.count >'", "bad-expression", "'parameters.count >'", ""),
    ],
)
def test_a_bad_rule_is_told_at_its_place(rule: str, code: str, at: str, hint: str) -> None:
    found, line, place, said = told(rule)
    assert (found, line, place) == (code, LINE, at)
    assert said.startswith(hint)


def codes(conditions: str, shared: str = "") -> list[tuple[str, str]]:
    return [(each.code, each.source.strip()) for each in mistakes(written(conditions), shared)]


def test_a_rule_may_not_be_called_like_one_that_always_holds() -> None:
    assert codes("rules:\n  unknown_action: {flags: [a]}\n") == [
        ("reserved-name", "unknown_action: {flags: [a]}")
    ]


def test_two_rules_of_one_name_would_both_hold() -> None:
    shared = "rules:\n  twice: {flags: [a]}\n"
    assert codes("rules:\n  twice: {flags: [b]}\n", shared) == [
        ("contradiction", "twice: {flags: [b]}")
    ]


@pytest.mark.parametrize("name", ["", "two words", "1st", "ünder"])
def test_the_name_of_a_shared_rule_is_a_word(name: str) -> None:
    assert ("bad-name", f'"{name}": {{flags: [a]}}') in codes(
        "", f'rules:\n  "{name}": {{flags: [a]}}\n'
    )


def test_a_mistake_in_a_rule_for_every_action_is_told_once() -> None:
    actions = written("") + "  other: {severity: low, reversible: true}\n"
    (mistake,) = mistakes(actions, "rules:\n  all: {flags: [A-B]}\n")
    assert (mistake.file, mistake.line, mistake.code) == ("rules.yaml", 2, "bad-word")


def test_a_rule_for_every_action_must_concern_some() -> None:
    assert codes("", "rules:\n  all: {parameter: regoin, one_of: [a]}\n") == [
        ("unknown-parameter", "all: {parameter: regoin, one_of: [a]}")
    ]


def test_a_rule_for_every_action_must_fit_the_parameter_everywhere() -> None:
    assert codes("", "rules:\n  all: {parameter: urgent, above: 4}\n") == [
        ("misfit", "all: {parameter: urgent, above: 4}")
    ]


@pytest.mark.parametrize(
    ("conditions", "code"),
    [
        ("limits: [{count: 5, within: 1h, per: [target]}]", "no-target"),
        ("limits: [{within: 1h}]", "bad-limit"),
        ("limits: [{count: 5, sum: {amount: 5, currency: USD}, within: 1h}]", "bad-limit"),
        ("limits: [{count: 5}]", "missing-key"),
        ("limits: [{count: 5, within: 1h, per: [person]}]", "bad-choice"),
        (
            "amount_parameter: euros\nlimits: [{sum: {amount: 5, currency: USD}, within: 1h}]",
            "other-currency",
        ),
        (
            "amount_parameter: region\nlimits: [{sum: {amount: 5, currency: USD}, within: 1h}]",
            "unknown-parameter",
        ),
        ("required_evidence: [{kind: invoice, at_least: 0}]", "bad-value"),
        ("required_checks: [{name: pii, at_least: high}]", "wrong-type"),
        ("required_checks: [{name: pii, at_least: .nan}]", "odd-number"),
        ("required_checks: [{name: pii, at_least: NaN}]", "wrong-type"),
        ("required_checks: [{name: pii, on_fail: approve}]", "bad-choice"),
    ],
)
def test_a_bad_demand_is_refused(conditions: str, code: str) -> None:
    assert [each for each, _ in codes(conditions + "\n")] == [code]


def test_every_mistake_is_told_at_once() -> None:
    text = "rules:\n  one: {flags: [A]}\n  two: {keywords: ['.']}\n  three: {one_of: [a]}\n"
    assert [code for code, _ in codes(text)] == ["bad-word", "bad-word", "missing-key"]


def test_conditions_nobody_wrote_ask_nothing() -> None:
    action = next(iter(read(written("")).manifest.actions.values()))
    assert (action.rules, action.window_limits) == ((), ())
    assert (action.required_evidence, action.required_checks) == ((), ())


def test_a_rule_without_a_reason_speaks_for_itself() -> None:
    text = (
        "rules:\n"
        "  one: {parameter: count, above: 3, below: 9, flags: [vip, press]}\n"
        "  two: {parameter: amount, above_amount: {amount: 1200, currency: EUR}}\n"
        "  three: {parameter: region, one_of: [a], none_of: [b], matches: c}\n"
        "  four: {keywords: [x, y, z], within: [request, reason], affected: ['db-*']}\n"
        "  five: {tool_calls_above: 3, tool_error: true, when: '1 > 0'}\n"
        "  six: {signal: {name: quality, below: 0.4}, agents: [bot], parameter: urgent, is: true}\n"
        "  seven: {evidence_below: 2, urgency: [high, critical], failed_check: true}\n"
    )
    action = next(iter(read(written(text)).manifest.actions.values()))
    assert [rule.because for rule in action.rules] == [
        "“count” is above 3 and “count” is below 9 and the agent flagged press or vip.",
        "“amount” is above €1,200.00.",
        "“region” is a and “region” is not b and “region” matches c.",
        "“db-*” is affected and the request or reason mentions “x”, “y” or “z”.",
        "There are more than 3 tool calls and a tool failed and 1 > 0 is true.",
        "“urgent” is true and the agent is bot and quality is below 0.4.",
        WHY,
    ]
