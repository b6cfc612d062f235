"""What the app answered to one delivery."""

from dataclasses import dataclass
from typing import Any

from sandbox.shapes import Json


@dataclass(frozen=True)
class Reply:
    """Whether and how the app acknowledged."""

    acked: bool
    body: Any = None
    status: int | None = None
    problem: str | None = None
    ms: float = 0.0

    def report(self) -> Json:
        """Return the reply as JSON for whoever acted."""
        return {
            "acked": self.acked,
            "status": self.status,
            "ms": round(self.ms, 2),
            "problem": self.problem,
            "answer": self.body,
        }


NOBODY = "No app is connected to the sandbox."
SILENT = "This app did not respond within {seconds:g} seconds."
FAILED = "This app responded with status code {status}."
UNREACHABLE = "The app's request URL could not be reached: {reason}."
