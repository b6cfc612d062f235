"""The agent that proposes, and what it sends: of the size that real proposals have."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.wire import request

AGENT = "bench-agent"
KEY = "keyturn_a_key_for_the_bench_only"
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
SHIPMENT = "ship_replacement"
REFUND = "process_refund"

_STEPS = [
    {"title": "Looked up the order", "tool": "crm.get_order", "arguments": {"id": "A-100"}},
    {"title": "Read the carrier's report", "status": "done", "result": "damaged in transit"},
    {"title": "Checked the stock", "tool": "stock.level", "result": {"free": 41}},
]
_EVIDENCE = [
    {
        "title": "The carrier's report",
        "url": "https://carrier.example/reports/7781",
        "excerpt": "Parcel opened and re-sealed; content broken on arrival. Photographs follow.",
        "kind": "document",
    },
    {"title": "The customer's message", "excerpt": "It arrived in pieces, please help."},
]
CONTEXT: dict[str, Any] = {
    "request": "The customer writes that the parcel arrived damaged and asks what happens now.",
    "steps": _STEPS,
    "evidence": _EVIDENCE,
    "alternatives": ["Refund the whole order", "Offer a voucher"],
    "expected_outcome": "The customer has a working device by the end of the week.",
    "if_rejected": "The customer is told that somebody will call.",
}


def write_key_file(folder: Path) -> Path:
    """Write the key file with the one agent in it; JSON is YAML too."""
    hashed = hashlib.sha256(KEY.encode()).hexdigest()
    path = folder / "agents.yaml"
    path.write_text(json.dumps({"agents": {AGENT: {"key_sha256": [hashed], "actions": "*"}}}))
    path.chmod(0o600)
    return path


def shipment(key: str) -> dict[str, Any]:
    """Write a proposal of medium severity that one person decides."""
    parameters = {
        "order_id": "A-100",
        "item": "Router",
        "quantity": 1,
        "address": "Lindenstraße 12, 10969 Berlin, Germany",
    }
    return _proposal(SHIPMENT, parameters, key)


def refund(key: str) -> dict[str, Any]:
    """Write a proposal of high severity that one person decides."""
    parameters = {
        "amount": "480.00",
        "currency": "USD",
        "customer": "Acme GmbH",
        "order_id": "A-100",
    }
    return _proposal(REFUND, parameters, key)


def posts(prefix: str, count: int) -> list[bytes]:
    """Write the requests of a round, each with a key of its own."""
    return [
        request("POST", "/v1/proposals", HEADERS, body.encode()) for body in bodies(prefix, count)
    ]


def bodies(prefix: str, count: int) -> Iterator[str]:
    """Write the bodies of a round."""
    return (json.dumps(shipment(f"{prefix}-{number}")) for number in range(count))


def _proposal(action: str, parameters: dict[str, Any], key: str) -> dict[str, Any]:
    return {
        "action": action,
        "parameters": parameters,
        "reason": "The parcel arrived damaged; the carrier confirms it.",
        "confidence": 0.93,
        "idempotency_key": key,
        "context": CONTEXT,
    }
