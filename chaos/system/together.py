"""Several things that come up at the same time: what goes wrong is one error that names all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable

from chaos.errors import EnvironmentFailed


async def all_of(acts: Iterable[Coroutine[None, None, None]]) -> None:
    """The first failure cancels the others. Raises one `EnvironmentFailed`, never a group of them."""
    failures: list[str] = []
    try:
        async with asyncio.TaskGroup() as group:
            for act in acts:
                group.create_task(act)
    except* EnvironmentFailed as failed:
        failures.extend(map(str, failed.exceptions))
    if failures:  # not raised above, where it would come out as a group
        raise EnvironmentFailed("\n".join(failures))
