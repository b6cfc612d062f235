"""What a demo has for itself: its folder, and its ports."""

import fcntl
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


class NotAlone(Exception):
    """Something else is in the demo's place; the message is one sentence that says what to do."""


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep a second demo out of the folder; a lock of the system's ends with its process."""
    lock = os.open(folder / "demo.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotAlone(
                f"A demo is running in {folder} already; stop that one, or give this one a folder "
                'and ports of its own: make demo DEMO_ARGS="--folder OTHER --port 0 --api-port 0 '
                '--live-port 0".'
            ) from None
        yield
    finally:
        os.close(lock)


def demand_free(ports: Mapping[str, int]) -> None:
    """Raise `NotAlone` for the first port that something else listens on, by the option's name."""
    for option, port in ports.items():
        with socket.socket() as trying:
            trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trying.bind(("127.0.0.1", port))
            except OSError as error:
                raise NotAlone(
                    f"Port {port} is taken ({error.strerror or error}); stop the program that has "
                    f'it, or choose another: make demo DEMO_ARGS="{option} {port + 100}".'
                ) from None
