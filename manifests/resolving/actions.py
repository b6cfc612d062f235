"""One written action into everything policy needs, with the outlines of its plans made once."""

from types import MappingProxyType

from manifests.codes import Code
from manifests.document import ActionPart, DefaultsPart
from manifests.manifest import Action, ConfidenceRule
from manifests.mistakes import did_you_mean
from manifests.parameters import ParameterSchema
from manifests.resolving.findings import Findings, Path
from manifests.resolving.ladders import climb
from manifests.resolving.limits import Amounts, amounts, look_at_tiers, refuse_unsafe_grants
from manifests.resolving.outlines import Drawing, override_of, tiers_of, usual_outline
from manifests.resolving.oversight import look_at_mode, oversight_of
from manifests.resolving.parameters import schema_of
from manifests.resolving.rules import conditions_of
from manifests.resolving.sentences import wording_of
from manifests.resolving.surroundings import Surroundings
from manifests.resolving.times import Times
from manifests.vocabulary import ActionName
from manifests.wording import humanised


def resolved_action(name: str, part: ActionPart, around: Surroundings) -> Action:
    """Resolve one action; what cannot be resolved is among the findings."""
    path: Path = ("actions", name)
    findings = around.findings
    schema = schema_of(part.parameters, path, findings)
    weighed = _weighed(part, path, schema, around)
    drawing = _drawing(part, path, schema, around)
    outline = usual_outline(drawing)
    target = _target(part, path, schema, around)
    conditions = conditions_of(part, around.shared_rules, path, schema, target, around=around)
    return Action(
        name=ActionName(name),
        title=part.title or humanised(name),
        description=part.description,
        severity=part.severity,
        reversible=part.reversible,
        blocked=_blocked(part),
        amount_parameter=part.amount_parameter,
        amount=weighed.parameter,
        limits=weighed.limits,
        confidence=_confidence(part, around.defaults),
        schema=schema,
        wording=wording_of(name, part, schema, path, findings),
        plan=outline,
        tiers=tiers_of(drawing, outline),
        oversight=drawing.oversight,
        rules=conditions.rules,
        window_limits=conditions.window_limits,
        required_evidence=conditions.required_evidence,
        required_checks=conditions.required_checks,
        target=target,
        urgent_ladders=MappingProxyType(dict(drawing.way.ladder.urgent)),
        override=override_of(drawing, outline),
    )


def _weighed(
    part: ActionPart, path: Path, schema: ParameterSchema, around: Surroundings
) -> Amounts:
    """Resolve what its amounts mean, and look at all that hangs on them."""
    weighed = amounts(part, path, schema, around.defaults.window, around.findings)
    refuse_unsafe_grants(part, path, weighed.limits, around.findings)
    look_at_tiers(part, path, weighed.limits, around.findings)
    return weighed


def _drawing(
    part: ActionPart, path: Path, schema: ParameterSchema, around: Surroundings
) -> Drawing:
    """Resolve who is asked and where people stand, so that outlines can be drawn."""
    look_at_mode(part, path, around.findings)
    Times(around.findings).of_action(part, path)
    return Drawing(
        part=part,
        path=path,
        schema=schema,
        way=climb(part, path, around.standard, around.book, around.findings),
        oversight=oversight_of(part, path, around.findings),
        around=around,
    )


def _blocked(part: ActionPart) -> str | None:
    if not part.block:
        return None
    return part.block_reason or "no agent may do this."


def _confidence(part: ActionPart, defaults: DefaultsPart) -> ConfidenceRule:
    written = part.confidence
    doubt, most = written.escalate_below, written.uncertainty_factors_at_most
    return ConfidenceRule(
        escalate_below=defaults.escalate_below if doubt is None else doubt,
        auto_approve_above=written.auto_approve_above,
        uncertainty_factors_at_most=(
            defaults.uncertainty_factors_at_most if most is None else most
        ),
        signals=MappingProxyType(dict(written.signals)),
    )


def _target(
    part: ActionPart, path: Path, schema: ParameterSchema, around: Surroundings
) -> tuple[str, ...]:
    """Name the parameters that say what it is done to; of the defaults', those it declares."""
    if part.alternatives is None or "target" not in part.alternatives.model_fields_set:
        usual = around.defaults.alternatives.target
        return tuple(each for each in usual if schema.open or schema.named(each))
    names = part.alternatives.target
    if not schema.open:
        here = (*path, "alternatives", "target")
        for index, name in enumerate(names):
            _refuse_undeclared(name, schema, (*here, index), around.findings)
    return names


def _refuse_undeclared(name: str, schema: ParameterSchema, path: Path, findings: Findings) -> None:
    if schema.named(name) is None:
        known = [each.name for each in schema.parameters]
        hint = did_you_mean(name, known, f"Known parameters: {', '.join(known) or 'none'}.")
        message = f"“{name}” is no parameter of this action."
        findings.mistake(path, Code.UNKNOWN_PARAMETER, message, hint)
