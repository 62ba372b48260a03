"""What the machine does that has a cluster read: it hands out files, and takes readings in their order."""

from __future__ import annotations

import re
from collections import deque
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geomap.bulletin import Taken, bulletin_files
from geomap.cluster.worker import FileRead, Setup, program_fingerprint, read_files
from geomap.errors import BulletinError, InputError
from geomap.store.spool import unpack

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Sequence

    from dask.bag import Bag
    from distributed import Client, Future

    from geomap.extraction import Rules
    from geomap.gazetteer import Gazetteer
    from geomap.model import Reading

__all__ = ["Cluster", "connected"]

_BATCH = 20
"""Files of a partition: enough to be worth the way, few enough that a worker that dies loses little."""

_PATIENCE_S = 30.0
"""How long to wait for a first worker, and again when all have gone."""

_ADDRESS = re.compile(r"(?:tcp|tls|ucx|ws|wss)://[^\s/]+:\d+")


class Cluster:
    """A cluster that reads bulletins.

    Parameters
    ----------
    client
        What is connected to its scheduler; see `connected`.
    gazetteer
        The one of this process, which makes the places of the readings.
    gazetteers
        The sources from which the workers load the same.
    rules
        What they read by.
    """

    def __init__(self, client: Client, gazetteer: Gazetteer, *, gazetteers: Sequence[str], rules: Rules) -> None:
        self._client, self._gazetteer = client, gazetteer
        self._setup = Setup(
            gazetteers=tuple(_absolute(source) for source in gazetteers),
            rules=rules,
            program=program_fingerprint(),
            places=gazetteer.fingerprint(),
        )

    def read(
        self,
        *paths: str | os.PathLike[str],
        on_bad: Callable[[BulletinError], None],
        on_passed_over: Callable[[Path], None],
    ) -> Iterator[Reading]:
        """Yield the readings of files and folders, in their order.

        Parameters
        ----------
        paths
            Files and folders, as every worker sees them.
        on_bad
            Called with what is wrong with a file, which is then left out: also with a defect of geomap's that its text
            brought to light, and when one worker after the other died of it.
        on_passed_over
            Called with each other file that is passed over for its ending.

        Raises
        ------
        InputError
            When a worker is not set up as this machine is, or none is left.
        """
        files: list[str] = []
        for found in bulletin_files(*paths, on_passed_over=on_passed_over):
            if isinstance(found, BulletinError):
                on_bad(found)
            else:
                files.append(str(found.absolute()))
        taken = Taken()
        for read in self._all(files):
            for path in read.passed_over:
                on_passed_over(path)
            for error in read.bad:
                on_bad(error)
            for reading in read.readings:
                wrong = taken.wrong(reading.bulletin)
                if wrong is None:
                    yield reading
                else:
                    on_bad(wrong)

    def bag(self, files: Sequence[str]) -> Bag:
        """Return a bag that reads files, some a partition; each partition is one item, which only `read` can open."""
        import dask.bag as db  # noqa: PLC0415  not everybody has it

        named: Bag = db.from_sequence(files, partition_size=_BATCH)
        return named.map_partitions(read_files, run=self._setup.key)

    def _all(self, files: list[str]) -> Iterator[FileRead]:
        """Yield what each file holds; all of the bag is under way, and what has been taken is let go of."""
        if not files:
            return
        from distributed import futures_of  # noqa: PLC0415  not everybody has it

        with self._set_up():
            persisted = self._client.persist(self.bag(files))
            by_key = {future.key: future for future in futures_of(persisted)}
            waiting = deque(by_key.pop(key) for key in persisted.__dask_keys__())
            del persisted
            for start in range(0, len(files), _BATCH):
                yield from self._opened(waiting.popleft(), files[start : start + _BATCH])

    def _opened(self, future: Future[Any], files: Sequence[str]) -> Iterator[FileRead]:
        from distributed import KilledWorker  # noqa: PLC0415

        try:
            yield from self._unpacked(self._result(future))
        except KilledWorker:
            for file in files:  # one of them may be to blame, and the others are not
                alone = self._client.submit(read_files, [file], run=self._setup.key, pure=False)
                try:
                    yield from self._unpacked(self._result(alone))
                except KilledWorker as error:
                    yield FileRead(bad=(_deadly(file, error),))

    def _unpacked(self, packed: list[bytes]) -> Iterator[FileRead]:
        read: list[FileRead] = unpack(packed[0], self._gazetteer.get)
        yield from read

    def _result(self, future: Future[Any]) -> Any:  # noqa: ANN401  whatever the worker gave
        """Wait for a result, as long as there is somebody to give it."""
        from distributed.client import FutureCancelledError  # noqa: PLC0415

        while True:
            try:
                return future.result(timeout=_PATIENCE_S / 3)
            except FutureCancelledError as error:
                raise InputError(f"{_GONE} ({error})", field="scheduler") from error
            except TimeoutError:
                self._check_workers()

    def _check_workers(self) -> None:
        if self._client.status != "running":
            raise InputError(_GONE, field="scheduler")
        try:
            self._client.wait_for_workers(1, timeout=_PATIENCE_S)
        except TimeoutError:
            what = "no worker is left; start some (`dask worker ADDRESS`) and run it again: nothing was stored"
            raise InputError(what, field="scheduler") from None

    @contextmanager
    def _set_up(self) -> Iterator[None]:
        """Hand the workers what they read with, also those that come later."""
        from geomap.cluster.plugin import SetupPlugin  # noqa: PLC0415  it needs distributed

        self._client.register_plugin(SetupPlugin(self._setup), name=self._setup.key)
        try:
            yield
        finally:
            with suppress(Exception):  # what ends a run early may have taken the scheduler with it
                self._client.unregister_worker_plugin(self._setup.key)


_GONE = "the scheduler went away before all was read; start it and run this again: nothing was stored"


def _deadly(file: str, error: Exception) -> BulletinError:
    told = str(error).splitlines()[0]
    return BulletinError(f"every worker that read it ended before its time; give them more memory ({told})", path=file)


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """Connect to a scheduler that has workers.

    Parameters
    ----------
    address
        ``tcp://HOST:PORT``, as the scheduler says when it starts.

    Raises
    ------
    InputError
        When it is no such address, nobody answers there, no worker is there, or distributed is not installed.
    """
    if not _ADDRESS.fullmatch(address):
        what = f"{address!r} is no address of a scheduler; write tcp://HOST:8786 (for this machine alone: --jobs N)"
        raise InputError(what, field="scheduler")
    try:
        from distributed import Client  # noqa: PLC0415  not everybody has it
    except ImportError:
        raise InputError("a cluster needs dask: pip install geomap[dask]", field="scheduler") from None
    try:
        client = Client(address, timeout=5, set_as_default=False)
    except OSError as error:
        what = f"no scheduler answers at {address}; start one (`dask scheduler`), and workers (`dask worker {address}`)"
        raise InputError(what, field="scheduler") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE_S)
        except TimeoutError:
            what = f"the scheduler at {address} has no worker; start some: `dask worker {address} --nthreads 1`"
            raise InputError(what, field="scheduler") from None
        yield client


def _absolute(source: str) -> str:
    """Return a source of the gazetteer as every process finds it; the words for what comes with geomap stay."""
    return source if source in ("curated", "world") else str(Path(source).absolute())
