"""In quiet hours nobody is reminded of what can wait; of what is critical, they are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from bot.clock.deadlines import Deadlines
from bot.program.observability import Metrics
from store.effects import Happening
from store.sql import open_store
from tests.scenarios.desk import Desk
from tests.scenarios.matter import Matter
from tests.scenarios.proposals import Idea
from tests.scenarios.telling import line_under, lines_under, mentioned
from tests.scenarios.test_reloading import edit, notice_says, question

REMINDER = "Reminder: it still waits for a decision"
HOUR = timedelta(hours=1)


def a_domain() -> Idea:
    """Two seconds after it was proposed people would be reminded."""
    return Idea("renew_domain", {"domain": "shop.example"}, "#sre-review")


def a_gate() -> Idea:
    """The same, but critical."""
    return Idea("close_gate", {"gate": "north"}, "#sre-review")


async def it_is_night(desk: Desk) -> datetime:
    """Let the quiet hours have begun an hour ago, and say when they end."""
    now = datetime.now(UTC)
    quiet = f'{{from: "{now - HOUR:%H:%M}", to: "{now + HOUR:%H:%M}", timezone: UTC}}'
    edit(desk, "defaults:\n", f"defaults:\n  quiet_hours: {quiet}\n", "roles.yaml")
    await desk.elif_.types("reload")
    # Fewer reminders are the weaker rule, so another administrator must agree.
    await desk.cora.approves(await question(desk))
    await notice_says(desk, "Administrators agreed: another manifest is in force.")
    return (now + HOUR).replace(second=0, microsecond=0)


@asynccontextmanager
async def at(desk: Desk, moment: datetime) -> AsyncIterator[Deadlines]:
    """Give a sweep over the same database whose clock stands at a moment."""
    database = desk.setting.database
    store = await open_store(database, workspace="default", clock=lambda: moment)
    try:
        yield Deadlines(store, Metrics())
    finally:
        await store.close()


async def reminders_of(matter: Matter) -> int:
    """Count what was said of it under its card, and see that the audit log says as much."""
    card = await matter.card()
    said = lines_under(await matter.desk.workspace.state(), matter, card.ts, REMINDER)
    assert len(await matter.audit(Happening.REMINDED)) == len(said)
    return len(said)


async def test_at_night_only_what_is_critical_is_said_and_the_rest_in_the_morning(
    desk: Desk,
) -> None:
    await desk.knows_everybody()
    morning = await it_is_night(desk)
    domain = await desk.agent_proposes(a_domain())
    gate = await desk.agent_proposes(a_gate())
    # The domain's moment came first: had it been said, it would stand there by now.
    assert mentioned(await line_under(gate, REMINDER)) == ["U0DEV"]
    assert await reminders_of(domain) == 0

    async with at(desk, morning - timedelta(minutes=1)) as sweep:
        assert not await sweep.sweep()
    assert await reminders_of(domain) == 0
    async with at(desk, morning) as sweep:
        assert await sweep.sweep()
    assert mentioned(await line_under(domain, REMINDER)) == ["U0DEV"]
    assert (await reminders_of(domain), await reminders_of(gate)) == (1, 1)
