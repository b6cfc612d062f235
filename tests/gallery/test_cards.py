"""The pictures of what waits for people, and of what they change."""

from tests.gallery.album import Album
from tests.scenarios.desk import Desk
from tests.scenarios.proposals import (
    Idea,
    a_cache_flush,
    a_contract,
    a_question,
    a_refund,
    a_replacement,
    an_email,
)

EVIDENCE = {
    "reason": "The carrier's report names us, and she prefers her money to a new crate.",
    "confidence_basis": "The damage is documented.",
    "uncertainty_factors": ["It is not clear whether the crate comes back."],
    "context": {
        "request": "“The crate arrived in pieces. I would like my money back.”",
        "steps": [
            {
                "title": "Read the order",
                "tool": "orders.get",
                "arguments": {"order_id": "A-100"},
                "result": {"total": "480.00 USD", "delivered": "2026-11-14"},
                "status": "ok",
            }
        ],
        "evidence": [{"title": "Damage report", "url": "https://carrier.example/claims/88213"}],
        "alternatives": ["Send a new crate in January."],
        "if_rejected": "She is offered the new crate instead.",
    },
}
REJECT = {"Category": "Wrong facts", "Reason": "The crate arrived whole; see the photo of Monday."}
ASK = {"Category": "Evidence", "Your question": "Is there a photo of the crate?"}


def a_documented_refund(usd: str = "480.00") -> Idea:
    return a_refund(usd, **EVIDENCE)


async def test_what_waits(desk: Desk, album: Album) -> None:
    refund = await desk.agent_proposes(a_documented_refund())
    await album.card("card-review", refund, "Will run", "If approved", seen_by="finn")
    await desk.finn.opens("Review & approve", refund)
    await album.modal("modal-review", "Will run", seen_by="finn")
    await desk.finn.closes()
    flush = await desk.agent_proposes(a_cache_flush())
    await album.card("card-one-click", flush, "cdn", seen_by="dev")
    contract = await desk.agent_proposes(a_contract())
    await desk.finn.clicks("Approve", contract)
    await album.card("card-one-of-two", contract, "1 of 2", seen_by="finn")
    await desk.finn.clicks("Approve", contract)
    await desk.finn.hears("once is enough")
    await album.whisper(
        "whisper-refused", "once is enough", seen_by="finn", channel="#support-review"
    )


async def test_a_dialog_repeats_what_is_at_stake(desk: Desk, album: Album) -> None:
    licence = {"product": "the map service", "amount": "900.00", "currency": "EUR"}
    asked = await desk.agent_proposes(Idea("extend_licence", licence, "#sre-review"))
    await album.asks_first("dialog-confirm", "Approve", asked, seen_by="dev")


async def test_what_an_agent_does_not_know(desk: Desk, album: Album) -> None:
    doubtful = await desk.agent_proposes(an_email(0.4))
    await album.card("card-escalated", doubtful, "Escalated", "confidence", seen_by="ben")
    parcel = await desk.agent_proposes(a_replacement())
    await album.card("card-fill-in", parcel, "Still missing", seen_by="finn")
    question = await desk.agent_proposes(a_question("A refund", "A new bowl"))
    await album.card("card-question", question, "refund or a new bowl", seen_by="finn")
    await desk.finn.opens("Answer", question)
    await album.modal("modal-answer", "A new bowl", seen_by="finn")


async def test_what_people_change(desk: Desk, album: Album) -> None:
    email = await desk.agent_proposes(an_email())
    await desk.finn.opens("Edit", email)
    await album.modal("modal-edit", "subject", seen_by="finn")
    await desk.finn.submits({"Subject": "Your order leaves on Monday", "Category": "Wording"})
    await album.modal("modal-diff", "Your order leaves on Monday", seen_by="finn")
    await desk.finn.submits()
    await email.says("revision 2")
    await desk.finn.approves(email)
    await album.card("card-edited", email, "Approved with edits", "Monday", seen_by="finn")


async def test_an_edit_that_breaks_a_rule(desk: Desk, album: Album) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.finn.opens("Edit", refund)
    error = "This is not above zero. Send a positive amount."
    await album.refused("modal-edit-error", {"Amount": "-5"}, error, "Wrong amount", seen_by="finn")


async def test_a_no(desk: Desk, album: Album) -> None:
    refund = await desk.agent_proposes(a_documented_refund())
    await desk.finn.opens("Reject", refund)
    await album.modal("modal-reject", "Category", seen_by="finn")
    await desk.finn.submits(REJECT)
    await refund.agent_hears("rejected")
    await album.card("card-rejected", refund, "Rejected", "arrived whole", seen_by="finn")
    await album.thread("thread-rejected", refund, "rejected it", seen_by="finn")


async def test_looking_closer(desk: Desk, album: Album) -> None:
    refund = await desk.agent_proposes(a_documented_refund())
    await desk.finn.chooses("View everything", refund)
    await album.modal("modal-everything", "orders.get", seen_by="finn")
    await desk.finn.closes()
    await desk.finn.chooses("History", refund)
    await album.modal("modal-history", "proposed", seen_by="finn")


async def test_a_question_to_the_agent(desk: Desk, album: Album) -> None:
    refund = await desk.agent_proposes(a_documented_refund())
    await desk.finn.opens("Request info", refund)
    await album.modal("modal-request-info", "Your question", seen_by="finn")
    await desk.finn.submits(ASK)
    asked = await refund.stands("needs_information")
    await album.card("card-needs-information", refund, "asked the agent", seen_by="finn")
    assert asked.question is not None
    pending = desk.agent.pending(refund.id)
    await pending.answer("Yes, the corner is crushed.", question_id=asked.question.id)
    await album.thread("thread-answer", refund, "the corner is crushed", seen_by="finn")
