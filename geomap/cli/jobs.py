"""Bulletins read in several processes at once, and their readings in the order of the bulletins."""

from __future__ import annotations

import signal
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from typing import TYPE_CHECKING

from geomap.errors import InputError
from geomap.pipeline import process
from geomap.store.spool import pack, unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from geomap.extraction import Rules
    from geomap.gazetteer import Gazetteer
    from geomap.model import Bulletin, Reading

__all__ = ["read_in_processes"]

_BATCH = 20
"""Bulletins handed to a process at once: enough to be worth the way, few enough that none waits for long."""
_AHEAD = 3
"""Batches on their way for each process; no more, so that memory stays flat."""


def read_in_processes(
    bulletins: Iterable[Bulletin], gazetteer: Gazetteer, *, gazetteers: Sequence[str], rules: Rules, jobs: int
) -> Iterator[Reading]:
    """Yield the reading of each bulletin, in their order.

    Parameters
    ----------
    bulletins
        What is read.
    gazetteer
        The one of this process, which makes the places of the readings.
    gazetteers
        The sources from which the other processes load the same.
    rules
        What they read by.
    jobs
        How many processes, at least 1.

    Raises
    ------
    InputError
        When a process ends before its work does.
    """
    pool = ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=_begin, initargs=(tuple(gazetteers), rules)
    )
    waiting: deque[Future[bytes]] = deque()
    source = iter(bulletins)
    try:
        while batch := list(islice(source, _BATCH)):
            waiting.append(pool.submit(_read, batch))
            if len(waiting) >= _AHEAD * jobs:
                yield from unpack(waiting.popleft().result(), gazetteer.get)
        while waiting:
            yield from unpack(waiting.popleft().result(), gazetteer.get)
    except BrokenProcessPool as error:
        what = "a process that read bulletins ended before its time; give it more memory, or ask for fewer --jobs"
        raise InputError(what) from error
    finally:
        pool.shutdown(cancel_futures=True)


_loaded: dict[str, tuple[Gazetteer, Rules]] = {}
"""What a process reads with; empty in the first one."""


def _begin(gazetteers: Sequence[str], rules: Rules) -> None:
    """Load what a process needs, once."""
    from geomap.gazetteer import Gazetteer

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process is interrupted, and ends the others
    _loaded["all"] = Gazetteer.load(*gazetteers), rules


def _read(bulletins: Sequence[Bulletin]) -> bytes:
    gazetteer, rules = _loaded["all"]
    return pack([process(bulletin, gazetteer, rules=rules) for bulletin in bulletins], lambda place: place.id)
