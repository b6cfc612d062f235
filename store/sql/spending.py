"""How much rules allowed without a person, in hour buckets of exact integers."""

from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from store.sql.codec import micros
from store.sql.statements import Statement, Wire
from store.sql.tables import sums

MILLION = 1_000_000
LARGEST = Decimal(2**53)

_T = sums.c
_COUNT = insert(sums).values({column.name: bindparam(column.name) for column in sums.c})
_ADD = Statement(
    _COUNT.on_conflict_do_update(
        index_elements=["name", "currency", "hour", "workspace"],
        set_={
            "millionths": _T.millionths + _COUNT.excluded.millionths,
            "times": _T.times + _COUNT.excluded.times,
        },
    )
)
_BUCKETS = Statement(
    select(_T.millionths, _T.times).where(
        _T.workspace == bindparam("workspace"),
        _T.name == bindparam("name"),
        _T.currency == bindparam("currency"),
        _T.hour >= bindparam("since"),
    )
)


class SqlSpending:
    """How much rules allowed without a person, for windowed limits."""

    def __init__(self, wire: Wire, workspace: str) -> None:
        self._wire = wire
        self._workspace = workspace

    def spent(self, name: str, currency: str, since: datetime) -> tuple[Decimal, int]:
        """Sum and count what was auto-approved since a moment, the whole hour of it included."""
        buckets = self._wire.rows(
            _BUCKETS,
            workspace=self._workspace,
            name=name,
            currency=currency,
            since=_hour(since),
        )
        total = sum(millionths for millionths, _ in buckets)
        return Decimal(total) / MILLION, sum(times for _, times in buckets)

    def add(self, name: str, currency: str, amount: Decimal, at: datetime) -> None:
        """Count one auto-approved amount; what is finer than a millionth counts as a whole one."""
        if not amount.is_finite() or abs(amount) * MILLION > LARGEST:
            raise ValueError(f"{amount} {currency} is too much to be counted: ask a person.")
        self._wire.later(
            _ADD,
            workspace=self._workspace,
            name=name,
            currency=currency,
            hour=_hour(at),
            millionths=int((amount * MILLION).to_integral_value(ROUND_CEILING)),
            times=1,
        )


def _hour(at: datetime) -> int:
    return micros(at.astimezone(UTC).replace(minute=0, second=0, microsecond=0))
