"""Clicks that must change nothing: by the wrong person, on the wrong thing, at the wrong time."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier

from store.effects import Happening
from tests.scenarios.desk import Desk, Setting, desk_of
from tests.scenarios.matter import Matter
from tests.scenarios.people import Seat
from tests.scenarios.proposals import a_cache_flush, a_contract, a_refund


async def test_nobody_without_the_role_has_a_say(desk: Desk) -> None:
    contract = await desk.agent_proposes(a_contract())
    card = await contract.card()
    await desk.gus.clicks("Approve", contract)
    await desk.gus.hears("Guests of this workspace cannot review")
    await desk.hana.clicks("Approve", contract)
    await desk.hana.hears("other organisations cannot review")
    # The administrator is not exempt, and whoever is gone or no person is out as well.
    for user in ("U0ELIF", "U0IVO", "U0KEYTURN"):
        somebody = Seat(user, desk.workspace)
        answer = await somebody.clicks_element("approve", contract, card.ts, stale=True)
        assert answer.acked
    assert await contract.refusals() == [*["not_a_member"] * 2, "wrong_role", *["not_a_member"] * 2]
    assert (await contract.decision()).status == "pending_review"
    assert not await contract.audit(Happening.SIGNED_OFF)


async def test_a_person_who_is_unknown_has_no_say(desk: Desk) -> None:
    flush = await desk.agent_proposes(a_cache_flush())
    card = await flush.card()
    stranger = {"user": {"id": "U0NOBODY", "username": "nobody", "team_id": "T0KEYTURN"}}
    answer = await desk.dev.clicks_element("approve", flush, card.ts, payload=stranger)
    assert answer.acked
    assert await flush.refusals() == ["stale_facts"]
    assert (await flush.decision()).status == "pending_review"


async def test_nobody_approves_what_was_asked_on_their_behalf(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund(), on_behalf_of="U0FINN")
    await desk.finn.clicks("Review & approve", refund)
    await desk.finn.hears("proposed on your behalf")
    assert await desk.finn.has_no_modal()
    await desk.ben.approves(refund)
    await refund.agent_hears("approved")


async def test_the_owner_of_an_agent_does_not_approve_for_it(desk: Desk) -> None:
    refund = await desk.finns_agent_proposes(a_refund())
    await desk.finn.clicks("Review & approve", refund)
    await desk.finn.hears("You own the agent")
    assert await refund.refusals() == ["own_proposal"]
    await desk.ben.approves(refund)


async def test_somebody_who_left_the_role_has_no_say_any_more(desk: Desk) -> None:
    contract = await desk.agent_proposes(a_contract())
    await desk.finn.clicks("Approve", contract)
    await contract.says("1 of 2")
    # Finn's account is closed between the two sign-offs: his no longer counts.
    await desk.workspace.does("person", id="U0FINN", changes={"deleted": True})
    await desk.workspace.until_so(_told(desk, "user_change"), "the bot hears of it")
    await desk.ana.clicks("Approve", contract.seen_in("#finance-approvals"))
    await contract.says("1 of 2", "signed by Ana Ruiz")
    assert (await contract.decision()).status == "pending_review"
    await contract.thread_says("no longer counts", "Finn Maguire")


async def test_a_click_on_an_old_revision_is_turned_down(desk: Desk) -> None:
    contract = await desk.agent_proposes(a_contract())
    old = await contract.card()
    await desk.ana.opens("Edit", contract.seen_in("#finance-approvals"))
    await desk.ana.submits({"Months": "60", "Category": "Other"})
    await desk.ana.submits()
    await contract.says("revision 2")
    await desk.finn.clicks_element(
        "approve", contract, old.ts, stale=True, payload=_pressed(old.values["Approve"])
    )
    await desk.finn.hears("You looked at revision 1; revision 2 is in force now")
    assert await contract.refusals() == ["stale_revision"]


async def test_a_click_on_a_closed_card_is_told_how_it_ended(desk: Desk) -> None:
    flush = await desk.agent_proposes(a_cache_flush())
    card = await flush.card()
    await desk.dev.clicks("Flush", flush)
    await flush.no_longer_offers("Flush")
    pressed = _pressed(card.values["Flush"])
    await desk.dev.clicks_element("approve", flush, card.ts, stale=True, payload=pressed)
    await desk.dev.hears("You approved this already.")
    assert len(await flush.audit(Happening.APPROVED)) == 1


async def test_a_click_that_comes_twice_is_one_sign_off(desk: Desk) -> None:
    contract = await desk.agent_proposes(a_contract())
    await desk.workspace.fault("duplicate", "deliver")
    await desk.finn.clicks("Approve", contract)
    delivery = await desk.workspace.last_delivery()
    again = await desk.workspace.does("redeliver", n=delivery["n"])
    assert again["acked"]
    await contract.says("1 of 2")
    assert len(await contract.audit(Happening.SIGNED_OFF)) == 1
    assert await contract.refusals() == []
    assert await desk.finn.heard() == ""


async def test_a_rejection_that_comes_twice_is_one(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.finn.opens("Reject", refund)
    await desk.workspace.fault("duplicate", "deliver")
    answer = await desk.finn.submits({"Category": "Duplicate", "Reason": "Paid."})
    assert (answer.acked, answer.action) == (True, None)
    assert len(await refund.audit(Happening.REJECTED)) == 1
    assert await refund.refusals() == []


async def test_a_click_whose_acknowledgement_is_lost_counts_once(desk: Desk) -> None:
    flush = await desk.agent_proposes(a_cache_flush())
    await flush.card()
    await desk.workspace.fault("lost_ack", "deliver")
    assert not (await desk.dev.clicks("Flush", flush)).acked
    await flush.agent_hears("approved")
    assert len(await flush.audit(Happening.SIGNED_OFF)) == 1


async def test_two_people_click_at_the_same_moment(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await desk.finn.opens("Review & approve", refund)
    await desk.ben.opens("Reject", refund)
    approving, rejecting = await asyncio.gather(
        desk.finn.submits(), desk.ben.submits({"Category": "Other", "Reason": "No."})
    )
    actions = [approving.action, rejecting.action]
    assert sorted(map(str, actions)) == ["None", "update"]
    loser = desk.ben if rejecting.action else desk.finn
    assert (await loser.modal()).says("This proposal was already")
    assert await refund.refusals() == ["already_closed"]
    closed = [Happening.APPROVED, Happening.REJECTED]
    assert len(await refund.audit(*closed)) == 1


@pytest.mark.parametrize(
    "forgery",
    [
        {"channel": {"id": "C0SUPPORT"}, "container": {"channel_id": "C0SUPPORT"}},
        {"message": {"ts": "1700000000.000100"}, "container": {"message_ts": "1700000000.000100"}},
    ],
    ids=["another channel", "another message"],
)
async def test_a_click_that_is_not_on_the_card_is_forged(
    desk: Desk, forgery: dict[str, object]
) -> None:
    flush = await desk.agent_proposes(a_cache_flush())
    card = await flush.card()
    await desk.dev.clicks_element("approve", flush, card.ts, payload=forgery)
    assert await flush.refusals() == ["forged_card"]
    assert (await flush.decision()).status == "pending_review"


async def test_a_button_of_one_card_does_not_decide_another(desk: Desk) -> None:
    flush, other = [await desk.agent_proposes(a_cache_flush()) for _ in range(2)]
    card, other_card = await flush.card(), await other.card()
    value = card.values["Flush"].replace(flush.id, other.id)
    await desk.dev.clicks_element("approve", flush, card.ts, payload=_pressed(value))
    moved = other_card.values["Flush"]
    await desk.dev.clicks_element("approve", flush, card.ts, payload=_pressed(moved))
    for matter in (flush, other):
        assert (await matter.decision()).status == "pending_review"
    assert await other.refusals() == ["forged_card"] * 2


@pytest.mark.parametrize(
    "value", ["", "not ours", "[]", '["p_1", true, "n"]', "[" * 2000, '{"proposal": "p"}']
)
async def test_a_button_that_is_not_ours_changes_nothing(desk: Desk, value: str) -> None:
    flush = await desk.agent_proposes(a_cache_flush())
    card = await flush.card()
    await desk.dev.clicks_element("approve", flush, card.ts, payload=_pressed(value))
    assert (await flush.decision()).status == "pending_review"


async def test_a_click_for_another_app_changes_nothing(desk: Desk) -> None:
    flush = await desk.agent_proposes(a_cache_flush())
    card = await flush.card()
    other_app = {"api_app_id": "A0OTHER"}
    await desk.dev.clicks_element("approve", flush, card.ts, payload=other_app)
    assert (await flush.decision()).status == "pending_review"


async def test_requests_that_slack_did_not_sign_are_turned_away(setting: Setting) -> None:
    over_http = Setting(database=setting.database, folder=setting.folder, mode="http")
    async with desk_of(over_http) as desk:
        flush = await desk.agent_proposes(a_cache_flush())
        await flush.card()
        answer = await _replayed(desk, flush)
        assert answer == {"genuine": 200, "stale": 401, "forged": 401, "malformed": 401}
        assert len(await flush.audit(Happening.SIGNED_OFF)) == 1


async def _replayed(desk: Desk, matter: Matter) -> dict[str, int]:
    """Click, then send what was delivered again with signatures of several kinds."""
    await desk.dev.clicks("Flush", matter)
    delivery = await desk.workspace.last_delivery()
    body = str(httpx.QueryParams({"payload": json.dumps(delivery["payload"])}))
    signer = SignatureVerifier("sandbox-signing-secret")
    now = str(int(time.time()))
    old = str(int(time.time()) - 301)
    signatures = {
        "genuine": (now, signer.generate_signature(timestamp=now, body=body)),
        "stale": (old, signer.generate_signature(timestamp=old, body=body)),
        "forged": (now, "v0=" + "0" * 64),
        "malformed": ("yesterday", signer.generate_signature(timestamp=now, body=body)),
    }
    url = f"http://127.0.0.1:{desk.premises.port}/slack/events"
    statuses = {}
    async with httpx.AsyncClient() as slack:
        for kind, (stamp, signature) in signatures.items():
            headers = {
                "X-Slack-Request-Timestamp": stamp,
                "X-Slack-Signature": signature or "",
                "Content-Type": "application/x-www-form-urlencoded",
            }
            statuses[kind] = (await slack.post(url, content=body, headers=headers)).status_code
    return statuses


def _pressed(value: str) -> dict[str, object]:
    """Lay another value over the button of a click."""
    return {"actions": [{"type": "button", "action_id": "approve", "value": value}]}


def _told(desk: Desk, event: str) -> Callable[[], Awaitable[bool]]:
    """Say whether the bot acknowledged an event."""

    async def so() -> bool:
        deliveries = (await desk.workspace.client.get("/_sandbox/deliveries")).json()["deliveries"]
        return any(
            each["acked"] and each["payload"].get("event", {}).get("type") == event
            for each in deliveries
        )

    return so
