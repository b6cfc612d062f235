"""Two sequences side by side: what they have in common, and what stands in each other's place."""

from collections.abc import Hashable, Sequence

Pair = tuple[int | None, int | None]
"""Where an element stands before and after; None on one side was added or removed."""

_MOST_COMPARED = 40_000
"""Comparisons for one alignment; longer middles count as changed from end to end."""


def aligned(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[Pair]:
    """Pair up a longest common subsequence, and between its elements what replaces what."""
    start = common_start(before, after)
    end = common_start(before[start:][::-1], after[start:][::-1])
    old_end, new_end = len(before) - end, len(after) - end
    kept = [
        (start + old, start + new)
        for old, new in _longest_common(before[start:old_end], after[start:new_end])
    ]
    pairs: list[Pair] = [(at, at) for at in range(start)]
    old, new = start, start
    for old_kept, new_kept in [*kept, (old_end, new_end)]:
        pairs += _replaced(range(old, old_kept), range(new, new_kept))
        if old_kept < old_end:
            pairs.append((old_kept, new_kept))
        old, new = old_kept + 1, new_kept + 1
    return [*pairs, *((old_end + at, new_end + at) for at in range(end))]


def _replaced(old: range, new: range) -> list[Pair]:
    both = min(len(old), len(new))
    pairs: list[Pair] = [*zip(old[:both], new[:both], strict=True)]
    pairs += [(at, None) for at in old[both:]]
    return pairs + [(None, at) for at in new[both:]]


def common_start(before: Sequence[Hashable], after: Sequence[Hashable]) -> int:
    """Count what two sequences begin with alike."""
    count = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        count += 1
    return count


def _longest_common(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[tuple[int, int]]:
    if len(before) * len(after) > _MOST_COMPARED:
        return []
    lengths = _lengths(before, after)
    pairs, old, new = [], 0, 0
    while old < len(before) and new < len(after):
        if before[old] == after[new]:
            pairs.append((old, new))
            old, new = old + 1, new + 1
        elif lengths[old + 1][new] >= lengths[old][new + 1]:
            old += 1
        else:
            new += 1
    return pairs


def _lengths(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[list[int]]:
    """Say how long the common subsequence from each pair of places on can be."""
    lengths = [[0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for old in range(len(before) - 1, -1, -1):
        for new in range(len(after) - 1, -1, -1):
            same = before[old] == after[new]
            lengths[old][new] = (
                lengths[old + 1][new + 1] + 1
                if same
                else max(lengths[old + 1][new], lengths[old][new + 1])
            )
    return lengths
