"""Who may fill which seat. The quorum is a perfect matching of signers to seats."""

from collections import Counter
from collections.abc import Iterable, Sequence

from manifests.plan import ReviewPlan, Role
from manifests.vocabulary import RoleName
from store.people import Person


def seating(plan: ReviewPlan, rung: int, people: Sequence[Person]) -> dict[int, int] | None:
    """Give each person a different seat, by index, or None when somebody is left without.

    Augmenting paths (Kuhn): filling greedily would deadlock when one person holds both roles.
    """
    wanted = [_open_to(plan, rung, person) for person in people]
    holder: dict[int, int] = {}
    for person in range(len(people)):
        if not _augment(person, wanted, holder, set()):
            return None
    return {person: seat for seat, person in holder.items()}


def _augment(person: int, wanted: list[list[int]], holder: dict[int, int], tried: set[int]) -> bool:
    for seat in wanted[person]:
        if seat in tried:
            continue
        tried.add(seat)
        if seat not in holder or _augment(holder[seat], wanted, holder, tried):
            holder[seat] = person
            return True
    return False


def _open_to(plan: ReviewPlan, rung: int, person: Person) -> list[int]:
    return [
        index for index, seat in enumerate(plan.seats) if person.roles & plan.fillers(seat, rung)
    ]


def may_fill_some_seat(plan: ReviewPlan, rung: int, person: Person) -> bool:
    """Say whether any seat is open to this person's roles."""
    return bool(_open_to(plan, rung, person))


def titles_of_fillers(plan: ReviewPlan, rung: int) -> str:
    """Name in words who may sign, for a refusal."""
    roles: list[Role] = [*plan.seats]
    for step in plan.ladder[: rung + 1]:
        roles.extend(step.fallback)
    return " or ".join(dict.fromkeys(role.title for role in roles))


def open_seats(plan: ReviewPlan, filled: Iterable[RoleName]) -> tuple[int, ...]:
    """List the places of the seats that nobody has filled yet."""
    left = Counter(filled)
    places = []
    for place, seat in enumerate(plan.seats):
        if left[seat.name]:
            left[seat.name] -= 1
        else:
            places.append(place)
    return tuple(places)
