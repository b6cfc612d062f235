"""The reviewer's day: each kind of care, each way to ask, and what can be done to a plan."""

from bot.demo.scene import Scene

_TABLES = (
    "customers",
    "addresses",
    "orders",
    "order_lines",
    "invoices",
    "payments",
    "refunds",
    "shipments",
    "returns",
    "reviews",
    "coupons",
    "audit_log",
)

PLAN = Scene(
    title="a plan of 14 steps",
    action="run_migration_plan",
    parameters={
        "database": "shop-eu",
        "steps": [
            "Freeze writes and take a snapshot.",
            *(f"Move the table {table}." for table in _TABLES),
            "Compare row counts and open for writes again.",
        ],
    },
    details={
        "idempotency_key": "demo-plan-shop-eu",
        "reason": "The old database server is out of support in January.",
        "confidence": 0.84,
        "confidence_basis": "The same plan took 40 minutes on a copy.",
        "context": {"request": "Ticket T-5570: move the shop's database."},
    },
    redone={
        "/steps/11": "Move the table coupons between 2 and 3 at night, with the shop in read-only.",
    },
    done="The database is moved; row counts agree.",
    then="As Lena in #engineering-review: press Edit a step…, change step 4, regenerate 12.",
)


ALERTS = tuple(
    Scene(
        title=f"an alert to mute: {alert}",
        action="mute_alert",
        parameters={"alert": alert, "minutes": 60},
        details={
            "idempotency_key": f"demo-mute-{alert}",
            "reason": "It has rung eleven times since noon and mended itself each time.",
            "confidence": 0.9,
        },
        done="{alert} is silent for {minutes} minutes.",
        undone="{alert} rings again.",
        then="One click as Dev in #sre-review, or all three at once from Dev's App Home.",
    )
    for alert in ("disk-full on build-2", "slow-backup on db-1", "certificate-soon on mail")
)


LICENCE = Scene(
    title="a licence",
    action="extend_licence",
    parameters={"product": "the map service", "amount": "900.00", "currency": "EUR"},
    details={
        "idempotency_key": "demo-licence-maps",
        "reason": "It ends on Monday, and the delivery page stops without it.",
        "confidence": 0.93,
    },
    done="The licence for {product} runs for another year.",
    then="As Ana in #finance-approvals: Extend asks once more before it counts.",
)


ERASE = Scene(
    title="a customer to erase",
    action="erase_customer",
    parameters={"customer": "Kieran Walsh", "why": "He asked for it under Article 17."},
    details={
        "idempotency_key": "demo-erase-walsh",
        "reason": "He asked twice, and no invoice of his is open.",
        "confidence": 0.95,
    },
    done="Everything about {customer} is erased.",
    then="As Ben in #fallback-review: the customer's name has to be typed once more.",
)


COURIER = Scene(
    title="a courier",
    action="book_courier",
    parameters={"order_id": "ORD-20377", "pickup": "Thursday, 9 to 12"},
    details={
        "idempotency_key": "demo-courier-ORD-20377",
        "reason": "The desk top has to come back to us.",
        "confidence": 0.9,
    },
    done="The courier comes: {pickup}.",
    undone="The courier was cancelled.",
    then="As Finn in #support-review: Book, and then Undo within 20 seconds.",
)


CALLS = tuple(
    Scene(
        title=f"a call to {customer}",
        action="call_customer_back",
        parameters={"customer": customer, "about": "The delivery of Friday"},
        details={
            "idempotency_key": f"demo-call-{number}",
            "reason": "The customer asked to be called.",
            "confidence": 0.8,
        },
        done="{customer} was called.",
        then=then,
    )
    for number, (customer, then) in enumerate(
        {
            "Nora Lind": "Low severity; only one of these waits at a time.",
            "Omar Haddad": "Held until the call to Nora Lind is decided in #support-review.",
        }.items()
    )
)


DISCOUNT = Scene(
    title="a discount to ask about",
    action="grant_discount",
    parameters={"customer": "Northwind Traders", "percent": 15},
    details={
        "idempotency_key": "demo-discount-northwind",
        "reason": "They threaten to leave after the chairs of the wrong colour.",
        "confidence": 0.7,
        "on_behalf_of": "lena.voss",
        "context": {"request": "“Give them something, or they are gone.”"},
    },
    answer="They ordered for $48,000 last year; 15 % on the next order costs us about $900.",
    done="{customer} gets {percent} % off the next order.",
    undone="The discount was taken off again.",
    then=(
        "As Finn in #support-review, Request info: from the agent, from Lena, who asked for it, "
        "from the finance manager, or from the ledger, which answers by itself."
    ),
)


CERTIFICATE = Scene(
    title="a certificate, with a minute to decide",
    action="renew_certificate",
    parameters={"host": "shop.example"},
    details={
        "idempotency_key": "demo-certificate-shop",
        "reason": "It ends tonight.",
        "confidence": 0.97,
        "urgency": "high",
    },
    done="The certificate of {host} is good until February.",
    then="Dev is reminded after 30 s; after a minute it climbs to #fallback-review.",
)


OVERRIDE = Scene(
    title="a reboot that a policy engine denied",
    action="reboot_server",
    parameters={"server": "web-7"},
    details={
        "idempotency_key": "demo-reboot-web-7",
        "reason": "It has not answered for ten minutes, and the other two carry its load.",
        "confidence": 0.91,
        "denied_by": {
            "engine": "opa",
            "policy": "servers.business_hours",
            "message": "Nobody reboots a web server between 8 and 20.",
            "call": {"action": "reboot", "server": "web-7", "at": "14:20"},
        },
    },
    done="{server} is back and answers.",
    then="Overridden only by two: Dev in #sre-review and Elif or Cora in #keyturn-admins.",
)


def takeover(live_view_url: str) -> Scene:
    """Give the scene in which a person takes over the agent's browser."""
    return Scene(
        title="a form with a captcha",
        action="fill_web_form",
        parameters={
            "page": "https://carrier.example/claims/new",
            "fields": {"claim": "88213", "amount": "480.00"},
            "blocked_by": "captcha",
        },
        details={
            "idempotency_key": "demo-form-88213",
            "reason": "The carrier's page asks for a captcha, which I cannot solve.",
            "confidence": 0.6,
            "live_view_url": live_view_url,
        },
        done="The claim was sent to the carrier.",
        then=(
            "As Finn in #support-review: press Take over, open the live view and press the "
            "captcha's button there, then Return control and say where to go on."
        ),
    )


DAY: tuple[Scene, ...] = (
    DISCOUNT,
    COURIER,
    *CALLS,
    *ALERTS,
    LICENCE,
    ERASE,
    PLAN,
    OVERRIDE,
    CERTIFICATE,
)
"""The scenes in the order in which they are proposed; the takeover needs an address first."""
