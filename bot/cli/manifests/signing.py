"""Who could sign under a plan, by name, and who may not although they hold the role."""

from collections.abc import Iterator

from manifests.manifest import Manifest, StaffedRole
from manifests.plan import ReviewPlan, Role
from manifests.vocabulary import PersonId
from store.people import Parties


def who_could_sign(manifest: Manifest, plan: ReviewPlan, parties: Parties) -> Iterator[str]:
    """Name the people behind each seat and behind each later rung, and whoever is excluded."""
    excluded = {who: why for who, why in _excluded(parties) if who is not None}
    for role in plan.seats:
        yield f"{role.title}: {_holders(manifest, role, excluded)}"
    for number, rung in enumerate(plan.ladder, 1):
        for role in rung.fallback:
            yield f"{role.title}, from rung {number} on: {_holders(manifest, role, excluded)}"
    for person, why in excluded.items():
        yield f"not {manifest.names.get(person, person)}, who {why}"


def _excluded(parties: Parties) -> Iterator[tuple[PersonId | None, str]]:
    yield parties.owner, "owns the agent"
    yield parties.requester, "asked for it"


def _holders(manifest: Manifest, role: Role, excluded: dict[PersonId, str]) -> str:
    staffed = manifest.roles.get(role.name)
    if staffed is None:
        return "nobody; the role is gone"
    return ", ".join(_named(manifest, staffed, excluded)) or "nobody"


def _named(
    manifest: Manifest, staffed: StaffedRole, excluded: dict[PersonId, str]
) -> Iterator[str]:
    people = dict.fromkeys(manifest.person_of(user) for user in staffed.members)
    for person in people:
        if person not in excluded:
            accounts = ", ".join(sorted(manifest.accounts_of(person)))
            yield f"{manifest.names.get(person, person)} ({accounts})"
    if staffed.user_group is not None:
        yield f"the members of {staffed.user_group}"
