"""Tells agents their decisions at the addresses they named, at least once and then no more."""

import json
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Protocol
from urllib.parse import urlsplit

import structlog

from bot.agents.keys import Agent
from bot.agents.webhooks import Answer, Forbidden, Letter, Unanswered, secrets_of
from bot.relay.verdicts import DONE, Later, Verdict
from manifests.vocabulary import AgentName
from store.checkpoint import Checkpoint
from store.decision import Json, decision_of
from store.door import EXECUTION_KEY, alarm
from store.effects import KEYTURN, Event, Happening
from store.ports import Outgoing, Reading, Store, Transaction

MINUTE, HOUR = 60.0, 3600.0
PATIENT = (
    *(5.0, 30.0, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE),
    *(HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 10 * HOUR),
)
"""Seconds between the tries where time may heal: twelve of them, over a day."""
BRIEF = (5.0, MINUTE, 5 * MINUTE)
"""Seconds between the tries where a person must change something first."""
LONGEST_ASKED = 6 * HOUR
UNDER_WAY = timedelta(seconds=15)
"""Longer than a letter may be under way; until then nobody else takes it up again."""
_MAY_HEAL = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})
_REDIRECTS = range(300, 400)

log = structlog.get_logger()


class Agents(Protocol):
    """Who the agents are now."""

    def agent_named(self, name: AgentName) -> Agent | None:
        """Find an agent by its name."""


class Sender(Protocol):
    """Takes letters to agents."""

    async def send(self, agent: Agent, callback: str, letter: Letter) -> Answer:
        """Send one letter once; raise `Forbidden` or `Unanswered`."""


@dataclass(frozen=True, slots=True)
class News:
    """What one agent is to be told, and where."""

    checkpoint: Checkpoint
    callback: str
    decision: Json

    @property
    def host(self) -> str:
        """Name the host it goes to, for people and logs."""
        return urlsplit(self.callback).hostname or ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a try came to nothing, in words for a person, and when there may be another one."""

    why: str
    waits: tuple[float, ...]
    asked: float = 0.0
    """Seconds that the other side asked us to wait."""


class Callbacks:
    """Carries decisions to agents. A failing address holds up nothing but its own proposal."""

    def __init__(self, store: Store, sender: Sender, agents: Agents) -> None:
        self._store = store
        self._sender = sender
        self._agents = agents

    async def carry(self, outgoing: Outgoing) -> Verdict:
        """Tell the agent how its proposal stands now."""
        news = await self._store.read(lambda look: _news(look, outgoing))
        if news is None:
            return DONE
        if tries_before(outgoing) > len(PATIENT):
            # Every try broke off in a way nobody foresaw; it must end nevertheless.
            return await self._give_up(news, outgoing, "No try came to an end.")
        agent = self._agents.agent_named(news.checkpoint.parties.agent)
        failure = await self._tried(news, agent, outgoing)
        if failure is None:
            return DONE
        return await self._after(failure, news, outgoing)

    async def _tried(self, news: News, agent: Agent | None, outgoing: Outgoing) -> Failure | None:
        if agent is None:
            return Failure("The agents' key file no longer names the agent.", BRIEF)
        letter = await self._store.write(lambda tx: _begun(tx, outgoing, news, agent))
        try:
            answer = await self._sender.send(agent, news.callback, letter)
        except Forbidden as error:
            return Failure(str(error), BRIEF)
        except Unanswered as error:
            return Failure(str(error), PATIENT)
        failure = _failure(answer)
        if failure is None:
            log.info("callback_delivered", id=letter.id, host=news.host)
        return failure

    async def _after(self, failure: Failure, news: News, outgoing: Outgoing) -> Verdict:
        """Wait for the next try, or give up after the last one."""
        tried = tries_before(outgoing)
        proposal, host = news.checkpoint.id, news.host
        log.warning("callback_failed", proposal=proposal, host=host, tried=tried + 1)
        if tried >= len(failure.waits):
            return await self._give_up(news, outgoing, failure.why)
        return Later(max(failure.waits[tried], min(failure.asked, LONGEST_ASKED)))

    async def _give_up(self, news: News, outgoing: Outgoing, why: str) -> Verdict:
        """Record that the agent was not told, and tell the operators, once."""

        def given_up(tx: Transaction) -> None:
            detail = {"host": news.host, "version": news.decision["version"], "why": why}
            event = Event(
                happening=Happening.CALLBACK_UNDELIVERABLE,
                actor=KEYTURN,
                at=tx.now(),
                detail=detail,
            )
            alarm(tx, news.checkpoint, event)
            tx.outbox.done(outgoing)

        await self._store.write(given_up)
        log.error("callback_undeliverable", proposal=news.checkpoint.id, host=news.host)
        return DONE


def tries_before(outgoing: Outgoing) -> int:
    """Count the tries: each is written down as it begins, and again when it has failed."""
    return (outgoing.attempts + 1) // 2


def letter_id(decision: Json) -> str:
    """Name a letter by what it says, so that sending it again is no second letter."""
    return f"msg_{decision['id']}_{decision['version']}"


def _news(look: Reading, outgoing: Outgoing) -> News | None:
    if outgoing.proposal is None:
        return None
    checkpoint = look.checkpoints.get(outgoing.proposal)
    if checkpoint is None or checkpoint.proposal.callback is None:
        return None
    aftermath = look.aftermaths.of(checkpoint.id)
    decision = decision_of(checkpoint, aftermath, look.secret(EXECUTION_KEY))
    return News(checkpoint, checkpoint.proposal.callback, decision)


def _begun(tx: Transaction, outgoing: Outgoing, news: News, agent: Agent) -> Letter:
    """Count the try and keep others from it before it is made: it may outlast the lane's lease."""
    tx.outbox.postpone(outgoing, tx.now() + UNDER_WAY)
    body = json.dumps(news.decision, separators=(",", ":"))
    return Letter(id=letter_id(news.decision), body=body, secrets=secrets_of(tx, agent))


def _failure(answer: Answer) -> Failure | None:
    """Say what an answer means; any success will do, whatever it says besides."""
    status, asked = answer.status, answer.retry_after or 0.0
    why = f"It answered {status}."
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    if status == HTTPStatus.GONE:
        return Failure(f"{why} It wants no more letters.", ())
    if status in _REDIRECTS:
        return Failure(f"{why} Redirects are not followed.", BRIEF)
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Failure(why, PATIENT, asked)
    return Failure(why, PATIENT if status in _MAY_HEAL else BRIEF, asked)
