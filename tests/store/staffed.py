"""People for stories about turns: who holds what, when, and who is away."""

from datetime import datetime, timedelta
from typing import Any

from manifests.vocabulary import PersonId, RoleName, UserId
from store.ports import Transaction
from store.staffing import Absence, Holder
from tests.store.making import NOON


def a_holder(role: str, user: str, **changed: Any) -> Holder:
    known: dict[str, Any] = {"person": PersonId(f"person-{user}"), "name": user.capitalize()}
    return Holder(role=RoleName(role), user=UserId(user), **known | changed)


def an_absence(user: str, to: str | None = None, **changed: Any) -> Absence:
    """Be away from noon for a day."""
    known: dict[str, Any] = {
        "starts_at": NOON,
        "ends_at": NOON + timedelta(days=1),
        "delegate": None if to is None else PersonId(f"person-{to}"),
        "said_by": UserId(user),
        "said_at": NOON,
    }
    return Absence(person=PersonId(f"person-{user}"), **known | changed)


def staff_up(tx: Transaction, **roles: str) -> None:
    """Let roles be held: `staff_up(tx, finance="ana ben", cfo="")`."""
    for role, users in roles.items():
        tx.staff.know(RoleName(role))
        for user in users.split():
            tx.staff.put(a_holder(role, user))


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at
