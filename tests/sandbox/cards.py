"""A card and a form with every kind of part, for looking at the page."""

from typing import Any

from tests.sandbox.driver import a_button, an_input, mrkdwn, plain

Body = dict[str, Any]


def option(text: str, value: str, about: str = "") -> Body:
    made = {"text": plain(text), "value": value}
    return {**made, "description": plain(about)} if about else made


def said(text: str, **style: bool) -> Body:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def a_full_card() -> list[Body]:
    dialog = {
        "title": plain("Refund $4,800.00?"),
        "text": mrkdwn("To *Acme GmbH*, for good."),
        "confirm": plain("Refund"),
        "deny": plain("Not yet"),
    }
    more = [option("View full", "view"), option("History", "history"), option("Escalate", "up")]
    return [
        {"type": "header", "text": plain("Approve refund of $4,800.00 to Acme GmbH?")},
        {
            "type": "context",
            "elements": [
                mrkdwn(":large_orange_circle: *High severity* · irreversible · 1 of 2: CFO"),
                mrkdwn("due <!date^1893456000^{date_short} {time}|soon>, for <@U0BEN>"),
            ],
        },
        {
            "type": "section",
            "text": mrkdwn("*Will run* `process_refund`"),
            "fields": [mrkdwn("*amount*\n4800.00 USD"), mrkdwn("*customer*\nAcme GmbH")],
            "accessory": {"type": "overflow", "action_id": "more", "options": more},
        },
        an_account(),
        a_table(),
        {
            "type": "actions",
            "elements": [
                a_button("approve", style="primary", confirm=dialog),
                {**a_button("edit"), "text": plain("Edit")},
                {**a_button("ask"), "text": plain("Request info")},
                {**a_button("reject", style="danger"), "text": plain("Reject")},
            ],
        },
        {"type": "divider"},
        {"type": "context", "elements": [mrkdwn("`01J9X2` · revision 1 · digest `9f3ab2c1`")]},
    ]


def an_account() -> Body:
    items = [
        {
            "type": "rich_text_section",
            "elements": [said("Looked up "), said("INV-20931", code=True)],
        },
        {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U0FINN"}]},
    ]
    return {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": [said("Asked and done", bold=True)]},
            {"type": "rich_text_list", "style": "ordered", "elements": items},
            {"type": "rich_text_quote", "elements": [said("The customer was charged twice.")]},
            {"type": "rich_text_preformatted", "elements": [said('{"amount": "4800.00"}')]},
        ],
    }


def a_table() -> Body:
    rows = [("Check", "Result"), ("schema", "passed"), ("limit in 24 hours", "passed")]
    cells = [[{"type": "raw_text", "text": word} for word in row] for row in rows]
    return {"type": "table", "rows": cells}


def a_full_form() -> Body:
    methods = [option("Original card", "card"), option("Bank transfer", "bank", "Three days")]
    tags = [option("VIP", "vip"), option("Fraud", "fraud"), option("Audit", "audit")]
    tell = [option("The customer", "customer"), option("Accounting", "accounting")]
    blocks = [
        {"type": "alert", "level": "warning", "text": mrkdwn("This is a *new revision*.")},
        labelled("amount", "Amount (USD)", type="number_input", is_decimal_allowed=True),
        labelled("reason", "Reason", multiline=True, max_length=500),
        labelled("method", "Method", type="radio_buttons", options=methods),
        labelled(
            "category", "Category", type="static_select", options=[option("Goodwill", "goodwill")]
        ),
        optional(
            "tags", "Tags", type="multi_static_select", options=tags, initial_options=tags[:1]
        ),
        optional("tell", "Tell", type="checkboxes", options=tell),
        optional("day", "Not before", type="datepicker"),
        optional("at", "Exactly at", type="datetimepicker"),
        optional("hour", "Call at", type="timepicker"),
        optional("reader", "Second reader", type="users_select"),
        optional("mail", "Receipt to", type="email_text_input"),
        optional("page", "Page", type="url_text_input"),
    ]
    words = {"title": plain("Edit the refund"), "submit": plain("Save"), "close": plain("Cancel")}
    return {"type": "modal", "callback_id": "form", **words, "blocks": blocks}


def labelled(block_id: str, label: str, **element: Any) -> Body:
    return {**an_input(block_id, **element), "label": plain(label)}


def optional(block_id: str, label: str, **element: Any) -> Body:
    return {**labelled(block_id, label, **element), "optional": True}
