"""Any checkpoint at all, for properties that hold of every one of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from manifests.hours import Hours
from manifests.parameters import Parameter, ParameterSchema, ParameterType, Sensitivity
from manifests.plan import InformationLimits, ReviewPlan, Role, Rung, Wording
from manifests.vocabulary import (
    Friction,
    Scrutiny,
    Severity,
    Standing,
    Urgency,
    WhenSilent,
)
from store.aftermath import Aftermath, Consumption, Outcome, Recalled, Rollback, Vetoed
from store.checkpoint import (
    Addressee,
    Answered,
    Approved,
    ApprovedWithEdits,
    AutoApproved,
    Blocked,
    Checkpoint,
    Escalated,
    Exchange,
    Expired,
    HandedBack,
    Held,
    NeedsInformation,
    PendingReview,
    Rejected,
    Releasing,
    Revision,
    Signature,
    SignOff,
    State,
    Stood,
    TakenOver,
    UnderReview,
    Withdrawn,
)
from store.people import Parties, Person
from store.proposal import Check, Context, Evidence, Proposal, Step, Workflow

# Everything a person or a program may type, but no lone surrogates: the door refuses those.
texts = st.text(st.characters(codec="utf-8"), max_size=8)
names = st.text("abcdefghij", min_size=1, max_size=8)
digests = st.text("0123456789abcdef", min_size=64, max_size=64).map("sha256:{}".format)
moments = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001  Hypothesis adds the zone
    datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
lengths = st.timedeltas(timedelta(0), timedelta(days=400))
time_left = st.timedeltas(timedelta(days=-2), timedelta(days=400))
exact_integers = st.integers(-(2**53) + 1, 2**53 - 1)
floats = st.floats(allow_nan=False, allow_infinity=False)
json_values: SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | exact_integers | floats | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=4,
)
parameters: SearchStrategy[dict[str, Any]] = st.dictionaries(names, json_values, max_size=4)


def tuples_of(each: SearchStrategy[Any], most: int = 2, least: int = 0) -> SearchStrategy[Any]:
    return st.lists(each, min_size=least, max_size=most).map(tuple)


roles = st.builds(Role, name=names, title=texts, channel=names)
rungs = st.builds(Rung, sla=lengths, fallback=tuples_of(roles))
clock_times = st.times().map(lambda each: each.replace(second=0, microsecond=0))
calendars = st.builds(
    Hours,
    name=names,
    timezone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata"]),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    opens=clock_times,
    closes=clock_times,
    holidays=st.sampled_from([None, "DE", "US-CA"]),
    closed_on=st.frozensets(st.dates(date(1990, 1, 1), date(2199, 12, 31)), max_size=2),
)
schemas = st.builds(
    ParameterSchema,
    parameters=tuples_of(
        st.builds(
            Parameter,
            name=names,
            type=st.sampled_from(ParameterType),
            title=texts,
            sensitive=st.sampled_from(Sensitivity),
            choices=tuples_of(texts),
        )
    ),
    open=st.booleans(),
)
plans = st.builds(
    ReviewPlan,
    scrutiny=st.sampled_from(Scrutiny),
    rule=names,
    because=texts,
    severity=st.sampled_from(Severity),
    reversible=st.booleans(),
    seats=tuples_of(roles, 3, 1),
    ladder=tuples_of(rungs, 3, 1),
    when_silent=st.sampled_from(WhenSilent),
    alert_every=st.timedeltas(timedelta(seconds=1), timedelta(days=2)),
    operations=roles,
    administrators=roles,
    friction=st.sampled_from(Friction),
    editor_may_sign=st.booleans(),
    information=st.builds(
        InformationLimits, rounds=st.integers(0, 5), answer_within=lengths, total_pause=lengths
    ),
    execute_within=lengths,
    wording=st.builds(Wording, headline=texts, if_rejected=texts),
    schema=schemas,
    manifest_digest=digests,
    signals=tuples_of(texts),
    announce=st.booleans(),
    max_life=lengths,
    hours=st.none() | calendars,
)
contexts = st.builds(
    Context,
    request=st.none() | texts,
    steps=tuples_of(st.builds(Step, title=texts, arguments=json_values, result=json_values)),
    evidence=tuples_of(st.builds(Evidence, title=texts, url=st.none() | texts)),
    alternatives=tuples_of(texts),
    checks=tuples_of(st.builds(Check, name=texts, passed=st.booleans(), score=st.none() | floats)),
    workflow=st.none()
    | st.builds(
        Workflow,
        id=texts,
        step=st.none() | texts | exact_integers,
        completed=tuples_of(json_values),
        state=json_values,
    ),
)
proposals = st.builds(
    Proposal,
    action=names,
    parameters=parameters,
    missing=tuples_of(names),
    question=st.none() | texts.filter(bool),
    choices=tuples_of(texts.filter(bool)),
    reason=texts,
    confidence=st.none() | st.floats(0.0, 1.0),
    uncertainty_factors=tuples_of(texts),
    recommended_review=st.booleans(),
    urgency=st.sampled_from(Urgency),
    on_behalf_of=st.none() | texts.filter(bool),
    idempotency_key=st.none() | names,
    context=contexts,
    callback=st.none() | texts,
    live_view_url=st.none() | texts,
)
signatures = st.builds(Signature, user=names, person=names, name=texts, at=moments)
sign_off = st.builds(
    SignOff,
    by=signatures,
    seat=names,
    revision=st.integers(1, 9),
    digest=digests,
    note=texts,
)
sign_offs = tuples_of(sign_off)


def reviews(signed: SearchStrategy[Any]) -> SearchStrategy[UnderReview]:
    """Give reviews on any rung, with the sign-offs asked for."""
    pending = st.builds(PendingReview, deadline=moments, sign_offs=signed, remark=texts)
    return pending | st.builds(
        Escalated,
        rung=st.integers(0, 5),
        deadline=st.none() | moments,
        why=texts,
        alert_at=st.none() | moments,
        sign_offs=signed,
        remark=texts,
    )


under_review = reviews(sign_offs)
addressees = st.builds(
    Addressee,
    kind=st.sampled_from(["agent", "person", "role", "system"]),
    name=names,
    title=texts,
    user=st.none() | names,
    channel=st.none() | names,
)
questions: dict[str, SearchStrategy[Any]] = {
    "question_id": names,
    "question": texts,
    "asked": addressees,
    "category": texts,
    "about": texts,
}
pauses: dict[str, SearchStrategy[Any]] = {
    "paused": under_review,
    "time_left": st.none() | time_left,
    "deadline": moments,
}
STATES: dict[type[Any], SearchStrategy[Any]] = {
    PendingReview: under_review.filter(lambda each: isinstance(each, PendingReview)),
    Escalated: under_review.filter(lambda each: isinstance(each, Escalated)),
    NeedsInformation: st.builds(NeedsInformation, asker=signatures, **questions, **pauses),
    TakenOver: st.builds(TakenOver, holder=signatures, **pauses),
    Held: st.builds(
        Held,
        since=moments,
        because=texts,
        paused=under_review,
        time_left=st.none() | time_left,
    ),
    Releasing: st.builds(
        Releasing,
        paused=reviews(tuples_of(sign_off, 3, 1)),
        at=moments,
        release_at=moments,
    ),
    Approved: st.builds(Approved, sign_offs=sign_offs, at=moments),
    ApprovedWithEdits: st.builds(ApprovedWithEdits, sign_offs=sign_offs, at=moments),
    Answered: st.builds(Answered, by=signatures, guidance=texts, choice=st.none() | texts),
    Rejected: st.builds(Rejected, by=signatures, reason=texts, category=texts),
    Expired: st.builds(Expired, after_rung=st.integers(0, 5), at=moments),
    Withdrawn: st.builds(Withdrawn, why=texts, at=moments),
    Blocked: st.builds(Blocked, rule=names, because=texts, at=moments, classify=st.booleans()),
    AutoApproved: st.builds(AutoApproved, rule=names, because=texts, at=moments),
}
states: SearchStrategy[State] = st.one_of(list(STATES.values()))
revisions = st.builds(
    Revision,
    number=st.integers(1, 9),
    parameters=parameters,
    digest=digests,
    at=moments,
    by=st.none() | signatures,
    category=texts,
    note=texts,
)
exchanges = st.builds(
    Exchange,
    asker=signatures,
    answer=st.none() | texts,
    answered_at=st.none() | moments,
    answered_by=st.none() | signatures | names,
    stopped_by=st.none() | signatures,
    **questions,
)


def checkpoints(state: SearchStrategy[Any] = states) -> SearchStrategy[Checkpoint]:
    """Give checkpoints of any shape, in the states asked for."""
    return st.builds(
        Checkpoint,
        id=names,
        workspace=names,
        version=st.integers(1, 99),
        proposal=proposals,
        parties=st.builds(
            Parties,
            agent=names,
            owner=st.none() | names,
            requester=st.none() | names,
            requester_name=st.just("") | names,
        ),
        plan=plans,
        revisions=tuples_of(revisions, 2, 1),
        exchanges=tuples_of(exchanges),
        state=state,
        request_digest=digests,
        created_at=moments,
        updated_at=moments,
        by_queue=st.booleans(),
        handed_back=st.none()
        | st.builds(HandedBack, by=signatures, note=texts, continue_from=texts),
        climbed_to=st.integers(0, 2),
        stood=st.builds(Stood, held=lengths, needs_information=lengths, taken_over=lengths),
    )


people = st.builds(
    Person,
    user=names,
    id=names,
    name=texts,
    roles=st.frozensets(names, max_size=3),
    standing=st.sampled_from(Standing),
    as_of=moments,
)
hands = st.none() | signatures
aftermaths = st.builds(
    Aftermath,
    version=st.integers(0, 9),
    consumed=st.none() | st.builds(Consumption, attempt=texts, at=moments, by=hands),
    outcome=st.none()
    | st.builds(Outcome, executed=st.booleans(), detail=texts, at=moments, by=hands),
    recalled=st.none() | st.builds(Recalled, by=signatures, reason=texts),
    vetoed=st.none() | st.builds(Vetoed, by=signatures, reason=texts),
    veto_closed_at=st.none() | moments,
    rollback=st.none()
    | st.builds(
        Rollback,
        state=st.sampled_from(["requested", "done", "failed"]),
        by=signatures,
        reason=texts,
        detail=texts,
        at=moments,
    ),
    lapsed_at=st.none() | moments,
)
