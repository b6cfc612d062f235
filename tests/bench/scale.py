"""How much is measured: enough to trust by default, enough to try it out when quick."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Sizes of one run."""

    rounds: int
    proposals: int
    """Proposals a round, through the API."""
    messages: int
    """Messages a round, waiting in the inbox."""
    open: int
    """Open proposals in the database while clicks arrive."""
    clicks: int
    """Clicks a round."""
    pending: tuple[int, ...]
    """Timers that wait while ten are due."""
    waiting: int
    """Long-polls held."""
    changes: int
    """Changes a round while they are held."""
    drawings: int
    routings: int
    """Proposals a round, through policy alone."""
    assigned: int
    """Proposals that are shared out over reviewers."""


FULL = Scale(
    rounds=3,
    proposals=2_000,
    messages=3_000,
    open=10_000,
    clicks=800,
    pending=(1_000, 100_000, 1_000_000),
    waiting=1_000,
    changes=200,
    drawings=300,
    routings=40_000,
    assigned=10_000,
)
QUICK = Scale(
    rounds=2,
    proposals=200,
    messages=300,
    open=300,
    clicks=100,
    pending=(1_000, 10_000),
    waiting=100,
    changes=30,
    drawings=50,
    routings=4_000,
    assigned=500,
)
API_CONNECTIONS = 64
CLICK_CONNECTIONS = 50
GROUP = 64
"""Operations that share a commit, in ours at most and in the raw peer exactly."""
