"""Finding proposals by typing: lists, one of them whole, a search, and figures."""

from tests.scenarios.desk import Desk
from tests.scenarios.people import Seat
from tests.scenarios.proposals import a_cache_flush, a_question, a_refund
from tests.scenarios.test_routing import staff_is_known

FOR_SUPPORT, ELSEWHERE = "#support-review", "#engineering-review"


async def whose_turn(desk: Desk) -> tuple[Seat, Seat]:
    """Give who of the two support reviewers has the turn, and the other one."""
    listed = await desk.ben.types("list", FOR_SUPPORT)
    return (desk.ben, desk.finn) if "Waiting on you" in listed else (desk.finn, desk.ben)


async def support_is_known(desk: Desk) -> None:
    await staff_is_known(desk, lambda held: held.get("support_reviewer") == {"U0FINN", "U0BEN"})


async def test_a_reviewer_lists_what_waits_for_them(desk: Desk) -> None:
    await support_is_known(desk)
    matter = await desk.agent_proposes(a_refund())
    await matter.card()
    mine, other = await whose_turn(desk)

    listed = await mine.types("list", FOR_SUPPORT)

    assert "Waiting on you: 1" in listed
    assert "480.00" in listed
    assert "High severity" in listed
    assert matter.id in listed
    assert "Open the card" in listed
    assert "Nothing waits for you." in await other.types("list", FOR_SUPPORT)
    assert "Your team's: 1" in await other.types("list team", FOR_SUPPORT)


async def test_whoever_holds_no_role_of_it_lists_nothing(desk: Desk) -> None:
    await desk.agent_proposes(a_refund())
    for words in ("list", "list team", "list agents", "list decided", "list held"):
        listed = await desk.lena.types(words, ELSEWHERE)
        assert "480.00" not in listed
        assert listed.startswith(("Nothing", "No agent")), listed


async def test_a_question_moves_it_to_the_agents_list(desk: Desk) -> None:
    await support_is_known(desk)
    matter = await desk.agent_proposes(a_refund())
    mine, other = await whose_turn(desk)
    await mine.fills(
        "Request info", matter, {"Category": "Evidence", "Your question": "Is there a photo?"}
    )

    assert "Nothing waits for you." in await mine.types("list", FOR_SUPPORT)
    for reviewer in (mine, other):
        assert matter.id in await reviewer.types("list agents", FOR_SUPPORT)


async def test_decided_today_is_listed_with_how_it_ended(desk: Desk) -> None:
    matter = await desk.agent_proposes(a_cache_flush())
    await desk.dev.clicks("Flush", matter)
    await matter.stands("approved")

    listed = await desk.dev.types("list decided", "#sre-review")

    assert "Decided today: 1" in listed
    assert "Approved" in listed
    assert matter.id in listed


async def test_a_list_that_there_is_not_gets_the_nearest_one(desk: Desk) -> None:
    said = await desk.ben.types("list temas", FOR_SUPPORT)
    assert "There is no list “temas”. Did you mean “team”?" in said
    assert "Type /keyturn list [team" in said
    assert "type /keyturn list team" in await desk.lena.types("list", ELSEWHERE)


async def test_show_tells_everything_about_one_and_leads_to_its_card(desk: Desk) -> None:
    matter = await desk.agent_proposes(a_refund(), reason="Charged twice, says the ledger.")
    await matter.card()

    shown = await desk.ben.types(f"show {matter.id}", FOR_SUPPORT)

    for words in ("480.00", "Acme GmbH", "A-100", "Charged twice", "What happened last"):
        assert words in shown, words
    assert "Open the card" in shown


async def test_show_takes_the_beginning_of_an_id_where_only_one_begins_so(desk: Desk) -> None:
    matter = await desk.agent_proposes(a_refund())
    await matter.card()
    assert "480.00" in await desk.ben.types(f"show {matter.id[:-2]}", FOR_SUPPORT)
    assert "480.00" in await desk.ben.types(f"show `{matter.id.upper()}`", FOR_SUPPORT)

    await desk.agent_proposes(a_refund("481.00"))
    assert "Several begin like that" in await desk.ben.types("show p_", FOR_SUPPORT)


async def test_show_tells_nothing_to_whom_it_does_not_concern_but_who_may_see_it(
    desk: Desk,
) -> None:
    matter = await desk.agent_proposes(a_refund(), on_behalf_of="U0MIRA")
    await matter.card()

    refused = await desk.lena.types(f"show {matter.id}", ELSEWHERE)

    assert "480.00" not in refused
    assert "Only people who may review it (Support" in refused
    assert "No proposal that you may see has the id" in await desk.lena.types(
        f"show {matter.id[:-2]}", ELSEWHERE
    )
    asked, administers, operates = desk.mira, desk.elif_, desk.dev
    assert "480.00" in await asked.types(f"show {matter.id}", ELSEWHERE)
    assert "480.00" in await administers.types(f"show {matter.id}", FOR_SUPPORT)
    assert "480.00" in await operates.types(f"show {matter.id}", FOR_SUPPORT)


async def test_a_guest_finds_nothing(desk: Desk) -> None:
    matter = await desk.agent_proposes(a_refund())
    await matter.card()
    for words in ("list", f"show {matter.id}", "search refund", "stats"):
        told = await desk.hana.types(words, FOR_SUPPORT)
        assert told == "Only members of this workspace find proposals here."


async def test_show_of_nothing_and_of_what_there_is_not(desk: Desk) -> None:
    matter = await desk.agent_proposes(a_refund())
    await matter.card()
    assert "Which one? Type /keyturn show PROPOSAL." in await desk.ben.types("show", FOR_SUPPORT)
    said = await desk.ben.types(f"show {matter.id[:-4]}zzzz", FOR_SUPPORT)
    assert f"No proposal that you may see has the id “{matter.id[:-4]}zzzz”" in said
    assert f"Did you mean “{matter.id}”?" in said
    # What to do is said for whoever has no id at hand.
    assert "the first thing on the last line of a card" in said
    assert "/keyturn search WORDS" in said


async def test_a_search_finds_words_of_what_one_may_see(desk: Desk) -> None:
    matter = await desk.agent_proposes(a_refund())
    await matter.card()
    await (await desk.agent_proposes(a_question())).card()

    assert matter.id in await desk.ben.types("search REFUND 480", FOR_SUPPORT)
    assert "Nothing that you may see says" in await desk.ben.types("search invoice", FOR_SUPPORT)
    assert "Nothing that you may see says" in await desk.lena.types("search refund", ELSEWHERE)
    assert "For what?" in await desk.ben.types("search", FOR_SUPPORT)
    assert "too much to look for" in await desk.ben.types("search " + "a " * 9, FOR_SUPPORT)


async def test_stats_of_other_days_are_refused(desk: Desk) -> None:
    assert await desk.ben.types("stats 30d", FOR_SUPPORT) == (
        "There are no figures “30d”. They are of today and the last seven days: "
        "type /keyturn stats alone."
    )


async def test_stats_count_what_one_may_see(desk: Desk) -> None:
    await (await desk.agent_proposes(a_refund())).card()
    flush = await desk.agent_proposes(a_cache_flush())
    await desk.dev.clicks("Flush", flush)
    await flush.stands("approved")

    told = await desk.finn.types("stats", FOR_SUPPORT)
    assert "Open: 1 (1 high). The oldest has waited less than a minute." in told
    assert "Today: nothing decided." in told

    told = await desk.dev.types("stats", FOR_SUPPORT)
    assert "Open: 1 (1 high)" in told  # operations may see everything
    assert "Today: 1 approved. Half within less than a minute." in told
    assert "Seven days: 1 approved." in told
    assert "— Site reliability engineer: 1 approved." in told

    told = await desk.elif_.types("stats")
    assert "Open: 1 (1 high)" in told
    assert "Today: 1 approved" in told
