"""However somebody is spelt, it is the same person; whoever is nobody stays nobody."""

from pathlib import Path

import pytest

from manifests.naming import person_named
from tests.manifests.making import ROLES, SHIPPED_MANIFEST, loaded

TWO_MEYERS = """
people:
  dana.meyer: {name: Dana Meyer, slack: [U0DANA, U0DANA2]}
  dana.m: {name: dana meyer, slack: [U0MEYER]}
"""
ACTIONS = "actions: {}"


@pytest.mark.parametrize(
    "text",
    [
        "U0FINN",
        "u0finn",
        " U0FINN ",
        "<@U0FINN>",
        "<@U0FINN|finn>",
        "finn.maguire",
        "Finn.Maguire",
        "Finn Maguire",
        "FINN  MAGUIRE",
        "ｆinn maguire",
    ],
)
def test_every_spelling_means_the_same_person(text: str) -> None:
    assert person_named(SHIPPED_MANIFEST, text) == "finn.maguire"


@pytest.mark.parametrize("text", ["U0STRANGER", "<@U0STRANGER>"])
def test_an_account_nobody_listed_is_its_own_person(text: str) -> None:
    assert person_named(SHIPPED_MANIFEST, text) == "U0STRANGER"


@pytest.mark.parametrize(
    "text",
    [
        "customer 77",
        "finn.maguire@acme.example",
        "@finn",
        "Finn",
        "WALTER",
        "u0stranger",
        "<@U0FINN> and me",
        " ",
    ],
)
def test_what_names_nobody_known_is_nobody(text: str) -> None:
    assert person_named(SHIPPED_MANIFEST, text) is None


def test_a_name_that_two_people_have_means_neither(tmp_path: Path) -> None:
    manifest = loaded(tmp_path, ACTIONS, ROLES + TWO_MEYERS).manifest
    assert person_named(manifest, "Dana Meyer") is None
    assert person_named(manifest, "u0dana2") == "dana.meyer"
    assert person_named(manifest, "u0ben") == "U0BEN"
