"""What people may see of sensitive parameters, and a cover over the same values elsewhere."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from blocks.limits import CUT
from manifests.parameters import ParameterSchema, Sensitivity
from store.checkpoint import Checkpoint

COVER = "•••"
# Shorter values, such as `yes` or `12`, would tear holes into every text without hiding anything.
_WORTH_COVERING = 4
_SHOWN_OF_MASKED = 4
# Stands between texts that are searched together, and in none that an agent would find covered.
_SEAM = "\n\0\n"


@dataclass(frozen=True, slots=True)
class Veil:
    """Which keys are sensitive, and which texts must appear nowhere."""

    keys: Mapping[str, Sensitivity] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()

    def over(self, text: str) -> str:
        """Cover every sensitive value inside a text."""
        for secret in self.secrets:
            text = text.replace(secret, COVER)
        return text

    def beginning(self, text: str, limit: int) -> str:
        """Cover the beginning of a long text, without cutting a sensitive value in two."""
        if len(text) <= limit:
            return self.over(text)
        end, before = limit, -1
        while end != before:
            before = end
            for secret in self.secrets:
                at = text.find(secret, max(0, end - len(secret) + 1), end + len(secret) - 1)
                end = max(end, at + len(secret)) if at >= 0 else end
        return self.over(text[:end]) + CUT

    def brief(self, value: JsonValue, limit: int) -> JsonValue:
        """Cover a value of which only so many characters are shown anyway."""
        match value:
            case str():
                return self.beginning(value, limit)
            case list():
                few = [self.brief(item, limit) for item in value[: limit // 2]]
                return few if len(few) == len(value) else [*few, CUT]
            case dict():
                pairs = list(value.items())[: limit // 4]
                few_pairs = {
                    self.beginning(key, limit): self._brief(key, item, limit) for key, item in pairs
                }
                return {**few_pairs, CUT: CUT} if len(pairs) < len(value) else few_pairs
            case _:
                return self.over_value(value)

    def _brief(self, key: str, value: JsonValue, limit: int) -> JsonValue:
        how = self.of(key)
        return self.brief(value, limit) if how is Sensitivity.PLAIN else obscured(value, how)

    def of(self, key: str) -> Sensitivity:
        """Say how the values under a key are shown, at any depth."""
        return self.keys.get(key.casefold(), Sensitivity.PLAIN)

    def over_value(self, value: JsonValue) -> JsonValue:
        """Cover sensitive keys and values inside any JSON value."""
        match value:
            case str():
                return self.over(value)
            case list():
                return [self.over_value(item) for item in value]
            case dict():
                return {self.over(key): self._under(key, item) for key, item in value.items()}
            case _:
                return self.over_value(str(value)) if self._tells(value) else value

    def _under(self, key: str, value: JsonValue) -> JsonValue:
        how = self.of(key)
        return self.over_value(value) if how is Sensitivity.PLAIN else obscured(value, how)

    def _tells(self, value: JsonValue) -> bool:
        return bool(self.secrets) and not isinstance(value, bool) and str(value) in self.secrets


def veil_of(checkpoint: Checkpoint) -> Veil:
    """Find what is sensitive in any revision of a proposal, and in what was rejected before it."""
    declared = {
        each.name: each.sensitive
        for each in checkpoint.plan.schema.parameters
        if each.sensitive is not Sensitivity.PLAIN
    }
    if not declared:
        return Veil()
    keys = {name.casefold(): how for name, how in declared.items()}
    hidden, open_ = set[str](), list[str]()
    before = () if checkpoint.follows is None else (checkpoint.follows.parameters,)
    for parameters in (*(each.parameters for each in checkpoint.revisions), *before):
        for name, value in parameters.items():
            if name in declared:
                hidden.update(text for text in _leaves(value, {}) if len(text) >= _WORTH_COVERING)
            else:
                open_.extend(_leaves(value, keys))
    # What a plain parameter says must stay readable, so nothing sensitive may be made to cover it.
    said = _SEAM.join(open_)
    secrets = [text for text in hidden if text not in said]
    return Veil(keys, tuple(sorted(secrets, key=lambda each: (-len(each), each))))


def hides_within(value: JsonValue, keys: Mapping[str, Sensitivity]) -> bool:
    """Say whether something sensitive stands anywhere inside a value, under a key of its own."""
    match value:
        case dict():
            return any(
                key.casefold() in keys or hides_within(item, keys) for key, item in value.items()
            )
        case list():
            return any(hides_within(item, keys) for item in value)
        case _:
            return False


def sensitive_keys(schema: ParameterSchema) -> Mapping[str, Sensitivity]:
    """Name the keys under which nothing is shown as it is, whatever parameter they stand in."""
    return {
        each.name.casefold(): each.sensitive
        for each in schema.parameters
        if each.sensitive is not Sensitivity.PLAIN
    }


def obscured(value: JsonValue, how: Sensitivity) -> str:
    """Show a sensitive value the way its parameter allows."""
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    match how:
        case Sensitivity.PLAIN:
            return text
        case Sensitivity.HIDE:
            return "(hidden)"
        case Sensitivity.HASH:
            return "sha256:" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
        case Sensitivity.MASK:
            long_enough = isinstance(value, str) and len(text) >= 3 * _SHOWN_OF_MASKED
            return "••••" + (text[-_SHOWN_OF_MASKED:] if long_enough else "")


def _leaves(value: JsonValue, beneath: Mapping[str, Sensitivity]) -> Iterator[str]:
    """Yield the texts and numbers inside a value, leaving out what lies under these keys."""
    match value:
        case str():
            yield value
            if value.strip() != value:
                yield value.strip()
        case list():
            for item in value:
                yield from _leaves(item, beneath)
        case dict():
            for key, item in value.items():
                if key.casefold() not in beneath:
                    yield from _leaves(item, beneath)
        case int() | float() if not isinstance(value, bool):
            yield str(value)
        case _:
            return
