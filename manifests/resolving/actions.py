"""One written action into everything policy needs, with the outlines of its plans made once."""

from dataclasses import dataclass, replace
from datetime import timedelta

from manifests.document import ActionPart, DefaultsPart, InformationPart, WordingPart
from manifests.manifest import Action, ConfidenceRule, Tier
from manifests.parameters import ParameterSchema
from manifests.plan import InformationLimits, ReviewPlan, Role, Rung, Wording
from manifests.resolving.findings import Findings, Path
from manifests.resolving.ladders import Climb, Standard, climb
from manifests.resolving.limits import amounts, refuse_unsafe_grants
from manifests.resolving.parameters import schema_of
from manifests.resolving.roles import RoleBook
from manifests.vocabulary import (
    ActionName,
    Digest,
    Friction,
    Scrutiny,
    Severity,
    WhenSilent,
)
from manifests.wording import BadTemplate, Template, WordingTemplate, humanised, template

UNFILLED = Wording(headline="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Everything an action is resolved against."""

    defaults: DefaultsPart
    standard: Standard
    operations: Role
    administrators: Role
    digest: Digest
    book: RoleBook
    findings: Findings


def resolved_action(name: str, part: ActionPart, around: Surroundings) -> Action:
    """Resolve one action; what cannot be resolved is among the findings."""
    path: Path = ("actions", name)
    schema = schema_of(part.parameters, path, around.findings)
    weighed = amounts(part, path, schema, around.defaults.window, around.findings)
    refuse_unsafe_grants(part, path, weighed.limits, around.findings)
    outline = _outline(
        part, schema, climb(part, path, around.standard, around.book, around.findings), around
    )
    doubt = part.confidence.escalate_below
    return Action(
        name=ActionName(name),
        title=part.title or humanised(name),
        description=part.description,
        severity=part.severity,
        reversible=part.reversible,
        approval_required=part.approval_required,
        blocked=_blocked(part),
        amount_parameter=part.amount_parameter,
        amount=weighed.parameter,
        limits=weighed.limits,
        confidence=ConfidenceRule(
            escalate_below=around.defaults.escalate_below if doubt is None else doubt,
            auto_approve_above=part.confidence.auto_approve_above,
        ),
        schema=schema,
        wording=_wording(name, part, schema, path, around.findings),
        plan=outline,
        tiers=_tiers(part, path, outline, around.book),
    )


def _blocked(part: ActionPart) -> str | None:
    if not part.block:
        return None
    return part.block_reason or "no agent may do this."


def _tiers(part: ActionPart, path: Path, outline: ReviewPlan, book: RoleBook) -> tuple[Tier, ...]:
    tiers = [
        Tier(
            above=tier.above.money,
            plan=replace(outline, seats=book.all_defined(tier.seats, (*path, "tiers", i, "seats"))),
        )
        for i, tier in enumerate(part.tiers)
    ]
    return tuple(sorted(tiers, key=lambda each: each.above.amount, reverse=True))


def _outline(
    part: ActionPart, schema: ParameterSchema, way: Climb, around: Surroundings
) -> ReviewPlan:
    critical = part.severity is Severity.CRITICAL
    loud = part.severity is not Severity.LOW or not part.reversible
    lenient = not part.severity.at_least(Severity.HIGH)
    return ReviewPlan(
        scrutiny=Scrutiny.REVIEW,
        rule="",
        because="",
        severity=part.severity,
        reversible=part.reversible,
        seats=way.seats,
        ladder=way.ladder,
        when_silent=part.when_silent or _silence(critical),
        alert_every=part.alert_every or around.defaults.alert_every,
        operations=around.operations,
        administrators=around.administrators,
        friction=part.friction or usual_friction(part.severity, part.reversible),
        editor_may_sign=lenient if part.editor_may_sign is None else part.editor_may_sign,
        information=_information(part.information or around.defaults.information),
        execute_within=part.execute_within or around.defaults.execute_within,
        wording=UNFILLED,
        schema=schema,
        manifest_digest=around.digest,
        announce=loud if part.announce is None else part.announce,
    )


def _silence(critical: bool) -> WhenSilent:  # noqa: FBT001
    return WhenSilent.STAY_BLOCKED if critical else WhenSilent.EXPIRE


def _information(part: InformationPart) -> InformationLimits:
    return InformationLimits(rounds=part.rounds, answer_within=part.answer_within)


def usual_friction(severity: Severity, reversible: bool) -> Friction:  # noqa: FBT001
    """Ask for more care the worse it could be and the less it could be undone."""
    high = severity.at_least(Severity.HIGH)
    if severity is Severity.CRITICAL or (high and not reversible):
        return Friction.REVIEW_MODAL
    return Friction.CONFIRM if high or not reversible else Friction.ONE_CLICK


def unclassified(ladder: tuple[Rung, ...], around: Surroundings) -> ReviewPlan:
    """Outline what nobody has classified: an administrator looks, nothing runs."""
    return ReviewPlan(
        scrutiny=Scrutiny.BLOCK,
        rule="",
        because="",
        severity=Severity.CRITICAL,
        reversible=False,
        seats=(around.administrators,),
        ladder=ladder,
        when_silent=WhenSilent.STAY_BLOCKED,
        alert_every=around.defaults.alert_every,
        operations=around.operations,
        administrators=around.administrators,
        friction=Friction.REVIEW_MODAL,
        editor_may_sign=False,
        information=_information(around.defaults.information),
        execute_within=timedelta(minutes=15),
        wording=UNFILLED,
        schema=ParameterSchema(open=True),
        manifest_digest=around.digest,
    )


def _wording(
    name: str, part: ActionPart, schema: ParameterSchema, path: Path, findings: Findings
) -> WordingTemplate:
    written = part.wording
    final = "This can be undone." if part.reversible else "This cannot be undone."
    sentences = {
        "headline": written.headline or _plain(f"{part.title or humanised(name)}?"),
        "if_approved": written.if_approved or "",
        "if_rejected": written.if_rejected or "",
        "undo": written.undo or final,
    }
    made = {
        key: _template(text, schema, (*path, "wording", key), findings)
        for key, text in sentences.items()
    }
    return WordingTemplate(approve_label=_label(written), **made)


def _plain(text: str) -> str:
    """Keep the braces of a title from being read as placeholders."""
    return text.replace("{", "{{").replace("}", "}}")


def _label(part: WordingPart) -> str:
    return part.approve_label or Wording(headline="").approve_label


def _template(text: str, schema: ParameterSchema, path: Path, findings: Findings) -> Template:
    try:
        return template(text, schema)
    except BadTemplate as error:
        findings.mistake(path, "bad-template", str(error), error.hint)
        return Template(())
