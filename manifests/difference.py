"""What changes between two manifests: each change stricter, weaker or neutral, in plain words."""

from collections.abc import Iterable, Iterator

from manifests.differing.actions import action_changes, added_action, removed_action
from manifests.differing.changes import Change, Effect, Told, members, otherwise
from manifests.differing.outlines import whole_outline_changes
from manifests.differing.people import people_changes, role_changes
from manifests.manifest import Manifest
from manifests.vocabulary import ActionName

__all__ = ["Change", "Effect", "differences"]

_ORDER = (Effect.WEAKER, Effect.STRICTER, Effect.NEUTRAL)
_EVERYWHERE = "every action"
_UNKNOWN = "actions that are not in the manifest"
_MANIFEST = "the manifest"


def differences(old: Manifest, new: Manifest) -> tuple[Change, ...]:
    """List every change, the weaker ones first; two manifests that mean the same have none.

    A change is only called stricter or neutral where that is certain; all others are weaker.
    """
    found = [
        *_of_the_whole(old, new),
        *people_changes(old, new),
        *role_changes(old, new),
        *_of_actions(old, new),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda change: _ORDER.index(change.effect)))


def _of_the_whole(old: Manifest, new: Manifest) -> Iterator[Change]:
    told = [
        *otherwise("operations", old.operations.name, new.operations.name),
        *otherwise("administrators", old.administrators.name, new.administrators.name),
        *members("human_words", old.human_words, new.human_words, Effect.STRICTER),
        *otherwise("digest", _daily(old), _daily(new), Effect.NEUTRAL),
    ]
    yield from (Change(effect=effect, where=_MANIFEST, words=words) for effect, words in told)
    for effect, words in whole_outline_changes(old.unclassified, new.unclassified):
        yield Change(effect=effect, where=_UNKNOWN, words=words)


def _daily(manifest: Manifest) -> str:
    return f"{manifest.digest_at.at:%H:%M} {manifest.digest_at.timezone}"


def _of_actions(old: Manifest, new: Manifest) -> Iterator[Change]:
    kept = old.actions.keys() & new.actions.keys()
    told: dict[Told, list[ActionName]] = {}
    for name in sorted(kept):
        for each in action_changes(old.actions[name], new.actions[name]):
            told.setdefault(each, []).append(name)
    for (effect, words), names in told.items():
        yield Change(effect=effect, where=_where(names, len(kept)), words=words)
    for name in sorted(new.actions.keys() - kept):
        effect, words = added_action(new.actions[name])
        yield Change(effect=effect, where=name, words=words)
    for name in sorted(old.actions.keys() - kept):
        effect, words = removed_action(old.actions[name])
        yield Change(effect=effect, where=name, words=words)


def _where(names: Iterable[ActionName], of: int) -> str:
    """Name the actions, in one word where a change of the defaults reaches them all."""
    listed = list(dict.fromkeys(names))
    return _EVERYWHERE if len(listed) == of and of > 1 else ", ".join(listed)
