"""The README lists whoever and whatever is in the workspace that everybody starts with."""

from pathlib import Path

import sandbox
from sandbox import seed_workspace

WHO = (Path(sandbox.__file__).parent / "README.md").read_text().split("## Who is there")[1]
SECTION = WHO.split("\n## ")[0]


def test_every_person_is_listed_by_id_and_name() -> None:
    missing = [
        each.id
        for each in seed_workspace().people
        if f"| {each.id} | {'the bot' if each.is_bot else each.name}" not in SECTION
    ]
    assert not missing


def test_every_channel_is_listed_by_id_and_name() -> None:
    channels = seed_workspace().channels
    assert not [each.id for each in channels if f"| {each.id} | #{each.name} " not in SECTION]


def test_every_user_group_is_listed_with_whoever_is_in_it() -> None:
    workspace = seed_workspace()
    first = {each.id: each.name.split()[0] for each in workspace.people}
    told = [
        f"{each.id} ({', '.join(first[user] for user in each.members)})"
        for each in workspace.groups
    ]
    assert not [each for each in told if each not in SECTION]
