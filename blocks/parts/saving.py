"""Whether saving a form over the parameters approves as well: one answer for card and form."""

from blocks.parts.parameters import will_run
from blocks.wording.room import ROOMS
from blocks.wording.veil import veil_of
from store.checkpoint import Checkpoint


def approves_if_saved(checkpoint: Checkpoint) -> bool:
    """Say whether an editor's own sign-off counts together with the edit.

    A form must show all that would run, and it shows no evidence, so it approves nothing that is
    cut in it, and nothing that asks for the review.
    """
    plan = checkpoint.plan
    if not plan.editor_may_sign or plan.friction.opens_review:
        return False
    return not will_run(checkpoint, veil_of(checkpoint), ROOMS[0])[1]
