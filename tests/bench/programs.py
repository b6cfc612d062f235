"""Child programs: the bot as `keyturn run` runs it, Slack's side, and the bare peer."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.bench import rules
from tests.bench.agents import write_key_file

ROOT = Path(__file__).resolve().parents[2]
SIGNING_SECRET = "bench-signing-secret"
WORKSPACE = "default"
STARTS_WITHIN = 60.0
STOPS_WITHIN = 20.0
_TICKS = os.sysconf("SC_CLK_TCK")
_STILL_FOR = 0.25
_STILL = 0.04


@dataclass(frozen=True, slots=True)
class Program:
    """One running child program."""

    child: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        """Say where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def memory(self, kind: str = "VmRSS") -> float:
        """Read its resident memory, or with `VmHWM` the most it ever had, in MiB."""
        lines = Path(f"/proc/{self.child.pid}/status").read_text().splitlines()
        found = next(line for line in lines if line.startswith(kind))
        return int(found.split()[1]) / 1024

    def processor_seconds(self) -> float:
        """Read how long it has kept a processor busy."""
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def settle(self, within: float = 20.0) -> None:
        """Wait until it has done what it had to do and only idles."""
        until = time.monotonic() + within
        before = self.processor_seconds()
        while time.monotonic() < until:
            time.sleep(_STILL_FOR)
            now = self.processor_seconds()
            if now - before <= _STILL:
                return
            before = now


@contextmanager
def started(
    arguments: list[str], port: int, ready: str, folder: Path, surroundings: Mapping[str, str]
) -> Iterator[Program]:
    """Run a Python program until the block ends; it is ready once an address answers 200."""
    log = folder / f"program-{port}.log"
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env={**kept, "PYTHONPATH": path, **surroundings},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    program = Program(child, port, log)
    try:
        _wait_for(program, ready)
        yield program
    finally:
        _stop(child)


@contextmanager
def slack_side(folder: Path) -> Iterator[Program]:
    """Run the least of Slack's Web API that the bot calls."""
    port = free_port()
    arguments = ["-m", "tests.bench.slack_stub", str(port)]
    with started(arguments, port, "/ready", folder, {}) as program:
        yield program


@contextmanager
def bot(folder: Path, database: str, slack: Program) -> Iterator[Program]:
    """Run the bot over a database, as its owner would."""
    port = free_port()
    surroundings = {
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": f"{slack.url}/api/",
        "KEYTURN_SLACK_MODE": "http",
        "KEYTURN_DATABASE_URL": database,
        "KEYTURN_MANIFESTS": str(rules.written_below(folder)),
        "KEYTURN_HTTP_PORT": str(port),
        "KEYTURN_AGENT_KEYS_FILE": str(write_key_file(folder)),
        "KEYTURN_LOG_LEVEL": "warning",
    }
    with started(["-m", "bot", "run"], port, "/readyz", folder, surroundings) as program:
        yield program


@contextmanager
def bare_bolt(folder: Path, slack: Program) -> Iterator[Program]:
    """Run a Bolt app that only acknowledges."""
    port = free_port()
    arguments = ["-m", "tests.bench.bare_bolt", str(port), f"{slack.url}/api/", SIGNING_SECRET]
    with started(arguments, port, "/ready", folder, {}) as program:
        yield program


def free_port() -> int:
    """Find a port that nobody has."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(program: Program, ready: str) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        if program.child.poll() is not None:
            break
        with suppress(OSError, http.client.HTTPException):
            asking = http.client.HTTPConnection("127.0.0.1", program.port, timeout=5)
            with closing(asking):
                asking.request("GET", ready)
                if asking.getresponse().status == 200:
                    return
        time.sleep(0.05)
    raise RuntimeError(f"A program did not start:\n{program.log.read_text()[-4000:]}")


def _stop(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
