"""Who may be asked about a proposal, who is asked now, and where they find the question."""

from manifests.plan import Role
from manifests.vocabulary import ChannelId, PersonId, UserId
from store.checkpoint import Checkpoint, NeedsInformation
from store.people import KEYTURN_ITSELF
from store.traces import THE_AGENT, Addressee, Exchange

_NUMBERED = "#"
PERSON_BEHIND = "person"
"""The key of whoever the proposal was made for; there is one at most."""


def who_is_asked(checkpoint: Checkpoint) -> Addressee | None:
    """Name whom the review waits for now, if it waits for an answer."""
    state = checkpoint.state
    return state.asked if isinstance(state, NeedsInformation) else None


def may_be_asked(checkpoint: Checkpoint, behind: Addressee | None = None) -> tuple[Addressee, ...]:
    """List whom reviewers may ask, the agent first; `behind` is the person it was made for."""
    plan = checkpoint.plan
    systems = tuple(
        Addressee(kind="system", name=name, title=f"the system {name}")
        for name in plan.information.systems
        if name != checkpoint.parties.agent
    )
    others = (
        *((behind,) if behind is not None and _is_behind(checkpoint, behind) else ()),
        *map(_role, _roles(checkpoint)),
        *systems,
    )
    # Nobody stands behind the programs that Keyturn itself is made of.
    answers = checkpoint.parties.agent != KEYTURN_ITSELF or not others
    return (THE_AGENT, *others) if answers else others


def person_behind(person: PersonId, user: UserId, name: str) -> Addressee:
    """Address the person that a proposal was made for, by one of their accounts."""
    return Addressee(kind="person", name=person, title=name, user=user)


def addressed(checkpoint: Checkpoint, wanted: Addressee) -> Addressee | None:
    """Find the one who is wanted as the plan knows them; the agent can always be asked."""
    behind = wanted if wanted.kind == "person" and wanted.user is not None else None
    known = (THE_AGENT, *may_be_asked(checkpoint, behind))
    return next((each for each in known if key_of(each) == key_of(wanted)), None)


def key_of(asked: Addressee) -> str:
    """Name whom a question is for in a form's option."""
    return asked.kind if asked.kind in {"agent", "person"} else f"{asked.kind}:{asked.name}"


def place_of(asked: Addressee) -> ChannelId | None:
    """Say where people find a question: a role's channel, or a conversation with one person."""
    return asked.channel if asked.user is None else ChannelId(asked.user)


def card_of(checkpoint: Checkpoint, exchange: Exchange) -> ChannelId | None:
    """Name the card of a question: by its place, with a number from the second one there on.

    So each question has a message of its own, and an answer stays below what was asked.
    """
    place = place_of(exchange.asked)
    if place is None:
        return None
    there = [each.question_id for each in checkpoint.exchanges if place_of(each.asked) == place]
    number = there.index(exchange.question_id) + 1
    return place if number == 1 else ChannelId(f"{place}{_NUMBERED}{number}")


def slack_place(card: ChannelId) -> ChannelId:
    """Give the channel or account that the name of a card stands for."""
    return ChannelId(card.partition(_NUMBERED)[0])


def question_in(checkpoint: Checkpoint, channel: ChannelId) -> Exchange | None:
    """Find the question that a card was made for, where it shows nothing else."""
    if channel in checkpoint.plan.channels(checkpoint.reached):
        return None
    place = slack_place(channel)
    put = (each for each in checkpoint.exchanges if place_of(each.asked) == place)
    return next((each for each in put if card_of(checkpoint, each) == channel), None)


def is_waited_for(checkpoint: Checkpoint, exchange: Exchange) -> bool:
    """Say whether the review waits for the answer to this very question."""
    state = checkpoint.state
    return isinstance(state, NeedsInformation) and state.question_id == exchange.question_id


def _is_behind(checkpoint: Checkpoint, asked: Addressee) -> bool:
    return asked.name == checkpoint.parties.requester


def _roles(checkpoint: Checkpoint) -> tuple[Role, ...]:
    """List the roles to ask: those the manifest names, those above, and the other seats."""
    plan = checkpoint.plan
    above = (role for rung in plan.ladder for role in rung.fallback)
    # With one seat there is nobody beside those who ask.
    seats = plan.seats if len({seat.name for seat in plan.seats}) > 1 else ()
    named = {role.name: role for role in (*plan.information.roles, *above, *seats)}
    return tuple(named.values())


def _role(role: Role) -> Addressee:
    title = f"the role {role.title}"
    return Addressee(kind="role", name=role.name, title=title, channel=role.channel)
