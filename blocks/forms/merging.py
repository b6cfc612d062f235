"""Two people's changes of one value put together: by step, by key, else the later one's."""

from pydantic import JsonValue

from blocks.wording.aligning import aligned
from store.digest import canonical


def both_changes(base: JsonValue, theirs: JsonValue, yours: JsonValue) -> JsonValue:
    """Put your change on top of theirs; where both touched the same part, yours stands."""
    match base, theirs, yours:
        case list(), list(), list():
            return _steps(base, theirs, yours)
        case dict(), dict(), dict():
            return _keys(base, theirs, yours)
        case _:
            return yours


def _keys(
    base: dict[str, JsonValue], theirs: dict[str, JsonValue], yours: dict[str, JsonValue]
) -> dict[str, JsonValue]:
    both = dict(theirs)
    for name in {**base, **yours}:
        if name in base and name in yours and _same(base[name], yours[name]):
            continue
        if name not in yours:
            both.pop(name, None)
        elif name in base and name in theirs:
            both[name] = both_changes(base[name], theirs[name], yours[name])
        else:
            both[name] = yours[name]
    return both


def _steps(
    base: list[JsonValue], theirs: list[JsonValue], yours: list[JsonValue]
) -> list[JsonValue]:
    """Do to their steps what you did to the old ones, each where it stands now."""
    now = dict(_pairs(base, theirs))
    stays: dict[int, list[JsonValue]] = {at: [step] for at, step in enumerate(theirs)}
    before: dict[int, list[JsonValue]] = {}
    at = 0
    for old, new in _pairs(base, yours):
        here = None if old is None else now.get(old)
        changed = old is None or new is None or not _same(base[old], yours[new])
        if here is not None:
            if changed:
                stays[here] = [] if new is None else [yours[new]]
            at = here + 1
        elif changed and new is not None:
            before.setdefault(at, []).append(yours[new])
    return [
        step
        for place in range(len(theirs) + 1)
        for step in (*before.get(place, []), *stays.get(place, []))
    ]


def _pairs(before: list[JsonValue], after: list[JsonValue]) -> list[tuple[int | None, int | None]]:
    return aligned([canonical(each) for each in before], [canonical(each) for each in after])


def _same(one: JsonValue, other: JsonValue) -> bool:
    return canonical(one) == canonical(other)
