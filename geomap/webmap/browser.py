"""A Chromium of this machine, which makes pictures and papers of a page; no library, no driver, no network.

The program runs without a window, with a profile folder of its own that is thrown away, and is spoken to through a pair
of pipes (``--remote-debugging-pipe``): no port is opened to which others could speak.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import signal
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from geomap.errors import GeomapError, InputError

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Chromium", "check_browser", "chromium_path"]

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
_OF_A_MAC = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)

PATIENCE = 120.0
"""Seconds for a page; a map of a million events is drawn within ten."""

SCREEN = {"width": 1200, "height": 800, "deviceScaleFactor": 2, "mobile": False}
"""Larger than a page of paper; twice as fine."""

_SWITCHES = (
    "--headless=new", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND", "--remote-debugging-pipe", "about:blank",
)  # fmt: skip

_PIECE = 1 << 16

_MOMENT = 0.7
"""Seconds within which a card opens and the map comes to rest."""


def chromium_path() -> str | None:
    """Return the browser that ``$GEOMAP_CHROMIUM`` names, else one that this machine has, else None."""
    named = os.environ.get("GEOMAP_CHROMIUM")
    found = filter(None, (named, *map(shutil.which, PROGRAMS), *(path for path in _OF_A_MAC if Path(path).exists())))
    return next(found, None)


def check_browser() -> str:
    """Return the program that makes pictures.

    Raises
    ------
    InputError
        When there is none.
    """
    found = chromium_path()
    program = found and shutil.which(found)
    if not program:
        why = f"{found} is no program" if found else "there is none on this machine"
        raise InputError(
            f"pictures are made by Chromium or Chrome, and {why}; install one, name it in GEOMAP_CHROMIUM, or open the"
            " map and save its picture there"
        )
    if os.name != "posix":
        raise InputError("pictures are made on Linux and macOS only; open the map and save its picture there")
    return program


class Chromium:
    """A running browser with one page; a context, at whose end the program and its profile are gone.

    Parameters
    ----------
    seconds
        How long all of it may take.

    Raises
    ------
    InputError
        On entering, when there is no Chromium, or none that can be spoken to.
    """

    def __init__(self, *, seconds: float = PATIENCE) -> None:
        self._seconds = seconds
        self._last = 0
        self._received = b""
        self._session: str | None = None

    def __enter__(self) -> Self:
        program = check_browser()
        self._until = time.monotonic() + self._seconds
        self._open = contextlib.ExitStack()
        try:
            self._start(program)
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _start(self, program: str) -> None:
        self._profile = self._open.enter_context(
            tempfile.TemporaryDirectory(prefix="geomap-", ignore_cleanup_errors=True)
        )
        # The program reads what is written to its third file and answers on its fourth; numbers above those are free.
        theirs_in, self._to = _pipe()
        self._from, theirs_out = _pipe()
        for ours in (self._to, self._from):
            self._open.callback(os.close, ours)
        as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
        command = [program, f"--user-data-dir={self._profile}", *as_root, *_SWITCHES]
        with self._log.open("wb") as log:
            self._program = os.posix_spawn(
                program,
                command,
                os.environ,
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    *((os.POSIX_SPAWN_DUP2, log.fileno(), number) for number in (1, 2)),
                    (os.POSIX_SPAWN_DUP2, theirs_in, 3),
                    (os.POSIX_SPAWN_DUP2, theirs_out, 4),
                ],
                setpgroup=0,
            )
        self._open.callback(self._end)
        for end in (theirs_in, theirs_out):
            os.close(end)
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._ask("Emulation.setDeviceMetricsOverride", **SCREEN)

    @property
    def _log(self) -> Path:
        return Path(self._profile, "said.txt")

    def _end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._program, signal.SIGKILL)  # with all that it started
        os.waitpid(self._program, 0)

    def open(self, page: Path) -> None:
        """Open a map's file and wait until it is drawn.

        Raises
        ------
        GeomapError
            When that takes too long.
        """
        self._ask("Page.navigate", url=page.resolve().as_uri())
        while not self._value("document.documentElement?.dataset.geomap === 'ready'"):
            time.sleep(0.05)

    def screen(self, *, after: str = "") -> bytes:
        """Return a picture (PNG) of what a reader sees, two pixels for one of the screen.

        Parameters
        ----------
        after
            JavaScript that is run before, such as a click; the picture is taken a moment later.

        Raises
        ------
        GeomapError
            When that takes too long, the script fails, or the browser ends.
        """
        if after:
            self._value(after)
            time.sleep(_MOMENT)
        return base64.b64decode(self._ask("Page.captureScreenshot", format="png")["data"])

    def png(self) -> bytes:
        """Return the page's paper as a picture, two pixels for one of the screen.

        Raises
        ------
        GeomapError
            When that takes too long or the browser ends.
        """
        corner = "(() => { geomap.paper.open(); const b = geomap.paper.app.getBoundingClientRect();"
        box = self._value(f"{corner} return {{ x: b.x, y: b.y, width: b.width, height: b.height }}; }})()")
        shot = self._ask("Page.captureScreenshot", format="png", clip={**box, "scale": 1}, captureBeyondViewport=True)
        self._value("geomap.paper.close()")
        return base64.b64decode(shot["data"])

    def pdf(self) -> bytes:
        """Return the page as it is printed, one sheet of A4.

        Raises
        ------
        GeomapError
            When that takes too long or the browser ends.
        """
        return base64.b64decode(self._ask("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])

    def _value(self, expression: str) -> Any:  # noqa: ANN401  a value of JavaScript
        told = self._ask("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in told:
            raise GeomapError(
                f"the map's page failed: {told['exceptionDetails'].get('exception', {}).get('description')}"
            )
        return told["result"].get("value")

    def _ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command and return its answer; events that come between are passed over."""
        self._last += 1
        session = {"sessionId": self._session} if self._session else {}
        message = json.dumps({"id": self._last, "method": method, "params": parameters, **session})
        with contextlib.suppress(BrokenPipeError):  # the answer that does not come tells of it
            os.write(self._to, message.encode() + b"\0")
        while True:
            answer = json.loads(self._message())
            if answer.get("id") != self._last:
                continue
            if "error" in answer:
                raise GeomapError(f"the browser refuses {method}: {answer['error'].get('message')}")
            result: dict[str, Any] = answer["result"]
            return result

    def _message(self) -> bytes:
        while b"\0" not in self._received:
            left = self._until - time.monotonic()
            if left <= 0 or not select.select([self._from], [], [], left)[0]:
                raise GeomapError(f"the browser did not draw the map within {self._seconds:g} s; draw fewer events")
            piece = os.read(self._from, _PIECE)
            if not piece:
                said = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
                raise GeomapError(f"the browser ended before the map was drawn{': ' + said[-1][:200] if said else ''}")
            self._received += piece
        message, self._received = self._received.split(b"\0", 1)
        return message


def _pipe() -> tuple[int, int]:
    """Return the two ends of a pipe, numbered from 10 on, so that none is in the way of the program's own numbers."""
    import fcntl  # noqa: PLC0415 - Windows has none

    read, write = os.pipe()
    ends = fcntl.fcntl(read, fcntl.F_DUPFD_CLOEXEC, 10), fcntl.fcntl(write, fcntl.F_DUPFD_CLOEXEC, 10)
    for end in (read, write):
        os.close(end)
    return ends
