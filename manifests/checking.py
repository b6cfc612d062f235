"""Whether parameters are what the manifest declares: every complaint at once, as JSON pointers."""

import json
from collections.abc import Collection, Iterator, Mapping

from pydantic import JsonValue

from manifests.checking_values import EXPECTED, problems
from manifests.mistakes import did_you_mean
from manifests.parameters import Complaint, Parameter, ParameterSchema, Sensitivity
from manifests.wording import clipped

MOST_SENSITIVE = 100
"""Values inside one sensitive parameter: each is looked for in every text that is drawn."""


def complaints(
    schema: ParameterSchema, parameters: Mapping[str, JsonValue], missing: Collection[str] = ()
) -> tuple[Complaint, ...]:
    """List everything wrong with parameters; those named in `missing` may be absent."""
    if schema.open:
        return ()
    known = {each.name: each for each in schema.parameters}
    found = [
        *_unknown(known, parameters, "/parameters"),
        *_unknown_missing(known, missing),
    ]
    for name, parameter in known.items():
        value = parameters.get(name)
        if value is not None:
            found += _objections(parameter, value, parameters)
        elif parameter.required and name not in missing:
            found.append(_absent(parameter, given=name in parameters))
        elif name in parameters:
            hint = "Leave it out if there is none."
            found.append(Complaint(pointer("parameters", name), "is null", hint))
    return tuple(found)


def edit_complaints(
    schema: ParameterSchema,
    before: Mapping[str, JsonValue],
    after: Mapping[str, JsonValue],
    missing: Collection[str] = (),
) -> tuple[Complaint, ...]:
    """List everything wrong with an edit: what may not be changed, and what the values may not be.

    `missing` are the names the agent could not fill in: giving them is no change, leaving them
    out is allowed.
    """
    changed = [name for name in {**before, **after} if not _same(before, after, name)]
    fixed = [
        Complaint(pointer("parameters", name), "may not be changed", "Reject it instead.")
        for name in changed
        if not _may_change(schema, name, before, missing)
    ]
    return (*fixed, *complaints(schema, after, missing))


def pointer(*steps: str | int) -> str:
    """Write a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _same(before: Mapping[str, JsonValue], after: Mapping[str, JsonValue], name: str) -> bool:
    if (name in before) != (name in after):
        return False
    # As JSON, because Python takes true for 1 and 1 for 1.0.
    old, new = (json.dumps(each[name], sort_keys=True) for each in (before, after))
    return old == new


def _may_change(
    schema: ParameterSchema,
    name: str,
    before: Mapping[str, JsonValue],
    missing: Collection[str],
) -> bool:
    parameter = schema.named(name)
    if name in missing and name not in before:
        return True
    return parameter is not None and parameter.editable


def _unknown(
    known: Mapping[str, Parameter], names: Collection[str], where: str
) -> Iterator[Complaint]:
    for name in names:
        if name not in known:
            otherwise = f"Known parameters: {', '.join(known) or 'none'}."
            hint = did_you_mean(name, known, otherwise)
            yield Complaint(where + pointer(clipped(name, 100)), "is not a known parameter", hint)


def _unknown_missing(known: Mapping[str, Parameter], missing: Collection[str]) -> list[Complaint]:
    return [
        Complaint(
            pointer("missing", index),
            f"“{clipped(name, 100)}” is not a known parameter",
            did_you_mean(name, known, f"Known parameters: {', '.join(known) or 'none'}."),
        )
        for index, name in enumerate(missing)
        if name not in known
    ]


def _absent(parameter: Parameter, *, given: bool) -> Complaint:
    problem = "is null but required" if given else "is required"
    hint = f"Send {EXPECTED[parameter.type]}, or name it in “missing”."
    return Complaint(pointer("parameters", parameter.name), problem, hint)


def _objections(
    parameter: Parameter, value: JsonValue, parameters: Mapping[str, JsonValue]
) -> Iterator[Complaint]:
    where = pointer("parameters", parameter.name)
    for problem, hint in problems(parameter, value, parameters):
        yield Complaint(where, problem, hint)
    if parameter.sensitive is not Sensitivity.PLAIN and _values_in(value) > MOST_SENSITIVE:
        problem = f"is sensitive and holds more than {MOST_SENSITIVE} values"
        yield Complaint(where, problem, "Send fewer, or only a reference to them.")


def _values_in(value: JsonValue) -> int:
    match value:
        case list():
            return sum(map(_values_in, value))
        case dict():
            return sum(map(_values_in, value.values()))
        case _:
            return 1
