"""What is wrong with a proposal that reads well: found before any store is asked."""

from urllib.parse import urlsplit

from bot.agents.addresses import NotACallback, callback_url
from bot.agents.keys import Agent
from manifests.checking import complaints, pointer
from manifests.manifest import Manifest
from manifests.naming import FORMS
from manifests.parameters import Complaint
from store.people import Parties
from store.proposal import Proposal


def objections(
    manifest: Manifest, agent: Agent, parties: Parties, proposal: Proposal
) -> list[Complaint]:
    """List everything that is wrong with a proposal, each at its place."""
    return [
        *_about_the_requester(parties, proposal),
        *_about_the_kind(proposal),
        *_about_the_callback(agent, proposal),
        *_about_the_live_view(proposal),
        *_about_the_parameters(manifest, proposal),
    ]


def _about_the_requester(parties: Parties, proposal: Proposal) -> list[Complaint]:
    """Let nobody who asked for it approve it by being spelt in a way we do not know."""
    if proposal.on_behalf_of is None or parties.requester is not None:
        return []
    hint = f"{FORMS} A customer who asked belongs in context.request."
    return [Complaint("/on_behalf_of", "This names nobody known, or more than one.", hint)]


def _about_the_kind(proposal: Proposal) -> list[Complaint]:
    found = []
    if proposal.choices and proposal.question is None:
        found.append(Complaint("/choices", "Choices need a question.", "Send question, too."))
    for index, name in enumerate(proposal.missing):
        if name in proposal.parameters or name in proposal.missing[:index]:
            problem = f"{name} is in parameters, or named twice."
            found.append(Complaint(pointer("missing", index), problem, "Name what is missing."))
    return found


def _about_the_callback(agent: Agent, proposal: Proposal) -> list[Complaint]:
    if proposal.callback is None:
        return []
    try:
        callback_url(agent, proposal.callback)
    except NotACallback as error:
        return [Complaint("/callback", error.problem, error.hint)]
    return []


def _about_the_live_view(proposal: Proposal) -> list[Complaint]:
    """Let reviewers follow a link only where a link can lead."""
    if proposal.live_view_url is None:
        return []
    try:
        parts = urlsplit(proposal.live_view_url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        sound = False
    problem, hint = "A live view is an http or https address.", "Send https://HOST/PATH."
    return [] if sound else [Complaint("/live_view_url", problem, hint)]


def _about_the_parameters(manifest: Manifest, proposal: Proposal) -> tuple[Complaint, ...]:
    action = manifest.actions.get(proposal.action)
    if action is None:
        return ()  # nobody has said what it takes; it will be blocked and classified by a person
    return complaints(action.schema, proposal.parameters, proposal.missing)
