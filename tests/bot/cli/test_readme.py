"""What the README shows of an administrator's commands is what they really say."""

import json
import re
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from manifests.loading import SHIPPED
from tests.bot.cli.conftest import Said
from tests.bot.cli.past import past

README = (Path(__file__).parents[3] / "README.md").read_text("utf-8")
SHOWN = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
COMMANDS = ("check", "explain", "diff", "test", "replay")
LEFT_OUT = "…"

Typed = Callable[..., Awaitable[Said]]


def refund(amount: str, request: str) -> dict[str, Any]:
    return {
        "idempotency_key": f"readme-{amount}",
        "action": "process_refund",
        "parameters": {
            "amount": amount,
            "currency": "USD",
            "customer": "Maria Keller",
            "order_id": "ORD-20377",
        },
        "reason": "The desk came with a bent frame.",
        "confidence": 0.88,
        "context": {"request": request},
    }


REFUND = refund("480.00", "The frame is bent. My lawyer says I can have my money back.")
PAST = (
    refund("60.00", "The lamp came without its shade."),
    refund("30.00", "I told the ombudsman of it, too."),
    refund("480.00", "The frame is bent."),
)


def furnish(folder: Path) -> None:
    """Lay out what the README speaks of: the rules in force, a draft, and one with a slip."""
    for name in ("rules", "draft", "slip"):
        shutil.copytree(SHIPPED / "actions", folder / name / "actions")
        shutil.copy(SHIPPED / "roles.yaml", folder / name)
    edit(folder / "slip/actions/support.yaml", "severity: high", "severity: hihg")
    edit(folder / "slip/actions/operations.yaml", "seats: [sre]", "seats: [sres]")
    edit(folder / "draft/actions/support.yaml", "below: {amount: 50,", "below: {amount: 80,")
    edit(folder / "draft/roles.yaml", "legal action]", "legal action, ombudsman]")
    (folder / "refund.json").write_text(json.dumps(REFUND), "utf-8")
    shutil.copy(SHIPPED / "cases.yaml", folder)


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_every_command_of_the_day_is_shown() -> None:
    told = [line.split()[3] for block in SHOWN for line in block.splitlines() if line[0] == "$"]
    assert sorted(told) == sorted(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
async def test_what_is_shown_is_what_it_says(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: Typed
) -> None:
    furnish(tmp_path)
    block = next(each for each in SHOWN if f"$ keyturn manifest {command} " in each)
    first, *shown = block.splitlines()
    async with past(f"sqlite:///{tmp_path}/keyturn.db", tmp_path, monkeypatch) as store:
        await store.propose_all(PAST)
        monkeypatch.setenv("KEYTURN_MANIFESTS", "rules")
        said = await typed(*first.split()[2:])
    pattern = "".join(matching(line) for line in shown)
    assert re.fullmatch(pattern, said.out + said.err), said.out + said.err


def matching(line: str) -> str:
    """Let what is left out stand for any lines, or for anything within a line."""
    if line == LEFT_OUT:
        return "(?:.*\n)*?"
    return re.escape(line).replace(LEFT_OUT, ".*") + "\n"
