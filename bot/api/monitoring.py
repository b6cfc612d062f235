"""What whoever runs it asks: is it alive, is it ready, what are the figures."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from bot.program.draining import Drain
from bot.program.observability import Metrics
from store.ports import Store

JSON = "application/json"
CHECK_WITHIN = 2.0

Check = Callable[[], Awaitable[str | None]]
"""Gives nothing when all is well, else what is wrong, in a few words."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """Health, readiness and figures; none of them needs a key, none of them shows a proposal."""

    store: Store
    metrics: Metrics
    drain: Drain
    checks: Mapping[str, Check]

    async def health(self, _: Request) -> Response:
        """Say that the program answers."""
        return Response(to_json({"status": "ok"}), media_type=JSON)

    async def readiness(self, _: Request) -> Response:
        """Say whether proposals can be taken in and shown: 200, or 503 with what is wrong."""
        named = {"database": self._writes, "running": self._running, **self.checks}
        said = await asyncio.gather(*(_asked(name, check) for name, check in named.items()))
        found = dict(zip(named, said, strict=True))
        ready = all(each is None for each in said)
        body = {
            "status": "ready" if ready else "not ready",
            "checks": {name: each or "ok" for name, each in found.items()},
        }
        return Response(to_json(body), 200 if ready else 503, media_type=JSON)

    async def figures(self, _: Request) -> Response:
        """Write every figure for Prometheus."""
        await self.store.read(self.metrics.look)
        return Response(self.metrics.text(), media_type=CONTENT_TYPE_LATEST)

    async def _writes(self) -> str | None:
        await self.store.write(lambda tx: tx.now())
        return None

    async def _running(self) -> str | None:
        return "stopping" if self.drain.started else None


async def _asked(name: str, check: Check) -> str | None:
    try:
        return await asyncio.wait_for(check(), CHECK_WITHIN)
    except TimeoutError:
        return "no answer in time"
    except Exception:
        # Whatever a check runs into is its answer; readiness itself must not fail.
        log.exception("readiness_check_failed", check=name)
        return "failed"
