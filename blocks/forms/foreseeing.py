"""What saving an edit would bring: more people, another level, an end; and who may then approve."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from blocks.parts.saving import approves_if_saved
from blocks.wording.text import joined, one_line
from manifests.plan import ReviewPlan, Role
from manifests.tightening import stricter
from manifests.vocabulary import Friction, Parameters, Scrutiny
from store.checkpoint import Checkpoint, Escalated, Open, PendingReview, review_of
from store.seats import titles_of_fillers

_NAME = 60
_BECAUSE = 300
_TITLES_LONGEST = 300


def foreseen(checkpoint: Checkpoint, fresh: ReviewPlan) -> Iterator[str]:
    """Say what follows if these values are saved; `fresh` is policy's answer about them."""
    because = one_line(fresh.because, _BECAUSE)
    if fresh.scrutiny is Scrutiny.BLOCK:
        yield f"Policy blocks these values, so saving them closes the proposal: {because}"
        return
    plan, state = stricter(checkpoint.plan, fresh), checkpoint.state
    review = review_of(state) if isinstance(state, PendingReview | Escalated) else None
    straight_up = fresh.scrutiny is Scrutiny.ESCALATE and len(plan.ladder) > 1
    if straight_up and review is not None and review.rung == 0:
        called = _titles(plan.fallback_of(1)) or "the next level"
        yield f"With these values it goes straight up to {called}: {because}"
    added = _added(checkpoint.plan, plan)
    if added:
        yield f"With these values it takes more people: {_titles(added)} must sign too. {because}"
    if plan.severity.rank > checkpoint.plan.severity.rank:
        yield f"With these values its severity is {plan.severity}, not {checkpoint.plan.severity}."
    if review is not None and review.sign_offs:
        names = joined([one_line(each.by.name, _NAME) for each in review.sign_offs])
        yield f"Whoever approved the old values must look again: {names}."
    yield on_saving(replace(checkpoint, plan=plan))


def save_button(checkpoint: Checkpoint, fresh: ReviewPlan) -> str:
    """Label what saves these values, so that nobody approves by a button that does not say so."""
    judged = replace(checkpoint, plan=stricter(checkpoint.plan, fresh))
    approves = fresh.scrutiny is not Scrutiny.BLOCK and approves_if_saved(judged)
    return "Save & approve" if approves else "Save"


def barring(checkpoint: Checkpoint) -> Iterator[str]:
    """Say to an editor, before they type, that editing takes approving from them."""
    if not checkpoint.plan.editor_may_sign:
        yield on_saving(checkpoint)


def as_if(checkpoint: Checkpoint, parameters: Parameters) -> Checkpoint:
    """Give a proposal as it would stand with other parameters, to be drawn."""
    edited = replace(checkpoint.revision, parameters=parameters)
    return replace(checkpoint, revisions=(*checkpoint.revisions, edited))


def on_saving(checkpoint: Checkpoint) -> str:
    """Say to an editor, before they save, whether saving approves too, and who can otherwise."""
    plan = checkpoint.plan
    if approves_if_saved(checkpoint):
        return "Saving is your approval, too."
    if plan.editor_may_sign:
        types = " and types what it asks for" if plan.friction is Friction.TYPED else ""
        return (
            f"Saving does not approve it yet: whoever approves opens the review afterwards{types}."
        )
    rung = review_of(checkpoint.state).rung if isinstance(checkpoint.state, Open) else 0
    titles = one_line(titles_of_fillers(plan, rung), _TITLES_LONGEST)
    return (
        "Saving does not approve it, and whoever edits it may not approve it: somebody else must "
        f"do that as {titles}."
    )


def _added(pinned: ReviewPlan, plan: ReviewPlan) -> list[Role]:
    held = Counter(seat.name for seat in pinned.seats)
    added = []
    for seat in plan.seats:
        if held[seat.name] > 0:
            held[seat.name] -= 1
        else:
            added.append(seat)
    return added


def _titles(roles: list[Role] | tuple[Role, ...]) -> str:
    return joined(list(dict.fromkeys(one_line(role.title, _NAME) for role in roles)))
