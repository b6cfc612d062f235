"""The rest of the demo's day: on the loop, only suggested, and another draft after a no."""

from bot.demo.scene import Scene

PROVISION = Scene(
    title="three test machines",
    action="provision_cloud_resources",
    parameters={
        "kind": "vm",
        "count": 3,
        "environment": "test",
        "monthly_cost": "210.00",
    },
    details={
        "idempotency_key": "demo-provision-load-test",
        "reason": "The load test of tonight needs three machines; they go again tomorrow.",
        "confidence": 0.92,
        "affected": ["load-test"],
        "context": {
            "request": "Ticket T-5560: load test before the sale.",
            "rollback": "The stack is torn down again by its own plan.",
        },
    },
    done="The machines are up: {count} of them.",
    undone="The machines were torn down again; nothing is left of the stack.",
    then="It runs at once; as Dev in #sre-review, Veto within 15 minutes undoes it.",
)


SUGGESTION = Scene(
    title="an incident bridge, suggested",
    action="open_incident_bridge",
    parameters={"incident": "INC-318: checkout answers slowly", "services": ["checkout", "carts"]},
    details={
        "idempotency_key": "demo-bridge-INC-318",
        "reason": "Every fourth payment takes more than ten seconds since 14:05.",
        "confidence": 0.81,
        "urgency": "high",
        "affected": ["checkout", "carts"],
        "context": {
            "steps": [
                {
                    "title": "Compare response times",
                    "tool": "metrics.query",
                    "result": {"p99": "11.2 s", "yesterday": "0.8 s"},
                    "status": "ok",
                }
            ],
            "alternatives": ["Wait for the deployment of 14:30."],
        },
    },
    then="Only a suggestion: as Lena or Mira in #sre-review, open it yourself and record Done.",
)


OTHER_EMAIL = Scene(
    title="another draft of the email",
    action="send_customer_email",
    parameters={
        "to": "r.ortega@example.com",
        "customer": "Rosa Ortega",
        "subject": "Your complaint about the delivery",
        "body": (
            "Dear Ms Ortega,\n\nwe are sorry that the driver left your parcel at the wrong "
            "door. We have asked the depot, and call you today with the day.\n\n"
            "Kind regards\nSupport"
        ),
    },
    details={
        "idempotency_key": "demo-email-ortega-2",
        "reason": "It names no day any more, so that nothing in it can be wrong.",
        "confidence": 0.84,
        "context": {"request": "“Where is my parcel? I have been waiting for nine days.”"},
    },
    done="The email went out.",
    then="In #support-review, for it is surer: the card shows what changed since the rejected one.",
)
