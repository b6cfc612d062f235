"""An instance passes nothing by a manifest that is in force no more."""

from pathlib import Path

from bot.judging.circumstances import OVERTAKEN, overtaken
from tests.bot.office import TWO_SEATS, Instance, office


async def test_what_is_overtaken_passes_nothing_until_it_is_read(tmp_path: Path) -> None:
    async with office(f"sqlite:///{tmp_path}/keyturn.db", tmp_path / "manifests") as here:
        one, two = await here.starts(), await here.starts()
        assert await passed(two) is None
        here.write(TWO_SEATS)
        await one.reloading.reload()
        assert (await passed(one), await passed(two)) == (None, OVERTAKEN)
        await two.reloading.look()
        assert await passed(two) is None


async def passed(one: Instance) -> str | None:
    """Say what keeps this instance from passing anything by its manifest."""
    _, followed = one.manifest.followed
    return await one.store.read(lambda look: overtaken(look, followed))
