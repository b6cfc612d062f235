"""Patterns meet hostile text, and honest text on a busy machine."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from manifests.checking import complaints
from manifests.parameters import Parameter, ParameterSchema, ParameterType


def schema(pattern: str) -> ParameterSchema:
    order = Parameter(name="order", type=ParameterType.STRING, title="Order", pattern=pattern)
    return ParameterSchema(parameters=(order,))


@contextmanager
def busy_machine() -> Iterator[None]:
    over = threading.Event()

    def compute() -> None:
        while not over.is_set():
            sum(number * number for number in range(1_000))

    threads = [threading.Thread(target=compute) for _ in range(3)]
    for each in threads:
        each.start()
    yield
    over.set()
    for each in threads:
        each.join()


def test_text_made_to_take_for_ever_is_refused_soon() -> None:
    began = time.monotonic()
    (complaint,) = complaints(schema("([a-z]|[a-y])+[0-9]"), {"order": "a" * 40})
    assert complaint.where == "/parameters/order"
    assert time.monotonic() - began < 10


def test_honest_text_is_not_refused_because_the_machine_is_busy() -> None:
    pattern = schema("[A-Z0-9-]{3,40}")
    with busy_machine():
        found = [complaints(pattern, {"order": "ORD-1042"}) for _ in range(500)]
    assert not any(found)
