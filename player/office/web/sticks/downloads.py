"""Downloads of sticks that go on at this moment.

Knows: how many there are. Touches: what is downloaded, block by block, in threads. Must not: hold more than a block in memory.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from starlette.concurrency import iterate_in_threadpool


class StickDownloads:
    """count: those whose first block was asked for and that have not ended."""

    def __init__(self) -> None:
        self.count = 0

    async def follow(self, blocks: Iterator[bytes]) -> AsyncIterator[bytes]:
        """A file that is not what was signed ends the answer before its end: the browser then says that it failed."""
        self.count += 1
        try:
            async for block in iterate_in_threadpool(blocks):
                yield block
        finally:
            self.count -= 1
