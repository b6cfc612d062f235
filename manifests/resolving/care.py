"""How much care approving takes: what is typed once more, what waits a moment, what is held."""

from dataclasses import replace
from datetime import timedelta

from manifests.codes import Code
from manifests.document import ActionPart, DefaultsPart, InformationPart, QuietPart
from manifests.hours import Quiet
from manifests.mistakes import did_you_mean
from manifests.parameters import Parameter, ParameterSchema, ParameterType, Sensitivity
from manifests.plan import InformationLimits, ReviewPlan, Role
from manifests.resolving.findings import Findings, Path
from manifests.resolving.roles import RoleBook
from manifests.resolving.surroundings import Surroundings
from manifests.vocabulary import AgentName, Friction, Severity, WhenSilent

USUAL_RELEASE = timedelta(seconds=5)
"""How long one person's approval of something severe can be undone, where nothing is written."""
_TYPED = frozenset({ParameterType.STRING, ParameterType.EMAIL, ParameterType.URI})


def usual_friction(severity: Severity, reversible: bool) -> Friction:  # noqa: FBT001
    """Ask for more care the worse it could be and the less it could be undone."""
    high = severity.at_least(Severity.HIGH)
    if severity is Severity.CRITICAL:
        return Friction.REVIEW_MODAL if reversible else Friction.TYPED
    if high and not reversible:
        return Friction.REVIEW_MODAL
    return Friction.CONFIRM if high or not reversible else Friction.ONE_CLICK


def with_care(
    plan: ReviewPlan,
    part: ActionPart,
    schema: ParameterSchema,
    path: Path,
    around: Surroundings,
) -> ReviewPlan:
    """Add what is typed once more, how long an approval waits, what is held, who may take over."""
    defaults, findings = around.defaults, around.findings
    return replace(
        released_after(plan, part, defaults),
        retype=_retyped(part, schema, path, findings),
        takeover_within=part.takeover_within or defaults.takeover_within,
        hold_above=_held_above(part, plan.when_silent, path, around),
        quiet=_quiet(defaults.quiet_hours),
    )


def released_after(plan: ReviewPlan, part: ActionPart, defaults: DefaultsPart) -> ReviewPlan:
    """Let an approval wait as long as was written, or as is usual for these seats."""
    written = defaults.release_delay if part.release_delay is None else part.release_delay
    alone = len(plan.seats) == 1 and plan.severity.at_least(Severity.HIGH)
    usual = USUAL_RELEASE if alone else timedelta(0)
    return replace(plan, release_after=usual if written is None else written)


def information_of(part: InformationPart, path: Path, book: RoleBook) -> InformationLimits:
    """Say how often others may be asked, for how long, and who."""
    here = (*path, "information", "roles")
    roles = [book.defined(name, (*here, index)) for index, name in enumerate(part.roles)]
    return InformationLimits(
        rounds=part.rounds,
        answer_within=part.answer_within,
        total_pause=part.total_pause,
        roles=_once(roles),
        systems=tuple(AgentName(name) for name in dict.fromkeys(part.systems)),
    )


def _once(roles: list[Role]) -> tuple[Role, ...]:
    return tuple({role.name: role for role in roles}.values())


def _retyped(part: ActionPart, schema: ParameterSchema, path: Path, findings: Findings) -> str:
    """Name the parameter that is typed once more; none means the action's own name."""
    if part.retype is not None:
        _look_at_retype(part.retype, schema, (*path, "retype"), findings)
        return part.retype
    target = part.alternatives.target if part.alternatives is not None else ()
    plain = {each.name: each for each in schema.parameters if each.sensitive is Sensitivity.PLAIN}
    required = (each.name for each in plain.values() if each.required and each.type in _TYPED)
    likely = (name for name in (part.amount_parameter, *target) if name in plain)
    return next(likely, next(required, ""))


def _look_at_retype(name: str, schema: ParameterSchema, path: Path, findings: Findings) -> None:
    if schema.open:
        return
    declared: Parameter | None = schema.named(name)
    if declared is None:
        known = [each.name for each in schema.parameters]
        hint = did_you_mean(name, known, f"Known parameters: {', '.join(known) or 'none'}.")
        message = f"“{name}” is no parameter of this action, so nobody could type it."
        findings.mistake(path, Code.UNKNOWN_PARAMETER, message, hint)
    elif declared.sensitive is not Sensitivity.PLAIN:
        message = f"“{name}” is sensitive: reviewers do not see what they would have to type."
        hint = "Name a parameter that people see, or leave retype out."
        findings.mistake(path, Code.CONTRADICTION, message, hint)


def _held_above(
    part: ActionPart, when_silent: WhenSilent, path: Path, around: Surroundings
) -> int | None:
    """Say from how many on the rest is held; nothing severe ever is."""
    severe = part.severity.at_least(Severity.HIGH)
    if part.hold_above is not None and severe:
        message = f"What is of {part.severity} severity is never held: people see it at once."
        here = (*path, "hold_above")
        around.findings.mistake_in_key(here, Code.UNSAFE_HOLD, message, "Remove hold_above.")
    if severe:
        return None
    most = around.defaults.hold_above if part.hold_above is None else part.hold_above
    if most is not None and when_silent is WhenSilent.STAY_BLOCKED:
        _warn_of_no_room(most, path, around.findings)
    return most


def _warn_of_no_room(most: int, path: Path, findings: Findings) -> None:
    """Point out that what never ends by itself never makes room for what is held behind it."""
    those = "the one" if most == 1 else f"the {most}"
    findings.warning(
        (*path, "when_silent"), Code.HELD_FOR_GOOD,
        f"What is held behind {those} before people may never be shown: silence ends none of them.",
        "Write when_silent: expire, or no hold_above; else people must show it from the digest.",
    )  # fmt: skip


def _quiet(part: QuietPart | None) -> Quiet | None:
    if part is None:
        return None
    return Quiet(starts=part.from_, ends=part.to, timezone=part.timezone)
