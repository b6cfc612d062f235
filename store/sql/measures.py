"""How much an agent may put into the inbox, said by the database itself.

An agent that enqueues without HTTP hears of it at once; and no claim can take more into memory.
"""

from collections.abc import Iterator

from sqlalchemy import CheckConstraint

LARGEST_BODY = 262_144
LONGEST_NAME = 1_024

_NAMES = f"length(id) <= {LONGEST_NAME} AND length(agent) <= {LONGEST_NAME}"
# SQLite takes anything into any column, and counts characters of text but bytes of blobs.
_TYPES = " AND ".join(
    f"typeof({column}) = '{kind}'"
    for column, kind in (
        ("id", "text"),
        ("agent", "text"),
        ("body", "text"),
        ("enqueued_at", "integer"),
        ("attempts", "integer"),
        ("available_at", "integer"),
    )
)
_CHECKS = (
    ("sqlite", "types", _TYPES),
    ("sqlite", "size", f"length(CAST(body AS BLOB)) <= {LARGEST_BODY} AND {_NAMES}"),
    ("postgresql", "size", f"octet_length(body) <= {LARGEST_BODY} AND {_NAMES}"),
)


def inbox_checks() -> Iterator[tuple[str, CheckConstraint]]:
    """Give each kind of database the constraints of its inbox."""
    for dialect, name, condition in _CHECKS:
        yield dialect, CheckConstraint(condition, name=f"ck_inbox_{name}")
