"""A reviewer's own place: whose move it is, what was decided today, and when they are away."""

from datetime import UTC, datetime, timedelta

from store.effects import Happening
from store.staffing import Absence
from tests.scenarios.desk import Desk
from tests.scenarios.lists import Lists
from tests.scenarios.proposals import (
    a_cache_flush,
    a_dropped_log,
    a_muted_alert,
    a_refund,
    a_stopped_cluster,
    an_index_rebuild,
    an_unknown_action,
)
from tests.scenarios.seeing import CHANNELS

PHOTO = {"Category": "Evidence", "Your question": "Is there a photo of the crate?"}


async def test_a_reviewer_sees_what_waits_for_them(desk: Desk) -> None:
    alert = await desk.agent_proposes(a_muted_alert())
    await alert.card()
    home = await Lists(desk.dev).opens()
    await home.says("One proposal waits for you", "Waiting on you (1)", "Decided today (0)")
    assert await home.entries(1) == ["Mute the alert disk-full?"]
    await home.says("Low severity, can be undone", "Waiting for Site reliability engineer", "Due")


async def test_what_is_due_first_comes_first(desk: Desk) -> None:
    for idea in (an_index_rebuild(), a_cache_flush(), a_muted_alert()):
        await (await desk.agent_proposes(idea)).card()
    home = await Lists(desk.dev).opens()
    # The cache has twenty seconds, the others an hour each, in the order in which they came.
    assert await home.entries(3) == [
        "Flush the cache cdn?",
        "Rebuild the index orders?",
        "Mute the alert disk-full?",
    ]


async def test_what_nobody_has_classified_shows_its_values_on_its_card_alone(desk: Desk) -> None:
    unknown = await desk.agent_proposes(an_unknown_action(), on_behalf_of="U0MIRA")
    await unknown.says("Blocked")
    assert "Acme GmbH" not in await desk.mira.types(f"show {unknown.id}", "#engineering-review")
    home = await Lists(desk.mira).opens()
    await home.presses("Decided today")
    whole = await home.opens_entry("Blocked")
    assert whole.says("only its card shows its parameters")
    assert not whole.says("Acme GmbH")
    await desk.elif_.chooses("View everything", unknown)
    assert (await desk.elif_.modal()).says("Acme GmbH")


async def test_what_somebody_does_shows_in_their_home(desk: Desk) -> None:
    alert = await desk.agent_proposes(a_muted_alert())
    await alert.card()
    home = await Lists(desk.dev).opens()
    await home.entries(1)
    await desk.dev.clicks("Approve", alert)
    await home.says("Nothing waits for you", "Waiting on you (0)", "Decided today (1)")
    await home.presses("Decided today")
    assert await home.entries(1) == ["Approved: Mute the alert disk-full"]
    await home.says("By Dev Patel")


async def test_what_somebody_submits_shows_in_their_home_too(desk: Desk) -> None:
    alert = await desk.agent_proposes(a_muted_alert())
    await alert.card()
    home = await Lists(desk.dev).opens()
    await home.entries(1)
    await desk.dev.fills("Reject", alert, {"Category": "Other", "Reason": "It must ring."})
    await home.says("Nothing waits for you", "Decided today (1)")
    await home.presses("Decided today")
    assert await home.entries(1) == ["Rejected: Mute the alert disk-full"]


async def test_whose_move_it_is_can_be_seen(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await refund.card()
    await desk.finn.fills(
        "Request info", refund, {"Category": "Evidence", "Your question": "Which crate was it?"}
    )
    home = await Lists(desk.finn).opens()
    await home.presses("Waiting on the agent (1)")
    assert len(await home.entries(1)) == 1
    await home.says("Finn Maguire asked", "Which crate was it?", "Answer due")


async def test_what_the_team_may_decide_is_apart_from_ones_own(desk: Desk) -> None:
    await desk.knows_everybody()
    refund = await desk.agent_proposes(a_refund())
    await refund.says("Turn of")
    await desk.ben.chooses("I'm on it", refund)
    await refund.says("Ben Okafor (on it)")
    await (await Lists(desk.ben).opens()).says("Waiting on you (1)", "Your team's (0)")
    finn = await Lists(desk.finn).opens()
    await finn.says("Nothing waits for you", "Your team's (1)")
    await finn.presses("Your team's")
    assert len(await finn.entries(1)) == 1
    await finn.says("Turn of Ben Okafor (on it)")


async def test_lists_are_filtered_by_severity_action_and_agent(desk: Desk) -> None:
    for idea in (a_muted_alert(), a_stopped_cluster(), a_dropped_log()):
        await (await desk.agent_proposes(idea)).card()
    home = await Lists(desk.dev).opens()
    await home.entries(3)
    await home.chooses("Critical")
    assert await home.entries(1) == ["Stop the cluster eu-1?"]
    await home.chooses("drop_log")
    await home.says("Nothing in this list fits the filters above.")
    await home.presses("Clear")
    await home.entries(3)
    await home.chooses("drop_log")
    assert await home.entries(1) == ["Drop the log audit-2019?"]
    await home.chooses("support-agent")
    assert await home.entries(1) == ["Drop the log audit-2019?"]


async def test_any_card_opens_whole_from_there(desk: Desk) -> None:
    alert = await desk.agent_proposes(a_muted_alert(minutes=30))
    card = await alert.card()
    home = await Lists(desk.dev).opens()
    whole = await home.opens_entry("Mute the alert")
    assert whole.says(
        "Will run", "mute_alert", "30", "It is decided on its card in", "go to the card"
    )
    assert "Approve" not in whole.buttons, "only the role's channel has live buttons"
    assert "Approve" in card.buttons

    async def noted() -> bool:
        return bool(await alert.audit(Happening.VIEW_OPENED))

    await desk.workspace.until_so(noted, "a line in the audit log about what was opened")


async def test_whoever_is_asked_answers_from_there(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund(on_behalf_of="lena.voss"))
    await refund.card()
    asking = {**PHOTO, "Ask whom?": "The person behind it (Lena Voss)"}
    await desk.finn.fills("Request info", refund, asking)
    question = refund.seen_in("@lena")
    await question.says("Please answer by")
    home = await Lists(desk.lena).opens()
    whole = await home.opens_entry("Acme GmbH")
    assert whole.says("Is there a photo", "your direct messages")
    assert not whole.says("It is decided on its card in")
    form = await desk.lena.presses("Answer", "Answer the question that you are asked")
    assert form.says("Finn Maguire asked Lena Voss", "Is there a photo")
    answer = await desk.lena.submits({"Your answer": "Yes, in the ticket."})
    assert answer.acked
    await refund.stands("pending_review")
    opened = [each.event.detail["view"] for each in await refund.audit(Happening.VIEW_OPENED)]
    assert opened[-1] == "answer_question"
    await question.says("Answered by Lena Voss", "Yes, in the ticket.")
    assert await desk.lena.has_no_modal()
    await home.says("Nothing waits for you")


async def test_a_role_that_is_asked_is_led_to_its_own_channel(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await refund.card()
    asking = {**PHOTO, "Ask whom?": "The role Fallback reviewer"}
    await desk.finn.fills("Request info", refund, asking)
    there = refund.seen_in("#fallback-review")
    await there.says("Please answer by")
    home = await Lists(desk.cora).opens()
    whole = await home.opens_entry("Acme GmbH")
    assert whole.says("You are asked the question below.")
    assert CHANNELS["#fallback-review"] in str(whole.content["blocks"][0])
    # Meanwhile nobody waits any more, so the form that would come to nothing does not open.
    await desk.finn.clicks("Stop waiting", refund)
    await refund.stands("pending_review")
    await desk.cora.presses("Answer", "Answer the question that you are asked")
    assert (await desk.cora.modal()).says("no longer open")


async def test_more_than_a_hundred_are_read_page_by_page(desk: Desk) -> None:
    for number in range(60):
        await desk.agent_proposes(a_muted_alert(f"alert-{number:02}"))
    home = await Lists(desk.dev).opens()
    first = await home.entries(25)
    await home.says("1 to 25 of 60")
    await home.presses("Next page")
    await home.says("26 to 50 of 60")
    second = await home.entries(25)
    await home.presses("Next page")
    third = await home.entries(10)
    assert len({*first, *second, *third}) == 60
    await home.presses("Previous page")
    await home.says("26 to 50 of 60")
    assert await home.entries(25) == second
    await home.presses("Next page")
    await home.entries(10)
    await home.presses("First page")
    await home.says("1 to 25 of 60")


async def test_somebody_who_is_not_involved_sees_nothing_of_it(desk: Desk) -> None:
    alert = await desk.agent_proposes(a_muted_alert())
    await alert.card()
    await (await Lists(desk.dev).opens()).entries(1)
    ana = await Lists(desk.ana).opens()
    await ana.says("Nothing waits for you")
    mine = await desk.agent_proposes(a_refund("12000.00"))
    await mine.card()
    await ana.presses("Refresh")
    await ana.entries(1)
    # She sends the id of a proposal that her lists never showed.
    assert (await ana.forges_entry(alert.id)).acked
    assert (await desk.ana.modal()).says("may see")
    assert await alert.refusals() == ["not_involved"]
    assert (await ana.forges_entry("nothing-like-it")).acked
    assert (await desk.ana.modal("There is no proposal")).buttons == {}


async def test_a_forged_filter_changes_nothing(desk: Desk) -> None:
    await (await desk.agent_proposes(a_muted_alert())).card()
    home = await Lists(desk.dev).opens()
    await home.entries(1)
    assert (await home.forges("Refresh", '{"tab": "everybodys"}')).acked
    assert (await home.forges("Refresh", "[]")).acked
    assert await home.entries(1) == ["Mute the alert disk-full?"]


async def test_a_guest_is_told_politely(desk: Desk) -> None:
    await desk.workspace.does("person", id="U0HANA", changes={"is_restricted": True})
    hana = await Lists(desk.hana).opens()
    await hana.says("Proposals are decided by members of this workspace")


async def test_out_of_office_is_said_in_a_form(desk: Desk) -> None:
    refund = await desk.agent_proposes(a_refund())
    await refund.card()
    await desk.knows_everybody()
    home = await Lists(desk.finn).opens()
    await home.says("You are not out of office")
    await home.presses("Out of office")
    tomorrow = int((datetime.now(UTC) + timedelta(days=1)).timestamp())
    answer = await desk.finn.submits({"Until": tomorrow, "Who stands in": "U0BEN"})
    assert answer.action == "update"
    assert (await desk.finn.modal()).says("You are out of office until", "Ben Okafor stands in")
    await home.says("You are out of office from", "Ben Okafor stands in.")
    await home.presses("I'm back")
    await home.says("You are not out of office")
    assert await absence(desk, "finn.maguire") is None


async def test_the_form_begins_with_what_was_said_before(desk: Desk) -> None:
    await desk.knows_everybody()
    await desk.finn.types("ooo until 2027-01-04 to <@U0BEN>", "#support-review")
    home = await Lists(desk.finn).opens()
    await home.presses("Change…")
    form = await desk.finn.modal("Who stands in")
    known = {each["block_id"]: each["element"] for each in form.content["blocks"]}
    assert known["leave_to"]["initial_user"] == "U0BEN"
    assert datetime.fromtimestamp(known["leave_until"]["initial_date_time"], UTC).year == 2027


async def test_whom_slack_does_not_confirm_is_asked_to_try_again(desk: Desk) -> None:
    await desk.knows_everybody()
    await desk.workspace.fault("internal_error", "users.info", times=50)
    hana = await Lists(desk.hana).opens()
    await hana.says("Slack could not confirm who you are just now.")
    await desk.workspace.heals()
    await hana.presses("Try again")
    await hana.says("Proposals are decided by members of this workspace")


async def test_the_form_says_where_it_is_wrong(desk: Desk) -> None:
    await desk.knows_everybody()
    home = await Lists(desk.finn).opens()
    await home.presses("Out of office")
    yesterday = int((datetime.now(UTC) - timedelta(days=1)).timestamp())
    late = await desk.finn.submits({"Until": yesterday})
    assert list(late.errors) == ["leave_until"]
    assert "over before it begins" in late.errors["leave_until"]
    own = await desk.finn.submits({"Until": None, "Who stands in": "U0FINN"})
    assert own.errors == {"leave_to": "You cannot stand in for yourself. Choose somebody else."}
    assert await absence(desk, "finn.maguire") is None


async def test_a_workspace_without_homes_costs_nothing_else(desk: Desk) -> None:
    alert = await desk.agent_proposes(a_muted_alert())
    await alert.card()
    await desk.workspace.fault("unknown_method", "views.publish", times=3)
    await desk.workspace.does("open_home", user="U0DEV")
    await desk.dev.clicks("Approve", alert)
    await alert.agent_hears("approved")


async def absence(desk: Desk, person: str) -> Absence | None:
    return await desk.store.read(lambda look: look.staff.absence(person))  # type: ignore[arg-type]
