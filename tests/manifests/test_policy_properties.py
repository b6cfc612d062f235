"""What must hold whatever an agent sends."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from manifests.manifest import Spent
from manifests.money import decimal_amount
from manifests.plan import ReviewPlan
from manifests.policy import plan_for, window_of
from manifests.tightening import stricter
from manifests.vocabulary import ActionName, Friction, RoleName, Scrutiny
from tests.manifests.making import NOTHING_SPENT, SHIPPED_MANIFEST, Asked

FRICTIONS = list(Friction)
SMALL = Decimal(50)

actions = st.sampled_from([*SHIPPED_MANIFEST.actions, ActionName("unheard_of")])
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
amounts = (
    scalars
    | st.decimals(allow_nan=True, places=2).map(str)
    | st.sampled_from(["48", "48.00", "49.99", "50", "10000.01", "-1", "0", "1e1", "0x30", "٤٨"])
    | st.lists(scalars, max_size=2)
)
currencies = st.sampled_from(["USD", "EUR", "usd", "XXX", "", "JPY"]) | scalars
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


@given(proposals, sums)
def test_an_agents_signals_never_lower_scrutiny(proposal: Asked, spent: Spent | None) -> None:
    silent = replace(proposal, confidence=None, uncertainty_factors=(), recommended_review=False)
    assert (
        plan_for(SHIPPED_MANIFEST, proposal, spent).scrutiny
        >= plan_for(SHIPPED_MANIFEST, silent, spent).scrutiny
    )


@given(proposals, sums)
def test_a_refund_passes_only_if_its_amount_is_plain_and_small(
    proposal: Asked, spent: Spent | None
) -> None:
    refund = replace(proposal, action=ActionName("process_refund"))
    if plan_for(SHIPPED_MANIFEST, refund, spent).scrutiny is not Scrutiny.AUTO_APPROVE:
        return
    amount = decimal_amount(refund.parameters["amount"])
    assert amount is not None
    assert 0 < amount < SMALL
    assert refund.parameters["currency"] == "USD"
    assert spent is not None
    window = window_of(SHIPPED_MANIFEST, refund)
    assert window is not None
    assert spent.amount + amount <= window.cap


@given(proposals, sums)
def test_only_known_actions_without_questions_or_gaps_pass(
    proposal: Asked, spent: Spent | None
) -> None:
    plan = plan_for(SHIPPED_MANIFEST, proposal, spent)
    if plan.scrutiny is Scrutiny.AUTO_APPROVE:
        assert proposal.action in SHIPPED_MANIFEST.actions
        assert proposal.question is None
        assert not proposal.missing


@given(proposals)
def test_every_plan_can_be_shown_and_climbed(proposal: Asked) -> None:
    plan = plan_for(SHIPPED_MANIFEST, proposal, NOTHING_SPENT)
    assert plan.seats
    assert plan.ladder
    assert plan.rule
    assert plan.because.endswith(".")
    assert 0 < len(plan.wording.headline) <= 150


def names(plan: ReviewPlan) -> list[RoleName]:
    return [seat.name for seat in plan.seats]


@given(proposals, proposals, sums)
def test_stricter_is_never_easier(one: Asked, other: Asked, spent: Spent | None) -> None:
    pinned, fresh = (plan_for(SHIPPED_MANIFEST, each, spent) for each in (one, other))
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
    plan = plan_for(SHIPPED_MANIFEST, proposal, spent)
    assert stricter(plan, plan) == plan


def test_a_role_whose_channel_moved_is_not_asked_twice() -> None:
    plan = plan_for(SHIPPED_MANIFEST, Asked(action=ActionName("flush_cache")), None)
    moved = replace(plan, seats=(replace(plan.seats[0], channel=plan.operations.channel),))
    assert names(stricter(plan, moved)) == ["sre"]
