from collections.abc import Iterator

import pytest

from keyturn import Keyturn
from tests.client.gateway import KEY, Gateway, serving


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def address(gateway: Gateway) -> Iterator[str]:
    with serving(gateway) as url:
        yield url


@pytest.fixture
def gate(address: str) -> Iterator[Keyturn]:
    with Keyturn(address, KEY, patience=5) as gate:
        yield gate
