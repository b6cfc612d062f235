import asyncio

import pytest

from bot.program.draining import Drain


async def told(event: asyncio.Event) -> bool:
    return await event.wait()


async def test_what_comes_is_told() -> None:
    drain, event = Drain(), asyncio.Event()
    waiting = asyncio.create_task(drain.unless_stopping(told(event)))
    await asyncio.sleep(0)
    event.set()
    assert await waiting is True


async def test_closing_time_ends_every_wait() -> None:
    drain = Drain()
    waiting = [asyncio.create_task(drain.unless_stopping(told(asyncio.Event()))) for _ in range(3)]
    await asyncio.sleep(0)
    drain.start()
    assert await asyncio.gather(*waiting) == [False] * 3
    assert drain.started


async def test_after_closing_time_nothing_waits() -> None:
    drain = Drain()
    drain.start()
    await drain.wait()
    assert await drain.unless_stopping(told(asyncio.Event())) is False


async def test_whoever_is_cancelled_is_cancelled() -> None:
    drain, event = Drain(), asyncio.Event()
    waiting = asyncio.create_task(drain.unless_stopping(told(event)))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    drain.start()
    assert not [each for each in asyncio.all_tasks() if each is not asyncio.current_task()]


async def test_what_fails_while_waiting_fails() -> None:
    async def failing() -> bool:
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        await Drain().unless_stopping(failing())
