"""Whatever agents and people may send: long, hostile, in any script, or nothing at all."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from manifests.parameters import Parameter, ParameterSchema, ParameterType, Sensitivity
from manifests.plan import ReviewPlan, Rung, Wording
from manifests.vocabulary import Digest, Friction, Severity
from store.aftermath import Aftermath, Consumption, Outcome, Recalled, Rollback, Vetoed
from store.checkpoint import (
    Answered,
    Approved,
    ApprovedWithEdits,
    AutoApproved,
    Blocked,
    ByRule,
    Checkpoint,
    Escalated,
    Exchange,
    Expired,
    Follows,
    Held,
    NeedsInformation,
    PendingReview,
    Rejected,
    Releasing,
    Revision,
    Signature,
    SignOff,
    TakenOver,
    Withdrawn,
)
from store.digest import revision_digest
from store.proposal import Proposal
from tests.blocks.scenes import LATER, a_careful_plan
from tests.store.making import CFO, DEPUTY, FINANCE, HOUR, NOON, a_checkpoint

HOSTILE = (
    "<!channel>",
    "<!here|all>",
    "<@U0AGENT>",
    "<https://evil.example|your bank>",
    "*bold* _it_ ~no~ `code` ```block```",
    ":white_check_mark: Approved by the CFO",
    "\u202eesrever\u202c",
    "\u200b\u200d\ufe0f\u3164\u2800",
    "z" + "\u0301" * 60,
    "👩‍👩‍👧‍👦🇩🇪",
    "مرحبا بالعالم",
    "漢字かな交じり文",
    "\n" * 30,
    "\r\n\t\x00\x1b[31m",
    '"}],"type":"mrkdwn"',
    "&lt;!channel&gt; & < >",
    "\\u{202E}",
    "W" * 4_000,
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢" * 200,
    "word " * 900,
)

ordinary = st.text(st.characters(codec="utf-8"), max_size=40)
texts = st.lists(st.sampled_from(HOSTILE) | ordinary, max_size=6).map("".join)
names = st.one_of(
    st.from_regex(r"[a-z_]{1,12}", fullmatch=True),
    texts.map(lambda text: text[:300]),
)
lines = texts.map(lambda text: text[:500])
# Numbers as RFC 8785 takes them: nothing else gets past intake.
numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
leaves = st.none() | st.booleans() | numbers | texts
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4)
)
parameters = st.dictionaries(names, values, max_size=8)
crowds = st.dictionaries(names, leaves, min_size=40, max_size=120)
addresses = st.one_of(
    texts.map(lambda text: text[:2_000]),
    st.sampled_from(
        (
            "https://bank.example/a?b=c#d",
            "https://bank.example@evil.example/",
            "http://аррӏе.com/",
            "javascript:alert(1)",
            "https://" + "a" * 1_900,
            "https://[::1",
            "https://x.example:99999/",
        )
    ),
)

flags = st.from_regex(r"[a-z][a-z0-9_]{0,79}", fullmatch=True)
contexts = st.fixed_dictionaries(
    {},
    optional={
        "request": texts,
        "steps": st.lists(
            st.fixed_dictionaries(
                {"title": lines, "arguments": values, "result": values},
                optional={"tool": lines, "status": lines},
            ),
            max_size=5,
        ).map(tuple),
        "evidence": st.lists(
            st.fixed_dictionaries(
                {"title": lines},
                optional={
                    "url": addresses,
                    "excerpt": texts,
                    "kind": lines,
                    "contradicts": st.booleans(),
                },
            ),
            max_size=5,
        ).map(tuple),
        "alternatives": st.lists(lines, max_size=4).map(tuple),
        "expected_outcome": texts,
        "if_rejected": texts,
        "rollback": texts,
        "checks": st.lists(
            st.fixed_dictionaries(
                {"name": lines, "passed": st.booleans()}, optional={"detail": lines}
            ),
            max_size=4,
        ).map(tuple),
        "workflow": st.fixed_dictionaries({"id": lines, "step": lines}),
    },
)

proposals = st.fixed_dictionaries(
    {"action": st.just("process_refund"), "parameters": parameters | crowds},
    optional={
        "missing": st.lists(lines, max_size=4).map(tuple),
        "question": texts.filter(bool).map(lambda text: text[:3_000]),
        "choices": st.lists(texts.filter(bool).map(lambda text: text[:75]), max_size=10).map(tuple),
        "reason": texts,
        "confidence": st.floats(0, 1),
        "confidence_basis": texts,
        "uncertainty_factors": st.lists(lines, max_size=4).map(tuple),
        "flags": st.lists(flags, max_size=50).map(tuple),
        "signals": st.dictionaries(flags, st.floats(0, 1), max_size=50),
        "affected": st.lists(lines, max_size=12).map(tuple),
        "tool_calls": st.integers(0, 1_000_000),
        "retries": st.integers(0, 1_000_000),
        "denied_by": st.fixed_dictionaries(
            {"engine": st.sampled_from(["opa", "a" * 64])},
            optional={"policy": lines, "call": values, "message": texts},
        ),
        "on_behalf_of": texts.filter(bool).map(lambda text: text[:200]),
        "context": contexts,
        "live_view_url": addresses,
    },
).map(lambda fields: Proposal.model_validate(fields, strict=False))


@st.composite
def schemas(draw: st.DrawFn, names_: list[str]) -> ParameterSchema:
    """Declare some of the parameters, some of them sensitive."""
    chosen = draw(st.lists(st.sampled_from(names_), unique=True)) if names_ else []
    declared = tuple(
        Parameter(
            name=name,
            type=draw(st.sampled_from(ParameterType)),
            title=draw(names),
            description=draw(lines),
            required=draw(st.booleans()),
            sensitive=draw(st.sampled_from(Sensitivity)),
            editable=draw(st.booleans()),
            choices=tuple(draw(st.lists(names.filter(bool), max_size=12, unique=True))),
        )
        for name in chosen
    )
    return ParameterSchema(parameters=declared, open=not declared)


@st.composite
def plans(draw: st.DrawFn, schema: ParameterSchema) -> ReviewPlan:
    ladder = (Rung(sla=HOUR), Rung(sla=HOUR, fallback=(DEPUTY,)))
    return a_careful_plan(
        seats=draw(st.sampled_from([(FINANCE,), (FINANCE, CFO), (FINANCE, FINANCE)])),
        friction=draw(st.sampled_from(Friction)),
        severity=draw(st.sampled_from(Severity)),
        reversible=draw(st.booleans()),
        ladder=draw(st.sampled_from([ladder[:1], ladder])),
        because=draw(texts),
        signals=tuple(draw(st.lists(texts, max_size=6))),
        wording=Wording(
            headline=draw(texts.map(lambda text: text[:150])),
            approve_label=draw(texts.map(lambda text: text[:80])),
            if_approved=draw(texts),
        ),
        overrides=draw(st.sampled_from(["", "opa", "a" * 64])),
        editor_may_sign=draw(st.booleans()),
        still_because=draw(texts),
        retype=draw(st.sampled_from(["", *(each.name for each in schema.parameters)])),
        release_after=draw(st.sampled_from([timedelta(0), timedelta(minutes=2)])),
        schema=schema,
        manifest_digest=Digest("sha256:" + "0" * 64),
    )


signatures = st.builds(
    Signature,
    user=st.sampled_from(["U1", "U2"]),
    person=st.sampled_from(["p1", "p2"]),
    name=texts,
    at=st.just(LATER),
)
askers = signatures | st.just(ByRule(at=LATER))
sign_off = st.builds(
    SignOff,
    by=signatures,
    seat=st.just("finance"),
    revision=st.just(1),
    digest=st.just("sha256:0"),
    note=texts,
)
sign_offs = st.lists(sign_off, max_size=2).map(tuple)
deadlines = st.just(NOON + HOUR)
pending = st.builds(PendingReview, deadline=deadlines, sign_offs=sign_offs, remark=texts)
escalated = st.builds(
    Escalated,
    rung=st.just(0),
    deadline=st.none() | deadlines,
    why=texts,
    alert_at=st.none() | deadlines,
    sign_offs=sign_offs,
    remark=texts,
)
left = st.none() | st.just(timedelta(minutes=3, seconds=7))
states: st.SearchStrategy[Any] = st.one_of(
    pending,
    escalated,
    st.builds(
        NeedsInformation,
        question_id=st.just("q1"),
        question=texts,
        asker=askers,
        paused=pending | escalated,
        time_left=left,
        deadline=deadlines,
    ),
    st.builds(
        TakenOver,
        holder=signatures,
        paused=pending | escalated,
        time_left=left,
        deadline=deadlines,
    ),
    st.builds(Held, since=st.just(NOON), because=texts, paused=pending | escalated, time_left=left),
    st.builds(
        Releasing,
        paused=st.builds(
            PendingReview, deadline=deadlines, sign_offs=st.tuples(sign_off, sign_off)
        ),
        at=st.just(LATER),
        release_at=deadlines,
    ),
    st.builds(Approved, sign_offs=sign_offs, at=st.just(LATER)),
    st.builds(ApprovedWithEdits, sign_offs=sign_offs, at=st.just(LATER)),
    st.builds(Answered, by=signatures, guidance=texts, choice=st.none() | texts),
    st.builds(Rejected, by=signatures, reason=texts, category=texts),
    st.builds(Expired, after_rung=st.integers(0, 3), at=st.just(LATER)),
    st.builds(Withdrawn, why=texts, at=st.just(LATER)),
    st.builds(Blocked, rule=texts, because=texts, at=st.just(LATER), classify=st.booleans()),
    st.builds(AutoApproved, rule=texts, because=texts, at=st.just(LATER)),
)
exchanges = st.lists(
    st.builds(
        Exchange,
        question_id=st.just("q1"),
        question=texts,
        asker=askers,
        answer=texts,
        answered_at=st.just(LATER),
    ),
    max_size=2,
).map(tuple)
hands = st.none() | signatures
aftermaths = st.builds(
    Aftermath,
    consumed=st.none() | st.builds(Consumption, attempt=texts, at=st.just(LATER), by=hands),
    outcome=st.none()
    | st.builds(Outcome, executed=st.booleans(), detail=texts, at=st.just(LATER), by=hands),
    recalled=st.none() | st.builds(Recalled, by=signatures, reason=texts),
    vetoed=st.none() | st.builds(Vetoed, by=signatures, reason=texts),
    veto_closed_at=st.none() | st.just(LATER),
    rollback=st.none()
    | st.builds(
        Rollback,
        state=st.sampled_from(["requested", "done", "failed"]),
        by=signatures,
        reason=texts,
        detail=texts,
        at=st.just(LATER),
    ),
    lapsed_at=st.none() | st.just(LATER),
)


follows = st.builds(
    Follows,
    proposal=st.just("p0"),
    number=st.integers(1, 5),
    named=st.booleans(),
    same=st.booleans(),
    action=st.sampled_from(["process_refund", "send_customer_email"]),
    parameters=parameters | crowds,
    by=signatures,
    why=texts,
)


@st.composite
def checkpoints(draw: st.DrawFn) -> Checkpoint:
    """Give any checkpoint at all, also such as the lifecycle would hardly make."""
    proposal = draw(proposals)
    plan = draw(plans(draw(schemas(list(proposal.parameters)))))
    checkpoint = a_checkpoint(proposal, plan, agent=draw(names))
    state = draw(states)
    revisions = checkpoint.revisions
    if draw(st.booleans()):
        changed = {**proposal.parameters, **draw(st.dictionaries(names, leaves, max_size=2))}
        edited = Revision(
            number=2,
            parameters=changed,
            digest=revision_digest(proposal.action, changed),
            at=LATER,
            by=draw(st.none() | signatures),
            category=draw(texts),
            note=draw(texts),
        )
        revisions = (*revisions, edited)
    followed = replace(checkpoint, follows=draw(st.none() | follows))
    return replace_all(followed, state, revisions, draw(exchanges))


def replace_all(
    checkpoint: Checkpoint,
    state: Any,
    revisions: tuple[Revision, ...],
    exchanges_: tuple[Exchange, ...],
) -> Checkpoint:
    moved = checkpoint.moved(state, LATER)
    fields = {name: getattr(moved, name) for name in moved.__dataclass_fields__}
    return Checkpoint(**fields | {"revisions": revisions, "exchanges": exchanges_})
