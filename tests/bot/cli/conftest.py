import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import main
from tests.bot.gateway import SUPPORT, Gateway, gateway, served


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


Keyturn = Callable[..., Said]


@pytest.fixture
def keyturn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Keyturn:
    """Type a command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def typed(*words: str) -> Said:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(words)
        out, err = capsys.readouterr()
        return Said(int(ended.value.code or 0), out, err)

    return typed


@pytest.fixture
async def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gateway]:
    """Serve the agents' API, and set the commands to it."""
    async with gateway(f"sqlite:///{tmp_path}/keyturn.db", tmp_path) as made, served(made):
        monkeypatch.setenv("KEYTURN_URL", made.url)
        monkeypatch.setenv("KEYTURN_API_KEY", made.keys[SUPPORT])
        yield made


@pytest.fixture
def typed(keyturn: Keyturn) -> Callable[..., Awaitable[Said]]:
    """Type a command while this program serves."""

    async def while_serving(*words: str) -> Said:
        return await asyncio.to_thread(keyturn, *words)

    return while_serving
