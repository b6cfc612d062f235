"""What people type after /keyturn, and what they alone read."""

from store.proposal import ProposalId
from tests.scenarios.desk import Desk
from tests.scenarios.proposals import a_refund


async def test_help_lists_what_can_be_typed(desk: Desk) -> None:
    said = await desk.elif_.types("help")

    assert "/keyturn why PROPOSAL" in said
    delegate = next(line for line in said.splitlines() if "/keyturn delegate" in line)
    assert "puts you out of office" in delegate
    assert await desk.elif_.types("") == said


async def test_a_mistyped_verb_gets_the_nearest_one(desk: Desk) -> None:
    said = await desk.elif_.types("wyh 17")

    assert "“wyh” is nothing /keyturn can do. Did you mean “why”?" in said


async def test_a_reviewer_reads_why_a_proposal_came_to_them(desk: Desk) -> None:
    matter = await desk.agent_proposes(a_refund())

    said = await desk.ben.types(f"why {matter.id}", "#support-review")

    stored = await desk.store.read(lambda look: look.checkpoints.get(ProposalId(matter.id)))
    assert stored is not None
    plan = stored.plan
    assert f"Rule {plan.rule}: {plan.because}" in said
    assert plan.manifest_digest in said


async def test_whoever_may_not_review_it_is_told_who_may_see_why(desk: Desk) -> None:
    matter = await desk.agent_proposes(a_refund())

    said = await desk.lena.types(f"why {matter.id}", "#engineering-review")

    assert "Only people who may review" in said


async def test_an_unknown_proposal_has_no_why(desk: Desk) -> None:
    said = await desk.ben.types("why 12345", "#support-review")

    assert "No proposal that you may see has the id “12345”" in said


async def test_a_command_delivered_over_http_is_answered_too(any_desk: Desk) -> None:
    assert "why PROPOSAL" in await any_desk.elif_.types("help")
