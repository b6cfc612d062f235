"""What must hold whatever an agent sends."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from manifests.manifest import Spent
from manifests.money import decimal_amount
from manifests.plan import ReviewPlan
from manifests.tightening import stricter
from manifests.vocabulary import ActionName, Friction, RoleName, Scrutiny
from tests.manifests.making import NOTHING_SPENT, SHIPPED_MANIFEST, Asked, plan_for, window_of

RULES = SHIPPED_MANIFEST
FRICTIONS = list(Friction)
SMALL = Decimal(50)

actions = st.sampled_from([*RULES.actions, ActionName("unheard_of")])
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
amounts = (
    scalars
    | st.decimals(allow_nan=True, places=2).map(str)
    | st.sampled_from(["48", "48.00", "49.99", "50", "10000.01", "-1", "0", "1e1", "0x30", "٤٨"])
    | st.lists(scalars, max_size=2)
)
currencies = st.sampled_from(["USD", "EUR", "usd", "ZZZ", "", "JPY"]) | scalars
parameters = st.fixed_dictionaries(
    {}, optional={"amount": amounts, "currency": currencies, "customer": scalars}
)
proposals = st.builds(
    Asked,
    action=actions,
    parameters=parameters,
    missing=st.lists(st.sampled_from(["amount", "customer"]), max_size=2),
    question=st.none() | st.just("?"),
    confidence=st.none() | st.floats(),
    uncertainty_factors=st.lists(st.just("doubt"), max_size=4),
    recommended_review=st.booleans(),
)
sums = st.none() | st.builds(Spent, st.decimals(0, 500, places=2), st.integers(0, 100))

# Almost nothing stands between these and auto-approval, so that each guard is met alone.
small_amounts = st.decimals(0, 51, places=2).map(str) | st.integers(-2, 51) | amounts
calm_refunds = st.builds(
    Asked,
    action=st.just(ActionName("process_refund")),
    parameters=st.fixed_dictionaries(
        {"amount": small_amounts, "currency": st.sampled_from(["USD", "USD", "USD", "EUR"])}
    ),
)
near_the_cap = st.builds(Spent, st.decimals(200, 260, places=2), st.integers(1, 9))
odd_updates = st.builds(
    Asked,
    action=st.just(ActionName("update_crm_record")),
    question=st.none() | st.just("?"),
    missing=st.just(()) | st.just(("customer",)),
)


def passes(proposal: Asked, spent: Spent | None) -> bool:
    return plan_for(RULES, proposal, spent).scrutiny is Scrutiny.AUTO_APPROVE


@given(proposals, sums)
def test_an_agents_signals_never_lower_scrutiny(proposal: Asked, spent: Spent | None) -> None:
    silent = replace(proposal, confidence=None, uncertainty_factors=(), recommended_review=False)
    assert plan_for(RULES, proposal, spent).scrutiny >= plan_for(RULES, silent, spent).scrutiny


@given(calm_refunds, near_the_cap)
def test_a_refund_passes_only_if_it_is_plain_small_and_under_the_cap(
    refund: Asked, spent: Spent
) -> None:
    if passes(refund, spent):
        amount, window = decimal_amount(refund.parameters["amount"]), window_of(RULES, refund)
        cap = RULES.actions[refund.action].limits.cap
        assert amount is not None
        assert window is not None
        assert cap is not None
        assert 0 < amount < SMALL
        assert refund.parameters["currency"] == "USD"
        assert spent.amount + amount <= cap.money.amount


@given(proposals, sums)
def test_nothing_else_an_agent_sends_lets_a_refund_pass(
    proposal: Asked, spent: Spent | None
) -> None:
    refund = replace(proposal, action=ActionName("process_refund"))
    if passes(refund, spent):
        amount = decimal_amount(refund.parameters["amount"])
        assert amount is not None
        assert 0 < amount < SMALL
        assert refund.parameters["currency"] == "USD"
        assert spent is not None


@given(proposals | odd_updates, sums)
def test_only_known_actions_without_questions_or_gaps_pass(
    proposal: Asked, spent: Spent | None
) -> None:
    if passes(proposal, spent):
        assert proposal.action in RULES.actions
        assert proposal.question is None
        assert not proposal.missing


@given(proposals)
def test_every_plan_can_be_shown_and_climbed(proposal: Asked) -> None:
    plan = plan_for(RULES, proposal, NOTHING_SPENT)
    assert plan.seats
    assert plan.ladder
    assert plan.rule
    assert plan.because.endswith(".")
    assert 0 < len(plan.wording.headline) <= 150


def names(plan: ReviewPlan) -> list[RoleName]:
    return [seat.name for seat in plan.seats]


@given(proposals, proposals, sums)
def test_stricter_is_never_easier(one: Asked, other: Asked, spent: Spent | None) -> None:
    pinned, fresh = (plan_for(RULES, each, spent) for each in (one, other))
    joined = stricter(pinned, fresh)
    for plan in (pinned, fresh):
        assert joined.scrutiny >= plan.scrutiny
        assert joined.severity.at_least(plan.severity)
        assert FRICTIONS.index(joined.friction) >= FRICTIONS.index(plan.friction)
        assert joined.editor_may_sign <= plan.editor_may_sign
        assert joined.execute_within <= plan.execute_within
        assert joined.reversible <= plan.reversible
        assert all(names(joined).count(name) >= names(plan).count(name) for name in names(plan))


@given(proposals, sums)
def test_a_plan_joined_with_itself_asks_nothing_new(proposal: Asked, spent: Spent | None) -> None:
    plan = plan_for(RULES, proposal, spent)
    assert stricter(plan, plan) == plan


def test_a_role_whose_channel_moved_is_not_asked_twice() -> None:
    plan = plan_for(RULES, Asked(action=ActionName("flush_cache")), None)
    moved = replace(plan, seats=(replace(plan.seats[0], channel=plan.operations.channel),))
    assert names(stricter(plan, moved)) == ["sre"]
