"""News from other instances on PostgreSQL: one dedicated connection that LISTENs."""

import json
import select
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Event, Thread
from typing import Any

import psycopg

from store.sql.engine import SOON_NOTICED
from store.sql.session import CHANNEL

INBOX = "inbox"
LOOK_EVERY_SECONDS = 15.0
RECONNECT_AFTER_SECONDS = 0.25


class Listener:
    """A thread that hears what others announce, and asks for a fresh look after each gap."""

    def __init__(
        self,
        address: str,
        workspace: str,
        writer: str,
        announce: Callable[[Iterable[str]], None],
        announce_everything: Callable[[], None],
    ) -> None:
        self._address = address
        self._workspace = workspace
        self._writer = writer
        self._announce = announce
        self._announce_everything = announce_everything
        self._stopped = Event()
        self._told_to_stop, self._tell_to_stop = socket.socketpair()
        self.listening = Event()
        self._thread = Thread(target=self._run, name="keyturn-listener", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._stopped.set()
        self._tell_to_stop.send(b"!")
        self._thread.join()
        self._tell_to_stop.close()
        self._told_to_stop.close()

    def _run(self) -> None:
        while not self._stopped.is_set():
            with suppress(psycopg.Error):
                self._listen()
            self.listening.clear()
            self._stopped.wait(RECONNECT_AFTER_SECONDS)

    def _listen(self) -> None:
        with psycopg.connect(
            self._address, autocommit=True, application_name="keyturn-listener", **SOON_NOTICED
        ) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            # Whatever was announced while nobody listened is found by looking again.
            self._announce_everything()
            self.listening.set()
            while not self._stopped.is_set():
                heard: list[Any] = [connection, self._told_to_stop]
                if not any(select.select(heard, [], [], LOOK_EVERY_SECONDS)):
                    # A silence may be a connection that died without a word.
                    connection.execute("SELECT 1")
                for notice in connection.notifies(timeout=0):
                    self._hear(notice.payload)

    def _hear(self, payload: str) -> None:
        if payload == INBOX:
            self._announce([INBOX])
            return
        # Any role of the database may send what it likes here; what is not ours says nothing.
        with suppress(ValueError, TypeError):
            workspace, writer, topics = json.loads(payload)
            if workspace == self._workspace and writer != self._writer:
                self._announce(map(str, topics))
