"""What all tests share: no network, no skips in strict runs, a clean environment, bulletins, and the command line."""

from __future__ import annotations

import ipaddress
import os
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser import chromium, open_page, opened  # noqa: F401  fixtures
from postgis_server import stop_server

from geomap.cli import cli

ROOT = Path(__file__).resolve().parent.parent
STRICT = os.environ.get("GEOMAP_STRICT", "") not in ("", "0")
_OF_THE_TESTS = (
    "GEOMAP_CACHE",
    "GEOMAP_STRICT",
    "GEOMAP_CORPUS",
    "GEOMAP_SCORER",
    "GEOMAP_KILLS",
    "GEOMAP_CHROMIUM",
    "GEOMAP_POSTGRES",
    "GEOMAP_OWN",
    "GEOMAP_WORLD",
)


def pytest_configure(config):
    os.environ["GEOMAP_OWN"] = ""  # a developer's own places and decisions are no part of what is tested
    os.environ["GEOMAP_WORLD"] = ""  # the list of the world has tests of its own
    config.addinivalue_line("markers", "corpus: needs the annotated bulletins, which are no part of the project")
    cache = tempfile.TemporaryDirectory(prefix="geomap-tests-")  # set before any fixture or module loads a gazetteer
    os.environ["GEOMAP_CACHE"] = cache.name
    config.add_cleanup(cache.cleanup)
    config.add_cleanup(stop_server)


def _may_skip(item) -> bool:
    return item.get_closest_marker("corpus") is not None or "corpus" in getattr(item, "fixturenames", ())


def _forbid_skip(report) -> None:
    if STRICT and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"GEOMAP_STRICT forbids skipping: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if not _may_skip(item):
        _forbid_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    _forbid_skip(report)
    return report


def _check_address(address) -> None:
    if not isinstance(address, tuple):  # a unix socket
        return
    host = address[0]
    if host in ("", "localhost", None):
        return
    try:
        loopback = ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise OSError(f"tests use no network, and one asked for {host!r}")


@pytest.fixture(scope="session", autouse=True)
def no_network():
    """Refuse every connection but those to this machine itself."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            real = getattr(socket.socket, name)

            def guarded(self, *args, _real=real):
                _check_address(args[-1])
                return _real(self, *args)

            patch.setattr(socket.socket, name, guarded)
        real_lookup = socket.getaddrinfo

        def lookup(host, *args, **kwargs):
            _check_address((host.decode() if isinstance(host, bytes) else host,))
            return real_lookup(host, *args, **kwargs)

        patch.setattr(socket, "getaddrinfo", lookup)
        yield


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    """Take away what a developer has set for own use."""
    for name in [name for name in os.environ if name.startswith("GEOMAP_") and name not in _OF_THE_TESTS]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def examples() -> Path:
    """The bulletins that come with the project."""
    return ROOT / "examples"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The annotated bulletins, when $GEOMAP_CORPUS names their folder."""
    folder = os.environ.get("GEOMAP_CORPUS")
    if not folder:
        pytest.skip("$GEOMAP_CORPUS is not set")
    path = Path(folder)
    assert path.is_dir(), f"$GEOMAP_CORPUS is no folder: {path}"
    return path


@dataclass(frozen=True)
class Ran:
    """What a run of the command line gave."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys):
    """Call the command line inside this process: `run("query", "--bbox", "...") -> Ran`."""

    def call(*args) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli([str(arg) for arg in args], prog_name="geomap")
        out, err = capsys.readouterr()
        return Ran(left.value.code or 0, out, err)

    return call


@pytest.fixture
def spawn():
    """Run the command line as a program of its own; `stdout` may be a file."""

    def call(*args, stdout=subprocess.PIPE, preexec_fn=None, **extra) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from geomap.cli import main; main()", *map(str, args)]
        return subprocess.run(
            command, stdout=stdout, stderr=subprocess.PIPE, text=True, encoding="utf-8", timeout=120, check=False,
            preexec_fn=preexec_fn, **extra,
        )  # fmt: skip

    return call
