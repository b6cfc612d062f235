"""What agents propose in the stories."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Idea:
    """One proposal before it is made, and the channel whose people decide it."""

    action: str
    parameters: Mapping[str, Any]
    channel: str
    details: Mapping[str, Any] = field(default_factory=dict)


def a_refund(usd: str = "480.00", **details: Any) -> Idea:
    """Above $50 one support reviewer decides, above $10,000 finance manager and CFO together."""
    parameters = {
        "amount": usd,
        "currency": "USD",
        "customer": "Acme GmbH",
        "order_id": "A-100",
        "reason": "The crate was damaged on arrival.",
    }
    large = float(usd) > 10_000
    channel = "#finance-approvals" if large else "#support-review"
    return Idea("process_refund", parameters, channel, {"confidence": 0.9, **details})


def an_email(confidence: float = 0.9, **details: Any) -> Idea:
    parameters = {
        "to": "maria.keller@example.com",
        "customer": "Maria Keller",
        "subject": "About your order",
        "body": "Dear Maria, your order is on its way.",
    }
    details = {"confidence": confidence, **details}
    return Idea("send_customer_email", parameters, "#support-review", details)


def a_question(*choices: str) -> Idea:
    details = {"question": "Does she want a refund or a new bowl?", "choices": list(choices)}
    return Idea("clarify_complaint", {"ticket": "T-77"}, "#support-review", details)


def a_replacement() -> Idea:
    """The agent does not know the address."""
    parameters = {"order_id": "A-100", "item": "Serving bowl", "quantity": 1}
    return Idea("ship_replacement", parameters, "#support-review", {"missing": ["address"]})


def a_cache_flush(**details: Any) -> Idea:
    """One click by a site reliability engineer decides."""
    return Idea("flush_cache", {"cache": "cdn"}, "#sre-review", details)


def a_contract(term: int = 12) -> Idea:
    """Two seats and one click each."""
    parameters = {"contract": "C-9", "term": term}
    return Idea("sign_contract", parameters, "#support-review")


def an_unknown_action() -> Idea:
    return Idea("delete_customer_account", {"customer": "Acme GmbH"}, "#keyturn-admins")


def a_key_rotation() -> Idea:
    """One second for the engineers, two for the fallback, then it expires."""
    return Idea("rotate_key", {"key": "billing"}, "#sre-review")


def a_cluster_drain() -> Idea:
    """One second for the engineers, one for operations, then it stays blocked."""
    return Idea("drain_cluster", {"cluster": "eu-1"}, "#sre-review")


def an_access_grant() -> Idea:
    """An approval of it is void after a second."""
    return Idea("grant_access", {"person": "Nia"}, "#sre-review")


def an_open_port(port: int = 8080) -> Idea:
    """The agent has one second to answer a question about it."""
    return Idea("open_port", {"port": port}, "#sre-review")


def an_index_rebuild() -> Idea:
    """One click decides, and nothing hurries."""
    return Idea("rebuild_index", {"index": "orders"}, "#sre-review")
