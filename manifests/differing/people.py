"""What changes in who people are and what they may sign for."""

from collections.abc import Iterator
from itertools import combinations

from manifests.differing.changes import (
    NEUTRAL,
    STRICTER,
    WEAKER,
    Change,
    Told,
    otherwise,
    turned,
)
from manifests.manifest import Manifest, StaffedRole
from manifests.vocabulary import PersonId, RoleName, UserId


def role_changes(old: Manifest, new: Manifest) -> Iterator[Change]:
    """Tell who may sign for what now."""
    for name in sorted(old.roles.keys() | new.roles.keys()):
        for effect, words in _role(name, old, new):
            yield Change(effect=effect, where=f"role {name}", words=words)


def people_changes(old: Manifest, new: Manifest) -> Iterator[Change]:
    """Tell which accounts became one person, and which became several."""
    for effect, words in [*_accounts(old, new), *_names(old, new), *_hours(old, new)]:
        yield Change(effect=effect, where="people", words=words)


def _role(name: RoleName, old: Manifest, new: Manifest) -> Iterator[Told]:
    before, after = old.roles.get(name), new.roles.get(name)
    if before is None and after is not None:
        # Open proposals may still name a role of this name, which nobody held for a while.
        yield WEAKER, f"is added, held by {_holders(new, after)}"
    elif before is not None and after is None:
        yield NEUTRAL, "is removed"
    elif before is not None and after is not None:
        yield from _members(before, after, old, new)
        if name == old.administrators.name and _too_few(before, old) < _too_few(after, new):
            yield WEAKER, "fewer than two are left, so nobody could agree to anything any more"
        yield from otherwise("channel", before.role.channel, after.role.channel)
        yield from otherwise("title", before.role.title, after.role.title, NEUTRAL)
        if before.rota != after.rota:
            yield NEUTRAL, "on_call changes; everybody who holds the role may still sign"


def _members(
    before: StaffedRole, after: StaffedRole, old: Manifest, new: Manifest
) -> Iterator[Told]:
    was, is_ = _accounts_of(before, old), _accounts_of(after, new)
    for user in sorted(is_ - was):
        yield WEAKER, f"{_who(new, user)} may sign"
    gone = STRICTER if is_ or after.user_group else WEAKER
    for user in sorted(was - is_):
        yield gone, f"{_who(old, user)} may no longer sign"
    if before.user_group != after.user_group:
        smaller = after.user_group is None and is_
        said = turned("user_group", before.user_group or "none", after.user_group or "none")
        yield STRICTER if smaller else WEAKER, said


def _too_few(staffed: StaffedRole, manifest: Manifest) -> bool:
    """Say whether two people could not be found in a role."""
    people = {manifest.person_of(user) for user in staffed.members}
    return staffed.user_group is None and len(people) < 2


def _accounts_of(staffed: StaffedRole, manifest: Manifest) -> frozenset[UserId]:
    """List every account that may sign, because any account of a member may."""
    people = {manifest.person_of(user) for user in staffed.members}
    return frozenset[UserId]().union(*(manifest.accounts_of(person) for person in people))


def _holders(manifest: Manifest, staffed: StaffedRole) -> str:
    people = [_who(manifest, user) for user in staffed.members]
    group = [f"the user group {staffed.user_group}"] if staffed.user_group else []
    return ", ".join([*people, *group]) or "nobody"


def _who(manifest: Manifest, user: UserId) -> str:
    name = manifest.names.get(manifest.person_of(user))
    return f"{name} ({user})" if name else user


def _accounts(old: Manifest, new: Manifest) -> Iterator[Told]:
    # Open proposals name those who may not sign by person, and a group's roles are a person's.
    for user in sorted(old.people.keys() | new.people.keys()):
        was, is_ = old.person_of(user), new.person_of(user)
        if was != is_:
            yield WEAKER, f"{user} counts as {is_} now, no longer as {was}"
    for one, other in _pairs(new):
        if old.person_of(one) != old.person_of(other):
            yield STRICTER, f"{one} and {other} are one person now and count once"
    for one, other in _pairs(old):
        if new.person_of(one) != new.person_of(other):
            yield WEAKER, f"{one} and {other} are two people now and count twice"


def _pairs(manifest: Manifest) -> Iterator[tuple[UserId, UserId]]:
    """Pair the accounts of each person."""
    owned: dict[PersonId, list[UserId]] = {}
    for user, person in sorted(manifest.people.items()):
        owned.setdefault(person, []).append(user)
    for accounts in owned.values():
        yield from combinations(accounts, 2)


def _names(old: Manifest, new: Manifest) -> Iterator[Told]:
    """Tell whose id or name means nobody now: whoever is excluded may have been named by it."""
    for person in sorted(old.names.keys() | new.names.keys()):
        before, after = old.names.get(person), new.names.get(person)
        if before is None:
            yield NEUTRAL, f"{after} ({person}) is added"
        elif after is None:
            yield WEAKER, f"{before} ({person}) is removed, and can no longer be named"
        elif before != after:
            yield WEAKER, f"{person} is called {after}; whoever names {before} means nobody now"


def _hours(old: Manifest, new: Manifest) -> Iterator[Told]:
    """Tell who works at other times: it moves turns, and takes nobody's right to sign."""
    for person in sorted(old.working_hours.keys() | new.working_hours.keys()):
        before, after = old.working_hours.get(person), new.working_hours.get(person)
        if before != after:
            named = (each.name if each else "always" for each in (before, after))
            yield NEUTRAL, f"{person} works other hours: {' → '.join(named)}"
    for name in sorted(old.calendars.keys() | new.calendars.keys()):
        if old.calendars.get(name) != new.calendars.get(name):
            yield NEUTRAL, f"the calendar {name} changes"
