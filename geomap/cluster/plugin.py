"""What tells each worker of a cluster, also one that comes later, what a run reads with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from distributed import WorkerPlugin

from geomap.cluster.worker import forget, remember

if TYPE_CHECKING:
    from distributed import Worker

    from geomap.cluster.worker import Setup

__all__ = ["SetupPlugin"]


class SetupPlugin(WorkerPlugin):  # type: ignore[misc]  # distributed is typed in parts only
    """Keeps what a run reads with on each worker, as long as the run lasts."""

    def __init__(self, reading: Setup) -> None:
        self._reading = reading

    def setup(self, worker: Worker) -> None:
        """Take it up, when the worker starts or the run begins."""
        remember(self._reading)

    def teardown(self, worker: Worker) -> None:
        """Let go of it, when either ends."""
        forget(self._reading)
