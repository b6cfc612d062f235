"""What people are shown, and what the audit log keeps of it."""

import json
from datetime import UTC, datetime, timedelta

from store.digest import digest_of
from store.effects import Happening
from tests.blocks.walking import of_type
from tests.scenarios.desk import Desk
from tests.scenarios.matter import Matter
from tests.scenarios.proposals import a_cache_flush, a_refund, an_email


async def test_a_sign_off_keeps_what_was_shown(desk: Desk) -> None:
    flush = await desk.agent_proposes(a_cache_flush())
    card = await flush.card()
    await desk.dev.clicks("Flush", flush)
    await flush.agent_hears("approved")
    (line,) = await flush.audit(Happening.SIGNED_OFF)
    shown = line.event.detail["shown"]
    assert isinstance(shown, dict)
    blocks = json.loads(str(shown["blocks"]))
    assert _plain(blocks) == _plain(card.content["blocks"])
    assert shown["digest"] == digest_of(blocks)
    assert (shown["channel"], shown["ts"]) == ("C0SRE", card.ts)
    assert datetime.fromisoformat(str(shown["posted_at"])) == _moment(card.ts)
    assert shown["view_opened_at"] is None
    assert datetime.fromisoformat(str(shown["decided_at"])) - line.event.at < timedelta(seconds=1)
    (closing,) = await flush.audit(Happening.APPROVED)
    in_brief = {name: each for name, each in shown.items() if name != "blocks"}
    assert closing.event.detail["shown"] == in_brief


async def test_a_sign_off_in_a_view_keeps_when_it_was_opened(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    before = datetime.now(UTC)
    await desk.finn.opens("Review & approve", refund)
    await desk.workspace.until_so(
        lambda: _was_seen(refund), "the audit log says that the view was opened"
    )
    (opened,) = await refund.audit(Happening.VIEW_OPENED)
    assert (opened.event.actor.id, opened.event.detail["view"]) == ("U0FINN", "review")
    await desk.finn.submits()
    await refund.agent_hears("approved")
    (line,) = await refund.audit(Happening.SIGNED_OFF)
    shown = line.event.detail["shown"]
    assert isinstance(shown, dict)
    opened_at = datetime.fromisoformat(str(shown["view_opened_at"]))
    assert before <= opened_at <= opened.event.at <= line.event.at


async def test_everything_can_be_viewed_by_whoever_is_in_the_channel(desk: Desk) -> None:
    email = await desk.agent_proposes(an_email())
    await desk.gus.chooses("View everything", email)
    view = await desk.gus.modal()
    assert view.says("Dear Maria, your order is on its way.", "Maria Keller")
    assert not view.inputs
    # What is sensitive is masked for everybody.
    assert not view.says("maria.keller@example.com")


async def test_somebody_of_another_organisation_is_shown_no_more_than_the_card(
    desk: Desk,
) -> None:
    """T6, T14: a channel may be shared with another organisation after a card stands in it."""
    email = await desk.agent_proposes(an_email())
    for choice in ("View everything", "History"):
        await desk.hana.chooses(choice, email)
    await desk.hana.hears("other organisations are shown no more than the card")
    assert await desk.hana.has_no_modal()
    assert await email.refusals() == ["not_a_member", "not_a_member"]
    assert not await email.audit(Happening.VIEW_OPENED)
    chosen = {"user": "U0HANA", "channel": "C0SUPPORT", "ts": (await email.card()).ts}
    await desk.workspace.does("shortcut", callback_id="open_proposal", **chosen)
    told = await desk.hana.modal()
    assert told.says("other organisations are shown no more")
    assert not told.says("Maria")


async def test_history_tells_what_happened_so_far(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.gus.clicks("Review & approve", refund)
    await desk.finn.approves(refund)
    await refund.says("Approved")
    await desk.ben.chooses("History", refund)
    history = await desk.ben.modal()
    assert history.says("was refused", "approved as", "Approved")
    people = [each["user_id"] for each in of_type(history.content, "user")]
    assert {"U0GUS", "U0FINN"} <= set(people)


async def test_a_long_view_turns_its_pages(desk: Desk) -> None:
    email = await desk.agent_proposes(
        an_email(
            context={
                "steps": [
                    {"title": f"Step {n}", "result": {"text": f"{n} " * 1200}} for n in range(30)
                ],
                "evidence": [
                    {"title": f"Source {n}", "excerpt": f"{n} " * 1200} for n in range(30)
                ],
            }
        )
    )
    await desk.finn.opens("Review & approve", email)
    first = await desk.finn.modal()
    assert "submit" not in first.content or first.content["submit"] is None
    seen = await _turns(desk)
    assert len(seen) > 1
    last = await desk.finn.modal()
    assert last.content["submit"] is not None
    assert (await desk.finn.submits()).action is None
    await email.agent_hears("approved")


async def _turns(desk: Desk) -> list[str]:
    """Turn pages to the last one, and give what each said."""
    seen = [(await desk.finn.modal()).words]
    while "page_next" in (await desk.finn.modal()).buttons.values():
        top = await desk.finn.modal()
        await desk.workspace.does(
            "click", user=desk.finn.user, view_id=top.content["id"], action_id="page_next"
        )
        seen.append((await desk.finn.modal()).words)
        assert seen[-1] != seen[-2]
    return seen


async def _was_seen(matter: Matter) -> bool:
    return bool(await matter.audit(Happening.VIEW_OPENED))


def _plain(block: object) -> object:
    """Leave out the ids that Slack gives to blocks."""
    if isinstance(block, dict):
        return {key: _plain(each) for key, each in block.items() if key != "block_id"}
    return [_plain(each) for each in block] if isinstance(block, list) else block


def _moment(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)
