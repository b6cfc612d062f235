"""The names for plain JSON in the sandbox, where JSON is what everything is made of."""

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


class SlackError(Exception):
    """A refusal by the Web API: an error code and what goes with it."""

    def __init__(self, code: str, **rest: Any) -> None:
        super().__init__(code)
        self.code = code
        self.rest = rest

    def answer(self) -> Json:
        """Return the JSON that Slack would answer."""
        return {"ok": False, "error": self.code, **self.rest}


class DriverError(Exception):
    """A refusal to somebody who drives the sandbox, in words for a person."""

    def __init__(self, problem: str, status: int = 409, **rest: Any) -> None:
        super().__init__(problem)
        self.problem = problem
        self.status = status
        self.rest = rest

    def answer(self) -> Json:
        """Return the JSON of the refusal."""
        return {"ok": False, "problem": self.problem, **self.rest}
