"""The audit: every acknowledged item is looked for where it should have ended up."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import aiohttp
import jmespath

from chaos.errors import EnvironmentFailed
from chaos.experiment.request import ListOfIds
from chaos.experiment.system import Audit, StoredItems
from chaos.journal import events as e
from chaos.journal.events import Sample
from chaos.run.scene import Scene
from chaos.system.addresses import Addresses

POLL_S = 0.05
ANSWER_WITHIN_S = 5.0


async def take_audits(scene: Scene, stopped_s: float) -> None:
    """Those that the experiment makes claims about. `stopped_s`: when the last user came."""
    scene.recorder.add(e.PhaseStarted(at_s=stopped_s, phase="audit"))
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)) as session:
        for name in scene.plan.experiment.audit:
            await _take(scene, session, name, scene.plan.system.audit[name])


async def _take(scene: Scene, session: aiohttp.ClientSession, name: str, audit: Audit) -> None:
    """Looks until nothing is missing and nothing pending, or the time for it is over."""
    began = scene.now()
    wanted = _acknowledged(scene.recorder.samples[audit.of])
    while True:
        # Pending first: an item that arrives between the two questions is then seen twice, not missed.
        pending = await _ids(scene.addresses, session, audit.pending) if audit.pending is not None else ()
        stored, checksums = await stored_items(scene.addresses, session, audit.stored)
        waited = scene.now() - began
        if waited >= audit.within or (not pending and not wanted - Counter(stored)):
            break
        await asyncio.sleep(POLL_S)
    scene.recorder.add(
        e.AuditTaken(at_s=scene.now(), audit=name, stored=stored, pending=pending, waited_s=waited, checksums=checksums)
    )


def _acknowledged(samples: Sequence[Sample]) -> Counter[str]:
    return Counter(sample.acknowledged for sample in samples if sample.acknowledged is not None)


async def stored_items(
    addresses: Addresses, session: aiohttp.ClientSession, request: StoredItems
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids and checksums of one and the same answer; no checksums where none are asked for.

    Raises `EnvironmentFailed` when the store can't be asked, or answers with something else.
    """
    answer = await _ask(addresses, session, request)
    ids = _list(request, request.ids, answer)
    if request.checksums is None:
        return ids, ()
    checksums = _list(request, request.checksums, answer)
    if len(checksums) != len(ids):
        raise EnvironmentFailed(
            f"the audit could not be taken: {request.target} has {len(ids)} ids, but {len(checksums)} checksums"
        )
    return ids, checksums


async def _ids(addresses: Addresses, session: aiohttp.ClientSession, request: ListOfIds) -> tuple[str, ...]:
    return _list(request, request.ids, await _ask(addresses, session, request))


async def _ask(addresses: Addresses, session: aiohttp.ClientSession, request: ListOfIds) -> Any:
    """The JSON answer. Raises `EnvironmentFailed` when the store can't be asked: then nothing can be said of it."""
    url = addresses.round_links(request.target)
    try:
        async with session.request(request.method.upper(), url, headers=request.headers) as response:
            if response.status != 200:
                raise EnvironmentFailed(f"the audit could not be taken: {request.target} answered {response.status}")
            return json.loads(await response.read())
    except (aiohttp.ClientError, OSError, ValueError, RecursionError) as error:
        late = isinstance(error, TimeoutError)
        reason = f"no complete answer within {ANSWER_WITHIN_S:g}s" if late else str(error) or type(error).__name__
        raise EnvironmentFailed(f"the audit could not be taken: {request.target}: {reason}") from None


def _list(request: ListOfIds, query: str, answer: Any) -> tuple[str, ...]:
    """Raises `EnvironmentFailed` where the answer holds no list there."""
    found = jmespath.search(query, answer)
    if not isinstance(found, list):
        raise EnvironmentFailed(f"the audit could not be taken: {query!r} is no list in {request.target}")
    return tuple(str(item) for item in found)
