import io
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from store.commands import Approve, Reject
from tests.bot.cli.conftest import Keyturn, Said
from tests.bot.gateway import Gateway, refund

Typed = Callable[..., Awaitable[Said]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "refund.json"
    path.write_text(json.dumps(refund()))
    return path


async def test_a_file_is_proposed_and_shown(api: Gateway, typed: Typed, file: Path) -> None:
    said = await typed("propose", str(file))
    assert said.code == 0
    proposal = said.out.split()[0]
    assert "pending review  process_refund" in said.out
    shown = await typed("show", proposal)
    assert shown.out == said.out
    assert 'amount: "480.00"' in shown.out


async def test_the_same_file_again_is_the_same_proposal(
    api: Gateway, typed: Typed, file: Path
) -> None:
    assert (await typed("propose", str(file))).out == (await typed("propose", str(file))).out


async def test_a_proposal_may_come_through_a_pipe(
    api: Gateway, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(refund("48.00"))))
    said = await typed("propose", "-", "--json")
    assert json.loads(said.out)["status"] == "auto_approved"


async def test_what_the_gateway_refuses_is_told_field_by_field(
    api: Gateway, typed: Typed, tmp_path: Path
) -> None:
    (tmp_path / "bad.json").write_text(json.dumps(refund("-1", surprise=1)))
    said = await typed("propose", "bad.json")
    assert said.code == 2
    assert "/surprise" in said.err
    assert "Traceback" not in said.err


async def test_what_is_wrong_and_what_to_do_are_two_sentences(
    api: Gateway, typed: Typed, tmp_path: Path
) -> None:
    sent = refund(choices=["Yes"])
    sent["parameters"]["currency"] = "PLN"
    (tmp_path / "bad.json").write_text(json.dumps(sent))
    said = await typed("propose", "bad.json")
    assert "  /choices: Choices need a question. Send question, too.\n" in said.err
    assert "is not one of the choices. Choose from USD, EUR." in said.err
    assert "Traceback" not in said.err


async def test_waiting_ends_with_a_code_that_says_how(
    api: Gateway, typed: Typed, file: Path
) -> None:
    proposal = (await typed("propose", str(file))).out.split()[0]
    undecided = await typed("wait", proposal, "--timeout", "0")
    digest = (await api.checkpoint(proposal)).revision.digest
    no = Reject(reviewer=api.person(), reason="No.", category="x", revision=1, digest=digest)
    await api.act(proposal, no)
    rejected = await typed("wait", proposal)
    assert (undecided.code, rejected.code) == (3, 1)
    assert "nobody has decided" in undecided.err
    assert "rejected" in rejected.out
    assert "reason: No." in rejected.out


async def test_whoever_waits_is_told_what_for(api: Gateway, typed: Typed, file: Path) -> None:
    proposal = (await typed("propose", str(file))).out.split()[0]
    waited = await typed("wait", proposal, "--timeout", "0")
    first, *_ = waited.err.splitlines()
    assert first == f"Waiting for a decision on {proposal}, for at most 0 seconds…"
    assert waited.out == ""


@pytest.mark.parametrize("spelt", ["pending_review", "pending review", "escalated, pending review"])
async def test_a_status_may_be_spelt_the_way_it_is_printed(
    api: Gateway, typed: Typed, file: Path, spelt: str
) -> None:
    await typed("propose", str(file))
    listed = await typed("list", "--status", spelt)
    assert (listed.code, listed.out.count("pending review")) == (0, 1)
    assert (await typed("list", "--status", "approved")).out == "There are none.\n"


async def test_waiting_for_what_was_approved_succeeds(
    api: Gateway, typed: Typed, file: Path
) -> None:
    said = await typed("propose", str(file), "--json")
    proposal, digest = json.loads(said.out)["id"], json.loads(said.out)["digest"]
    sign_off = Approve(reviewer=api.person(), revision=1, digest=digest, in_full=True)
    await api.act(proposal, sign_off)
    await api.time_passes(proposal, timedelta(seconds=5))
    approved = await typed("wait", proposal)
    assert approved.code == 0
    assert "by Finn Maguire (support_reviewer)" in approved.out


async def test_proposing_can_wait_at_once(api: Gateway, typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "small.json").write_text(json.dumps(refund("48.00")))
    said = await typed("propose", "small.json", "--wait", "--timeout", "5")
    assert said.code == 0
    assert "auto approved" in said.out


async def test_a_list_goes_page_by_page(api: Gateway, typed: Typed, tmp_path: Path) -> None:
    assert (await typed("list")).out == "There are none.\n"
    for number in range(3):
        (tmp_path / "one.json").write_text(json.dumps(refund(key=str(number))))
        await typed("propose", "one.json")
    first = await typed("list", "--limit", "2")
    cursor = first.out.split("--cursor ")[1].strip()
    second = await typed("list", "--limit", "2", "--cursor", cursor)
    assert first.out.count("process_refund") == 2
    assert second.out.count("process_refund") == 1
    as_json = json.loads((await typed("list", "--json", "--status", "pending_review")).out)
    assert len(as_json["proposals"]) == 3


async def test_a_proposal_is_taken_back_once(api: Gateway, typed: Typed, file: Path) -> None:
    proposal = (await typed("propose", str(file))).out.split()[0]
    taken_back = await typed("withdraw", proposal, "--reason", "The customer kept it.")
    again = await typed("withdraw", proposal, "--reason", "Again.")
    assert "withdrawn" in taken_back.out
    assert again.code == 2
    assert again.err.count("\n") == 1


async def test_an_unknown_key_is_one_sentence(
    api: Gateway, typed: Typed, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYTURN_API_KEY", "wrong")
    said = await typed("propose", str(file))
    assert said.code == 2
    assert "key" in said.err
    assert said.err.count("\n") == 1


async def test_what_an_agent_wrote_cannot_command_the_terminal(
    api: Gateway, typed: Typed, tmp_path: Path
) -> None:
    sent = refund()
    sent["parameters"]["customer"] = "\x1b[2Jgone\u202e"
    (tmp_path / "one.json").write_text(json.dumps(sent))
    said = await typed("propose", "one.json")
    assert said.code == 0
    assert "\x1b" not in said.out
    assert "\u202e" not in said.out
    assert "gone" in said.out


def test_without_a_key_the_setting_is_asked_for(keyturn: Keyturn, file: Path) -> None:
    said = keyturn("propose", str(file))
    assert said.code == 2
    assert said.err.startswith("KEYTURN_API_KEY is not set: put there ")


def test_where_nobody_answers_it_says_so(
    keyturn: Keyturn, file: Path, monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    monkeypatch.setattr("bot.cli.asking.PATIENCE", 0.1)
    monkeypatch.setenv("KEYTURN_API_KEY", "k")
    monkeypatch.setenv("KEYTURN_URL", f"http://127.0.0.1:{free_port}")
    said = keyturn("propose", str(file))
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "does not answer" in said.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not JSON at line 1"),
        ("[]", "no JSON object"),
        ("{}", "action"),
        ('{"action": "a", "parameters": []}', "parameters"),
    ],
)
def test_a_file_that_is_no_proposal_is_one_sentence(
    keyturn: Keyturn, tmp_path: Path, content: str, said: str
) -> None:
    (tmp_path / "x.json").write_text(content)
    told = keyturn("propose", "x.json")
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert said in told.err


def test_a_file_that_is_not_there_is_one_sentence(keyturn: Keyturn) -> None:
    told = keyturn("propose", "nowhere.json")
    assert (told.code, told.err) == (2, "nowhere.json cannot be read: No such file or directory.\n")
