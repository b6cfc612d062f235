"""What an editor knows of manifests: it takes what loads, and explains every key."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from manifests.loading import SHIPPED, files_of
from manifests.loading_yaml import read_yaml
from manifests.schema import manifest_schema, undescribed
from tests.manifests.making import ROLES

CLASSIC = Path(__file__).parent / "action_manifest.yaml"
SCHEMA: dict[str, Any] = manifest_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def objections(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(read_yaml(text, "x.yaml").value)]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", sorted(files_of(SHIPPED)))
def test_every_shipped_file_is_taken(name: str) -> None:
    assert objections(files_of(SHIPPED)[name]) == []


def test_the_classic_manifest_is_taken() -> None:
    assert objections(CLASSIC.read_text("utf-8")) == []
    assert objections(ROLES) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("actions: {pay: {severity: hihg, reversible: true}}", "'hihg' is not one of"),
        ("actions: {pay: {severity: high}}", "'reversible' is a required property"),
        ("actions: {pay: {severity: low, reversible: true, sevrity: low}}", "'sevrity'"),
        ("actions: {pay: {severity: low, reversible: true, max_life: 3 weeks}}", "'3 weeks'"),
        ("roles: {boss: {title: Boss, channel: finance}}", "'finance' does not match"),
        ("rules: {vip: {flags: vip}}", "'vip' is not of type 'array'"),
        ("surprise: {}", "'surprise'"),
    ],
)
def test_what_does_not_load_is_marked(text: str, said: str) -> None:
    assert said in " ".join(objections(text))


def test_every_key_is_explained() -> None:
    assert list(undescribed()) == []


def test_defaults_are_written_as_people_write_them() -> None:
    defaults = SCHEMA["$defs"]["DefaultsPart"]["properties"]
    assert defaults["alert_every"]["default"] == "15m"
    assert defaults["information"]["default"]["answer_within"] == "4h"
    assert defaults["ladder"]["default"] == [{"within": "1h"}]
    assert "default" not in SCHEMA["$defs"]["ActionPart"]["properties"]["oversight"]


def test_a_key_with_an_alias_is_explained_under_its_own_name() -> None:
    assert SCHEMA["$defs"]["RulePart"]["properties"]["is"]["description"]
