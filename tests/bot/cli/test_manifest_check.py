"""`keyturn manifest check`: mistakes for people, for programs, and as a workspace sees them."""

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from manifests.loading import SHIPPED
from sandbox import Options, Sandbox
from tests.bot.cli.conftest import Keyturn, Said

SMALL = """\
defaults: {role: boss, operations: boss, administrators: boss}
roles:
  boss: {title: Boss, channel: C0FINANCE, members: [U0ANA, U0BEN]}
actions:
  pay:
    severity: low
    reversible: true
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    shutil.copytree(SHIPPED / "actions", folder / "actions")
    shutil.copy(SHIPPED / "roles.yaml", folder)
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return path


def write(path: Path, text: str) -> None:
    path.write_text(text)


def misspell(rules: Path) -> None:
    path = rules / "actions" / "support.yaml"
    path.write_text(path.read_text().replace("severity: high", "severity: hihg", 1))


def test_each_mistake_has_its_line_its_caret_and_a_suggestion(
    keyturn: Keyturn, rules: Path
) -> None:
    misspell(rules)
    said = keyturn("manifest", "check", "rules")
    assert said.code == 1
    place = r"^rules/actions/support\.yaml:\d+:15 bad-choice “hihg” is not one of "
    assert re.search(place, said.err, re.MULTILINE)
    assert re.search(r"^  \d+ \|     severity: hihg\n +\| +\^$", said.err, re.MULTILINE)
    assert "Did you mean “high”?" in said.err
    assert said.err.endswith("1 mistake in rules.\n")
    assert said.out == ""


def test_programs_read_mistakes_as_json(keyturn: Keyturn, rules: Path) -> None:
    misspell(rules)
    said = keyturn("manifest", "check", "rules", "--format", "json")
    told = json.loads(said.out)
    assert (said.code, told["usable"], told["digest"]) == (1, False, None)
    (mistake,) = told["mistakes"]
    assert mistake["file"] == "rules/actions/support.yaml"
    assert mistake["code"] == "bad-choice"
    assert mistake["source"] == "    severity: hihg"


def test_a_sound_manifest_is_json_too(keyturn: Keyturn, rules: Path) -> None:
    said = keyturn("manifest", "check", "rules", "--format", "json")
    told = json.loads(said.out)
    assert (said.code, told["usable"], told["mistakes"]) == (0, True, [])
    assert told["digest"].startswith("sha256:")


def test_a_pull_request_is_annotated(keyturn: Keyturn, rules: Path) -> None:
    misspell(rules)
    said = keyturn("manifest", "check", "rules", "--format", "github")
    assert said.code == 1
    (line,) = said.out.splitlines()
    assert re.fullmatch(
        r"::error file=rules/actions/support\.yaml,line=\d+,col=15,title=bad-choice::“hihg” .*",
        line,
    )


def test_what_an_annotation_must_not_hold_is_escaped(keyturn: Keyturn, tmp_path: Path) -> None:
    (tmp_path / "a,b%.yaml").write_text("defaults: 5 % 1\n")
    said = keyturn("manifest", "check", "a,b%.yaml", "--format", "github")
    assert "file=a%2Cb%25.yaml,line=1" in said.out


def test_warnings_fail_only_when_asked_to(keyturn: Keyturn, small: Path) -> None:
    small.write_text(SMALL + "    escalation_path: [boss, chief]\n")
    lenient = keyturn("manifest", "check", "small.yaml")
    strict = keyturn("manifest", "check", "small.yaml", "--strict")
    assert (lenient.code, strict.code) == (0, 1)
    assert "undefined-role" in lenient.err
    assert "warning" in lenient.err.splitlines()[-1]


def test_where_nothing_is_the_code_says_so(keyturn: Keyturn) -> None:
    said = keyturn("manifest", "check", "nowhere")
    assert said.code == 2
    assert "nowhere:1:1 no-manifest There is no such file or folder." in said.err


def test_a_format_nobody_knows_is_refused(keyturn: Keyturn, small: Path) -> None:
    assert keyturn("manifest", "check", "small.yaml", "--format", "xml").code == 2


def test_without_a_token_slack_cannot_be_asked(keyturn: Keyturn, small: Path) -> None:
    said = keyturn("manifest", "check", "small.yaml", "--online")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert said.err.startswith("SLACK_BOT_TOKEN is not set: put there ")


@pytest.fixture
async def box(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sandbox]:
    async with Sandbox(Options()) as running:
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-sandbox")
        monkeypatch.setenv("SLACK_API_URL", running.api_url)
        yield running


async def online(keyturn: Keyturn, path: str = "small.yaml") -> Said:
    return await asyncio.to_thread(keyturn, "manifest", "check", path, "--online")


async def test_the_shipped_manifest_fits_the_sandbox(box: Sandbox, keyturn: Keyturn) -> None:
    said = await online(keyturn, str(SHIPPED))
    assert said.code == 0, said.err
    assert "not-told" not in said.err


def archive(box: Sandbox) -> None:
    box.box.roster.channel("C0FINANCE").is_archived = True


def share(box: Sandbox) -> None:
    box.box.roster.channel("C0FINANCE").is_ext_shared = True


def leave(box: Sandbox) -> None:
    box.box.roster.channel("C0FINANCE").members.remove("U0KEYTURN")


def remove(box: Sandbox) -> None:
    del box.box.roster.channels["C0FINANCE"]


def dismiss(box: Sandbox) -> None:
    box.box.roster.people["U0BEN"].deleted = True


def restrict(box: Sandbox) -> None:
    box.box.roster.people["U0BEN"].is_restricted = True


def estrange(box: Sandbox) -> None:
    box.box.roster.people["U0BEN"].is_stranger = True


def automate(box: Sandbox) -> None:
    box.box.roster.people["U0BEN"].is_bot = True


def forget(box: Sandbox) -> None:
    del box.box.roster.people["U0BEN"]


@pytest.mark.parametrize(
    ("trouble", "code", "place"),
    [
        (archive, "archived-channel", "small.yaml:3:23"),
        (share, "shared-channel", "small.yaml:3:23"),
        (leave, "bot-not-in-channel", "small.yaml:3:23"),
        (remove, "no-channel", "small.yaml:3:23"),
        (dismiss, "deactivated-member", "small.yaml:3:60"),
        (restrict, "guest-member", "small.yaml:3:60"),
        (estrange, "external-member", "small.yaml:3:60"),
        (automate, "bot-member", "small.yaml:3:60"),
        (forget, "no-member", "small.yaml:3:60"),
    ],
)
async def test_what_the_workspace_objects_to_is_told_with_its_line(
    box: Sandbox,
    keyturn: Keyturn,
    small: Path,
    trouble: Callable[[Sandbox], None],
    code: str,
    place: str,
) -> None:
    assert (await online(keyturn)).code == 0
    trouble(box)
    said = await online(keyturn)
    assert said.code == 1
    assert f"{place} {code} " in said.err
    assert said.err.endswith("1 mistake in small.yaml.\n")


async def test_a_user_group_must_exist_and_hold_somebody(
    box: Sandbox, keyturn: Keyturn, small: Path
) -> None:
    write(small, SMALL.replace("members: [U0ANA, U0BEN]", "user_group: S0FINANCE"))
    assert (await online(keyturn)).code == 0
    box.box.roster.groups["S0FINANCE"].members.clear()
    assert "empty-group" in (await online(keyturn)).err
    del box.box.roster.groups["S0FINANCE"]
    assert "no-group" in (await online(keyturn)).err


async def test_a_refused_token_is_one_sentence(
    box: Sandbox, keyturn: Keyturn, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-wrong")
    said = await online(keyturn)
    assert (said.code, said.err) == (2, "Slack refuses SLACK_BOT_TOKEN (invalid_auth).\n")


def test_where_slack_does_not_answer_it_says_so(
    keyturn: Keyturn, small: Path, monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-sandbox")
    monkeypatch.setenv("SLACK_API_URL", f"http://127.0.0.1:{free_port}/api/")
    said = keyturn("manifest", "check", "small.yaml", "--online")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "does not answer" in said.err
