"""A real cluster on this machine: a scheduler and workers, each a process of its own, on loopback only."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

HOST = "127.0.0.1"


class Process:
    """A process of the cluster, whose lines are read as it writes them."""

    def __init__(self, *command, **env):
        self.lines: list[str] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", *map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **env},
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._process.stdout:
            self.lines.append(line)

    def wait_for(self, pattern, seconds=60):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for line in list(self.lines):
                if found := re.search(pattern, line):
                    return found
            assert self._process.poll() is None, "".join(self.lines)
            time.sleep(0.05)
        raise AssertionError(f"no {pattern!r} in\n{''.join(self.lines)}")

    def kill(self):
        self._process.kill()
        self._process.wait()
        self._reader.join(5)
        self._process.stdout.close()


class Cluster:
    """A scheduler and its workers."""

    def __init__(self, **env):
        command = ["distributed.cli.dask_scheduler", "--host", HOST, "--port", 0, "--no-dashboard"]
        self.scheduler = Process(*command, **env)
        self.address = self.scheduler.wait_for(r"Scheduler at:\s+(tcp://\S+)")[1]
        self.workers: list[Process] = []

    def add_workers(self, number, *options, **env):
        command = ["distributed.cli.dask_worker", self.address, "--host", HOST, "--nthreads", 1]
        added = [Process(*command, "--no-nanny", "--no-dashboard", *options, **env) for _ in range(number)]
        self.workers += added
        for worker in added:
            worker.wait_for(r"Registered to")
        return added

    def worker_at(self, address):
        """Return the process of a worker."""
        return next(worker for worker in self.workers if worker.wait_for(r"Start worker at:\s+(\S+)")[1] == address)

    def stop(self):
        for process in (*self.workers, self.scheduler):
            process.kill()


@contextmanager
def running_cluster(workers=2, *options, **env):
    cluster = Cluster(**env)
    try:
        cluster.add_workers(workers, *options, **env)
        yield cluster
    finally:
        cluster.stop()
