"""A PostgreSQL server with PostGIS for the tests, with its data in a temporary folder, on this machine only.

Debian's programs are looked for, or those in the folder that ``$GEOMAP_POSTGRES`` names. Without them the tests skip
and say so. PostgreSQL refuses to run as root; then it runs as the user `postgres`, whom the package makes.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

_ALWAYS = {"listen_addresses": "127.0.0.1", "lc_messages": "C"}
SETTINGS = {
    "fsync": "off",  # what a crash of the machine would lose is no part of what is tested
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "30",
    "shared_buffers": "64MB",
}
PASSWORD = "s3cret/@:word"


def programs():
    """The folder of initdb and pg_ctl of a PostgreSQL that has PostGIS, or None."""
    named = os.environ.get("GEOMAP_POSTGRES")
    if named:
        return Path(named) if (Path(named) / "initdb").exists() else None
    controls = Path("/usr/share/postgresql").glob("*/extension/postgis.control")
    versions = sorted((control.parts[-3] for control in controls), key=lambda version: int(version.split(".")[0]))
    folders = [Path("/usr/lib/postgresql") / version / "bin" for version in reversed(versions)]
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_the_parent() -> None:
    """Have the system stop the server (SIGQUIT: at once) when the tests are killed, on Linux, which can."""
    if _LIBC is not None:
        _LIBC.prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG


@dataclass
class Server:
    """A server that this program has started; `stop` and `start` may be called in the middle of a test."""

    bin: Path
    folder: Path
    port: int
    user: str | None = None
    _numbers: count = field(default_factory=count)
    _process: subprocess.Popen | None = None

    @classmethod
    def made(cls, bin_folder: Path, settings: dict[str, str] = SETTINGS) -> Server:
        folder = Path(tempfile.mkdtemp(prefix="geomap-pg-"))
        user = "postgres" if os.geteuid() == 0 else None
        if user:
            os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        server = cls(bin=bin_folder, folder=folder, port=port, user=user)
        server.call("initdb", "-D", server.data, "-U", "owner", "-E", "UTF8", "--locale=C", "-N",
                    "--auth-local=trust", "--auth-host=scram-sha-256")  # fmt: skip
        lines = [f"{name} = '{value}'" for name, value in {**_ALWAYS, **settings}.items()]
        with (server.data / "postgresql.conf").open("a") as conf:
            conf.write("\n".join([*lines, f"port = {port}", f"unix_socket_directories = '{folder}'", ""]))
        server.start()
        server.sql("postgres", f"ALTER ROLE owner PASSWORD '{PASSWORD}'")
        server.sql("postgres", "CREATE DATABASE with_postgis")
        server.sql("with_postgis", "CREATE EXTENSION postgis")
        return server

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def call(self, program: str, *arguments: object, **more) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as the user that the server runs as."""
        who = {"user": self.user, "group": self.user, "extra_groups": []} if self.user else {}
        done = subprocess.run(
            [self.bin / program, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60,
            cwd=self.folder, env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, **who, **more,
        )  # fmt: skip
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"
        return done

    def start(self) -> None:
        who = {"user": self.user, "group": self.user, "extra_groups": []} if self.user else {}
        with (self.folder / "server.log").open("a") as log:
            self._process = subprocess.Popen(
                [self.bin / "postgres", "-D", self.data], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                cwd=self.folder, preexec_fn=_die_with_the_parent,  # noqa: PLW1509  one call of the system's
                **who,
            )  # fmt: skip
        for _ in range(600):
            ready = [self.bin / "pg_isready", "-q", "-h", self.folder, "-p", str(self.port)]
            if subprocess.run(ready, check=False, timeout=60).returncode == 0:
                return
            assert self._process.poll() is None, (self.folder / "server.log").read_text()[-2000:]
            time.sleep(0.05)
        raise AssertionError("the server did not start in time")

    def stop(self, how: str = "fast") -> None:
        self.call("pg_ctl", "stop", "-w", "-m", how, "-D", self.data)
        self._process.wait(timeout=60)

    def remove(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def sql(self, database: str, text: str, user: str = "owner") -> str:
        """Run SQL by psql, as another program would, and return what it printed, without ornaments."""
        done = self.call("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-p", self.port,
                         "-U", user, "-d", database, "-f", "-", input=text)  # fmt: skip
        return done.stdout.strip()

    def database(self, template: str = "with_postgis") -> str:
        """Make a database of its own for a test, and return its name."""
        name = f"test_{next(self._numbers)}"
        self.sql("postgres", f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def url(self, database: str, user: str = "owner", password: str | None = None) -> str:
        """The address by the server's socket, which trusts everyone; by TCP when a password is given."""
        if password is None:
            return f"postgresql://{user}@/{database}?host={self.folder}&port={self.port}"
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"


_RUNNING: dict[str, Server] = {}


def running_server() -> Server:
    """The server of this run, started when it is first asked for; the test is skipped where there is none."""
    if "server" not in _RUNNING:
        folder = programs()
        if folder is None:
            pytest.skip("no PostgreSQL: scripts/install-system-packages installs it, or set GEOMAP_POSTGRES")
        pytest.importorskip("psycopg_pool", reason="psycopg is not installed: pip install -e .[dev]")
        _RUNNING["server"] = Server.made(folder)
    return _RUNNING["server"]


def stop_server() -> None:
    """Stop the server of this run, if it was started."""
    if "server" in _RUNNING:
        _RUNNING.pop("server").remove()
