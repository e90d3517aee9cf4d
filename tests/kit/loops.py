"""Waiting in an event loop: for a turn of it, or for what a test asserts; never for a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.kit.waiting import LEAST_S


async def a_turn() -> None:
    """Everything that is ready has run once."""
    await asyncio.sleep(0)


async def come_true(what: Callable[[], object], why: str = "") -> None:
    """As tests/kit/waiting.py's wait_for, while the loop goes on."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + LEAST_S
    while not what():
        if loop.time() > deadline:
            raise AssertionError(f"not within {LEAST_S} s: {why or what}")
        await asyncio.sleep(0.01)
