"""Whatever a manifest says, and whatever is sent: more doubt never means less scrutiny."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from manifests.loading_yaml import read_yaml
from manifests.manifest import Manifest, Spent
from manifests.money import decimal_amount
from manifests.plan import ReviewPlan
from manifests.proposed import Repeat
from manifests.resolving.findings import Findings
from manifests.resolving.manifest import resolved
from manifests.vocabulary import Oversight, Scrutiny, Severity, Urgency
from store.proposal import Check, Context, Evidence, Step
from tests.manifests.making import PAY, ROLES, Asked
from tests.manifests.ruling import judged

FLAGS = st.sampled_from(["vip", "press", "tool_error", "conflicting_evidence"])
SHARES = st.sampled_from([0.0, 0.3, 0.5, 0.7, 0.9, 1.0])
WRITTEN = st.sampled_from(["0.3", "0.5", "0.7", "0.9", "1"]).map(Decimal)
"""As a manifest's numbers are read."""
FEW = st.integers(0, 3)
YES = st.just(True)
NAMES = ["quality", "history"]
REGIONS = ["EU", "US", "CH"]
PARAMETERS = {
    "region": {"type": "string"},
    "count": {"type": "integer"},
    "urgent": {"type": "boolean"},
    "amount": {"type": "money", "currency": "USD"},
    "note": {"type": "text"},
}
HALF = Decimal("0.5")
ROLLBACK = {"rollback": {"how": "Undo it.", "tested_on": "2026-11-01"}}
SMALL = {"auto_approve_below": {"amount": 50, "currency": "USD"}, "window_cap": 100}

PEOPLE: Any = read_yaml(ROLES, "roles.yaml").value
Rule = dict[str, Any]


def one(key: str, value: st.SearchStrategy[Any]) -> st.SearchStrategy[Rule]:
    return st.fixed_dictionaries({key: value})


def of(name: str, key: str, value: st.SearchStrategy[Any]) -> st.SearchStrategy[Rule]:
    return st.fixed_dictionaries({"parameter": st.just(name), key: value})


some_regions = st.lists(st.sampled_from(REGIONS), min_size=1, max_size=2)
comparisons = st.one_of(
    of("region", "one_of", some_regions),
    of("region", "none_of", some_regions),
    of("region", "matches", st.sampled_from(["^E", "U", "x*"])),
    of("count", "above", FEW),
    of("count", "below", FEW),
    of("urgent", "is", st.booleans()),
    of("amount", "above_amount", st.just({"amount": 40, "currency": "USD"})),
)
conditions = st.one_of(
    one("keywords", st.just(["lawyer", "real person"])),
    one("flags", st.lists(FLAGS, min_size=1, max_size=2)),
    one("agents", st.just(["tester"])),
    one("urgency", st.just(["high"])),
    one("tool_calls_above", FEW),
    one("retries_above", FEW),
    one("affected", st.just(["prod-*"])),
    one("affected_above", FEW),
    one("conflicting_evidence", YES),
    one("evidence_below", FEW),
    one("failed_check", YES),
    one("tool_error", YES),
    one("confidence_below", WRITTEN),
    one("uncertainty_factors_above", FEW),
    one("signal", st.fixed_dictionaries({"name": st.sampled_from(NAMES), "below": WRITTEN})),
    one(
        "when",
        st.sampled_from(
            [
                "'vip' in flags",
                "confidence < 0.5",
                "signals.quality < 0.4",
                "size(affected) > 1 || size(flags) > 1",
                "parameters.count > 1",
            ]
        ),
    ),
)
deeds = st.sampled_from(
    [
        {"then": "review"},
        {"then": "review", "seats": ["boss"]},
        {"then": "escalate"},
        {"then": "escalate", "seats": ["boss", "backup"]},
        {"then": "ask_agent", "ask": "Why?"},
        {"then": "block"},
    ]
)


def joined(parts: tuple[Any, ...]) -> Rule:
    return {key: value for part in parts for key, value in part.items()}


looks = conditions | comparisons
rules: st.SearchStrategy[Rule] = st.tuples(looks, st.just({}) | looks, deeds).map(joined)


@st.composite
def sensible(draw: st.DrawFn) -> Rule:
    """Draw a rule whose comparisons are all of the one parameter it names."""
    rule = draw(rules)
    fits = {"region": {"one_of", "none_of", "matches"}, "count": {"above", "below"}}
    mine = fits.get(rule.get("parameter", ""), {"is", "above_amount"})
    every = {"one_of", "none_of", "matches", "above", "below", "is", "above_amount"}
    wrong = every - mine
    if rule.get("parameter") == "urgent":
        wrong |= {"above_amount"}
    if rule.get("parameter") == "amount":
        wrong |= {"is"}
    kept = {key: value for key, value in rule.items() if key not in wrong}
    if "above" in kept and "below" in kept:
        del kept["below"]
    return kept


BASES: list[Rule] = [
    {"severity": "low", "reversible": True},
    {"severity": "low", "reversible": False},
    {"severity": "medium", "reversible": True, "oversight": "on_the_loop", **ROLLBACK},
    {"severity": "high", "reversible": True, "oversight": "on_the_loop", **ROLLBACK},
    {"severity": "high", "reversible": False, "conditions": SMALL},
    {"severity": "medium", "reversible": False, "conditions": SMALL},
    {
        "severity": "medium",
        "reversible": True,
        "conditions": SMALL,
        "confidence": {"auto_approve_above": HALF, "signals": {"quality": HALF}},
    },
    {"severity": "low", "reversible": True, "confidence": {"escalate_below": Decimal("0.1")}},
    {"severity": "high", "reversible": False},
    {"severity": "critical", "reversible": True},
    {"severity": "low", "reversible": True, "block": True},
]
bases = st.sampled_from(BASES)
extras = st.fixed_dictionaries(
    {},
    optional={
        "limits": st.just([{"count": 5, "within": "1h"}]),
        "required_evidence": st.just([{"kind": "invoice"}]),
        "required_checks": st.fixed_dictionaries(
            {"name": st.just("pii"), "on_fail": st.sampled_from(["revise", "review", "escalate"])},
            optional={"source": st.just("guard"), "at_least": st.just(HALF)},
        ).map(lambda check: [check]),
        "seats": st.just(["reviewer", "boss"]),
        "tiers": st.just([{"above": {"amount": 50, "currency": "USD"}, "seats": ["boss"]}]),
    },
)


@st.composite
def manifests(draw: st.DrawFn, most: int = 2) -> Manifest:
    own, shared = (draw(st.lists(sensible(), min_size=most, max_size=most)) for _ in range(2))
    named = {f"own{index}": rule for index, rule in enumerate(own)}
    everywhere = {f"shared{index}": rule for index, rule in enumerate(shared)}
    return made({**draw(bases), **draw(extras), "rules": named}, everywhere)


def made(action: Rule, everywhere: Rule) -> Manifest:
    findings = Findings()
    actions = {"pay": {"parameters": PARAMETERS, **action}}
    manifest = resolved({**PEOPLE, "actions": actions, "rules": everywhere}, findings)
    assert not findings.mistakes
    assert manifest is not None
    return manifest


kinds = st.sampled_from(["invoice", "quote", None])
contexts = st.builds(
    Context,
    request=st.sampled_from([None, "", "My lawyer!", "A real person, please."]),
    steps=st.lists(
        st.builds(
            Step,
            title=st.just("step"),
            tool=st.sampled_from([None, "search"]),
            status=st.sampled_from([None, "ok", "error"]),
        ),
        max_size=3,
    ).map(tuple),
    evidence=st.lists(
        st.builds(Evidence, title=st.just("one"), kind=kinds, contradicts=st.booleans()), max_size=3
    ).map(tuple),
    checks=st.lists(
        st.builds(
            Check,
            name=st.sampled_from(["pii", "tone"]),
            passed=st.sampled_from([True, True, False]),
            source=st.sampled_from([None, "guard"]),
            score=st.sampled_from([None, 0.4, 0.6]),
        ),
        max_size=2,
    ).map(tuple),
)
proposals = st.builds(
    Asked,
    parameters=st.fixed_dictionaries(
        {},
        optional={
            "region": st.sampled_from(["EU", "US", 7, None]),
            "count": st.integers(0, 4) | st.just("many"),
            "urgent": st.booleans() | st.just("yes"),
            "amount": st.sampled_from(["9", "48", "49.99", "51", "-1", 4.5]),
            "note": st.sampled_from(["", "ask a lawyer"]),
        },
    ),
    confidence=st.none() | SHARES,
    uncertainty_factors=st.lists(st.just("doubt"), max_size=3),
    recommended_review=st.booleans(),
    urgency=st.sampled_from(Urgency),
    flags=st.lists(FLAGS, max_size=2),
    signals=st.dictionaries(st.sampled_from(NAMES), SHARES),
    affected=st.lists(st.sampled_from(["prod-db", "test-db"]), max_size=2),
    tool_calls=st.none() | FEW,
    retries=st.none() | FEW,
    context=contexts,
)


PASSED = Check(name="pii", passed=True, source="guard", score=0.6)
# Almost nothing stands between these and auto-approval, so that each guard is met alone.
calm = st.builds(
    Asked,
    parameters=st.fixed_dictionaries({"amount": st.sampled_from(["9", "48", "51"])}),
    confidence=st.none() | SHARES,
    signals=st.fixed_dictionaries(dict.fromkeys(NAMES, SHARES)),
    context=st.just(
        Context(
            evidence=(Evidence(title="invoice", kind="invoice"),) * 4,
            checks=(PASSED,),
        )
    ),
)
some_asked = st.lists(proposals | calm, min_size=2, max_size=4)


class Doubted(NamedTuple):
    """A proposal, and what policy is told beside it."""

    proposed: Asked
    told: dict[str, Any]


Doubt = Callable[[Doubted], Doubted]


def of_proposal(change: Callable[[Asked], dict[str, Any]]) -> Doubt:
    return lambda case: case._replace(proposed=replace(case.proposed, **change(case.proposed)))


def of_context(change: Callable[[Context], dict[str, Any]]) -> Doubt:
    return of_proposal(
        lambda sent: {"context": sent.context.model_copy(update=change(sent.context))}
    )


def of_told(**told: Any) -> Doubt:
    return lambda case: case._replace(told={**case.told, **told})


def lower(share: float | None) -> float | None:
    return None if share is None else share / 2


def without_support(context: Context) -> dict[str, Any]:
    kept = list(context.evidence)
    support = next((each for each in kept if not each.contradicts), None)
    if support is not None:
        kept.remove(support)
    return {"evidence": tuple(kept)}


def turned(context: Context) -> dict[str, Any]:
    return {"evidence": tuple(e.model_copy(update={"contradicts": True}) for e in context.evidence)}


def failed(context: Context) -> dict[str, Any]:
    return {"checks": tuple(each.model_copy(update={"passed": False}) for each in context.checks)}


CONTRARY = Evidence(title="no", kind="invoice", contradicts=True)
BROKEN = Step(title="call", tool="search", status="error")
DOUBTS: dict[str, Doubt] = {
    "less confident": of_proposal(lambda sent: {"confidence": lower(sent.confidence)}),
    "not confident": of_proposal(
        lambda sent: {"confidence": None if sent.confidence is None else 0.0}
    ),
    "less sure": of_proposal(lambda s: {"uncertainty_factors": [*s.uncertainty_factors, "more"]}),
    "asks for a person": of_proposal(lambda _: {"recommended_review": True}),
    "flags vip": of_proposal(lambda sent: {"flags": [*sent.flags, "vip"]}),
    "flags an error": of_proposal(lambda sent: {"flags": [*sent.flags, "tool_error"]}),
    "flags a human": of_proposal(lambda s: {"flags": [*s.flags, "customer_asked_for_human"]}),
    "weaker signals": of_proposal(
        lambda sent: {"signals": {name: share / 3 for name, share in sent.signals.items()}}
    ),
    "more affected": of_proposal(lambda sent: {"affected": [*sent.affected, "prod-web"]}),
    "more calls": of_proposal(lambda sent: {"tool_calls": (sent.tool_calls or 0) + 2}),
    "more retries": of_proposal(lambda sent: {"retries": (sent.retries or 0) + 2}),
    "fewer evidence": of_context(without_support),
    "contrary evidence": of_context(lambda c: {"evidence": (*c.evidence, CONTRARY)}),
    "evidence turned": of_context(turned),
    "failed checks": of_context(failed),
    "another check failed": of_context(
        lambda c: {"checks": (*c.checks, Check(name="pii", passed=False))}
    ),
    "a tool failed": of_context(lambda context: {"steps": (*context.steps, BROKEN)}),
    "paused": of_told(paused="Wait."),
    "alternative": of_told(repeat=Repeat(proposal="p", number=1, named=True)),
    "own signal": of_told(signals={"quality": 0.0, "history": 0.0}),
    "nothing known of sums": of_told(spent=None),
}


def answered(manifest: Manifest, case: Doubted) -> ReviewPlan:
    return judged(manifest, case.proposed, **case.told).plan


def seats(plan: ReviewPlan) -> Counter[str]:
    return Counter(seat.name for seat in plan.seats)


# Without shrinking: a failure is told at once, by the manifest, the proposal and the doubt.
many = settings(
    deadline=None,
    max_examples=200,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)


@many
@given(manifests(0) | manifests(1) | manifests(3), some_asked, st.permutations(sorted(DOUBTS)))
def test_more_doubt_never_means_less_scrutiny(
    manifest: Manifest, asked: list[Asked], order: list[str]
) -> None:
    for proposed in asked:
        alone = together = Doubted(proposed, {})
        plan = least = answered(manifest, alone)
        for name in order:
            _asks_no_less(answered(manifest, DOUBTS[name](alone)), plan, name)
            together = DOUBTS[name](together)
            least = _asks_no_less(answered(manifest, together), least, name)


def _asks_no_less(after: ReviewPlan, before: ReviewPlan, name: str) -> ReviewPlan:
    assert after.scrutiny >= before.scrutiny, name
    assert seats(after) >= seats(before), name
    return after


ALONE: list[Rule] = [
    {"rules": {"one": {**condition, "then": "escalate", "seats": ["boss"]}}}
    for condition in (
        {"flags": ["vip"]},
        {"tool_calls_above": 1},
        {"retries_above": 1},
        {"affected": ["prod-*"]},
        {"affected_above": 1},
        {"conflicting_evidence": True},
        {"evidence_below": 2},
        {"failed_check": True},
        {"tool_error": True},
        {"confidence_below": HALF},
        {"uncertainty_factors_above": 1},
        {"signal": {"name": "quality", "below": HALF}},
        {"when": "size(flags) > 0 || signals.quality < 0.4"},
    )
]
ALONE += [
    {},
    {"required_evidence": [{"kind": "invoice"}]},
    {"required_checks": [{"name": "pii", "source": "guard", "on_fail": "escalate"}]},
    {"required_checks": [{"name": "pii", "at_least": HALF, "on_fail": "block"}]},
    {"confidence": {"escalate_below": HALF}},
]
SEVERAL = [
    Asked(
        parameters={"amount": amount},
        confidence=confidence,
        signals=dict.fromkeys(NAMES, 0.6),
        context=Context(evidence=evidence, checks=(PASSED,)),
    )
    for amount in ("48", "51")
    for confidence in (0.7, 0.5, 0.3, None)
    for evidence in ((), (Evidence(title="one", kind="invoice"),))
]


@pytest.mark.parametrize("base", range(len(BASES)))
@pytest.mark.parametrize("alone", range(len(ALONE)))
def test_each_condition_alone_minds_every_doubt(base: int, alone: int) -> None:
    manifest = made({**BASES[base], **ALONE[alone]}, {})
    for proposed in SEVERAL:
        case = Doubted(proposed, {})
        before = answered(manifest, case)
        for name, doubt in DOUBTS.items():
            once = _asks_no_less(answered(manifest, doubt(case)), before, name)
            _asks_no_less(answered(manifest, doubt(doubt(case))), once, name)


@many
@given(manifests(), some_asked)
def test_a_rejection_that_is_hidden_is_no_better_than_one_that_is_named(
    manifest: Manifest, asked: list[Asked]
) -> None:
    for proposed in asked:
        new, named, late, hidden = (
            judged(manifest, proposed, repeat=repeat).plan.scrutiny
            for repeat in (
                None,
                Repeat(proposal="p", number=1, named=True),
                Repeat(proposal="p", number=9, named=True),
                Repeat(proposal="p", number=1, named=False),
            )
        )
        assert new <= named <= late
        assert Scrutiny.ESCALATE <= late == hidden


sums = st.builds(Spent, st.sampled_from([0, 60, 99, 100]).map(Decimal), st.integers(0, 6))


@many
@given(
    manifests(0) | manifests(1), st.lists(st.tuples(proposals | calm, sums), min_size=4, max_size=9)
)
def test_nothing_grave_and_final_passes_but_a_small_amount_under_a_cap(
    manifest: Manifest, asked: list[tuple[Asked, Spent]]
) -> None:
    action = manifest.actions[PAY]
    for proposed, spent in asked:
        plan = judged(manifest, proposed, spent).plan
        passes = plan.scrutiny is Scrutiny.AUTO_APPROVE
        assert passes is (plan.oversight is not Oversight.IN_THE_LOOP)
        assert not (passes and (plan.ask_first or proposed.recommended_review))
        if passes and action.severity.at_least(Severity.HIGH) and not action.reversible:
            amount, cap = decimal_amount(proposed.parameters["amount"]), action.limits.cap
            assert plan.rule == "auto_approve_below"
            assert amount is not None
            assert cap is not None
            assert 0 < amount < Decimal(50)
            assert spent.amount + amount <= cap.money.amount
