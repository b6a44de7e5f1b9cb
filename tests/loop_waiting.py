"""Waiting for a state while the event loop goes on."""

import asyncio
from collections.abc import Callable
from contextlib import suppress


async def until(holds: Callable[[], object]) -> None:
    """Wait for a state; fails if it is not reached."""
    pause = asyncio.Event()
    async with asyncio.timeout(60):
        while not holds():
            with suppress(TimeoutError):
                await asyncio.wait_for(pause.wait(), 0.01)
