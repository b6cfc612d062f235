"""Stories of other groups, told again at a desk whose Slack nobody here wrote."""

from collections.abc import Awaitable, Callable
from typing import Any

Story = Callable[[Any], Awaitable[None]]
"""A story that needs a desk and nothing else."""


def title(story: Story) -> str:
    """Give a story's name."""
    return story.__name__.removeprefix("test_")
