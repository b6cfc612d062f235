"""Misbehaviour on demand: what goes wrong next, and how often."""

from dataclasses import asdict, dataclass, field

from sandbox.shapes import Json

DELIVER = "deliver"
UPLOAD = "upload"


@dataclass
class Fault:
    """One way to misbehave, for a method (`*` is every one) and a number of times."""

    kind: str
    method: str = "*"
    times: int = 1
    retry_after: int = 1
    delay: float = 1.0
    channel: str | None = None

    def meets(self, method: str, channel: str) -> bool:
        """Tell whether this fault is for the call."""
        # Every Web API method is meant by `*`; deliveries to the app and uploads have to be named.
        named = self.method == method or (self.method == "*" and method not in {DELIVER, UPLOAD})
        return named and self.channel in {None, channel} and self.times > 0


@dataclass
class Faults:
    """The faults that are still to come, oldest first."""

    planned: list[Fault] = field(default_factory=list)

    def take(self, method: str, channel: str = "") -> Fault | None:
        """Return the fault that hits this call, and count it."""
        for fault in self.planned:
            if fault.meets(method, channel):
                fault.times -= 1
                self.planned = [one for one in self.planned if one.times > 0]
                return fault
        return None

    def listing(self) -> list[Json]:
        """Return what is still to come, as JSON."""
        return [asdict(fault) for fault in self.planned]
