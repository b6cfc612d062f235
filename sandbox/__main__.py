"""`python -m sandbox`: run the workspace in a box on its own."""

import argparse
import asyncio
import contextlib
import sys
from pathlib import Path

from sandbox.options import Options
from sandbox.server import PortBusyError, Sandbox


def main(arguments: list[str] | None = None) -> int:
    """Run the sandbox until it is interrupted; return the exit code."""
    asked = _parser().parse_args(arguments)
    options = Options(
        port=asked.port,
        request_url=asked.request_url,
        state=asked.state,
        rate_limits=not asked.no_rate_limits,
    )
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_run(options))
    except PortBusyError as busy:
        sys.stderr.write(f"{busy}\n")
        return 2
    return 0


async def _run(options: Options) -> None:
    async with Sandbox(options) as sandbox:
        sys.stdout.write(f"The sandbox workspace is at {sandbox.url}\n")
        sys.stdout.flush()
        await sandbox.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="A local stand-in for Slack, on 127.0.0.1 only."
    )
    parser.add_argument("--port", type=int, default=8765, help="0 takes a free port")
    parser.add_argument("--state", type=Path, help="the file that keeps the workspace")
    parser.add_argument("--request-url", help="deliver over signed HTTP to this URL")
    parser.add_argument("--no-rate-limits", action="store_true", help="answer 429 never")
    return parser


if __name__ == "__main__":
    sys.exit(main())
