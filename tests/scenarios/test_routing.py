"""Whose turn it is, as people see it: on cards, in threads, and by what they type."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from manifests.vocabulary import PersonId, RoleName
from store.checkpoint import Checkpoint
from store.effects import Happening
from store.ports import Transaction
from store.proposal import ProposalId
from tests.blocks.walking import of_type
from tests.scenarios.desk import Desk
from tests.scenarios.lists import Lists
from tests.scenarios.matter import Matter
from tests.scenarios.proposals import a_cache_flush, a_contract, a_refund

FOR_SUPPORT = "#support-review"


async def staff_is_known(desk: Desk, so: Callable[[dict[str, set[str]]], bool]) -> None:
    """Wait until what is stored of the people is as the workspace tells it."""

    async def known() -> bool:
        holders = await desk.store.read(lambda look: look.staff.holders())
        held: dict[str, set[str]] = {}
        for each in holders:
            held.setdefault(each.role, set()).add(each.user)
        return so(held)

    await desk.workspace.until_so(known, "the staff as it should be")


async def support_is_known(desk: Desk) -> None:
    await staff_is_known(desk, lambda held: held.get("support_reviewer") == {"U0FINN", "U0BEN"})


async def stored(desk: Desk, matter: Matter) -> Checkpoint:
    found = await desk.store.read(lambda look: look.checkpoints.get(ProposalId(matter.id)))
    assert found is not None
    return found


async def test_the_least_loaded_reviewer_gets_it(desk: Desk) -> None:
    await support_is_known(desk)
    matters = [await desk.agent_proposes(a_refund()) for _ in range(2)]
    await matters[0].says("Turn of Ben Okafor; if others may sign, they can act, too")
    await matters[1].says("Turn of Finn Maguire")
    (assigned,) = await matters[1].audit(Happening.ASSIGNED)
    assert assigned.event.detail["turns"] == [
        {
            "seat": "support_reviewer",
            "role": "support_reviewer",
            "user": "U0FINN",
            "person": "finn.maguire",
            "name": "Finn Maguire",
            "load": 0,
            "why": "least_loaded",
        }
    ]


async def test_two_seats_have_two_turns(desk: Desk) -> None:
    await support_is_known(desk)
    contract = await desk.agent_proposes(a_contract())
    await contract.says("Turn of Ana Ruiz as Finance manager and Ben Okafor as Support reviewer")


async def test_anybody_else_who_may_can_still_decide(desk: Desk) -> None:
    await support_is_known(desk)
    refund = await desk.agent_proposes(a_refund())
    await refund.says("Turn of Ben Okafor")
    await desk.finn.approves(refund)
    await refund.agent_hears("approved")
    loads = await desk.store.read(lambda look: look.staff.loads())
    assert loads[PersonId("ben.okafor")].weight == 0


async def test_somebody_takes_the_turn(desk: Desk) -> None:
    await support_is_known(desk)
    refund = await desk.agent_proposes(a_refund())
    await refund.says("Turn of Ben Okafor")
    await desk.finn.chooses("I'm on it", refund)
    await refund.says("Turn of Finn Maguire (on it)")
    await refund.thread_says("Finn Maguire is on it: it is their turn as Support reviewer.")


async def test_nobody_takes_the_turn_who_could_not_sign(desk: Desk) -> None:
    await support_is_known(desk)
    flush = await desk.agent_proposes(a_cache_flush())
    await flush.says("Turn of Dev Patel")
    card = await flush.card(lambda seen: "I'm on it" in seen.menu)
    await desk.ana.clicks_element(card.menus["I'm on it"], flush, card.ts, option="I'm on it")
    assert await flush.refusals() == ["wrong_role"]


async def test_a_turn_is_given_to_somebody_else_in_a_form(desk: Desk) -> None:
    await support_is_known(desk)
    refund = await desk.agent_proposes(a_refund())
    await refund.says("Turn of Ben Okafor")
    await desk.ben.chooses("Reassign…", refund)
    await desk.ben.submits({"Give it to": "U0FINN", "Note": "You know this customer."})
    await refund.says("Turn of Finn Maguire (on it)")
    await refund.thread_says(
        "Ben Okafor gave it to Finn Maguire: it is their turn as Support reviewer.",
        "You know this customer.",
    )


async def test_only_those_are_offered_who_can_take_the_turn(desk: Desk) -> None:
    await support_is_known(desk)
    refund = await desk.agent_proposes(a_refund())
    await refund.says("Turn of Ben Okafor")
    await desk.ben.chooses("Reassign…", refund)
    view = await desk.ben.modal("Give it to")
    assert view.says("Finn Maguire")
    assert not view.says("Dev Patel")
    assert not view.says("Gus")


async def test_whoever_went_away_meanwhile_is_told_of_in_the_form_and_nothing_is_lost(
    desk: Desk,
) -> None:
    await support_is_known(desk)
    refund = await desk.agent_proposes(a_refund())
    await refund.says("Turn of Ben Okafor")
    await desk.ben.chooses("Reassign…", refund)
    await desk.finn.types("ooo until 2039-12-01", FOR_SUPPORT)
    answer = await desk.ben.submits({"Give it to": "Finn Maguire", "Note": "You know Acme."})
    view = await desk.ben.modal()
    assert answer.errors == {
        view.input("Give it to"): "Finn Maguire is out of office. Choose somebody who is there."
    }
    # The form stands as it was filled in, and may be sent once more.
    await desk.finn.types("ooo off", FOR_SUPPORT)
    await desk.ben.submits({"Give it to": "Finn Maguire", "Note": "You know Acme."})
    await refund.says("Turn of Finn Maguire (on it)")


async def test_where_nobody_else_can_take_it_no_form_asks_whom(desk: Desk) -> None:
    await support_is_known(desk)
    await desk.finn.types("ooo until 2039-12-01", FOR_SUPPORT)
    refund = await desk.agent_proposes(a_refund())
    await refund.says("Turn of Ben Okafor")
    await desk.ben.chooses("Reassign…", refund)
    view = await desk.ben.modal("Nobody else is there who may decide this now")
    assert not view.says("Give it to")


async def test_what_waits_for_somebody_moves_when_they_go_out_of_office(desk: Desk) -> None:
    await support_is_known(desk)
    refund = await desk.agent_proposes(a_refund())
    await refund.says("Turn of Ben Okafor")

    said = await desk.ben.types("ooo until 2039-12-01 to <@U0FINN|finn>", FOR_SUPPORT)

    # Typed and answered on Ben's own clock, and drawn as App Home draws it.
    midnight = datetime(2039, 12, 1, tzinfo=ZoneInfo("Europe/Copenhagen"))
    (reply,) = (await desk.workspace.state())["ephemerals"]["U0BEN"]
    assert of_type(reply, "date") == [
        {
            "type": "date",
            "timestamp": int(midnight.timestamp()),
            "format": "{date_short_pretty} {time}",
            "fallback": "2039-12-01 00:00 (Europe/Copenhagen)",
        }
    ]
    assert reply["text"].startswith(
        "You are out of office until 2039-12-01 00:00 (Europe/Copenhagen). "
    )
    home = await Lists(desk.ben).opens()
    shown = await home.says("You are out of office from", "Finn Maguire stands in.")
    ends = of_type(shown.content, "date")[1]
    assert ends["timestamp"] == midnight.timestamp()
    assert ends["format"] == "{date_short_pretty} {time}"
    assert "You are out of office until" in said
    assert "Finn Maguire stands in for you" in said
    assert "One proposal that waited for you went to Finn Maguire." in said
    await refund.says("Turn of Finn Maguire")
    await refund.thread_says("It is now the turn of Finn Maguire.")
    another = await desk.agent_proposes(a_refund())
    await another.says("Turn of Finn Maguire")

    assert "You are back" in await desk.ben.types("ooo off", FOR_SUPPORT)
    third = await desk.agent_proposes(a_refund())
    await third.says("Turn of Ben Okafor")


async def test_a_stand_in_is_named_by_delegating(desk: Desk) -> None:
    await support_is_known(desk)
    refund = await desk.agent_proposes(a_refund())
    await desk.ben.types("delegate <@U0FINN> until 2039-12-01 08:30", FOR_SUPPORT)
    (reply,) = (await desk.workspace.state())["ephemerals"]["U0BEN"]
    assert "until 2039-12-01 08:30" in reply["text"]
    await refund.says("Turn of Finn Maguire")
    stands = await desk.ben.types("ooo", FOR_SUPPORT)
    assert stands.endswith("/keyturn ooo off ends it.")
    assert "To go" not in stands
    assert "/keyturn ooo off ends both." in await desk.ben.types("delegate off", FOR_SUPPORT)
    assert "You are back" in await desk.ben.types("ooo off", FOR_SUPPORT)
    assert "To go, type /keyturn ooo until" in await desk.ben.types("ooo", FOR_SUPPORT)


async def test_what_is_typed_wrongly_is_answered_with_what_to_write(desk: Desk) -> None:
    for words, answer in (
        ("ooo until tomorrow", "“tomorrow” is no date. Write it as 2026-12-01"),
        ("ooo 2039-12-01", "“2039-12-01” is not understood. Type /keyturn ooo until"),
        ("ooo until 2020-01-01", "over before it begins"),
        ("ooo until 2039-12-01 to @nobody", "choose the person from the list"),
        ("ooo until 2039-12-01 to <@U0BEN>", "cannot stand in for yourself"),
        ("delegate until 2039-12-01", "to whom. Type /keyturn delegate @ben until"),
    ):
        assert answer in await desk.ben.types(words, FOR_SUPPORT), words
    assert await desk.store.read(lambda look: look.staff.absences()) == ()


async def test_nobody_there_calls_the_next_rung_at_once(desk: Desk) -> None:
    await support_is_known(desk)
    await desk.dev.types("ooo until further notice", "#sre-review")
    flush = await desk.agent_proposes(a_cache_flush())
    await flush.stands("escalated")
    fallback = flush.seen_in("#fallback-review")
    await fallback.says("Escalated to you", "Dev Patel is out of office")
    await flush.says("Turn of")


async def test_nobody_anywhere_is_told_to_operations_and_the_card_stays(desk: Desk) -> None:
    await support_is_known(desk)
    for person, channel in (
        (desk.dev, "#sre-review"),
        (desk.ben, FOR_SUPPORT),
        (desk.cora, "#fallback-review"),
    ):
        await person.types("ooo until further notice", channel)
    flush = await desk.agent_proposes(a_cache_flush())
    await flush.says("Waiting for Site reliability engineer")
    assert (await flush.decision()).status == "pending_review"
    (line,) = await flush.audit(Happening.NOBODY_AVAILABLE)
    assert "Dev Patel is out of office" in str(line.event.detail["why"])
    await desk.workspace.until(
        lambda state: any(
            flush.id in str(each) and "Nobody who may decide it is there now" in str(each)
            for each in state["messages"].get("C0OPS", [])
        ),
        "the alert in #ops-alerts",
    )
    await desk.dev.types("ooo off", "#sre-review")
    await flush.thread_says("Nobody who may decide it is there now")
    await flush.says("Turn of Dev Patel")


async def test_a_role_that_empties_while_it_waits_is_escalated(desk: Desk) -> None:
    await support_is_known(desk)
    flush = await desk.agent_proposes(a_cache_flush())
    await flush.says("Turn of Dev Patel")
    await desk.workspace.does("person", id="U0DEV", changes={"deleted": True})
    await flush.stands("escalated")
    await flush.thread_says(
        "Nobody holds the role: Site reliability engineer, so it went to Fallback reviewer."
    )
    assert not await flush.audit(Happening.NOBODY_AVAILABLE)


async def test_somebody_new_gets_what_waits_for_anybody(desk: Desk) -> None:
    await support_is_known(desk)

    def empty(role: str, tx: Transaction) -> None:
        for each in tx.staff.holders():
            if each.role == role:
                tx.staff.remove(RoleName(role), each.user)

    await desk.store.write(partial(empty, "sre"))
    await desk.store.write(partial(empty, "fallback_reviewer"))
    flush = await desk.agent_proposes(a_cache_flush())
    assert (await flush.decision()).status == "pending_review"
    await desk.ben.types("ooo until 2039-12-01", FOR_SUPPORT)  # which lets the staff be looked at
    await flush.says("Turn of Dev Patel")
