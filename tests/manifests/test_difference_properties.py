"""Nothing that makes policy less strict is ever called anything but weaker."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from manifests.difference import Effect, differences
from manifests.loading_yaml import read_yaml
from manifests.manifest import Manifest, Spent
from manifests.plan import ReviewPlan
from manifests.policy import plan_for, windows_of
from manifests.proposed import Circumstances, Repeat
from manifests.resolving.findings import Findings
from manifests.resolving.manifest import resolved as resolving
from manifests.vocabulary import ActionName, AgentName, Friction, Scrutiny, Severity, Urgency
from store.proposal import Check, Context, Evidence, Step
from tests.manifests.making import PAY, ROLES, SHIPPED_MANIFEST, Asked

STAFFED = ROLES.replace("U0ANA]", "U0ANA, U0FINN, U0LENA]").replace("U0CORA]", "U0CORA, U0MIRA]")
WHOLE: dict[str, Any] = dict(read_yaml(STAFFED, "roles.yaml").value)  # type: ignore[call-overload]

USD = ["USD", "USD", "EUR"]
AMOUNTS = st.sampled_from(["5", "20", "50", "100", "150", "1000", "5000"])
SHARES = st.sampled_from([0.5, 0.7, 0.9])
ROLE_NAMES = st.sampled_from(["reviewer", "backup", "boss"])
LENGTHS = st.sampled_from(["10m", "1h", "2h", "1d"])


def money() -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({"amount": AMOUNTS, "currency": st.sampled_from(USD)})


def some(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keys)


SEATS = st.lists(ROLE_NAMES, min_size=1, max_size=3)
URGENCIES = st.sampled_from(["low", "high"])
RUNG = st.fixed_dictionaries(
    {"within": LENGTHS | st.dictionaries(URGENCIES, LENGTHS, min_size=1)},
    optional={"roles": st.lists(ROLE_NAMES, max_size=2, unique=True)},
)
LADDER = st.lists(RUNG, min_size=1, max_size=3)
LOOKS = some(
    flags=st.lists(st.sampled_from(["vip", "press"]), min_size=1, unique=True),
    keywords=st.lists(st.sampled_from(["lawyer", "court"]), min_size=1, unique=True),
    urgency=st.lists(URGENCIES, min_size=1, unique=True),
    tool_calls_above=st.sampled_from([1, 3]),
    evidence_below=st.sampled_from([1, 2]),
    confidence_below=SHARES,
    tool_error=st.just(True),
    signal=st.fixed_dictionaries({"name": st.just("quality"), "below": SHARES}),
).filter(bool)
PARAMETER_LOOKS = st.fixed_dictionaries(
    {"parameter": st.just("size")},
    optional={"above": st.sampled_from([2, 4]), "below": st.sampled_from([5, 6])},
).filter(lambda look: len(look) > 1)
DEEDS = st.fixed_dictionaries(
    {"then": st.sampled_from(["review", "escalate", "block"])},
    optional={"seats": st.lists(ROLE_NAMES, min_size=1, max_size=2, unique=True)},
)
RULES = st.dictionaries(
    st.sampled_from(["one", "two"]),
    st.builds(lambda look, deed: {**look, **deed}, LOOKS | PARAMETER_LOOKS, DEEDS),
    max_size=2,
)
LIMITS = st.lists(
    st.one_of(
        st.fixed_dictionaries({"count": st.sampled_from([1, 3]), "within": LENGTHS}),
        st.fixed_dictionaries({"sum": money(), "within": LENGTHS}),
    ).map(lambda limit: {**limit, "per": ["agent"]}),
    max_size=2,
)
PARAMETERS = st.sampled_from(
    [
        {"amount": {"type": "money", "currency": "USD"}, "size": {"type": "integer"}},
        {"amount": {"type": "money", "currency": "USD"}, "size": {"type": "number"}},
        {"amount": {"type": "money", "currency": "EUR"}, "size": {"type": "integer"}},
        {
            "amount": {"type": "money", "currency_parameter": "currency", "editable": False},
            "currency": {"type": "string", "required": True},
            "size": {"type": "integer"},
        },
    ]
)
BELOW = st.fixed_dictionaries(
    {"amount": st.sampled_from(["20", "100", "150"]), "currency": st.just("USD")}
)
CONDITIONS = (
    st.fixed_dictionaries({"auto_approve_below": BELOW}, optional={"window_cap": AMOUNTS}),
    some(auto_approve_below=money(), always_approve_above=money(), window_cap=AMOUNTS),
)
KEYS: dict[str, st.SearchStrategy[Any]] = {
    "severity": st.sampled_from(["low", "low", "medium", *(each.value for each in Severity)]),
    "reversible": st.booleans(),
    "approval_required": st.booleans(),
    "announce": st.booleans(),
    "block": st.booleans(),
    "oversight": st.sampled_from(["in_the_loop", "on_the_loop", "log_and_alert", "autonomous"]),
    "rollback": st.just({"how": "Back.", "tested_on": "2026-11-01"}),
    "seats": SEATS,
    "ladder": LADDER,
    "tiers": st.lists(
        st.fixed_dictionaries({"above": money(), "seats": SEATS}, optional={"ladder": LADDER}),
        max_size=2,
    ),
    "conditions": st.one_of(*CONDITIONS),
    "confidence": some(
        auto_approve_above=SHARES,
        escalate_below=SHARES,
        uncertainty_factors_at_most=st.sampled_from([0, 2]),
        signals=st.just({"quality": 0.7}),
    ),
    "rules": RULES,
    "limits": LIMITS,
    "required_evidence": st.lists(
        st.fixed_dictionaries({"kind": st.just("invoice"), "at_least": st.sampled_from([1, 2])}),
        max_size=1,
    ),
    "required_checks": st.lists(
        st.fixed_dictionaries(
            {"name": st.just("eval")},
            optional={
                "source": st.just("ci"),
                "at_least": st.sampled_from([0.5, 0.9]),
                "on_fail": st.sampled_from(["revise", "review", "escalate", "block"]),
            },
        ),
        max_size=1,
    ),
    "parameters": PARAMETERS,
    "friction": st.sampled_from([each.value for each in Friction]),
    "editor_may_sign": st.booleans(),
    "execute_within": LENGTHS,
    "alternatives": some(at_most=st.sampled_from([0, 2])),
    "override": st.fixed_dictionaries({"seats": SEATS}),
}

# A few keys, of which one or two are written anew or left out: most of the rest would drown them.
ALWAYS = ["severity", "reversible", "rollback", "parameters"]


def keys(names: Sequence[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: KEYS[name] for name in names})


@st.composite
def turns(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write an action, and the same action with one key, or two, written anew or left out."""
    names = draw(st.lists(st.sampled_from([*KEYS]), min_size=1, max_size=3, unique=True))
    action = draw(keys([*ALWAYS, *names]))
    again = draw(st.sampled_from([names[:1], names[:1], names[:2]]))
    edit = draw(keys(again))
    gone = [name for name in again if name not in ALWAYS and draw(st.integers(0, 3)) == 0]
    return action, {**action, **edit, **dict.fromkeys(gone)}


PROPOSALS = st.builds(
    Asked,
    parameters=st.fixed_dictionaries(
        {"amount": AMOUNTS}, optional={"currency": st.sampled_from(USD), "size": st.integers(1, 6)}
    ),
    confidence=st.sampled_from([None, None, 0.4, 0.6, 0.8, 0.95]),
    uncertainty_factors=st.sampled_from([(), (), ("?",), ("?",) * 3]),
    urgency=st.sampled_from(list(Urgency)),
    flags=st.sampled_from([(), (), ("vip",), ("press",)]),
    signals=some(quality=st.sampled_from([0.4, 0.8])),
    reason=st.sampled_from(["", "", "My lawyer says so."]),
    missing=st.sampled_from([(), (), (), ("amount",)]),
    tool_calls=st.none() | st.sampled_from([0, 2, 9]),
    context=st.builds(
        Context,
        evidence=st.lists(st.just(Evidence(title="x", kind="invoice")), max_size=2).map(tuple),
        steps=st.sampled_from([(), (Step(title="x", tool="t", status="error"),)]),
        checks=st.sampled_from(
            [
                (),
                (Check(name="eval", passed=True),),
                (Check(name="eval", passed=True, source="ci", score=0.7),),
                (Check(name="eval", passed=False, source="ci", score=0.95),),
            ]
        ),
    ),
)
SPENT = st.sampled_from(
    [Spent(), Spent(), Spent(Decimal(30), 1), Spent(Decimal(120), 2), Spent(Decimal(4000), 3)]
)
ONCE = Repeat(proposal="p_1", number=1, named=True)
REPEATS = st.sampled_from([None, None, None, ONCE, replace(ONCE, number=3)])


def resolved(action: Mapping[str, Any]) -> Manifest | None:
    """Resolve rules with this one action; None when they could not be used."""
    kept = {name: value for name, value in action.items() if value is not None}
    if not kept.get("reversible"):
        kept.pop("rollback", None)  # it would be a contradiction
    findings = Findings()
    found = resolving({**WHOLE, "actions": {PAY: exact(kept)}}, findings)
    return None if findings.mistakes else found


def exact(value: Any) -> Any:
    """Write fractions the way YAML is read."""
    match value:
        case float():
            return Decimal(str(value))
        case dict():
            return {key: exact(each) for key, each in value.items()}
        case list():
            return [exact(each) for each in value]
        case _:
            return value


def eased(old: ReviewPlan, new: ReviewPlan) -> str | None:
    """Say in what a new answer is less strict than the old one."""
    if new.scrutiny < old.scrutiny:
        return f"{old.scrutiny.name} became {new.scrutiny.name}"
    if new.scrutiny in {Scrutiny.AUTO_APPROVE, Scrutiny.BLOCK} or new.scrutiny > old.scrutiny:
        return None
    seats = [Counter(role.name for role in plan.seats) for plan in (old, new)]
    if not seats[0] <= seats[1]:
        return "a seat is gone"
    if old.ask_first and not new.ask_first:
        return "the agent is not asked"
    frictions = list(Friction)
    if frictions.index(new.friction) < frictions.index(old.friction):
        return "it takes less to approve"
    if new.editor_may_sign and not old.editor_may_sign:
        return "the editor may sign"
    if not new.roles <= old.roles | {role.name for role in new.seats}:
        return "others may fill a seat"
    return "an approval lasts longer" if new.execute_within > old.execute_within else None


@settings(max_examples=600, deadline=None)
@given(turn=turns(), asked=PROPOSALS, spent=SPENT, repeat=REPEATS)
def test_what_is_less_strict_is_called_weaker(
    turn: tuple[dict[str, Any], dict[str, Any]],
    asked: Asked,
    spent: Spent,
    repeat: Repeat | None,
) -> None:
    old, new = map(resolved, turn)
    assume(old is not None and new is not None)
    assert old is not None
    assert new is not None
    easier = eased(answer(old, asked, spent, repeat), answer(new, asked, spent, repeat))
    changes = differences(old, new)
    note("\n".join(map(str, changes)))
    assert easier is None or any(each.effect is Effect.WEAKER for each in changes), easier


def answer(manifest: Manifest, asked: Asked, spent: Spent, repeat: Repeat | None) -> ReviewPlan:
    agent = AgentName("tester")
    windows = dict.fromkeys(windows_of(manifest, asked, agent), spent)
    told = Circumstances(agent=agent, spent=windows, repeat=repeat)
    return plan_for(manifest, asked, told)


@settings(max_examples=100, deadline=None)
@given(turn=turns())
def test_a_manifest_never_differs_from_itself(
    turn: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    one, again = resolved(turn[0]), resolved(dict(reversed(turn[0].items())))
    assume(one is not None and again is not None)
    assert one is not None
    assert again is not None
    assert differences(one, again) == ()


@given(name=st.sampled_from(sorted(SHIPPED_MANIFEST.actions)))
def test_taking_an_action_away_is_stricter_and_bringing_it_back_weaker(name: ActionName) -> None:
    others = {each: action for each, action in SHIPPED_MANIFEST.actions.items() if each != name}
    fewer = replace(SHIPPED_MANIFEST, actions=others)
    back_and_forth = differences(SHIPPED_MANIFEST, fewer), differences(fewer, SHIPPED_MANIFEST)
    blocked = SHIPPED_MANIFEST.actions[name].blocked is not None
    expected = [Effect.NEUTRAL] * 2 if blocked else [Effect.STRICTER, Effect.WEAKER]
    assert [change.effect for changes in back_and_forth for change in changes] == expected
