"""The code in the READMEs runs as it stands there, but for the address and the key."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.client.gateway import KEY, Gateway

ROOT = Path(__file__).parents[2]
AGENTS = [
    (path, block)
    for path in ("README.md", "client/README.md")
    for block in re.findall(
        r"^```python\n(.*?)^```",
        (ROOT / path).read_text(encoding="utf-8"),
        re.DOTALL | re.MULTILINE,
    )
]


def test_each_readme_shows_an_agent() -> None:
    assert {path for path, _ in AGENTS} == {"README.md", "client/README.md"}


@pytest.mark.parametrize(("path", "code"), AGENTS)
def test_the_agent_in_the_readme_does_what_was_approved(
    path: str, code: str, address: str, gateway: Gateway
) -> None:
    ran = run(path, code, address, gateway, "approved")
    assert [done["amount"] for done in ran] == ["480.00"]


@pytest.mark.parametrize(("path", "code"), AGENTS)
def test_the_agent_in_the_readme_does_nothing_else(
    path: str, code: str, address: str, gateway: Gateway
) -> None:
    assert run(path, code, address, gateway, "rejected") == []


def run(path: str, code: str, address: str, gateway: Gateway, status: str) -> list[dict[str, Any]]:
    gateway.first_status = status
    ran: list[dict[str, Any]] = []

    def refund(**parameters: Any) -> str:
        ran.append(parameters)
        return "refund re_1"

    local = code.replace("http://127.0.0.1:8766", address).replace("keyturn_…", KEY)
    assert local.count(KEY) == local.count(address) == 1
    scope: dict[str, Any] = {"refund": refund}
    exec(compile(local, path, "exec"), scope)
    scope["gate"].close()
    return ran
