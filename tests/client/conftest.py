from collections.abc import Iterator

import pytest

from keyturn import Keyturn
from tests.client.gateway import KEY, Gateway, Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with Server().running() as server:
        yield server


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def address(server: Server, gateway: Gateway) -> Iterator[str]:
    server.serve(gateway)
    yield server.url
    gateway.release()


@pytest.fixture
def gate(address: str) -> Iterator[Keyturn]:
    with Keyturn(address, KEY, patience=5) as gate:
        yield gate
