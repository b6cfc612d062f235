"""What policy engines denied to agents: told to the operators, whatever the agents say of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from pydantic import JsonValue

from bot.agents.desk import Told
from bot.agents.desk import told as told_of
from bot.agents.intake import Declined, Fault, Judged, TakenIn, digested, key_of, known_as
from bot.agents.keys import Agent, KeyRing
from bot.judging.live_manifest import LiveManifest
from manifests.manifest import Manifest
from manifests.plan import ReviewPlan, Wording
from manifests.vocabulary import ActionName, AgentName, Parameters, Scrutiny
from store import door
from store.checkpoint import DENIAL, POLICY_ENGINE
from store.people import Parties
from store.ports import Store, Transaction
from store.proposal import Denial, Proposal, ProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """One call that a policy engine did not let pass."""

    agent: AgentName
    action: ActionName | None = None
    resource: str | None = None
    policy: str
    message: str = ""
    call: JsonValue = None
    idempotency_key: str | None = None


class Denials:
    """Takes down what policy engines report. Nothing can be decided about it; people look."""

    def __init__(
        self,
        store: Store,
        manifest: LiveManifest,
        keys: KeyRing,
        new_id: Callable[[], ProposalId],
    ) -> None:
        self._store = store
        self._manifest = manifest
        self._keys = keys
        self._new_id = new_id

    async def take(
        self, engine: Agent, denied: Denied, header_key: str | None = None
    ) -> tuple[TakenIn, Told]:
        """Take one denial down and tell it after its commit, or raise `Declined`."""
        if engine.kind != "engine":
            words = (
                f"{engine.name} is an agent: only a policy engine's key reports denials, made by "
                "keyturn keys create NAME --engine. To ask for an override, propose the call with "
                "denied_by."
            )
            raise Declined(Fault.WRONG_KIND, words)
        key, found = key_of(denied.idempotency_key, header_key)
        if found:
            raise Declined(Fault.INVALID, "The denial cannot be taken in as it is.", tuple(found))
        judged = digested(engine, Parties(agent=engine.name), _as_proposal(engine, denied, key))
        plan = self._plan(self._manifest.current, engine, denied)
        new = self._new_id()

        def taken(tx: Transaction) -> tuple[TakenIn, Told]:
            entered = known_as(tx, judged) or self._opened(tx, judged, new, plan)
            return entered, told_of(tx, entered.checkpoint)

        return await self._store.write(taken)

    def _opened(
        self, tx: Transaction, judged: Judged, proposal: ProposalId, plan: ReviewPlan
    ) -> TakenIn:
        opening = judged.opening(self._store.workspace, proposal, plan)
        return TakenIn(door.take_in(tx, opening))

    def _plan(self, manifest: Manifest, engine: Agent, denied: Denied) -> ReviewPlan:
        """Say how grave it is by what was called, where the manifest knows that."""
        called = None if denied.action is None else manifest.actions.get(denied.action)
        stranger = self._keys.agent_named(denied.agent) is None
        known = ", which the agents' key file does not name" if stranger else ""
        return replace(
            manifest.unclassified if called is None else called.plan,
            scrutiny=Scrutiny.BLOCK,
            rule=POLICY_ENGINE,
            because=f"The policy engine {engine.name} denied a call of {denied.agent}{known}.",
            wording=Wording(headline=_headline(denied)),
        )


def _headline(denied: Denied) -> str:
    about = "" if denied.action is None else f" ({denied.action})"
    return f"Call of the agent {denied.agent}{about}"


def _as_proposal(engine: Agent, denied: Denied, key: str) -> Proposal:
    """Write a denial down as the thing that was proposed elsewhere and blocked there."""
    said = {"agent": denied.agent, "action": denied.action, "resource": denied.resource}
    parameters: Parameters = {name: each for name, each in said.items() if each is not None}
    return Proposal(
        action=DENIAL,
        parameters=parameters,
        denied_by=Denial(
            engine=engine.name, policy=denied.policy, message=denied.message, call=denied.call
        ),
        idempotency_key=key,
    )
