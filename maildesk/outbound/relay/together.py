"""Commits that several tasks share: what is handed in while one is under way goes into the next."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Together(Generic[T]):
    """Commit things that several tasks hand in at the same time as one group."""

    def __init__(self, commit: Callable[[list[T]], Awaitable[None]]) -> None:
        """Commit groups with `commit`."""
        self._commit = commit
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def add(self, item: T) -> None:
        """Hand in one thing; returns when its group is committed, raises what the commit raised."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._flush())
        await done

    async def _flush(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            try:
                await self._commit([item for item, _ in group])
            except Exception as problem:  # noqa: BLE001 - handed on to everybody who waits for this group
                for _, done in group:
                    if not done.done():
                        done.set_exception(problem)
            else:
                for _, done in group:
                    if not done.done():
                        done.set_result(None)
