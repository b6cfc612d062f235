"""What changed parameters mean: the same schema and the same policy judge an edit as an intake."""

from dataclasses import dataclass

from manifests.checking import edit_complaints
from manifests.manifest import Manifest
from manifests.parameters import Complaint
from manifests.plan import ReviewPlan
from manifests.policy import plan_for
from manifests.proposed import Circumstances
from manifests.vocabulary import Digest, Parameters
from store.checkpoint import Checkpoint, Revision
from store.digest import revision_digest


@dataclass(frozen=True, slots=True)
class Change:
    """New parameters with their digest and policy's answer about them."""

    parameters: Parameters
    digest: Digest
    plan: ReviewPlan


def change_to(manifest: Manifest, checkpoint: Checkpoint, parameters: Parameters) -> Change:
    """Judge new parameters; what was spent plays no part, because nothing is auto-approved."""
    missing = tuple(name for name in checkpoint.proposal.missing if name not in parameters)
    changed = checkpoint.proposal.model_copy(update={"parameters": parameters, "missing": missing})
    digest = revision_digest(changed.action, parameters)
    told = Circumstances(agent=checkpoint.parties.agent)
    return Change(parameters, digest, plan_for(manifest, changed, told))


def complaints_about_edit(
    checkpoint: Checkpoint, base: Revision, parameters: Parameters
) -> tuple[Complaint, ...]:
    """List what is wrong with a reviewer's edit of a revision."""
    return edit_complaints(
        checkpoint.plan.schema, base.parameters, parameters, checkpoint.proposal.missing
    )
