"""The questions put to systems: what one of them may read of a proposal, and how it answers."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from blocks.wording.veil import Veil, veil_of
from bot.agents.keys import Agent
from bot.program.draining import Drain
from manifests.parameters import Sensitivity
from store import door
from store.checkpoint import Checkpoint, Exchange, NeedsInformation
from store.commands import ProvideInformation
from store.decision import Json, question_of
from store.effects import Actor, ActorKind, Event, Happening
from store.ports import Reading, Store, Transaction
from store.proposal import ProposalId
from store.refusals import Reason, Refusal
from store.wire import moment

MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a system answers to one question."""

    question_id: str
    answer: str


class QuestionDesk:
    """Shows a system what it is asked, and nothing else: no decision, no token, no secret."""

    def __init__(
        self, store: Store, drain: Drain, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._drain = drain
        self._monotonic = monotonic

    async def wait(self, system: Agent, seconds: float, known: frozenset[str]) -> tuple[Json, ...]:
        """List what a system is asked, once there is a question that it does not know."""
        until = self._monotonic() + seconds
        with self._store.watch(door.questions_to(system.name)) as watch:
            while True:
                found = await self._store.read(lambda look: _put_to(look, system))
                left = until - self._monotonic()
                news = [each for each in found if each["id"] not in known]
                if news or left <= 0 or self._drain.started:
                    return found
                await self._drain.unless_stopping(watch.wait(left))

    async def answer(self, system: Agent, proposal: ProposalId, reply: Reply) -> Json | Refusal:
        """Take a system's answer; the same answer again gets the same receipt."""
        return await self._store.write(lambda tx: _answered(tx, system, proposal, reply))


def _put_to(look: Reading, system: Agent) -> tuple[Json, ...]:
    found = map(look.checkpoints.get, look.board.put_to(system.name, MOST_AT_ONCE))
    return tuple(
        _shown(each, each.state)
        for each in found
        if each is not None and isinstance(each.state, NeedsInformation)
    )


def _shown(checkpoint: Checkpoint, state: NeedsInformation) -> Json:
    """Show the question and what it is about; what is sensitive is named and left out."""
    veil, parameters = veil_of(checkpoint), checkpoint.revision.parameters
    withheld = [name for name in parameters if _is_sensitive(veil, name)]
    question = question_of(state)
    return {
        **question,
        "text": veil.over(state.question),
        "deadline": moment(state.deadline),
        "proposal": checkpoint.id,
        "action": checkpoint.proposal.action,
        "parameters": {
            name: veil.over_value(value)
            for name, value in parameters.items()
            if name not in withheld
        },
        "withheld": [*withheld],
    }


def _is_sensitive(veil: Veil, name: str) -> bool:
    return veil.of(name) is not Sensitivity.PLAIN


def _answered(tx: Transaction, system: Agent, proposal: ProposalId, reply: Reply) -> Json | Refusal:
    actor = Actor(ActorKind.AGENT, system.name)
    checkpoint = tx.checkpoints.get(proposal)
    if checkpoint is None:
        return door.unknown(proposal)
    put = [each for each in checkpoint.exchanges if _is_for(each, system)]
    if not put:
        return _nothing_to_it(tx, checkpoint, actor)
    for each in put:
        if each.question_id == reply.question_id and each.answer == reply.answer:
            return _receipt(proposal, each)
    command = ProvideInformation(
        answer=reply.answer, question_id=reply.question_id, system=system.name
    )
    verdict = door.act(tx, proposal, command, actor)
    return verdict if isinstance(verdict, Refusal) else _receipt(proposal, verdict.exchanges[-1])


def _is_for(exchange: Exchange, system: Agent) -> bool:
    return exchange.asked.kind == "system" and exchange.asked.name == system.name


def _nothing_to_it(tx: Transaction, checkpoint: Checkpoint, actor: Actor) -> Refusal:
    """Answer as if there were no such proposal; that somebody reached for it is audited."""
    detail = {"reason": Reason.UNKNOWN_PROPOSAL.value, "words": "It was never asked about this."}
    event = Event(happening=Happening.REFUSED, actor=actor, at=tx.now(), detail=dict(detail))
    door.note(tx, checkpoint, event)
    return door.unknown(checkpoint.id)


def _receipt(proposal: ProposalId, exchange: Exchange) -> Json:
    at = moment(exchange.answered_at)
    return {"id": exchange.question_id, "proposal": proposal, "answered_at": at}
