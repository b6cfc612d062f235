"""What the demo's agent proposes, in the order of its day."""

from bot.demo.afternoon import OTHER_EMAIL, PROVISION, SUGGESTION
from bot.demo.reviewing import DAY, takeover
from bot.demo.scene import Act, Scene

_SMALL_REFUND = Scene(
    title="a $48 refund",
    action="process_refund",
    parameters={
        "amount": "48.00",
        "currency": "USD",
        "customer": "Jonas Weber",
        "order_id": "ORD-20418",
        "reason": "One of two mugs arrived broken.",
        "card_last4": "4421",
    },
    details={
        "idempotency_key": "demo-refund-ORD-20418",
        "reason": "The customer sent a photograph of the broken mug; policy R-2 covers it.",
        "confidence": 0.97,
        "confidence_basis": "The photograph matches the item and the order is four days old.",
        "context": {
            "request": "“One of the two mugs came in pieces. Could you refund it?”",
            "steps": [
                {
                    "title": "Read the order",
                    "tool": "orders.get",
                    "arguments": {"order_id": "ORD-20418"},
                    "result": {"items": 2, "total": "96.00 USD", "delivered": "2026-11-17"},
                    "status": "ok",
                }
            ],
            "evidence": [{"title": "Photograph of the mug", "kind": "image"}],
        },
    },
    done="{amount} {currency} sent back to the card ending in {card_last4}.",
    then="Below $50, so a rule approves it; #support-review only shows that it happened.",
)


_REFUND = Scene(
    title="a $480 refund",
    action="process_refund",
    parameters={
        "amount": "480.00",
        "currency": "USD",
        "customer": "Maria Keller",
        "order_id": "ORD-20377",
        "reason": "The standing desk was delivered with a bent frame.",
        "card_last4": "9034",
    },
    details={
        "idempotency_key": "demo-refund-ORD-20377",
        "reason": "No replacement before January, and the customer prefers her money.",
        "confidence": 0.88,
        "confidence_basis": "The damage is documented; the only doubt is the desk top.",
        "uncertainty_factors": ["It is not clear whether the desk top will be returned."],
        "context": {
            "request": "“The frame is bent and the desk wobbles. I would like my money back.”",
            "steps": [
                {
                    "title": "Read the order",
                    "tool": "orders.get",
                    "arguments": {"order_id": "ORD-20377"},
                    "result": {"total": "480.00 USD", "delivered": "2026-11-14"},
                    "status": "ok",
                },
                {
                    "title": "Ask the warehouse for a replacement",
                    "tool": "stock.check",
                    "arguments": {"sku": "DESK-140-OAK"},
                    "result": {"available": 0, "next_delivery": "2027-01-11"},
                    "status": "ok",
                },
            ],
            "evidence": [
                {
                    "title": "Damage report of the carrier",
                    "url": "https://carrier.example/claims/88213",
                    "excerpt": "Outer packaging dented on the long side; signed under protest.",
                    "kind": "document",
                },
                {"title": "Refund policy R-4", "url": "https://wiki.example/policy/R-4"},
            ],
            "alternatives": ["Send a new frame in January.", "Offer $120 off and keep it."],
            "expected_outcome": "Maria Keller has her money by Tuesday.",
            "if_rejected": "She is offered the new frame in January instead.",
            "rollback": "None: a card refund cannot be fetched back.",
            "checks": [
                {"name": "Amount equals the order's total", "passed": True},
                {
                    "name": "Fraud score",
                    "source": "riskd",
                    "passed": True,
                    "score": 0.04,
                    "threshold": 0.6,
                },
            ],
            "workflow": {
                "id": "ticket-5519",
                "step": "refund",
                "of": 3,
                "completed": ["read the order", "ask for a replacement"],
                "state": {"ticket": 5519},
            },
        },
    },
    answer="She will return the desk top: the carrier collects it on Thursday (label 88213-R).",
    done="{amount} {currency} sent back to the card ending in {card_last4}.",
    undone="The refund was stopped at the bank before it was booked.",
    then="As Finn or Ben in #support-review: Approve, Edit, Request info or Reject.",
)


_LARGE_REFUND = Scene(
    title="a $12,000 refund",
    action="process_refund",
    parameters={
        "amount": "12000.00",
        "currency": "USD",
        "customer": "Northwind Traders",
        "order_id": "ORD-19960",
        "reason": "Sixty chairs of the wrong colour; the customer sends all of them back.",
    },
    details={
        "idempotency_key": "demo-refund-ORD-19960",
        "reason": "We shipped grey instead of black, and they open their office on Monday.",
        "confidence": 0.93,
        "confidence_basis": "The pick list shows our mistake.",
        "urgency": "high",
        "context": {
            "request": "“All sixty chairs are grey. We ordered black and cannot use these.”",
            "steps": [
                {
                    "title": "Compare order and pick list",
                    "tool": "warehouse.pick_list",
                    "arguments": {"order_id": "ORD-19960"},
                    "result": {"ordered": "CHAIR-BLK", "picked": "CHAIR-GRY", "count": 60},
                    "status": "ok",
                }
            ],
            "evidence": [
                {
                    "title": "Pick list of 12 November",
                    "url": "https://warehouse.example/picks/19960",
                    "excerpt": "60 pieces of CHAIR-GRY",
                }
            ],
            "alternatives": ["Deliver black chairs in ten days and refund $1,500."],
            "if_rejected": "The account manager calls them with the second offer.",
            "checks": [{"name": "Return label was issued", "passed": True}],
        },
    },
    answer="All sixty chairs were collected this morning; the depot confirms the count.",
    done="{amount} {currency} sent to {customer} by bank transfer.",
    undone="The transfer was recalled; the bank confirms it was not executed.",
    then="As Ana or Ben in #finance-approvals, then as Cora in #executive-approvals.",
)


_UNKNOWN = Scene(
    title="an action nobody knows",
    action="delete_customer_account",
    parameters={"customer": "Jonas Weber", "keep_invoices": True},
    details={
        "idempotency_key": "demo-delete-account-weber",
        "reason": "The customer asks to be forgotten.",
        "confidence": 0.99,
        "context": {"request": "“Please delete everything you have about me.”"},
    },
    then="Blocked whatever its confidence; Elif or Cora classify it in #keyturn-admins.",
)


_DOUBTFUL_EMAIL = Scene(
    title="an email it is not sure about",
    action="send_customer_email",
    parameters={
        "to": "r.ortega@example.com",
        "customer": "Rosa Ortega",
        "subject": "Your complaint about the delivery",
        "body": (
            "Dear Ms Ortega,\n\nwe are sorry that the driver left your parcel at the wrong "
            "door. It should reach you by Friday.\n\nKind regards\nSupport"
        ),
    },
    details={
        "idempotency_key": "demo-email-ortega-1",
        "reason": "She wrote twice without an answer.",
        "confidence": 0.55,
        "confidence_basis": "The tracking shows two different delivery days.",
        "uncertainty_factors": [
            "Friday may be wrong: the carrier says Friday, the depot says Monday.",
            "She may already have the parcel; a neighbour signed for something.",
        ],
        "context": {
            "request": "“Where is my parcel? I have been waiting for nine days.”",
            "steps": [
                {
                    "title": "Track the parcel",
                    "tool": "carrier.track",
                    "arguments": {"parcel": "JD0146"},
                    "result": {"status": "misdelivered", "eta": ["Friday", "Monday"]},
                    "status": "conflicting",
                }
            ],
            "alternatives": ["Call her instead.", "Wait for the depot's answer."],
        },
    },
    answer="The depot has answered: Monday. Please change Friday to Monday in the text.",
    done="The email went out.",
    then="Escalates at once to #fallback-review; as Ben, edit “Friday” and send it, or say no.",
    otherwise=OTHER_EMAIL,
)


_QUESTION = Scene(
    title="a question",
    action="clarify_complaint",
    parameters={"ticket": "T-5533", "customer": "Kieran Walsh"},
    details={
        "idempotency_key": "demo-question-T-5533",
        "question": (
            "He says the shipping “cost an arm and went round the houses”. Is he unhappy "
            "about the price, the route, or both?"
        ),
        "choices": ["The price", "The time it took", "Both"],
        "confidence": 0.61,
        "reason": "I understand that he is upset, but not what would make it right.",
        "context": {"request": "“Shipping cost an arm and went round the houses. Not on, lads.”"},
    },
    then="As Finn or Ben in #support-review: Answer.",
)


_INCOMPLETE = Scene(
    title="a parcel without an address",
    action="ship_replacement",
    parameters={"order_id": "ORD-20401", "item": "Desk lamp, brass", "quantity": 1},
    details={
        "idempotency_key": "demo-ship-ORD-20401",
        "missing": ["address"],
        "reason": "The lamp arrived without its shade; policy S-1 covers a replacement.",
        "confidence": 0.9,
        "context": {
            "request": "“The shade is missing. I moved last week, by the way.”",
            "steps": [
                {
                    "title": "Look for the new address",
                    "tool": "crm.customer",
                    "result": {"address": None, "note": "moved, new address not given"},
                    "status": "not found",
                }
            ],
        },
    },
    answer="I asked her; she has not written back yet.",
    done="The parcel is on its way.",
    then="As Finn or Ben in #support-review: Fill in & approve.",
)


_SHORT_SLA = Scene(
    title="a cache to flush, with seconds to decide",
    action="flush_cache",
    parameters={"cache": "product-prices", "region": "eu"},
    details={
        "idempotency_key": "demo-flush-product-prices",
        "reason": "Three prices were corrected, and the shop still shows the old ones.",
        "confidence": 0.86,
        "urgency": "high",
        "context": {
            "request": "Ticket T-5541: old prices in the shop.",
            "steps": [
                {
                    "title": "Compare shop and price list",
                    "tool": "shop.diff",
                    "result": {"differences": 3},
                    "status": "ok",
                }
            ],
            "if_rejected": "The old prices stay for up to an hour.",
        },
    },
    done="The cache is empty; pages fill it again.",
    undone="The old entries were put back from the snapshot.",
    then="20 s in #sre-review, 40 s more in #fallback-review, then it expires.",
)


FIRST_MINUTE = Act(
    title="The first minute",
    words=(
        "A small refund that a rule approves, and one that waits for you:",
        "be Finn in #support-review, press Review & approve, read, and approve.",
        "The card may say that it is Ben's turn: anybody of the role may act all the same.",
    ),
    scenes=(_SMALL_REFUND, _REFUND),
)
ORDINARY_DAY = Act(
    title="An ordinary day",
    words=("Two signatures, an unknown action, an unsure agent, a question, seconds to decide.",),
    scenes=(
        _LARGE_REFUND,
        _UNKNOWN,
        _DOUBTFUL_EMAIL,
        _QUESTION,
        _INCOMPLETE,
        _SHORT_SLA,
        PROVISION,
        SUGGESTION,
    ),
)


def story(live_view_url: str) -> tuple[Act, ...]:
    """Give the whole day; one scene leads to a page that a person takes over."""
    reviewing = Act(
        title="The reviewer's day",
        words=(
            "Each kind of care, and each way to ask, to change, and to take over.",
            "The list “Try” in the sandbox takes you to each of them.",
        ),
        scenes=(*DAY, takeover(live_view_url)),
    )
    return (FIRST_MINUTE, ORDINARY_DAY, reviewing)


ANOTHER = {
    "action": "update_crm_record",
    "parameters": {"customer": "Maria Keller", "field": "language", "value": "de"},
    "reason": "She writes in German.",
    "recommended_review": True,
}
"""A file for the viewer's own first proposal."""
