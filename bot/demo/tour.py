"""What the sandbox's page suggests to try, step by step: as whom, where, and what to press."""

from typing import Final

from sandbox import Step

TOUR: Final = (
    Step(
        "Approve a refund",
        "Review & approve, read, approve; anybody of the role may, also when it is Ben's turn. "
        "For 5 seconds you can undo it.",
        "U0FINN",
        "C0SUPPORT",
        "Maria Keller",
    ),
    Step(
        "Veto",
        "Veto the machines, within 15 minutes; the agent tears them down.",
        "U0DEV",
        "C0SRE",
        "Provision 3",
    ),
    Step(
        "Override a denial",
        "Review & approve the reboot, then again as Elif in #keyturn-admins.",
        "U0DEV",
        "C0SRE",
        "web-7",
    ),
    Step(
        "Sign with another",
        "Review & approve the $12,000 within 15 minutes, then again as Cora.",
        "U0ANA",
        "C0FINANCE",
        "Northwind Traders",
    ),
    Step(
        "Answer the agent",
        "It asks what a complaint means: Answer.",
        "U0FINN",
        "C0SUPPORT",
        "T-5533",
    ),
    Step(
        "Ask back",
        "Request info: from the agent, Lena, the finance manager or the ledger.",
        "U0FINN",
        "C0SUPPORT",
        "Northwind Traders",
    ),
    Step(
        "Undo in 20 seconds", "Book the courier, then press Undo.", "U0FINN", "C0SUPPORT", "courier"
    ),
    Step(
        "Make room",
        "Approve the call to Nora; the one to Omar was held until now.",
        "U0FINN",
        "C0SUPPORT",
        "Nora Lind",
    ),
    Step(
        "Take over",
        "Press Take over, open the live view, solve the captcha, press Return control.",
        "U0FINN",
        "C0SUPPORT",
        "carrier.example",
    ),
    Step(
        "Say no",
        "Reject the email and tick the other draft: it comes to #support-review.",
        "U0BEN",
        "C0FALLBACK",
        "Ortega",
    ),
    Step(
        "Type it",
        "Erase the customer: the name is typed once more.",
        "U0BEN",
        "C0FALLBACK",
        "Walsh",
    ),
    Step("Confirm", "Extend the licence: it asks once more.", "U0ANA", "C0FINANCE", "map service"),
    Step(
        "Refine a plan",
        "Press Edit a step…: change step 4, then Regenerate step 12.",
        "U0LENA",
        "C0ENG",
        "shop-eu",
    ),
    Step("Your own list", "Dev's App Home: Approve several at once.", "U0DEV", "home"),
    Step(
        "Classify",
        "Say how bad the unknown action could be.",
        "U0ELIF",
        "C0ADMINS",
        "delete_customer",
    ),
)
