"""Why a proposal came to people: the rule, its words and the manifest, for who may see it."""

from functools import partial

from bot.people.overview import WHERE_IDS_STAND, Overview, found
from bot.typed import SlashRequest
from store.checkpoint import Checkpoint
from store.ports import Store
from store.refusals import Refusal

USAGE = "why PROPOSAL"
NOBODY = "Slack could not confirm who you are just now. Please type it again."


class Why:
    """Answers `/keyturn why PROPOSAL`."""

    def __init__(self, store: Store, overview: Overview) -> None:
        self._store = store
        self._overview = overview

    async def explain(self, request: SlashRequest) -> str:
        """Tell which rule sent a proposal where it is; nothing is changed."""
        named = request.words.strip("`")
        if not named:
            return f"Which one? Type /keyturn {USAGE}. {WHERE_IDS_STAND}"
        onlooker = await self._overview.onlooker(request.user)
        if onlooker is None:
            return NOBODY
        checkpoint = await self._store.read(partial(found, onlooker, named))
        if isinstance(checkpoint, Refusal):
            return checkpoint.words
        return "\n".join(_told(checkpoint))


def _told(checkpoint: Checkpoint) -> list[str]:
    plan = checkpoint.plan
    seats = ", ".join(seat.title for seat in plan.seats)
    status = checkpoint.state.status.value.replace("_", " ")
    asked = f"{checkpoint.proposal.action} by {checkpoint.parties.agent}"
    lines = [
        f"{checkpoint.id}: {asked}, {status}.",
        f"Rule {plan.rule}: {plan.because}",
        *(f"Also: {signal}" for signal in plan.signals),
        f"Seats: {seats}." if seats else "Nobody had to agree.",
        f"Manifest {plan.manifest_digest}.",
    ]
    if checkpoint.follows is not None:
        lines.append(f"It comes after {checkpoint.follows.proposal}, which was rejected.")
    if plan.overrides:
        lines.append(f"It would override a denial of {plan.overrides} once.")
    return lines
