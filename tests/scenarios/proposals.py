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


def a_sandbox() -> Idea:
    """Runs at once, and may be vetoed for an hour."""
    return Idea("provision_sandbox", {"sandbox": "eu-7"}, "#sre-review")


def a_preview() -> Idea:
    """Runs at once, and may be vetoed for a second."""
    return Idea("start_preview", {"preview": "shop"}, "#sre-review")


def a_digest() -> Idea:
    """Runs at once, and operations hear of it."""
    return Idea("send_digest", {"list": "customers"}, "#sre-review")


def a_pump_restart() -> Idea:
    """One click approves it, and a person carries it out."""
    return Idea("restart_pump", {"pump": "P-3"}, "#sre-review")


def a_supplier_payment() -> Idea:
    """One click approves it, and another agent pays."""
    return Idea("pay_supplier", {"supplier": "Acme GmbH"}, "#sre-review")


def a_migration(steps: int = 20) -> Idea:
    """A plan that two engineers of two kinds sign, and whoever edits it does not."""
    return a_migration_of(*(f"Move table {number}." for number in range(1, steps + 1)))


def a_migration_of(*steps: Any) -> Idea:
    """The same, of steps that the story is about."""
    parameters = {"database": "orders", "steps": list(steps)}
    return Idea("run_migration_plan", parameters, "#engineering-review")


def a_runbook(*steps: Any) -> Idea:
    """A plan that one site reliability engineer signs, also after editing it."""
    return Idea("run_playbook", {"incident": "INC-7", "steps": list(steps)}, "#sre-review")


def a_muted_alert(alert: str = "disk-full", **more: Any) -> Idea:
    """Slight and reversible: one engineer may approve several at once."""
    return Idea("mute_alert", {"alert": alert, **more}, "#sre-review")


def a_stopped_cluster(cluster: str = "eu-1") -> Idea:
    """As easy to undo, but grave."""
    return Idea("stop_cluster", {"cluster": cluster}, "#sre-review")


def a_dropped_log(log: str = "audit-2019") -> Idea:
    """Slight, but not to be undone."""
    return Idea("drop_log", {"log": log}, "#sre-review")


def a_report(body: str = "All is well.", sources: list[str] | None = None) -> Idea:
    """One engineer decides, also after editing it; it is written where people can look on."""
    parameters = {"title": "Third quarter", "pages": 12, "body": body, "sources": sources or []}
    live = {"live_view_url": "https://example.com/live/1"}
    return Idea("publish_report", parameters, "#engineering-review", live)


def a_flash() -> Idea:
    """It expires two seconds after it was proposed."""
    return Idea("publish_flash", {"title": "Breaking"}, "#engineering-review")


def an_account_merge() -> Idea:
    """Questions may stop its clock for one second in all."""
    return Idea("merge_accounts", {"account": "A-7"}, "#sre-review")


def a_portal(**details: Any) -> Idea:
    """Whoever takes over has one second to hand back."""
    return Idea("unlock_portal", {"portal": "suppliers"}, "#sre-review", details)


def a_tagged_ticket(ticket: str) -> Idea:
    """Slight and reversible, and two people hold its role."""
    return Idea("tag_ticket", {"ticket": ticket}, "#support-review")


def a_wiped_disk(disk: str | None = "sda-7", note: str = "It is yours no more.") -> Idea:
    """Whoever approves types the name of the disk; without one, somebody fills it in first."""
    if disk is None:
        return Idea("wipe_disk", {"note": note}, "#support-review", {"missing": ["disk"]})
    return Idea("wipe_disk", {"disk": disk, "note": note}, "#support-review")


def a_parcel() -> Idea:
    """Two seats, one click each, and ten minutes in which that can be undone."""
    return Idea("send_parcel", {"parcel": "P-12"}, "#support-review")


def a_postcard(text: str = "Greetings from Berlin") -> Idea:
    """One click, and a second in which that can be undone."""
    return Idea("send_postcard", {"text": text}, "#sre-review")


def a_sample() -> Idea:
    """Finance may be asked about it, and Finn's agent."""
    parameters = {"customer": "Acme GmbH", "account": "DE89370400440532013000"}
    return Idea("ship_sample", parameters, "#sre-review")


def a_move(city: str = "Berlin") -> Idea:
    """Grave, but it can be undone: a dialog asks again."""
    return Idea("move_warehouse", {"city": city}, "#sre-review")


def a_paused_feed(feed: str) -> Idea:
    """Slight, and for a while after the approval it can be taken back."""
    return Idea("pause_feed", {"feed": feed}, "#sre-review")
