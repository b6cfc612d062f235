"""The manifest's JSON Schema, so that editors complete keys, explain them and mark mistakes."""

from collections.abc import Iterator
from datetime import timedelta
from enum import Enum
from typing import Any, get_args

from pydantic import BaseModel, Field, JsonValue
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import to_jsonable_python
from pydantic_core.core_schema import CoreSchema, ModelSchema

from manifests.describing import DESCRIPTIONS
from manifests.document import ActionPart, DefaultsPart, HoursPart, PersonPart, RolePart
from manifests.document_rules import RulePart
from manifests.document_values import Part
from manifests.durations import written

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class ManifestFile(Part):
    """One file of a Keyturn manifest; every section may be spread over several files."""

    defaults: DefaultsPart | None = None
    """What holds wherever an action says nothing else; in one file of the manifest."""
    calendars: dict[str, HoursPart] = Field(default_factory=dict)
    """When people work, by the calendar's name."""
    people: dict[str, PersonPart] = Field(default_factory=dict)
    """Who is who, by a name in small letters; several Slack accounts may be one person."""
    roles: dict[str, RolePart] = Field(default_factory=dict)
    """What people may sign for, by the role's name."""
    rules: dict[str, RulePart] = Field(default_factory=dict)
    """Conditions for every action, by the rule's name."""
    actions: dict[str, ActionPart] = Field(default_factory=dict)
    """What agents may do, by the action's name."""


def manifest_schema() -> dict[str, JsonValue]:
    """Give the schema of one file."""
    schema = ManifestFile.model_json_schema(schema_generator=_ForEditors)
    return {"$schema": DIALECT, "title": "A Keyturn manifest", **schema}


def undescribed() -> Iterator[str]:
    """Name every key that no sentence explains."""
    for part in _parts(ManifestFile, set()):
        for name, field in part.model_fields.items():
            if not (field.description or DESCRIPTIONS.get(part, {}).get(name)):
                yield f"{part.__name__}.{name}"


class _ForEditors(GenerateJsonSchema):
    """Says what people write instead of what programs exchange."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  # pydantic's own
        """Leave titles out: a key is its own title."""
        return False

    def model_schema(self, schema: ModelSchema) -> JsonSchemaValue:
        """Explain each key."""
        made = super().model_schema(schema)
        made.pop("title", None)
        for each in made["properties"].values():
            if each.get("default", ...) is None:
                del each["default"]  # nobody writes nothing
        part = schema["cls"]
        for name, sentence in DESCRIPTIONS.get(part, {}).items():
            key = part.model_fields[name].alias or name
            made["properties"][key].setdefault("description", sentence)
        return made

    def encode_default(self, dft: Any) -> Any:
        """Write a default the way it would stand in a file."""
        return _as_written(dft)

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:
        """Leave out what nobody writes: a key that is not wanted is not there."""
        inner: CoreSchema = schema["schema"]
        return self.generate_inner(inner)


def _as_written(value: object) -> object:
    match value:
        case timedelta():
            return written(value)
        case Enum():
            return value.value
        case BaseModel():
            given = ((name, getattr(value, name)) for name in type(value).model_fields)
            return {name: _as_written(each) for name, each in given if each not in (None, (), {})}
        case list() | tuple():
            return [_as_written(each) for each in value]
        case dict():
            return {str(_as_written(key)): _as_written(each) for key, each in value.items()}
        case _:
            return to_jsonable_python(value)


def _parts(annotation: Any, seen: set[type[Part]]) -> Iterator[type[Part]]:
    """Find every part that may stand somewhere inside another."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        if annotation not in seen:
            seen.add(annotation)
            yield annotation
            for field in annotation.model_fields.values():
                yield from _parts(field.annotation, seen)
        return
    for inner in get_args(annotation):
        yield from _parts(inner, seen)
